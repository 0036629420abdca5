//! Leaving, the engine gone and there again, and what happened meanwhile.

use super::every::{PICTURED, SIZES};
use super::{Seat, day, fixture};
use std::sync::Arc;
use tminus_cockpit::{CockpitSettings, Effect, EngineLocation, Message, Rejoining};
use tminus_core::action::Outcome;
use tminus_core::command::{ActionCommand, Command};
use tminus_core::fact::{ActionFact, Fact, GateFact, Record, StepFact};
use tminus_core::names::{ActionId, Person, SeatId};
use tminus_core::release::Release;
use tminus_core::seat::{Passing, SeatFact, SeatRole};
use tminus_core::telemetry::Event;
use tminus_core::who::Who;
use tminus_engine::{EngineNews, Snapshot};

fn seat() -> Seat {
    Seat::new(&CockpitSettings::default())
}

/// A cockpit whose engine is in another process.
pub fn joined() -> Seat {
    let mut seat = seat();
    seat.change(|cockpit| cockpit.housed(EngineLocation::Elsewhere));
    seat
}

fn pictures(name: &str, act: impl Fn() -> Seat) {
    for (columns, lines) in PICTURED {
        let mut seat = act();
        seat.cockpit.take(Message::Size(columns, lines));
        insta::assert_snapshot!(format!("{name}_{columns}x{lines}"), seat.screen(columns, lines));
    }
}

fn lost(again: Rejoining) -> Seat {
    let mut seat = seat();
    lose(&mut seat, again);
    seat
}

/// A deploy runs in an engine of another process.
pub fn elsewhere(seat: &mut Seat) {
    seat.change(|cockpit| cockpit.housed(EngineLocation::Elsewhere));
    day::runs(seat);
}

fn lose(seat: &mut Seat, again: Rejoining) {
    elsewhere(seat);
    seat.cockpit.take(Message::EngineGone);
    seat.cockpit.take(Message::Rejoining(again));
    seat.cockpit.take(Message::Second(later(3)));
}

/// The engine is gone, and is being joined again.
pub fn gone(seat: &mut Seat) {
    lose(seat, Rejoining::Trying);
}

/// The engine was gone, and the next one tells what became of what ran.
pub fn back(seat: &mut Seat) {
    gone(seat);
    seat.cockpit.take(Message::Joined(Box::new(found_again())));
}

fn later(seconds: i64) -> jiff::Timestamp {
    fixture::now().checked_add(jiff::SignedDuration::from_secs(seconds)).unwrap()
}

/// Ends the deploy that runs, and returns what the cockpit does then.
pub fn over(seat: &mut Seat) -> Vec<Effect> {
    let (action, summary) = (ActionId::new(day::RUNNING), "backend 1.0.0 runs in staging".to_owned());
    let fact = Fact::Action(ActionFact::Finished { action, outcome: Outcome::Good, summary });
    let record = Record { seq: 800, at: fixture::now(), who: Who::engine(), fact };
    seat.cockpit.take(Message::News(Box::new(EngineNews::Event(Event::Fact(record.into())))))
}

#[test]
fn leaving_while_something_runs_lists_it_and_the_ways_to_go() {
    pictures("leave_joined", || {
        let mut seat = joined();
        day::runs(&mut seat);
        seat.keys("q");
        seat
    });
}

#[test]
fn where_the_engine_works_on_detaching_is_the_first_way() {
    let mut seat = joined();
    day::runs(&mut seat);
    seat.keys("q enter");
    assert!(seat.asked.contains(&Effect::Quit));
}

#[test]
fn one_who_waits_leaves_when_it_is_over_and_sees_that_all_the_while() {
    let mut seat = joined();
    day::runs(&mut seat);
    seat.keys("q j enter");
    assert!(!seat.asked.contains(&Effect::Quit));
    for (columns, lines) in SIZES {
        let footer = seat.screen(columns, lines).lines().last().unwrap().to_owned();
        assert!(footer.contains("leav") && footer.contains("Esc stays"), "{columns}: {footer}");
    }
    assert_eq!(over(&mut seat), [Effect::Quit]);
}

#[test]
fn leaving_is_called_off_with_the_key_that_goes_back() {
    let mut seat = joined();
    day::runs(&mut seat);
    seat.keys("q j enter esc");
    assert!(seat.screen(120, 36).contains("no longer leaving"), "{}", seat.screen(120, 36));
    assert_eq!(over(&mut seat), []);
}

#[test]
fn what_stands_still_keeps_the_person_who_waits_for_its_end() {
    let mut seat = joined();
    day::runs(&mut seat);
    seat.keys("q j enter");
    day::fails(&mut seat);
    assert_eq!(seat.cockpit.take(Message::Second(later(1))), []);
    assert!(!seat.screen(120, 36).contains("leaves when it is over"), "{}", seat.screen(120, 36));
}

#[test]
fn stopping_safely_asks_the_action_to_stop_and_shows_it() {
    let mut seat = joined();
    day::runs(&mut seat);
    seat.keys("q j j enter");
    let [Effect::Command { command, .. }] = &seat.asked[..] else { panic!("{:?}", seat.asked) };
    let Command::Action(ActionCommand::Stop { action }) = command.as_ref() else { panic!("{command:?}") };
    assert_eq!(action.as_str(), day::RUNNING);
    assert!(seat.screen(120, 36).contains("Look at staging again"), "{}", seat.screen(120, 36));
}

#[test]
fn alone_leaving_is_never_the_first_way_and_says_what_becomes_of_it() {
    let mut seat = seat();
    day::runs(&mut seat);
    seat.keys("q");
    let screen = seat.screen(120, 36);
    assert!(screen.contains("stops with the cockpit") && !screen.contains("Detach"), "{screen}");
    seat.keys("enter");
    assert_eq!(seat.asked, []);
}

#[test]
fn an_engine_that_has_gone_is_told_on_every_view_with_how_old_everything_is() {
    pictures("gone", || lost(Rejoining::Trying));
    for key in ["1", "2", "3", "4", "5", "6", "7", "8", "T", "!", "M"] {
        for (columns, lines) in SIZES {
            let mut seat = lost(Rejoining::Trying);
            seat.cockpit.take(Message::Size(columns, lines));
            seat.keys(key);
            let screen = seat.screen(columns, lines);
            assert!(screen.contains("ended 3s ago"), "{key} at {columns}x{lines}: {screen}");
            if columns >= 80 {
                assert!(screen.contains("as of 12:41:09"), "{key} at {columns}x{lines}: {screen}");
            }
        }
    }
}

#[test]
fn while_the_engine_is_gone_one_looks_and_whoever_acts_is_told_why_not() {
    let mut seat = lost(Rejoining::Trying);
    seat.keys("8");
    assert!(seat.screen(120, 36).contains("Journal"));
    for keys in ["1 j d", "v", "r", "C", "T x", "b"] {
        seat.keys(keys);
        assert!(seat.screen(120, 36).contains("tminus is joining it again"), "{keys}: {}", seat.screen(120, 36));
    }
    assert_eq!(seat.asked, []);
}

#[test]
fn a_preview_that_was_open_begins_nothing_while_the_engine_is_gone() {
    let mut seat = joined();
    seat.keys("j v");
    seat.cockpit.take(Message::EngineGone);
    seat.cockpit.take(Message::Rejoining(Rejoining::Trying));
    seat.keys("tab enter");
    assert!(seat.started().is_empty(), "{:?}", seat.asked);
}

#[test]
fn an_engine_that_somebody_stopped_is_started_by_a_key_alone() {
    let mut seat = lost(Rejoining::Stopped { by: "omer".to_owned() });
    assert!(seat.screen(160, 48).contains("omer stopped the engine 3s ago"), "{}", seat.screen(160, 48));
    seat.keys("ctrl-r");
    assert_eq!(seat.asked, [Effect::Rejoin]);
    assert!(seat.screen(120, 36).contains("joining again"), "{}", seat.screen(120, 36));
}

#[test]
fn what_cannot_be_joined_says_why_and_when_it_is_tried_again() {
    let why = "the journal cannot be read".to_owned();
    let seat = lost(Rejoining::Later { why, at: later(7) });
    let screen = seat.screen(160, 48);
    assert!(screen.contains("the journal cannot be read; again in 4s, or now with"), "{screen}");
}

/// The world as the next engine found it: the deploy was taken up.
fn found_again() -> Snapshot {
    let mut snapshot = fixture::snapshot();
    let release = Arc::make_mut(&mut snapshot.release);
    let adopted = Fact::Step(StepFact::Adopted { action: ActionId::new(day::RUNNING), step: 1 });
    for (at, fact) in day::running().into_iter().chain([(2, adopted)]).enumerate() {
        tell(release, 301 + at as u64, (&Who::engine(), fact.0), fact.1);
    }
    snapshot
}

fn tell(release: &mut Release, seq: u64, (who, ago): (&Who, i64), fact: Fact) {
    let at = fixture::now().checked_sub(jiff::SignedDuration::from_secs(ago)).unwrap();
    release.apply(&Record { seq, at, who: who.clone(), fact });
}

#[test]
fn an_engine_that_is_there_again_tells_what_became_of_what_ran() {
    let mut seat = lost(Rejoining::Trying);
    seat.cockpit.take(Message::Joined(Box::new(found_again())));
    let screen = seat.screen(120, 36);
    assert!(screen.contains("Since the engine ended") && screen.contains("is taken up again"), "{screen}");
    assert!(screen.contains("running deploy 1.0.0 to staging"), "{screen}");
    assert!(!screen.contains("ended 3s ago;"), "{screen}");
    seat.keys("esc");
    assert!(!seat.screen(120, 36).contains("Since the engine ended"));
    seat.keys("B");
    assert!(seat.screen(120, 36).contains("Since the engine ended"), "it can be read again");
}

#[test]
fn a_preview_that_an_engine_left_unanswered_is_asked_of_the_next_one() {
    let mut seat = joined();
    seat.keys("j d");
    // Somebody else's deploy begins there; what that changes is asked, and never answered.
    day::runs(&mut seat);
    seat.cockpit.take(Message::EngineGone);
    seat.cockpit.take(Message::Rejoining(Rejoining::Trying));
    assert_eq!(seat.cockpit.take(Message::Second(later(1))), []);
    seat.cockpit.take(Message::Joined(Box::new(found_again())));
    let asked = seat.cockpit.take(Message::Second(later(2)));
    assert!(matches!(asked[..], [Effect::Preview { .. }]), "{asked:?}");
}

/// Dana left twelve minutes ago, and comes back; what happened in between is told by facts.
fn coming_back(meanwhile: Vec<Fact>) -> Seat {
    let (dana, omer) = (fixture::who("dana"), fixture::who("omer"));
    let place = "pts/1".to_owned();
    let sat = |seat: &str| {
        Fact::Seat(SeatFact::Sat { seat: SeatId::new(seat), role: SeatRole::Driver, place: place.clone() })
    };
    let rose =
        SeatFact::Rose { seat: SeatId::new("seat-1"), name: Person::new("dana"), why: "left".to_owned(), last: None };
    let mut snapshot = fixture::snapshot();
    let release = Arc::make_mut(&mut snapshot.release);
    tell(release, 300, (&dana, 900), sat("seat-1"));
    tell(release, 301, (&omer, 800), sat("seat-2"));
    tell(release, 302, (&dana, 720), Fact::Seat(rose));
    let count = meanwhile.len() as u64;
    for (at, fact) in (303..).zip(meanwhile) {
        tell(release, at, (&omer, 600), fact);
    }
    tell(release, 303 + count, (&dana, 1), sat("seat-9"));
    let Seat { cockpit, at, asked, _slot } = Seat::unjoined(&CockpitSettings::default());
    let mut cockpit = cockpit.housed(EngineLocation::Elsewhere).seated(SeatId::new("seat-9"));
    cockpit.take(Message::Joined(Box::new(snapshot)));
    Seat { cockpit, at, asked, _slot }
}

fn an_evening() -> Vec<Fact> {
    let id = ActionId::new(day::RUNNING);
    let mut facts: Vec<Fact> = day::running().into_iter().map(|(_, fact)| fact).collect();
    let note = "looks good".to_owned();
    facts.push(Fact::Gate(GateFact::Approved { action: id.clone(), note, same_user: false }));
    let reason = "tminus was interrupted just as this began".to_owned();
    facts.push(Fact::Step(StepFact::Unclear { action: id, step: 1, reason }));
    let (to, name) = (SeatId::new("seat-2"), Person::new("omer"));
    facts.push(Fact::Seat(SeatFact::Passed { from: None, to, name, how: Passing::Free }));
    facts
}

#[test]
fn one_who_comes_back_is_told_what_happened_meanwhile() {
    pictures("meanwhile", || coming_back(an_evening()));
}

#[test]
fn one_who_comes_back_to_nothing_new_is_told_nothing() {
    let mut seat = coming_back(Vec::new());
    assert!(!seat.screen(120, 36).contains("Since you left"), "{}", seat.screen(120, 36));
    seat.keys("B");
    assert!(seat.screen(120, 36).contains("nothing happened before you came"), "{}", seat.screen(120, 36));
}

#[test]
fn what_happened_meanwhile_closes_with_esc_and_grows_no_more() {
    let mut seat = coming_back(an_evening());
    assert!(seat.screen(120, 36).contains("Since you left, 12m ago"), "{}", seat.screen(120, 36));
    seat.keys("esc");
    let closed = seat.screen(120, 36);
    assert!(!closed.contains("Since you left"), "{closed}");
    over(&mut seat);
    seat.keys("B");
    let again = seat.screen(120, 36);
    assert!(again.contains("is unclear") && !again.contains("ended, started"), "{again}");
}
