//! Scenarios: files in `assets/scenarios/` that script the rehearsal world. Playing them is `sandbox`'s story.

mod read;
mod text;
mod types;

pub use read::read;
pub use types::{
    BrokenBuild, Conditions, Delay, Delivery, Deployed, Event, Expectation, Goes, Outage, Prune, Scenario, Scope,
    ScriptLine, Silence, Spot, Trigger,
};
