//! Drift: what runs is not what tminus brought there.

use super::{Tale, digest, seen};
use tminus_core::action::{HorizonWait, Request};
use tminus_core::failure::FailureKind;
use tminus_core::names::{ActionId, EnvName};
use tminus_core::order::{Health, Observation};
use tminus_core::situation::By;

fn drift(tale: &Tale) -> Vec<String> {
    tale.situation().drift(&EnvName::new("production"))
}

fn one(tale: &Tale) -> String {
    let drift = drift(tale);
    assert_eq!(drift.len(), 1, "{drift:?}");
    drift[0].clone()
}

#[test]
fn what_tminus_found_where_it_brought_nothing_is_no_drift() {
    let mut tale = Tale::new();
    tale.see("production", "0.9.5", Health::Healthy);
    assert_eq!(drift(&tale), [""; 0]);
}

#[test]
fn what_tminus_brought_is_no_drift() {
    let mut tale = Tale::cleared();
    tale.flown();
    assert_eq!(drift(&tale), [""; 0]);
}

#[test]
fn a_version_that_somebody_else_brought_is_drift_and_is_in_the_preview_until_tminus_delivers_again() {
    let mut tale = Tale::cleared();
    let action = tale.flown();
    tale.see("production", "1.0.1", Health::Healthy);
    let says = one(&tale);
    assert!(says.starts_with("backend 1.0.1 (") && says.contains("tminus did not deploy it"), "{says}");
    assert!(says.contains(&format!("{action} delivered 1.0.0")), "{says}");
    let proposal = tale.proposal(&Tale::roll_back("production", Some("1.0.0")));
    assert_eq!(tale.situation().preview(&proposal, &super::NoCalls).unwrap().warnings, [says]);
    tale.ready("production", "1.0.0");
    let back = tale.start(Tale::roll_back("production", Some("1.0.0"))).unwrap();
    tale.finish(&back, None);
    tale.see("production", "1.0.0", Health::Healthy);
    assert_eq!(drift(&tale), [""; 0]);
}

#[test]
fn what_somebody_else_brought_is_not_verified() {
    let mut tale = Tale::cleared();
    let action = tale.flown();
    let look = |label: Option<&ActionId>| Observation { action: label.cloned(), ..seen("1.0.0", Health::Healthy) };
    tale.observe(("production", "backend"), look(Some(&action)));
    let request = Request::Verify { env: EnvName::new("production"), horizon: None, patience: HorizonWait::Now };
    let blockers = |tale: &Tale| {
        let proposal = tale.proposal(&request);
        assert_eq!(tale.situation().blockers(&proposal), tale.situation().unknown_health(&proposal));
        tale.situation().blockers(&proposal)
    };
    assert_eq!(blockers(&tale), [""; 0]);
    tale.observe(("production", "backend"), look(None));
    assert!(one(&tale).contains("tminus did not deploy it"), "{}", one(&tale));
    assert_eq!(blockers(&tale), [format!("{}; `tminus settle production --adopt REASON` adopts it", one(&tale))]);
}

#[test]
fn the_same_version_with_another_digest_is_drift_though_it_carries_our_label() {
    let mut tale = Tale::cleared();
    let action = tale.flown();
    let observation =
        Observation { digest: Some(digest("other")), action: Some(action.clone()), ..seen("1.0.0", Health::Healthy) };
    tale.observe(("production", "backend"), observation);
    assert!(one(&tale).contains(&format!("though it carries {action}")), "{}", one(&tale));
}

#[test]
fn a_label_that_nobody_knows_is_named() {
    let mut tale = Tale::cleared();
    tale.flown();
    let action = Some(ActionId::new("deploy-production-elsewhere"));
    tale.observe(("production", "backend"), Observation { action, ..seen("1.0.1", Health::Healthy) });
    assert!(one(&tale).contains("deploy-production-elsewhere, which is not in this journal"), "{}", one(&tale));
}

#[test]
fn what_was_taken_away_is_drift() {
    let mut tale = Tale::cleared();
    tale.flown();
    let gone = Observation { version: None, digest: None, ..seen("1.0.0", Health::Absent) };
    tale.observe(("production", "backend"), gone);
    assert!(one(&tale).starts_with("no backend has run in production since"), "{}", one(&tale));
}

#[test]
fn a_deploy_that_failed_leaves_what_was_there_before_which_is_no_drift() {
    let mut tale = Tale::cleared();
    tale.flown();
    let back = tale.start(Tale::roll_back("production", None)).unwrap();
    tale.step(&back, Ok(None));
    tale.step(&back, Err(FailureKind::Rejected));
    assert_eq!(drift(&tale), [""; 0], "1.0.0 still runs");
    tale.see("production", "0.9.4", Health::Unhealthy);
    assert_eq!(drift(&tale), [""; 0], "it was brought after all");
    tale.see("production", "0.9.3", Health::Healthy);
    assert!(one(&tale).contains("delivered 1.0.0"), "{}", one(&tale));
}

/// How production is told, and whether its sign is green.
fn told(tale: &Tale) -> (By, String) {
    let situation = tale.situation();
    let environment = situation.plan.environment(&EnvName::new("production")).unwrap();
    let place = situation.release.environments[&environment.name].places.iter().next().unwrap();
    let how = situation.how_it_is(environment, place);
    (how.by, how.more.unwrap_or_default())
}

#[test]
fn somebody_elses_container_is_drift_and_never_well() {
    let mut tale = Tale::cleared();
    let action = tale.flown();
    let stranger = Observation { version: None, action: None, ..seen("1.0.0", Health::Healthy) };
    tale.observe(("production", "backend"), stranger);
    let says = one(&tale);
    assert!(says.starts_with("something that is not this plan's backend has run in production"), "{says}");
    assert!(says.contains(&format!("{action} delivered 1.0.0")), "{says}");
    let (by, more) = told(&tale);
    assert_eq!(by, By::Health(Health::Unknown));
    assert!(more.contains("not delivered by tminus"), "{more}");
}

#[test]
fn what_was_made_anew_by_hand_of_the_same_image_is_drift() {
    let mut tale = Tale::cleared();
    let action = tale.flown();
    let look = |label: Option<&ActionId>| Observation { action: label.cloned(), ..seen("1.0.0", Health::Healthy) };
    tale.observe(("production", "backend"), look(Some(&action)));
    assert_eq!(drift(&tale), [""; 0]);
    tale.observe(("production", "backend"), look(None));
    let says = one(&tale);
    assert!(says.ends_with(&format!("tminus did not deploy it: the label of {action} is gone")), "{says}");
    tale.observe(("production", "backend"), look(Some(&action)));
    assert_eq!(drift(&tale), [""; 0]);
}

#[test]
fn what_is_well_and_cannot_be_named_is_not_well() {
    let mut tale = Tale::new();
    let stranger = Observation { version: None, action: None, ..seen("1.0.0", Health::Healthy) };
    tale.observe(("production", "backend"), stranger);
    assert_eq!(told(&tale).0, By::Health(Health::Unknown));
}

#[test]
fn another_image_under_the_version_that_was_to_come_is_drift_though_the_deploy_failed() {
    let mut tale = Tale::new();
    let action = tale.start(Tale::deploy("staging", "1.0.0")).unwrap();
    while !tale.action(&action).current().unwrap().1.step.title.starts_with("Deliver") {
        tale.step(&action, Ok(None));
    }
    tale.step(&action, Err(FailureKind::Rejected));
    let other = Observation { digest: Some(digest("other")), ..seen("1.0.0", Health::Healthy) };
    tale.observe(("staging", "backend"), other);
    let staging = EnvName::new("staging");
    let says = tale.situation().drift(&staging);
    assert!(says.len() == 1 && says[0].contains("tminus did not deploy it"), "{says:?}");
    let environment = tale.plan.environment(&staging).unwrap();
    assert!(!tale.situation().runs_it(environment), "the label of a version is not the version");
    let place = tale.release.environments[&staging].places.iter().next().unwrap();
    assert_eq!(tale.situation().how_it_is(environment, place).by, By::Health(Health::Unknown));
}

#[test]
fn what_runs_in_the_place_of_what_was_adopted_is_drift() {
    let mut tale = Tale::cleared();
    tale.see("production", "1.0.0", Health::Healthy);
    tale.adopt("production", "it was here before us").unwrap();
    assert_eq!(drift(&tale), [""; 0]);
    tale.see("production", "0.9.9", Health::Unknown);
    let says = one(&tale);
    assert!(says.starts_with("backend 0.9.9 (") && says.contains("adopted 1.0.0"), "{says}");
}

#[test]
fn something_without_a_version_in_the_place_of_the_release_is_drift_however_it_is() {
    let mut tale = Tale::cleared();
    tale.flown();
    let words = Some("other runs there, which is another image".to_owned());
    tale.observe(("production", "backend"), Observation { words, ..Observation::of(Health::Unknown) });
    let says = one(&tale);
    assert!(says.starts_with("something that is not this plan's backend has run in production"), "{says}");
}
