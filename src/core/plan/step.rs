//! `[[env.NAME.step]]`: what else belongs to a deploy.

use super::{CommandLine, EnvValue};
use crate::time::Span;
use serde::{Deserialize, Serialize};

/// `[[env.NAME.step]]`: a command that belongs to a deploy there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExtraStep {
    /// `at`.
    pub at: StepMoment,
    /// `title`.
    pub title: String,
    /// `run`.
    pub run: CommandLine,
    /// `dir`: where it runs, from the root of the repository.
    pub dir: Option<String>,
    /// `env`: variables that the command gets.
    pub env: Vec<(String, EnvValue)>,
    /// `undo`, or `irreversible`.
    pub undo: Undo,
    /// `timeout`.
    pub timeout: Option<Span>,
}

/// When an extra step runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum StepMoment {
    /// Before anything is delivered.
    Before,
    /// After everything was delivered.
    After,
}

/// How an extra step is taken back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Undo {
    /// `undo = […]`.
    Run(CommandLine),
    /// `irreversible = "why"`.
    Irreversible(String),
    /// The plan does not say; `lint` does.
    Unsaid,
}
