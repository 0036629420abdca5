//! `--plain`: the same release day in lines, in a pipe and at a terminal that moves no cursor.

use super::seat::{QUICK, Seat};
use crate::slots::{Scarce, take};
use portable_pty::CommandBuilder;
use std::io::Write;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

/// How long a delivery of the rehearsal may take.
const PART: Duration = Duration::from_secs(300);

fn talk(lines: &str) -> Output {
    let _slot = take(Scarce::Program);
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
    assert_eq!(output.status.code(), Some(3), "a script that did not say yes has not done what it named\n{said}");
    for wanted in [
        "REHEARSAL smooth  BayitPlus 1.0.0",
        "would deploy",
        "deploy ENV",
        "the plan has no environment nowhere",
        "nothing was done",
    ] {
        assert!(said.contains(wanted), "{wanted:?} is not said in\n{said}");
    }
    assert!(!said.contains("begins"), "{said}");
    let controls: Vec<char> = said.chars().filter(|c| c.is_control() && *c != '\n').collect();
    assert_eq!(controls, Vec::<char>::new(), "{said}");
}

#[test]
fn a_deploy_goes_on_with_yes_alone() {
    let said = String::from_utf8(talk("deploy staging\nyes\n").stdout).unwrap();
    assert!(said.contains("Type yes to continue") && said.contains("has begun"), "{said}");
}

#[test]
fn an_environment_is_held_with_a_reason_taken_over_with_a_word_and_let_go() {
    let said = talk(
        "as dana\nlock staging\n\nlock staging\nthe load test runs\nlock staging\nas omer\nunlock staging\nlock staging\n\
         dana is on a plane\nno\nlock staging\ndana is on a plane\nyes\nunlock staging\nunlock staging\nquit\n",
    );
    let said = String::from_utf8(said.stdout).unwrap();
    let mut rest = said.as_str();
    for wanted in [
        "Nobody else deploys to staging",
        "nothing was done",
        "Nobody else deploys to staging",
        "the load test runs",
        "`unlock staging` unlocks it",
        "refused: staging is locked by dana",
        "Take staging over from dana: why?",
        "Type yes to take it over",
        "nothing was done",
        "Type yes to take it over",
        "dana is on a plane",
        "refused: staging is not locked",
    ] {
        let at = rest.find(wanted).unwrap_or_else(|| panic!("{wanted:?} is not said, or not there, in\n{said}"));
        rest = &rest[at + wanted.len()..];
    }
}

#[test]
fn a_dumb_terminal_gets_lines_and_is_never_moved_on() {
    let mut command = CommandBuilder::new("env");
    command.args(["TERM=dumb", env!("CARGO_BIN_EXE_tminus"), "demo", "--scenario", "smooth"]);
    let mut seat = Seat::holding(command);
    seat.sees("Type help for the commands.");
    seat.sees("REHEARSAL smooth");
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
    seat.types("deploy staging\ryes\r");
    seat.sees("typed that before the question appeared");
    seat.types("no\r");
    seat.sees("nothing was done");
    seat.types("quit\r");
    assert_eq!(seat.ends(), 0);
    seat.leaves_no_process();
}

/// Sits down at a terminal that moves no cursor.
fn dumb(scenario: &str) -> Seat {
    let mut command = CommandBuilder::new("env");
    command.args(["TERM=dumb", env!("CARGO_BIN_EXE_tminus"), "demo", "--scenario", scenario]);
    let mut seat = Seat::holding_at(QUICK, command);
    seat.sees("Type help for the commands.");
    seat
}

#[test]
fn a_protected_environment_is_deployed_to_by_words_alone() {
    let mut seat = dumb("smooth");
    seat.press("waive production\r", "goes on without one of these");
    seat.press("waive production after:staging\r", "Why may production go on without it?");
    seat.press("the staging host is away today\r", "Type after:staging to waive it");
    seat.press("after:staging\r", "after:staging is waived for production: the staging host");
    seat.press("deploy production\r", "It waits for 2 approvals. Type yes to propose it");
    seat.press("yes\r", "`approve production` gives an approval");
    for (name, count) in [("dana", "has 1 of 2 approvals"), ("omer", "has 2 of 2 approvals")] {
        seat.press(&format!("as {name}\r"), &format!("{name} acts from now on"));
        seat.press("approve production\r", &format!("Approve as {name}"));
        seat.press(&format!("{name} read it\r"), &format!("Your note: {name} read it"));
        seat.press("production\r", &format!("{name}: deploy-production-"));
        seat.sees(count);
    }
    seat.press("deploy production\r", "Type production to continue");
    seat.types("production\r");
    seat.sees_within(PART, "ended, started · unverified: backend 1.0.0 runs in production");
    seat.types("quit\r");
    assert_eq!(seat.ends(), 0);
    seat.leaves_no_process();
}

#[test]
fn what_is_asked_for_is_said_and_what_cannot_be_done_says_why() {
    let lines = "help\nlogs nowhere\njournal 5\nwaive staging nothing\ncheck changelog\nanswer changelog\nas mallory\n\
                 approve production\nretry production\nfollow everything\nwaive production changelog\n\nquit\n";
    let said = String::from_utf8(talk(lines).stdout).unwrap();
    for wanted in [
        "approve ENV|ACTION",
        "the plan has no log source nowhere",
        "T-0 of 1.0.0 set",
        "does not wait for nothing",
        "changelog is measured: `check changelog` does it",
        "no team has mallory; there are dana, omer",
        "no proposal waits in production",
        "nothing waits for a decision in production",
        "the plan has no log source everything",
    ] {
        assert!(said.contains(wanted), "{wanted:?} is not said in\n{said}");
    }
    assert!(said.contains("CHANGELOG.md has this version: ") && !said.contains("waives"), "{said}");
}

#[test]
fn log_lines_are_said_as_they_come_until_quiet() {
    let mut seat = dumb("smooth");
    // One source: the lines of all would carry the answer off the screen before it is looked at.
    // Other news may carry the answer off the screen too: the first line of the log is what shows that it was followed.
    seat.types("follow nginx\r");
    seat.sees("nginx        ");
    seat.press("quiet\r", "log lines are no longer printed");
    // The answer to a question behind it says that everything before has been answered.
    seat.press("verify nowhere\r", "the plan has no environment nowhere");
    seat.types("quit\r");
    assert_eq!(seat.ends(), 0);
    seat.leaves_no_process();
}
