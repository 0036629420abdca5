//! What follows from the world at a moment, worked out when either changes and not for every frame.

use std::collections::BTreeMap;
use tminus_core::names::EnvName;
use tminus_core::situation::{EnvTrouble, Outlook, Reason, Situation, WayBack};

/// What was worked out.
#[derive(Debug)]
pub(crate) struct Derived {
    pub(super) outlook: Outlook,
    /// What is wrong, worst first.
    pub(super) troubles: Vec<EnvTrouble>,
    pub(super) ways_back: BTreeMap<EnvName, WayBack>,
    pub(super) drift: BTreeMap<EnvName, Vec<String>>,
}

impl Derived {
    pub(super) fn of(situation: Situation<'_>, doubt: Option<&String>) -> Self {
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
