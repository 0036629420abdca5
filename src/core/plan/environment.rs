//! `[env.*]`: a place that a release goes to.

use super::CommandLine;
use crate::names::{ArtifactName, ConnectName, EnvName, LogName, Phase, TeamName};
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

/// The ways an artifact can be delivered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum DeliverKind {
    /// `with = "docker"`: one container on one engine.
    Docker {
        /// `container`: its name.
        container: String,
        /// `ports`: as `docker run -p` takes them.
        ports: Vec<String>,
        /// `env-file`: environment files given to the container.
        env_files: Vec<String>,
        /// `volumes`: as `docker run -v` takes them.
        volumes: Vec<String>,
        /// `network`.
        network: Option<String>,
        /// `context`: the docker context; the local engine when absent.
        context: Option<String>,
    },
    /// `with = "compose"`: one service of a compose file.
    Compose {
        /// `file`.
        file: String,
        /// `service`.
        service: String,
        /// `project`: the compose project's name.
        project: Option<String>,
        /// `context`: the docker context, as in `ssh://staging`.
        context: Option<String>,
    },
    /// `with = "kubernetes"`.
    Kubernetes {
        /// `context` of the kubeconfig.
        context: Option<String>,
        /// `namespace`.
        namespace: String,
        /// `manifests`: a folder that is applied.
        manifests: Option<String>,
        /// `workload`: `deployment/backend`.
        workload: String,
        /// `container` of the pod, where it has more than one.
        container: Option<String>,
    },
    /// `with = "testflight"`.
    TestFlight {
        /// `connect`: the App Store Connect service.
        connect: ConnectName,
        /// `groups` of testers.
        groups: Vec<String>,
    },
    /// `with = "app-store"`.
    AppStore {
        /// `connect`: the App Store Connect service.
        connect: ConnectName,
        /// `phased`: released over seven days.
        phased: bool,
    },
    /// `with = "command"`: commands that tminus runs, follows and undoes by name.
    Command {
        /// `current`: print what is there now.
        current: Vec<CommandLine>,
        /// `current-json`: where that stands in the JSON that `current` prints; absent where it prints a line.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        current_json: Option<CurrentJson>,
        /// `deploy`.
        deploy: Vec<CommandLine>,
        /// `undo`: bring `{previous}` back; none means that there is no way back.
        undo: Vec<CommandLine>,
        /// `dir`: where they run, from the root of the repository.
        dir: Option<String>,
    },
}

/// `current-json`: where things stand in what `current` prints, each as a JSON pointer (RFC 6901).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CurrentJson {
    /// `version`: a version, or an image with one in its tag.
    pub version: String,
    /// `healthy`: `true` or `false`; absent where nobody can tell.
    pub healthy: Option<String>,
}

impl DeliverKind {
    /// Returns the word after `with =`.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Docker { .. } => "docker",
            Self::Compose { .. } => "compose",
            Self::Kubernetes { .. } => "kubernetes",
            Self::TestFlight { .. } => "testflight",
            Self::AppStore { .. } => "app-store",
            Self::Command { .. } => "command",
        }
    }
}

/// `[[env.NAME.step]]`: a command that belongs to a deploy there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExtraStep {
    /// `at`.
    pub at: Moment,
    /// `title`.
    pub title: String,
    /// `run`.
    pub run: CommandLine,
    /// `dir`: where it runs, from the root of the repository.
    pub dir: Option<String>,
    /// `env`: variables that the command gets.
    pub env: Vec<(String, super::Setting)>,
    /// `undo`, or `irreversible`.
    pub undo: Undo,
    /// `timeout`.
    pub timeout: Option<Span>,
}

/// When an extra step runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Moment {
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

impl Environment {
    /// Returns the way an artifact gets here.
    pub fn delivery(&self, artifact: &ArtifactName) -> Option<&Deliver> {
        self.deliver.iter().find(|d| &d.artifact == artifact)
    }

    /// Says whether a deploy here runs commands or reads files of the person's checkout.
    pub fn reads_checkout(&self) -> bool {
        let reads = |deliver: &Deliver| match &deliver.kind {
            DeliverKind::Command { .. } | DeliverKind::Compose { .. } => true,
            DeliverKind::Kubernetes { manifests, .. } => manifests.is_some(),
            DeliverKind::Docker { .. } | DeliverKind::TestFlight { .. } | DeliverKind::AppStore { .. } => false,
        };
        !self.steps.is_empty() || self.deliver.iter().any(reads)
    }
}
