//! The built program in a real terminal: how it is left, and a release day by keys.

mod asked;
mod calling;
pub mod drill;
mod plain;
pub mod seat;
mod tmux;
mod ways_out;
