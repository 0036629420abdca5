//! The names that things go by, each its own type so that none is taken for another.

use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! name {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Makes the name of any text.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// Returns the text of the name.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.pad(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self::new(text)
            }
        }
    )*};
}

name! {
    /// An environment, as in `[env.staging]`.
    EnvName,
    /// A check, as in `[check.backend-tests]`.
    CheckName,
    /// A metric, as in `[metric.error-rate]`.
    MetricName,
    /// An artifact, as in `[artifact.backend]`.
    ArtifactName,
    /// A service, as in `[connect.registry]`.
    ConnectName,
    /// A source of log lines, as in `[log.backend]`.
    LogName,
    /// A feature flag, as in `[flag.voice]`.
    FlagName,
    /// A team, as in `[team.engineering]`.
    TeamName,
    /// A phase of the checklist, as in `phase = "pre-deploy"`.
    Phase,
    /// A person, by the name that they act under.
    Person,
    /// One action of one release; it is what a target is labelled with.
    ActionId,
    /// One order given to a port: an action's id, its step and the attempt.
    OrderId,
    /// A place at the release's table, from when somebody comes until they go.
    SeatId,
    /// A commit, as its full hexadecimal object name.
    Commit,
    /// What an image or a build is known by for good: `sha256:…`, or a build number.
    Digest,
}

impl Commit {
    /// Returns the first seven characters, as git shows a commit.
    pub fn short(&self) -> &str {
        self.0.get(..7).unwrap_or(&self.0)
    }
}

impl Digest {
    /// Returns `sha256:` and four characters for an image's digest, the whole text for a build number.
    pub fn short(&self) -> String {
        match self.0.split_once(':') {
            Some((kind, hex)) if hex.len() > 4 && hex.is_char_boundary(4) => {
                format!("{kind}:{}…", &hex[..4])
            }
            _ => self.0.clone(),
        }
    }
}

/// A version on its way, or delivered: `1.0.0`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Version(String);

/// The text is not one that can name a version.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} cannot name a version: letters, digits, `.`, `-`, `+` and `_`, beginning with a letter or a digit", quoted(.0))]
pub struct NotAVersion(pub String);

/// How much of a text that names no version is quoted, in letters.
const QUOTED: usize = 48;

fn quoted(text: &str) -> String {
    match text.char_indices().nth(QUOTED) {
        None => format!("{text:?}"),
        Some((end, _)) => format!("{:?}…", &text[..end]),
    }
}

impl Version {
    /// Names no version: what stands where none is known yet.
    pub const UNKNOWN: Self = Self(String::new());

    /// Reads a version; it goes into branch and tag names, so it holds nothing that git or a shell would mind.
    pub fn parse(text: &str) -> Result<Self, NotAVersion> {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+' | '_');
        let begins_well = text.starts_with(|c: char| c.is_ascii_alphanumeric());
        let ends_well = !text.ends_with('.') && !text.ends_with(".lock") && !text.contains("..");
        if begins_well && ends_well && text.len() <= 64 && text.chars().all(is_plain) {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotAVersion(text.to_owned()))
        }
    }

    /// Returns the text of the version.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Version {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(&self.0)
    }
}
