//! Text from outside without what speaks to a terminal.

mod line;
mod scrub;
mod sheet;

pub use line::{block, line};
