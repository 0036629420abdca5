//! The engine owns the release: it decides, records, then lets ports touch the world.

mod handle;

pub use handle::{Accepted, EngineHandle, EventStream, Gone, News, Snapshot};
