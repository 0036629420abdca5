//! The command line, as clap reads it. The doc comments are its help texts.

mod act;
mod acting;
mod engine;
mod global;
mod known;
mod line;
mod lock;
mod program;
mod reading;

pub use act::*;
pub use acting::*;
pub use engine::*;
pub use global::{Detach, Global, GoAhead};
pub use known::command;
pub use line::*;
pub use lock::*;
pub use program::*;
pub use reading::*;
