//! What a client is told, and what it may ask: the same as in the engine's own process.

use super::{Inn, played};
use crate::engine::{deploy, version};
use tminus_core::action::Outcome;
use tminus_core::command::{Command, RefusalKind};
use tminus_engine::session::{EnginePlace, JoinError, join};
use tminus_engine::{Accepted, EngineGone};

#[tokio::test]
async fn a_client_is_given_everything_as_the_engine_has_it() {
    let inn = Inn::open().await;
    let dana = inn.join("dana").await;
    dana.ask(Command::Refresh).await.unwrap();
    let (here, _) = inn.flight.handle.attach().await.unwrap();
    let (there, _) = dana.handle.attach().await.unwrap();
    assert!(here.release.seq > 5 && !here.release.environments.is_empty(), "there is something to compare");
    assert_eq!(there.release, here.release);
    assert_eq!(there.plan, here.plan);
    assert_eq!(there.lines, here.lines);
}

#[tokio::test]
async fn what_one_client_does_another_sees_and_both_have_the_journals_state_in_the_end() {
    let inn = Inn::open().await;
    let (dana, omer) = (inn.join("dana").await, inn.join("omer").await);
    let (mut danas, mut omers) = (dana.attach().await, omer.attach().await);
    let Accepted::Started(action) = dana.deploy("staging").await.unwrap() else { panic!("not begun") };
    let is_over = |release: &tminus_core::release::Release| release.action(&action).is_some_and(|a| a.ended.is_some());
    let ended = omers.until(is_over).await.action(&action).unwrap().ended.clone().unwrap();
    assert_eq!(ended.outcome, Outcome::Good);
    danas.until(is_over).await;
    let house = inn.close().await;
    let at = omers.release.seq as usize;
    let written = tminus_core::release::Release::of(&house.records()[..at]);
    assert_eq!(*omers.release, written);
}

#[tokio::test]
async fn a_refusal_and_a_preview_come_over_whole() {
    let inn = Inn::open().await;
    let dana = inn.join("dana").await;
    let there = dana.handle.preview(&version("1.0.0"), deploy("staging")).await.unwrap();
    let here = inn.flight.handle.preview(&version("1.0.0"), deploy("staging")).await.unwrap();
    assert_eq!(there, here);
    let refusal = dana.deploy("nowhere").await.unwrap_err();
    assert_eq!((refusal.kind, refusal.says.contains("nowhere")), (RefusalKind::Unknown, true), "{refusal:?}");
}

#[tokio::test]
async fn who_acts_is_the_kernels_word() {
    let inn = Inn::open().await;
    let claims = tminus_core::who::Who { user: "nobody-else".to_owned(), ..played("dana") };
    let joined = join(&inn.place, &claims).await.unwrap();
    let kernel = tminus_engine::session::user_name(tminus_engine::session::user_of());
    assert_eq!((joined.welcome.you.name.as_str(), joined.welcome.you.user.as_str()), ("dana", kernel.as_str()));
    assert_eq!(joined.welcome.you.host, "bridge");
}

#[tokio::test]
async fn an_engine_that_has_ended_is_told_to_whoever_waits() {
    let inn = Inn::open().await;
    let dana = inn.join("dana").await;
    let mut eyes = dana.attach().await;
    let place = inn.place.clone();
    inn.close().await;
    let gone = loop {
        match eyes.events.next().await {
            Ok(_) => {}
            Err(gone) => break gone,
        }
    };
    assert_eq!(gone, EngineGone);
    assert_eq!(dana.ask(Command::Refresh).await.unwrap_err().kind, RefusalKind::CannotTell);
    assert!(matches!(join(&place, &played("omer")).await, Err(JoinError::Nobody)));
}

#[tokio::test]
async fn an_engine_that_is_halted_ends_between_two_steps_and_begins_nothing_more() {
    let inn = Inn::open().await;
    let dana = inn.join("dana").await;
    dana.joined.halt(&dana.who).await.unwrap();
    let refusal = dana.deploy("staging").await.unwrap_err();
    assert!(refusal.says.contains("ends at its next boundary"), "{refusal:?}");
    inn.door.halted().await;
}

#[tokio::test]
async fn where_nobody_listens_there_is_nobody() {
    let dir = tempfile::tempdir().unwrap();
    let place = EnginePlace::of(dir.path(), "shop", None);
    assert!(matches!(join(&place, &played("dana")).await, Err(JoinError::Nobody)));
    // A socket that a killed engine left behind refuses.
    drop(std::os::unix::net::UnixListener::bind(place.socket()).unwrap());
    assert!(matches!(join(&place, &played("dana")).await, Err(JoinError::Nobody)));
}
