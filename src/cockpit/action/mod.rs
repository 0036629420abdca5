//! The registry of actions: what a key binding or a palette entry names.

mod barred;
mod registry;
mod subjects;
mod why_not;

pub use registry::{Action, Risk};
pub use subjects::{
    ActAction, AppAction, CheckAction, DialogAction, ListAction, LogsAction, MessagesAction, PaneAction, RunAction,
    SearchAction, SeatAction, TextAction, ViewAction,
};
