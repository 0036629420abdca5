//! The engine's side of the socket: it lets clients in and serves each until it goes.

use super::attention::{Attentions, pass_on};
use super::guest;
use super::outbox::Snapshots;
use super::pace::Pace;
use super::place::{Place, PlaceError};
use super::wire::About;
use crate::domain::command::{Refusal, RefusalKind};
use crate::domain::who::Who;
use crate::engine::EngineHandle;
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::UnixListener;
use tokio::sync::{Semaphore, SemaphorePermit, watch};
use tokio::task::JoinSet;

/// How many clients may be connected at once.
const MOST: usize = 256;
/// How many more learn at once that there is no room; any further connection is closed without a word.
const TOLD: usize = 64;
/// How many questions that make the engine look at the world are answered at once, for all clients.
const LOOKS: usize = 64;
/// How long to wait when the system gives no more connections.
const AGAIN: Duration = Duration::from_millis(100);

/// What an engine is opened to its clients with.
#[derive(Clone, Debug)]
pub struct Terms {
    /// Where the socket is.
    pub place: Place,
    /// The folder of the plan that the engine works by.
    pub root: PathBuf,
    /// The machine, as it stands beside every name.
    pub host: String,
    /// Whether people may be played.
    pub is_rehearsal: bool,
}

/// The door cannot be opened.
pub type DoorError = PlaceError;

/// An open door. Dropped, it is closed, and the connections end.
pub struct Door {
    hall: Arc<Hall>,
    /// Aborted with it.
    _tasks: JoinSet<()>,
}

/// What all connections share.
pub(super) struct Hall {
    pub handle: EngineHandle,
    pub terms: Terms,
    pub since: Timestamp,
    count: watch::Sender<usize>,
    attention: watch::Sender<Attentions>,
    /// How many questions that make the engine look at the world are answered at once, for all clients.
    looks: Semaphore,
    /// How many snapshots are made at once, and how many bytes of them are on their way, for all clients.
    pub snapshots: Snapshots,
    /// How fast each system user may have things recorded and looked at.
    pub pace: Pace,
    halted: watch::Sender<Option<Who>>,
}

impl Door {
    /// Binds the socket and lets clients in. The caller holds the journal, so two engines never share a door.
    pub fn open(terms: Terms, handle: EngineHandle) -> Result<Self, DoorError> {
        let listener = terms.place.bind()?;
        let hall = Arc::new(Hall {
            handle,
            terms,
            since: Timestamp::now(),
            count: watch::channel(0).0,
            attention: watch::channel(Attentions::default()).0,
            looks: Semaphore::new(LOOKS),
            snapshots: Snapshots::default(),
            pace: Pace::default(),
            halted: watch::channel(None).0,
        });
        let mut tasks = JoinSet::new();
        tasks.spawn(let_in(listener, hall.clone()));
        tasks.spawn(pass_on(hall.attention.subscribe(), hall.handle.clone()));
        tasks.spawn(tell_of_visits(hall.count.subscribe(), hall.handle.clone()));
        Ok(Self { hall, _tasks: tasks })
    }

    /// Returns where it is.
    pub fn place(&self) -> &Place {
        &self.hall.terms.place
    }

    /// Returns how many clients are connected, and every change of it.
    pub fn count(&self) -> watch::Receiver<usize> {
        self.hall.count.subscribe()
    }

    /// Waits until a client has asked for an end, and the engine has come to a boundary; returns who asked.
    pub async fn halted(&self) -> Option<Who> {
        let mut halted = self.hall.halted.subscribe();
        let who = halted.wait_for(Option::is_some).await;
        who.ok().and_then(|who| who.clone())
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        self.hall.terms.place.clear();
    }
}

impl Hall {
    /// Says which containers one client looks at; the engine is told what all of them do.
    pub(super) fn attend(&self, guest: u64, containers: BTreeSet<String>) {
        self.attention.send_if_modified(|all| all.put(guest, containers));
    }

    /// Waits until the engine may look at the world once more for a user, unless that user has asked too often.
    pub(super) async fn look(&self, user: &str) -> Result<SemaphorePermit<'_>, Refusal> {
        self.pace.look(user).await?;
        let ends = |_| Refusal::new(RefusalKind::CannotTell, "the engine ends");
        self.looks.acquire().await.map_err(ends)
    }

    pub(super) fn about(&self) -> About {
        About { clients: *self.count.borrow(), memory: memory(), root: self.terms.root.clone() }
    }

    /// Tells the engine's owner that it may end now, and who asked for that.
    pub(super) fn halt(&self, who: Who) {
        self.halted.send_replace(Some(who));
    }
}

/// Tells the engine whenever the first client has come, or the last one has gone.
async fn tell_of_visits(mut count: watch::Receiver<usize>, handle: EngineHandle) {
    let mut told = None;
    loop {
        let is_visited = *count.borrow_and_update() > 0;
        if told.replace(is_visited) != Some(is_visited) {
            handle.visited(is_visited).await;
        }
        if count.changed().await.is_err() {
            return;
        }
    }
}

async fn let_in(listener: UnixListener, hall: Arc<Hall>) {
    let mut guests = JoinSet::new();
    let mut number = 0;
    loop {
        tokio::select! {
            come = listener.accept() => match come {
                Ok((stream, _)) => {
                    number += 1;
                    if guests.len() >= MOST + TOLD {
                        continue;
                    }
                    let is_full = guests.len() >= MOST;
                    guests.spawn(guest::serve(stream, hall.clone(), guest::Number { number, is_full }));
                    hall.count.send_replace(guests.len());
                }
                // No more files: the clients that are there go on, and one of them will go.
                Err(_) => tokio::time::sleep(AGAIN).await,
            },
            Some(_) = guests.join_next() => {
                hall.count.send_replace(guests.len());
            }
        }
    }
}

/// Returns how much memory this process holds, in bytes: `VmRSS` of proc_pid_status(5).
fn memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.trim().strip_suffix(" kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}
