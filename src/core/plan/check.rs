//! `[check.*]`: something that must be true, and the one way of knowing it.

use super::{CommandLine, Setting, Template};
use crate::names::{ArtifactName, CheckName, ConnectName, LogName, MetricName, Phase};
use crate::time::Span;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Something that must be true.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Check {
    /// The table's name.
    pub name: CheckName,
    /// `phase`.
    pub phase: Phase,
    /// `group`: the heading that it stands under.
    pub group: Option<String>,
    /// `title`: the sentence that is true or not.
    pub title: String,
    /// The one way of knowing.
    pub way: Way,
    /// `expect`.
    pub expect: Expect,
    /// `needs`: checks that must have passed before this one runs.
    pub needs: Vec<CheckName>,
    /// `paths`: globs; stays fresh while only other files change.
    pub paths: Vec<String>,
    /// `fresh`: how long a verdict holds; when absent, a short time for what no commit holds, for ever for the rest.
    pub fresh: Option<Span>,
    /// `owner`: a team or a person.
    pub owner: Option<String>,
    /// `required = false`: shown, does not gate.
    pub required: bool,
    /// `in = "worktree"`: runs in tminus's own clean worktree.
    pub in_worktree: bool,
    /// `env`: variables that a command gets.
    pub env: Vec<(String, Setting)>,
    /// `timeout`: how long one run may take.
    pub timeout: Option<Span>,
    /// `lint-ok`: rules accepted for this check, each with its reason.
    pub lint_ok: BTreeMap<String, String>,
}

/// The one way of knowing whether a check holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Way {
    /// `run`: a command.
    Run {
        /// The words.
        run: CommandLine,
        /// `dir`: where it runs, from the root of the repository.
        dir: Option<String>,
    },
    /// `http`: a request.
    Http(HttpCheck),
    /// `versions = true`: one version in every file of `[release] versions`.
    Versions,
    /// `ignored`: every one of these paths is ignored by git.
    Ignored(Vec<String>),
    /// `dotenv`.
    Dotenv(DotenvCheck),
    /// `secrets`.
    Secrets(SecretsCheck),
    /// `changelog = true`.
    Changelog,
    /// `file`.
    File(FileCheck),
    /// `connects`: a service answers.
    Connects(ConnectName),
    /// `tls`.
    Tls(TlsCheck),
    /// `dns`.
    Dns(DnsCheck),
    /// `image`.
    Image(ImageCheck),
    /// `log`.
    Log(LogCheck),
    /// `metric`: a metric of this plan keeps its limit.
    Metric(MetricName),
    /// `manual = true`: a person says so.
    Manual {
        /// `four-eyes`: two people say so.
        four_eyes: bool,
    },
}

impl Check {
    /// Says whether its verdict also rests on what no commit holds: another file, a service, a secret, the time.
    pub fn looks_outside(&self) -> bool {
        match &self.way {
            Way::Dotenv(_) | Way::Image(_) | Way::Http(_) | Way::Connects(_) | Way::Tls(_) | Way::Dns(_) => true,
            Way::Log(_) | Way::Metric(_) => true,
            Way::Run { .. } => self.env.iter().any(|(_, setting)| matches!(setting, Setting::Secret(_))),
            Way::File(asked) => asked.newer_than.is_some(),
            Way::Versions | Way::Ignored(_) | Way::Secrets(_) | Way::Changelog | Way::Manual { .. } => false,
        }
    }
}

impl Way {
    /// Returns the key of the plan file that says it.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Run { .. } => "run",
            Self::Http(_) => "http",
            Self::Versions => "versions",
            Self::Ignored(_) => "ignored",
            Self::Dotenv(_) => "dotenv",
            Self::Secrets(_) => "secrets",
            Self::Changelog => "changelog",
            Self::File(_) => "file",
            Self::Connects(_) => "connects",
            Self::Tls(_) => "tls",
            Self::Dns(_) => "dns",
            Self::Image(_) => "image",
            Self::Log(_) => "log",
            Self::Metric(_) => "metric",
            Self::Manual { .. } => "manual",
        }
    }

    /// Says whether tminus can find out by itself, without a person.
    pub const fn is_runnable(&self) -> bool {
        !matches!(self, Self::Manual { .. })
    }
}

/// `http = { get = "{url}/api/health", tries = 5 }`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HttpCheck {
    /// `get`, `head` or `post`: the key is the method.
    pub method: Method,
    /// The URL.
    pub url: Template,
    /// `headers`.
    pub headers: Vec<(String, Setting)>,
    /// `body` of a `post`.
    pub body: Option<Template>,
    /// `tries`: how many requests are made, one after another; each one counts. 1 by default.
    pub tries: u32,
}

/// The method of an `http` check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Method {
    /// `get`.
    Get,
    /// `head`.
    Head,
    /// `post`.
    Post,
}

/// `dotenv = { file = "…", needs = ["…"] }`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DotenvCheck {
    /// The environment file, from the root of the repository.
    pub file: String,
    /// Variables that must have a value.
    pub needs: Vec<String>,
}

/// `secrets = { since = "{previous-tag}" }`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SecretsCheck {
    /// Way the look through the history begins; the whole history when absent.
    pub since: Option<Template>,
}

/// `file = { path, has, newer-than }`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FileCheck {
    /// `path`, from the root of the repository.
    pub path: Template,
    /// `has`: text that the file holds.
    pub has: Option<Template>,
    /// `newer-than`: a span (changed within it), or another file.
    pub newer_than: Option<String>,
}

/// `tls = { host, days-left }`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TlsCheck {
    /// `host`, with an optional port.
    pub host: Template,
    /// `days-left`.
    pub days_left: u32,
}

/// `dns = { name, type, is, resolvers }`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DnsCheck {
    /// `name`.
    pub name: Template,
    /// `type`: `A`, `AAAA`, `CNAME`, `TXT` …
    pub record: String,
    /// `is`: what must be answered.
    pub is: Vec<String>,
    /// `resolvers`: whom to ask; the system's when empty.
    pub resolvers: Vec<String>,
}

/// `image = { artifact, max-size, user, labels }`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImageCheck {
    /// `artifact`.
    pub artifact: ArtifactName,
    /// `max-size` in bytes.
    pub max_size: Option<u64>,
    /// `user` that the image runs as.
    pub user: Option<String>,
    /// `labels` that it must carry.
    pub labels: Vec<(String, Template)>,
}

/// `log = { source, has, within }`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LogCheck {
    /// `source`.
    pub source: LogName,
    /// `has`: text that a line holds.
    pub has: String,
    /// `within`: how far back it looks, and how long it waits at most; 60 s by default.
    pub within: Span,
}

/// `expect`: what must come back.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Expect {
    /// `exit`: the status of the command; 0 by default.
    pub exit: Option<i32>,
    /// `empty = true`: nothing is printed to standard output.
    pub empty: bool,
    /// `has`: text that is printed.
    pub has: Option<Template>,
    /// `matches`: a regular expression; its first group is compared by `above`, `below`, `is`.
    pub matches: Option<String>,
    /// `above`: the group as a number is greater.
    pub above: Option<f64>,
    /// `below`: the group as a number is smaller.
    pub below: Option<f64>,
    /// `is`: the group is this text.
    pub is: Option<Template>,
    /// `tool`: a tool whose output tminus can read.
    pub tool: Option<String>,
    /// `status` of an HTTP answer.
    pub status: Option<u16>,
    /// `json`: fields that the answer has with these values; others do not matter.
    pub json: Option<serde_json::Value>,
    /// `header`: headers that the answer has, with the whole value of each.
    pub header: Vec<(String, String)>,
    /// `body-has`: text in the answer.
    pub body_has: Option<Template>,
    /// `p95-below`: 95 % of the tries are faster.
    pub p95_below: Option<Span>,
}
