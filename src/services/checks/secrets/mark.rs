//! What tells one value from another, and says nothing of the value to who does not have the owner's key.

use crate::secrets::ValueKey;
use std::hash::{BuildHasher as _, RandomState};

/// Makes the marks of values.
pub(super) enum ValueMark {
    /// By the key in the owner's state: a mark can be kept.
    Kept(ValueKey),
    /// By chance: a mark is good for one scan.
    Once(RandomState),
}

impl ValueMark {
    /// Takes the owner's key, where there is one.
    pub(super) fn new(key: Option<&ValueKey>) -> Self {
        key.map_or_else(|| Self::Once(RandomState::new()), |key| Self::Kept(key.clone()))
    }

    /// Returns the mark of a value.
    pub(super) fn of(&self, rule: &str, value: &[u8]) -> String {
        match self {
            Self::Kept(key) => key.hash(&format!("secrets/{rule}"), value),
            Self::Once(state) => format!("{:016x}", state.hash_one((rule, value))),
        }
    }
}
