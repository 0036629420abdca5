//! Whether a branch can be created, asked before a release is opened for it.

use super::dispatcher::Dispatcher;
use super::report::{CommandReply, Report, SubmittedCommand};
use super::world::within;
use tminus_core::command::{Refusal, RefusalKind};
use tminus_core::decide::GateRun;
use tminus_core::failure::{Failure, FailureKind};
use tminus_core::mask::SafeFailure;
use tminus_core::names::Commit;

impl Dispatcher {
    /// Asks the repository, in a task of its own, whether a branch can be created.
    pub(super) fn try_branch(&mut self, asked: SubmittedCommand, (branch, at): (String, Commit), reply: CommandReply) {
        let (repository, reporter) = (self.world.repository.clone(), self.reporter.clone());
        let limit = self.limit(None, None);
        self.tasks.spawn(async move {
            let result = within(limit, "the repository", repository.try_branch(&branch, &at)).await;
            drop(reporter.send(Report::BranchTried { asked, reply, result }).await);
        });
    }

    /// Decides the command again that waits for the repository's word, or refuses it.
    pub(super) async fn branch_tried(
        &mut self,
        asked: SubmittedCommand,
        reply: CommandReply,
        result: Result<(), Failure>,
    ) {
        match result {
            Ok(()) if asked.is_taken_back(&reply) => {}
            Ok(()) => {
                let asked = asked.by_whoever_left(&self.release.seats);
                Box::pin(self.command(asked, GateRun::Done, reply)).await;
            }
            Err(failure) => drop(reply.send(Err(refusal(self.world.masked(failure))))),
        }
    }
}

fn refusal(failure: SafeFailure) -> Refusal {
    let kind = match failure.kind == FailureKind::Conflict {
        true => RefusalKind::Held,
        false => RefusalKind::CannotTell,
    };
    Refusal::new(kind, format!("no release was opened: {}", failure.sentence())).with(failure.causes.clone())
}
