//! Files to validated values: the plan file, keymaps, themes, paths, trust.

mod addresses;
mod deliveries;
pub mod effects;
mod guards;
pub mod identity;
pub mod keymap;
pub mod loose;
pub mod paths;
mod placeholders;
pub mod plan;
mod reference;
pub mod scenario;
mod schema;
pub mod settings;
pub mod text;
pub mod theme;
pub mod trust;
mod variable_lists;
pub mod variables;
pub mod version_file;

pub use reference::reference;
pub use schema::schema;
