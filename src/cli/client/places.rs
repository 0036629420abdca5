//! What files and settings of this machine say about where a plan delivers. Nothing is run, and no engine is asked.

use super::project::Project;
use crate::cli::exit::Stop;
use std::collections::BTreeMap;
use tminus_core::plan::{Environment, PlaceFacts, shared_places};
use tminus_core::touches::FileUse;
use tminus_services::docker::{compose_file, engine_address};

impl Project {
    /// Reads what says where each delivery goes.
    pub fn place_facts(&self) -> PlaceFacts {
        let (mut compose, mut engines) = (BTreeMap::new(), BTreeMap::new());
        for touch in self.file.plan.environments.iter().flat_map(Environment::touches) {
            if let Some(file) = touch.file(FileUse::Compose) {
                compose.extend(compose_file(&self.root, file).map(|read| (file.to_owned(), read)));
            }
            if let Some(context) = touch.engine() {
                engines.extend(engine_address(context).map(|address| (context.map(str::to_owned), address)));
            }
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
