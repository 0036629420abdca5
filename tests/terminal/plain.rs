//! `--plain`: the same release day in lines, in a pipe and at a terminal that moves no cursor.

use super::seat::Seat;
use portable_pty::CommandBuilder;
use std::io::Write;
use std::process::{Command, Output, Stdio};

fn talk(lines: &str) -> Output {
    let home = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_tminus"));
    command.args(["demo", "--scenario", "smooth", "--plain"]).env_clear().env("PATH", std::env::var("PATH").unwrap());
    command.env("TMINUS_SOLO", "1");
    for name in ["HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "TMPDIR"] {
        command.env(name, home.path());
    }
    let piped = command.current_dir(home.path()).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().unwrap();
    child.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

#[test]
fn a_talk_through_a_pipe_says_where_it_stands_and_does_nothing_that_was_not_said() {
    let output = talk("help\ndeploy staging\n\nverify nowhere\nroll back production\n\nquit\n");
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{said}");
    for wanted in
        ["BayitPlus 1.0.0", "would deploy", "deploy ENV", "the plan has no environment nowhere", "nothing was done"]
    {
        assert!(said.contains(wanted), "{wanted:?} is not said in\n{said}");
    }
    assert!(!said.contains("begins"), "{said}");
    let controls: Vec<char> = said.chars().filter(|c| c.is_control() && *c != '\n').collect();
    assert_eq!(controls, Vec::<char>::new(), "{said}");
}

#[test]
fn a_verification_goes_on_with_yes_alone() {
    let said = String::from_utf8(talk("verify staging\nyes\n").stdout).unwrap();
    assert!(said.contains("Type yes to go on") && said.contains("has begun"), "{said}");
}

#[test]
fn a_dumb_terminal_gets_lines_and_is_never_moved_on() {
    let mut command = CommandBuilder::new("env");
    command.args(["TERM=dumb", env!("CARGO_BIN_EXE_tminus"), "demo", "--scenario", "smooth"]);
    let mut seat = Seat::holding(command);
    seat.sees("Type help for the commands.");
    seat.leaves_the_terminal_as_it_was();
    seat.types("status\r");
    seat.sees("NOT YET");
    seat.types("quit\r");
    assert_eq!(seat.ends(), 0);
    seat.leaves_no_process();
}

#[test]
fn an_answer_that_was_typed_before_its_question_does_not_count() {
    let mut command = CommandBuilder::new("env");
    command.args(["TERM=dumb", env!("CARGO_BIN_EXE_tminus"), "demo", "--scenario", "smooth"]);
    let mut seat = Seat::holding(command);
    seat.sees("Type help for the commands.");
    seat.types("verify staging\ryes\r");
    seat.sees("typed before the question was there");
    seat.types("no\r");
    seat.sees("nothing was done");
    seat.types("quit\r");
    assert_eq!(seat.ends(), 0);
    seat.leaves_no_process();
}
