//! Ending at a boundary: nothing more is begun, what touches the world is waited for, and the next engine goes on from there.

use super::dispatcher::Dispatcher;
use super::waiting::{Halt, HaltReply};
use tminus_core::command::{ActionCommand, CheckCommand, Command, Refusal, RefusalKind};
use tminus_core::names::SeatId;
use tminus_core::release::StepPhase;
use tminus_core::seat::SeatRole;
use tminus_core::who::Who;

impl Dispatcher {
    /// Begins nothing more from here on, if the caller may ask for that.
    pub(super) fn halt(&mut self, who: &Who, seat: Option<&SeatId>, reply: HaltReply) {
        // The engine's own process may end it at any time, and no client can take its name. An engine that can
        // record nothing may be ended by any client: nobody can leave or pass on a seat there.
        let admitted = match *who == Who::engine() || self.lost.is_some() {
            true => Ok(()),
            false => self.release.seats.admit_as((seat, who), SeatRole::Driver),
        };
        if let Err(refusal) = admitted {
            drop(reply.send(Err(refusal)));
            return;
        }
        match &mut self.halt {
            Halt::Asked(replies) => replies.push(reply),
            Halt::No => self.halt = Halt::Asked(vec![reply]),
        }
        self.halt_at_boundary();
    }

    /// Tells who waits for the end that it has come.
    pub(super) fn halt_at_boundary(&mut self) {
        if self.is_touching() {
            return;
        }
        if let Halt::Asked(replies) = &mut self.halt {
            for reply in replies.drain(..) {
                drop(reply.send(Ok(())));
            }
        }
    }

    /// Says whether something of the world is being changed. A wait or a measurement is not: it is taken again later.
    fn is_touching(&self) -> bool {
        self.release.active_actions().any(|action| {
            let Some((_, state)) = action.current() else { return false };
            let changes = state.step.task.ordered().is_some();
            // Without a journal the end of an order is recorded nowhere: that its task is through is all that tells.
            let works = self.lost.is_none() || self.steps.get(&action.id).is_some_and(|task| !task.is_finished());
            changes && state.phase == StepPhase::Running && works
        })
    }

    /// Refuses what would begin something when the engine is about to end.
    pub(super) fn held_by_halt(&self, command: &Command) -> Result<(), Refusal> {
        let begins = match command {
            Command::Action(
                ActionCommand::Start { .. } | ActionCommand::Retry { .. } | ActionCommand::Accept { .. },
            )
            | Command::Check(CheckCommand::Run { .. }) => true,
            Command::Action(ActionCommand::Stop { .. } | ActionCommand::Leave { .. })
            | Command::Check(
                CheckCommand::Say { .. } | CheckCommand::Cancel { .. } | CheckCommand::ReadOutput { .. },
            )
            | Command::Release(_)
            | Command::Gate(_)
            | Command::Seat(_)
            | Command::Lock(_)
            | Command::Refresh => false,
        };
        match (&self.halt, begins) {
            (Halt::No, _) | (_, false) => Ok(()),
            (Halt::Asked(_), true) => Err(Refusal::new(
                RefusalKind::CannotTell,
                "the engine ends at its next boundary: ask again, of the next one",
            )),
        }
    }
}
