//! What files and settings of this machine say about where a plan delivers. Nothing is run, and no engine is asked.

use super::project::Project;
use crate::cli::exit::Stop;
use std::collections::BTreeMap;
use tminus_core::plan::{DeliverKind, PlaceFacts, shared_places};
use tminus_services::docker::{compose_file, engine_address};

impl Project {
    /// Reads what says where each delivery goes.
    pub fn place_facts(&self) -> PlaceFacts {
        let (mut compose, mut engines) = (BTreeMap::new(), BTreeMap::new());
        for deliver in self.file.plan.environments.iter().flat_map(|env| &env.deliver) {
            let context = match &deliver.kind {
                DeliverKind::Compose { file, context, .. } => {
                    compose.extend(compose_file(&self.root, file).map(|read| (file.clone(), read)));
                    context
                }
                DeliverKind::Docker { context, .. } => context,
                DeliverKind::Kubernetes { .. }
                | DeliverKind::TestFlight { .. }
                | DeliverKind::AppStore { .. }
                | DeliverKind::Command { .. } => continue,
            };
            engines.extend(engine_address(context.as_deref()).map(|address| (context.clone(), address)));
        }
        PlaceFacts { compose, engines }
    }

    /// Says which deliveries go to one place, each in a sentence with what to write instead.
    pub fn shared_places(&self) -> Vec<String> {
        let all = shared_places(&self.file.plan, &self.place_facts());
        all.iter().map(|shared| format!("{}: {}; write {}", shared.says(), shared.why, shared.instead)).collect()
    }

    /// Stops where two deliveries of the plan go to one place.
    pub fn require_own_places(&self) -> Result<(), Stop> {
        match self.shared_places().as_slice() {
            [] => Ok(()),
            [first, ..] => Err(Stop::refused(first.clone())),
        }
    }
}
