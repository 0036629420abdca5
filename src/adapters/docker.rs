//! Docker: engines, what is built and pushed with them, and what is delivered to them, alone or by Compose.

mod contexts;
mod drive;
mod failure;
mod labels;
mod link;
mod look;
mod name;
mod tunnel;

pub use drive::Flights;
pub use link::{Link, engine_version};
