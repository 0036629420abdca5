//! Where a check stands: its last verdict, unless that went stale.

use super::{FIRST, SECOND, Tale, span};
use tminus_core::action::{HorizonWait, Request, StepTask};
use tminus_core::names::{ActionId, CheckName, EnvName};
use tminus_core::order::Health;
use tminus_core::verdict::Verdict;

fn paths(tale: &mut Tale, name: &str, paths: &[&str]) {
    let check = tale.plan_to_change().checks.iter_mut().find(|c| c.name == CheckName::new(name)).unwrap();
    check.paths = paths.iter().map(ToString::to_string).collect();
}

/// Says where a check with these globs stands after a file changed.
fn after_change(globs: &[&str], changed: &str) -> Verdict {
    let mut tale = Tale::new();
    paths(&mut tale, "version", globs);
    tale.check_ends("version", None, Verdict::Pass);
    tale.branch_moves(SECOND, &[changed]);
    tale.standing("version", None)
}

#[test]
fn a_check_that_nobody_ran_is_pending() {
    assert_eq!(Tale::new().standing("version", None), Verdict::Pending);
}

#[test]
fn a_check_that_runs_is_running_whatever_it_was_before() {
    let mut tale = Tale::new();
    tale.check_ends("version", None, Verdict::Pass);
    tale.check_begins("version", None);
    assert_eq!(tale.standing("version", None), Verdict::Running);
}

#[test]
fn a_new_commit_makes_pass_and_fail_stale_and_leaves_no_data_as_it_is() {
    for (before, after) in [
        (Verdict::Pass, Verdict::Stale),
        (Verdict::Fail, Verdict::Stale),
        (Verdict::NoData, Verdict::NoData),
        (Verdict::Inconclusive, Verdict::Inconclusive),
    ] {
        let mut tale = Tale::new();
        tale.check_ends("version", None, before);
        tale.branch_moves(SECOND, &["README.md"]);
        assert_eq!(tale.standing("version", None), after, "{before:?}");
    }
}

#[test]
fn a_check_with_paths_goes_stale_only_when_they_are_touched() {
    assert_eq!(after_change(&["backend/**"], "backend/app/main.py"), Verdict::Stale);
    assert_eq!(after_change(&["backend/**"], "mobile-app/src/App.tsx"), Verdict::Pass);
    assert_eq!(after_change(&["backend/**"], "backend2/main.py"), Verdict::Pass);
    assert_eq!(after_change(&["docs/*.md", "backend/**"], "docs/a.md"), Verdict::Stale);
}

#[test]
fn a_folder_among_the_paths_means_everything_in_it() {
    for glob in ["backend", "backend/", "./backend", "./backend/**", "/backend"] {
        assert_eq!(after_change(&[glob], "backend/app/main.py"), Verdict::Stale, "{glob}");
    }
}

#[test]
fn a_glob_that_cannot_be_told_counts_as_touched() {
    for glob in ["{backend,mobile-app}/**", "[bm]ackend/**", "!docs/**"] {
        assert_eq!(after_change(&[glob], "backend/app/main.py"), Verdict::Stale, "{glob}");
    }
}

#[test]
fn a_branch_that_comes_back_to_a_commit_makes_its_verdicts_count_again() {
    let mut tale = Tale::new();
    tale.check_ends("version", None, Verdict::Pass);
    tale.branch_moves(SECOND, &["README.md"]);
    assert_eq!(tale.standing("version", None), Verdict::Stale);
    tale.branch_moves(FIRST, &["README.md"]);
    assert_eq!(tale.standing("version", None), Verdict::Pass);
}

#[test]
fn a_check_of_an_environment_goes_stale_with_its_digest() {
    let mut tale = Tale::new();
    tale.see("production", "1.0.0", Health::Healthy);
    tale.check_ends("api-health", Some("production"), Verdict::Pass);
    assert_eq!(tale.standing("api-health", Some("production")), Verdict::Pass);
    tale.see("production", "0.9.5", Health::Healthy);
    assert_eq!(tale.standing("api-health", Some("production")), Verdict::Stale);
}

#[test]
fn what_an_environment_answers_with_another_version_says_nothing_of_the_release() {
    let mut tale = Tale::new();
    let (production, health) = (EnvName::new("production"), CheckName::new("api-health"));
    tale.check_ends("api-health", Some("production"), Verdict::Pass);
    assert_eq!(tale.standing("api-health", Some("production")), Verdict::Stale);
    let there = |tale: &Tale| {
        let situation = tale.situation();
        situation.standing_there(situation.plan.check(&health).unwrap(), &production).verdict
    };
    assert_eq!(there(&tale), Verdict::Pass, "it says how the environment is");
    tale.see("production", "1.0.0", Health::Healthy);
    assert_eq!(there(&tale), Verdict::Stale);
}

#[test]
fn a_verdict_of_one_environment_says_nothing_of_another() {
    let mut tale = Tale::new();
    tale.check_ends("api-health", Some("staging"), Verdict::Pass);
    assert_eq!(tale.standing("api-health", Some("production")), Verdict::Pending);
    assert_eq!(tale.standing("api-health", None), Verdict::Pending);
}

#[test]
fn a_check_that_ends_in_one_environment_still_runs_in_the_other() {
    let mut tale = Tale::new();
    tale.check_begins("api-health", Some("production"));
    tale.check_ends("api-health", Some("staging"), Verdict::Pass);
    assert_eq!(tale.standing("api-health", Some("production")), Verdict::Running);
}

#[test]
fn a_verdict_holds_for_as_long_as_its_check_says_and_not_a_second_longer() {
    let mut tale = Tale::new();
    let check = tale.plan_to_change().checks.iter_mut().find(|c| c.name.as_str() == "version").unwrap();
    check.fresh = Some(span("4h"));
    tale.check_ends("version", None, Verdict::Pass);
    tale.pass("4h");
    assert_eq!(tale.standing("version", None), Verdict::Pass);
    tale.pass("1s");
    assert_eq!(tale.standing("version", None), Verdict::Stale);
}

#[test]
fn a_check_that_the_plan_no_longer_has_is_pending() {
    let mut tale = Tale::new();
    tale.check_ends("version", None, Verdict::Pass);
    tale.plan_to_change().checks.retain(|c| c.name.as_str() != "version");
    assert_eq!(tale.standing("version", None), Verdict::Pending);
}

/// Lets a check of the plan need another one.
fn lets_need(tale: &mut Tale, name: &str, need: &str) {
    let check = tale.plan_to_change().checks.iter_mut().find(|c| c.name == CheckName::new(name)).unwrap();
    check.needs = vec![CheckName::new(need)];
}

#[test]
fn a_check_that_needs_another_is_good_only_while_that_is() {
    for &verdict in Verdict::ALL {
        let mut tale = Tale::new();
        lets_need(&mut tale, "version", "changelog");
        tale.check_ends("changelog", None, Verdict::Pass);
        tale.check_ends("version", None, Verdict::Pass);
        assert_eq!(tale.standing("version", None), Verdict::Pass);
        tale.check_ends("changelog", None, verdict);
        let is_met = verdict == Verdict::Pass;
        assert_eq!(tale.standing("version", None) == Verdict::Pass, is_met, "{verdict:?}");
    }
}

#[test]
fn a_check_that_failed_stays_so_whatever_it_needs() {
    let mut tale = Tale::new();
    lets_need(&mut tale, "version", "changelog");
    tale.check_ends("version", None, Verdict::Fail);
    tale.check_ends("changelog", None, Verdict::Fail);
    assert_eq!(tale.standing("version", None), Verdict::Fail);
}

#[test]
fn the_gate_and_the_word_say_which_need_fails_by_now() {
    let mut tale = Tale::cleared();
    // Nobody gates with the one that is needed.
    tale.plan_to_change().checks.iter_mut().find(|c| c.name == CheckName::new("changelog")).unwrap().required = false;
    lets_need(&mut tale, "version", "changelog");
    tale.pass_checks_of("production");
    assert!(tale.gate("production").is_met(), "{:?}", tale.gate("production"));
    tale.check_ends("changelog", None, Verdict::Fail);
    let item = tale.gate("production").items.into_iter().find(|i| i.item == "version").unwrap();
    let says = "was pass, and needs changelog, which is fail now";
    assert_eq!((item.verdict, item.why.as_str()), (Verdict::Stale, says));
    let outlook = tale.situation().outlook();
    assert!(outlook.blocking.iter().any(|reason| reason.says.contains(says)), "{outlook:?}");
    let production = tale.plan.environment(&EnvName::new("production")).unwrap();
    let lacking = tale.situation().lacking(production);
    assert_eq!(lacking, ["version", "changelog"].map(CheckName::new), "a deploy runs both again, the needed one first");
}

#[test]
fn what_a_verification_needs_is_looked_at_before_it() {
    let mut tale = Tale::new();
    let env = EnvName::new("staging");
    let verify = tale.environment("staging").verify.clone();
    let checks: Vec<String> =
        verify.into_iter().filter(|name| tale.plan.check(&CheckName::new(name)).is_some()).collect();
    let [first, second, ..] = checks.as_slice() else { panic!("two checks verify staging: {checks:?}") };
    lets_need(&mut tale, first, second);
    tale.see("staging", "1.0.0", Health::Healthy);
    let steps =
        tale.situation().steps(&tale.proposal(&verify_of("staging")), &ActionId::new("v"), &super::NoCalls).unwrap();
    let at = |name: &str| {
        let is_it = |task: &StepTask| matches!(task, StepTask::Check { check } if check.as_str() == name);
        steps.iter().position(|step| is_it(&step.task)).unwrap()
    };
    assert!(at(second) < at(first), "{steps:?}");
    let check = tale.plan.check(&CheckName::new(first)).unwrap().clone();
    let unmet = |tale: &Tale| tale.situation().unmet_need(&check, Some(&env)).map(|(_, verdict)| verdict);
    assert_eq!(unmet(&tale), Some(Verdict::Pending));
    tale.check_ends(second, Some("staging"), Verdict::Pass);
    assert_eq!(unmet(&tale), None);
    tale.check_ends(second, Some("staging"), Verdict::Fail);
    assert_eq!(unmet(&tale), Some(Verdict::Fail));
}

fn verify_of(env: &str) -> Request {
    Request::Verify { env: EnvName::new(env), horizon: None, patience: HorizonWait::Now }
}
