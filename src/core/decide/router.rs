//! Hands each command to its subject.

use super::decision::{Decision, DecisionInput, Follow};
use crate::command::{Command, Refusal};

/// Decides what a command comes to.
pub fn decide(ground: &DecisionInput<'_>, command: &Command) -> Result<Decision, Refusal> {
    ground.release.seats.admit(ground.seat, ground.who, command)?;
    super::bounds::check(command, ground.now)?;
    match command {
        Command::Release(command) => super::release::decide(ground, command),
        Command::Check(command) => super::check::decide(ground, command),
        Command::Gate(command) => super::gate::decide(ground, command),
        Command::Action(command) => super::action::decide(ground, command),
        Command::Seat(command) => super::seat::decide(ground, command),
        Command::Lock(command) => super::lock::decide(ground, command),
        Command::Refresh => Ok(Decision { facts: Vec::new(), follow: Follow::Look }),
    }
}
