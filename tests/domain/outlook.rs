//! Go, no-go, not yet: one word with its reasons.

use super::{Tale, readiness};
use tminus_core::action::Outcome;
use tminus_core::branch::{BranchState, Checkout};
use tminus_core::command::{ActionCommand, Command};
use tminus_core::fact::{Fact, ReleaseFact, TargetFact};
use tminus_core::failure::{Failure, FailureKind};
use tminus_core::names::EnvName;
use tminus_core::order::{Health, Observation, Readiness};
use tminus_core::release::ActionResult;
use tminus_core::situation::{Outlook, OutlookWord, Proof, Reason, Remedy, TroubleKind};
use tminus_core::verdict::Verdict;

fn outlook(tale: &Tale) -> Outlook {
    tale.situation().outlook()
}

fn reason(tale: &Tale) -> String {
    outlook(tale).blocking.first().map(|r| r.says.clone()).unwrap_or_default()
}

#[test]
fn it_is_go_when_everything_that_gates_was_proved() {
    let tale = Tale::cleared();
    assert_eq!(outlook(&tale).word, OutlookWord::Go, "{:?}", outlook(&tale).blocking);
}

#[test]
fn it_is_not_yet_while_something_was_not_measured() {
    assert_eq!(outlook(&Tale::new()).word, OutlookWord::NotYet);
    let mut tale = Tale::cleared();
    tale.check_ends("version", None, Verdict::NoData);
    assert_eq!(outlook(&tale).word, OutlookWord::NotYet);
}

#[test]
fn it_is_no_go_when_a_check_fails_and_says_which() {
    let mut tale = Tale::cleared();
    tale.check_ends("version", None, Verdict::Fail);
    assert_eq!(outlook(&tale).word, OutlookWord::NoGo);
    assert!(reason(&tale).contains("One version in every file"));
}

#[test]
fn after_a_rejected_review_another_try_is_no_way_on_and_the_next_step_says_what_is() {
    const NEXT: &str = "fix what the review names, build again under a higher build number, and deploy that";
    let stuck = |env: &str| {
        let mut tale = Tale::cleared();
        let artifact = tale.situation().plan.environment(&EnvName::new(env)).unwrap().deliver[0].artifact.clone();
        let (env, readiness) = (EnvName::new(env), readiness("1.0.0"));
        tale.tell(Fact::Target(TargetFact::Ready { env: env.clone(), artifact, readiness }));
        let env = env.as_str();
        let action = tale.start(Tale::deploy(env, "1.0.0")).unwrap();
        tale.step(&action, Err(FailureKind::Rejected));
        let situation = tale.situation();
        let remedy = situation.troubles().into_iter().find(|t| t.env.as_str() == env).unwrap().remedy;
        (situation.next_step(tale.action(&action)), remedy)
    };
    assert_eq!(stuck("testflight"), (Some(NEXT), Remedy::Nothing(NEXT.to_owned())));
    // What a registry or a cluster rejects may be let in at the next try.
    assert_eq!(stuck("development").0, None);
}

#[test]
fn what_ended_well_says_where_the_release_goes_next() {
    let mut tale = Tale::cleared();
    let last = |tale: &Tale| tale.release.actions.last().unwrap().clone();
    tale.verified("staging", None, Outcome::Good);
    assert_eq!(tale.situation().comes_next(&last(&tale)).map(EnvName::as_str), Some("production"));
    tale.verified("staging", None, Outcome::Unclear);
    assert_eq!(tale.situation().comes_next(&last(&tale)), None, "nothing goes on from what could not tell");
    tale.see("production", "1.0.0", Health::Healthy);
    tale.verified("staging", None, Outcome::Good);
    assert_eq!(tale.situation().comes_next(&last(&tale)), None, "it runs there already");
}

#[test]
fn a_check_that_is_not_required_blocks_nothing() {
    let mut tale = Tale::cleared();
    tale.check_ends("privacy-policy", None, Verdict::Fail);
    assert_eq!(outlook(&tale).word, OutlookWord::Go);
}

#[test]
fn an_unhealthy_environment_is_no_go_and_one_out_of_sight_is_not_yet() {
    let mut tale = Tale::cleared();
    tale.lose("staging");
    assert_eq!(outlook(&tale).word, OutlookWord::NotYet);
    tale.see("production", "0.9.4", Health::Unhealthy);
    assert_eq!(outlook(&tale).word, OutlookWord::NoGo);
    assert!(reason(&tale).contains("production is unhealthy"), "{}", reason(&tale));
}

#[test]
fn a_verification_that_is_not_good_is_no_go_until_something_else_runs_there() {
    let mut tale = Tale::cleared();
    tale.verified("production", None, Outcome::NotGood);
    assert_eq!(outlook(&tale).word, OutlookWord::NoGo);
    tale.pass("1m");
    tale.see("production", "0.9.5", Health::Healthy);
    tale.ready("production", "0.9.5");
    assert_eq!(outlook(&tale).word, OutlookWord::Go, "{:?}", outlook(&tale).blocking);
}

#[test]
fn what_was_found_not_good_stays_so_when_the_next_look_cannot_tell() {
    let mut tale = Tale::cleared();
    tale.verified("production", None, Outcome::NotGood);
    for outcome in [Outcome::Unclear, Outcome::Stopped] {
        tale.pass("1m");
        tale.verified("production", None, outcome);
        assert_eq!(outlook(&tale).word, OutlookWord::NoGo, "{outcome:?}");
    }
    tale.pass("1m");
    tale.verified("production", None, Outcome::Good);
    assert_eq!(outlook(&tale).word, OutlookWord::Go, "{:?}", outlook(&tale).blocking);
}

#[test]
fn what_a_deploy_brought_is_proved_by_a_verification_that_could_tell() {
    let mut tale = Tale::cleared();
    let proof = |tale: &Tale| {
        let situation = tale.situation();
        situation.proof(situation.plan.environment(&EnvName::new("production")).unwrap())
    };
    assert_eq!(proof(&tale), Proof::Unasked, "the release does not run there");
    tale.see("production", "1.0.0", Health::Healthy);
    assert_eq!(proof(&tale), Proof::Unasked, "tminus did not deliver it");
    tale.brought("production");
    assert_eq!(proof(&tale), Proof::Missing);
    for (outcome, proved) in [
        (Outcome::Unclear, Proof::Missing),
        (Outcome::GoodSoFar, Proof::SoFar),
        (Outcome::NotGood, Proof::Bad),
        (Outcome::Stopped, Proof::Bad),
        (Outcome::Good, Proof::Good),
    ] {
        tale.pass("1m");
        tale.verified("production", None, outcome);
        assert_eq!(proof(&tale), proved, "{outcome:?}");
    }
    tale.pass("1m");
    tale.see("production", "0.9.4", Health::Healthy);
    tale.pass("1m");
    tale.see("production", "1.0.0", Health::Healthy);
    assert_eq!(proof(&tale), Proof::Missing, "it came anew");
    tale.verified("production", None, Outcome::Good);
    assert_eq!(proof(&tale), Proof::Good);
    tale.pass("1m");
    tale.flown();
    assert_eq!(proof(&tale), Proof::Missing, "the same version was brought once more");
}

#[test]
fn what_a_rollback_brought_back_is_proved_by_a_verification_after_it() {
    let mut tale = Tale::cleared();
    tale.flown();
    tale.verified("production", None, Outcome::NotGood);
    tale.pass("1m");
    let back = tale.start(Tale::roll_back("production", None)).unwrap();
    assert_eq!(tale.finish(&back, None), Outcome::Good);
    tale.see("production", "0.9.4", Health::Healthy);
    let told = |tale: &Tale| {
        let situation = tale.situation();
        let environment = situation.plan.environment(&EnvName::new("production")).unwrap();
        let place = situation.release.environments[&environment.name].places.iter().next().unwrap();
        situation.how_it_is(environment, place).more
    };
    assert_eq!(told(&tale).as_deref(), Some("unverified"));
    tale.pass("1m");
    tale.verified("production", None, Outcome::GoodSoFar);
    assert!(told(&tale).unwrap().starts_with("good so far"), "{:?}", told(&tale));
}

#[test]
fn what_was_wrong_is_not_over_while_it_is_being_rolled_back() {
    let mut tale = Tale::cleared();
    let deploy = tale.flown();
    tale.see("production", "1.0.0", Health::Unhealthy);
    let kinds = |tale: &Tale| tale.situation().troubles().iter().map(|t| t.kind).collect::<Vec<_>>();
    assert_eq!(kinds(&tale), [TroubleKind::Unhealthy]);
    tale.pass("1m");
    let back = tale.start(Tale::roll_back("production", None)).unwrap();
    for health in [Health::Waiting, Health::Starting] {
        tale.see("production", "0.9.4", health);
        assert_eq!(kinds(&tale), [TroubleKind::RollingBack], "{health:?}");
        assert_eq!(outlook(&tale).word, OutlookWord::NoGo, "{health:?}");
    }
    assert_eq!(tale.finish(&back, None), Outcome::Good);
    tale.see("production", "0.9.4", Health::Healthy);
    assert_eq!((kinds(&tale), outlook(&tale).word), (Vec::new(), OutlookWord::NoGo));
    let ended = |id| tale.situation().release.how_ended(tale.action(id));
    assert_eq!((ended(&deploy), ended(&back)), (Some(ActionResult::RolledBack), Some(ActionResult::Started)));
}

#[test]
fn a_deploy_that_ended_before_it_was_done_is_no_go_until_another_action_ends_well() {
    let mut tale = Tale::cleared();
    let deploy = tale.start(Tale::deploy("staging", "1.0.0")).unwrap();
    tale.step(&deploy, Ok(None));
    tale.step(&deploy, Err(FailureKind::Rejected));
    tale.command(&Command::Action(ActionCommand::Leave { action: deploy.clone() })).unwrap();
    tale.see("staging", "1.0.0", Health::Healthy);
    assert_eq!(outlook(&tale).word, OutlookWord::NoGo);
    assert!(reason(&tale).contains("ended before it was done"), "{}", reason(&tale));
    let again = tale.start(Tale::deploy("staging", "1.0.0")).unwrap();
    assert_eq!(tale.finish(&again, None), Outcome::Good);
    assert_ne!(outlook(&tale).word, OutlookWord::NoGo, "{:?}", outlook(&tale).blocking);
}

#[test]
fn a_rollback_of_what_is_well_is_no_trouble() {
    let mut tale = Tale::cleared();
    tale.flown();
    tale.see("production", "1.0.0", Health::Healthy);
    tale.start(Tale::roll_back("production", None)).unwrap();
    assert_eq!(tale.situation().troubles(), []);
}

#[test]
fn an_action_that_stands_still_is_no_go() {
    let mut tale = Tale::cleared();
    let action = tale.start(Tale::deploy("staging", "1.0.0")).unwrap();
    tale.step(&action, Err(FailureKind::Unreachable));
    assert_eq!(outlook(&tale).word, OutlookWord::NoGo);
    assert!(reason(&tale).contains("stopped at"));
}

#[test]
fn a_release_that_was_rolled_away_from_is_no_go() {
    let mut tale = Tale::cleared();
    tale.flown();
    let back = tale.start(Tale::roll_back("production", None)).unwrap();
    tale.finish(&back, None);
    assert_eq!(outlook(&tale).word, OutlookWord::NoGo);
    assert!(outlook(&tale).blocking.iter().any(|r| r.says.contains("it is slow")));
}

#[test]
fn a_branch_that_cannot_be_read_is_not_go() {
    let mut tale = Tale::cleared();
    let failure = tminus_core::mask::Mask::new().failure(Failure::new(FailureKind::NotFound, "no such branch"));
    tale.tell(Fact::Release(ReleaseFact::BranchLost { version: tale.version.clone(), failure }));
    assert_eq!(outlook(&tale).word, OutlookWord::NotYet);
}

#[test]
fn a_proposal_that_waits_is_not_go_and_says_how_many_approvals_are_missing() {
    let mut tale = Tale::cleared();
    assert_eq!(outlook(&tale).in_short(), "to propose; 2 approvals follow");
    let proposal = tale.proposed();
    assert_eq!((outlook(&tale).word, outlook(&tale).in_short().as_str()), (OutlookWord::NotYet, "2 approvals missing"));
    tale.approve("dana", &proposal).unwrap();
    assert_eq!((outlook(&tale).word, outlook(&tale).in_short().as_str()), (OutlookWord::NotYet, "1 approval missing"));
    tale.approve("omer", &proposal).unwrap();
    assert_eq!((outlook(&tale).word, outlook(&tale).in_short().as_str()), (OutlookWord::Go, ""));
}

#[test]
fn it_is_not_go_while_something_is_being_changed() {
    let mut tale = Tale::cleared();
    let action = tale.start(Tale::deploy("staging", "1.0.0")).unwrap();
    assert_eq!(outlook(&tale).word, OutlookWord::NotYet);
    assert_eq!(outlook(&tale).in_short(), "deploying staging");
    tale.finish(&action, None);
    assert!(outlook(&tale).blocking.iter().all(|r| r.verdict != Verdict::Running));
}

#[test]
fn a_rollback_without_a_reason_does_not_take_it_from_what_merely_waits() {
    let mut tale = Tale::cleared();
    tale.flown();
    let back = tale.start(Tale::roll_back("production", None)).unwrap();
    assert!(outlook(&tale).in_short().starts_with("rolling back production"), "{}", outlook(&tale).in_short());
    tale.finish(&back, None);
    assert!(!outlook(&tale).in_short().contains("rolling back"));
}

#[test]
fn a_plan_in_which_nothing_is_required_is_not_yet() {
    let mut tale = Tale::cleared();
    for check in &mut tale.plan_to_change().checks {
        check.required = false;
    }
    for environment in &mut tale.plan_to_change().environments {
        environment.after.clear();
    }
    assert_eq!(outlook(&tale).word, OutlookWord::NotYet);
    assert!(reason(&tale).contains("nothing was asked, so nothing is proved"), "{}", reason(&tale));
    tale.waive("production", "gate:production").unwrap();
    assert_eq!(outlook(&tale).word, OutlookWord::NotYet, "who waives that has measured nothing");
}

#[test]
fn a_version_that_came_through_no_gate_is_not_go_because_it_runs_there() {
    let mut tale = Tale::new();
    for env in ["staging", "production"] {
        tale.see(env, "1.0.0", Health::Healthy);
    }
    assert_eq!(outlook(&tale).word, OutlookWord::NotYet, "nobody measured anything");
    let is_asked = |tale: &Tale| outlook(tale).blocking.iter().any(|r| r.subject == "version");
    assert!(is_asked(&tale), "{:?}", outlook(&tale).blocking);
    let mut tale = Tale::cleared();
    tale.see("production", "1.0.0", Health::Healthy);
    assert!(!is_asked(&tale), "its gate is met, and the store is next: {:?}", outlook(&tale).blocking);
}

/// The release is out wherever the plan has a gate.
fn out_everywhere() -> Tale {
    let mut tale = Tale::cleared();
    tale.environment("app-store").gate.clear();
    tale.flown();
    tale
}

#[test]
fn what_a_gate_let_through_is_no_go_when_a_check_of_it_fails_since_and_time_alone_takes_nothing_back() {
    let is_asked = |tale: &Tale| {
        let of = |r: &Reason| (r.subject == "version").then_some(r.verdict);
        outlook(tale).blocking.iter().find_map(of)
    };
    let mut tale = out_everywhere();
    assert_eq!(is_asked(&tale), None, "{:?}", outlook(&tale).blocking);
    tale.pass("10h");
    tale.check_begins("version", None);
    assert_eq!(is_asked(&tale), None, "what is measured again has not failed: {:?}", outlook(&tale).blocking);
    for verdict in [Verdict::Fail, Verdict::NoData] {
        tale.check_ends("version", None, verdict);
        assert_eq!(is_asked(&tale), Some(verdict));
    }
    tale.waive("production", "version").unwrap();
    assert_eq!(is_asked(&tale), None, "a person goes on without it: {:?}", outlook(&tale).blocking);
    tale.check_ends("version", None, Verdict::Pass);
    assert_eq!(is_asked(&tale), None);
}

#[test]
fn beside_the_word_stands_which_gate_waits_where_there_are_several() {
    let mut tale = Tale::cleared();
    tale.check_ends("version", None, Verdict::NoData);
    let outlook = outlook(&tale);
    let says = "One version in every file: no-data";
    assert_eq!((outlook.in_short(), outlook.in_shorter()), (format!("production: {says}"), says.to_owned()));
}

#[test]
fn it_is_not_go_where_something_else_runs_in_the_place_of_the_release() {
    let drift = |tale: &Tale| {
        let mut all = outlook(tale).blocking.into_iter();
        all.find(|r| r.says.contains("delivered 1.0.0"))
            .map(|reason| (reason.verdict, reason.short.unwrap_or_default()))
    };
    let mut tale = out_everywhere();
    assert_eq!(drift(&tale), None);
    tale.see("production", "1.0.1", Health::Healthy);
    assert_eq!(drift(&tale), Some((Verdict::Stale, "production runs something that tminus did not deploy".to_owned())));
    assert_ne!(outlook(&tale).word, OutlookWord::Go);
    tale.see("production", "1.0.0", Health::Healthy);
    assert_eq!(drift(&tale), None);
    let nothing = Observation { version: None, digest: None, ..super::seen("1.0.0", Health::Absent) };
    tale.observe(("production", "backend"), nothing);
    assert_eq!(drift(&tale).map(|(verdict, _)| verdict), Some(Verdict::Fail), "it is gone");
    // Where the release is still to come, drift is no news of it: the preview tells it.
    let mut tale = Tale::cleared();
    tale.see("production", "0.9.9", Health::Healthy);
    assert_eq!(outlook(&tale).word, OutlookWord::Go, "{:?}", outlook(&tale).blocking);
}

#[test]
fn a_go_with_a_waiver_says_so_and_names_who_and_why() {
    let mut tale = Tale::cleared();
    tale.check_ends("version", None, Verdict::Fail);
    tale.waive("production", "version").unwrap();
    let outlook = outlook(&tale);
    assert_eq!((outlook.word, outlook.shown().as_str()), (OutlookWord::Go, "GO with 1 waiver"));
    let words: Vec<String> = outlook.waived.iter().map(|waived| waived.words()).collect();
    assert_eq!(words, ["version for production: waived by dana: we looked"]);
}

#[test]
fn a_rollout_that_stopped_half_way_names_the_version_that_serves() {
    let mut tale = Tale::cleared();
    let half = tminus_core::order::Observation {
        serves: Some(super::version("0.9.4")),
        words: Some("0 of 3 new replicas ready, CrashLoopBackOff; 0.9.4 still serves".into()),
        ..super::seen("1.0.0", Health::Unhealthy)
    };
    tale.observe(("production", "backend"), half);
    let situation = tale.situation();
    let env = tminus_core::names::EnvName::new("production");
    let environment = situation.plan.environment(&env).unwrap();
    let place = situation.release.environments[&env].places.iter().next().unwrap();
    let how = situation.how_it_is(environment, place);
    assert_eq!((how.word.as_str(), how.more.as_deref()), ("0.9.4 serves", Some("1.0.0 stuck 0 of 3")));
}

#[test]
fn no_reason_says_that_something_is_so_and_then_that_it_is_not() {
    let mut tale = Tale::cleared();
    tale.see("staging", "1.0.0", Health::Unhealthy);
    let contradicts = |says: &str| says.contains("is good: ") || says.contains("was never rolled back");
    let said: Vec<String> = outlook(&tale).blocking.iter().map(|reason| reason.says.clone()).collect();
    assert!(!said.is_empty() && !said.iter().any(|says| contradicts(says)), "{said:?}");
    let items = tale.gate("production").items;
    let title = &items.iter().find(|item| item.item == "after:staging").unwrap().title;
    assert!(title.starts_with("needs "), "{title}");
}

#[test]
fn an_image_that_was_not_built_says_what_builds_it() {
    let mut tale = Tale::cleared();
    let blockers = vec!["the engine has no backend:1.0.0".to_owned()];
    tale.readiness("staging", Readiness { blockers, digest: None, ..readiness("1.0.0") });
    let held = tale.situation().blockers(&tale.proposal(&Tale::deploy("staging", "1.0.0")));
    assert!(held.iter().any(|says| says == "backend 1.0.0 is not built yet: b builds it (`tminus build`)"), "{held:?}");
}

#[test]
fn what_was_looked_at_elsewhere_is_no_go() {
    let mut outlook = Outlook { word: OutlookWord::Go, blocking: Vec::new(), approvals: 0, waived: Vec::new() };
    outlook.add(Reason::elsewhere("DOCKER_HOST differs".to_owned()));
    assert_eq!((outlook.word, outlook.in_short()), (OutlookWord::NotYet, "seen from another environment".to_owned()));
}

#[test]
fn a_checkout_that_is_not_the_release_is_no_go_where_a_deploy_would_run_with_its_files() {
    let mut tale = Tale::cleared();
    let is_told =
        |tale: &Tale| outlook(tale).blocking.iter().any(|r| r.says.contains("commands and files of the checkout"));
    let changed = vec!["app.txt (changed)".to_owned()];
    let clean = tale.branch_at(Some(super::FIRST));
    let dirty = BranchState { checkout: Checkout::Dirty(1), changed, ..clean.clone() };
    tale.see_branch(clean.clone());
    assert!(!is_told(&tale), "{:?}", outlook(&tale).blocking);
    tale.see_branch(dirty);
    assert!(is_told(&tale) && outlook(&tale).word == OutlookWord::NoGo, "{:?}", outlook(&tale).blocking);
    tale.see_branch(BranchState { unlooked: Some("the ignore rules could not be read".to_owned()), ..clean });
    assert_ne!(outlook(&tale).word, OutlookWord::Go);
}

#[test]
fn a_good_verification_does_not_outlive_a_check_of_it_that_fails() {
    let mut tale = Tale::cleared();
    tale.see("staging", "1.0.0", Health::Healthy);
    let proof = |tale: &Tale| tale.situation().proof(tale.plan.environment(&EnvName::new("staging")).unwrap());
    assert_eq!((proof(&tale), tale.item("production", "after:staging")), (Proof::Good, Verdict::Pass));
    for (verdict, proved, gate, word) in [
        (Verdict::Fail, Proof::Bad, Verdict::Fail, OutlookWord::NoGo),
        (Verdict::NoData, Proof::Bad, Verdict::Fail, OutlookWord::NoGo),
        (Verdict::Inconclusive, Proof::Bad, Verdict::Fail, OutlookWord::NoGo),
        (Verdict::Pass, Proof::Good, Verdict::Pass, OutlookWord::Go),
        (Verdict::NoData, Proof::Good, Verdict::Pass, OutlookWord::Go),
    ] {
        tale.pass("10s");
        tale.check_ends("api-health", Some("staging"), verdict);
        let found = (proof(&tale), tale.item("production", "after:staging"), outlook(&tale).word);
        assert_eq!(found, (proved, gate, word), "{verdict:?}: {:?}", outlook(&tale).blocking);
    }
    tale.check_ends("api-health", Some("staging"), Verdict::Fail);
    let blocking = outlook(&tale).blocking;
    let says = |reason: &&Reason| reason.says.starts_with("api-health failed in staging after it was verified: ");
    assert!(blocking.iter().any(|reason| says(&reason)), "{blocking:?}");
    tale.check_begins("api-health", Some("staging"));
    assert_eq!(proof(&tale), Proof::Bad, "it runs again, and found nothing yet");
    tale.pass("2h");
    assert_eq!(proof(&tale), Proof::Bad, "time makes nothing good");
    tale.verified("staging", Some("30s"), Outcome::Good);
    assert_eq!(proof(&tale), Proof::Good, "it was measured anew");
}
