//! What a probe read.

use crate::changelog::ChangelogSection;
use crate::dotenv::DoubtfulValue;
use crate::mask::SafeText;
use crate::time::Span;
use crate::verdict::Verdict;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// What a probe read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measurement {
    /// What was run or asked, as a person would write it, secrets left out.
    pub asked: String,
    /// What was read.
    pub reading: Reading,
    /// The end of what came back, secrets masked, at most [`TAIL_BYTES`].
    pub tail: String,
    /// All of it, or the last [`crate::kept_output::OUTPUT_BYTES`] of it; absent where the end above is all, and for what keeps no output.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub whole: Option<WholeOutput>,
    /// The SHA-256 of all that came back, in hexadecimal; empty when nothing did.
    pub sha256: String,
    /// How many bytes came back.
    pub bytes: u64,
    /// The files that a command named and that no commit holds, as they were when it ran.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ignored: Vec<IgnoredInput>,
    /// The values that a command was given and that no commit holds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub given: Vec<GivenValue>,
    /// The programs that a command ran, and the files outside the repository that it named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outside: Vec<OutsideFile>,
}

impl Measurement {
    /// Makes the measurement of something that left no output behind.
    pub fn quiet(asked: impl Into<String>, reading: Reading) -> Self {
        Self {
            asked: asked.into(),
            reading,
            tail: String::new(),
            whole: None,
            sha256: String::new(),
            bytes: 0,
            ignored: Vec::new(),
            given: Vec::new(),
            outside: Vec::new(),
        }
    }
}

/// All that came back, secrets masked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WholeOutput {
    /// The text.
    pub text: SafeText,
    /// Whether it is only the last [`crate::kept_output::OUTPUT_BYTES`].
    pub is_cut: bool,
}

/// A file that no commit and no rule of git speaks for, and that a command rests on: a program that it ran, or a file
/// outside the repository that it named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutsideFile {
    /// As the command names it: a program by its bare name, a file by its path: absolute, or from the top with `./`.
    pub named: String,
    /// Where it lies: for a program as `PATH` leads to it, for a file with its links followed; empty where nothing is.
    pub path: String,
    /// What it holds: the SHA-256 in hexadecimal, or of a long file its size and when it was changed.
    pub holds: String,
}

impl OutsideFile {
    /// Says whether it is a program that `PATH` leads to.
    pub fn is_program(&self) -> bool {
        !self.named.contains('/')
    }

    /// Says what is otherwise now than it was when the command ran; nothing where it is the same.
    pub fn another(&self, now: Option<&Self>) -> Option<String> {
        let (named, path) = (&self.named, &self.path);
        let is_same = now.is_some_and(|now| now == self);
        let moved = now.filter(|now| now.path != *path).map(|now| now.path.as_str());
        let says = match (self.is_program(), moved) {
            _ if is_same => return None,
            (true, Some("")) => format!("`{named}` was {path} when it ran, and is not on the PATH now"),
            (true, Some(other)) => format!("`{named}` is another program than when it ran: {path}, then {other}"),
            (true, None) => format!("`{named}` is another program than when it ran: {path} has changed"),
            (false, Some(_)) if path.is_empty() => format!("{named} did not exist when it ran, and exists now"),
            (false, Some("")) => format!("{named}, which lies outside the repository, is gone since it ran"),
            (false, Some(other)) => format!("{named} leads to another file than when it ran: {path}, then {other}"),
            (false, None) => format!("{named}, which lies outside the repository, changed since it ran"),
        };
        Some(format!("{says}; run it again"))
    }
}

/// A value that a command was given: its variable, and a hash that only the key in the owner's state can make.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GivenValue {
    /// The variable.
    pub name: String,
    /// The keyed hash of its value, in hexadecimal; empty for one that is not set.
    pub hash: String,
}

/// A file in the repository's folder that git ignores, and that a command named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IgnoredInput {
    /// Where, from the top of the checkout.
    pub path: String,
    /// The SHA-256 of what it holds, in hexadecimal.
    pub sha256: String,
}

/// How much of an answer is kept as evidence, in bytes.
pub const TAIL_BYTES: usize = 4_096;

/// The readings of the different ways of knowing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Reading {
    /// A command ended.
    Process {
        /// Its exit status; absent when a signal ended it.
        exit: Option<i32>,
        /// What it wrote to standard output, cut at the front when it was too much.
        stdout: String,
        /// What it wrote to standard error, where a tool's output is read.
        #[serde(default)]
        stderr: String,
        /// Whether what is kept here was cut: a text that was not found may have been in the part that is gone.
        cut: bool,
    },
    /// Requests were answered, or not.
    Http(Vec<HttpTry>),
    /// The version files were read.
    Versions(Vec<FoundVersion>),
    /// Each path, and whether git ignores it.
    Ignored(Vec<(String, bool)>),
    /// The names of an environment file that were asked for.
    Dotenv {
        /// Not in the file.
        missing: Vec<String>,
        /// In the file, without a value.
        empty: Vec<String>,
        /// In the file, with a text that is no value to count on.
        #[serde(default)]
        doubtful: Vec<DoubtfulValue>,
    },
    /// A file was looked at.
    File {
        /// Whether it is there.
        exists: bool,
        /// Whether it holds the text asked for; absent when none was asked for.
        has: Option<bool>,
        /// Whether it is newer than asked; absent when that was not asked for.
        newer: Option<bool>,
    },
    /// The changelog was read; absent where there is none.
    Changelog(Option<ChangelogSection>),
    /// A source of log lines was searched.
    Log {
        /// The line that was found.
        line: Option<String>,
        /// How many lines were looked at; none at all is no data.
        looked_at: u64,
        /// Why a line that was not found may be there all the same.
        #[serde(default)]
        doubt: Option<String>,
    },
    /// An image was looked at.
    Image(FoundImage),
    /// What a kind of check reads in a shape of its own: its file makes it and takes it, and nobody else looks inside.
    Own(serde_json::Value),
    /// A number was asked for.
    Metric {
        /// The value; absent for an empty answer, NaN and infinity.
        value: Option<f64>,
        /// How many samples it rests on, where the plan asks.
        count: Option<f64>,
        /// The number of the release before at the same age.
        baseline: Option<f64>,
    },
    /// A person said so.
    Said {
        /// Whether it is true.
        yes: bool,
        /// What they wrote.
        note: String,
    },
    /// The rehearsal world made it up; nothing was run or asked.
    Rehearsed {
        /// What it plays.
        verdict: Verdict,
        /// In words.
        found: String,
    },
    /// It was not measured, and why: a dirty checkout, a missing tool.
    Unmeasured(String),
}

impl Reading {
    /// Takes what a kind of check read in a shape of its own.
    pub fn own(read: &impl Serialize) -> Self {
        match serde_json::to_value(read) {
            Ok(value) => Self::Own(value),
            Err(error) => Self::Unmeasured(error.to_string()),
        }
    }

    /// Returns what a kind of check read, where it has that shape.
    pub fn as_own<T: DeserializeOwned>(&self) -> Option<T> {
        let Self::Own(value) = self else { return None };
        T::deserialize(value).ok()
    }
}

/// What an engine says of an image.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundImage {
    /// Its size in bytes, unpacked.
    pub size: u64,
    /// Whom it runs as; empty when it names nobody.
    pub user: String,
    /// Its labels, of those that were asked for.
    pub labels: Vec<(String, String)>,
}

/// One request and its answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HttpTry {
    /// From the first byte sent to the last byte read.
    pub took: Span,
    /// What came back; `Err` says why nothing did.
    pub answer: Result<HttpAnswer, String>,
}

/// An answer to a request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HttpAnswer {
    /// The status code.
    pub status: u16,
    /// The headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body as text, at most [`BODY_BYTES`].
    pub body: String,
    /// Whether the body was longer than that.
    pub cut: bool,
}

/// How much of a body is read, in bytes.
pub const BODY_BYTES: usize = 1 << 20;

/// What stands in one version file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FoundVersion {
    /// The file, from the root of the repository.
    pub file: String,
    /// The key.
    pub key: String,
    /// The version there, or why it could not be read.
    pub found: Result<String, String>,
    /// The line that says so, counted from 1, where one does.
    #[serde(default)]
    pub line: Option<usize>,
}
