//! Adopting what somebody else left: exactly what was seen, by its name where it is protected, and nothing while it may change.

use super::{Tale, digest, seen, version, who};
use tminus_core::action::{HorizonWait, Request};
use tminus_core::adoption::{Adoptable, BroughtBy};
use tminus_core::command::{Command, GateCommand, RefusalKind};
use tminus_core::fact::{Fact, TargetFact};
use tminus_core::failure::{Failure, FailureKind};
use tminus_core::mask::Mask;
use tminus_core::names::{ActionId, ArtifactName, EnvName};
use tminus_core::order::{Delivered, Health, Observation};
use tminus_core::question::{AfterAnswer, AnswerKind, Asker, QuestionLine, TextPurpose};
use tminus_core::release::Origin;

fn production() -> EnvName {
    EnvName::new("production")
}

/// Somebody brought 0.9.9 to production by hand, in the place of 1.0.0.
fn drifted() -> Tale {
    let mut tale = Tale::cleared();
    tale.flown();
    tale.see("production", "0.9.9", Health::Healthy);
    tale
}

fn there(tale: &Tale) -> Adoptable {
    let mut all = tale.situation().adoptable_in(&production());
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

fn adopted(tale: &Tale) -> bool {
    matches!(tale.release.origin(&production(), &ArtifactName::new("backend")), Some(Origin::Adopted(_)))
}

#[test]
fn what_was_seen_is_adopted_where_it_is_still_there() {
    let mut tale = drifted();
    let seen = there(&tale);
    let running = Delivered { version: version("0.9.9"), digest: Some(digest("0.9.9")) };
    assert_eq!((seen.brought, &seen.running, &seen.action), (BroughtBy::SomebodyElse, &Some(running), &None));
    tale.adopt_seen(seen, Some("production"), ("production", "the old one, on purpose")).unwrap();
    assert!(adopted(&tale));
    assert_eq!(tale.situation().adoptable_in(&production()), []);
}

#[test]
fn what_came_after_it_was_seen_is_not_adopted() {
    let mut tale = drifted();
    let then = there(&tale);
    tale.see("production", "0.9.8", Health::Healthy);
    let refusal = tale.adopt_seen(then.clone(), Some("production"), ("production", "I looked")).unwrap_err();
    assert_eq!(refusal.kind, RefusalKind::Held);
    assert!(refusal.says.contains("backend 0.9.9") && refusal.says.contains("Now backend 0.9.8"), "{refusal}");
    let other = Observation { digest: Some(digest("7.7.7")), ..seen("0.9.9", Health::Healthy) };
    tale.observe(("production", "backend"), other);
    assert!(tale.adopt_seen(then.clone(), Some("production"), ("production", "I looked")).is_err(), "another image");
    tale.see("production", "1.0.0", Health::Healthy);
    let refusal = tale.adopt_seen(then.clone(), Some("production"), ("production", "I looked")).unwrap_err();
    assert!(refusal.says.contains("there is nothing to adopt of backend"), "{refusal}");
    tale.see("production", "0.9.9", Health::Healthy);
    assert!(tale.adopt_seen(then, Some("production"), ("production", "I looked")).is_err(), "it came a second time");
    assert!(!adopted(&tale));
}

#[test]
fn a_protected_environment_is_adopted_in_only_with_its_name_typed() {
    let mut tale = drifted();
    let seen = there(&tale);
    for typed in [None, Some("staging"), Some("")] {
        let refusal = tale.adopt_seen(seen.clone(), typed, ("production", "I looked")).unwrap_err();
        assert_eq!(refusal.kind, RefusalKind::Held);
        assert!(refusal.says.contains("production"), "{refusal}");
    }
    assert!(!adopted(&tale));
    tale.environment("production").protected = false;
    tale.adopt_seen(seen, None, ("production", "I looked")).unwrap();
}

#[test]
fn nothing_is_adopted_while_an_action_runs_or_waits_for_a_decision() {
    let mut tale = drifted();
    let seen = there(&tale);
    let back = tale.start(Tale::roll_back("production", Some("1.0.0"))).unwrap();
    let refusal = tale.adopt_seen(seen.clone(), Some("production"), ("production", "I looked")).unwrap_err();
    assert!(refusal.says.contains(&format!("{back} is running")), "{refusal}");
    tale.step(&back, Err(FailureKind::Rejected));
    let refusal = tale.adopt_seen(seen, Some("production"), ("production", "I looked")).unwrap_err();
    assert!(refusal.says.contains("settle it first"), "{refusal}");
}

#[test]
fn what_cannot_be_seen_now_is_not_adopted_and_that_is_no_refusal_for_good() {
    let mut tale = drifted();
    let seen = there(&tale);
    tale.lose("production");
    assert_eq!(tale.situation().adoptable_in(&production()), [], "what was seen before is not what is there");
    let refusal = tale.adopt_seen(seen, Some("production"), ("production", "I looked")).unwrap_err();
    assert_eq!(refusal.kind, RefusalKind::CannotTell);
    assert!(refusal.says.contains("backend cannot be seen: connection refused"), "{refusal}");
    let blank = Tale::blank();
    assert_eq!(blank.situation().may_adopt(&production()).unwrap_err().kind, RefusalKind::CannotTell);
}

#[test]
fn one_adoption_takes_on_the_version_and_the_action_that_it_carries() {
    let mut tale = drifted();
    let action = Some(ActionId::new("deploy-production-679-hcf6"));
    tale.observe(("production", "backend"), Observation { action, ..seen("0.9.9", Health::Healthy) });
    tale.adopt("production", "the other journal is gone").unwrap();
    assert!(adopted(&tale) && tale.release.knows(&ActionId::new("deploy-production-679-hcf6")));
    assert_eq!(tale.situation().adoptable_in(&production()), []);
}

#[test]
fn an_adoption_is_no_waiver_whatever_its_item_is_called() {
    let mut tale = drifted();
    for item in ["adopt:backend", "adopt:deploy-production-679-hcf6"] {
        let (release, env, reason) = (version("1.0.0"), production(), "x".to_owned());
        let waive = GateCommand::Waive { release, env, item: item.to_owned(), reason };
        assert_eq!(tale.command(&Command::Gate(waive)).unwrap_err().kind, RefusalKind::Unknown, "{item}");
    }
    assert!(!adopted(&tale));
}

#[test]
fn only_the_artifact_that_can_be_adopted_says_so() {
    let mut tale = Tale::cleared();
    let place = tale.environment("production");
    let mut delivery = place.deliver[0].clone();
    delivery.artifact = ArtifactName::new("web");
    place.deliver.push(delivery);
    let web = ArtifactName::new("web");
    let ready = |artifact: &ArtifactName| TargetFact::Ready {
        env: production(),
        artifact: artifact.clone(),
        readiness: super::readiness("1.0.0"),
    };
    tale.tell(Fact::Target(ready(&web)));
    tale.observe(("production", "web"), seen("0.9.4", Health::Healthy));
    let action = tale.flown();
    for artifact in ["backend", "web"] {
        for label in [Some(action.clone()), None] {
            tale.observe(("production", artifact), Observation { action: label, ..seen("1.0.0", Health::Healthy) });
        }
    }
    let failure = Mask::new().failure(Failure::new(FailureKind::Unreachable, "connection refused"));
    tale.tell(Fact::Target(TargetFact::Lost { env: production(), artifact: web, failure }));
    let verify = Request::Verify { env: production(), horizon: None, patience: HorizonWait::Now };
    let blockers = tale.situation().blockers(&tale.proposal(&verify));
    let says: Vec<bool> = blockers.iter().map(|says| says.ends_with("--adopt REASON` adopts it")).collect();
    assert_eq!(says, [true, false], "{blockers:#?}");
    assert!(blockers[0].starts_with("backend") && blockers[1].starts_with("web"), "{blockers:#?}");
}

#[test]
fn an_adoption_is_asked_for_in_its_own_words_and_by_the_name_of_the_environment() {
    let tale = drifted();
    let (who, lock_words) = (who("dana"), |_: &tminus_core::lock::Lock| String::new());
    let asker = Asker { situation: tale.situation(), who: &who, lock_words: &lock_words };
    let question = asker.adopt(production(), there(&tale));
    assert!(question.title.starts_with("Adopt backend 0.9.9") && question.title.ends_with("in production: why?"));
    let says = |lines: &[QuestionLine]| format!("{lines:?}");
    assert!(says(&question.lines).contains("tminus did not deliver it"), "{:?}", question.lines);
    let AnswerKind::Text { purpose, .. } = question.answer else { panic!("{question:?}") };
    assert!(matches!(&purpose, TextPurpose::Adopt { seen, .. } if *seen == there(&tale)));
    let AfterAnswer::Question(confirm) = asker.next(purpose, "on purpose".to_owned()) else {
        panic!("not asked again")
    };
    let words = format!("{} {}", confirm.title, says(&confirm.lines));
    assert!(!words.to_lowercase().contains("waive") && !words.contains("goes on without"), "{words}");
    let AnswerKind::Yes { go, type_name, asks } = confirm.answer else { panic!("{words}") };
    assert_eq!((go, type_name.as_deref()), ("Adopt it", Some("production")));
    let Command::Gate(GateCommand::Adopt { seen, typed, .. }) = *asks.command else { panic!("{:?}", asks.command) };
    assert_eq!((seen, typed.as_deref()), (there(&tale), Some("production")));
}

#[test]
fn a_name_of_both_an_action_and_an_environment_is_refused_and_not_guessed() {
    let mut tale = drifted();
    let id = tale.release.actions.last().unwrap().id.clone();
    let named = |tale: &Tale| tale.release.named_alone(id.as_str(), &tale.plan).map(|found| found.is_some());
    assert_eq!(named(&tale), Ok(true));
    tale.environment("staging").name = EnvName::new(id.as_str());
    let refusal = named(&tale).unwrap_err();
    assert!(refusal.says.contains(&format!("names the environment {id} and the action {id}")), "{refusal}");
}

#[test]
fn one_action_that_two_artifacts_carry_is_adopted_once_and_refuses_the_second_no_adoption() {
    let mut tale = Tale::cleared();
    tale.flown();
    let place = tale.environment("production");
    let mut delivery = place.deliver[0].clone();
    delivery.artifact = ArtifactName::new("web");
    place.deliver.push(delivery);
    let action = Some(ActionId::new("deploy-production-679-hcf6"));
    for (artifact, version) in [("backend", "1.0.0"), ("web", "0.9.9")] {
        let there = Observation { action: action.clone(), ..seen(version, Health::Healthy) };
        tale.observe(("production", artifact), there);
    }
    let both = tale.situation().adoptable_in(&production());
    assert_eq!(both.len(), 2, "{both:?}");
    for seen in both {
        tale.adopt_seen(seen, Some("production"), ("production", "the other journal is gone")).unwrap();
    }
    assert_eq!(tale.situation().adoptable_in(&production()), []);
}
