//! A client is never silently behind: whatever is lost on the way, it has the journal's state in the end.

use super::{Eyes, Inn, played};
use crate::engine::version;
use futures::StreamExt;
use jiff::Timestamp;
use proptest::prelude::*;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tminus_core::command::{Command, ReleaseCommand};
use tminus_core::fact::{Fact, Record, ReleaseFact};
use tminus_core::grammar::plan;
use tminus_core::mask::Mask;
use tminus_core::names::{Commit, LogName};
use tminus_core::release::Release;
use tminus_core::telemetry::{Event, LogLine, Telemetry};
use tminus_engine::session::wire::{self, About, Frame, Kind, Welcome};
use tminus_engine::session::{EnginePlace, join};
use tminus_engine::{EngineNews, Snapshot};
use tokio::io::AsyncWriteExt;
use tokio::net::UnixListener;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio_util::bytes::BytesMut;
use tokio_util::codec::{FramedRead, LengthDelimitedCodec};

const LONG: Duration = Duration::from_secs(120);

#[tokio::test]
async fn whoever_stops_reading_begins_again_and_has_the_journals_state() {
    let inn = Inn::open().await;
    let (dana, omer) = (inn.join("dana").await, inn.join("omer").await);
    let mut eyes = omer.attach().await;
    let now = Timestamp::now().as_second();
    for hour in 1..1_200 {
        let zero = Timestamp::from_second(now + 3_600 * hour).unwrap();
        inn.flight.handle.command(&dana.who, Command::Refresh).await.unwrap();
        dana.ask(Command::Release(ReleaseCommand::Schedule { version: version("1.0.0"), zero })).await.unwrap();
    }
    let (now, _) = inn.flight.handle.attach().await.unwrap();
    tokio::time::timeout(LONG, eyes.until(|release| release.seq >= now.release.seq)).await.expect("it catches up");
    assert_eq!(eyes.resyncs, 1);
    assert_eq!(eyes.release, now.release);
    assert_eq!(*eyes.release, Release::of(&inn.close().await.records()));
}

/// What happens between an engine and a client that follows it.
#[derive(Clone, Copy, Debug)]
enum Turn {
    /// A fact is recorded, and told to whoever follows.
    Fact,
    /// The last fact is told a second time.
    Again,
    /// A fact is told on a ticket that was given up.
    Late,
    /// More lines come than a client holds.
    Flood,
    /// The engine gives the client up.
    Lag,
    /// What the client has said by now is heard.
    Hear,
}

fn turn() -> impl Strategy<Value = Turn> {
    prop_oneof![
        8 => Just(Turn::Fact),
        2 => Just(Turn::Again),
        2 => Just(Turn::Late),
        1 => Just(Turn::Flood),
        3 => Just(Turn::Lag),
        4 => Just(Turn::Hear),
    ]
}

/// The engine's side of the socket, which does what the turns say.
struct Played {
    frames: FramedRead<OwnedReadHalf, LengthDelimitedCodec>,
    write: OwnedWriteHalf,
    journal: Vec<Record>,
    ticket: Option<u64>,
    old: u64,
}

impl Played {
    async fn say(&mut self, head: (Kind, u64), what: &impl serde::Serialize) {
        let mut bytes = BytesMut::new();
        wire::put(&mut bytes, head, &wire::text(what).unwrap()).unwrap();
        // A client that has all that it waits for may have gone.
        drop(self.write.write_all(&bytes).await);
    }

    fn record(&mut self) -> Event {
        let seq = self.journal.len() as u64 + 1;
        let fact = match seq {
            1 => ReleaseFact::Opened {
                version: version("1.0.0"),
                branch: "release/1.0.0".to_owned(),
                commit: Commit::new("1111111111111111111111111111111111111111"),
                previous: None,
                hotfix_of: None,
            },
            _ => {
                ReleaseFact::Scheduled { version: version("1.0.0"), zero: Timestamp::from_second(seq as i64).unwrap() }
            }
        };
        let at = Timestamp::from_second(seq as i64).unwrap();
        self.journal.push(Record { seq, at, who: played("dana"), fact: Fact::Release(fact) });
        self.last()
    }

    fn last(&self) -> Event {
        Event::Fact(Arc::new(self.journal.last().unwrap().clone()))
    }

    async fn take(&mut self, turn: Turn) {
        let event = match turn {
            Turn::Fact => self.record(),
            Turn::Again | Turn::Late => self.last(),
            Turn::Flood => {
                let line =
                    LogLine { source: LogName::new("app"), at: Timestamp::UNIX_EPOCH, text: Mask::new().line("x") };
                Event::Telemetry(Telemetry::Log([line].into()))
            }
            Turn::Lag => {
                if let Some(ticket) = self.ticket.take() {
                    self.say((Kind::Lagged, ticket), &()).await;
                    self.old = ticket;
                }
                return;
            }
            Turn::Hear => {
                while let Ok(Some(Ok(frame))) = tokio::time::timeout(Duration::from_millis(1), self.frames.next()).await
                {
                    self.hear(&Frame::of(frame).unwrap()).await;
                }
                return;
            }
        };
        let times = if matches!(turn, Turn::Flood) { 5_000 } else { 1 };
        let ticket = if matches!(turn, Turn::Late) { Some(self.old) } else { self.ticket };
        for _ in 0..times {
            if let Some(ticket) = ticket {
                self.say((Kind::News, ticket), &event).await;
            }
        }
    }

    async fn hear(&mut self, frame: &Frame) {
        match frame.kind {
            Kind::Attach => {
                let text = "format = 1\n[project]\nname = \"Shop\"\n[env.staging]\n";
                let plan = Arc::new(plan::read(Path::new("tminus.toml"), text).unwrap().plan);
                let release = Arc::new(Release::of(&self.journal));
                let (lines, newest, present, lost_logs) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
                let snapshot = Snapshot { plan, release, lines, passed: 0, newest, present, lost_logs, lost: None };
                self.ticket = Some(frame.ticket);
                self.say((Kind::Joined, frame.ticket), &snapshot).await;
            }
            Kind::Detach => {
                self.old = frame.ticket;
                self.ticket = self.ticket.filter(|ticket| *ticket != frame.ticket);
            }
            // Whether it is there is asked first.
            Kind::Inspect => {
                let about = About { clients: 1, memory: None, root: "/".into() };
                self.say((Kind::About, frame.ticket), &about).await;
            }
            other => panic!("{other:?} is not said here"),
        }
    }
}

async fn answer(listener: UnixListener) -> Played {
    let (stream, _) = listener.accept().await.unwrap();
    let (read, write) = stream.into_split();
    let mut frames = FramedRead::new(read, wire::codec(wire::FROM_CLIENT));
    let hello = Frame::of(frames.next().await.unwrap().unwrap()).unwrap();
    assert_eq!(hello.kind, Kind::Hello);
    let now = Timestamp::now();
    let welcome = Welcome { tminus: "9.9.9".to_owned(), pid: 1, since: now, now, you: played("omer") };
    let mut played = Played { frames, write, journal: Vec::new(), ticket: None, old: u64::MAX };
    played.say((Kind::Welcome, 0), &welcome).await;
    let first = Frame::of(played.frames.next().await.unwrap().unwrap()).unwrap();
    played.hear(&first).await;
    played.record();
    played
}

/// Plays the turns to a client that reads as it is let, and returns what it has in the end beside what was written.
async fn play(folder: &Path, turns: Vec<Turn>) -> (Release, Release) {
    let place = EnginePlace::of(folder, "shop", None);
    let listener = UnixListener::bind(place.socket()).unwrap();
    let facts = 1 + turns.iter().filter(|turn| matches!(turn, Turn::Fact)).count() as u64;
    let who = played("omer");
    let (engine, joined) = tokio::join!(answer(listener), join(&place, &who));
    let (mut engine, joined) = (engine, joined.unwrap());
    let reading = tokio::spawn(async move {
        let (Snapshot { release, .. }, events) = joined.handle.attach().await.unwrap();
        let mut eyes = Eyes { release, events, resyncs: 0 };
        eyes.until(|release| release.seq >= facts).await;
        Arc::unwrap_or_clone(eyes.release)
    });
    for turn in turns {
        engine.take(turn).await;
    }
    // Whoever was given up joins again, now that nothing more happens.
    while !reading.is_finished() {
        engine.take(Turn::Hear).await;
    }
    (reading.await.unwrap(), Release::of(&engine.journal))
}

#[test]
fn whatever_is_lost_on_the_way_a_client_has_the_journals_state_in_the_end() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    proptest!(crate::nightly::cases(60), |(turns in proptest::collection::vec(turn(), 1..40))| {
        let folder = tempfile::tempdir().unwrap();
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o700);
        std::fs::set_permissions(folder.path(), mode).unwrap();
        let played = runtime.block_on(async { tokio::time::timeout(LONG, play(folder.path(), turns)).await });
        let (has, written) = played.expect("it is not silently behind");
        prop_assert_eq!(has, written);
    });
}

#[tokio::test]
async fn streams_that_are_dropped_do_not_use_up_what_one_client_may_follow() {
    let inn = Inn::open().await;
    let dana = inn.join("dana").await;
    for _ in 0..50 {
        drop(dana.handle.attach().await.expect("the engine is there"));
    }
    let (_, mut events) = dana.handle.attach().await.unwrap();
    dana.ask(Command::Refresh).await.unwrap();
    assert!(matches!(events.next().await.unwrap(), EngineNews::Event(_)));
}
