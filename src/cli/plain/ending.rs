//! The end of a script's lines: what was confirmed goes on to its end, and says how the talk exits.

use super::question::OpenQuestion;
use super::talk::{Talk, TalkStep};
use crate::cli::exit::Exit;
use tminus_core::names::ActionId;
use tminus_core::release::StepPhase;

impl Talk<'_> {
    /// A person whose lines end has left; a script has nothing more to say, and what it confirmed goes on.
    pub(super) const fn end_of_lines(&mut self) -> TalkStep {
        if !self.is_script {
            return TalkStep::End;
        }
        self.has_ended = true;
        TalkStep::Go
    }

    /// Says whether a script has ended, and everything that it began.
    pub(super) fn is_over(&self) -> bool {
        let is_settled = |id: &ActionId| {
            let action = self.snapshot.release.action(id);
            action.is_some_and(|action| action.ended.is_some() || action.is_stuck())
        };
        self.has_ended && !matches!(self.asked, OpenQuestion::Engine) && self.begun.iter().all(is_settled)
    }

    /// Notes what a line of a script came to.
    pub(super) fn came_to(&mut self, exit: Exit) {
        self.worst = worse(self.worst, exit);
    }

    /// Returns the worst that the lines and the actions of a script came to.
    pub(super) fn exit(&self) -> Exit {
        match self.is_script {
            true => self.begun.iter().map(|id| self.exit_of(id)).fold(self.worst, worse),
            false => Exit::Good,
        }
    }

    fn exit_of(&self, id: &ActionId) -> Exit {
        let Some(action) = self.snapshot.release.action(id) else { return Exit::CannotTell };
        let has_failed = || action.current().is_some_and(|(_, step)| step.phase == StepPhase::Failed);
        match &action.ended {
            Some(ending) => Exit::of_outcome(ending.outcome),
            None if has_failed() => Exit::NotGood,
            None => Exit::CannotTell,
        }
    }
}

fn worse(one: Exit, other: Exit) -> Exit {
    let weight = |exit: Exit| match exit {
        Exit::Good => 0,
        Exit::CannotTell => 1,
        Exit::NotGood => 2,
        Exit::Refused => 3,
        Exit::Wrong => 4,
    };
    if weight(other) > weight(one) { other } else { one }
}
