//! What is asked of an engine by somebody who leaves before it is decided.

use super::{House, deploy, version};
use tminus_core::command::{ActionCommand, Command, Consent};
use tminus_core::release::Release;
use tminus_core::seat::{SeatCommand, Wish};
use tminus_engine::Accepted;

fn count(release: &Release, kind: &str) -> usize {
    release.story.iter().filter(|record| record.fact.kind() == kind).count()
}

#[tokio::test]
async fn nothing_is_begun_for_somebody_who_has_left_while_the_gate_was_measured() {
    let house = House::new("smooth");
    let flight = house.open().await;
    let preview = flight.handle.preview(&version("1.0.0"), deploy("production")).await.unwrap();
    let lacking = preview.runs_first.len();
    assert!(lacking > 1, "{preview:?}");
    tokio::select! {
        begun = flight.start(deploy("production")) => panic!("it was begun before anybody left: {begun:?}"),
        _ = flight.until(|release| count(release, "check.started") > 0) => {}
    }
    flight.until(|release| count(release, "check.finished") == lacking).await;
    // What was asked before these is decided before they are answered, if it is.
    for _ in 0..3 {
        flight.command(Command::Refresh).await.unwrap();
    }
    let release = flight.until(|_| true).await;
    assert!(release.actions.is_empty(), "{:?}", release.actions);
}

#[tokio::test]
async fn what_a_cockpit_asked_for_is_begun_though_it_detached_while_the_gate_was_measured() {
    let house = House::new("smooth");
    let flight = house.open().await;
    let sit = SeatCommand::Sit { wish: Wish::Act, place: "a terminal".to_owned() };
    let Accepted::Seated(seat) = flight.command(Command::Seat(sit)).await.unwrap() else { panic!("no seat") };
    let cockpit = flight.handle.seated(seat);
    let consent = Consent { typed: Some("production".to_owned()), seen: None };
    let start = ActionCommand::Start { release: version("1.0.0"), request: deploy("production"), consent };
    tokio::select! {
        begun = cockpit.command(&flight.who, Command::Action(start)) => panic!("begun before it left: {begun:?}"),
        _ = flight.until(|release| count(release, "check.started") > 0) => {}
    }
    let rise = SeatCommand::Rise { why: "the terminal is gone".to_owned() };
    cockpit.command(&flight.who, Command::Seat(rise)).await.unwrap();
    // The gate asks for more than checks: what was decided is that it waits for those who approve.
    let release = flight.until(|release| release.actions.len() == 1).await;
    assert!(release.seats.iter().next().is_none());
    assert_eq!(release.actions[0].proposal.request, deploy("production"));
}
