//! What goes to one client of an engine: answers, snapshots and events, each in its bounds, written by one task.

use super::wire::{self, Kind};
use crate::domain::command::{Refusal, RefusalKind};
use crate::engine::{Behind, EngineHandle, Told};
use serde::Serialize;
use std::io;
use std::sync::Arc;
use tokio::io::AsyncWriteExt;
use tokio::net::unix::OwnedWriteHalf;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::task::JoinSet;
use tokio_util::bytes::BytesMut;

/// How many frames wait for a client that reads slowly; then what brings them waits, and falls behind.
const AHEAD: usize = 256;
/// How many bytes of events wait for a client that reads slowly; those behind them wait in the engine, for all clients once.
const ROOM: usize = 256 * 1024;
/// How many bytes are written at once, where so many wait.
const BATCH: usize = 64 * 1024;
/// How many snapshots are on their way to one client at once: each may be as long as the journal.
const SNAPSHOTS: usize = 2;

/// The way to a client; cloned freely, and closed when the last one is dropped.
#[derive(Clone)]
pub(super) struct Outbox {
    out: mpsc::Sender<Out>,
    snapshots: Arc<Semaphore>,
    room: Arc<Semaphore>,
}

/// A frame on its way to a client.
enum Out {
    Text((Kind, u64), Vec<u8>),
    /// An answer, with its share of what may be asked at once, which ends when it is among what is written next.
    Answer((Kind, u64), Vec<u8>, #[expect(dead_code, reason = "held while it waits")] OwnedSemaphorePermit),
    /// A snapshot, with the leave to have one on its way, which ends with it.
    Snapshot {
        ticket: u64,
        text: Vec<u8>,
        _leave: OwnedSemaphorePermit,
    },
    /// An event, with its share of the room for those that wait.
    News {
        ticket: u64,
        told: Told,
        _room: OwnedSemaphorePermit,
    },
}

impl Outbox {
    /// Opens the way to a client, with the task that writes.
    pub(super) fn open(to: OwnedWriteHalf, writer: &mut JoinSet<()>) -> Self {
        let (out, outbox) = mpsc::channel(AHEAD);
        writer.spawn(write_out(to, outbox));
        Self { out, snapshots: Arc::new(Semaphore::new(SNAPSHOTS)), room: Arc::new(Semaphore::new(ROOM)) }
    }

    /// Says something; false when the other side reads no more.
    pub(super) async fn say(&self, head: (Kind, u64), what: &impl Serialize) -> bool {
        match text(what) {
            Ok(text) => self.out.send(Out::Text(head, text)).await.is_ok(),
            Err(_) => false,
        }
    }

    /// Answers a question, which counts as one that is being answered while the answer waits.
    pub(super) async fn answer(&self, head: (Kind, u64), what: &impl Serialize, share: OwnedSemaphorePermit) {
        if let Ok(text) = text(what) {
            // Who reads no more has no question either.
            drop(self.out.send(Out::Answer(head, text, share)).await);
        }
    }

    /// Says that nothing more comes on a ticket, and that the client begins anew.
    pub(super) async fn lagged(&self, ticket: u64) {
        // Who reads no more is told nothing.
        drop(self.out.send(Out::Text((Kind::Lagged, ticket), b"null".to_vec())).await);
    }

    /// Sends a snapshot and the events from there on, until the client is too slow for them.
    pub(super) async fn stream(self, handle: EngineHandle, ticket: u64) {
        let Ok(_leave) = self.snapshots.clone().acquire_owned().await else { return };
        let Ok((snapshot, mut stream)) = handle.attach().await else { return };
        let Ok(text) = wire::text(&snapshot) else { return };
        drop(snapshot);
        if self.out.send(Out::Snapshot { ticket, text, _leave }).await.is_err() {
            return;
        }
        loop {
            match stream.told().await {
                Ok(told) => {
                    // One that is longer than the room is alone in it.
                    let share = u32::try_from(told.wire().len().min(ROOM)).unwrap_or(u32::MAX);
                    let Ok(_room) = self.room.clone().acquire_many_owned(share).await else { return };
                    if self.out.send(Out::News { ticket, told, _room }).await.is_err() {
                        return;
                    }
                }
                Err(Behind::Lagged) => return self.lagged(ticket).await,
                Err(Behind::Gone) => return,
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
async fn write_out(mut to: OwnedWriteHalf, mut outbox: mpsc::Receiver<Out>) {
    let mut bytes = BytesMut::with_capacity(BATCH);
    while let Some(out) = outbox.recv().await {
        let mut put = put_out(&mut bytes, &out);
        while put.is_ok() && bytes.len() < BATCH {
            match outbox.try_recv() {
                Ok(out) => put = put_out(&mut bytes, &out),
                Err(_) => break,
            }
        }
        if put.is_err() || to.write_all(&bytes).await.is_err() {
            return;
        }
        match bytes.capacity() > 4 * BATCH {
            true => bytes = BytesMut::with_capacity(BATCH),
            false => bytes.clear(),
        }
    }
}

fn put_out(to: &mut BytesMut, out: &Out) -> io::Result<()> {
    match out {
        Out::Text(head, text) | Out::Answer(head, text, _) => wire::put(to, *head, text),
        Out::Snapshot { ticket, text, .. } => wire::put(to, (Kind::Joined, *ticket), text),
        // An event that cannot be written would be missing without a sign: the connection ends instead.
        Out::News { ticket, told, .. } => match told.wire() {
            [] => Err(io::Error::new(io::ErrorKind::InvalidData, "an event cannot be written")),
            text => wire::put(to, (Kind::News, *ticket), text),
        },
    }
}
