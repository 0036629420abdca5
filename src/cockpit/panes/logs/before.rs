//! How the lines were shown before a search or a filter was begun, so that it can be left as if it had not been.

use super::paused::Paused;
use super::state::Logs;
use super::store::LineFilter;
use tminus_logs::pattern::Pattern;

/// How the lines were shown.
#[derive(Clone, Debug)]
pub(crate) struct SavedView {
    paused: Option<Box<Paused>>,
    sieve: LineFilter,
    search: Option<Pattern>,
}

impl SavedView {
    pub(crate) fn of(logs: &Logs) -> Self {
        Self { paused: logs.paused.clone(), sieve: logs.store.sieve.clone(), search: logs.search.clone() }
    }

    /// Shows the lines as before; what came since has come.
    pub(crate) fn restore(self, logs: &mut Logs) {
        logs.search = self.search;
        logs.paused = self.paused;
        logs.sift(self.sieve);
    }

    /// Returns the text that lines were filtered by.
    pub(crate) fn filter(&self) -> &str {
        self.sieve.filter.as_ref().map_or("", Pattern::written)
    }
}
