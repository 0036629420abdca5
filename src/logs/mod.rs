//! Lines from outside: made safe to print, redacted, kept in bounds.

pub mod clean;
pub mod level;
pub mod pattern;
pub mod repeats;
pub mod ring;
pub mod style;

mod rate;
mod scrub;
mod sheet;
