//! What keys do, and what no key does by accident.

use super::{Seat, fixture};
use proptest::prelude::*;
use std::time::Duration;
use tminus_cockpit::settings::keymap::{Key, Stroke};
use tminus_cockpit::{Answer, CockpitSettings, Effect, Message, Repeat, Reply, read_keymap};
use tminus_core::command::{ActionCommand, Refusal};

fn seat() -> Seat {
    Seat::new(&CockpitSettings::default())
}

#[test]
fn a_paste_that_nothing_takes_says_so_and_how_a_name_is_typed() {
    let mut seat = seat();
    seat.keys("g");
    seat.paste("d\t\n");
    assert!(seat.screen(80, 24).contains("that was a paste: nothing was done"), "{}", seat.screen(80, 24));
    seat.keys("j j j r");
    seat.paste("errors");
    seat.keys("enter");
    seat.paste("production");
    let screen = seat.screen(80, 24);
    assert!(screen.contains("a paste does not count: type production letter by letter"), "{screen}");
    assert!(seat.started().is_empty());
}

#[test]
fn the_help_says_of_each_key_whether_it_works_where_one_came_from() {
    for (keys, key) in [("8 j j j j", "  o  "), ("8", "  &  "), ("4", "  &  "), ("3", "  &  "), ("4", "  Space  ")] {
        let mut seat = Seat::new(&CockpitSettings::default());
        seat.keys(keys);
        seat.keys("?");
        let screen = seat.screen(160, 48);
        let line = screen.lines().find(|line| line.contains(key)).unwrap_or_else(|| panic!("{keys}:\n{screen}"));
        assert!(!line.contains("not now"), "{keys}: {line}");
    }
}

#[test]
fn a_keymap_with_a_wrong_name_says_where() {
    let (_, problems) = read_keymap("global = [\n{ on = \"d\", run = \"act.deplyo\" }]", "my.toml".as_ref());
    let says = "my.toml:2:1: act.deplyo is not an action\n  |\n2 | { on = \"d\", run = \"act.deplyo\" }]\n";
    assert!(problems[0].to_string().starts_with(says), "{}", problems[0]);
    assert!(problems[0].to_string().ends_with("  = did you mean act.deploy?\n"), "{}", problems[0]);
}

/// Keys that lie elsewhere than by default.
const ELSEWHERE: &str = r#"
global = [{ on = "esc", run = "none" }, { on = "K", run = "app.back" }]
list = [
  { on = ["enter", "k", "up"], run = "none" },
  { on = "O", run = "pane.open" },
  { on = "I", run = "list.up" },
]
[pane]
logs = [{ on = ["F", "="], run = "none" }, { on = "f", run = "logs.follow" }]
[dialog]
choose = [
  { on = ["esc", "ctrl-c", "enter"], run = "none" },
  { on = "x", run = "dialog.cancel" },
  { on = "f3", run = "dialog.press" },
]
prompt = [
  { on = ["esc", "ctrl-c", "enter"], run = "none" },
  { on = "f4", run = "dialog.cancel" },
  { on = "f3", run = "search.take" },
]
confirm = [{ on = ["esc", "ctrl-c"], run = "none" }, { on = "f4", run = "dialog.cancel" }]
"#;

#[test]
fn every_key_that_a_screen_names_is_the_one_that_does_it_after_keys_were_laid_elsewhere() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("keymap.toml");
    std::fs::write(&file, ELSEWHERE).unwrap();
    let settings = CockpitSettings { keymaps: vec![file], ..CockpitSettings::default() };
    let all = [
        ("U", "F3 chooses it · x cancels"),
        ("8 /", "F3 takes it · F4 leaves it"),
        ("3 / x backspace", "F3 ends the search · F4 leaves it"),
        ("3 & x backspace", "F3 shows every line · F4 leaves it"),
        ("3 O", "paused: now O opens the selected line"),
        ("3 y", "no line is selected while following: I or f pauses"),
        ("8 & z z z f3", "no fact matches; K clears the filter"),
        ("4 & z z z f3", "no check matches; K clears the filter"),
        ("?", " O runs it "),
        ("j j j r e r r enter p r enter", "the name is incomplete: type production, or F4"),
    ];
    for (keys, says) in all {
        let mut seat = Seat::new(&settings);
        seat.keys(keys);
        let screen = seat.screen(160, 48);
        assert!(screen.contains(says), "{keys} does not say \"{says}\":\n{screen}");
    }
}

#[test]
fn the_end_of_a_long_search_and_its_cursor_are_seen_in_every_script() {
    for (text, end) in [("日本語", "語▏"), ("שלום", "ם▏"), ("search", "h▏"), ("e\u{301}", "e\u{301}▏")]
    {
        for (columns, lines) in [(160, 48), (80, 24), (40, 12)] {
            for keys in ["8 /", "3 /", "4 &", ":"] {
                let mut seat = seat();
                seat.cockpit.take(Message::Size(columns, lines));
                seat.keys(keys);
                seat.paste(&text.repeat(50));
                let screen = seat.screen(columns, lines);
                assert!(screen.contains(end), "{keys} at {columns}x{lines}:\n{screen}");
            }
        }
    }
}

#[test]
fn a_preview_opens_on_cancel() {
    let mut seat = seat();
    seat.keys("j v enter");
    assert_eq!(seat.started().len(), 0);
    assert!(!seat.screen(120, 36).contains("Cancel"), "enter on cancel closes");
}

#[test]
fn an_unprotected_environment_goes_on_with_tab_and_enter() {
    let mut seat = seat();
    seat.keys("j v tab enter");
    let [ActionCommand::Start { consent, .. }] = seat.started()[..] else { panic!("{:?}", seat.asked) };
    assert_eq!(consent.typed, None);
    assert!(consent.seen.is_some(), "the engine is told what was seen");
}

#[test]
fn a_protected_environment_goes_on_with_its_name_alone() {
    let mut seat = seat();
    seat.keys("j j j r");
    seat.letters("errors");
    seat.keys("enter");
    assert!(seat.screen(120, 36).contains("Type \"production\""), "{}", seat.screen(120, 36));
    seat.keys("tab enter");
    assert_eq!(seat.started().len(), 0, "tab and enter are not enough");
    seat.keys("esc r enter");
    seat.letters("productio");
    seat.keys("enter");
    assert_eq!(seat.started().len(), 0, "a part of the name is not enough");
    seat.letters("n");
    seat.keys("enter");
    let [ActionCommand::Start { consent, .. }] = seat.started()[..] else { panic!("{:?}", seat.asked) };
    assert_eq!(consent.typed.as_deref(), Some("production"));
}

#[test]
fn a_paste_neither_fills_the_name_nor_confirms() {
    let mut seat = seat();
    seat.keys("j j j r");
    seat.letters("errors");
    seat.keys("enter");
    seat.wait(500);
    seat.paste("production");
    seat.stroke(Stroke::plain(Key::Enter), Repeat::Fresh);
    seat.keys("enter");
    assert_eq!(seat.started().len(), 0);
}

#[test]
fn keys_are_ignored_for_a_moment_after_a_dialog_opens_and_while_they_repeat() {
    let mut seat = seat();
    seat.keys("j v");
    seat.wait(100);
    seat.stroke(Stroke::plain(Key::Tab), Repeat::Fresh);
    seat.wait(100);
    seat.stroke(Stroke::plain(Key::Enter), Repeat::Fresh);
    assert!(seat.screen(120, 36).contains("Cancel"), "nothing was pressed");
    seat.keys("tab");
    seat.wait(500);
    seat.stroke(Stroke::plain(Key::Enter), Repeat::Held);
    assert_eq!(seat.started().len(), 0);
}

#[test]
fn enter_goes_on_at_once_from_a_text_to_the_question_that_follows_it() {
    let mut seat = seat();
    seat.keys("j j j r");
    seat.letters("slow");
    seat.wait(60);
    seat.stroke(Stroke::plain(Key::Enter), Repeat::Fresh);
    assert!(matches!(seat.asked.last(), Some(Effect::Preview { .. })), "{}", seat.screen(120, 36));
    assert_eq!(seat.started().len(), 0);
}

#[test]
fn a_button_is_not_pressed_by_a_key_that_follows_on_the_heels_of_another() {
    let mut seat = seat();
    seat.keys("j v tab");
    seat.wait(60);
    seat.stroke(Stroke::plain(Key::Enter), Repeat::Fresh);
    assert_eq!(seat.started().len(), 0);
    assert!(seat.screen(120, 36).contains("too quick"), "{}", seat.screen(120, 36));
    seat.keys("enter");
    assert_eq!(seat.started().len(), 1);
}

#[test]
fn a_refusal_stays_until_it_is_read() {
    let mut seat = seat();
    seat.keys("j v tab enter");
    let Some(Effect::Command { ticket, .. }) = seat.asked.last().cloned() else { panic!("nothing was asked") };
    let refusal = Refusal::held("Somebody else is at it.").with(vec!["omer deploys".to_owned()]);
    let answer = Answer::Command(Err(refusal));
    seat.cockpit.take(Message::Reply(Box::new(Reply { ticket, at: seat.at, answer })));
    let screen = seat.screen(120, 36);
    assert!(screen.contains("Somebody else is at it."));
    let footer = screen.lines().last().unwrap();
    assert!(footer.contains("omer deploys") && footer.contains("1 unread"), "{footer}");
    seat.keys("j 1");
    assert!(seat.screen(120, 36).lines().last().unwrap().contains("1 unread"), "it is not read yet");
    seat.keys("M enter");
    assert!(seat.screen(120, 36).contains("· omer deploys"));
    seat.keys("enter");
    assert!(!seat.screen(120, 36).contains("unread"));
}

#[test]
fn quitting_is_immediate_while_nothing_runs() {
    let mut seat = seat();
    seat.keys("q");
    assert_eq!(seat.asked, [Effect::Quit]);
}

#[test]
fn a_rehearsal_lets_one_person_act_under_several_names() {
    let mut seat = seat();
    seat.keys("U j enter");
    assert!(seat.screen(120, 36).contains("omer drives"), "{}", seat.screen(120, 36));
}

fn any_stroke() -> impl Strategy<Value = Stroke> {
    let named = prop::sample::select(vec![
        Key::Enter,
        Key::Esc,
        Key::Tab,
        Key::BackTab,
        Key::Up,
        Key::Down,
        Key::Home,
        Key::End,
        Key::PageDown,
        Key::PageUp,
        Key::Backspace,
        Key::F(1),
    ]);
    let letters =
        prop::sample::select("djkvrazgGWCxTRLAUcm18!?/nNFq=Z \u{5d3}".chars().collect::<Vec<_>>()).prop_map(Key::Char);
    (prop_oneof![letters, named], prop::bool::weighted(0.1)).prop_map(|(key, ctrl)| Stroke { key, ctrl, alt: false })
}

proptest! {
    #![proptest_config(crate::nightly::cases(48))]

    #[test]
    fn no_keys_at_any_size_panic_or_start_what_was_not_confirmed(
        strokes in prop::collection::vec((any_stroke(), 0_u64..700), 0..40),
        size in (0_u16..170, 0_u16..50),
    ) {
        let mut seat = seat();
        for (stroke, pause) in strokes {
            seat.at += Duration::from_millis(pause);
            seat.stroke(stroke, Repeat::Fresh);
            seat.cockpit.take(Message::Second(fixture::now()));
        }
        seat.screen(size.0, size.1);
        for size in [(0, 0), (1, 1), (2, 200), (200, 2)] {
            seat.screen(size.0, size.1);
        }
        // A changing action in a protected place never starts without its whole name.
        for start in seat.started() {
            let ActionCommand::Start { request, consent, .. } = start else { continue };
            prop_assert!(consent.seen.is_some());
            let is_protected = request.env().is_some_and(|e| ["production", "app-store"].contains(&e.as_str()));
            if is_protected && request.is_changing() && consent.typed.is_none() {
                // Without a name it can only be a proposal that waits for approvals.
                let is_deploy = matches!(request, tminus_core::action::Request::Deploy { .. });
                prop_assert!(is_deploy);
            }
        }
    }
}
