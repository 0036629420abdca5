//! The views: what fills the screen between header and footer, and what each is about.

use super::panes::logs::Entry;
use std::sync::Arc;
use tminus_core::names::{ActionId, CheckName, EnvName};

/// What fills the screen.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum View {
    Overview,
    Environments,
    Logs,
    Checklist,
    Release,
    Verify,
    Incident,
    Journal,
    Environment(EnvName),
    Check(CheckName),
    Reasons,
    Fact(u64),
    /// One look at a check or a metric, by the fact that recorded it.
    Evidence(u64),
    /// Every look at an environment.
    Looks(EnvName),
    Run(ActionId),
    /// A line of a log, whole.
    Line(Arc<Entry>),
    Tasks,
    Messages,
    Calls,
    /// Everybody who is here.
    People,
    /// The keys that work in the contexts one came from.
    Help(Vec<&'static str>),
}

impl View {
    /// Returns the context of keys that is this view's own.
    pub(crate) const fn context(&self) -> &'static str {
        match self {
            Self::Overview => "view.overview",
            Self::Environments => "view.environments",
            Self::Logs => "pane.logs",
            Self::Checklist => "pane.checklist",
            Self::Release => "view.release",
            Self::Verify => "view.verify",
            Self::Incident => "view.incident",
            Self::Journal => "view.journal",
            Self::Check(_) => "view.check",
            Self::Run(_) => "view.run",
            Self::Messages => "view.messages",
            Self::Help(_) => "view.help",
            Self::Fact(_) => "view.fact",
            Self::Tasks => "view.tasks",
            Self::Calls => "view.calls",
            Self::Environment(_)
            | Self::Reasons
            | Self::Evidence(_)
            | Self::Looks(_)
            | Self::Line(_)
            | Self::People => "view.page",
        }
    }

    /// Says whether a key of its own leads to it from everywhere; what is opened in it is a page of it.
    pub(crate) const fn is_numbered(&self) -> bool {
        match self {
            Self::Overview
            | Self::Environments
            | Self::Logs
            | Self::Checklist
            | Self::Release
            | Self::Verify
            | Self::Incident
            | Self::Journal => true,
            Self::Environment(_)
            | Self::Check(_)
            | Self::Reasons
            | Self::Fact(_)
            | Self::Evidence(_)
            | Self::Looks(_)
            | Self::Run(_)
            | Self::Line(_)
            | Self::Tasks
            | Self::Messages
            | Self::Calls
            | Self::People
            | Self::Help(_) => false,
        }
    }

    /// Returns its name, as the others are told where one looks.
    pub(crate) fn words(&self) -> String {
        match self {
            Self::Overview => "overview".to_owned(),
            Self::Environments => "environments".to_owned(),
            Self::Logs => "logs".to_owned(),
            Self::Checklist => "checklist".to_owned(),
            Self::Release => "release".to_owned(),
            Self::Verify => "verify".to_owned(),
            Self::Incident => "incident".to_owned(),
            Self::Journal => "journal".to_owned(),
            Self::Environment(env) => format!("environment {env}"),
            Self::Check(check) => format!("check {check}"),
            Self::Reasons => "reasons".to_owned(),
            Self::Fact(seq) => format!("fact {seq}"),
            Self::Evidence(seq) => format!("evidence of fact {seq}"),
            Self::Looks(env) => format!("measurements of {env}"),
            Self::Run(action) => action.to_string(),
            Self::Line(_) => "a log line".to_owned(),
            Self::Tasks => "tasks".to_owned(),
            Self::Messages => "messages".to_owned(),
            Self::Calls => "calls".to_owned(),
            Self::People => "people".to_owned(),
            Self::Help(_) => "keys".to_owned(),
        }
    }

    /// Returns the environment whose page it is.
    pub(crate) const fn env(&self) -> Option<&EnvName> {
        if let Self::Environment(env) | Self::Looks(env) = self { Some(env) } else { None }
    }

    /// Returns the check whose page it is.
    pub(crate) const fn check(&self) -> Option<&CheckName> {
        if let Self::Check(check) = self { Some(check) } else { None }
    }

    /// Returns the action that it shows.
    pub(crate) const fn action(&self) -> Option<&ActionId> {
        if let Self::Run(action) = self { Some(action) } else { None }
    }
}
