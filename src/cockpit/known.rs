//! What follows from the world at a moment, worked out when either changes and not for every frame.

use super::state::State;
use crate::domain::names::EnvName;
use crate::domain::situation::{EnvTrouble, Outlook, Proof, Reason, Situation, WayBack};
use std::collections::BTreeMap;

/// What was worked out.
#[derive(Debug)]
pub(crate) struct Known {
    outlook: Outlook,
    /// What is wrong, worst first.
    pub(super) troubles: Vec<EnvTrouble>,
    ways_back: BTreeMap<EnvName, WayBack>,
    drift: BTreeMap<EnvName, Vec<String>>,
}

impl Known {
    fn of(situation: Situation<'_>, doubt: Option<&String>) -> Self {
        let mut outlook = situation.outlook();
        if let Some(why) = doubt {
            outlook.add(Reason::elsewhere(why.clone()));
        }
        let names = || situation.plan.environments.iter().map(|e| e.name.clone());
        Self {
            outlook,
            troubles: situation.troubles(),
            ways_back: names().map(|env| (env.clone(), situation.way_back(&env))).collect(),
            drift: names().map(|env| (env.clone(), situation.drift(&env))).collect(),
        }
    }
}

impl State {
    /// Works it out again: the world has changed, or the second has.
    pub(crate) fn know(&mut self) {
        self.known = self.situation().map(|situation| Known::of(situation, self.doubt.as_ref()));
    }

    /// Returns whether the release may go on, and why not.
    pub(crate) fn outlook(&self) -> Option<&Outlook> {
        self.known.as_ref().map(|known| &known.outlook)
    }

    /// Says whether nobody has verified what was brought to the environment that the keys act on.
    pub(crate) fn is_unverified_here(&self) -> bool {
        let situation = self.situation();
        situation.zip(self.environment()).is_some_and(|(s, environment)| s.proof(environment) == Proof::Missing)
    }

    /// Says whether the version that is looked at was rolled back where the keys act.
    pub(crate) fn was_rolled_back_here(&self) -> bool {
        let (Some(here), Some(outlook)) = (self.environment(), self.outlook()) else { return false };
        outlook.blocking.iter().any(|r| r.env.as_ref() == Some(&here.name) && r.subject == self.version.as_str())
    }

    /// Returns the way back of an environment.
    pub(crate) fn way_back(&self, env: &EnvName) -> Option<&WayBack> {
        self.known.as_ref()?.ways_back.get(env)
    }

    /// Returns what runs in an environment that tminus did not bring there.
    pub(crate) fn drift(&self, env: &EnvName) -> &[String] {
        self.known.as_ref().and_then(|known| known.drift.get(env)).map_or(&[], Vec::as_slice)
    }
}
