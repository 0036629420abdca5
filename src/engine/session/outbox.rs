//! What goes to one client of an engine: answers, snapshots and events, each in its bounds, written by one task.

use super::wire::{self, Kind};
use crate::{EngineHandle, EventStream, PublishedEvent, StreamBreak};
use serde::Serialize;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tminus_core::command::{Refusal, RefusalKind};
use tokio::io::AsyncWriteExt;
use tokio::net::unix::OwnedWriteHalf;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_util::bytes::BytesMut;

/// How many frames wait for a client that reads slowly; then what brings them waits, and falls behind.
const AHEAD: usize = 256;
/// How many bytes of events wait for a client that reads slowly; those behind them wait in the engine, for all clients once.
const ROOM: usize = 256 * 1024;
/// How many bytes are written at once, where so many wait.
const BATCH: usize = 64 * 1024;
/// How many snapshots are on their way to one client at once: each may be as long as the journal.
const SNAPSHOTS: usize = 2;
/// How many snapshots are made at once for all clients, and how many bytes of them wait to be taken.
const MAKING: usize = 4;
const ALL_SNAPSHOTS: usize = 64 * 1024 * 1024;
/// How long a client waits for its snapshot, and how long the snapshot waits for the client, which has just asked for it:
/// a client that takes none holds up the others.
const MADE: Duration = Duration::from_secs(60);
const TAKEN: Duration = Duration::from_secs(30);

/// The way to a client; cloned freely, and closed when the last one is dropped.
#[derive(Clone)]
pub(super) struct Outbox {
    out: mpsc::Sender<OutFrame>,
    snapshots: Arc<Semaphore>,
    room: Arc<Semaphore>,
    /// Told when the client did not take what it asked for.
    given_up: Arc<Notify>,
}

/// What the snapshots of all clients take up.
pub(super) struct Snapshots {
    making: Semaphore,
    room: Arc<Semaphore>,
}

impl Default for Snapshots {
    fn default() -> Self {
        Self { making: Semaphore::new(MAKING), room: Arc::new(Semaphore::new(ALL_SNAPSHOTS)) }
    }
}

/// A frame on its way to a client.
enum OutFrame {
    Text((Kind, u64), Vec<u8>),
    /// An answer, with its share of what may be asked at once, which ends when it is among what is written next.
    Answer((Kind, u64), Vec<u8>, #[expect(dead_code, reason = "held while it waits")] OwnedSemaphorePermit),
    /// A snapshot, with its share of what may be on its way, and the sender that waits until it was written; both end with it.
    Snapshot {
        ticket: u64,
        text: Vec<u8>,
        _share: [OwnedSemaphorePermit; 2],
        _written: oneshot::Sender<()>,
    },
    /// An event, with its share of the room for those that wait.
    News {
        ticket: u64,
        told: PublishedEvent,
        _room: OwnedSemaphorePermit,
    },
}

impl Outbox {
    /// Opens the way to a client, with the task that writes.
    pub(super) fn open(to: OwnedWriteHalf, writer: &mut JoinSet<()>) -> Self {
        let (out, outbox) = mpsc::channel(AHEAD);
        writer.spawn(write_out(to, outbox));
        Self {
            out,
            snapshots: Arc::new(Semaphore::new(SNAPSHOTS)),
            room: Arc::new(Semaphore::new(ROOM)),
            given_up: Arc::default(),
        }
    }

    /// Waits until the client is given up.
    pub(super) async fn given_up(&self) {
        self.given_up.notified().await;
    }

    /// Says something; false when the other side reads no more.
    pub(super) async fn say(&self, head: (Kind, u64), what: &impl Serialize) -> bool {
        match text(what) {
            Ok(text) => self.out.send(OutFrame::Text(head, text)).await.is_ok(),
            Err(_) => false,
        }
    }

    /// Answers a question, which counts as one that is being answered while the answer waits.
    pub(super) async fn answer(&self, head: (Kind, u64), what: &impl Serialize, share: OwnedSemaphorePermit) {
        if let Ok(text) = text(what) {
            // A client that has stopped reading waits for no answer.
            drop(self.out.send(OutFrame::Answer(head, text, share)).await);
        }
    }

    /// Says that nothing more comes on a ticket: the client must start over.
    pub(super) async fn lagged(&self, ticket: u64) {
        // A client that has stopped reading cannot be told.
        drop(self.out.send(OutFrame::Text((Kind::Lagged, ticket), b"null".to_vec())).await);
    }

    /// Sends a snapshot and the events from there on, until the client is too slow for them.
    pub(super) async fn stream(self, from: (EngineHandle, Arc<Snapshots>), ticket: u64) {
        match self.snapshot(from, ticket).await {
            Some(events) => self.events(events, ticket).await,
            // The client that waits for it must hear that nothing comes.
            None => self.given_up.notify_one(),
        }
    }

    /// Sends a snapshot, and returns the events from there on once the client has taken it.
    async fn snapshot(&self, (handle, all): (EngineHandle, Arc<Snapshots>), ticket: u64) -> Option<EventStream> {
        let leave = self.snapshots.clone().acquire_owned().await.ok()?;
        let made = async {
            let _making = all.making.acquire().await.ok()?;
            let (snapshot, events) = handle.attach().await.ok()?;
            let text = wire::text(&snapshot).ok()?;
            // One that is longer than the room is alone in it.
            let share = u32::try_from(text.len().min(ALL_SNAPSHOTS)).ok()?;
            let room = all.room.clone().acquire_many_owned(share).await.ok()?;
            Some((text, room, events))
        };
        let (text, room, events) = timeout(MADE, made).await.ok()??;
        let (_written, written) = oneshot::channel();
        let sent = async {
            self.out.send(OutFrame::Snapshot { ticket, text, _share: [leave, room], _written }).await.ok()?;
            // Nothing is sent there: it ends when the snapshot was written, or never will be.
            written.await.err()
        };
        timeout(TAKEN, sent).await.ok()??;
        Some(events)
    }

    async fn events(self, mut stream: EventStream, ticket: u64) {
        loop {
            match stream.told().await {
                Ok(told) => {
                    // One that is longer than the room is alone in it.
                    let share = u32::try_from(told.wire().len().min(ROOM)).unwrap_or(u32::MAX);
                    let Ok(_room) = self.room.clone().acquire_many_owned(share).await else { return };
                    if self.out.send(OutFrame::News { ticket, told, _room }).await.is_err() {
                        return;
                    }
                }
                Err(StreamBreak::Lagged) => return self.lagged(ticket).await,
                Err(StreamBreak::Gone) => return,
            }
        }
    }
}

fn text(what: &impl Serialize) -> io::Result<Vec<u8>> {
    wire::text(what).or_else(|error| {
        // What cannot be written is an answer too.
        let refusal = Refusal::new(RefusalKind::CannotTell, format!("the answer cannot be sent: {error}"));
        wire::text(&Err::<(), _>(refusal))
    })
}

/// Writes what waits, many frames at once. A client that never reads stops this, and nothing else.
async fn write_out(mut to: OwnedWriteHalf, mut outbox: mpsc::Receiver<OutFrame>) {
    let mut bytes = BytesMut::with_capacity(BATCH);
    while let Some(out) = outbox.recv().await {
        let mut next = Some(out);
        while let Some(out) = next.take() {
            if put_out(&mut to, &mut bytes, &out).await.is_err() {
                return;
            }
            next = if bytes.len() < BATCH { outbox.try_recv().ok() } else { None };
        }
        if to.write_all(&bytes).await.is_err() {
            return;
        }
        match bytes.capacity() > 4 * BATCH {
            true => bytes = BytesMut::with_capacity(BATCH),
            false => bytes.clear(),
        }
    }
}

/// Puts a frame behind those that are written next. A snapshot may be as long as the journal: it is written, and not copied.
async fn put_out(to: &mut OwnedWriteHalf, bytes: &mut BytesMut, out: &OutFrame) -> io::Result<()> {
    match out {
        OutFrame::Text(head, text) | OutFrame::Answer(head, text, _) => wire::put(bytes, *head, text),
        OutFrame::Snapshot { ticket, text, .. } => {
            wire::put_head(bytes, (Kind::Joined, *ticket), text.len())?;
            to.write_all(bytes).await?;
            bytes.clear();
            to.write_all(text).await
        }
        // An event that cannot be written would be missing without a sign: the connection ends instead.
        OutFrame::News { ticket, told, .. } => match told.wire() {
            [] => Err(io::Error::new(io::ErrorKind::InvalidData, "an event cannot be written")),
            text => wire::put(bytes, (Kind::News, *ticket), text),
        },
    }
}
