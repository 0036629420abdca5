//! Where no engine can be joined: why that is so is told once, and again to whoever asks for a try.

use super::{Seat, away, fixture};
use tminus_cockpit::{CockpitSettings, Effect, Message, Rejoining};

/// A try to join an engine again, and what it came to.
fn fails(seat: &mut Seat, why: &str) {
    seat.cockpit.take(Message::Rejoining(Rejoining::Trying));
    let at = fixture::now().checked_add(jiff::SignedDuration::from_secs(30)).unwrap();
    seat.cockpit.take(Message::Rejoining(Rejoining::Later { why: why.to_owned(), at }));
}

fn gone() -> Seat {
    let mut seat = Seat::new(&CockpitSettings::default());
    away::gone(&mut seat);
    seat
}

#[test]
fn why_nothing_was_joined_stands_in_the_messages_once_and_so_does_the_next_reason() {
    let mut seat = gone();
    for _ in 0..3 {
        fails(&mut seat, "the journal cannot be read");
    }
    seat.keys("M");
    let screen = seat.screen(160, 48);
    assert_eq!(screen.matches("was not joined again").count(), 1, "{screen}");
    assert!(!screen.contains("3x"), "{screen}");
    fails(&mut seat, "the plan is not trusted");
    let screen = seat.screen(160, 48);
    assert_eq!(screen.matches("was not joined again").count(), 2, "{screen}");
}

#[test]
fn a_reason_of_several_lines_is_whole_in_the_messages_and_short_in_the_banner() {
    let mut seat = gone();
    fails(
        &mut seat,
        "what the plan runs has changed:\n  + check.tests runs sh other.sh\nRead it, then run `tminus trust`.",
    );
    seat.keys("M");
    let screen = seat.screen(160, 48);
    assert!(
        screen.contains("nor started: what the plan runs has changed:") && screen.contains("2 reasons"),
        "{screen}"
    );
}

#[test]
fn whoever_asks_for_a_try_is_told_what_it_came_to_also_where_that_is_known() {
    let mut seat = gone();
    fails(&mut seat, "the journal cannot be read");
    seat.keys("ctrl-r");
    assert_eq!(seat.asked, [Effect::Rejoin]);
    fails(&mut seat, "the journal cannot be read");
    let screen = seat.screen(160, 48);
    assert!(screen.contains("was not joined again, nor started: the journal cannot be read"), "{screen}");
    seat.keys("M");
    assert!(seat.screen(160, 48).contains("2x"), "{}", seat.screen(160, 48));
}
