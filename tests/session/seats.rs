//! Who is here, in which seat, and what each may do.

use super::Inn;
use tminus_core::command::{Command, RefusalKind, ReleaseCommand};
use tminus_core::fact::Fact;
use tminus_core::seat::{Passing, SeatCommand, SeatFact, SeatRole, Wish};
use tminus_core::telemetry::{Event, Telemetry};
use tminus_engine::EngineNews;

fn close() -> Command {
    Command::Release(ReleaseCommand::Close {
        version: crate::engine::version("1.0.0"),
        note: String::new(),
        unmerged: Some("for a test".to_owned()),
    })
}

#[tokio::test]
async fn the_first_drives_the_second_navigates_and_an_observer_observes() {
    let inn = Inn::open().await;
    let (dana, omer, noa) = (inn.join("dana").await, inn.join("omer").await, inn.join("noa").await);
    for (client, wish) in [(&dana, Wish::Act), (&omer, Wish::Act), (&noa, Wish::Observe)] {
        client.sit(wish).await;
    }
    let eyes = noa.attach().await;
    let seats: Vec<_> = eyes.release.seats.iter().map(|s| (s.who.name.as_str(), s.role)).collect();
    assert_eq!(seats, [("dana", SeatRole::Driver), ("omer", SeatRole::Navigator), ("noa", SeatRole::Observer)]);
    let refused = [omer.deploy("staging").await.unwrap_err(), noa.deploy("staging").await.unwrap_err()];
    assert!(refused.iter().all(|r| r.kind == RefusalKind::Held), "{refused:?}");
    assert!(refused[0].says.contains("dana drives"), "{refused:?}");
    assert!(refused[1].says.contains("you observe"), "{refused:?}");
    dana.deploy("staging").await.unwrap();
}

#[tokio::test]
async fn the_drivers_seat_is_given_declined_and_never_taken_from_somebody_who_is_there() {
    let inn = Inn::open().await;
    let (dana, omer) = (inn.join("dana").await, inn.join("omer").await);
    let (_, omers) = (dana.sit(Wish::Act).await, omer.sit(Wish::Act).await);
    let taken = omer.seat(SeatCommand::Take).await.unwrap_err();
    assert!(taken.says.contains("dana drives"), "{taken:?}");
    omer.seat(SeatCommand::Ask).await.unwrap();
    dana.seat(SeatCommand::Decline { to: omers.clone() }).await.unwrap();
    omer.seat(SeatCommand::Ask).await.unwrap();
    dana.seat(SeatCommand::Give { to: omers.clone() }).await.unwrap();
    assert_eq!(dana.ask(close()).await.unwrap_err().kind, RefusalKind::Held);
    omer.ask(close()).await.unwrap();
    let house = inn.close().await;
    let passed = house.records().into_iter().find_map(|r| match r.fact {
        Fact::Seat(SeatFact::Passed { to, how, .. }) => Some((r.who.name.to_string(), to, how)),
        _ => None,
    });
    assert_eq!(passed, Some(("dana".to_owned(), omers, Passing::Given)));
}

#[tokio::test]
async fn whose_connection_ends_has_gone_and_then_the_seat_is_free() {
    let inn = Inn::open().await;
    let (dana, omer) = (inn.join("dana").await, inn.join("omer").await);
    dana.sit(Wish::Act).await;
    omer.sit(Wish::Act).await;
    let mut eyes = omer.attach().await;
    drop(dana);
    eyes.until(|release| release.seats.driver().is_none()).await;
    let held = omer.deploy("staging").await.unwrap_err();
    assert!(held.says.contains("nobody drives"), "{held:?}");
    omer.seat(SeatCommand::Take).await.unwrap();
    omer.deploy("staging").await.unwrap();
}

#[tokio::test]
async fn an_engine_whose_process_is_to_end_comes_to_a_boundary_whoever_drives() {
    let inn = Inn::open().await;
    let (dana, omer) = (inn.join("dana").await, inn.join("omer").await);
    dana.sit(Wish::Act).await;
    let held = inn.flight.handle.halt(&omer.who).await.unwrap_err();
    assert!(held.says.contains("dana drives"), "{held:?}");
    let engine = tminus_core::who::Who::engine();
    // Nobody who comes through the door is taken for it.
    let place = &inn.place;
    let posing = tminus_engine::session::join(place, &engine).await.unwrap();
    assert_ne!(posing.welcome.you, engine);
    assert!(posing.halt(&engine).await.unwrap_err().says.contains("dana drives"));
    inn.flight.handle.halt(&engine).await.unwrap();
    assert!(dana.deploy("staging").await.unwrap_err().says.contains("ends at its next boundary"));
}

#[tokio::test]
async fn a_command_without_a_seat_acts_for_the_driver_and_is_held_for_anybody_else() {
    let inn = Inn::open().await;
    let (dana, script) = (inn.join("dana").await, inn.join("dana").await);
    dana.sit(Wish::Act).await;
    script.deploy("staging").await.unwrap();
    let other = inn.join("omer").await;
    let held = other.deploy("development").await.unwrap_err();
    assert!(held.says.contains("dana drives, from a pipe"), "{held:?}");
}

#[tokio::test]
async fn where_somebody_looks_is_told_to_all_and_nobody_speaks_for_another_seat() {
    let inn = Inn::open().await;
    let (dana, omer) = (inn.join("dana").await, inn.join("omer").await);
    let (danas, omers) = (dana.sit(Wish::Act).await, omer.sit(Wish::Act).await);
    let (_, mut events) = omer.handle.attach().await.unwrap();
    let key = dana.handle.now();
    // It says that it is omer's seat; it is told of dana's.
    dana.handle.look(Telemetry::Present { seat: omers, view: "logs\u{1b}[2J".to_owned(), size: (80, 24), key });
    let told = loop {
        let news = events.next().await.unwrap();
        if let EngineNews::Event(Event::Telemetry(told @ Telemetry::Present { .. })) = news {
            break told;
        }
    };
    assert_eq!(told, Telemetry::Present { seat: danas, view: "logs[2J".to_owned(), size: (80, 24), key });
}
