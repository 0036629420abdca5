//! The containers of an environment on its page: columns by the width, old pictures dimmed, only what is in sight watched.

use super::every::PICTURED;
use super::{Seat, fixture};
use tminus_cockpit::{CockpitSettings, Message};
use tminus_core::fact::{Fact, Record, TargetFact};
use tminus_core::failure::{Failure, FailureKind};
use tminus_core::names::{ArtifactName, EnvName};
use tminus_core::order::Health;
use tminus_core::telemetry::{Container, ContainerRole, Event, Load, Telemetry};
use tminus_engine::EngineNews;

fn container(name: &str, health: Health, role: ContainerRole) -> Container {
    Container {
        name: name.to_owned(),
        service: None,
        image: "backend".to_owned(),
        digest: None,
        health,
        words: "Up 3 minutes".to_owned(),
        restarts: 0,
        ports: vec!["127.0.0.1:8000→8000/tcp".to_owned()],
        since: None,
        load: Some(Load { cpu: 0.123, memory: 123_400_000, limit: Some(512_000_000) }),
        role,
    }
}

fn told(containers: Vec<Container>) -> Message {
    let (env, artifact) = (EnvName::new("staging"), ArtifactName::new("backend"));
    let telemetry = Telemetry::Containers { env, artifact, at: fixture::now(), containers };
    Message::News(Box::new(EngineNews::Event(Event::Telemetry(telemetry))))
}

fn several() -> Vec<Container> {
    let unmeasured = |c: Container| Container { load: None, ports: Vec::new(), ..c };
    vec![
        container("bayitplus-backend-1", Health::Healthy, ContainerRole::Serves),
        Container { restarts: 3, ..container("bayitplus-backend-2", Health::Unhealthy, ContainerRole::Serves) },
        container("bayitplus-backend-3", Health::Starting, ContainerRole::Candidate),
        container("bayitplus-nginx-1", Health::Unknown, ContainerRole::Beside),
        unmeasured(container("bayitplus-backend.0.9.4", Health::Stopped, ContainerRole::Kept)),
    ]
}

/// Staging has several.
pub fn at_work(seat: &mut Seat) {
    seat.cockpit.take(told(several()));
}

fn at_staging(columns: u16, lines: u16, containers: Vec<Container>) -> Seat {
    let mut seat = Seat::new(&CockpitSettings::default());
    seat.cockpit.take(Message::Size(columns, lines));
    seat.cockpit.take(told(containers));
    seat.keys("j enter");
    seat
}

#[test]
fn containers_stand_in_columns_at_every_width() {
    for (columns, lines) in PICTURED {
        let mut seat = at_staging(columns, lines, several());
        if lines < 36 {
            seat.keys("ctrl-d ctrl-d");
        }
        insta::assert_snapshot!(format!("containers_{columns}x{lines}"), seat.screen(columns, lines));
    }
}

#[test]
fn what_was_not_told_for_long_says_so_and_what_is_lost_does_too() {
    let mut seat = at_staging(120, 36, several());
    assert!(!seat.screen(120, 36).contains("not seen since"));
    let failure = Failure::new(FailureKind::Unreachable, "the engine is away");
    let (env, artifact) = (EnvName::new("staging"), ArtifactName::new("backend"));
    let failure = tminus_core::mask::Mask::new().failure(failure);
    let fact = Fact::Target(TargetFact::Lost { env, artifact, failure });
    let record = Record { seq: 900, at: fixture::now(), who: fixture::who("dana"), fact };
    seat.cockpit.take(Message::News(Box::new(EngineNews::Event(Event::Fact(record.into())))));
    let screen = seat.screen(120, 36);
    assert!(screen.contains("as they were at 12:41:09") && screen.contains("the engine is away"), "{screen}");
}

#[test]
fn a_hundred_containers_are_scrolled_and_only_those_in_sight_are_watched() {
    let many = |at: usize| container(&format!("replica-{at:03}"), Health::Healthy, ContainerRole::Serves);
    let mut seat = at_staging(80, 24, (0..100).map(many).collect());
    let first = seat.cockpit.in_sight();
    assert!(first.contains("replica-000") && first.len() < 22, "{first:?}");
    for name in &first {
        assert!(seat.screen(80, 24).contains(name.as_str()), "{name} is not on the screen");
    }
    seat.keys("ctrl-d ctrl-d ctrl-d");
    let later = seat.cockpit.in_sight();
    assert!(!later.contains("replica-000"), "{later:?}");
    let screen = seat.screen(80, 24);
    assert_eq!(later.len(), screen.matches("replica-").count(), "{screen}");
    seat.keys("esc");
    assert!(seat.cockpit.in_sight().is_empty());
}

#[test]
fn the_overview_says_that_something_was_restarted() {
    let mut restarted = container("bayitplus-backend-1", Health::Healthy, ContainerRole::Serves);
    restarted.restarts = 3;
    let mut seat = at_staging(120, 36, vec![restarted]);
    seat.keys("esc");
    assert!(seat.screen(120, 36).contains("! 3 restarts"), "{}", seat.screen(120, 36));
}

#[test]
fn the_overview_names_a_neighbour_that_is_not_well() {
    let ill = container("nginx", Health::Unhealthy, ContainerRole::Beside);
    let mut seat = at_staging(160, 48, vec![container("backend", Health::Healthy, ContainerRole::Serves), ill]);
    seat.keys("esc");
    assert!(seat.screen(160, 48).contains("! nginx unheal"), "{}", seat.screen(160, 48));
}
