//! Scenarios: files in `assets/scenarios/` that script the rehearsal world. Playing them is `sandbox`'s story.

mod read;
mod text;
mod types;

pub use read::read;
pub use types::{
    BrokenBuild, Conditions, Delay, Deployed, Expectation, Goes, LossPlace, Outage, OutageScope, PlayedDelivery, Prune,
    Scenario, ScriptLine, Silence, Trigger, VersionEvent,
};
