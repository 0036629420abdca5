//! What a verdict rests on.

use super::definition::Definition;
use super::kept_output::KeptOutput;
use super::mask::SafeText;
use super::measurement::{GivenValue, IgnoredInput, OutsideFile};
use super::names::{Commit, Digest, EnvName, Person, Version};
use super::time::Span;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What a verdict rests on: what was asked, where, by whom, when, for what, and what came back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// What was run or asked, with secrets left out.
    pub asked: SafeText,
    /// What was expected, in words.
    pub expected: SafeText,
    /// What was found, in one sentence.
    pub found: SafeText,
    /// The numbers, where there are any.
    pub numbers: Vec<MeasuredNumber>,
    /// The end of what came back, at most a few kilobytes, secrets masked.
    pub tail: SafeText,
    /// Where all of it is kept, where [`Self::tail`] is not all of it; absent in what an older tminus recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<KeptOutput>,
    /// The SHA-256 of all that came back, in hexadecimal; empty when nothing did.
    pub sha256: String,
    /// How many bytes came back.
    pub bytes: u64,
    /// Who had it measured.
    pub by: Person,
    /// The machine it was measured on.
    pub host: String,
    /// When it began.
    pub began: Timestamp,
    /// How long it took.
    pub took: Span,
    /// The commit that it speaks for, where it depends on one.
    pub commit: Option<Commit>,
    /// The environment that it speaks for.
    pub env: Option<EnvName>,
    /// The version that ran there.
    pub version: Option<Version>,
    /// The digest that ran there.
    pub digest: Option<Digest>,
    /// What was asked; absent in what an older tminus recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub definition: Option<Definition>,
    /// The files that git ignores and that it rests on too: it counts as long as they hold what they held.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ignored: Vec<IgnoredInput>,
    /// The values that it was given and that it rests on too: it counts as long as they are the same.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub given: Vec<GivenValue>,
    /// The programs that it ran and the files outside the repository that it named: it counts as long as they are the same.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outside: Vec<OutsideFile>,
}

/// A number that was measured, beside what it is held against.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MeasuredNumber {
    /// What it is: `p95`, `error rate`, `coverage`.
    pub name: String,
    /// The value, in the unit of its limit (share, seconds, bytes or plain).
    pub value: f64,
    /// The value as people read it: `4.1 %`.
    pub shown: String,
    /// The limit as people read it: `below 0.1 %`.
    pub limit: Option<String>,
    /// How many samples it rests on.
    pub samples: Option<u64>,
    /// The same number of the release before at the same age.
    pub baseline: Option<f64>,
}
