//! `secrets`: no secret in the history, nor in what the checkout holds beside it.

mod judged;
mod reading;

use super::kind::{CheckTouch, JudgedBy, KindOfCheck};
use crate::grammar::plan::{KeyDescription, Table, TableCursor, ValueKind, Variant, may, must, places, plain, variant};
use crate::judge::Judgement;
use crate::kinds::family::Described;
use crate::measurement::Reading;
use crate::plan::{EnvValue, ReleaseRules, Template};
use crate::size::size;
use crate::time::Span;
pub use reading::{FoundSecret, SecretsReading, UnreadFiles};
use serde::{Deserialize, Serialize};

/// `secrets = { since, rules, allow, max-size }`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SecretsCheck {
    /// `since`: where the look through the history begins; the whole history when absent.
    pub since: Option<Template>,
    /// `rules`: a file of the repository with more rules.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rules: Option<String>,
    /// `allow`: what may stay where it is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allow: Vec<AllowedSecret>,
    /// `max-size`: how large a file may be to be read, in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_size: Option<u64>,
}

/// `{ path, rule, reason }`: what a rule finds in these files may stay there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AllowedSecret {
    /// `path`: a pattern of paths, from the top of the repository.
    pub path: String,
    /// `rule`: the rule's name.
    pub rule: String,
    /// `reason`.
    pub reason: String,
}

impl SecretsCheck {
    /// How large a file may be to be read where the plan does not say it, in bytes.
    pub const MAX_SIZE: u64 = 10 << 20;

    /// Returns how large a file may be to be read, in bytes.
    pub fn largest(&self) -> u64 {
        self.max_size.unwrap_or(Self::MAX_SIZE)
    }
}

static ALLOW: Table = plain(
    "What a rule finds in some files and may stay there.",
    &[
        must("path", ValueKind::Glob, "A pattern of paths, from the top of the repository: `tests/**`."),
        must("rule", ValueKind::Text, "The rule's name, as a finding shows it."),
        must("reason", ValueKind::Text, "Why it may stay."),
    ],
);

static SECRETS: Table = plain(
    "A look for secrets through the history of the release's commit, and through what the checkout changes in tracked files.",
    &[
        may(
            "since",
            ValueKind::Template(places::RELEASE),
            "A tag, a branch or a commit: only what came after it is read. The whole history when absent, and when there is no release before this one.",
        ),
        may(
            "rules",
            ValueKind::Path,
            "A file with more rules, as the release's commit holds it: `[[rule]]` with `id`, `regex` and `keywords`. A line that has a keyword is held against the regular expression.",
        ),
        may(
            "allow",
            ValueKind::Tables(&ALLOW),
            "What may stay. One that no longer matches anything is named in the evidence.",
        ),
        may("max-size", ValueKind::Size, "Larger files are not read, and the evidence says how many.").or("10MiB"),
    ],
);

static KEYS: [KeyDescription; 1] = [must(
    "secrets",
    ValueKind::Table(&SECRETS),
    "Where to look. It fails on tokens as services issue them, private keys, addresses with a password, and random values under a telling name (`api_key`, `token`, `password`). It passes only when everything was read: a shallow or partial clone is no-data. Binaries, submodules and what git-lfs keeps elsewhere are not read, and the evidence says so. No value is ever shown or kept.",
)];

impl Described for SecretsCheck {
    const GRAMMAR: Variant = variant("secrets", "No secret in the history.", &KEYS);

    fn read(check: TableCursor<'_>) -> Option<Self> {
        let table = check.table("secrets")?;
        let allowed = |entry: &TableCursor<'_>| {
            Some(AllowedSecret { path: entry.text("path")?, rule: entry.text("rule")?, reason: entry.text("reason")? })
        };
        Some(Self {
            since: table.template("since"),
            rules: table.text("rules"),
            allow: table.tables("allow").iter().filter_map(allowed).collect(),
            max_size: table.size("max-size"),
        })
    }
}

impl KindOfCheck for SecretsCheck {
    fn touch(&self) -> CheckTouch<'_> {
        CheckTouch::Nothing
    }

    fn asks(&self, _title: &str, _rules: &ReleaseRules) -> Vec<String> {
        let mut asked = Vec::from_iter(self.since.as_ref().map(|since| format!("since {since}")));
        asked.extend(self.rules.as_ref().map(|file| format!("by the rules of {file} too")));
        asked.extend(
            self.allow
                .iter()
                .map(|AllowedSecret { path, rule, reason }| format!("what {rule} finds in {path} may stay: {reason}")),
        );
        asked.extend(self.max_size.map(|most| format!("files of more than {} are not read", size(most))));
        asked
    }

    fn judge(&self, reading: &Reading, _by: &JudgedBy<'_>) -> Option<Judgement> {
        Some(judged::judge(&reading.as_own()?))
    }

    /// A branch moves on without the commit; what a placeholder stands for belongs to the release.
    fn looks_outside(&self, _env: &[(String, EnvValue)]) -> bool {
        self.since.as_ref().is_some_and(|since| !since.as_str().contains('{'))
    }

    fn usual_limit(&self) -> Span {
        Span::seconds(600)
    }
}
