//! What was asked, as one value: evidence answers the question that it was taken for, and no other.

use crate::hex::sha256;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The SHA-256 of everything that decides a check, a metric or a place, in hexadecimal.
///
/// It is made of the plan alone, so no secret goes into it: the plan holds references, never values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Definition(String);

impl Definition {
    /// Hashes what a question is made of.
    pub fn of(parts: &serde_json::Value) -> Self {
        Self(sha256(parts.to_string()))
    }
}

/// What a verification looks at: the place, and each entry of its `verify`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerificationScope {
    /// How the environment's artifacts get there.
    pub place: Definition,
    /// The entries of `verify`, with what each asks.
    pub entries: BTreeMap<String, Definition>,
}

impl VerificationScope {
    /// Says what a verification that looked at this has not looked at of what is asked now; one that looked at more has
    /// looked at all of it.
    pub fn lacks(&self, now: &Self) -> Option<String> {
        if self.place != now.place {
            return Some("how it is delivered there, or its `url`, changed since".to_owned());
        }
        now.entries.iter().find_map(|(name, definition)| match self.entries.get(name) {
            None => Some(format!("it did not look at {name}")),
            Some(then) => (then != definition).then(|| format!("the definition of {name} changed since")),
        })
    }
}
