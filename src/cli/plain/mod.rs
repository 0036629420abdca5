//! `--plain`: the cockpit as lines, for screen readers and for terminals that move no cursor.

mod asked;
mod done;
mod ending;
mod named;
mod people;
mod question;
mod spoken;
mod talk;
mod told;

pub use talk::{TalkEnd, talk, typed};
