//! `[env.*]`: a place that a release goes to.

use super::ExtraStep;
use crate::kinds::deliver::DeliverKind;
use crate::names::{ArtifactName, EnvName, LogName, Phase, TeamName};
use crate::time::Span;
use serde::{Deserialize, Serialize};

/// A place that a release goes to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Environment {
    /// The table's name.
    pub name: EnvName,
    /// `purpose`, for people.
    pub purpose: Option<String>,
    /// `audience`, for people.
    pub audience: Option<String>,
    /// `cadence`, for people.
    pub cadence: Option<String>,
    /// `url`: what `{url}` stands for.
    pub url: Option<String>,
    /// Where a rehearsal serves it for as long as it runs, in the place of `url`; it is no part of the plan.
    #[serde(default)]
    pub served_at: Option<String>,
    /// `gate`: the phases that must be good before a deploy here.
    pub gate: Vec<Phase>,
    /// `after`: where the release must have been good before.
    pub after: Vec<After>,
    /// `protected`: the person types the environment's name.
    pub protected: bool,
    /// `approvals`.
    pub approvals: Option<Approvals>,
    /// `deliver.*`: how each artifact gets here.
    pub deliver: Vec<Deliver>,
    /// `verify`: names of checks and metrics that say whether it is good here.
    pub verify: Vec<String>,
    /// `logs`: the sources that tell about this environment.
    pub logs: Vec<LogName>,
    /// `[[env.NAME.step]]`: what else belongs to a deploy here.
    pub steps: Vec<ExtraStep>,
}

/// One entry of `after`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct After {
    /// The environment where it must have been good.
    pub env: EnvName,
    /// `horizon`: for how long; only that it was verified, when absent.
    pub horizon: Option<Span>,
    /// `any = true`: that environment must be good with whatever it runs, because it runs another artifact.
    pub any: bool,
}

/// `approvals`: how many people must say yes to a deploy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Approvals {
    /// `count`.
    pub count: usize,
    /// `from`: only members of this team count.
    pub from: Option<TeamName>,
    /// `own`: the proposer's own approval counts.
    pub own: bool,
    /// `same-user`: two approvals from one system user count as two.
    pub same_user: bool,
}

/// `deliver.ARTIFACT`: how an artifact gets to an environment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Deliver {
    /// What is delivered.
    pub artifact: ArtifactName,
    /// `with`, and what that way needs.
    pub kind: DeliverKind,
    /// `timeout`: how long it may take until it is healthy; each way has its own when absent.
    pub timeout: Option<Span>,
}

impl Environment {
    /// Returns the way an artifact gets here.
    pub fn delivery(&self, artifact: &ArtifactName) -> Option<&Deliver> {
        self.deliver.iter().find(|d| &d.artifact == artifact)
    }

    /// Says whether a deploy here waits for a gate.
    pub fn is_gated(&self) -> bool {
        !(self.gate.is_empty() && self.after.is_empty())
    }

    /// Says whether a deploy here runs commands or reads files of the person's checkout.
    pub fn reads_checkout(&self) -> bool {
        !self.steps.is_empty() || self.deliver.iter().any(|deliver| deliver.kind.reads_checkout())
    }
}
