//! The driver's seat after an engine has died: kept for whoever drove, for a while, and then free.

use super::seats::{Table, commands};
use super::who;
use tminus_core::admit::Barred;
use tminus_core::fact::Fact;
use tminus_core::kept::{KEPT, Return};
use tminus_core::names::Person;
use tminus_core::seat::{Passing, SeatCommand, SeatFact, SeatRole, Wish};
use tminus_core::who::Who;

/// Another engine finds what the one before it left.
fn next_engine(table: &mut Table, way: Return) {
    let left = table.tale.release.seats.left_behind(way, None);
    table.tale.who = Who::engine();
    left.into_iter().for_each(|fact| table.tale.tell(Fact::Seat(fact)));
}

/// The time is over.
fn time_is_over(table: &mut Table) {
    let freed = table.tale.release.seats.unclaimed();
    table.tale.who = Who::engine();
    freed.into_iter().for_each(|fact| table.tale.tell(Fact::Seat(fact)));
}

fn after_a_death() -> Table {
    let (mut table, _) = Table::of_three();
    next_engine(&mut table, Return::Open);
    table
}

fn kept_for(table: &Table) -> Option<&str> {
    table.tale.release.seats.kept().map(|kept| kept.who.name.as_str())
}

#[test]
fn whoever_drove_drives_again_and_whoever_came_back_first_navigates() {
    let mut table = after_a_death();
    assert_eq!((kept_for(&table), table.tale.release.seats.iter().count()), (Some("dana"), 0));
    let omer = table.sit("omer", Wish::Act).unwrap();
    assert_eq!((table.role(&omer), kept_for(&table)), (Some(SeatRole::Navigator), Some("dana")));
    let dana = table.sit("dana", Wish::Act).unwrap();
    assert_eq!((table.role(&dana), kept_for(&table)), (Some(SeatRole::Driver), None));
}

#[test]
fn the_seat_is_kept_from_others_in_words_that_say_for_whom_and_until_when() {
    let mut table = after_a_death();
    let until = KEPT.after(table.tale.now).strftime("%H:%M:%S UTC").to_string();
    let omer = table.sit("omer", Wish::Act).unwrap();
    for command in [SeatCommand::Take, SeatCommand::Ask] {
        let refusal = table.seat(&omer, command).unwrap_err();
        assert!(refusal.says.contains("kept for dana") && refusal.says.contains(&until), "{refusal:?}");
    }
    let (_, start) = commands().remove(6);
    let seats = &table.tale.release.seats;
    for seat in [None, Some(&omer)] {
        let refusal = seats.admit(seat, &who("omer"), &start).unwrap_err();
        assert!(refusal.says.contains("kept for dana"), "{refusal:?}");
    }
    assert!(matches!(seats.barred((None, &who("omer")), SeatRole::Driver), Some(Barred::Kept(_))));
    // A command of the shell acts for the system user who drove, as it did before.
    assert!(seats.admit(None, &who("dana"), &start).is_ok());
}

#[test]
fn when_the_time_is_over_the_seat_is_free_for_who_takes_it() {
    let mut table = after_a_death();
    let omer = table.sit("omer", Wish::Act).unwrap();
    time_is_over(&mut table);
    assert_eq!((table.role(&omer), kept_for(&table)), (Some(SeatRole::Navigator), None));
    assert_eq!(Table::how(&table.seat(&omer, SeatCommand::Take).unwrap()), Some(Passing::Free));
    let dana = table.sit("dana", Wish::Act).unwrap();
    assert_eq!(table.role(&dana), Some(SeatRole::Navigator));
    time_is_over(&mut table);
    assert!(table.tale.release.seats.unclaimed().is_none(), "an end that comes late frees nothing");
}

#[test]
fn nothing_is_kept_for_whoever_left_on_purpose() {
    let (mut table, [dana, ..]) = Table::of_three();
    table.seat(&dana, SeatCommand::Rise { why: "left".to_owned() }).unwrap();
    next_engine(&mut table, Return::Open);
    assert_eq!(kept_for(&table), None);
    let omer = table.sit("omer", Wish::Act).unwrap();
    assert_eq!(table.role(&omer), Some(SeatRole::Driver));
}

#[test]
fn an_engine_that_dies_while_the_seat_is_kept_leaves_it_kept() {
    let mut table = after_a_death();
    table.sit("omer", Wish::Act).unwrap();
    next_engine(&mut table, Return::Open);
    assert_eq!(kept_for(&table), Some("dana"));
}

#[test]
fn a_command_that_nobody_can_join_keeps_no_seat() {
    let mut table = after_a_death();
    next_engine(&mut table, Return::Shut);
    assert_eq!(kept_for(&table), None);
    let (mut table, _) = Table::of_three();
    next_engine(&mut table, Return::Shut);
    assert_eq!((kept_for(&table), table.tale.release.seats.iter().count()), (None, 0));
}

#[test]
fn a_person_is_known_by_the_kernels_word_and_their_name_and_one_user_may_take_what_is_theirs() {
    let mut table = after_a_death();
    let namesake = table.sit_as(&Who { user: "another".to_owned(), ..who("dana") }, Wish::Act).unwrap();
    assert_eq!(table.role(&namesake), Some(SeatRole::Navigator));
    assert!(table.seat(&namesake, SeatCommand::Take).is_err());
    let home = table.sit_as(&Who { name: Person::new("dana at home"), ..who("dana") }, Wish::Act).unwrap();
    assert_eq!(table.role(&home), Some(SeatRole::Navigator));
    assert_eq!(Table::how(&table.seat(&home, SeatCommand::Take).unwrap()), Some(Passing::Free));
    assert_eq!(kept_for(&table), None);
}

#[test]
fn whoever_comes_back_only_to_look_leaves_the_seat() {
    let mut table = after_a_death();
    table.sit("dana", Wish::Observe).unwrap();
    assert_eq!(kept_for(&table), None);
    let omer = table.sit("omer", Wish::Act).unwrap();
    assert_eq!(table.role(&omer), Some(SeatRole::Driver));
    let facts = &table.tale.records;
    assert!(facts.iter().all(|record| !matches!(record.fact, Fact::Seat(SeatFact::Freed { .. }))));
}
