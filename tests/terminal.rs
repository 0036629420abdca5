//! The built program in a real terminal: how it is left, and a release day by keys.

mod asked;
mod drill;
mod plain;
mod seat;
mod tmux;
mod ways_out;
