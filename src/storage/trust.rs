//! Which plans a person has trusted: nothing in a plan runs, and no secret is read, before that.
//!
//! It remembers what was trusted, so that a change can be shown. What counts is [`tminus_core::touches`]'s story.

use crate::paths::{self, Paths, PathsError};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use tminus_core::names::Person;

/// The trust store of one project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trust {
    file: PathBuf,
    grants: BTreeMap<String, Grant>,
}

/// What a person has trusted in one checkout.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// Who.
    pub by: Person,
    /// When.
    pub at: Timestamp,
    /// What the plan would run and read, as [`tminus_core::grammar::trusted_lines`] says it.
    pub commands: Vec<String>,
}

/// Whether a plan may run its commands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TrustState {
    /// It may.
    Trusted {
        /// Who said so.
        by: Person,
        /// When.
        at: Timestamp,
    },
    /// Nobody has trusted a plan in this checkout.
    Never,
    /// It was trusted, and has changed since.
    Changed {
        /// What is new, in the order of the plan.
        added: Vec<String>,
        /// What is gone, in the order of the trusted plan.
        removed: Vec<String>,
    },
}

/// The trust store cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    /// The file or its folder cannot be used.
    #[error(transparent)]
    Paths(#[from] PathsError),
    /// The file cannot be read.
    #[error("reading {} failed", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The file is not what tminus wrote.
    #[error("{} is damaged; delete it, and trust the plan again", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Where it is damaged.
        #[source]
        source: serde_json::Error,
    },
    /// The file was written by a later tminus.
    #[error("{} has format {format}, and this tminus knows format 1", path.display())]
    Later {
        /// The file.
        path: PathBuf,
        /// Its format.
        format: u32,
    },
    /// The checkout cannot be named.
    #[error("the checkout {} cannot be found, or its path is not UTF-8", .0.display())]
    Checkout(PathBuf),
}

/// The file as it is on disk.
#[derive(Serialize, Deserialize)]
struct Stored {
    format: u32,
    checkouts: BTreeMap<String, Grant>,
}

impl Trust {
    /// Reads the store; one that is not there yet trusts nothing.
    ///
    /// A file that others own or may write is refused: they could trust a plan for you.
    pub fn load(paths: &Paths) -> Result<Self, TrustError> {
        let file = paths.trust();
        let text = match fs::read(&file) {
            Ok(text) => text,
            Err(gone) if gone.kind() == io::ErrorKind::NotFound => return Ok(Self { file, grants: BTreeMap::new() }),
            Err(source) => return Err(TrustError::Read { path: file, source }),
        };
        paths::refuse_shared(&file)?;
        let stored: Stored = match serde_json::from_slice(&text) {
            Ok(stored) => stored,
            Err(source) => return Err(TrustError::Damaged { path: file, source }),
        };
        if stored.format != 1 {
            return Err(TrustError::Later { path: file, format: stored.format });
        }
        Ok(Self { file, grants: stored.checkouts })
    }

    /// Says whether what a plan would run in this checkout is trusted.
    pub fn state(&self, checkout: &Path, commands: &[String]) -> TrustState {
        let Some(grant) = key(checkout).ok().and_then(|key| self.grants.get(&key)) else {
            return TrustState::Never;
        };
        let added = missing_from(&grant.commands, commands);
        let removed = missing_from(commands, &grant.commands);
        if added.is_empty() && removed.is_empty() {
            return TrustState::Trusted { by: grant.by.clone(), at: grant.at };
        }
        TrustState::Changed { added, removed }
    }

    /// Returns what was trusted in this checkout last; `None` where nothing is.
    pub fn granted(&self, checkout: &Path) -> Option<&[String]> {
        self.grants.get(&key(checkout).ok()?).map(|grant| grant.commands.as_slice())
    }

    /// Records that a person trusts what a plan would run in this checkout, and writes it to disk.
    pub fn grant(&mut self, checkout: &Path, grant: Grant) -> Result<(), TrustError> {
        self.grants.insert(key(checkout)?, grant);
        self.write()
    }

    /// Takes the trust in a checkout back, and writes that to disk.
    pub fn revoke(&mut self, checkout: &Path) -> Result<(), TrustError> {
        self.grants.remove(&key(checkout)?);
        self.write()
    }

    fn write(&self) -> Result<(), TrustError> {
        let stored = Stored { format: 1, checkouts: self.grants.clone() };
        let damaged = |source| TrustError::Damaged { path: self.file.clone(), source };
        let text = serde_json::to_vec_pretty(&stored).map_err(damaged)?;
        if let Some(folder) = self.file.parent() {
            paths::private_folder(folder)?;
        }
        Ok(paths::write_private(&self.file, &text)?)
    }
}

fn key(checkout: &Path) -> Result<String, TrustError> {
    let canonical = fs::canonicalize(checkout).ok();
    let text = canonical.as_deref().and_then(Path::to_str);
    text.map(str::to_owned).ok_or_else(|| TrustError::Checkout(checkout.to_owned()))
}

/// Returns those of `wanted` that `known` does not have.
fn missing_from(known: &[String], wanted: &[String]) -> Vec<String> {
    let known: BTreeSet<&String> = known.iter().collect();
    wanted.iter().filter(|command| !known.contains(command)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grant(commands: &[&str]) -> Grant {
        Grant { by: Person::new("dana"), at: Timestamp::UNIX_EPOCH, commands: owned(commands) }
    }

    fn owned(words: &[&str]) -> Vec<String> {
        words.iter().map(|w| (*w).to_owned()).collect()
    }

    #[test]
    fn nothing_is_trusted_before_somebody_says_so() {
        let dir = tempfile::tempdir().unwrap();
        let trust = Trust::load(&Paths::below(dir.path())).unwrap();
        assert_eq!(trust.state(dir.path(), &[]), TrustState::Never);
    }

    #[test]
    fn a_grant_holds_for_its_checkout_and_is_found_again() {
        let dir = tempfile::tempdir().unwrap();
        let (paths, other) = (Paths::below(dir.path()), tempfile::tempdir().unwrap());
        Trust::load(&paths).unwrap().grant(&dir.path().join("."), grant(&["a", "b"])).unwrap();
        let trust = Trust::load(&paths).unwrap();
        let trusted = TrustState::Trusted { by: Person::new("dana"), at: Timestamp::UNIX_EPOCH };
        assert_eq!(trust.state(dir.path(), &owned(&["b", "a"])), trusted);
        assert_eq!(trust.state(other.path(), &owned(&["a", "b"])), TrustState::Never);
    }

    #[test]
    fn a_changed_command_is_shown_as_gone_and_new() {
        let dir = tempfile::tempdir().unwrap();
        let mut trust = Trust::load(&Paths::below(dir.path())).unwrap();
        trust.grant(dir.path(), grant(&["a", "b"])).unwrap();
        let changed = TrustState::Changed { added: owned(&["c"]), removed: owned(&["b"]) };
        assert_eq!(trust.state(dir.path(), &owned(&["a", "c"])), changed);
        trust.revoke(dir.path()).unwrap();
        assert_eq!(trust.state(dir.path(), &owned(&["a", "b"])), TrustState::Never);
    }

    #[test]
    fn a_damaged_store_is_an_error_and_not_an_empty_one() {
        let dir = tempfile::tempdir().unwrap();
        let paths = Paths::below(dir.path());
        paths.prepare().unwrap();
        paths::write_private(&paths.trust(), b"{\"format\": 1, \"checkouts\": {").unwrap();
        assert!(matches!(Trust::load(&paths), Err(TrustError::Damaged { .. })));
        paths::write_private(&paths.trust(), b"{\"format\": 2, \"checkouts\": {}}").unwrap();
        assert!(matches!(Trust::load(&paths), Err(TrustError::Later { format: 2, .. })));
    }

    #[test]
    fn a_store_that_others_may_write_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let paths = Paths::below(dir.path());
        Trust::load(&paths).unwrap().grant(dir.path(), grant(&[])).unwrap();
        fs::set_permissions(paths.trust(), fs::Permissions::from_mode(0o666)).unwrap();
        assert!(matches!(Trust::load(&paths), Err(TrustError::Paths(PathsError::OthersMayWrite { .. }))));
    }
}
