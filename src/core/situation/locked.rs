//! What the lock of an environment holds, and for whom.

use super::{Locked, Situation};
use crate::action::{Proposal, Request};
use crate::lock::Lock;
use crate::names::EnvName;
use crate::who::Who;

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
