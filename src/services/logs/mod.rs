//! Lines from files that grow, and from commands that print. Other sources come with their services.

mod command;
mod dating;
mod file;
mod open;
mod repetition;
mod safe;
mod stamp;

pub use command::CommandLog;
pub use file::FileLog;
pub use open::{open_command, open_file};
pub use safe::SafeLog;
