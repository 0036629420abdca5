//! `[connect.*]`: the services that tminus talks to.

use super::{CommandLine, Secret};
use crate::names::ConnectName;
use serde::{Deserialize, Serialize};

/// A service.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Connect {
    /// The table's name.
    pub name: ConnectName,
    /// `kind`, and what that kind needs.
    pub kind: ConnectKind,
}

/// The kinds of service, with their settings; a credential is always a reference.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ConnectKind {
    /// `kind = "registry"`: an OCI distribution registry.
    Registry {
        /// `url`.
        url: String,
        /// `user`.
        user: Option<String>,
        /// `password`.
        password: Option<Secret>,
    },
    /// `kind = "mongodb"`.
    MongoDb {
        /// `uri`.
        uri: Secret,
    },
    /// `kind = "prometheus"`.
    Prometheus {
        /// `url`.
        url: String,
        /// `user`.
        user: Option<String>,
        /// `password`.
        password: Option<Secret>,
        /// `token`.
        token: Option<Secret>,
    },
    /// `kind = "sentry"`.
    Sentry {
        /// `url`: `https://sentry.io` by default.
        url: Option<String>,
        /// `org`.
        org: String,
        /// `project`.
        project: String,
        /// `token`.
        token: Secret,
    },
    /// `kind = "cloudwatch"`.
    CloudWatch {
        /// `region`.
        region: String,
        /// `profile` of the AWS configuration.
        profile: Option<String>,
    },
    /// `kind = "github"`.
    GitHub {
        /// `repo`: `owner/name`.
        repo: String,
        /// `url`: `https://api.github.com` by default.
        url: Option<String>,
        /// `token`.
        token: Secret,
    },
    /// `kind = "app-store-connect"`.
    AppStoreConnect {
        /// `issuer`.
        issuer: String,
        /// `key-id`.
        key_id: String,
        /// `key`: the private key.
        key: Secret,
    },
    /// `kind = "unleash"`.
    Unleash {
        /// `url`.
        url: String,
        /// `token`.
        token: Secret,
    },
    /// `kind = "launchdarkly"`.
    LaunchDarkly {
        /// `url`: `https://app.launchdarkly.com` by default.
        url: Option<String>,
        /// `token`.
        token: Secret,
    },
    /// `kind = "slack"`: an incoming webhook, whose URL is the credential.
    Slack {
        /// `url`.
        url: Secret,
    },
    /// `kind = "pagerduty"`.
    PagerDuty {
        /// `key`: the routing key.
        key: Secret,
    },
    /// `kind = "http"`: any service that answers a request.
    Http {
        /// `url`.
        url: String,
        /// `token`.
        token: Option<Secret>,
    },
    /// `kind = "command"`: a service that a command asks.
    Command {
        /// `run`.
        run: CommandLine,
    },
}

impl ConnectKind {
    /// Returns the word after `kind =`.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Registry { .. } => "registry",
            Self::MongoDb { .. } => "mongodb",
            Self::Prometheus { .. } => "prometheus",
            Self::Sentry { .. } => "sentry",
            Self::CloudWatch { .. } => "cloudwatch",
            Self::GitHub { .. } => "github",
            Self::AppStoreConnect { .. } => "app-store-connect",
            Self::Unleash { .. } => "unleash",
            Self::LaunchDarkly { .. } => "launchdarkly",
            Self::Slack { .. } => "slack",
            Self::PagerDuty { .. } => "pagerduty",
            Self::Http { .. } => "http",
            Self::Command { .. } => "command",
        }
    }
}
