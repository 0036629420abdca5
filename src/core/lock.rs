//! The lock that a person puts on an environment: who holds it, since when, why, and how it comes to somebody else.
//!
//! An action that runs holds its environment by itself; this is for everything else that nobody should deploy into.

use super::names::EnvName;
use super::seat::{SeatFact, Seats};
use super::time::{age, brief};
use super::who::Who;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Duration;
use strum::{IntoStaticStr, VariantNames};

/// An environment was locked, unlocked, or its lock came to somebody else.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, IntoStaticStr, VariantNames)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case", const_into_str, prefix = "lock.")]
pub enum LockFact {
    /// Whoever recorded it holds the environment.
    Taken {
        /// The environment.
        env: EnvName,
        /// Why.
        reason: String,
        /// When it lapses by itself.
        until: Option<Timestamp>,
    },
    /// Its holder let it go.
    Released {
        /// The environment.
        env: EnvName,
    },
    /// Whoever recorded it holds the environment from here on, in place of somebody else.
    TakenOver {
        /// The environment.
        env: EnvName,
        /// Who held it.
        from: Who,
        /// Since when they did.
        since: Timestamp,
        /// Why it was taken over.
        reason: String,
        /// When it lapses by itself.
        until: Option<Timestamp>,
    },
}

/// What somebody asks about a lock.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum LockCommand {
    /// Hold this environment for me.
    Take {
        /// The environment.
        env: EnvName,
        /// Why.
        reason: String,
        /// When it lapses by itself.
        until: Option<Timestamp>,
    },
    /// Hold it for me, who am not its holder.
    TakeOver {
        /// The environment.
        env: EnvName,
        /// Whom the person saw holding it.
        from: String,
        /// Why it is taken over.
        reason: String,
        /// When it lapses by itself.
        until: Option<Timestamp>,
        /// The environment's name, typed, where it is protected.
        typed: Option<String>,
    },
    /// I hold it no longer.
    Release {
        /// The environment.
        env: EnvName,
    },
}

/// A lock that was taken and not let go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lock {
    /// Who holds it.
    pub holder: Who,
    /// Since when.
    pub since: Timestamp,
    /// Why.
    pub reason: String,
    /// When it lapses by itself.
    pub until: Option<Timestamp>,
    /// Where its holder is, as last known.
    pub sits: Sits,
}

/// Where the holder of a lock is: the last sign of life that there is of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sits {
    /// In a seat, now.
    Here,
    /// Their last seat was left then.
    Gone(Timestamp),
    /// They locked it from a shell, and have not sat here since.
    Never,
}

/// The locks of all environments.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Locks(BTreeMap<EnvName, Lock>);

impl LockCommand {
    /// Changes what a person wrote.
    #[must_use]
    pub fn rewritten(self, change: &dyn Fn(&str) -> String) -> Self {
        match self {
            Self::Take { env, reason, until } => Self::Take { env, reason: change(&reason), until },
            Self::TakeOver { env, from, reason, until, typed } => {
                Self::TakeOver { env, from, reason: change(&reason), until, typed }
            }
            Self::Release { env } => Self::Release { env },
        }
    }
}

impl LockFact {
    /// Returns the environment that it is about.
    pub const fn env(&self) -> &EnvName {
        match self {
            Self::Taken { env, .. } | Self::Released { env } | Self::TakenOver { env, .. } => env,
        }
    }

    /// Returns what happened, in words.
    pub fn words(&self) -> String {
        let lapse = |until: &Option<Timestamp>| until.map(|at| format!(" (until {at:.0})")).unwrap_or_default();
        match self {
            Self::Taken { env, reason, until } => format!("{env} is locked{}: {reason}", lapse(until)),
            Self::Released { env } => format!("{env} is unlocked"),
            Self::TakenOver { env, from, since, reason, until } => format!(
                "the lock of {env} is taken over from {}, who held it since {since:.0}{}: {reason}",
                from.in_full(),
                lapse(until)
            ),
        }
    }
}

impl Lock {
    /// Says whether it counts still.
    pub fn counts(&self, now: Timestamp) -> bool {
        self.until.is_none_or(|until| now < until)
    }

    /// Says whether somebody holds it: the same name of the same system user.
    pub fn is_of(&self, who: &Who) -> bool {
        &self.holder == who
    }

    /// Returns who holds it, since when, why, and what was last seen of them.
    pub fn words(&self, now: Timestamp) -> String {
        self.words_with(now, None)
    }

    /// Returns the same, with how long ago its holder, who sits here, pressed a key last.
    pub fn words_with(&self, now: Timestamp, key: Option<Duration>) -> String {
        let ago = |at| brief(age(now, at));
        let sits = match self.sits {
            Sits::Here => key.map(|key| format!("; last key {} ago", brief(key))).unwrap_or_default(),
            Sits::Gone(at) => format!("; left {} ago", ago(at)),
            Sits::Never => "; not in a seat".to_owned(),
        };
        let lapse = self.until.map(|until| format!(", for another {}", brief(age(until, now)))).unwrap_or_default();
        format!("locked by {} for {}{lapse}{sits}: {}", self.holder.label(), ago(self.since), self.reason)
    }
}

impl Locks {
    /// Returns the lock of an environment, whether it lapsed or not.
    pub fn find(&self, env: &EnvName) -> Option<&Lock> {
        self.0.get(env)
    }

    /// Takes in what happened to a lock, after the seats have.
    pub fn apply(&mut self, fact: &LockFact, (at, who): (Timestamp, &Who), seats: &Seats) {
        match fact {
            LockFact::Released { env } => drop(self.0.remove(env)),
            LockFact::Taken { env, reason, until } | LockFact::TakenOver { env, reason, until, .. } => {
                let is_here = seats.iter().any(|s| s.who == *who);
                let (holder, since, reason, until) = (who.clone(), at, reason.clone(), *until);
                let sits = if is_here { Sits::Here } else { Sits::Never };
                self.0.insert(env.clone(), Lock { holder, since, reason, until, sits });
            }
        }
    }

    /// Takes note of who came and went, after the seats have.
    pub fn see(&mut self, at: Timestamp, fact: &SeatFact, seats: &Seats) {
        let last_seen = match fact {
            SeatFact::Sat { .. } => at,
            SeatFact::Rose { last, .. } => last.unwrap_or(at),
            SeatFact::Asked { .. } | SeatFact::Declined { .. } | SeatFact::Passed { .. } => return,
            SeatFact::Kept { .. } | SeatFact::Freed { .. } => return,
        };
        for lock in self.0.values_mut() {
            let is_here = seats.iter().any(|s| s.who == lock.holder);
            lock.sits = match (is_here, lock.sits) {
                (true, _) => Sits::Here,
                (false, Sits::Here) => Sits::Gone(last_seen),
                (false, gone @ (Sits::Gone(_) | Sits::Never)) => gone,
            };
        }
    }
}
