//! The whole plan, and how its parts are found by name.

use super::{
    Artifact, Asked, Check, Connect, Environment, Flag, LogStream, Metric, Milestone, ReleaseRules, Runbook, Severity,
    Team,
};
use crate::kinds::check::PlanPart;
use crate::names::{ArtifactName, CheckName, ConnectName, EnvName, LogName, MetricName, Phase};
use crate::time::Span;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The whole plan of one project.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// `[project] name`.
    pub project: String,
    /// `[release]`.
    pub release: ReleaseRules,
    /// `[[milestone]]`, by their offsets.
    pub milestones: Vec<Milestone>,
    /// `[team.*]`.
    pub teams: Vec<Team>,
    /// `[artifact.*]`.
    pub artifacts: Vec<Artifact>,
    /// `[env.*]`.
    pub environments: Vec<Environment>,
    /// The phases in their order: the built-in ones, then those that `phases` names.
    pub phases: Vec<Phase>,
    /// `[check.*]`.
    pub checks: Vec<Check>,
    /// `[metric.*]`.
    pub metrics: Vec<Metric>,
    /// `[connect.*]`.
    pub connects: Vec<Connect>,
    /// `[log.*]`.
    pub logs: Vec<LogStream>,
    /// `[flag.*]`.
    pub flags: Vec<Flag>,
    /// `[severity.*]`.
    pub severities: Vec<Severity>,
    /// `[runbook.*]`.
    pub runbooks: Vec<Runbook>,
    /// `[session] group`: the unix group that a shared engine is opened to.
    pub session_group: Option<String>,
    /// `[trust] files`: the tracked files whose content is trusted with the plan, as patterns of paths.
    #[serde(default)]
    pub trust_files: Vec<String>,
    /// `[lint] ok`: rules that the team has accepted, each with its reason.
    pub lint_ok: BTreeMap<String, String>,
    /// `[limits]`.
    pub limits: Limits,
    /// What each check asks, as far as it was worked out.
    #[serde(skip)]
    pub asked: Asked,
}

/// `[limits]`: what tminus may use up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Limits {
    /// How many checks run at once; 4 by default.
    pub parallel_checks: usize,
    /// Bytes of log lines held in memory; 64 MiB by default.
    pub log_memory: u64,
    /// Bytes of log lines held on disk; 1 GiB by default.
    pub log_disk: u64,
    /// How long a look at a target may take at least; 15 s by default, and longer on a busy host.
    #[serde(default = "Limits::usual_look")]
    pub look: Span,
}

impl Limits {
    const fn usual_look() -> Span {
        Span::seconds(15)
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self { parallel_checks: 4, log_memory: 64 << 20, log_disk: 1 << 30, look: Self::usual_look() }
    }
}

/// What `verify` of an environment names: a check, or a metric.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Verifier<'a> {
    /// A check that is run or asked once.
    Check(&'a Check),
    /// A number that must keep a limit over a horizon.
    Metric(&'a Metric),
}

impl Plan {
    /// Finds an environment by its name.
    pub fn environment(&self, name: &EnvName) -> Option<&Environment> {
        self.environments.iter().find(|e| &e.name == name)
    }

    /// Finds a check by its name.
    pub fn check(&self, name: &CheckName) -> Option<&Check> {
        self.checks.iter().find(|c| &c.name == name)
    }

    /// Finds a metric by its name.
    pub fn metric(&self, name: &MetricName) -> Option<&Metric> {
        self.metrics.iter().find(|m| &m.name == name)
    }

    /// Finds an artifact by its name.
    pub fn artifact(&self, name: &ArtifactName) -> Option<&Artifact> {
        self.artifacts.iter().find(|a| &a.name == name)
    }

    /// Finds a service by its name.
    pub fn connect(&self, name: &ConnectName) -> Option<&Connect> {
        self.connects.iter().find(|c| &c.name == name)
    }

    /// Finds a log source by its name.
    pub fn log(&self, name: &LogName) -> Option<&LogStream> {
        self.logs.iter().find(|l| &l.name == name)
    }

    /// Finds a team by its name.
    pub fn team(&self, name: &crate::names::TeamName) -> Option<&Team> {
        self.teams.iter().find(|t| &t.name == name)
    }

    /// Returns the checks of a phase, in the order of the file.
    pub fn checks_of<'a>(&'a self, phase: &'a Phase) -> impl Iterator<Item = &'a Check> {
        self.checks.iter().filter(move |c| &c.phase == phase)
    }

    /// Finds what an entry of `verify = […]` names; a check wins over a metric of the same name.
    pub fn verifier(&self, name: &str) -> Option<Verifier<'_>> {
        let check = self.checks.iter().find(|c| c.name.as_str() == name).map(Verifier::Check);
        check.or_else(|| self.metrics.iter().find(|m| m.name.as_str() == name).map(Verifier::Metric))
    }

    /// Returns the artifact of an environment that a check is about, where it is about one alone.
    pub fn artifact_of_check<'a>(&'a self, env: &EnvName, check: &'a Check) -> Option<&'a ArtifactName> {
        match check.way.leans_on()? {
            PlanPart::Artifact(artifact) => Some(artifact),
            PlanPart::Log(source) => self.artifact_of_log(env, source),
            PlanPart::VersionFiles | PlanPart::Changelog | PlanPart::Service(_) | PlanPart::Metric(_) => None,
        }
    }

    /// Returns the artifact of an environment whose lines a source has, where that can be told: of a container that one
    /// delivery makes, or that Compose calls after one service.
    pub fn artifact_of_log(&self, env: &EnvName, source: &LogName) -> Option<&ArtifactName> {
        let (container, context) = self.log(source)?.origin.container()?;
        let mut all = self.environment(env)?.deliver.iter().filter(|deliver| deliver.kind.makes(container, context));
        let one = all.next().map(|deliver| &deliver.artifact);
        one.filter(|_| all.next().is_none())
    }
}
