//! The terminal: keymap, update, panes, dialogs, widgets, theme and the loop.

mod about;
mod action;
mod again;
mod alarm;
mod ask;
mod beat;
mod core;
mod dialogs;
mod edge;
mod filter;
mod footer;
mod gone;
mod header;
mod hint;
mod input;
mod keymaps;
mod keys;
mod known;
mod letters;
mod live;
mod looking;
mod message;
mod moments;
mod opening;
mod outside;
mod pace;
mod paint;
mod panes;
mod people;
mod presence;
mod proposals;
mod run;
mod said;
mod screen;
mod second;
mod session;
mod signals;
mod signs;
mod source;
mod spot;
mod state;
mod terminal;
mod theme;
mod trail;
mod update;
mod view;
mod watched;
mod who;
mod widgets;
mod words;

pub use action::{Action, Risk};
pub use ask::{Answers, ask, why_not_asked};
pub use core::Cockpit;
pub use keymaps::{default_keymap, keymap_of, keymap_schema, read_keymap};
pub use keys::CONTEXTS;
pub use letters::Letters;
pub use message::{Answer, Effect, Message, Mouse, Pointed, Press, Rejoining, Repeat, Reply, Told};
pub use opening::{
    Asks, Bandwidth, Call, Clipboard, CockpitError, CockpitSettings, Ended, Front, Housing, Notice, Opening, Programs,
    Try, Unopened,
};
pub use people::People;
pub use presence::{Glance, Glances};
pub use run::run;
pub use signs::Signs;
