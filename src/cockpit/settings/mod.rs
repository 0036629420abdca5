//! What a person may set for themselves: the settings there are, the file and the variables that set them, and which one counts.

mod file;
pub mod keymap;
mod known;
mod resolve;
mod schema;
pub mod theme;
mod value;

pub use file::ConfigFolder;
pub use known::{Bell, KnownSetting, SETTINGS, Variable, is_utf8};
pub use resolve::{ResolvedSetting, SettingOrigin, SettingProblem, Settings};
pub use schema::config_schema;
pub use value::{EnvLookup, SettingKind, SettingValue};
