//! What a deploy waits for: checks, waivers, the environments before, bad versions.

use super::{FIRST, SECOND, Tale, seen, span};
use tminus_core::action::Outcome;
use tminus_core::branch::BranchState;
use tminus_core::command::{ActionCommand, Command};
use tminus_core::failure::FailureKind;
use tminus_core::kinds::deliver::{CommandDeliver, DeliverKind};
use tminus_core::names::{ActionId, ArtifactName, Commit};
use tminus_core::order::{Health, Observation};
use tminus_core::plan::Deliver;
use tminus_core::situation::OutlookWord;
use tminus_core::verdict::Verdict;

const AFTER: &str = "after:staging";

#[test]
fn a_required_check_that_was_not_measured_keeps_the_gate_closed() {
    let mut tale = Tale::cleared();
    assert!(tale.gate("production").is_met(), "{:?}", tale.gate("production"));
    tale.check_ends("version", None, Verdict::NoData);
    assert!(!tale.gate("production").is_met());
}

#[test]
fn a_check_that_is_not_required_is_no_part_of_the_gate() {
    let tale = Tale::cleared();
    let gate = tale.gate("production");
    assert!(!gate.items.is_empty() && gate.items.iter().all(|i| i.item != "privacy-policy"));
}

#[test]
fn only_pass_opens_the_gate() {
    for &verdict in Verdict::ALL {
        let mut tale = Tale::cleared();
        tale.check_ends("version", None, verdict);
        assert_eq!(tale.gate("production").is_met(), matches!(verdict, Verdict::Pass | Verdict::Waived), "{verdict:?}");
    }
}

#[test]
fn a_tag_elsewhere_closes_the_gate_and_takes_the_go_back() {
    let mut tale = Tale::cleared();
    assert!(tale.gate("production").is_met());
    let state = BranchState { tag: Some(Commit::new(SECOND)), ..tale.branch_at(Some(FIRST)) };
    tale.see_branch(state.clone());
    assert_eq!(tale.item("production", "tag:v1.0.0"), Verdict::Fail);
    assert_eq!(tale.situation().outlook().word, OutlookWord::NoGo);
    tale.waive("production", "tag:v1.0.0").unwrap();
    assert!(tale.gate("production").is_met());
    tale.see_branch(BranchState { tag: Some(Commit::new(FIRST)), ..state });
    assert!(tale.gate("production").is_met());
}

#[test]
fn a_branch_that_is_gone_closes_the_gate_and_is_told_once() {
    let mut tale = Tale::cleared();
    tale.see_branch(tale.branch_at(None));
    assert_eq!(tale.item("production", "branch:release/1.0.0"), Verdict::NoData);
    let outlook = tale.situation().outlook();
    let told = outlook.blocking.iter().filter(|reason| reason.says.contains("the branch release/1.0.0 is gone"));
    assert_eq!((outlook.word, told.count()), (OutlookWord::NotYet, 1), "{outlook:?}");
    let refusal = tale.start(Tale::deploy("production", "1.0.0")).unwrap_err();
    assert!(refusal.says.contains("the branch release/1.0.0 is gone"), "{refusal:?}");
    tale.waive("production", "branch:release/1.0.0").unwrap();
    assert!(tale.gate("production").is_met());
    tale.see_branch(tale.branch_at(Some(FIRST)));
    assert!(tale.gate("production").items.iter().all(|item| !item.item.starts_with("branch:")));
}

#[test]
fn what_somebody_else_brought_opens_no_gate_behind_it() {
    let mut tale = Tale::cleared();
    tale.pass_checks_of("staging");
    let action = tale.start(Tale::deploy("staging", "1.0.0")).unwrap();
    assert_eq!(tale.finish(&action, None), Outcome::Good);
    let look = |label: Option<&ActionId>| Observation { action: label.cloned(), ..seen("1.0.0", Health::Healthy) };
    tale.observe(("staging", "backend"), look(Some(&action)));
    tale.pass("30m");
    tale.verified("staging", Some("30s"), Outcome::Good);
    assert_eq!(tale.item("production", AFTER), Verdict::Pass);
    tale.observe(("staging", "backend"), look(None));
    tale.verified("staging", Some("30s"), Outcome::Good);
    assert_eq!(tale.item("production", AFTER), Verdict::Stale);
}

#[test]
fn a_waiver_ends_with_the_commit_that_it_was_decided_on() {
    let mut tale = Tale::cleared();
    tale.check_ends("version", None, Verdict::Fail);
    tale.waive("production", "version").unwrap();
    assert_eq!(tale.item("production", "version"), Verdict::Waived);
    tale.branch_moves(SECOND, &["README.md"]);
    assert_ne!(tale.item("production", "version"), Verdict::Waived);
}

#[test]
fn who_went_on_without_an_answer_has_not_gone_on_in_spite_of_a_no() {
    let mut tale = Tale::cleared();
    tale.branch_moves(SECOND, &["README.md"]);
    assert_eq!(tale.item("production", "version"), Verdict::Stale);
    tale.waive("production", "version").unwrap();
    assert_eq!(tale.item("production", "version"), Verdict::Waived);
    tale.check_ends("version", None, Verdict::NoData);
    assert_eq!(tale.item("production", "version"), Verdict::Waived, "still no answer");
    tale.check_ends("version", None, Verdict::Fail);
    assert_eq!(tale.item("production", "version"), Verdict::Fail);
    tale.waive("production", "version").unwrap();
    assert_eq!(tale.item("production", "version"), Verdict::Waived);
    tale.check_ends("version", None, Verdict::Fail);
    assert_eq!(tale.item("production", "version"), Verdict::Waived, "it was waived as failing, and fails");
}

#[test]
fn a_failure_on_another_commit_is_not_the_one_that_was_waived() {
    let mut tale = Tale::cleared();
    tale.check_ends("version", None, Verdict::Fail);
    tale.branch_moves(SECOND, &["README.md"]);
    tale.waive("production", "version").unwrap();
    assert_eq!(tale.item("production", "version"), Verdict::Waived, "what is waived is that nobody looked here");
    tale.check_ends("version", None, Verdict::Fail);
    assert_eq!(tale.item("production", "version"), Verdict::Fail);
}

#[test]
fn a_waiver_holds_for_its_environment_alone() {
    let mut tale = Tale::cleared();
    tale.environment("staging").gate = vec!["pre-deploy".into()];
    tale.check_ends("version", None, Verdict::Fail);
    tale.waive("production", "version").unwrap();
    assert_eq!(tale.item("staging", "version"), Verdict::Fail);
}

#[test]
fn a_waiver_without_a_reason_or_of_nothing_is_refused() {
    use tminus_core::command::{Command, GateCommand};
    let mut tale = Tale::cleared();
    assert!(tale.waive("production", "no-such-check").is_err());
    assert!(tale.waive("production", "bad:1.0.0").is_err(), "1.0.0 is not bad");
    let (release, env) = (tale.version.clone(), "production".into());
    let silent = GateCommand::Waive { release, env, item: "version".into(), reason: "  ".into() };
    assert!(tale.command(&Command::Gate(silent)).is_err());
}

#[test]
fn the_environment_before_must_run_the_same_digest() {
    let mut tale = Tale::cleared();
    assert_eq!(tale.item("production", AFTER), Verdict::Pass);
    let other = Observation { digest: Some("sha256:other".into()), ..super::seen("1.0.0", Health::Healthy) };
    tale.observe(("staging", "backend"), other);
    assert_eq!(tale.item("production", AFTER), Verdict::Pending);
}

#[test]
fn a_verification_short_of_the_horizon_is_not_long_enough() {
    let mut tale = Tale::cleared();
    tale.environment("production").after[0].horizon = Some(span("30m"));
    assert_eq!(tale.item("production", AFTER), Verdict::Pending);
    tale.verified("staging", Some("30m"), Outcome::GoodSoFar);
    assert_eq!(tale.item("production", AFTER), Verdict::Pending);
    tale.verified("staging", Some("30m"), Outcome::Good);
    assert_eq!(tale.item("production", AFTER), Verdict::Pass);
}

#[test]
fn an_environment_before_that_cannot_be_seen_is_no_data() {
    let mut tale = Tale::cleared();
    tale.lose("staging");
    assert_eq!(tale.item("production", AFTER), Verdict::NoData);
}

#[test]
fn an_environment_before_that_is_unhealthy_now_closes_the_gate() {
    let mut tale = Tale::cleared();
    tale.see("staging", "1.0.0", Health::Unhealthy);
    assert_eq!(tale.item("production", AFTER), Verdict::Fail);
}

#[test]
fn an_environment_before_that_is_still_starting_has_not_failed() {
    let mut tale = Tale::cleared();
    tale.see("staging", "1.0.0", Health::Starting);
    assert_eq!(tale.item("production", AFTER), Verdict::Pending);
}

#[test]
fn a_later_verification_that_is_not_good_closes_the_gate() {
    let mut tale = Tale::cleared();
    tale.verified("staging", Some("30s"), Outcome::NotGood);
    assert_eq!(tale.item("production", AFTER), Verdict::Fail);
}

#[test]
fn good_so_far_does_not_bring_back_what_was_good_before_it_was_not() {
    let mut tale = Tale::cleared();
    tale.verified("staging", Some("30s"), Outcome::NotGood);
    tale.verified("staging", Some("24h"), Outcome::GoodSoFar);
    assert_eq!(tale.item("production", AFTER), Verdict::Pending);
    tale.verified("staging", Some("30s"), Outcome::Good);
    assert_eq!(tale.item("production", AFTER), Verdict::Pass);
}

#[test]
fn any_version_there_must_have_stayed_good_for_the_horizon_too() {
    let mut tale = Tale::cleared();
    let after = &mut tale.environment("production").after[0];
    (after.any, after.horizon) = (true, Some(span("24h")));
    assert_eq!(tale.item("production", AFTER), Verdict::Pending);
    tale.pass("24h");
    tale.verified("staging", Some("24h"), Outcome::Good);
    assert_eq!(tale.item("production", AFTER), Verdict::Pass);
}

#[test]
fn any_does_not_count_what_was_verified_before_another_version_came() {
    let mut tale = Tale::cleared();
    tale.environment("production").after[0].any = true;
    assert_eq!(tale.item("production", AFTER), Verdict::Pass);
    tale.see("staging", "0.9.5", Health::Healthy);
    assert_eq!(tale.item("production", AFTER), Verdict::Stale, "and tminus did not deploy it");
}

#[test]
fn an_environment_before_that_never_ran_the_artifact_proves_nothing_of_it() {
    let mut tale = Tale::cleared();
    let kind = DeliverKind::Command(CommandDeliver {
        current: Vec::new(),
        current_json: None,
        deploy: Vec::new(),
        undo: Vec::new(),
        dir: None,
    });
    tale.environment("production").deliver =
        vec![Deliver { artifact: ArtifactName::new("mobile"), kind, timeout: None }];
    assert_eq!(tale.item("production", AFTER), Verdict::Pending);
}

#[test]
fn a_version_that_was_rolled_away_from_is_not_deployed_again_without_a_waiver() {
    let mut tale = Tale::cleared();
    tale.flown();
    let back = tale.start(Tale::roll_back("production", None)).unwrap();
    tale.finish(&back, None);
    assert_eq!(tale.item("production", "bad:1.0.0"), Verdict::Fail);
    tale.waive("production", "bad:1.0.0").unwrap();
    assert_eq!(tale.item("production", "bad:1.0.0"), Verdict::Waived);
}

#[test]
fn a_gate_speaks_of_the_release_that_it_is_asked_about() {
    let mut tale = Tale::cleared();
    tale.open("1.0.1", FIRST);
    assert_eq!(tale.item("production", "version"), Verdict::Pending);
}

#[test]
fn a_gate_that_requires_no_check_is_closed_and_can_be_waived_with_a_reason() {
    let mut tale = Tale::cleared();
    for check in &mut tale.plan_to_change().checks {
        check.required = false;
    }
    let gate = tale.gate("production");
    let closed: Vec<&str> = gate.blocking().map(|item| item.why.as_str()).collect();
    assert_eq!(closed, ["no check of pre-deploy is required: nothing was asked, so nothing is proved"]);
    tale.waive("production", "gate:production").unwrap();
    assert!(tale.gate("production").is_met());
    assert!(tale.waive("staging", "gate:staging").is_err(), "staging has no gate");
}

#[test]
fn a_gate_of_no_phase_asks_for_nothing_and_is_none() {
    let tale = Tale::cleared();
    assert!(tale.gate("staging").is_met(), "{:?}", tale.gate("staging"));
}

#[test]
fn a_verification_of_nothing_proves_nothing_of_what_runs_there() {
    let mut tale = Tale::cleared();
    tale.environment("production").after[0].any = true;
    assert_eq!(tale.item("production", AFTER), Verdict::Pass);
    let state = tale.release.environments.get_mut(&"staging".into()).unwrap();
    for verification in &mut state.verifications {
        verification.ran.clear();
    }
    assert_ne!(tale.item("production", AFTER), Verdict::Pass);
}

#[test]
fn a_pull_that_failed_closes_no_gate_and_a_command_that_failed_does() {
    for (fails_after, is_open) in [(1, true), (2, false)] {
        let mut tale = Tale::cleared();
        tale.pass_checks_of("staging");
        let steps = tale.environment("production").steps.clone();
        tale.environment("staging").steps = steps;
        let action = tale.start(Tale::deploy("staging", "1.0.0")).unwrap();
        for _ in 0..fails_after {
            tale.step(&action, Ok(None));
        }
        tale.step(&action, Err(FailureKind::Rejected));
        tale.command(&Command::Action(ActionCommand::Leave { action: action.clone() })).unwrap();
        let state = tale.action(&action);
        assert!(state.steps[1].step.title.starts_with("Pull "), "{:?}", state.steps[1].step.title);
        assert_eq!(state.ended.as_ref().unwrap().outcome, Outcome::Failed);
        assert_eq!(tale.item("production", AFTER) == Verdict::Pass, is_open, "{fails_after}");
    }
}
