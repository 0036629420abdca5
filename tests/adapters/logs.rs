//! Lines from files that grow, rotate and are truncated, and from commands.

use super::world::secrets;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use tminus_core::open_line::LONGEST_LINE;
use tminus_core::plan::{CommandLine, Template};
use tminus_core::ports::{FailureKind, LogSource, Undatable};
use tminus_core::telemetry::LogLine;
use tminus_services::clock::SystemClock;
use tminus_services::logs::{CommandLog, FileLog};
use tokio::sync::mpsc::{self, Receiver};
use tokio::task::JoinHandle;

fn file_log(path: &Path) -> FileLog {
    FileLog::new("backend".into(), path, Arc::new(SystemClock))
}

fn append(path: &Path, text: &str) {
    let mut file = std::fs::OpenOptions::new().create(true).append(true).open(path).unwrap();
    file.write_all(text.as_bytes()).unwrap();
}

fn texts(lines: &[LogLine<String>]) -> Vec<&str> {
    lines.iter().map(|line| line.text.as_str()).collect()
}

fn follow(
    log: impl LogSource<String> + 'static,
) -> (Receiver<LogLine<String>>, JoinHandle<Result<(), tminus_core::ports::PortError>>) {
    let (sender, lines) = mpsc::channel(8);
    (lines, tokio::spawn(async move { log.follow(None, sender).await }))
}

async fn next(lines: &mut Receiver<LogLine<String>>) -> String {
    lines.recv().await.expect("the log ended").text
}

const OLD: &str = "2026-11-22T12:00:00Z old";
const NEW: &str = "2026-11-22T13:00:00Z new";

#[tokio::test]
async fn lines_since_a_moment_are_told_by_their_stamps() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log");
    append(&path, &format!("no stamp yet\n{OLD}\n  its trace\n{NEW}\n  trace of the new\nnot ended"));
    let since = Some("2026-11-22T12:30:00Z".parse().unwrap());
    let log = file_log(&path);
    assert_eq!(texts(&log.read(since, 100).await.unwrap().lines), [NEW, "  trace of the new"]);
    assert_eq!(texts(&log.read(None, 2).await.unwrap().lines), [NEW, "  trace of the new"]);
    assert_eq!(log.read(None, 100).await.unwrap().lines.len(), 5);
}

#[tokio::test]
async fn old_lines_without_a_stamp_are_not_taken_for_new_ones() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log");
    append(&path, "Application startup complete\n");
    let since = Some("2026-11-22T12:30:00Z".parse().unwrap());
    let read = file_log(&path).read(since, 100).await.unwrap();
    assert_eq!((read.lines, read.undated_count), (Vec::new(), 1));
    assert_eq!(read.undated[0].why, Undatable::NoStamp);
}

#[tokio::test]
async fn a_file_is_followed_through_growth_rotation_and_truncation() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log");
    append(&path, "one\n");
    let (mut lines, following) = follow(file_log(&path));
    assert_eq!(next(&mut lines).await, "one");
    append(&path, "two\nthr");
    assert_eq!(next(&mut lines).await, "two");
    append(&path, "ee\n");
    assert_eq!(next(&mut lines).await, "three");
    append(&path, "last before rotation\n");
    std::fs::rename(&path, dir.path().join("log.1")).unwrap();
    append(&path, "first after rotation\n");
    assert_eq!(next(&mut lines).await, "last before rotation");
    assert_eq!(next(&mut lines).await, "first after rotation");
    std::fs::write(&path, "new\n").unwrap();
    assert_eq!(next(&mut lines).await, "new");
    drop(lines);
    assert_eq!(following.await.unwrap(), Ok(()));
}

#[tokio::test]
async fn a_file_that_is_not_there_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let failure = file_log(&dir.path().join("none")).read(None, 1).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::NotFound);
    assert_eq!(file_log(dir.path()).read(None, 1).await.unwrap_err().kind, FailureKind::Malformed);
}

#[tokio::test]
async fn a_line_beyond_reason_is_cut_and_those_after_it_are_whole() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log");
    append(&path, &format!("{}\nnext\n", "x".repeat(LONGEST_LINE * 3)));
    let lines = file_log(&path).read(None, 10).await.unwrap().lines;
    assert!(lines[0].text.len() <= LONGEST_LINE && lines[0].text.ends_with(" bytes"));
    assert_eq!(lines[1].text, "next");
}

fn command_log(root: &Path, script: &str) -> CommandLog {
    let words = ["sh", "-c", script].map(Template::new).to_vec();
    CommandLog::new("backend".into(), CommandLine(words), secrets(root), Arc::new(SystemClock))
}

#[tokio::test]
async fn a_command_is_read_to_its_end() {
    let dir = tempfile::tempdir().unwrap();
    let log = command_log(dir.path(), "printf 'a\\nb\\nc'");
    assert_eq!(texts(&log.read(None, 2).await.unwrap().lines), ["b", "c"]);
    let failure = command_log(dir.path(), "echo a; exit 3").read(None, 2).await.unwrap_err();
    assert!(failure.sentence().contains("exit 3"), "{}", failure.sentence());
}

#[tokio::test]
async fn a_command_is_followed_until_nobody_listens_and_its_end_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    let (mut lines, following) = follow(command_log(dir.path(), "echo a; exec sleep 600"));
    assert_eq!(next(&mut lines).await, "a");
    drop(lines);
    assert_eq!(following.await.unwrap(), Ok(()));
    let (mut lines, following) = follow(command_log(dir.path(), "echo a"));
    assert_eq!(next(&mut lines).await, "a");
    assert_eq!(following.await.unwrap().unwrap_err().kind, FailureKind::Unreachable);
}

/// What a command that is started again tells that had told something before.
async fn told_again(before: &str, printed: &str, script: &str, count: usize) -> Vec<String> {
    let dir = tempfile::tempdir().unwrap();
    let log = command_log(dir.path(), script);
    let path = dir.path().join("log");
    append(&path, before);
    let follow = |since| {
        let (log, (sender, lines)) = (log.clone(), mpsc::channel(64));
        (lines, tokio::spawn(async move { log.follow(since, sender).await }))
    };
    let (mut lines, following) = follow(None);
    for line in before.lines() {
        assert_eq!(next(&mut lines).await, line);
    }
    drop(lines);
    drop(following.await.unwrap());
    std::fs::write(&path, printed).unwrap();
    let (mut lines, following) = follow(Some(jiff::Timestamp::UNIX_EPOCH));
    let mut told = Vec::new();
    for _ in 0..count {
        told.push(next(&mut lines).await);
    }
    drop(lines);
    drop(following.await.unwrap());
    told
}

#[tokio::test]
async fn of_a_command_that_is_started_again_only_the_end_of_what_it_told_is_told_once() {
    let cases = [
        ("up\nERROR db down\nok\n", "ERROR db down\nERROR db down\n", vec!["ERROR db down", "ERROR db down"]),
        ("up\nERROR db down\nok\n", "ERROR db down\nok\nERROR db down\n", vec!["ERROR db down"]),
        ("up\nERROR db down\n", "up\nERROR db down\nERROR db down\n", vec!["ERROR db down"]),
        (
            "2026-11-22T12:00:00Z up\n  trace\n",
            "2026-11-22T12:00:00Z up\n  trace\n2026-11-22T12:00:00Z up\n",
            vec!["2026-11-22T12:00:00Z up"],
        ),
    ];
    for (before, printed, expected) in cases {
        let told = told_again(before, printed, "cat log", expected.len()).await;
        assert_eq!(told, expected, "{before:?}, then {printed:?}");
    }
}

#[tokio::test]
async fn a_line_that_was_told_before_and_comes_alone_is_not_held_back_for_ever() {
    let script = "cat log; exec sleep 600";
    assert_eq!(told_again("up\nERROR db down\nok\n", "ERROR db down\n", script, 1).await, ["ERROR db down"]);
}

#[tokio::test]
async fn what_was_left_out_of_a_log_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log");
    append(&path, &"2026-11-22T12:00:00Z x\n".repeat(5));
    let since = Some("2026-11-22T11:00:00Z".parse().unwrap());
    assert!(!file_log(&path).read(since, 5).await.unwrap().is_cut);
    let read = file_log(&path).read(since, 4).await.unwrap();
    assert_eq!((read.lines.len(), read.is_cut), (4, true));
}

#[tokio::test]
async fn a_stamp_that_has_not_come_yet_dates_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log");
    append(&path, "2099-01-01T00:00:00Z up\n");
    let since = Some("2026-11-22T11:00:00Z".parse().unwrap());
    let read = file_log(&path).read(since, 5).await.unwrap();
    assert_eq!((read.lines.len(), read.undated[0].why), (0, Undatable::Ahead));
}

#[tokio::test]
async fn of_a_command_only_lines_with_a_stamp_can_be_dated() {
    let dir = tempfile::tempdir().unwrap();
    let log = command_log(dir.path(), "echo up; echo 2026-11-22T12:00:00Z up; echo '  trace'; echo up");
    let since = Some("2026-11-22T11:00:00Z".parse().unwrap());
    let read = log.read(since, 9).await.unwrap();
    assert_eq!(texts(&read.lines), ["2026-11-22T12:00:00Z up", "  trace"]);
    assert_eq!(read.undated_count, 2);
}

#[tokio::test]
async fn a_line_of_syslog_has_the_newest_year_that_is_not_in_the_future() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log");
    let now = jiff::Timestamp::now();
    let at = |ago: i64| {
        let at = now.checked_sub(jiff::SignedDuration::from_mins(ago)).unwrap().to_zoned(jiff::tz::TimeZone::UTC);
        at.strftime("%b %e %H:%M:%S").to_string()
    };
    append(&path, &format!("{} host app[1]: old\n{} host app[1]: new\n", at(60 * 24 * 3), at(1)));
    let log = command_log(dir.path(), "cat log");
    let since = now.checked_sub(jiff::SignedDuration::from_mins(60 * 24)).ok();
    let lines = log.read(since, 9).await.unwrap().lines;
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].text.ends_with("new"));
}
