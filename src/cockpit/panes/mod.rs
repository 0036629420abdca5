//! What fills the screen between header and footer: one file per pane or page.

pub(crate) mod branch;
pub(crate) mod calls;
mod changes;
pub(crate) mod check;
pub(crate) mod checklist;
mod clock;
mod containers;
mod ending;
pub(crate) mod environment;
pub(crate) mod environments;
pub(crate) mod everywhere;
pub(crate) mod evidence;
pub(crate) mod fact;
mod health;
pub(crate) mod help;
mod history;
pub(crate) mod incident;
pub(crate) mod journal;
pub(crate) mod lines;
pub(crate) mod logs;
pub(crate) mod looks;
pub(crate) mod messages;
pub(crate) mod output;
pub(crate) mod overview;
pub(crate) mod page;
pub(crate) mod people;
pub(crate) mod reasons;
pub(crate) mod release;
pub(crate) mod running;
pub(crate) mod tasks;
pub(crate) mod texts;
mod under_way;
pub(crate) mod verify;
pub(crate) mod way_back;

pub(crate) use page::{count, first, stop};
pub(crate) use texts::texts;
