//! The engine owns the release: it decides, records, then lets ports touch the world.

mod batch;
mod cancel;
mod dispatcher;
mod execute;
mod handle;
mod measure;
mod recovery;
mod report;
mod scribe;
mod settle;
mod start;
mod survey;
mod tail;
mod watch;
mod world;
mod yard;

pub use handle::{Accepted, EngineHandle, EventStream, Gone, News, Snapshot};
pub use start::{Engine, Left, PlanChange, Setup, StartError};
pub use watch::Watch;
pub use world::World;
