//! The ages at which a version is looked at again: until when they can be measured, and what is said of one that nobody did.

use super::{Tale, span};
use tminus_core::action::{HorizonWait, Outcome, Request};
use tminus_core::fact::{ClockFact, Fact};
use tminus_core::names::EnvName;
use tminus_core::order::Health;
use tminus_core::situation::{DueHorizon, work};
use tminus_core::verdict::Verdict;

/// 1.0.0 runs in production since just now.
fn delivered() -> Tale {
    let mut tale = Tale::new();
    tale.brought("production");
    tale
}

fn due(tale: &Tale) -> Vec<DueHorizon> {
    tale.situation().due(&EnvName::new("production"))
}

fn verify(horizon: &str) -> Request {
    Request::Verify { env: EnvName::new("production"), horizon: Some(span(horizon)), patience: HorizonWait::Now }
}

#[test]
fn a_horizon_can_be_measured_until_the_next_is_due_and_the_last_for_half_its_length_again() {
    let tale = delivered();
    let all = due(&tale);
    assert!(all.len() >= 2, "{all:?}");
    for pair in all.windows(2) {
        assert_eq!(pair[0].until, pair[1].at);
    }
    let last = all.last().unwrap();
    let half = last.until.duration_since(last.at);
    assert_eq!(half.as_secs() * 2, last.horizon.as_seconds().cast_signed());
}

#[test]
fn an_open_horizon_is_work_and_one_that_passed_is_not() {
    let mut tale = delivered();
    let work = |tale: &Tale| work(&tale.plan, &tale.release, tale.now);
    assert!(!work(&tale).is_empty());
    let last = due(&tale).last().copied().unwrap();
    tale.now = last.until;
    assert_eq!(work(&tale), Vec::<String>::new());
}

#[test]
fn what_another_release_runs_is_no_work() {
    let tale = Tale::new();
    assert_eq!(work(&tale.plan, &tale.release, tale.now), Vec::<String>::new());
}

#[test]
fn what_a_rollback_brought_back_is_work_until_its_horizons_have_passed() {
    let mut tale = Tale::cleared();
    tale.flown();
    let back = tale.start(Tale::roll_back("production", None)).unwrap();
    tale.finish(&back, None);
    tale.see("production", "0.9.4", Health::Healthy);
    let work = |tale: &Tale| work(&tale.plan, &tale.release, tale.now);
    let open = due(&tale).len();
    let of_production = |line: &String| line.contains("of 0.9.4 in production is open");
    assert!(open > 0 && work(&tale).iter().filter(|line| of_production(line)).count() == open, "{:?}", work(&tale));
    tale.now = due(&tale).last().unwrap().until;
    assert!(!work(&tale).iter().any(of_production), "{:?}", work(&tale));
}

#[test]
fn a_horizon_that_nobody_measured_is_no_data_from_when_to_when() {
    let mut tale = delivered();
    let first = due(&tale)[0];
    tale.now = first.until;
    let missed = tale.situation().missed(tale.plan.environment(&EnvName::new("production")).unwrap());
    assert_eq!(missed.iter().map(|d| d.horizon).collect::<Vec<_>>(), [first.horizon]);
    let words = missed[0].words();
    assert!(words.starts_with("no-data: not measured from 2026-"), "{words}");
}

#[test]
fn what_is_measured_too_late_does_not_pass_as_the_horizon() {
    let mut tale = delivered();
    let first = due(&tale)[0];
    tale.now = first.until;
    let horizon = first.horizon.to_string();
    let blockers = tale.situation().blockers(&tale.proposal(&verify(&horizon)));
    assert!(blockers.iter().any(|b| b.contains("could be measured until")), "{blockers:?}");
    tale.verified("production", Some(&horizon), Outcome::Good);
    assert_eq!(due(&tale)[0].outcome, None, "an old build that wrote it all the same proves nothing either");
}

#[test]
fn when_it_is_too_late_for_every_horizon_a_verification_names_none() {
    let mut tale = delivered();
    tale.now = due(&tale).last().unwrap().until;
    let request = Request::Verify { env: EnvName::new("production"), horizon: None, patience: HorizonWait::Now };
    assert!(matches!(tale.proposal(&request).request, Request::Verify { horizon: None, .. }));
}

#[test]
fn a_gate_that_waits_for_a_horizon_that_nobody_measured_is_no_data() {
    let mut tale = Tale::cleared();
    tale.environment("production").after[0].horizon = Some(span("30m"));
    let staging = EnvName::new("staging");
    let until = tale.situation().measurable_until(&staging, span("30m")).unwrap();
    tale.now = until;
    assert_eq!(tale.item("production", "after:staging"), Verdict::NoData);
    let why = tale.gate("production").items.into_iter().find(|i| i.item == "after:staging").unwrap().why;
    assert!(why.contains("not measured from"), "{why}");
}

#[test]
fn a_verification_that_could_not_tell_leaves_its_horizon_open_until_it_cannot_be_measured_any_more() {
    for (outcome, is_open) in [(Outcome::Unclear, true), (Outcome::GoodSoFar, true), (Outcome::Good, false)] {
        let mut tale = delivered();
        let first = due(&tale)[0];
        tale.now = first.at;
        tale.verified("production", Some(&first.horizon.to_string()), outcome);
        let left = |tale: &Tale| {
            let verification = tale.release.actions.last().unwrap();
            tale.situation().left_open(verification).map(|due| (due.at, due.until))
        };
        assert_eq!(left(&tale), is_open.then_some((first.at, first.until)), "{outcome:?}");
        let before = tale.now;
        tale.now = first.until;
        assert_eq!(left(&tale), None, "it is too late");
        tale.now = before;
        tale.pass("1m");
        tale.see("production", "0.9.5", Health::Healthy);
        assert_eq!(left(&tale), None, "something else runs there");
    }
}

#[test]
fn a_horizon_is_not_reached_by_a_clock_that_is_set_forward() {
    let mut tale = delivered();
    let env = EnvName::new("production");
    let first = due(&tale)[0];
    // The clock was three hours slow from the first fact on, and is set right.
    tale.pass("3h");
    tale.tell(Fact::Clock(ClockFact::SetForward { by: span("3h") }));
    let now = due(&tale)[0];
    assert_eq!((now.at, now.until), (span("3h").after(first.at), span("3h").after(first.until)));
    assert_eq!(tale.situation().age_in(&env), Some(span("0s")));
    let said = tale.records.last().unwrap().sentence(&tale.release);
    assert_eq!(said, "the clock was set forward by 3 h: no age that began before counts them");
    let verification = tale.start(verify(&first.horizon.to_string())).unwrap();
    assert_eq!(tale.finish(&verification, Some(Verdict::Pass)), Outcome::GoodSoFar);
    let summary = tale.action(&verification).ended.as_ref().unwrap().summary.clone();
    assert!(summary.starts_with("1.0.0: "), "{summary}");
    tale.pass(&first.horizon.to_string());
    let verification = tale.start(verify(&first.horizon.to_string())).unwrap();
    assert_eq!(tale.finish(&verification, Some(Verdict::Pass)), Outcome::Good);
    // What begins now counts from now.
    tale.see("production", "1.0.1", Health::Healthy);
    assert_eq!(due(&tale)[0].at, first.horizon.after(tale.now));
}

#[test]
fn a_verification_counts_what_the_plan_names_for_it_and_not_its_own_looks() {
    let mut tale = delivered();
    let action = tale.start(verify("30m")).unwrap();
    tale.finish(&action, Some(Verdict::Pass));
    let named = tale.plan.environment(&EnvName::new("production")).unwrap().verify.len();
    let state = tale.action(&action);
    assert!(state.steps.iter().filter(|step| step.verdict.is_some()).count() > named, "the look has a verdict too");
    assert_eq!(state.good_of_verified(), (named, named));
    let summary = &state.ended.as_ref().unwrap().summary;
    assert!(summary.contains(&format!("{named} of {named} good")), "{summary}");
}

#[test]
fn a_clock_that_is_set_back_and_right_again_makes_nothing_older_and_nothing_younger() {
    let mut tale = delivered();
    let env = EnvName::new("production");
    let first = due(&tale)[0];
    tale.pass("3h");
    tale.tell(Fact::Clock(ClockFact::SetForward { by: span("3h") }));
    tale.tell(Fact::Clock(ClockFact::SetBack { by: span("2h") }));
    assert_eq!(due(&tale)[0].at, span("1h").after(first.at));
    tale.tell(Fact::Clock(ClockFact::SetBack { by: span("1h") }));
    assert_eq!((due(&tale)[0].at, tale.situation().age_in(&env)), (first.at, Some(span("3h"))));
    let said = tale.records.last().unwrap().sentence(&tale.release);
    assert_eq!(said, "the clock was set back by 60 min: every age that began before counts them");
}
