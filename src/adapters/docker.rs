//! Docker: engines, what is built and pushed with them, and what is delivered to them, alone or by Compose.

mod drive;
mod failure;
mod labels;
mod link;
mod look;
mod name;

pub use drive::Flights;
pub use link::{Link, engine_version};
