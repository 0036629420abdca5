//! Files to validated values: the plan file, keymaps, themes, paths, trust.
pub mod effects;
pub mod loose;
pub mod paths;
pub mod plan;
pub mod trust;

pub mod scenario;
