//! Events on their way to the clients of an engine: the newest, in bounds of number and of bytes; each client reads at its own pace.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use tminus_core::fact::Record;
use tminus_core::telemetry::{Event, Telemetry};
use tokio::sync::watch;

/// How many events a client may be behind before it is told to begin again from a snapshot.
const HELD: usize = 8_192;
/// How many bytes the events may be that a client may be behind, and what was made of them for the wire.
const HELD_BYTES: usize = 32 << 20;
/// What an event costs besides its text.
const OVERHEAD: usize = 256;

/// An event that was told. Every client has the same one, and what was made of it for the wire serves all.
#[derive(Clone, Debug)]
pub struct PublishedEvent(Arc<EventBusState>);

#[derive(Debug)]
struct EventBusState {
    event: Event,
    wire: Box<[u8]>,
}

impl PublishedEvent {
    fn of(event: Event) -> Self {
        // What cannot be written has no text; nothing of the domain is so.
        let wire = serde_json::to_vec(&event).unwrap_or_default().into_boxed_slice();
        Self(Arc::new(EventBusState { event, wire }))
    }

    /// Returns the event.
    pub fn event(&self) -> &Event {
        &self.0.event
    }

    /// Returns the event as JSON; it is written once for all clients.
    pub fn wire(&self) -> &[u8] {
        &self.0.wire
    }

    /// Returns about how many bytes it takes: its text stands there twice.
    fn cost(&self) -> usize {
        OVERHEAD + 2 * self.0.wire.len()
    }
}

/// The newest events, numbered from 0.
#[derive(Debug, Default)]
struct EventBuffer {
    told: VecDeque<PublishedEvent>,
    /// The number of the oldest one.
    first: u64,
    bytes: usize,
}

impl EventBuffer {
    fn push(&mut self, told: PublishedEvent) {
        self.bytes += told.cost();
        self.told.push_back(told);
        while self.told.len() > HELD || self.bytes > HELD_BYTES {
            let Some(old) = self.told.pop_front() else { return };
            self.first += 1;
            self.bytes -= old.cost();
        }
    }

    fn end(&self) -> u64 {
        self.first + self.told.len() as u64
    }
}

/// Tells all clients. No client is no error: the journal has the facts, and the rest may be lost.
#[derive(Clone)]
pub(super) struct Events {
    held: Arc<Mutex<EventBuffer>>,
    /// How many events there were; a change wakes those that wait for the next one.
    count: Arc<watch::Sender<u64>>,
}

/// What one client has not read yet.
pub(super) struct Subscription {
    held: Arc<Mutex<EventBuffer>>,
    count: watch::Receiver<u64>,
    next: u64,
}

impl Events {
    pub(super) fn new() -> Self {
        Self { held: Arc::default(), count: Arc::new(watch::channel(0).0) }
    }

    pub(super) fn fact(&self, record: Record) {
        self.send(Event::Fact(Arc::new(record)));
    }

    pub(super) fn telemetry(&self, telemetry: Telemetry) {
        self.send(Event::Telemetry(telemetry));
    }

    pub(super) fn subscribe(&self) -> Subscription {
        let next = self.held.lock().unwrap_or_else(PoisonError::into_inner).end();
        Subscription { held: self.held.clone(), count: self.count.subscribe(), next }
    }

    fn send(&self, event: Event) {
        let told = PublishedEvent::of(event);
        let end = {
            let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
            held.push(told);
            held.end()
        };
        // Two may tell at once; only that it changes counts.
        self.count.send_replace(end);
    }
}

/// Why a stream has no next event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StreamBreak {
    /// This client was too slow; it begins again with a snapshot.
    Lagged,
    /// The engine is gone.
    Gone,
}

impl Subscription {
    /// Waits for the next event.
    pub(super) async fn next(&mut self) -> Result<PublishedEvent, StreamBreak> {
        loop {
            if let Some(told) = self.ready()? {
                return Ok(told);
            }
            self.count.changed().await.map_err(|_| StreamBreak::Gone)?;
        }
    }

    fn ready(&mut self) -> Result<Option<PublishedEvent>, StreamBreak> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(at) = self.next.checked_sub(held.first) else { return Err(StreamBreak::Lagged) };
        let told = usize::try_from(at).ok().and_then(|at| held.told.get(at)).cloned();
        self.next += u64::from(told.is_some());
        Ok(told)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;
    use tminus_core::names::LogName;
    use tminus_core::open_line::LONGEST_LINE;
    use tminus_core::telemetry::LogLine;

    fn line(text: String) -> Telemetry {
        let text = tminus_core::mask::Mask::new().line(&text);
        Telemetry::Log([LogLine { source: LogName::new("app"), at: Timestamp::UNIX_EPOCH, text }].into())
    }

    #[tokio::test]
    async fn whoever_is_behind_by_too_many_bytes_is_told_and_no_more_than_that_is_held() {
        let events = Events::new();
        let mut slow = events.subscribe();
        for _ in 0..HELD_BYTES / (2 * LONGEST_LINE) + 1 {
            events.telemetry(line("x".repeat(LONGEST_LINE)));
        }
        assert!(matches!(slow.next().await, Err(StreamBreak::Lagged)));
        let held = events.held.lock().unwrap();
        assert!(held.bytes <= HELD_BYTES && held.told.len() > 100, "{} bytes", held.bytes);
        assert_eq!(held.bytes, held.told.iter().map(PublishedEvent::cost).sum::<usize>());
    }

    #[tokio::test]
    async fn whoever_is_behind_by_too_many_events_is_told_and_one_that_is_not_has_them_all() {
        let events = Events::new();
        let (mut slow, mut just) = (events.subscribe(), events.subscribe());
        events.telemetry(line("first".to_owned()));
        just.next().await.unwrap();
        for n in 0..HELD {
            events.telemetry(line(n.to_string()));
        }
        assert!(matches!(slow.next().await, Err(StreamBreak::Lagged)));
        for n in 0..HELD {
            assert_eq!(just.next().await.unwrap().event(), &Event::Telemetry(line(n.to_string())));
        }
        drop(events);
        assert!(matches!(just.next().await, Err(StreamBreak::Gone)));
    }
}
