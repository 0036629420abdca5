//! The fold: one truth, however often and from wherever it is told.

use super::{SECOND, Tale, seen};
use tminus_core::action::Outcome;
use tminus_core::fact::{CheckFact, Fact, GateFact, PlanFact, Record, ReleaseFact, StepFact, TargetFact};
use tminus_core::failure::{Failure, FailureKind};
use tminus_core::names::EnvName;
use tminus_core::order::{Health, Receipt, Ticket};
use tminus_core::release::{Release, StepPhase};
use tminus_core::time::Span;
use tminus_core::verdict::Verdict;

/// A tale with a fact of nearly every kind in it.
fn long() -> Tale {
    let mut tale = Tale::cleared();
    let action = tale.flown();
    tale.lose("staging");
    tale.branch_moves(SECOND, &["README.md"]);
    let back = tale.start(Tale::roll_back("production", None)).unwrap();
    tale.finish(&back, None);
    tale.waive("production", "bad:1.0.0").unwrap();
    for fact in every_step_fact(&action) {
        tale.tell(Fact::Step(fact));
    }
    let (version, failure) =
        (tale.version.clone(), Failure::new(FailureKind::RateLimited(Some(Span::seconds(5))), "slow"));
    tale.tell(Fact::Release(ReleaseFact::Scheduled { version: version.clone(), zero: tale.now }));
    let failure = tminus_core::mask::Mask::new().failure(failure);
    tale.tell(Fact::Release(ReleaseFact::BranchLost { version: version.clone(), failure }));
    tale.tell(Fact::Gate(GateFact::Lapsed { action, reason: "the plan changed".into() }));
    let evidence = Box::new(tale.evidence(Some("production")));
    let (metric, env, horizon) = ("error-rate".into(), EnvName::new("production"), Span::seconds(1_800));
    let (release, verdict) = (version.clone(), Verdict::Inconclusive);
    tale.tell(Fact::Check(CheckFact::Measured { release, metric, env, horizon, verdict, evidence }));
    tale.check_begins("version", Some("staging"));
    tale.tell(Fact::Release(ReleaseFact::Closed { version, note: "flown".into(), unmerged: None }));
    tale
}

fn every_step_fact(action: &tminus_core::names::ActionId) -> Vec<StepFact> {
    let (action, step, order) = (action.clone(), 0, "order".into());
    let ticket = Ticket { order: "order".into(), reference: serde_json::json!({ "pid": 7 }) };
    let receipt = Some(Receipt { order: "order".into(), delivered: None, summary: "done".into(), left: None });
    let failure = Failure::new(FailureKind::Malformed, "what is this").because("a brace");
    let failure = tminus_core::mask::Mask::new().failure(failure);
    vec![
        StepFact::Started { action: action.clone(), step, order },
        StepFact::Ticketed { action: action.clone(), step, ticket },
        StepFact::Failed { action: action.clone(), step, failure },
        StepFact::Unclear { action: action.clone(), step, reason: "killed".into() },
        StepFact::Adopted { action: action.clone(), step },
        StepFact::Accepted { action: action.clone(), step, note: "seen".into() },
        StepFact::Succeeded { action, step, summary: "done".into(), verdict: Some(Verdict::Pass), receipt },
    ]
}

#[test]
fn a_fact_that_was_taken_in_before_changes_nothing() {
    let tale = long();
    let mut again = tale.release.clone();
    tale.records.iter().for_each(|record| again.apply(record));
    assert_eq!(again, tale.release);
}

#[test]
fn a_replayed_journal_is_the_live_fold() {
    let tale = long();
    assert_eq!(Release::of(&tale.records), tale.release);
}

#[test]
fn every_record_is_read_as_it_was_written_and_tells_a_sentence() {
    let tale = long();
    let mut before = Release::default();
    for record in &tale.records {
        let text = serde_json::to_string(record).unwrap();
        assert_eq!(&serde_json::from_str::<Record>(&text).unwrap(), record, "{text}");
        assert!(!record.sentence(&before).trim().is_empty(), "{text}");
        before.apply(record);
    }
}

#[test]
fn the_fold_itself_is_read_as_it_was_written() {
    let release = long().release;
    let text = serde_json::to_string(&release).unwrap();
    assert_eq!(serde_json::from_str::<Release>(&text).unwrap(), release);
}

#[test]
fn facts_about_what_is_not_there_are_taken_in_without_harm() {
    let mut tale = Tale::blank();
    for fact in every_step_fact(&"nobody".into()) {
        tale.tell(Fact::Step(fact));
    }
    tale.tell(Fact::Gate(GateFact::Approved { action: "nobody".into(), note: String::new(), same_user: false }));
    tale.tell(Fact::Release(ReleaseFact::Closed {
        version: tale.version.clone(),
        note: String::new(),
        unmerged: None,
    }));
    assert!(tale.release.actions.is_empty() && tale.release.openings.is_empty());
}

#[test]
fn a_version_that_comes_back_begins_a_new_stay() {
    let mut tale = Tale::new();
    tale.see("production", "1.0.0", Health::Starting);
    tale.see("production", "1.0.0", Health::Healthy);
    tale.see("production", "0.9.4", Health::Healthy);
    let place = tale.release.environments[&EnvName::new("production")].places.values().next().unwrap();
    let stays: Vec<_> = place.stays.iter().map(|s| (s.delivered.version.to_string(), s.was_healthy)).collect();
    let expected = [("0.9.3", true), ("0.9.4", true), ("1.0.0", true), ("0.9.4", true)];
    assert_eq!(stays, expected.map(|(v, h)| (v.to_owned(), h)));
}

#[test]
fn a_place_that_cannot_be_seen_is_unknown_until_it_is_seen_again() {
    let mut tale = Tale::new();
    let health =
        |tale: &Tale| tale.release.environments[&EnvName::new("production")].places.values().next().unwrap().health();
    tale.lose("production");
    assert_eq!(health(&tale), Health::Unknown);
    tale.observe(("production", "backend"), seen("0.9.4", Health::Healthy));
    assert_eq!(health(&tale), Health::Healthy);
}

#[test]
fn a_step_that_is_tried_again_forgets_how_it_failed() {
    let mut tale = Tale::new();
    let action = tale.start(Tale::deploy("staging", "1.0.0")).unwrap();
    tale.step(&action, Ok(None));
    tale.step(&action, Err(FailureKind::Rejected));
    let order = "second".into();
    tale.tell(Fact::Step(StepFact::Started { action: action.clone(), step: 1, order }));
    let step = &tale.action(&action).steps[1];
    assert_eq!(
        (step.phase, step.attempts, step.failure.as_ref(), step.ticket.as_ref()),
        (StepPhase::Running, 2, None, None)
    );
}

#[test]
fn a_plan_that_was_adopted_is_the_one_in_force() {
    let mut tale = Tale::new();
    let (hash, text) = ("plan-2".to_owned(), "format = 1".to_owned());
    tale.tell(Fact::Plan(PlanFact::Adopted { hash, diff: Some("+a\n-b".into()), text, loosened: vec!["less".into()] }));
    assert_eq!(tale.release.plan.as_ref().unwrap().hash, "plan-2");
    assert!(tale.records.last().unwrap().sentence(&tale.release).contains("2 lines; loosened: less"));
}

#[test]
fn only_the_newest_facts_are_kept_at_hand_and_none_is_lost_from_the_state() {
    let mut tale = Tale::new();
    for _ in 0..=Release::STORY_KEPT {
        tale.check_begins("version", None);
    }
    assert!(tale.release.story.len() <= Release::STORY_KEPT);
    assert_eq!(tale.release.story.last().unwrap().seq, tale.release.seq);
    assert!(tale.release.plan.is_some());
}

#[test]
fn a_lost_target_and_a_verification_have_their_own_sentences() {
    let mut tale = Tale::new();
    tale.lose("production");
    assert!(tale.records.last().unwrap().sentence(&tale.release).contains("cannot be seen: connection refused"));
    tale.verified("staging", None, Outcome::NotGood);
    assert!(tale.records.last().unwrap().sentence(&tale.release).contains("not good"));
    let Fact::Target(TargetFact::Lost { .. }) = &tale.records[tale.records.len() - 3].fact else { panic!() };
}
