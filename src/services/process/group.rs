//! A process group that ends when its owner does: asked first, then made to.
//!
//! The kernel could tie it to tminus's own death (`PR_SET_PDEATHSIG`), but only through `unsafe` code between fork and
//! exec; so a tminus that is killed outright leaves a running check behind, which ends at its own pace and is not adopted.

use rustix::process::{Pid, Signal, kill_process_group};
use std::time::Duration;
use tokio::process::Child;

/// How long a program has to end by itself after it was asked to.
pub const GRACE: Duration = Duration::from_secs(2);

/// A process group, by the id of its leader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Group(Pid);

impl Group {
    /// Names the group that a process leads.
    pub fn of(leader: u32) -> Option<Self> {
        let id = i32::try_from(leader).ok().filter(|id| *id > 1)?;
        Pid::from_raw(id).map(Self)
    }

    /// Asks every process of the group to end; one that is gone already is no error.
    pub fn ask_to_end(self) {
        let _gone = kill_process_group(self.0, Signal::TERM);
    }

    /// Ends every process of the group.
    pub fn end(self) {
        let _gone = kill_process_group(self.0, Signal::KILL);
    }
}

/// A running leader with its group. Dropped while it runs, it is asked to end, and after [`GRACE`] made to.
pub(crate) struct RunningGroup {
    child: Option<Child>,
    group: Option<Group>,
}

impl RunningGroup {
    pub(crate) fn new(child: Child) -> Self {
        let group = child.id().and_then(Group::of);
        Self { child: Some(child), group }
    }

    /// Waits for the leader; what it leaves behind in its group is ended with it.
    pub(crate) async fn wait(&mut self) -> std::io::Result<std::process::ExitStatus> {
        let status = self.leader().await?;
        self.end_group();
        Ok(status)
    }

    /// Waits for the leader alone; [`Self::end_group`] ends what it leaves behind.
    pub(super) async fn leader(&mut self) -> std::io::Result<std::process::ExitStatus> {
        let Some(child) = &mut self.child else {
            return Err(std::io::Error::other("it was waited for already"));
        };
        let status = child.wait().await?;
        self.child = None;
        Ok(status)
    }

    /// Ends what the leader, which has ended, left behind in its group.
    pub(super) fn end_group(&mut self) {
        if let Some(group) = self.group.take_if(|_| self.child.is_none()) {
            group.end();
        }
    }

    /// Asks it to end, and makes it when it does not.
    pub(super) async fn stop(&mut self) {
        let (Some(child), Some(group)) = (self.child.take(), self.group) else {
            return;
        };
        end_within_grace(child, Last(group)).await;
    }
}

impl Drop for RunningGroup {
    fn drop(&mut self) {
        self.end_group();
        let (Some(child), Some(group)) = (self.child.take(), self.group) else {
            return;
        };
        let last = Last(group);
        group.ask_to_end();
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            // Owned by the runtime: where that ends first, `last` is dropped with the task and kills at once.
            drop(runtime.spawn(end_within_grace(child, last)));
        }
    }
}

/// Kills the group at the latest when it is dropped.
struct Last(Group);

impl Drop for Last {
    fn drop(&mut self) {
        self.0.end();
    }
}

async fn end_within_grace(mut child: Child, last: Last) {
    last.0.ask_to_end();
    let _slow = tokio::time::timeout(GRACE, child.wait()).await;
    drop(last);
    let _reaped = child.wait().await;
}
