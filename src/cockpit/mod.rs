//! The terminal: keymap, update, panes, dialogs, widgets, theme and the loop.

mod about;
mod action;
mod core;
mod dialogs;
mod filter;
mod header;
mod keys;
mod known;
mod live;
mod looking;
mod message;
mod opening;
mod panes;
mod run;
mod screen;
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
pub use message::{Answer, Effect, Message, Press, Repeat, Reply};
pub use opening::{CockpitError, CockpitSettings, Opening, Signs};
pub use run::run;
