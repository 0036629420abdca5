//! The terminal: keymap, update, panes, dialogs, widgets, theme and the loop.

mod about;
mod action;
mod core;
mod dialogs;
mod filter;
mod header;
mod input;
mod keys;
mod known;
mod live;
mod looking;
mod message;
mod opening;
mod outside;
mod pace;
mod paint;
mod panes;
mod run;
mod screen;
mod signals;
mod source;
mod state;
mod terminal;
mod theme;
mod update;
mod view;
mod widgets;
mod words;

pub use action::{Action, Risk};
pub use core::Cockpit;
pub use keys::{CONTEXTS, default_keymap, read_keymap};
pub use message::{Answer, Effect, Message, Mouse, Pointed, Press, Repeat, Reply, Told};
pub use opening::{Call, CockpitError, CockpitSettings, Ended, Front, Opening, Programs, Signs};
pub use run::run;
pub use words::sentence;
