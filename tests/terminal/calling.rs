//! The end of a long action, in the bytes that a terminal gets.

use super::drill::act;
use super::seat::Seat;
use portable_pty::CommandBuilder;
use std::time::Duration;

/// How long a build of the rehearsal may take: it is the one action that takes long everywhere.
const PART: Duration = Duration::from_secs(300);

/// Returns what the terminal got while a build went by and another window had the keys.
fn told(bell: &str) -> String {
    let mut command = CommandBuilder::new("env");
    let bell = format!("TMINUS_BELL={bell}");
    command.args([bell.as_str(), env!("CARGO_BIN_EXE_tminus"), "demo", "--scenario", "smooth"]);
    let mut seat = Seat::holding(command);
    seat.sees("rollback");
    act(&mut seat, "b", "Build 1.0.0");
    seat.types("\u{1b}[O");
    // It is called before the end is drawn.
    seat.sees_within(PART, "How it ended");
    let wrote = seat.wrote();
    seat.types("q");
    assert_eq!(seat.ends(), 0);
    wrote
}

#[test]
fn who_looks_elsewhere_hears_the_bell_once() {
    assert_eq!(told("bell").matches('\u{7}').count(), 1);
}

#[test]
fn who_looks_elsewhere_gets_a_message_on_the_desktop() {
    let wrote = told("osc9");
    let (_, says) = wrote.split_once("\u{1b}]9;").expect("no message");
    let (says, _) = says.split_once('\u{7}').expect("a message without an end");
    assert!(says.starts_with("tminus: 1.0.0 build") && says.ends_with(": good"), "{}", says.escape_debug());
}
