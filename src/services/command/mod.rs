//! Commands of the plan as targets: the extra steps of a deploy, and deliveries with `with = "command"`.
//!
//! A command is started as its own process group with its output in memory, so that it goes on when tminus dies. What
//! it came to can only be known by whoever started it: an orphan is followed to its end, and then a person is asked.

mod current;
mod delivery;
mod identity;
mod in_flight;
mod open;
mod order_runner;
mod record;
mod runner;
mod starts;

pub use delivery::{CommandDelivery, CommandTarget};
pub(crate) use in_flight::Job;
pub use in_flight::{Commands, recorded};
pub use open::open;
pub use runner::CommandRunner;
pub use starts::Starts;
