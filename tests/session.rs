//! More clients on one engine, over its real socket: the engine here is a real one over a played world and a real journal.

mod bounds;
mod files;
mod guests;
mod hostile;
mod lag;
mod protocol;
mod seats;

use crate::engine::{Flight, House};
use std::path::PathBuf;
use std::sync::Arc;
use tminus_core::command::{ActionCommand, Command, Consent, Refusal};
use tminus_core::names::{Person, SeatId};
use tminus_core::release::Release;
use tminus_core::seat::{SeatCommand, Wish};
use tminus_core::telemetry::Event;
use tminus_core::who::Who;
use tminus_engine::session::{EnginePlace, Joined, Server, Terms, join};
use tminus_engine::{Accepted, EngineHandle, EngineNews, EventStream, Snapshot};

/// An engine with an open door.
struct Inn {
    flight: Flight,
    door: Server,
    house: House,
    place: EnginePlace,
}

impl Inn {
    async fn open() -> Self {
        let house = House::new("smooth");
        let flight = house.open().await;
        let place = EnginePlace::of(&house.folder.path().join("run"), "shop", None);
        let terms =
            Terms { place: place.clone(), root: "/srv/bridge".into(), host: "bridge".to_owned(), is_rehearsal: true };
        let door = Server::open(terms, flight.handle.clone()).unwrap();
        Self { flight, door, house, place }
    }

    fn socket(&self) -> PathBuf {
        self.place.socket().to_owned()
    }

    async fn join(&self, name: &str) -> Client {
        let joined = join(&self.place, &played(name)).await.unwrap();
        let who = joined.welcome.you.clone();
        Client { handle: joined.handle.clone(), joined, who }
    }

    /// Waits until so many clients are connected.
    async fn until_clients(&self, count: usize) {
        self.door.count().wait_for(|now| *now == count).await.unwrap();
    }

    async fn close(self) -> House {
        drop(self.door);
        self.flight.end().await;
        self.house
    }
}

fn played(name: &str) -> Who {
    Who { name: Person::new(name), user: format!("played:{name}"), host: String::new() }
}

/// Somebody at the other end of the socket.
struct Client {
    joined: Joined,
    handle: EngineHandle,
    who: Who,
}

impl Client {
    async fn ask(&self, command: Command) -> Result<Accepted, Refusal> {
        self.handle.command(&self.who, command).await
    }

    async fn seat(&self, command: SeatCommand) -> Result<Accepted, Refusal> {
        self.ask(Command::Seat(command)).await
    }

    async fn sit(&self, wish: Wish) -> SeatId {
        match self.seat(SeatCommand::Sit { wish, place: "a pipe".to_owned() }).await.unwrap() {
            Accepted::Seated(seat) => seat,
            other => panic!("{other:?} is no seat"),
        }
    }

    async fn deploy(&self, env: &str) -> Result<Accepted, Refusal> {
        let (release, request) = (crate::engine::version("1.0.0"), crate::engine::deploy(env));
        let consent = Consent { typed: Some(env.to_owned()), seen: None };
        self.ask(Command::Action(ActionCommand::Start { release, request, consent })).await
    }

    async fn attach(&self) -> Eyes {
        let (Snapshot { release, .. }, events) = self.handle.attach().await.unwrap();
        Eyes { release, events, resyncs: 0 }
    }
}

/// What a client sees: a snapshot, and what was told since.
struct Eyes {
    release: Arc<Release>,
    events: EventStream,
    resyncs: usize,
}

impl Eyes {
    async fn until(&mut self, is_so: impl Fn(&Release) -> bool) -> &Release {
        while !is_so(&self.release) {
            match self.events.next().await.unwrap() {
                EngineNews::Event(Event::Fact(record)) => Arc::make_mut(&mut self.release).apply(&record),
                EngineNews::Event(Event::Telemetry(_)) => {}
                EngineNews::Resync(fresh) => (self.release, self.resyncs) = (fresh.release, self.resyncs + 1),
            }
        }
        &self.release
    }
}
