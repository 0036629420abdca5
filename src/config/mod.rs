//! Files to validated values: the plan file, keymaps, themes, paths, trust.
pub mod effects;
pub mod keymap;
pub mod loose;
pub mod paths;
pub mod plan;
pub mod theme;
pub mod trust;

pub mod scenario;
mod toml_text;
pub use toml_text::read_toml;
