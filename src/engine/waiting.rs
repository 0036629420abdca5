//! What clients wait for: checks that run together, and the end of the engine.

use super::report::{CommandReply, SubmittedCommand};
use tminus_core::command::Refusal;
use tminus_core::names::{CheckName, Version};
use tminus_core::who::Who;
use tokio::sync::oneshot;
use tokio::task::AbortHandle;

/// Checks that were asked for together.
pub(super) struct Batch {
    pub id: u64,
    pub who: Who,
    pub version: Version,
    pub waiting: Vec<CheckName>,
    pub running: Vec<RunningCheck>,
    pub after: AfterBatch,
}

/// A check of a batch that runs.
pub(super) struct RunningCheck {
    pub name: CheckName,
    /// What measures it; nothing for one that is not run at all.
    pub task: Option<AbortHandle>,
}

/// What a batch was for.
#[expect(clippy::large_enum_variant, reason = "there are as many as clients that wait")]
pub(super) enum AfterBatch {
    /// A client waits for the verdicts.
    Reply(CommandReply),
    /// A command waits for them, and is decided again.
    Decide { asked: SubmittedCommand, reply: CommandReply },
}

impl Batch {
    /// Says whether a check of it runs.
    pub(super) fn runs(&self, check: &CheckName) -> bool {
        self.running.iter().any(|running| &running.name == check)
    }

    /// Refuses the commands that wait for it.
    pub(super) fn refuse(self, refusal: &Refusal) {
        match self.after {
            AfterBatch::Reply(reply) | AfterBatch::Decide { reply, .. } => drop(reply.send(Err(refusal.clone()))),
        }
    }
}

pub(super) type HaltReply = oneshot::Sender<Result<(), Refusal>>;

/// Whether the engine is about to end.
#[derive(Default)]
pub(super) enum Halt {
    /// It is not.
    #[default]
    No,
    /// It begins nothing more; these wait until nothing runs.
    Asked(Vec<HaltReply>),
}
