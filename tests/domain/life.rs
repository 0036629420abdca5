//! The release's own life: what is closed is quiet, what nobody did is not done, what nobody verified is only started.

use super::{FIRST, Tale, version};
use tminus_core::action::{Outcome, Request, Step};
use tminus_core::command::{ActionCommand, Command, ReleaseCommand};
use tminus_core::decide::{Follow, GateRun, NextStep, Retrying, next};
use tminus_core::fact::{ActionFact, Fact, ReleaseFact, StepFact};
use tminus_core::failure::{Failure, FailureKind};
use tminus_core::names::{ActionId, Commit, EnvName, OrderId};
use tminus_core::order::Health;
use tminus_core::release::ActionResult;
use tminus_core::situation::{Course, CourseEvent, OutlookWord};

fn release(command: ReleaseCommand) -> Command {
    Command::Release(command)
}

fn cut(text: &str) -> Command {
    let (version, branch) = (version(text), format!("release/{text}"));
    release(ReleaseCommand::Cut { version, branch, commit: Commit::new(FIRST), previous: None, hotfix_of: None })
}

fn close(tale: &mut Tale) {
    let close = ReleaseCommand::Close {
        version: version("1.0.0"),
        note: String::new(),
        unmerged: Some("for a test".to_owned()),
    };
    tale.command(&release(close)).unwrap();
}

/// The cut of 1.1.0 has begun, and its branch could not be created.
fn failed_cut(kind: FailureKind) -> (Tale, ActionId) {
    let mut tale = Tale::new();
    let Ok(Follow::Advance(action)) = tale.command(&cut("1.1.0")) else { panic!("not cut") };
    let order = OrderId::new("o");
    tale.tell(Fact::Step(StepFact::Started { action: action.clone(), step: 0, order }));
    let failure = tminus_core::mask::Mask::new().failure(Failure::new(kind, "no room"));
    tale.tell(Fact::Step(StepFact::Failed { action: action.clone(), step: 0, failure }));
    (tale, action)
}

#[test]
fn a_cut_asks_the_repository_before_anything_is_opened() {
    let mut tale = Tale::new();
    tale.gate_was_run = GateRun::NotYet;
    let decision = tale.decide(&cut("1.1.0")).unwrap();
    assert!(decision.facts.is_empty() && matches!(decision.follow, Follow::TryBranch { .. }), "{decision:?}");
}

#[test]
fn a_cut_that_fails_leaves_nothing_open_and_the_version_free() {
    let (mut tale, action) = failed_cut(FailureKind::Conflict);
    assert!(!tale.release.action(&action).unwrap().is_stuck());
    let NextStep::Finish(facts) = next(&tale.release, tale.release.action(&action).unwrap(), Retrying::No) else {
        panic!("it waits")
    };
    facts.into_iter().for_each(|fact| tale.tell(fact));
    assert_eq!(tale.release.open_versions(), [&version("1.0.0")]);
    assert!(matches!(tale.command(&cut("1.1.0")), Ok(Follow::Advance(_))));
}

#[test]
fn a_cut_that_got_no_answer_waits_and_is_withdrawn_when_it_is_left() {
    let (mut tale, action) = failed_cut(FailureKind::Timeout);
    assert_eq!(next(&tale.release, tale.release.action(&action).unwrap(), Retrying::No), NextStep::Wait);
    tale.command(&Command::Action(ActionCommand::Leave { action })).unwrap();
    assert_eq!(tale.release.open_versions(), [&version("1.0.0")]);
}

#[test]
fn a_cut_whose_branch_may_be_there_waits_for_a_person() {
    for kind in [FailureKind::Timeout, FailureKind::Unreachable, FailureKind::Unclear] {
        let (tale, action) = failed_cut(kind);
        assert!(tale.release.action(&action).unwrap().is_stuck(), "{kind:?}");
    }
}

#[test]
fn a_cut_that_is_left_keeps_the_release_open_where_its_branch_was_seen() {
    let (mut tale, action) = failed_cut(FailureKind::Unclear);
    let now = tale.version.clone();
    tale.version = version("1.1.0");
    tale.see_branch(tale.branch_at(Some(FIRST)));
    tale.version = now;
    tale.command(&Command::Action(ActionCommand::Leave { action })).unwrap();
    assert_eq!(tale.release.open_versions(), [&version("1.0.0"), &version("1.1.0")]);
}

#[test]
fn a_closed_release_is_opened_again_with_all_that_is_known_of_it() {
    let mut tale = Tale::new();
    close(&mut tale);
    let (version, branch, commit) = (version("1.0.0"), "elsewhere".to_owned(), Commit::new("9".repeat(40)));
    let before = tale.release.openings[&version].clone();
    let open = ReleaseCommand::Open { version: version.clone(), branch, commit, previous: None };
    tale.command(&release(open)).unwrap();
    let after = &tale.release.openings[&version];
    assert!(after.closed.is_none() && after.branch == before.branch && after.commit == before.commit);
}

#[test]
fn a_closed_release_says_so_and_nothing_of_its_gate() {
    let mut tale = Tale::new();
    close(&mut tale);
    let outlook = tale.situation().outlook();
    assert_eq!((outlook.word, outlook.blocking.len()), (OutlookWord::Closed, 0), "{:?}", outlook.blocking);
    tale.see("production", "0.9.4", Health::Unhealthy);
    let outlook = tale.situation().outlook();
    assert_eq!((outlook.word, outlook.in_short().as_str()), (OutlookWord::Closed, "1 not good"));
}

fn milestone(tale: &Tale, title: &str) -> (Course, Option<String>) {
    let course = tale.situation().course();
    let found = course.iter().find_map(|moment| match moment.event {
        CourseEvent::Milestone { title: of, done } if of == title => Some((moment.course, done)),
        CourseEvent::Milestone { .. } | CourseEvent::Phase { .. } | CourseEvent::Horizon { .. } => None,
    });
    let (course, done) = found.expect("the plan has it");
    (course, done.map(|(_, who)| who.name.to_string()))
}

#[test]
fn a_milestone_is_done_when_somebody_did_it_and_not_because_its_time_passed() {
    let mut tale = Tale::new();
    let titles: Vec<String> = tale.plan.milestones.iter().map(|m| m.title.clone()).collect();
    tale.tell(Fact::Release(ReleaseFact::Scheduled { version: version("1.0.0"), zero: tale.now }));
    for title in &titles {
        assert_eq!(milestone(&tale, title), (Course::Unrecorded, None), "{title}");
    }
    let reach = |milestone: &str| {
        release(ReleaseCommand::Reach { version: version("1.0.0"), milestone: milestone.into(), note: String::new() })
    };
    tale.command(&reach(&titles[1])).unwrap();
    assert_eq!(milestone(&tale, &titles[1]), (Course::Done, Some("dana".into())));
    assert!(tale.command(&reach("Lunch")).is_err());
}

#[test]
fn the_cut_is_the_milestone_that_names_it() {
    let mut tale = Tale::new();
    let Ok(Follow::Advance(action)) = tale.command(&cut("1.1.0")) else { panic!("not cut") };
    tale.version = version("1.1.0");
    tale.plan_to_change().milestones[0].title = "Cut the release branch".into();
    tale.plan_to_change().milestones[1].title = "Review the release branch, sign off".into();
    assert_eq!(milestone(&tale, "Cut the release branch").0, Course::Ahead);
    assert_eq!(tale.finish(&action, None), Outcome::Good);
    assert_eq!(milestone(&tale, "Cut the release branch"), (Course::Done, Some("dana".into())));
    assert_eq!(milestone(&tale, "Review the release branch, sign off"), (Course::Ahead, None));
}

fn ended(tale: &Tale, action: &ActionId) -> ActionResult {
    tale.release.how_ended(tale.release.action(action).unwrap()).unwrap()
}

#[test]
fn what_was_brought_is_started_until_it_is_verified() {
    let mut tale = Tale::cleared();
    let action = tale.start(Tale::deploy("staging", "1.0.0")).unwrap();
    tale.see("staging", "1.0.0", Health::Healthy);
    assert_eq!(tale.finish(&action, None), Outcome::Good);
    assert_eq!(ended(&tale, &action).words(), "started · unverified");
    tale.verified("staging", None, Outcome::Unclear);
    assert_eq!(ended(&tale, &action), ActionResult::Started);
    tale.verified("staging", None, Outcome::NotGood);
    assert_eq!(ended(&tale, &action), ActionResult::Verified(Outcome::NotGood));
    tale.verified("staging", None, Outcome::Good);
    assert_eq!(ended(&tale, &action).words(), "verified good");
}

#[test]
fn what_runs_there_says_which_release_is_rolled_back() {
    let mut tale = Tale::new();
    let back = |env: &str| Request::RollBack { env: EnvName::new(env), to: None, reason: String::new() };
    assert_eq!(tale.release.release_of(&back("staging")), None, "only one is open");
    tale.open("1.1.0", FIRST);
    tale.see("staging", "1.0.0", Health::Healthy);
    tale.see("production", "1.1.0", Health::Healthy);
    assert_eq!(tale.release.release_of(&back("staging")), Some(&version("1.0.0")));
    assert_eq!(tale.release.release_of(&back("production")), Some(&version("1.1.0")));
    let deploy = Tale::deploy("staging", "1.1.0");
    assert_eq!(tale.release.release_of(&deploy), None, "only a person can say what is deployed");
}

/// What a tminus of 29 November 2026 recorded of a cut, which had a step of its own kind.
const RECORDED_CUT: [&str; 4] = [
    r#"{"subject":"release","fact":{"opened":{"version":"1.1.0","branch":"release/1.1.0","commit":"7c1a5c046fcba5e7005f88e90b6479b7f8443f01","previous":null}}}"#,
    r#"{"subject":"action","fact":{"started":{"action":"cut-1.1.0-3-nmd8","proposal":{"release":"1.1.0","request":{"cut":{"version":"1.1.0"}},"moves":[],"plan":"98c8b50de8ddca9d1137f632d060bd7704158fb3e5a708450a9e0e3d8a929ad9","commit":"7c1a5c046fcba5e7005f88e90b6479b7f8443f01"},"steps":[{"title":"Create the branch release/1.1.0 at 7c1a5c0","task":{"branch":{"branch":"release/1.1.0","at":"7c1a5c046fcba5e7005f88e90b6479b7f8443f01"}},"calls":[{"Request":{"service":"git","line":"branch release/1.1.0 7c1a5c0, and check it out","body":null}}],"undo":{"by":"git branch -D release/1.1.0"}}]}}}"#,
    r#"{"subject":"step","fact":{"started":{"action":"cut-1.1.0-3-nmd8","step":0,"order":"cut-1.1.0-3-nmd8.0.1"}}}"#,
    r#"{"subject":"step","fact":{"succeeded":{"action":"cut-1.1.0-3-nmd8","step":0,"summary":"the branch is there and checked out","verdict":null,"receipt":null}}}"#,
];

#[test]
fn a_cut_that_an_earlier_tminus_recorded_is_read_as_the_order_that_a_cut_gives_now() {
    let mut old = Tale::new();
    RECORDED_CUT.iter().for_each(|text| old.tell(serde_json::from_str(text).unwrap()));
    let mut now = Tale::new();
    let commit = Commit::new("7c1a5c046fcba5e7005f88e90b6479b7f8443f01");
    let (version, branch) = (version("1.1.0"), "release/1.1.0".to_owned());
    now.command(&release(ReleaseCommand::Cut { version, branch, commit, previous: None, hotfix_of: None })).unwrap();
    let (old, now) = (old.release.actions.last().unwrap(), now.release.actions.last().unwrap());
    let ([was], [is]) = (&old.steps[..], &now.steps[..]) else { panic!("{old:?} {now:?}") };
    assert!(is.step.task.creates_branch(), "{is:?}");
    assert_eq!((&was.step.task, &was.step.undo), (&is.step.task, &is.step.undo));
    let NextStep::Finish(facts) = next(&Tale::new().release, old, Retrying::No) else { panic!("it has not ended") };
    let good = |fact: &Fact| matches!(fact, Fact::Action(ActionFact::Finished { outcome: Outcome::Good, .. }));
    assert!(facts.iter().any(good), "{facts:?}");
}

#[test]
fn every_other_step_is_recorded_and_read_as_before() {
    for text in [r#""look""#, r#"{"check":{"check":"unit"}}"#, r#"{"hold":{"until":"2026-11-22T12:00:00Z"}}"#] {
        let step = format!(r#"{{"title":"t","task":{text},"calls":[],"undo":"nothing"}}"#);
        let read: Step = serde_json::from_str(&step).unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), step);
    }
}
