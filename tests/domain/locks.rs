//! The lock of an environment: whom it holds, who takes it over, and that it never stays stuck.

use super::{Tale, span, who};
use tminus_core::command::{ActionCommand, Command, Refusal, RefusalKind};
use tminus_core::decide::Follow;
use tminus_core::fact::Fact;
use tminus_core::failure::FailureKind;
use tminus_core::kept::Return;
use tminus_core::lock::{LockCommand, LockFact, Sits};
use tminus_core::names::{EnvName, SeatId};
use tminus_core::seat::{SeatFact, SeatRole};

fn take(env: &str, reason: &str, lapse: Option<&str>, tale: &Tale) -> Command {
    let until = lapse.map(|text| span(text).after(tale.now));
    Command::Lock(LockCommand::Take { env: EnvName::new(env), reason: reason.into(), until })
}

fn take_over(env: &str, from: &str, typed: Option<&str>) -> Command {
    let (env, from, typed) = (EnvName::new(env), from.to_owned(), typed.map(str::to_owned));
    Command::Lock(LockCommand::TakeOver { env, from, reason: "omer is away".into(), until: None, typed })
}

/// omer holds an environment, and dana asks from here on.
fn locked(env: &str) -> Tale {
    let mut tale = Tale::cleared();
    tale.environment("production").approvals = None;
    lock_as(&mut tale, "omer", env, None).unwrap();
    tale
}

fn lock_as(tale: &mut Tale, name: &str, env: &str, lapse: Option<&str>) -> Result<Follow, Refusal> {
    tale.who = who(name);
    let command = take(env, "the database is migrated", lapse, tale);
    let taken = tale.command(&command);
    tale.who = who("dana");
    taken
}

#[test]
fn a_lock_holds_the_deploy_of_everybody_but_its_holder() {
    let mut tale = locked("production");
    tale.pass("2h");
    let refusal = tale.start(Tale::deploy("production", "1.0.0")).unwrap_err();
    assert_eq!(refusal.kind, RefusalKind::Held);
    assert!(refusal.says.contains("production is locked by omer for 2h"), "{refusal}");
    assert!(refusal.says.contains("the database is migrated"), "{refusal}");
    tale.who = who("omer");
    tale.pass_checks_of("production");
    tale.start(Tale::deploy("production", "1.0.0")).unwrap();
}

#[test]
fn a_preview_holds_another_and_not_the_holder() {
    let tale = locked("production");
    let proposal = tale.proposal(&Tale::deploy("production", "1.0.0"));
    let preview = tale.situation().preview(&proposal, &super::NoCalls).unwrap();
    assert!(!preview.clone().seen_by(&who("dana")).go().is_open());
    assert!(preview.seen_by(&who("omer")).go().is_open());
}

#[test]
fn going_back_takes_the_lock_over_in_the_same_decision_and_says_from_whom() {
    let mut tale = locked("production");
    let proposal = tale.proposal(&Tale::roll_back("production", None));
    let preview = tale.situation().preview(&proposal, &super::NoCalls).unwrap().seen_by(&who("dana"));
    assert!(preview.go().is_open());
    assert!(preview.warnings.iter().any(|w| w.contains("omer")), "{:?}", preview.warnings);
    tale.start(Tale::roll_back("production", None)).unwrap();
    let taken = tale.records.iter().rev().find_map(|r| match &r.fact {
        Fact::Lock(LockFact::TakenOver { from, .. }) => Some((r.seq, r.who.name.to_string(), from.name.to_string())),
        _ => None,
    });
    let (seq, by, from) = taken.unwrap();
    assert_eq!((by.as_str(), from.as_str()), ("dana", "omer"));
    let began = tale.records.iter().rfind(|r| r.fact.kind() == "action.started").unwrap().seq;
    assert!(seq < began, "the takeover is recorded before the rollback begins");
    tale.who = who("omer");
    assert!(tale.start(Tale::deploy("production", "1.0.0")).is_err(), "and the old holder is held now");
}

#[test]
fn a_takeover_names_the_holder_and_in_a_protected_place_wants_its_name_typed() {
    let mut tale = locked("production");
    assert!(tale.command(&take_over("production", "noa", Some("production"))).is_err(), "noa does not hold it");
    let refusal = tale.command(&take_over("production", "omer", None)).unwrap_err();
    assert!(refusal.says.contains("--confirm production"), "{refusal}");
    tale.command(&take_over("production", "omer", Some("production"))).unwrap();
    let lock = tale.release.locks.find(&EnvName::new("production")).unwrap();
    assert_eq!(lock.holder, who("dana"));
    let last = tale.records.last().unwrap();
    assert!(last.sentence(&tale.release).contains("taken over from omer"), "{}", last.sentence(&tale.release));
}

#[test]
fn a_lock_is_let_go_by_its_holder_alone_and_taken_by_one_at_a_time() {
    let mut tale = locked("production");
    let release = Command::Lock(LockCommand::Release { env: EnvName::new("production") });
    assert!(tale.command(&release).unwrap_err().says.contains("Only omer unlocks it"));
    assert!(lock_as(&mut tale, "noa", "production", None).unwrap_err().says.contains("locked by omer"));
    tale.who = who("omer");
    tale.command(&release).unwrap();
    assert!(tale.command(&release).unwrap_err().says.contains("is not locked"));
    tale.who = who("dana");
    tale.start(Tale::deploy("production", "1.0.0")).unwrap();
}

#[test]
fn a_lock_that_lapsed_holds_nobody() {
    let mut tale = Tale::cleared();
    tale.environment("production").approvals = None;
    lock_as(&mut tale, "omer", "production", Some("30m")).unwrap();
    assert!(tale.start(Tale::deploy("production", "1.0.0")).is_err());
    tale.pass("30m");
    tale.pass_checks_of("production");
    tale.start(Tale::deploy("production", "1.0.0")).unwrap();
}

#[test]
fn a_holder_whose_seat_is_gone_is_told_as_such() {
    let mut tale = Tale::new();
    let (seat, place) = (SeatId::new("seat-1"), "a terminal".to_owned());
    tale.who = who("omer");
    tale.tell(Fact::Seat(SeatFact::Sat { seat: seat.clone(), role: SeatRole::Driver, place }));
    lock_as(&mut tale, "omer", "staging", None).unwrap();
    let env = EnvName::new("staging");
    assert_eq!(tale.release.locks.find(&env).unwrap().sits, Sits::Here);
    tale.pass("40m");
    tale.tell(Fact::Seat(SeatFact::Rose { seat, name: who("omer").name, why: "the engine ended".into(), last: None }));
    tale.pass("5m");
    let words = tale.release.locks.find(&env).unwrap().words(tale.now);
    assert!(words.contains("locked by omer for 45m; left 5m ago"), "{words}");
}

#[test]
fn a_holder_who_went_with_a_dead_engine_left_when_it_was_last_heard_of() {
    let mut tale = Tale::new();
    let (seat, place) = (SeatId::new("seat-1"), "a terminal".to_owned());
    tale.who = who("omer");
    tale.tell(Fact::Seat(SeatFact::Sat { seat, role: SeatRole::Driver, place }));
    lock_as(&mut tale, "omer", "staging", None).unwrap();
    let last = tale.release.story.last().map(|record| record.at);
    tale.pass("72h");
    for left in tale.release.seats.left_behind(Return::Open, last) {
        tale.tell(Fact::Seat(left));
    }
    let words = tale.release.locks.find(&EnvName::new("staging")).unwrap().words(tale.now);
    assert!(words.contains("locked by omer for 3d; left 3d ago"), "{words}");
}

#[test]
fn a_failed_step_in_a_locked_environment_is_tried_again_by_the_holder_and_left_by_anybody() {
    let mut tale = Tale::cleared();
    let action = tale.start(Tale::deploy("staging", "1.0.0"));
    let action = action.or_else(|_| tale.start(Tale::roll_back("staging", None))).unwrap();
    tale.step(&action, Ok(None));
    tale.step(&action, Err(FailureKind::Rejected));
    lock_as(&mut tale, "omer", "staging", None).unwrap();
    let retry = Command::Action(ActionCommand::Retry { action: action.clone() });
    assert!(tale.decide(&retry).unwrap_err().says.contains("locked by omer"));
    let leave = Command::Action(ActionCommand::Leave { action });
    assert!(tale.decide(&leave).is_ok());
}

#[test]
fn an_environment_is_not_locked_under_an_action_of_somebody_else() {
    let mut tale = Tale::cleared();
    let action = tale.start(Tale::roll_back("production", None)).unwrap();
    let refusal = lock_as(&mut tale, "omer", "production", None).unwrap_err();
    assert!(refusal.says.contains(action.as_str()) && refusal.says.contains("dana"), "{refusal}");
    assert!(lock_as(&mut tale, "dana", "production", None).is_ok());
}

#[test]
fn a_lock_says_why_and_ends_after_it_begins() {
    let tale = Tale::new();
    assert!(tale.decide(&take("staging", "  ", None, &tale)).is_err());
    assert!(tale.decide(&take("staging", "why", Some("0s"), &tale)).is_err());
    assert_eq!(tale.decide(&take("nowhere", "why", None, &tale)).unwrap_err().kind, RefusalKind::Unknown);
}
