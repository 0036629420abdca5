//! The commits around the release's branch, on its page.

use super::{Seat, fixture};
use jiff::SignedDuration;
use std::sync::Arc;
use tminus_cockpit::{CockpitSettings, Message};
use tminus_core::branch_log::{BranchLog, CheckoutNote, CommitList, LoggedCommit, RemoteApart, RemoteGap};
use tminus_core::names::Commit;
use tminus_core::telemetry::{Event, Telemetry};
use tminus_engine::EngineNews;

fn commit(hours: i64, author: &str, subject: &str) -> LoggedCommit {
    LoggedCommit {
        commit: Commit::new(format!("{:07x}{}", 0xabc_0000 + hours, "0".repeat(33))),
        at: fixture::now().checked_sub(SignedDuration::from_hours(hours)).unwrap(),
        author: author.to_owned(),
        subject: subject.to_owned(),
    }
}

fn log() -> BranchLog {
    let release = [
        commit(3, "Dana", "fix(pool): 20 connections"),
        commit(
            26,
            "Omer Ben-David of the backend",
            "app: the microphone's purpose is said, in every language that it has",
        ),
        commit(96, "Dana", "feat: voice commands, for hands that are full"),
    ];
    let mut new: Vec<LoggedCommit> = release.clone().into();
    new.extend((1..=240).map(|number| commit(100 + number, &format!("Author {}", number % 9), "chore: a change")));
    BranchLog {
        since: Some("v0.9.4".to_owned()),
        new: CommitList::of(new, CommitList::SHOWN),
        ahead: CommitList::of(release.into(), CommitList::FEW),
        behind: CommitList::of(vec![commit(5, "Noa", "search: a first draft")], CommitList::FEW),
        remote: Some(RemoteGap { name: "origin/release/1.0.0".to_owned(), apart: RemoteApart::By(0, 0) }),
        notes: vec![CheckoutNote::OtherWorktree("/work/side".to_owned()), CheckoutNote::Shallow],
        unread: None,
    }
}

fn told(log: BranchLog) -> Message {
    let telemetry = Telemetry::BranchLog { version: fixture::version("1.0.0"), log: Arc::new(log) };
    Message::News(Box::new(EngineNews::Event(Event::Telemetry(telemetry))))
}

/// The branch's half of the release page alone, with everything that was told.
pub fn at_commits(seat: &mut Seat) {
    seat.cockpit.take(told(log()));
    seat.keys("5 tab z");
}

fn seat(log: BranchLog) -> Seat {
    let mut seat = Seat::new(&CockpitSettings::default());
    seat.cockpit.take(Message::Size(120, 60));
    seat.cockpit.take(told(log));
    seat.keys("5 tab z");
    seat
}

#[test]
fn the_page_lists_what_is_new_what_the_base_has_alone_and_how_the_remote_stands() {
    let mut log = log();
    log.remote.as_mut().unwrap().apart = RemoteApart::By(2, 1);
    let screen = seat(log).screen(120, 60);
    for text in [
        "2 commits not pushed, and origin/release/1.0.0 is 1 commit ahead",
        "note         checked out in another worktree, /work/side",
        "the clone is shallow",
        "On main, not on the branch  1",
        "search: a first draft",
        "On the branch, not on main  3",
        "Commits since v0.9.4  243",
        "types        chore 240, feat 1, fix 1, other 1",
        "Author 6 27, and 5 more",
    ] {
        assert!(screen.contains(text), "{text}:\n{screen}");
    }
}

#[test]
fn commits_that_are_not_told_one_by_one_are_counted_at_the_end() {
    let mut seat = seat(log());
    seat.keys("G");
    let screen = seat.screen(120, 60);
    assert!(screen.contains("and 43 more"), "{screen}");
    let mut many = log();
    many.new.is_more = true;
    let mut seat = self::seat(many);
    seat.keys("G");
    let screen = seat.screen(120, 60);
    assert!(screen.contains("and at least 43 more"), "{screen}");
}

#[test]
fn a_commit_far_down_is_found_by_a_search() {
    let mut log = log();
    log.new.first[150].subject = "perf: a needle".to_owned();
    let mut seat = seat(log);
    assert!(!seat.screen(120, 60).contains("needle"));
    seat.keys("/");
    seat.letters("needle");
    seat.keys("enter");
    let screen = seat.screen(120, 60);
    assert!(screen.contains("perf: a needle"), "{screen}");
}

#[test]
fn commits_that_cannot_be_read_are_not_shown_as_none() {
    let screen = seat(BranchLog { unread: Some("git was not done after 15 s".to_owned()), ..BranchLog::default() })
        .screen(120, 60);
    assert!(screen.contains("? git was not done after 15 s"), "{screen}");
    let screen = seat(BranchLog::default()).screen(120, 60);
    assert!(screen.contains("Commits, with no release before them  0"), "{screen}");
}

#[test]
fn who_joins_late_has_the_commits_from_the_snapshot() {
    let mut seat = Seat::new(&CockpitSettings::default());
    let mut snapshot = fixture::snapshot();
    snapshot.newest = vec![Telemetry::BranchLog { version: fixture::version("1.0.0"), log: Arc::new(log()) }];
    seat.cockpit.take(Message::Joined(Box::new(snapshot)));
    seat.keys("5 tab z");
    assert!(seat.screen(120, 60).contains("Commits since v0.9.4  243"));
}
