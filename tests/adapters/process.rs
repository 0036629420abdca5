//! Programs: bounded, timed, ended as a group.

use super::world::{progress, sh, words};
use std::time::{Duration, Instant};
use tminus_core::mask::Mask;
use tminus_core::order::Progress;
use tminus_core::ports::{FailureKind, PortError};
use tminus_services::process::{Program, ProgramExit, run};

async fn ran(program: Program) -> Result<ProgramExit, PortError> {
    run(&program, &progress().0, &Mask::new()).await
}

fn shell(script: &str) -> Program {
    Program::new(sh(script), "/")
}

#[tokio::test]
async fn both_streams_are_kept_and_only_one_is_judged() {
    let ended = ran(shell("echo out; echo err >&2; exit 3")).await.unwrap();
    assert_eq!((ended.exit, ended.signal), (Some(3), None));
    assert_eq!(ended.stdout.text(), "out\n");
    assert_eq!(ended.whole.bytes(), 8);
    assert!(ended.whole.tail(&Mask::new()).contains("err"));
}

#[tokio::test]
async fn the_hash_is_that_of_everything_and_the_text_is_the_end() {
    let ended = ran(shell("head -c 3000000 /dev/zero | tr '\\0' x; echo end")).await.unwrap();
    assert_eq!(ended.whole.bytes(), 3_000_004);
    assert!(ended.stdout.is_cut() && ended.stdout.text().ends_with("xend\n"));
    assert_eq!(ended.stdout.text().len(), 1 << 20);
    let hello = ran(shell("printf hello")).await.unwrap();
    assert_eq!(hello.whole.sha256(), "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
    assert_eq!(ran(shell("true")).await.unwrap().whole.sha256(), "");
}

#[tokio::test]
async fn a_signal_is_told_from_an_exit_status() {
    let ended = ran(shell("kill -9 $$")).await.unwrap();
    assert_eq!((ended.exit, ended.signal), (None, Some(9)));
}

#[tokio::test]
async fn a_program_that_is_not_there_is_named() {
    let failure = ran(Program::new(words(&["no-such-program", "x"]), "/")).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::NotFound);
    assert!(failure.summary.contains("no-such-program"), "{failure}");
    let failure = ran(Program::new(words(&["true"]), "/no/such/folder")).await.unwrap_err();
    assert!(failure.summary.contains("/no/such/folder"), "{failure}");
    assert_eq!(ran(Program::new(Vec::new(), "/")).await.unwrap_err().kind, FailureKind::Malformed);
}

#[tokio::test]
async fn time_runs_out_with_the_last_line_as_the_cause() {
    let program = shell("echo at step 2; exec sleep 600").within(Duration::from_millis(300));
    let failure = ran(program).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Timeout);
    assert_eq!(failure.sentence(), "sh was not done after 300ms: its last line: at step 2");
}

#[tokio::test]
async fn a_program_that_will_not_end_is_made_to_after_its_grace() {
    let program = shell("trap '' TERM; echo on; while :; do sleep 600; done").within(Duration::from_millis(300));
    let began = Instant::now();
    assert_eq!(ran(program).await.unwrap_err().kind, FailureKind::Timeout);
    assert!(began.elapsed() < Duration::from_secs(100));
}

#[tokio::test]
async fn children_that_hold_the_pipe_do_not_hang_it_and_do_not_outlive_it() {
    let dir = tempfile::tempdir().unwrap();
    let pid = dir.path().join("pid");
    let ended = ran(shell(&format!("sleep 600 & echo $! > {}; echo done", pid.display()))).await.unwrap();
    assert_eq!(ended.stdout.text(), "done\n");
    gone(std::fs::read_to_string(pid).unwrap().trim()).await;
}

#[tokio::test]
async fn dropping_the_future_ends_the_whole_group() {
    let (sender, mut lines) = progress();
    let running = tokio::spawn(async move {
        run(&shell("sleep 600 & echo $!; wait"), &sender, &Mask::new()).await.map(|ended| ended.exit)
    });
    let Some(Progress::Line(pid)) = lines.recv().await else { panic!("no line") };
    running.abort();
    gone(&pid).await;
}

/// Waits until a process is gone, or only waits to be reaped.
async fn gone(pid: &str) {
    let is_there = || {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        stat.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with(['Z', 'X']))
    };
    let waiting = async {
        while is_there() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(90), waiting).await.expect("it still runs");
}

#[tokio::test]
async fn secrets_reach_the_program_but_not_its_lines() {
    let mask = Mask::new();
    mask.learn("hunter2-hunter2");
    let program = shell("echo key=$KEY; echo plain=$PLAIN")
        .secret("KEY", secrecy::SecretString::from("hunter2-hunter2"))
        .variable("PLAIN", "yes");
    let (sender, mut lines) = progress();
    let ended = run(&program, &sender, &mask).await.unwrap();
    drop(sender);
    let mut shown = Vec::new();
    while let Some(Progress::Line(line)) = lines.recv().await {
        shown.push(mask.line(&line).into_string());
    }
    assert!(ended.stdout.text().contains("hunter2-hunter2"), "the program did not get it");
    assert!(!ended.whole.tail(&mask).contains("hunter2"));
    assert_eq!(shown.last().map(String::as_str), Some("plain=yes"));
    assert!(shown.iter().all(|line| !line.contains("hunter2")), "{shown:?}");
    assert!(!format!("{program:?}").contains("hunter2"));
}

#[tokio::test]
async fn nothing_waits_for_input() {
    assert_eq!(ran(shell("cat; echo over")).await.unwrap().stdout.text(), "over\n");
}
