//! The registry of actions: what a key binding or a palette entry names.

mod barred;
mod registry;
mod repository;
mod subjects;
mod why_not;

pub use registry::Action;

pub use subjects::{
    ActAction, AppAction, CheckAction, DialogAction, ListAction, LogsAction, MessagesAction, PaneAction, Risk,
    RunAction, SearchAction, SeatAction, TextAction, ViewAction,
};
