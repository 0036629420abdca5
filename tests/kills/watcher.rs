//! Somebody who sits at the engine and hears every fact, in the test's own process.

use super::house::{House, me};
use std::sync::Arc;
use std::time::Duration;
use tminus_core::command::Command;
use tminus_core::fact::Record;
use tminus_core::release::Release;
use tminus_core::seat::{SeatCommand, Wish};
use tminus_core::telemetry::Event;
use tminus_engine::session::Joined;
use tminus_engine::{EngineNews, EventStream, Snapshot};

const PATIENCE: Duration = Duration::from_secs(180);

pub struct Watcher<'a> {
    house: &'a House,
    joined: Joined,
    events: EventStream,
    pub release: Arc<Release>,
    /// What was told since.
    pub heard: Vec<Arc<Record>>,
}

impl<'a> Watcher<'a> {
    pub fn at(house: &'a House) -> Self {
        let joined = house.join().expect("an engine runs");
        let attached = house.runtime.block_on(joined.handle.attach()).unwrap();
        let (Snapshot { release, .. }, events) = attached;
        Self { house, joined, events, release, heard: Vec::new() }
    }

    /// Takes a seat to look.
    pub fn sits(&self) {
        let sit = Command::Seat(SeatCommand::Sit { wish: Wish::Observe, place: "a test".to_owned() });
        self.house.runtime.block_on(self.joined.handle.command(&me(), sit)).unwrap();
    }

    /// Hears the next news; false when the engine is gone.
    async fn hear(&mut self) -> bool {
        match self.events.next().await {
            Ok(EngineNews::Event(Event::Fact(record))) => {
                Arc::make_mut(&mut self.release).apply(&record);
                self.heard.push(record);
                true
            }
            Ok(EngineNews::Event(Event::Telemetry(_))) => true,
            Ok(EngineNews::Resync(_)) => panic!("nobody is slow here"),
            Err(_) => false,
        }
    }

    /// Hears all that is told until the engine is gone.
    pub fn until_gone(mut self) -> Vec<Arc<Record>> {
        let house = self.house;
        house.runtime.block_on(async { while self.hear().await {} });
        self.heard
    }

    /// Waits until it is so.
    #[track_caller]
    pub fn until(&mut self, what: &str, is_so: impl Fn(&Self) -> bool) {
        let house = self.house;
        let until = async {
            while !is_so(self) {
                assert!(self.hear().await, "the engine is gone before {what}");
            }
        };
        let heard = house.runtime.block_on(async { tokio::time::timeout(PATIENCE, until).await });
        let kinds = || self.heard.iter().map(|r| r.fact.kind()).collect::<Vec<_>>();
        assert!(heard.is_ok(), "{what} never comes: {:?}", kinds());
    }

    /// Returns how often a kind of fact was told since the action began.
    pub fn count(&self, kind: &str) -> usize {
        let begun = self.heard.iter().skip_while(|r| r.fact.kind() != "action.started");
        begun.filter(|r| r.fact.kind() == kind).count()
    }
}
