//! The rehearsal world: the same ports, scripted by scenarios.

mod alone;
mod answers;
mod backend;
mod calls;
mod clock;
mod expect;
mod follow;
mod itinerary;
mod lay_down;
mod library;
mod lines;
mod logs;
mod metrics;
mod orders;
mod probe;
mod project;
mod reach;
mod ready;
mod rehearsal;
mod repository;
mod runner;
mod shared;
mod standing;
mod target;
mod weather;
mod words;
mod world;

pub use crate::config::scenario::{Expectation, Scenario, ScenarioError, ScriptLine};
pub use alone::{Alone, ask_health, serve_alone};
pub use backend::Backend;
pub use itinerary::{Ending, Itinerary, Phase, Runs};
pub use lay_down::{LaidDown, lay_down, lay_down_with};
pub use library::UnknownScenario;
pub use rehearsal::Rehearsal;
pub use shared::SharedWorld;
pub use world::{Begun, Holds, Landed, Site, TimeKind, World};
