//! Versions that are known not to be good: a rollback goes to one only by a waiver, and never forward.

use super::{Tale, version};
use tminus_core::action::{Outcome, Request};
use tminus_core::command::Refusal;
use tminus_core::names::{ActionId, EnvName};
use tminus_core::order::Health;
use tminus_core::situation::{Go, Preview};
use tminus_core::verdict::Verdict;

fn back(to: &str) -> Request {
    Tale::roll_back("production", Some(to))
}

fn preview(tale: &Tale, request: &Request) -> Preview {
    tale.situation().preview(&tale.proposal(request), &super::NoCalls).unwrap()
}

/// 0.9.5 ran in production and was verified and not good; 1.0.0 runs there now.
fn was_not_good() -> Tale {
    let mut tale = Tale::new();
    tale.see("production", "0.9.5", Health::Healthy);
    tale.ready("production", "0.9.5");
    tale.pass("1m");
    tale.verified("production", None, Outcome::NotGood);
    tale.pass("1m");
    tale.see("production", "1.0.0", Health::Healthy);
    tale
}

/// Rolls an environment back, and sees what comes back.
fn rolled_back(tale: &mut Tale, env: &str, (to, reason): (&str, &str)) -> Result<ActionId, Refusal> {
    let request = Request::RollBack { env: EnvName::new(env), to: Some(version(to)), reason: reason.into() };
    let action = tale.start(request)?;
    tale.finish(&action, None);
    tale.pass("1m");
    tale.see(env, to, Health::Healthy);
    Ok(action)
}

#[test]
fn a_rollback_to_a_version_that_was_not_good_needs_a_waiver_that_is_shown_with_the_verdict() {
    let mut tale = was_not_good();
    let why = "backend 0.9.5 was verified in production before, and was not good";
    let preview_now = preview(&tale, &back("0.9.5"));
    assert_eq!(preview_now.gate.as_ref().map(|gate| gate.items[0].why.as_str()), Some(why));
    assert!(matches!(preview_now.go(), Go::Closed(_)), "{:?}", preview_now.go());
    let refusal = tale.start(back("0.9.5")).unwrap_err();
    assert!(refusal.says.contains(why) && refusal.says.contains("--waive \"bad:0.9.5=REASON\""), "{refusal}");
    let environment = tale.situation().plan.environment(&EnvName::new("production")).unwrap();
    let offered = tale.situation().waivable(environment);
    assert!(offered.iter().any(|item| item.item == "bad:0.9.5"), "the key offers it: {offered:?}");
    tale.waive("production", "bad:0.9.5").unwrap();
    assert_eq!(preview(&tale, &back("0.9.5")).go(), Go::Start);
    rolled_back(&mut tale, "production", ("0.9.5", "it is slower still")).unwrap();
    let waived: Vec<String> = tale.situation().outlook().waived.iter().map(|waived| waived.words()).collect();
    assert_eq!(waived, ["bad:0.9.5 for production: waived by dana: we looked"]);
    assert!(preview(&tale, &back("0.9.4")).gate.is_none(), "what was good asks for nothing");
}

#[test]
fn a_waiver_lets_a_version_that_was_not_good_come_back_once() {
    let mut tale = was_not_good();
    tale.waive("production", "bad:0.9.5").unwrap();
    tale.pass("1m");
    tale.see("production", "0.9.5", Health::Healthy);
    tale.verified("production", None, Outcome::NotGood);
    tale.see("production", "1.0.0", Health::Healthy);
    assert!(tale.start(back("0.9.5")).is_err(), "it was not good once more since");
    assert!(tale.waive("production", "bad:0.9.4").is_err(), "nothing is known against that");
}

#[test]
fn a_version_that_was_rolled_back_elsewhere_is_gone_back_to_by_a_waiver_alone() {
    let mut tale = Tale::cleared();
    tale.see("staging", "0.9.3", Health::Healthy);
    tale.see("staging", "0.9.4", Health::Healthy);
    tale.ready("staging", "0.9.3");
    rolled_back(&mut tale, "staging", ("0.9.3", "it leaks")).unwrap();
    tale.see("production", "1.0.0", Health::Healthy);
    let refusal = tale.start(back("0.9.4")).unwrap_err();
    assert!(refusal.says.contains("rolled 0.9.4 back from staging: it leaks"), "{refusal}");
    tale.waive("production", "bad:0.9.4").unwrap();
    tale.ready("production", "0.9.4");
    tale.start(back("0.9.4")).unwrap();
}

#[test]
fn a_rollback_never_goes_forward_and_undoes_nothing_of_the_version_that_serves() {
    let mut tale = Tale::new();
    for newer in ["0.9.5", "0.9.6", "1.0.0"] {
        tale.see("production", newer, Health::Healthy);
        tale.ready("production", newer);
    }
    rolled_back(&mut tale, "production", ("0.9.4", "it is slow")).unwrap();
    let forward = preview(&tale, &back("0.9.6"));
    assert!(forward.proposal.moves.is_empty() && forward.steps.len() == 1, "{:?}", forward.steps);
    let says = "0.9.6 came after 0.9.4 in production, and a rollback only goes back; deploy it instead: `tminus deploy production --release 0.9.6`";
    assert_eq!(forward.blockers, [says]);
    let stays = tale.situation().way_back(&EnvName::new("production")).reasons.join(" ");
    assert!(stays.ends_with("Further back: `tminus rollback production --to 0.9.3`"), "{stays}");
    tale.see("production", "0.9.4", Health::Unhealthy);
    let chosen = tale.situation().way_back(&EnvName::new("production"));
    assert_eq!(chosen.to, Some(version("0.9.3")), "what it chooses by itself lies further back too");
    assert_eq!(tale.situation().earlier_good(&EnvName::new("production")), [version("0.9.3")]);
    // A deploy brings it back on top, and from there one goes back past it.
    tale.see("production", "0.9.7", Health::Healthy);
    assert!(preview(&tale, &back("0.9.4")).blockers.is_empty());
}

#[test]
fn each_environment_keeps_its_reason_why_a_version_was_rolled_back_oldest_first() {
    let mut tale = Tale::cleared();
    for env in ["staging", "production"] {
        tale.see(env, "0.9.4", Health::Healthy);
        tale.ready(env, "0.9.4");
        tale.see(env, "1.0.0", Health::Healthy);
    }
    rolled_back(&mut tale, "staging", ("0.9.4", "it leaks")).unwrap();
    rolled_back(&mut tale, "production", ("0.9.4", "carts are empty")).unwrap();
    let says = "dana rolled 1.0.0 back from staging: it leaks; dana rolled 1.0.0 back from production: carts are empty";
    assert_eq!(tale.situation().bad_words(&version("1.0.0")).as_deref(), Some(says));
    let of_version = |reason: &tminus_core::situation::Reason| reason.subject == "1.0.0";
    let reason = tale.situation().outlook().blocking.into_iter().find(of_version).unwrap();
    assert_eq!((reason.verdict, reason.says.as_str()), (Verdict::Fail, says));
    let marks: Vec<&str> = tale.release.marks(&version("1.0.0")).iter().map(|mark| mark.env.as_str()).collect();
    assert_eq!(marks, ["staging", "production"]);
}
