//! What is typed counts at once; only buttons wait. And what may not act, says so.

use super::{Seat, fixture};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use tminus_cockpit::settings::keymap::{Key, Stroke};
use tminus_cockpit::settings::theme::ThemeChoice;
use tminus_cockpit::{CockpitSettings, Effect, Message, Mouse, Repeat};
use tminus_core::read_only::ReadOnly;

fn seat() -> Seat {
    Seat::new(&CockpitSettings::default())
}

impl Seat {
    /// Types letters so soon after one another that the last dialog is not read yet.
    fn quickly(&mut self, text: &str) {
        for letter in text.chars() {
            self.wait(70);
            self.stroke(Stroke::plain(Key::Char(letter)), Repeat::Fresh);
        }
    }

    fn held(&mut self, letter: char) {
        self.wait(40);
        self.stroke(Stroke { key: Key::Char(letter), ctrl: true, alt: false }, Repeat::Fresh);
    }

    fn reads(&self, text: &str) {
        let screen = self.screen(120, 36);
        assert!(screen.contains(text), "no {text:?} in\n{screen}");
    }
}

#[test]
fn the_letters_of_a_name_count_from_the_moment_the_dialog_is_there() {
    let mut seat = seat();
    seat.keys("j j j r e r r enter");
    seat.quickly("produ");
    seat.reads("produ▏");
    seat.held('u');
    seat.quickly("pro");
    seat.reads(": pro▏");
}

#[test]
fn escape_leaves_a_dialog_at_once() {
    let mut seat = seat();
    seat.keys("j j j d");
    seat.wait(50);
    seat.stroke(Stroke::plain(Key::Esc), Repeat::Fresh);
    assert!(!seat.screen(120, 36).contains("Cancel"), "{}", seat.screen(120, 36));
}

#[test]
fn a_reason_is_edited_as_in_every_line_of_a_terminal() {
    let mut seat = seat();
    seat.keys("j j j r");
    seat.quickly("errors everywhere");
    seat.held('w');
    seat.quickly("at login");
    seat.reads("errors at login");
    seat.held('u');
    seat.quickly("timeouts");
    seat.reads("timeouts");
    assert!(!seat.screen(120, 36).contains("errors at"), "{}", seat.screen(120, 36));
    seat.keys("home");
    seat.quickly("many ");
    seat.reads("many timeouts");
}

#[test]
fn a_search_goes_over_words_and_takes_them_away() {
    let mut seat = seat();
    seat.keys("8 /");
    seat.letters("one two three");
    for (keys, says) in [
        ("alt-b alt-b", "/one ▏two three"),
        ("alt-f", "/one two▏ three"),
        ("ctrl-k", "/one two▏"),
        ("ctrl-w", "/one ▏"),
        ("ctrl-u", "/▏"),
    ] {
        seat.keys(keys);
        seat.reads(says);
    }
}

#[test]
fn read_only_is_said_in_the_header_and_refuses_with_the_key_that_ends_it() {
    let mut seat = Seat::new(&CockpitSettings { read_only: ReadOnly::On, ..CockpitSettings::default() });
    for size in [(120, 36), (80, 24)] {
        let header = seat.screen(size.0, size.1).lines().take(2).collect::<String>();
        assert!(header.contains("READ-ONLY"), "{header}");
    }
    for key in ["d", "v", "r", "C", "b", "H"] {
        seat.keys(&format!("j {key}"));
        seat.reads("read-only: nothing is changed; F3 lets you act");
    }
    seat.keys(":");
    seat.letters("deploy production");
    seat.keys("enter");
    assert!(seat.asked.iter().all(|effect| matches!(effect, Effect::Look(_))), "{:?}", seat.asked);
    seat.keys("esc f3");
    seat.reads("you may act again");
    assert!(!seat.screen(120, 36).contains("READ-ONLY"));
    seat.keys("d");
    seat.reads("Cancel");
}

#[test]
fn read_only_for_protected_environments_leaves_the_others_alone() {
    let mut seat = Seat::new(&CockpitSettings { read_only: ReadOnly::Protected, ..CockpitSettings::default() });
    seat.reads("protected: read-only");
    seat.keys("j j j d");
    seat.reads("read-only in production, which is protected: F3 lets you act");
    seat.keys("k k d");
    seat.reads("Cancel");
    seat.keys("esc f3 f3");
    seat.reads("protected: read-only");
}

#[test]
fn the_footer_says_that_the_mouse_is_the_terminals_for_as_long_as_it_is() {
    let mut seat = seat();
    seat.keys("f2 j k");
    assert!(seat.asked.contains(&Effect::Mouse(Mouse::Left)));
    for columns in [160, 120, 80] {
        let footer = seat.screen(columns, 24).lines().last().unwrap().to_owned();
        assert!(footer.contains("F2 mouse off"), "{footer}");
    }
    seat.keys("f2 j");
    assert!(!seat.screen(120, 36).contains("mouse off"));
}

#[test]
fn log_lines_have_their_time_as_somebody_has_set_it() {
    let settings = CockpitSettings { time_format: Some("%d.%m. %H:%M".to_owned()), ..CockpitSettings::default() };
    let mut seat = Seat::new(&settings);
    seat.cockpit.take(Message::Second(fixture::now()));
    seat.keys("3");
    seat.reads("22.11. 12:4");
}

#[test]
fn a_protected_environment_has_a_theme_of_its_own_while_the_keys_act_on_it() {
    let guarded = Some(ThemeChoice::Always("high-contrast".to_owned()));
    let settings = CockpitSettings { protected_theme: guarded, ..CockpitSettings::default() };
    let title = |seat: &Seat| {
        let mut terminal = Terminal::new(TestBackend::new(120, 36)).unwrap();
        terminal.draw(|frame| seat.cockpit.draw(frame)).unwrap();
        let buffer = terminal.backend().buffer().clone();
        buffer.content.iter().map(|cell| (cell.fg, cell.bg)).collect::<Vec<_>>()
    };
    let mut seat = Seat::new(&settings);
    let plain = title(&seat);
    seat.keys("j j j");
    let guarded = title(&seat);
    seat.keys("k k k");
    assert!(plain != guarded && title(&seat) == plain);
    let mut usual = self::seat();
    usual.keys("j j j");
    assert!(title(&usual) != guarded);
}
