//! Keys of other scripts, keymaps and themes, as the cockpit has them.

use super::Seat;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::style::{Color, Modifier};
use tminus_cockpit::settings::ConfigFolder;
use tminus_cockpit::settings::theme::{Theme, ThemeChoice};
use tminus_cockpit::{CockpitSettings, Message, TerminalReply};

fn seat() -> Seat {
    Seat::new(&CockpitSettings::default())
}

#[test]
fn a_letter_of_another_script_moves_by_its_place_and_says_so() {
    for (letter, layout) in [('ח', "he"), ('о', "ru/uk"), ('ξ', "el"), ('ت', "ar")] {
        let mut moved = seat();
        moved.letters(&letter.to_string());
        let screen = moved.screen(120, 36);
        assert!(screen.contains(&format!("layout: {layout}, key as \"j\"")), "{screen}");
        let mut same = seat();
        same.keys("j");
        let body = |screen: &str| screen.lines().take(34).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(body(&screen), body(&same.screen(120, 36)), "{letter} is not j");
    }
}

#[test]
fn a_chord_of_another_script_is_found_by_its_places() {
    let mut seat = seat();
    seat.keys("8");
    seat.letters("עע");
    let screen = seat.screen(120, 36);
    assert!(screen.contains("layout: he, key as \"g g\""), "{screen}");
}

#[test]
fn what_changes_something_never_works_by_its_place_and_says_why() {
    // d, r, v, a in Hebrew; d, v, r, a, W in Cyrillic; d, r, v, a in Greek and Arabic.
    for letter in "גרהשвмкфЦδρωαيقرش".chars() {
        let mut seat = seat();
        seat.keys("j j j");
        let before = seat.asked.len();
        seat.letters(&letter.to_string());
        let screen = seat.screen(160, 48);
        assert_eq!(seat.asked.len(), before, "{letter} asked the engine for something");
        assert!(screen.contains("layout: ") && screen.contains("works only as itself"), "{letter}:\n{screen}");
        assert!(!screen.contains("Cancel"), "{letter} opened something:\n{screen}");
    }
}

#[test]
fn where_a_text_is_typed_a_letter_of_another_script_is_that_letter() {
    let mut seat = seat();
    seat.keys("8 /");
    seat.letters("שלום");
    let screen = seat.screen(120, 36);
    assert!(!screen.contains("layout:"), "{screen}");
    assert!("שלום".chars().all(|letter| screen.contains(letter)), "{screen}");
}

#[test]
fn the_keys_of_vim_and_emacs_lie_over_the_default_ones() {
    for (keymap, down, quit) in [("vim", "ctrl-n", "Z Z"), ("emacs", "ctrl-n", "ctrl-x ctrl-c")] {
        let settings = CockpitSettings { keymap: keymap.to_owned(), ..CockpitSettings::default() };
        let (mut one, mut other) = (Seat::new(&settings), Seat::new(&settings));
        one.keys(down);
        other.keys("j");
        assert_eq!(one.screen(120, 36), other.screen(120, 36), "{keymap}");
        one.keys(quit);
        assert_eq!(one.asked, [tminus_cockpit::Effect::Quit], "{keymap}");
    }
}

#[test]
fn the_keys_of_vim_and_emacs_go_to_the_next_pane_wherever_tab_does() {
    for (keymap, next) in [("vim", "ctrl-w w"), ("emacs", "ctrl-x o")] {
        let settings = CockpitSettings { keymap: keymap.to_owned(), ..CockpitSettings::default() };
        for view in ["1", "2", "5", "6", "7"] {
            let after = |keys: &str| {
                let mut seat = Seat::new(&settings);
                seat.keys(view);
                let before = paint(&seat);
                seat.keys(keys);
                assert_ne!(before, paint(&seat), "{keys} of {keymap} does nothing in {view}");
                seat.screen(120, 36)
            };
            assert_eq!(after(next), after("tab"), "{keymap} in {view}");
        }
    }
}

/// Returns every colour and weight on the screen.
fn paint(seat: &Seat) -> Vec<(Color, Color, Modifier)> {
    let mut terminal = Terminal::new(TestBackend::new(120, 36)).unwrap();
    terminal.draw(|frame| seat.cockpit.draw(frame)).unwrap();
    terminal.backend().buffer().content().iter().map(|cell| (cell.fg, cell.bg, cell.modifier)).collect()
}

#[test]
fn the_theme_follows_what_the_terminal_tells_and_waits_for_nothing() {
    let ground = |shade| Message::Told(TerminalReply::Colour { which: 11, red: shade, green: shade, blue: shade });
    let of = |message| {
        let mut seat = seat();
        seat.cockpit.take(message);
        paint(&seat)
    };
    assert_eq!(of(Message::Told(TerminalReply::Attributes)), of(ground(20)));
    assert_ne!(of(ground(250)), of(ground(20)));
    let settings = CockpitSettings { theme: ThemeChoice::Always("grey".to_owned()), ..CockpitSettings::default() };
    let mut seat = Seat::new(&settings);
    let before = paint(&seat);
    seat.cockpit.take(ground(250));
    assert_eq!(before, paint(&seat), "a theme that is chosen stays");
}

#[test]
fn every_theme_tells_the_selected_row_and_only_words_and_signs_stay_the_same() {
    let plain = seat().screen(120, 36);
    for (name, _) in Theme::built_in() {
        for no_color in [false, true] {
            let theme = ThemeChoice::Always(name.to_owned());
            let settings = CockpitSettings { theme, no_color, ..CockpitSettings::default() };
            let (here, mut there) = (Seat::new(&settings), Seat::new(&settings));
            assert_eq!(here.screen(120, 36), plain, "{name} changes words");
            there.keys("j");
            assert_ne!(paint(&here), paint(&there), "{name}: the selection is not seen");
            if no_color {
                let is_reset = paint(&here).iter().all(|(fg, bg, _)| (*fg, *bg) == (Color::Reset, Color::Reset));
                assert!(is_reset, "{name} has colours with NO_COLOR");
            }
        }
    }
}

#[test]
fn what_is_wrong_in_ones_own_files_is_shown_and_the_rest_counts() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("themes")).unwrap();
    std::fs::write(dir.path().join("themes/mine.toml"), "[look]\npas = {}\n").unwrap();
    std::fs::write(dir.path().join("keymap.toml"), "global = [\n{ on = \"ctrl-d\", run = \"act.deploy\" } ]\n")
        .unwrap();
    let settings = CockpitSettings {
        theme: ThemeChoice::Always("mine".to_owned()),
        folder: Some(ConfigFolder::at(dir.path().to_owned())),
        keymaps: vec![dir.path().join("keymap.toml")],
        problems: vec!["config.toml:1:1: `bel` is no setting".to_owned()],
        ..CockpitSettings::default()
    };
    let screen = Seat::new(&settings).screen(160, 48);
    for words in ["`bel` is no setting", "keymap.toml:2", "mine.toml:2", "the rest apply"] {
        assert!(screen.contains(words), "{words}:\n{screen}");
    }
}
