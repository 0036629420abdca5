//! What follows from the world at a moment, worked out when either changes and not for every frame.

use std::collections::BTreeMap;
use tminus_core::adoption::Adoptable;
use tminus_core::names::{ActionId, EnvName};
use tminus_core::release::ActionState;
use tminus_core::situation::{EnvTrouble, Gate, GateItem, Outlook, Reason, Situation, WayBack};

/// What was worked out.
#[derive(Debug)]
pub(crate) struct Derived {
    pub(super) outlook: Outlook,
    /// What is wrong, worst first.
    pub(super) troubles: Vec<EnvTrouble>,
    pub(super) ways_back: BTreeMap<EnvName, WayBack>,
    pub(super) drift: BTreeMap<EnvName, Vec<String>>,
    /// The gates that the open proposals meet.
    pub(super) gates: BTreeMap<ActionId, Gate>,
    /// What the gates wait for and a waiver could pass.
    pub(super) waivable: BTreeMap<EnvName, Vec<GateItem>>,
    /// What a person may adopt.
    pub(super) adoptable: BTreeMap<EnvName, Vec<Adoptable>>,
}

impl Derived {
    pub(super) fn of(situation: Situation<'_>, doubt: Option<&String>) -> Self {
        let mut outlook = situation.outlook();
        if let Some(why) = doubt {
            outlook.add(Reason::elsewhere(why.clone()));
        }
        let proposals = situation.release.actions.iter().filter(|action| action.is_open_proposal());
        let gate = |action: &ActionState| {
            let environment = situation.plan.environment(action.proposal.request.env()?)?;
            Some((action.id.clone(), situation.gate(environment, &action.proposal)))
        };
        let environments = situation.plan.environments.iter();
        let names = || situation.plan.environments.iter().map(|e| e.name.clone());
        Self {
            outlook,
            troubles: situation.troubles(),
            ways_back: names().map(|env| (env.clone(), situation.way_back(&env))).collect(),
            drift: names().map(|env| (env.clone(), situation.drift(&env))).collect(),
            gates: proposals.filter_map(gate).collect(),
            waivable: environments.map(|e| (e.name.clone(), situation.waivable(e))).collect(),
            adoptable: names().map(|env| (env.clone(), situation.adoptable_in(&env))).collect(),
        }
    }
}
