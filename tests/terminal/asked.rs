//! The terminal is asked for its background behind the first frame; what it answers, and when, never becomes a key.

use super::seat::Seat;
use std::time::Duration;

const LIGHT: &str = "\u{1b}]11;rgb:ffff/ffff/ffff\u{1b}\\";
const MARK: &str = "\u{1b}[?62;22c";

/// Opens a rehearsal whose terminal says nothing until it is told to.
fn seat() -> Seat {
    Seat::at("smooth")
}

#[test]
fn an_answer_that_comes_late_is_no_key() {
    let mut seat = seat();
    // Long after its time: crossterm would read a deploy, a rollback and a build out of it.
    seat.types(&format!("{LIGHT}\u{1b}[?2026;2$y{MARK}"));
    seat.types("8");
    seat.sees("Journal");
    let screen = seat.screen();
    assert!(!screen.contains("Cancel") && !screen.contains("layout"), "{screen}");
    seat.types("q");
    assert_eq!(seat.ends(), 0);
}

#[test]
fn a_key_that_is_pressed_before_the_first_frame_counts_once() {
    let mut seat = Seat::running(|command| command.args(["demo", "--scenario", "smooth"]));
    seat.waits(Duration::from_secs(60), "the cockpit", |screen| screen.alternate_screen());
    seat.types(&format!("8{LIGHT}{MARK}"));
    seat.sees("Journal");
    seat.types("q");
    assert_eq!(seat.ends(), 0);
    seat.leaves_the_terminal_as_it_was();
}

#[test]
fn a_frame_is_marked_as_whole_only_where_the_terminal_says_that_it_knows_the_mark() {
    let mut seat = seat();
    assert!(!seat.wrote().contains("\u{1b}[?2026h"), "nobody has answered");
    seat.types("\u{1b}[?2026;2$y");
    seat.press("8", "Journal");
    assert!(seat.wrote().contains("\u{1b}[?2026h"));
    seat.types("q");
    assert_eq!(seat.ends(), 0);
}

#[test]
fn a_keyboard_that_tells_keys_apart_is_used_where_the_terminal_has_one_and_given_back() {
    let mut seat = seat();
    assert!(seat.wrote().contains("\u{1b}[?u") && !seat.wrote().contains("\u{1b}[>7u"), "it is asked first");
    seat.types("\u{1b}[?0u");
    seat.press("8", "Journal");
    assert!(seat.wrote().contains("\u{1b}[>7u"));
    // Esc as the protocol tells it, pressed and let go.
    seat.types("\u{1b}[27u\u{1b}[27;1:3u");
    seat.sees("Release branch");
    seat.types("q");
    assert_eq!(seat.ends(), 0);
    assert!(seat.wrote().contains("\u{1b}[<u"));
}

#[test]
fn a_scheme_of_colours_that_changes_is_no_key_and_is_asked_to_be_told() {
    let mut seat = seat();
    assert!(seat.wrote().contains("\u{1b}[?2031h"));
    seat.types("\u{1b}[?997;2n\u{1b}[?997;1n");
    seat.press("8", "Journal");
    seat.types("q");
    assert_eq!(seat.ends(), 0);
    assert!(seat.wrote().contains("\u{1b}[?2031l"));
}
