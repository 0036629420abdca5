//! What the lock of an environment holds, and for whom.

use super::{Preview, Situation};
use crate::domain::action::{Proposal, Request};
use crate::domain::fact::Who;
use crate::domain::lock::Lock;
use crate::domain::names::EnvName;
use serde::{Deserialize, Serialize};

/// A lock as a preview shows it: the engine does not know yet who looks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Locked {
    /// Who holds it.
    pub holder: Who,
    /// Who, since when and why, in words.
    pub words: String,
}

impl<'a> Situation<'a> {
    /// Returns the lock that counts in an environment.
    pub fn lock(&self, env: &EnvName) -> Option<&'a Lock> {
        self.release.locks.find(env).filter(|lock| lock.counts(self.now))
    }

    /// Returns the lock that holds somebody who asks for something; its holder is not held.
    pub fn lock_for(&self, who: &Who, request: &Request) -> Option<&'a Lock> {
        let env = request.env().filter(|_| request.is_changing())?;
        self.lock(env).filter(|lock| !lock.is_of(who))
    }

    pub(super) fn locked(&self, proposal: &Proposal) -> Option<Locked> {
        let env = proposal.request.env().filter(|_| proposal.request.is_changing())?;
        let lock = self.lock(env)?;
        Some(Locked { holder: lock.holder.clone(), words: format!("{env} is {}", lock.words(self.now)) })
    }
}

impl Preview {
    /// Returns the preview as somebody sees it: another's lock holds a deploy, and a rollback takes it over.
    ///
    /// In an incident going back is one decision away: whoever holds the environment is named in the preview, and that
    /// the lock was taken over stands in the journal before the rollback begins.
    #[must_use]
    pub fn seen_by(mut self, who: &Who) -> Self {
        let Some(lock) = self.locked.as_ref().filter(|lock| &lock.holder != who) else { return self };
        let words = lock.words.clone();
        match &self.proposal.request {
            Request::RollBack { .. } => self.warnings.push(format!("takes over a lock: {words}")),
            Request::Deploy { .. } | Request::Verify { .. } | Request::Build { .. } | Request::Cut { .. } => {
                self.blockers.insert(0, words);
            }
        }
        self
    }
}
