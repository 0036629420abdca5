//! Lines from files that grow, and from commands that print. Other sources come with their services.

mod command;
mod dating;
mod file;
mod repetition;
mod safe;
mod stamp;

pub use command::CommandLog;
pub use file::FileLog;
pub use safe::SafeLog;
