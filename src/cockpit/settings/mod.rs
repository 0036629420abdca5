//! What a person may set for themselves: the settings there are, the file and the variables that set them, and which one counts.

mod file;
mod force;
pub mod keymap;
mod known;
mod schema;
pub mod theme;
mod value;

pub use file::ConfigFolder;
pub use force::{InForce, Origin, SettingProblem, Settings};
pub use known::{Bell, SETTINGS, Setting, Variable, is_utf8};
pub use schema::config_schema;
pub use value::{Kind, Value, Variables};
