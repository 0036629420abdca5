//! Who is called when a long action ends: somebody who looks elsewhere, as far as anybody can tell.

use super::Seat;
use super::day::{Day, deploy};
use super::fixture::now;
use tminus::cockpit::{CockpitSettings, Effect, Message, Press, Repeat};
use tminus::config::keymap::{Key, Stroke};
use tminus::domain::action::Outcome;
use tminus::domain::fact::{ActionFact, Fact, Record};
use tminus::domain::names::ActionId;
use tminus::domain::telemetry::Event;
use tminus::engine::News;

const LONG: &str = "deploy-staging-201";

/// A deploy that has taken a while already.
fn seat() -> Seat {
    let mut seat = Seat::new(&CockpitSettings::default());
    Day::of(&mut seat).starts(20, LONG, &deploy("staging"));
    seat
}

/// Returns what is called when it ends, so many seconds from now.
fn called(seat: &mut Seat, seconds: i64) -> Vec<String> {
    let at = now().checked_add(jiff::SignedDuration::from_secs(seconds)).unwrap();
    seat.cockpit.take(Message::Second(at));
    let (action, summary) = (ActionId::new(LONG), "backend 1.0.0 runs in staging".to_owned());
    let fact = Fact::Action(ActionFact::Finished { action, outcome: Outcome::Good, summary });
    let record = Record { seq: 900, at, who: super::fixture::who("dana"), fact };
    let effects = seat.cockpit.take(Message::News(Box::new(News::Event(Event::Fact(record.into())))));
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
