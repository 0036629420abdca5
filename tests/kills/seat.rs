//! The engine is killed under two people who sit at it, and who drove drives again, however late they come of the two.

use super::house::House;
use crate::flight::world::Flight;
use std::io::{BufRead, BufReader, Write};
use tminus_core::command::{Command, Refusal};
use tminus_core::names::Person;
use tminus_core::seat::{SeatCommand, SeatRole, Wish};
use tminus_core::who::Who;
use tminus_engine::session::Joined;
use tminus_engine::{Accepted, EngineHandle};

/// Somebody at the socket, played in this test's own process.
struct Guest<'a> {
    house: &'a House,
    joined: Joined,
}

impl<'a> Guest<'a> {
    fn of(house: &'a House, name: &str) -> Self {
        let who = Who { name: Person::new(name), user: format!("played:{name}"), host: String::new() };
        Self { house, joined: house.join_as(&who).expect("an engine runs") }
    }

    fn ask(&self, handle: &EngineHandle, command: SeatCommand) -> Result<Accepted, Refusal> {
        let who = &self.joined.welcome.you;
        self.house.runtime.block_on(handle.command(who, Command::Seat(command)))
    }

    /// Sits down, and returns as what.
    fn sits(&self) -> SeatRole {
        let sit = SeatCommand::Sit { wish: Wish::Act, place: "a test".to_owned() };
        let Accepted::Seated(seat) = self.ask(&self.joined.handle, sit).unwrap() else { panic!("no seat") };
        let (snapshot, _) = self.house.runtime.block_on(self.joined.handle.attach()).unwrap();
        snapshot.release.seats.find(&seat).unwrap().role
    }
}

#[test]
fn who_drove_when_the_engine_died_drives_again_and_who_came_first_navigates() {
    let house = House::of(Flight::rehearsal("smooth"));
    let mut engine = house.engine_in_real_time();
    let (dana, omer) = (Guest::of(&house, "dana"), Guest::of(&house, "omer"));
    assert_eq!((dana.sits(), omer.sits()), (SeatRole::Driver, SeatRole::Navigator));
    house.kill_engine();
    engine.ended_by();
    let _next = house.engine_in_real_time();
    let omer = Guest::of(&house, "omer");
    assert_eq!(omer.sits(), SeatRole::Navigator);
    let held = omer.ask(&omer.joined.handle, SeatCommand::Take).unwrap_err();
    assert!(held.says.contains("kept for dana"), "{held:?}");
    let told = house.run(&["engine", "inspect"]);
    told.says("kept for dana");
    assert_eq!(Guest::of(&house, "dana").sits(), SeatRole::Driver);
    let kinds: Vec<_> = house.records().iter().map(|record| record.fact.kind()).collect();
    assert!(kinds.contains(&"seat.kept") && !kinds.contains(&"seat.freed"), "{kinds:?}");
}

#[test]
fn a_talk_in_lines_goes_on_with_the_next_engine() {
    let house = House::of(Flight::rehearsal("smooth"));
    let mut engine = house.engine_in_real_time();
    let mut talk = house.talk(&["--plain"]);
    let mut typed = talk.stdin.take().unwrap();
    let mut said = BufReader::new(talk.stdout.take().unwrap()).lines();
    let mut says = |what: &str| assert!(said.any(|line| line.unwrap().contains(what)), "{what:?} is never said");
    says("Type help for the commands.");
    house.kill_engine();
    engine.ended_by();
    // It begins anew with the next engine, which it starts where nobody else does.
    says("Type help for the commands.");
    writeln!(typed, "people\nquit").unwrap();
    says("drives");
    assert_eq!(talk.wait().unwrap().code(), Some(0));
}
