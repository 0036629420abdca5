//! The newest log lines of every source: a tail that follows, or stands still and is looked through.

mod before;
mod cells;
mod draw;
mod entry;
mod gutter;
mod heading;
mod lane;
mod line;
mod looking;
mod pace;
mod page;
mod paused;
mod range;
mod scrollbar;
mod sifting;
mod sources;
mod state;
mod store;
#[cfg(test)]
mod tests;

pub(crate) use before::SavedView;
pub(crate) use draw::{draw, number_at, room};
pub(crate) use entry::{LogEntry, TimeDisplay};
pub(crate) use line::LinePage;
pub(crate) use page::LogsPage;
pub(crate) use paused::{LookDirection, SelectionStep};
pub(crate) use sources::SourcesDialog;
pub(crate) use state::{LogPlace, Logs, LongLines};
