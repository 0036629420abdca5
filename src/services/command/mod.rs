//! Commands of the plan as targets: the extra steps of a deploy, and deliveries with `with = "command"`.
//!
//! A command is started as its own process group with its output in memory, so that it goes on when tminus dies. What
//! it came to can only be known by whoever started it: an orphan is followed to its end, and then a person is asked.

mod current;
mod delivery;
mod flights;
mod identity;
mod open;
mod pilot;
mod record;
mod runner;
mod starts;

pub use delivery::{CommandTarget, Delivery};
pub(crate) use flights::Job;
pub use flights::{Commands, recorded};
pub use open::open;
pub use runner::CommandRunner;
pub use starts::Starts;
