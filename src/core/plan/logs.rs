//! `[log.*]`: where log lines come from.

use super::CommandLine;
use crate::names::{ConnectName, LogName};
use crate::time::Span;
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

/// `keep = { size, age }`: how much of a source is kept on disk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LogKeep {
    /// `size` in bytes.
    pub size: Option<u64>,
    /// `age`.
    pub age: Option<Span>,
}
