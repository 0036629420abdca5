//! What all connections to an engine share.

use super::attention::Attentions;
use super::outbox::Snapshots;
use super::pace::UserPace;
use super::place::EnginePlace;
use super::wire::About;
use crate::EngineHandle;
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use tminus_core::command::{Refusal, RefusalKind};
use tminus_core::who::Who;
use tokio::sync::{Semaphore, SemaphorePermit, watch};

/// How many questions that make the engine look at the world are answered at once, for all clients.
const LOOKS: usize = 64;

/// What an engine is opened to its clients with.
#[derive(Clone, Debug)]
pub struct Terms {
    /// Where the socket is.
    pub place: EnginePlace,
    /// The folder of the plan that the engine works by.
    pub root: PathBuf,
    /// The machine, as it stands beside every name.
    pub host: String,
    /// Whether people may be played.
    pub is_rehearsal: bool,
}

/// What all connections share.
pub(super) struct Clients {
    pub handle: EngineHandle,
    pub terms: Terms,
    pub since: Timestamp,
    pub count: watch::Sender<usize>,
    pub attention: watch::Sender<Attentions>,
    /// How many questions that make the engine look at the world are answered at once, for all clients.
    looks: Semaphore,
    /// How many snapshots are made at once, and how many bytes of them are on their way, for all clients.
    pub snapshots: Arc<Snapshots>,
    /// How fast each system user may have things recorded and looked at.
    pub pace: UserPace,
    pub halted: watch::Sender<Option<Who>>,
}

impl Clients {
    pub(super) fn new(terms: Terms, handle: EngineHandle) -> Self {
        Self {
            handle,
            terms,
            since: Timestamp::now(),
            count: watch::channel(0).0,
            attention: watch::channel(Attentions::default()).0,
            looks: Semaphore::new(LOOKS),
            snapshots: Arc::default(),
            pace: UserPace::default(),
            halted: watch::channel(None).0,
        }
    }

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

/// Returns how much memory this process holds, in bytes: `VmRSS` of proc_pid_status(5).
fn memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.trim().strip_suffix(" kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}
