//! An error as data: it survives a crash, a journal and another process.

use super::time::Span;
use serde::{Deserialize, Serialize};

/// What went wrong at one of the doors to the world.
///
/// The summary names the thing and does not repeat its causes: lower case, no full stop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{summary}")]
pub struct Failure {
    /// What kind it is; whether it is tried again depends on this alone.
    pub kind: FailureKind,
    /// What could not be done, in one line.
    pub summary: String,
    /// What lies beneath, in the service's own words, outermost first.
    pub causes: Vec<String>,
}

/// The kinds of failure; retry is decided by this alone, in one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FailureKind {
    /// No connection came about, or it broke.
    Unreachable,
    /// No answer within the time allowed.
    Timeout,
    /// The service asks for patience, for this long where it says so.
    RateLimited(Option<Span>),
    /// The credential is missing, wrong, or not enough.
    Unauthorized,
    /// The thing asked for is not there.
    NotFound,
    /// The thing is in use, or has changed since it was looked at.
    Conflict,
    /// The service understood, and says no.
    Rejected,
    /// The answer makes no sense.
    Malformed,
    /// Stopped because a person asked.
    Cancelled,
    /// This build of tminus has no adapter for it.
    Unavailable,
    /// It was begun, and nobody can tell whether it was done.
    Unclear,
}

impl FailureKind {
    /// Says whether somebody answered: without an answer, what was asked for may have been done.
    pub const fn is_answer(self) -> bool {
        match self {
            Self::Unreachable | Self::Timeout | Self::Unclear => false,
            Self::RateLimited(_)
            | Self::Unauthorized
            | Self::NotFound
            | Self::Conflict
            | Self::Rejected
            | Self::Malformed
            | Self::Cancelled
            | Self::Unavailable => true,
        }
    }
}

impl Failure {
    /// Makes a failure without a cause beneath it.
    pub fn new(kind: FailureKind, summary: impl Into<String>) -> Self {
        Self { kind, summary: summary.into(), causes: Vec::new() }
    }

    /// Returns what makes a failure of an error, which stands beneath the summary with its own causes: for `map_err`.
    pub fn by<E: std::error::Error + 'static>(kind: FailureKind, summary: impl Into<String>) -> impl Fn(E) -> Self {
        let summary = summary.into();
        move |error| Self::new(kind, summary.clone()).caused_by(&error)
    }

    /// Puts a cause beneath all others.
    #[must_use]
    pub fn because(mut self, cause: impl Into<String>) -> Self {
        self.causes.push(cause.into());
        self
    }

    /// Puts a whole chain of errors beneath.
    #[must_use]
    pub fn caused_by(mut self, error: &(dyn std::error::Error + 'static)) -> Self {
        self.causes.extend(plain_chain(error));
        self
    }

    /// Writes the summary with its causes in one line.
    pub fn sentence(&self) -> String {
        let mut whole = self.summary.clone();
        for cause in &self.causes {
            // Who quotes its own cause has said it already.
            if !whole.ends_with(&format!(": {cause}")) && whole != *cause {
                whole.push_str(": ");
                whole.push_str(cause);
            }
        }
        whole
    }
}

/// What libraries of ours say of themselves and not of what happened.
const JARGON: [&str; 8] = [
    "Error in the hyper legacy client",
    "client error (Connect)",
    "client error (SendRequest)",
    "client error (Canceled)",
    "error trying to connect",
    "error sending request",
    "connection error",
    "tcp connect error",
];

/// What they say in words of their own, and what that means.
const MEANINGS: [(&str, &str); 4] = [
    ("connection closed before message completed", "the connection was closed before an answer came"),
    ("operation was canceled", "the request was given up"),
    (
        "CaUsedAsEndEntity",
        "its certificate is that of an authority, signed by itself, and this machine does not trust it",
    ),
    ("UnknownIssuer", "no authority that this machine trusts has signed its certificate"),
];

/// Returns why something failed, from the outermost cause to the innermost, each once and in plain words.
fn plain_chain(error: &(dyn std::error::Error + 'static)) -> Vec<String> {
    let mut chain = vec![error.to_string()];
    let mut next = error.source();
    while let Some(cause) = next {
        chain.push(cause.to_string());
        next = cause.source();
    }
    let mut plain: Vec<String> = Vec::new();
    for (at, text) in chain.iter().enumerate() {
        // Many quote their own cause at the end.
        let inner = chain.get(at + 1).and_then(|inner| text.strip_suffix(inner.as_str()));
        let own = inner.map_or(text.as_str(), |own| own.trim_end_matches([':', ' ']));
        let own = JARGON.iter().fold(own, |own, words| own.strip_prefix(words).unwrap_or(own));
        let own = own.trim_start_matches([':', ' ']);
        let is_jargon = own.is_empty() || JARGON.iter().any(|words| own.starts_with(words));
        let is_said = chain[at + 1..].iter().any(|later| own == later) || plain.iter().any(|said| said.contains(own));
        if !is_jargon && !is_said {
            let meant = MEANINGS.iter().find(|(words, _)| own.contains(words));
            plain.push(meant.map_or_else(|| own.to_owned(), |(_, meaning)| (*meaning).to_owned()));
        }
    }
    if plain.is_empty() {
        plain.push("the connection broke".to_owned());
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("{0}")]
    struct Link(String, #[source] Option<Box<Link>>);

    fn chain(texts: &[&str]) -> Link {
        let (first, rest) = texts.split_first().unwrap();
        Link((*first).to_owned(), (!rest.is_empty()).then(|| Box::new(chain(rest))))
    }

    #[test]
    fn a_cause_is_said_once_and_in_plain_words() {
        for (texts, told) in [
            (
                &[
                    "Error in the hyper legacy client: client error (SendRequest)",
                    "client error (SendRequest)",
                    "connection closed before message completed",
                ][..],
                "no way: the connection was closed before an answer came",
            ),
            (
                &["client error (Connect)", "tcp connect error", "Connection refused (os error 111)"],
                "no way: Connection refused (os error 111)",
            ),
            (&["it broke: why it broke", "why it broke"], "no way: it broke: why it broke"),
            (&["Error in the hyper legacy client: client error (Connect)"], "no way: the connection broke"),
        ] {
            let failure = Failure::new(FailureKind::Unreachable, "no way").caused_by(&chain(texts));
            assert_eq!(failure.sentence(), told);
        }
    }
}
