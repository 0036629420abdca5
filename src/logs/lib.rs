//! Lines from outside: how grave they say that they are, and what they have in common.

pub mod level;
pub mod pattern;
pub mod repeats;

pub use tminus_core::clean;
