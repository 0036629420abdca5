//! `--plain`: the cockpit as lines, for screen readers and for terminals that move no cursor.

mod spoken;
mod talk;

pub use talk::talk;
