//! `[flag.*]`, `[severity.*]` and `[runbook.*]`: what is there for when it goes wrong.

use crate::names::{ConnectName, EnvName, FlagName, TeamName};
use crate::time::Span;
use serde::{Deserialize, Serialize};

/// A feature flag.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Flag {
    /// The table's name.
    pub name: FlagName,
    /// `title`.
    pub title: String,
    /// `connect`: the flag service.
    pub connect: ConnectName,
    /// `project` there.
    pub project: String,
    /// `key` there.
    pub key: String,
}

/// How bad an incident is, and who hears of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Severity {
    /// The table's name: `P1`.
    pub name: String,
    /// `title`.
    pub title: String,
    /// `tell`: teams.
    pub tell: Vec<TeamName>,
    /// `within`: how soon.
    pub within: Option<Span>,
}

/// What to do about an incident, step by step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Runbook {
    /// The table's name.
    pub name: String,
    /// `title`.
    pub title: String,
    /// `severity`: names of severities that it is for.
    pub severity: Vec<String>,
    /// `[[runbook.NAME.step]]`.
    pub steps: Vec<RunbookStep>,
}

/// One step of a runbook.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunbookStep {
    /// `title`.
    pub title: String,
    /// What is done.
    pub task: RunbookTask,
}

/// What a step of a runbook does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum RunbookTask {
    /// `flag = { off = "NAME" }` or `{ on = "NAME" }`.
    Flag {
        /// The flag.
        flag: FlagName,
        /// Whether it is turned on.
        on: bool,
    },
    /// `rollback = "ENV"`.
    Rollback(EnvName),
    /// `check = ["NAME"]`: checks and metrics.
    Check(Vec<String>),
    /// `run = […]`.
    Run(super::CommandLine),
    /// `manual = true`.
    Manual,
}
