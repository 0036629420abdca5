//! The way back: to a version that is named, known to be there, and seen to be well before.

use super::{SECOND, Tale, digest, readiness};
use tminus_core::action::{HorizonWait, Outcome, Request, StepTask, StepUndo};
use tminus_core::command::{ActionCommand, Command};
use tminus_core::fact::{ActionFact, Fact, TargetFact};
use tminus_core::failure::FailureKind;
use tminus_core::names::{ActionId, ArtifactName, EnvName, Version};
use tminus_core::order::{Health, Readiness, Task};
use tminus_core::plan::{CommandLine, Template, Undo};
use tminus_core::release::StepState;
use tminus_core::situation::{WayBack, WayBackState};

fn way(tale: &Tale, env: &str) -> WayBack {
    tale.situation().way_back(&EnvName::new(env))
}

fn to(tale: &Tale) -> Option<String> {
    way(tale, "production").to.map(|v: Version| v.to_string())
}

#[test]
fn a_rollback_names_its_target() {
    let tale = Tale::new();
    let proposal = tale.proposal(&Tale::roll_back("production", None));
    let Request::RollBack { to, .. } = &proposal.request else { panic!("{proposal:?}") };
    assert_eq!(to.as_ref().map(Version::as_str), Some("0.9.3"));
    assert_eq!(proposal.moves[0].to.digest, Some(digest("0.9.3")));
}

#[test]
fn going_back_twice_does_not_bring_the_bad_version_back() {
    let mut tale = Tale::cleared();
    tale.flown();
    assert_eq!(to(&tale).as_deref(), Some("0.9.4"));
    let back = tale.start(Tale::roll_back("production", None)).unwrap();
    assert_eq!(tale.finish(&back, None), Outcome::Good);
    // It bears the label of the deploy that brought it first, or none: a container that was kept, a command.
    tale.see("production", "0.9.4", Health::Healthy);
    let further = |tale: &Tale| {
        let way = way(tale, "production");
        (way.to, way.reasons.first().is_some_and(|says| says.starts_with("already back on 0.9.4")))
    };
    assert_eq!(further(&tale), (None, true));
    tale.pass("1m");
    let look = Request::Verify { env: EnvName::new("production"), horizon: None, patience: HorizonWait::Now };
    tale.start(look).unwrap();
    assert_eq!(further(&tale), (None, true), "a verification under way says nothing against it");
    let named = tale.situation().way_back_to(&EnvName::new("production"), Some(&super::version("0.9.3")));
    assert_eq!(named.to, Some(super::version("0.9.3")));
}

#[test]
fn a_version_that_was_never_healthy_there_is_no_way_back() {
    let mut tale = Tale::new();
    tale.see("production", "0.9.5", Health::Unhealthy);
    tale.see("production", "1.0.0", Health::Healthy);
    assert_eq!(to(&tale).as_deref(), Some("0.9.4"));
}

#[test]
fn a_rollback_without_a_reason_takes_it_from_what_is_wrong_there() {
    let mut tale = Tale::new();
    tale.see("production", "0.9.4", Health::Unhealthy);
    let request = Request::RollBack { env: EnvName::new("production"), to: None, reason: " ".into() };
    let action = tale.start(request).unwrap();
    let Request::RollBack { reason, .. } = &tale.action(&action).proposal.request else { panic!() };
    assert!(reason.contains("backend 0.9.4 in production is unhealthy"), "{reason}");
}

#[test]
fn a_tag_that_names_another_image_by_now_blocks_the_way_back() {
    let mut tale = Tale::new();
    tale.readiness("production", Readiness { digest: Some(digest("6.6.6")), ..readiness("0.9.3") });
    let way = way(&tale, "production");
    assert_eq!(way.state, WayBackState::Blocked);
    assert!(way.reasons[0].contains("what was good was"), "{way:?}");
    assert!(tale.start(Tale::roll_back("production", None)).is_err());
}

#[test]
fn an_artifact_that_is_gone_blocks_the_way_back_with_the_services_words() {
    let mut tale = Tale::new();
    let blockers = vec!["the registry no longer has it".to_owned()];
    tale.readiness("production", Readiness { blockers, ..readiness("0.9.3") });
    let way = way(&tale, "production");
    assert_eq!((way.state, way.reasons), (WayBackState::Blocked, vec!["the registry no longer has it".to_owned()]));
}

#[test]
fn a_way_back_that_nobody_has_looked_at_is_unknown_and_not_ready() {
    let mut tale = Tale::new();
    tale.release
        .environments
        .get_mut(&EnvName::new("production"))
        .unwrap()
        .places
        .values_mut()
        .for_each(|p| p.ready.clear());
    assert_eq!(way(&tale, "production").state, WayBackState::Unknown);
    assert!(tale.start(Tale::roll_back("production", None)).is_err());
}

#[test]
fn a_way_back_that_cannot_be_seen_now_is_unknown() {
    let mut tale = Tale::new();
    tale.lose("production");
    assert_eq!(way(&tale, "production").state, WayBackState::Unknown);
}

#[test]
fn the_first_version_of_all_has_no_way_back() {
    let mut tale = Tale::blank();
    tale.open("1.0.0", SECOND);
    tale.see("production", "1.0.0", Health::Healthy);
    assert_eq!(way(&tale, "production").state, WayBackState::None);
}

#[test]
fn what_a_deploy_did_for_good_is_named_before_and_after_it() {
    let mut tale = Tale::cleared();
    let proposal = tale.proposal(&Tale::deploy("production", "1.0.0"));
    let preview = tale.situation().preview(&proposal, &super::NoCalls).unwrap();
    assert_eq!(preview.irreversible, ["Migrate the database: a field is dropped"]);
    tale.flown();
    assert_eq!(
        way(&tale, "production").keeps,
        ["Migrate the database: a field is dropped; the plan does not say whether 0.9.4 runs after it"]
    );
    // Further back it is still dropped, whatever runs meanwhile.
    let back = tale.start(Tale::roll_back("production", None)).unwrap();
    tale.finish(&back, None);
    tale.see("production", "0.9.4", Health::Healthy);
    let further = tale.situation().way_back_to(&EnvName::new("production"), Some(&super::version("0.9.3")));
    assert_eq!(
        further.keeps,
        ["Migrate the database: a field is dropped; the plan does not say whether 0.9.3 runs after it"]
    );
}

#[test]
fn a_step_without_an_undo_says_so() {
    let mut tale = Tale::cleared();
    tale.environment("production").steps[0].undo = Undo::Unsaid;
    let steps =
        tale.situation().steps(&tale.proposal(&Tale::deploy("production", "1.0.0")), &"a".into(), &super::NoCalls);
    let migrates = steps.unwrap().into_iter().find(|step| step.title.starts_with("Migrate")).unwrap();
    assert_eq!(migrates.undo, StepUndo::Unsaid);
}

/// The words of a command that undoes a step, as a rollback runs them.
fn undo_words(undo: &[&str]) -> Vec<String> {
    let mut tale = Tale::cleared();
    let words = undo.iter().map(|w| Template::new(*w)).collect();
    tale.environment("production").steps[0].undo = Undo::Run(CommandLine(words));
    tale.flown();
    let back = tale.start(Tale::roll_back("production", None)).unwrap();
    let last = tale.action(&back).steps.last().unwrap();
    let StepTask::Order { task, .. } = &last.step.task else { panic!("{last:?}") };
    let Task::Run { words, .. } = task.as_ref() else { panic!("{task:?}") };
    words.clone()
}

#[test]
fn a_rollback_undoes_the_extra_steps_of_the_deploy_with_the_versions_of_that_deploy() {
    assert_eq!(undo_words(&["migrate", "down", "{version}", "{previous}"]), ["migrate", "down", "1.0.0", "0.9.4"]);
}

#[test]
fn a_step_that_was_never_done_is_not_undone() {
    let mut tale = Tale::cleared();
    tale.environment("production").steps[0].undo = Undo::Run(CommandLine(vec![Template::new("undo")]));
    let back = tale.start(Tale::roll_back("production", None)).unwrap();
    assert_eq!(tale.action(&back).steps.len(), 2, "a look, and the version");
}

#[test]
fn a_deploy_that_stopped_before_it_delivered_leaves_nothing_to_go_back_from() {
    let mut tale = Tale::cleared();
    let proposal = tale.proposed();
    tale.approve("dana", &proposal).unwrap();
    tale.approve("omer", &proposal).unwrap();
    let action = tale.start(Tale::deploy("production", "1.0.0")).unwrap();
    tale.step(&action, Ok(None));
    tale.step(&action, Err(FailureKind::Rejected));
    // 0.9.4 still runs: to go back to 0.9.3 would take a good version away, and mark it bad.
    let refusal = tale.start(Tale::roll_back("production", None)).unwrap_err();
    assert!(refusal.says.contains("0.9.4 still runs"), "{refusal}");
    tale.command(&Command::Action(ActionCommand::Leave { action })).unwrap();
    assert_eq!(to(&tale), None);
}

/// A deploy of 1.0.0 did its migration, failed in its delivery and was left so; the health of 0.9.4 is told.
fn failed_delivery(health: Health) -> Tale {
    let mut tale = Tale::cleared();
    let proposal = tale.proposed();
    tale.approve("dana", &proposal).unwrap();
    tale.approve("omer", &proposal).unwrap();
    let action = tale.start(Tale::deploy("production", "1.0.0")).unwrap();
    let delivers = |s: &StepState| s.step.title.starts_with("Deliver");
    let before = tale.action(&action).steps.iter().position(delivers).unwrap();
    (0..before).for_each(|_| tale.step(&action, Ok(None)));
    tale.step(&action, Err(FailureKind::Rejected));
    tale.command(&Command::Action(ActionCommand::Leave { action })).unwrap();
    tale.see("production", "0.9.4", health);
    tale
}

#[test]
fn after_a_deploy_that_failed_the_good_version_that_serves_on_is_not_rolled_back() {
    for health in [Health::Healthy, Health::Unknown] {
        let mut tale = failed_delivery(health);
        let way = way(&tale, "production");
        assert_eq!((way.state, way.to), (WayBackState::None, None));
        let says = &way.reasons[0];
        assert!(says.starts_with("production runs 0.9.4 as before deploy-production-"), "{says}");
        let done = "; its \"Migrate the database\" stays done. Further back: `tminus rollback production --to 0.9.3`";
        assert!(says.ends_with(done), "{says}");
        let refusal = tale.start(Tale::roll_back("production", None)).unwrap_err();
        assert!(refusal.says.contains("nothing to roll back"), "{refusal}");
        tale.start(Tale::roll_back("production", Some("0.9.3"))).unwrap();
    }
}

#[test]
fn where_nothing_goes_back_it_is_said_why_and_no_undo_is_asked_for_its_words() {
    let mut tale = Tale::cleared();
    let undo = ["undo", "{version}", "{previous}"].map(Template::new).to_vec();
    tale.environment("production").steps[0].undo = Undo::Run(CommandLine(undo));
    tale.flown();
    let mut proposal = tale.proposal(&Tale::deploy("production", "1.0.0"));
    proposal.moves[0].to.version = super::version("1.1.0");
    let action = ActionId::new("deploy-production-next");
    tale.tell(Fact::Action(ActionFact::Started { action: action.clone(), proposal, steps: Vec::new() }));
    let summary = "it broke".to_owned();
    tale.tell(Fact::Action(ActionFact::Finished { action, outcome: Outcome::Failed, summary }));
    let refusal = tale.start(Tale::roll_back("production", None)).unwrap_err();
    assert!(refusal.says.contains("production runs 1.0.0 as before deploy-production-next: nothing"), "{refusal}");
    let proposal = tale.proposal(&Tale::roll_back("production", None));
    let preview = tale.situation().preview(&proposal, &super::NoCalls).unwrap();
    assert!(preview.blockers.iter().any(|why| why.contains("nothing to roll back")), "{:?}", preview.blockers);
}

#[test]
fn after_a_deploy_that_failed_what_is_ill_is_rolled_back() {
    let tale = failed_delivery(Health::Unhealthy);
    assert_eq!(to(&tale).as_deref(), Some("0.9.3"));
    let mut tale = failed_delivery(Health::Healthy);
    tale.verified("production", None, Outcome::NotGood);
    assert_eq!(to(&tale).as_deref(), Some("0.9.3"), "what was verified and not good is not well");
}

#[test]
fn a_rollback_may_replace_a_deploy_that_stands_still_but_not_one_that_runs() {
    let mut tale = Tale::cleared();
    let proposal = tale.proposed();
    tale.approve("dana", &proposal).unwrap();
    tale.approve("omer", &proposal).unwrap();
    let action = tale.start(Tale::deploy("production", "1.0.0")).unwrap();
    tale.step(&action, Ok(None));
    tale.step(&action, Ok(None));
    tale.see("production", "1.0.0", Health::Unhealthy);
    assert!(tale.start(Tale::roll_back("production", None)).unwrap_err().says.contains("is running"));
    tale.step(&action, Err(FailureKind::Rejected));
    let back = tale.start(Tale::roll_back("production", None)).unwrap();
    assert_eq!(tale.action(&action).ended.as_ref().unwrap().outcome, Outcome::Failed);
    assert_eq!(tale.release.active(&EnvName::new("production")).unwrap().id, back);
}

#[test]
fn a_version_that_nobody_could_tell_about_is_a_way_back_unless_it_was_started_again_and_again() {
    let mut tale = Tale::new();
    tale.see("production", "0.9.5", Health::Starting);
    tale.see("production", "0.9.5", Health::Unknown);
    tale.see("production", "0.9.5", Health::Stopped);
    tale.see("production", "0.9.5", Health::Unknown);
    tale.pass("5m");
    tale.see("production", "0.9.6", Health::Unknown);
    tale.see("production", "0.9.6", Health::Unhealthy);
    tale.see("production", "0.9.6", Health::Unknown);
    tale.see("production", "1.0.0", Health::Healthy);
    assert_eq!(to(&tale).as_deref(), Some("0.9.5"), "0.9.6 was up between two crashes, which says nothing good");
}

#[test]
fn a_version_that_was_only_ever_starting_is_no_way_back() {
    let mut tale = Tale::new();
    tale.see("production", "0.9.5", Health::Starting);
    tale.see("production", "1.0.0", Health::Healthy);
    assert_eq!(to(&tale).as_deref(), Some("0.9.4"));
}

#[test]
fn a_tag_that_moved_on_takes_nothing_away_from_a_way_back_that_is_held_by_its_digest() {
    let mut tale = Tale::new();
    let moved = Readiness { digest: Some(digest("6.6.6")), ..readiness("0.9.3") };
    tale.readiness("production", Readiness { held: vec![digest("0.9.3")], ..moved.clone() });
    assert_eq!(way(&tale, "production").state, WayBackState::Ready);
    tale.readiness("production", moved);
    assert_eq!(way(&tale, "production").state, WayBackState::Blocked);
}

/// Production runs 1.0.0 without a health check after a deploy that took 0.9.5, which had none either.
fn swapped() -> Tale {
    let mut tale = Tale::cleared();
    tale.see("production", "0.9.5", Health::Unknown);
    tale.ready("production", "0.9.5");
    tale.pass("2m");
    let proposal = tale.proposed();
    tale.approve("dana", &proposal).unwrap();
    tale.approve("omer", &proposal).unwrap();
    let action = tale.start(Tale::deploy("production", "1.0.0")).unwrap();
    tale.see("production", "0.9.5", Health::Stopped);
    tale.see("production", "1.0.0", Health::Unknown);
    tale.finish(&action, None);
    tale
}

#[test]
fn a_version_without_a_health_check_that_a_deploy_itself_stopped_is_a_way_back() {
    assert_eq!(to(&swapped()).as_deref(), Some("0.9.5"));
}

#[test]
fn a_version_without_a_health_check_that_ended_by_itself_is_no_way_back() {
    let mut tale = Tale::new();
    tale.see("production", "0.9.5", Health::Unknown);
    tale.see("production", "0.9.5", Health::Stopped);
    tale.see("production", "1.0.0", Health::Healthy);
    assert_eq!(to(&tale).as_deref(), Some("0.9.4"));
}

#[test]
fn a_version_that_tminus_brought_to_the_end_is_a_way_back_also_after_it_was_stopped() {
    let mut tale = swapped();
    tale.pass("1h");
    tale.see("production", "1.0.0", Health::Stopped);
    tale.see("production", "1.1.0", Health::Unknown);
    tale.ready("production", "1.0.0");
    assert_eq!(to(&tale).as_deref(), Some("1.0.0"));
}

/// A deploy of 1.0.0 failed, and took 0.9.4 down with it.
fn down() -> Tale {
    let mut tale = Tale::cleared();
    let proposal = tale.proposed();
    tale.approve("dana", &proposal).unwrap();
    tale.approve("omer", &proposal).unwrap();
    let action = tale.start(Tale::deploy("production", "1.0.0")).unwrap();
    tale.step(&action, Ok(None));
    tale.step(&action, Ok(None));
    tale.step(&action, Err(FailureKind::Rejected));
    tale.see("production", "0.9.4", Health::Stopped);
    tale
}

#[test]
fn a_good_version_that_a_failed_deploy_left_stopped_is_the_way_back_to_itself() {
    let mut tale = down();
    assert_eq!(to(&tale).as_deref(), Some("0.9.4"));
    let back = tale.start(Tale::roll_back("production", None)).unwrap();
    assert_eq!(tale.action(&back).proposal.moves[0].to.version.as_str(), "0.9.4");
}

#[test]
fn a_stopped_version_that_is_named_is_brought_back() {
    let mut tale = down();
    tale.start(Tale::roll_back("production", Some("0.9.4"))).unwrap();
}

#[test]
fn a_version_that_runs_already_is_said_to_run_and_not_to_have_been_ill() {
    let mut tale = Tale::new();
    let refusal = tale.start(Tale::roll_back("production", Some("0.9.4"))).unwrap_err();
    assert!(refusal.says.contains("0.9.4 runs in production already"), "{refusal}");
}

#[test]
fn a_release_that_ended_by_itself_is_left_for_the_version_before_it() {
    let mut tale = Tale::cleared();
    tale.flown();
    tale.see("production", "1.0.0", Health::Stopped);
    assert_eq!(to(&tale).as_deref(), Some("0.9.4"));
}

#[test]
fn where_nothing_runs_any_more_the_last_good_version_is_the_way_back() {
    let mut tale = down();
    let gone = tminus_core::order::Observation { version: None, digest: None, ..super::seen("0.9.4", Health::Absent) };
    tale.observe(("production", "backend"), gone);
    assert_eq!(to(&tale).as_deref(), Some("0.9.4"));
}

#[test]
fn a_version_that_was_verified_and_good_is_a_way_back_whatever_its_health_said() {
    let mut tale = Tale::new();
    tale.see("production", "0.9.5", Health::Starting);
    tale.verified("production", None, Outcome::Good);
    tale.see("production", "1.0.0", Health::Healthy);
    assert_eq!(to(&tale).as_deref(), Some("0.9.5"));
}

#[test]
fn where_there_never_is_a_rollback_it_is_said_what_goes_on_instead() {
    let mut tale = Tale::blank();
    tale.open("1.0.0", SECOND);
    tale.observe(("app-store", "mobile"), super::seen("1.0.0", Health::Healthy));
    let way = way(&tale, "app-store");
    assert_eq!(way.state, WayBackState::None);
    let says = "App Store has no rollback to an earlier version: ship the old code again under a higher version";
    assert_eq!(way.reasons, [says]);
}

#[test]
fn what_was_never_good_is_refused_with_what_was() {
    let tale = Tale::cleared();
    let never = super::version("7.7.7");
    let way = tale.situation().way_back_to(&EnvName::new("production"), Some(&never));
    let says = way.reasons.join(" ");
    assert!(says.starts_with("7.7.7 was never seen to be healthy in production; "), "{says}");
}

#[test]
fn what_somebody_else_put_there_meanwhile_goes_after_what_the_deploy_replaced() {
    let mut tale = Tale::cleared();
    tale.flown();
    tale.see("production", "1.0.0", Health::Healthy);
    tale.pass("1m");
    tale.see("production", "9.9.9", Health::Healthy);
    tale.pass("1m");
    tale.see("production", "1.0.0", Health::Healthy);
    assert_eq!(to(&tale).as_deref(), Some("0.9.4"));
}

#[test]
fn a_rollback_that_stopped_half_way_does_not_lead_back_to_what_it_leaves() {
    let mut tale = Tale::cleared();
    tale.flown();
    tale.see("production", "1.0.0", Health::Healthy);
    let back = tale.start(Tale::roll_back("production", None)).unwrap();
    tale.step(&back, Ok(None));
    tale.step(&back, Err(FailureKind::Unreachable));
    tale.see("production", "0.9.4", Health::Healthy);
    assert_ne!(to(&tale).as_deref(), Some("1.0.0"));
}

#[test]
fn after_a_rollback_that_failed_half_way_the_next_one_brings_back_only_what_is_left() {
    let mut tale = Tale::new();
    let mut ui = tale.environment("production").deliver[0].clone();
    ui.artifact = ArtifactName::new("ui");
    tale.environment("production").deliver.push(ui);
    let see = |tale: &mut Tale, artifact: &str, text: &str| {
        tale.observe(("production", artifact), super::seen(text, Health::Healthy));
        tale.tell(Fact::Target(TargetFact::Ready {
            env: EnvName::new("production"),
            artifact: ArtifactName::new(artifact),
            readiness: readiness(text),
        }));
    };
    see(&mut tale, "backend", "0.9.4");
    for text in ["0.9.3", "0.9.4", "1.0.0"] {
        see(&mut tale, "ui", text);
    }
    see(&mut tale, "backend", "1.0.0");
    let leads_to = |tale: &Tale| way(tale, "production").leads_to();
    assert_eq!(leads_to(&tale).as_deref(), Some("0.9.4"));
    // Twice in a row: what the first attempt left stays left.
    for done in [2, 1] {
        let back = tale.start(Tale::roll_back("production", None)).unwrap();
        (0..done).for_each(|_| tale.step(&back, Ok(None)));
        tale.step(&back, Err(FailureKind::Rejected));
        tale.command(&Command::Action(ActionCommand::Leave { action: back })).unwrap();
        see(&mut tale, "backend", "0.9.4");
        let way = way(&tale, "production");
        let moves: Vec<String> = way.moves.iter().map(|m| format!("{} {}", m.artifact, m.to.version)).collect();
        assert_eq!(moves, ["ui 0.9.4"]);
        assert!(way.keeps.contains(&"backend stays at 0.9.4: it is back already".to_owned()), "{:?}", way.keeps);
    }
}

#[test]
fn a_target_that_never_goes_back_is_refused_by_name_though_it_says_that_it_is_ready() {
    let mut tale = Tale::cleared();
    tale.flown();
    tale.ready("production", "0.9.4");
    assert_eq!(way(&tale, "production").state, WayBackState::Ready, "as long as it is no store");
    let store = tale.environment("app-store").deliver[0].kind.clone();
    tale.environment("production").deliver[0].kind = store;
    let says = "App Store has no rollback to an earlier version: ship the old code again under a higher version";
    for to in [None, Some("0.9.4")] {
        let way = tale.situation().way_back_to(&EnvName::new("production"), to.map(super::version).as_ref());
        assert_eq!((way.state, way.reasons), (WayBackState::Blocked, vec![says.to_owned()]), "{to:?}");
        let refusal = tale.start(Tale::roll_back("production", to)).unwrap_err();
        assert!(refusal.says.contains(says), "{refusal}");
    }
}
