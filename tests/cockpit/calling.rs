//! Who is called, and for what: somebody who looks elsewhere, as far as anybody can tell.

use super::Seat;
use super::day::{Day, deploy};
use super::fixture::now;
use tminus_cockpit::settings::keymap::{Key, Stroke};
use tminus_cockpit::{CockpitSettings, Effect, Message, Press, Repeat};
use tminus_core::action::Outcome;
use tminus_core::fact::{ActionFact, Fact, Record, StepFact};
use tminus_core::failure::FailureKind;
use tminus_core::names::ActionId;
use tminus_core::order::Health;
use tminus_core::telemetry::Event;
use tminus_engine::EngineNews;

const LONG: &str = "deploy-staging-201";

/// A deploy that has taken a while already.
fn seat() -> Seat {
    let mut seat = Seat::new(&CockpitSettings::default());
    Day::of(&mut seat).starts(20, LONG, &deploy("staging"));
    seat
}

/// Returns what is called when it ends, so many seconds from now.
fn called(seat: &mut Seat, seconds: i64) -> Vec<String> {
    ended(seat, seconds, Outcome::Good)
}

fn ended(seat: &mut Seat, seconds: i64, outcome: Outcome) -> Vec<String> {
    let (action, summary) = (ActionId::new(LONG), "backend 1.0.0 runs in staging".to_owned());
    hears(seat, seconds, "dana", Fact::Action(ActionFact::Finished { action, outcome, summary }))
}

/// Returns what is called when somebody records a fact, so many seconds from now.
fn hears(seat: &mut Seat, seconds: i64, who: &str, fact: Fact) -> Vec<String> {
    let at = now().checked_add(jiff::SignedDuration::from_secs(seconds)).unwrap();
    seat.cockpit.take(Message::Second(at));
    let record = Record { seq: 900 + seconds as u64, at, who: super::fixture::who(who), fact };
    let effects = seat.cockpit.take(Message::News(Box::new(EngineNews::Event(Event::Fact(record.into())))));
    let says = |effect| if let Effect::Call(says) = effect { Some(says) } else { None };
    effects.into_iter().filter_map(says).collect()
}

fn presses(seat: &mut Seat, seconds: i64) {
    let at = now().checked_add(jiff::SignedDuration::from_secs(seconds)).unwrap();
    seat.cockpit.take(Message::Second(at));
    let stroke = Stroke::plain(Key::Char('j'));
    seat.cockpit.take(Message::Key(Press { stroke, repeat: Repeat::Fresh, at: seat.at }));
}

#[test]
fn where_the_terminal_tells_nothing_who_pressed_no_key_for_half_a_minute_is_called() {
    assert_eq!(called(&mut seat(), 30), ["tminus: 1.0.0 deploy 1.0.0 to staging: started · unverified"]);
    assert_eq!(called(&mut seat(), 29), [""; 0]);
}

#[test]
fn a_key_says_that_somebody_is_there() {
    let mut there = seat();
    presses(&mut there, 40);
    assert_eq!(called(&mut there, 69), [""; 0]);
    let mut gone = seat();
    presses(&mut gone, 40);
    assert_eq!(called(&mut gone, 70).len(), 1);
}

#[test]
fn what_the_terminal_tells_counts_more_than_keys() {
    let mut here = seat();
    here.cockpit.take(Message::FocusGained);
    assert_eq!(called(&mut here, 600), [""; 0]);
    let mut elsewhere = seat();
    elsewhere.cockpit.take(Message::FocusLost);
    assert_eq!(called(&mut elsewhere, 1).len(), 1);
}

#[test]
fn an_action_that_fails_or_is_stopped_calls_however_short_it_was_and_once() {
    for outcome in [Outcome::Failed, Outcome::Stopped, Outcome::NotGood, Outcome::Unclear, Outcome::Refused] {
        let mut elsewhere = Seat::new(&CockpitSettings::default());
        Day::of(&mut elsewhere).starts(0, LONG, &deploy("staging"));
        elsewhere.cockpit.take(Message::FocusLost);
        assert_eq!(ended(&mut elsewhere, 1, outcome).len(), 1, "{outcome:?}");
        let mut here = Seat::new(&CockpitSettings::default());
        Day::of(&mut here).starts(0, LONG, &deploy("staging"));
        here.cockpit.take(Message::FocusGained);
        assert_eq!(ended(&mut here, 1, outcome), [""; 0], "{outcome:?}");
    }
    let mut good = Seat::new(&CockpitSettings::default());
    Day::of(&mut good).starts(0, LONG, &deploy("staging"));
    good.cockpit.take(Message::FocusLost);
    assert_eq!(ended(&mut good, 1, Outcome::Good), [""; 0], "a short one that ended well");
}

#[test]
fn an_action_that_waits_for_a_decision_or_an_approval_calls_once() {
    let mut elsewhere = seat();
    Day::of(&mut elsewhere).begins(10, LONG, 0);
    elsewhere.cockpit.take(Message::FocusLost);
    let failure = tminus_core::failure::Failure::new(FailureKind::Rejected, "compose did not bring it up");
    let failure = tminus_core::mask::Mask::new().failure(failure);
    let fails = Fact::Step(StepFact::Failed { action: ActionId::new(LONG), step: 0, failure });
    let waits = "tminus: 1.0.0 deploy 1.0.0 to staging: stopped, waits for a decision";
    assert_eq!(hears(&mut elsewhere, 1, "dana", fails), [waits], "and not for the trouble that it is besides");

    let mut elsewhere = Seat::new(&CockpitSettings::default());
    elsewhere.cockpit.take(Message::FocusLost);
    let proposal = super::preview(&super::fixture::version("1.0.0"), &deploy("production")).unwrap().proposal;
    let proposed = || {
        let action = ActionId::new("deploy-production-300");
        Fact::Action(ActionFact::Proposed { action, proposal: proposal.clone() })
    };
    let waits = "tminus: 1.0.0 deploy 1.0.0 to production: waits for approval";
    assert_eq!(hears(&mut elsewhere, 1, "omer", proposed()), [waits]);
    assert_eq!(hears(&mut elsewhere, 2, "dana", proposed()), [""; 0], "one's own");
}

#[test]
fn what_goes_wrong_where_nothing_was_wrong_calls_once() {
    let mut elsewhere = Seat::new(&CockpitSettings::default());
    elsewhere.cockpit.take(Message::FocusLost);
    let unhealthy = || super::alarm::seen("0.9.4", "8", Health::Unhealthy, Some("503"));
    assert_eq!(hears(&mut elsewhere, 1, "dana", unhealthy()), ["tminus: production unhealthy"]);
    assert_eq!(hears(&mut elsewhere, 2, "dana", unhealthy()), [""; 0]);
    let healthy = super::alarm::seen("0.9.4", "8", Health::Healthy, None);
    assert_eq!(hears(&mut elsewhere, 3, "dana", healthy), [""; 0]);
    assert_eq!(hears(&mut elsewhere, 4, "dana", unhealthy()).len(), 1, "again is anew");
}
