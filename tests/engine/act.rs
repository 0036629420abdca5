//! Actions on the repository: done once as previewed, taken back, and taken up again after a crash.

use super::{Flight, House, Meddled, Meddler, version};
use async_trait::async_trait;
use std::sync::Arc;
use tminus_core::action::{Outcome, Request};
use tminus_core::command::{Command, ReleaseCommand};
use tminus_core::kinds::repository::{ActKind, Direction};
use tminus_core::names::Commit;
use tminus_core::order::{Call, Order, Ticket};
use tminus_core::ports::{FailureKind, PortError, Target};
use tminus_core::release::StepPhase;
use tminus_engine::{Accepted, World};

pub(super) fn tag(direction: Direction) -> Request {
    Request::Act { version: version("1.0.0"), act: ActKind::Tag, direction, text: None }
}

pub(super) fn bump(direction: Direction) -> Request {
    Request::Act { version: version("1.0.0"), act: ActKind::Bump, direction, text: None }
}

pub(super) fn changelog(direction: Direction) -> Request {
    Request::Act { version: version("1.0.0"), act: ActKind::Changelog, direction, text: None }
}

pub(super) fn merge_back(direction: Direction) -> Request {
    Request::Act { version: version("1.0.0"), act: ActKind::MergeBack, direction, text: None }
}

async fn done(flight: &Flight, request: Request) -> String {
    let action = flight.start(request).await.unwrap();
    let ending = flight.settled(&action).await.ended.unwrap();
    assert_eq!(ending.outcome, Outcome::Good, "{}", ending.summary);
    ending.summary
}

async fn tip(flight: &Flight) -> Option<Commit> {
    let (snapshot, _) = flight.attach().await;
    snapshot.release.openings[&version("1.0.0")].state.as_ref().unwrap().tag.clone()
}

#[tokio::test]
async fn a_release_is_tagged_as_previewed_and_untagged_and_each_is_seen_in_the_repository() {
    let house = House::new("smooth");
    let flight = house.open().await;
    let refusal = flight.start(tag(Direction::Back)).await.unwrap_err();
    assert_eq!(refusal.reasons, ["there is no tag v1.0.0"]);
    let preview = flight.handle.preview(&version("1.0.0"), tag(Direction::Forward)).await.unwrap();
    assert_eq!((preview.steps.len(), &preview.gate, &preview.blockers[..]), (1, &None, &[][..]));
    let shown = preview.steps[0].calls.clone();
    assert!(matches!(&shown[..], [Call::Process { words, .. }] if words[..2] == ["git", "tag"]), "{shown:?}");
    assert_eq!(done(&flight, tag(Direction::Forward)).await, "rehearsed: tagged v1.0.0");
    assert_eq!(tip(&flight).await, Some(Commit::new("1".repeat(40))));
    let refusal = flight.start(tag(Direction::Forward)).await.unwrap_err();
    assert_eq!(refusal.reasons, ["already tagged: v1.0.0 is at 1111111"]);
    assert_eq!(done(&flight, tag(Direction::Back)).await, "rehearsed: removed the tag v1.0.0");
    assert_eq!(tip(&flight).await, None);
    done(&flight, tag(Direction::Forward)).await;
    let world = flight.end().await.world.snapshot().unwrap();
    let [first, _, again] = &world.orders[..] else { panic!("{:?}", world.orders) };
    assert_eq!((&first.calls, &again.calls), (&shown, &shown));
}

#[tokio::test]
async fn a_cut_is_an_order_to_the_repository_and_taken_up_after_a_crash() {
    let house = House::new("smooth");
    let flight = house.start().await;
    let commit = flight.rehearsal.repository.resolve("main").await.unwrap().unwrap();
    let cut = ReleaseCommand::Cut {
        version: version("1.1.0"),
        branch: "release/1.1.0".to_owned(),
        commit: commit.clone(),
        previous: None,
        hotfix_of: None,
    };
    let Accepted::Started(action) = flight.command(Command::Release(cut)).await.unwrap() else { panic!("not begun") };
    flight.end().await;
    let flight = house.start().await;
    let state = flight.settled(&action).await;
    assert_eq!(state.ended.map(|ended| ended.outcome), Some(Outcome::Good), "{:?}", state.steps);
    assert!(state.steps[0].ticket.is_some() && state.steps[0].receipt.is_some(), "{:?}", state.steps);
    assert_eq!(flight.rehearsal.repository.resolve("release/1.1.0").await.unwrap(), Some(commit));
    let world = flight.end().await.world.snapshot().unwrap();
    assert_eq!(world.orders.iter().map(|begun| begun.times_begun).collect::<Vec<_>>(), [1]);
}

/// A repository that does not answer.
struct Hangs;

#[async_trait]
impl Meddler for Hangs {
    async fn begin(&self, _: &dyn Target, _: &Order) -> Result<Ticket, PortError> {
        Err(PortError::new(FailureKind::Timeout, "no answer"))
    }
}

#[tokio::test]
async fn a_repository_that_does_not_answer_is_asked_a_few_times_and_then_a_person() {
    let house = House::new("smooth");
    let hangs = |world: &mut World| {
        let inner = world.acts.clone();
        world.acts = Arc::new(Meddled { inner, meddler: Arc::new(Hangs) });
    };
    let flight = house.open_with(hangs).await;
    let action = flight.start(tag(Direction::Forward)).await.unwrap();
    let state = flight.settled(&action).await;
    let (step, phase) = (&state.steps[0], state.steps[0].phase);
    assert_eq!((phase, step.attempts), (StepPhase::Unclear, 3), "{step:?}");
    assert!(step.summary.contains("no answer") && step.summary.contains("the repository does not show it"), "{step:?}");
}

#[tokio::test]
async fn the_version_files_are_raised_as_previewed_once_and_the_commit_is_taken_back() {
    let house = House::new("smooth");
    let flight = house.open().await;
    let refusal = flight.start(bump(Direction::Back)).await.unwrap_err();
    assert!(refusal.says.contains("tminus did not bump 1.0.0"), "{refusal}");
    let before = flight.attach().await.0.release.openings[&version("1.0.0")].commit.clone();
    let preview = flight.handle.preview(&version("1.0.0"), bump(Direction::Forward)).await.unwrap();
    let shown: Vec<String> = preview.steps[0].calls.iter().map(Call::display).collect();
    let commit = "git: commit --message=\"Version 1.0.0\" on release/1.0.0";
    assert!(shown[0].starts_with("git: backend/pyproject.toml:1: ") && shown.last().unwrap() == commit, "{shown:?}");
    assert!(done(&flight, bump(Direction::Forward)).await.ends_with(" to 1.0.0"));
    let refusal = flight.start(bump(Direction::Forward)).await.unwrap_err();
    assert_eq!(refusal.reasons, ["already done: every version file says 1.0.0"]);
    assert_ne!(flight.attach().await.0.release.openings[&version("1.0.0")].commit, before);
    done(&flight, bump(Direction::Back)).await;
    assert_eq!(flight.attach().await.0.release.openings[&version("1.0.0")].commit, before);
}

#[tokio::test]
async fn the_changelog_is_written_as_previewed_or_as_a_person_wrote_it_once_and_taken_back() {
    let house = House::new("smooth");
    let flight = house.open().await;
    let commit = async || flight.attach().await.0.release.openings[&version("1.0.0")].commit.clone();
    let before = commit().await;
    let request = |text: &str| Request::Act {
        version: version("1.0.0"),
        act: ActKind::Changelog,
        direction: Direction::Forward,
        text: Some(text.to_owned()),
    };
    let preview = flight.handle.preview(&version("1.0.0"), request("## 1.0.0\n\n- by hand")).await.unwrap();
    let shown: Vec<String> = preview.steps[0].calls.iter().map(Call::display).collect();
    assert!(shown.iter().any(|call| call.ends_with(": + - by hand")), "{shown:?}");
    assert_eq!(shown.last().unwrap(), "git: commit --message=\"Changelog of 1.0.0\" on release/1.0.0");
    for text in ["\u{1b}[2J", &"x".repeat(20_000)] {
        assert!(flight.start(request(text)).await.unwrap_err().says.contains("the text has"));
    }
    done(&flight, changelog(Direction::Forward)).await;
    let refusal = flight.start(changelog(Direction::Forward)).await.unwrap_err();
    assert!(refusal.says.contains("line 3 has a section for 1.0.0 already"), "{refusal}");
    done(&flight, bump(Direction::Forward)).await;
    let refusal = flight.start(changelog(Direction::Back)).await.unwrap_err();
    assert!(refusal.says.contains("no longer ends with"), "{refusal}");
    done(&flight, bump(Direction::Back)).await;
    done(&flight, changelog(Direction::Back)).await;
    assert_eq!(commit().await, before);
}

#[tokio::test]
async fn a_release_is_merged_back_once_and_taken_back_and_only_then_it_closes() {
    let house = House::new("smooth");
    let flight = house.open().await;
    let close = ReleaseCommand::Close { version: version("1.0.0"), note: String::new(), unmerged: None };
    let refusal = flight.command(Command::Release(close.clone())).await.unwrap_err();
    assert_eq!(refusal.reasons, ["not merged back into main: 7 commits"]);
    let preview = flight.handle.preview(&version("1.0.0"), merge_back(Direction::Forward)).await.unwrap();
    let shown: Vec<String> = preview.steps[0].calls.iter().map(Call::display).collect();
    assert!(shown[0].starts_with("git: merge --no-ff --message=\"Merge release/1.0.0 into main\" "), "{shown:?}");
    for direction in [Direction::Forward, Direction::Back, Direction::Forward] {
        done(&flight, merge_back(direction)).await;
    }
    let refusal = flight.start(merge_back(Direction::Forward)).await.unwrap_err();
    assert_eq!(refusal.reasons, ["nothing to merge back: main has every change of release/1.0.0"]);
    flight.command(Command::Release(close)).await.unwrap();
}
