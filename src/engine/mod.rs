//! The engine owns the release: it decides, records, then lets ports touch the world.

mod batch;
mod branching;
mod cancel;
mod clock_set;
mod clock_watch;
mod dispatcher;
mod execute;
mod guard;
mod halt;
mod handle;
mod look_limits;
mod measure;
mod outside;
mod patience;
mod presence;
mod quiet;
mod recovery;
mod report;
mod scribe;
mod settle;
mod start;
mod survey;
mod tail;
mod told;
mod waiting;
mod watch;
mod world;
mod yard;

pub use guard::{EnvironmentGuard, GuardedActs};
pub use handle::{Accepted, Arrived, Call, EngineHandle, EventStream, Gone, Join, News, Snapshot};
pub use look_limits::look_now;
pub use start::{Engine, Left, PlanChange, Setup, StartError};
pub use told::{Behind, Told};
pub use watch::Watch;
pub use world::World;
