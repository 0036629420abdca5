//! `[log.*]`: where log lines come from.

use super::{Check, CommandLine, DeliverKind, Plan, Way};
use crate::domain::names::{ArtifactName, ConnectName, EnvName, LogName};
use crate::domain::time::Span;
use serde::{Deserialize, Serialize};

/// A source of log lines.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LogStream {
    /// The table's name.
    pub name: LogName,
    /// Way its lines come from.
    pub origin: LogOrigin,
    /// `format`: `json`, `logfmt` or `text`; looked at when absent.
    pub format: Option<String>,
    /// `mask`: regular expressions whose matches are never shown.
    pub mask: Vec<String>,
    /// `keep`.
    pub keep: LogKeep,
}

/// The places that log lines come from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum LogOrigin {
    /// `container`: a container's output.
    Container {
        /// The container's name.
        container: String,
        /// `context`: the docker context.
        context: Option<String>,
    },
    /// `file`: a file that grows.
    File(String),
    /// `command`: what a command prints.
    Command(CommandLine),
    /// `kubernetes`: pods by a selector.
    Kubernetes {
        /// `context` of the kubeconfig.
        context: Option<String>,
        /// `namespace`.
        namespace: String,
        /// `selector`.
        selector: String,
        /// `container` of the pod.
        container: Option<String>,
    },
    /// `cloudwatch`: a log group.
    CloudWatch {
        /// `connect`.
        connect: ConnectName,
        /// `group`.
        group: String,
        /// `filter` pattern.
        filter: Option<String>,
    },
}

impl LogOrigin {
    /// Returns the key of the plan file that says it.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Container { .. } => "container",
            Self::File(_) => "file",
            Self::Command(_) => "command",
            Self::Kubernetes { .. } => "kubernetes",
            Self::CloudWatch { .. } => "cloudwatch",
        }
    }
}

impl Plan {
    /// Returns the artifact of an environment that a check is about, where it is about one alone.
    pub fn artifact_of_check<'a>(&'a self, env: &EnvName, check: &'a Check) -> Option<&'a ArtifactName> {
        match &check.way {
            Way::Image(asked) => Some(&asked.artifact),
            Way::Log(asked) => self.artifact_of_log(env, &asked.source),
            Way::Run { .. } | Way::Http(_) | Way::Versions | Way::Ignored(_) | Way::Dotenv(_) | Way::Secrets(_) => None,
            Way::Changelog | Way::File(_) | Way::Connects(_) | Way::Tls(_) | Way::Dns(_) | Way::Metric(_) => None,
            Way::Manual { .. } => None,
        }
    }

    /// Returns the artifact of an environment whose lines a source has, where that can be told: of a container that one
    /// delivery makes, or that Compose calls after one service.
    pub fn artifact_of_log(&self, env: &EnvName, source: &LogName) -> Option<&ArtifactName> {
        let LogOrigin::Container { container, context } = &self.log(source)?.origin else { return None };
        let makes = |kind: &DeliverKind| match kind {
            DeliverKind::Docker { container: made, context: there, .. } => made == container && there == context,
            DeliverKind::Compose { service, context: there, .. } => there == context && is_called(container, service),
            DeliverKind::Kubernetes { .. }
            | DeliverKind::TestFlight { .. }
            | DeliverKind::AppStore { .. }
            | DeliverKind::Command { .. } => false,
        };
        let mut all = self.environment(env)?.deliver.iter().filter(|deliver| makes(&deliver.kind));
        let one = all.next().map(|deliver| &deliver.artifact);
        one.filter(|_| all.next().is_none())
    }
}

/// Says whether a container has the name that Compose gives the only one of a service: `shop-web-1`, `shop_web_1`.
fn is_called(container: &str, service: &str) -> bool {
    let ends = |separator: char| {
        let name = container.strip_suffix("1").and_then(|name| name.strip_suffix(separator));
        let project = name.and_then(|name| name.strip_suffix(service)).and_then(|name| name.strip_suffix(separator));
        project.is_some_and(|project| !project.is_empty())
    };
    container == service || ends('-') || ends('_')
}

/// `keep = { size, age }`: how much of a source is kept on disk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LogKeep {
    /// `size` in bytes.
    pub size: Option<u64>,
    /// `age`.
    pub age: Option<Span>,
}
