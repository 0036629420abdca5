//! Events on their way to the clients of an engine.

use crate::domain::fact::Record;
use crate::domain::telemetry::{Event, Telemetry};
use std::sync::{Arc, OnceLock};
use tokio::sync::broadcast;

/// How many events a client may be behind before it is told to begin again from a snapshot.
const HELD: usize = 8_192;

/// An event that was told. Every client has the same one, and what one of them made of it for the wire serves all.
#[derive(Clone, Debug)]
pub struct Told(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    event: Event,
    wire: OnceLock<Box<[u8]>>,
}

impl Told {
    /// Returns the event.
    pub fn event(&self) -> &Event {
        &self.0.event
    }

    /// Returns the event as it goes over a wire, which is made once for all clients.
    pub fn wire(&self, make: impl FnOnce(&Event) -> Vec<u8>) -> &[u8] {
        self.0.wire.get_or_init(|| make(&self.0.event).into_boxed_slice())
    }
}

/// Tells all clients. No client is no error: the journal has the facts, and the rest may be lost.
#[derive(Clone)]
pub(super) struct Events(broadcast::Sender<Told>);

impl Events {
    pub(super) fn new() -> Self {
        Self(broadcast::channel(HELD).0)
    }

    pub(super) fn fact(&self, record: Record) {
        self.send(Event::Fact(Arc::new(record)));
    }

    pub(super) fn telemetry(&self, telemetry: Telemetry) {
        self.send(Event::Telemetry(telemetry));
    }

    pub(super) fn subscribe(&self) -> broadcast::Receiver<Told> {
        self.0.subscribe()
    }

    fn send(&self, event: Event) {
        drop(self.0.send(Told(Arc::new(Inner { event, wire: OnceLock::new() }))));
    }
}
