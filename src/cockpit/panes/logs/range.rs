//! Several lines at once: from one that was chosen to the selected one.

use super::entry::LogEntry;
use super::state::Logs;
use std::sync::Arc;

impl Logs {
    /// Begins a range at the selected line, where none is begun.
    pub(crate) fn begin_range(&mut self) {
        if let Some(paused) = &mut self.paused
            && paused.anchor.is_none()
        {
            paused.anchor = paused.selected().map(|entry| entry.number);
        }
    }

    /// Ends the range, and says whether there was one.
    pub(crate) fn end_range(&mut self) -> bool {
        self.paused.as_mut().is_some_and(|paused| paused.anchor.take().is_some())
    }

    /// Returns the lines of the range, oldest first; nothing where none is begun.
    pub(crate) fn range(&self) -> Option<Vec<Arc<LogEntry>>> {
        let paused = self.paused.as_ref()?;
        Some(paused.range()?.filter_map(|at| paused.shown.get(at).map(Arc::clone)).collect())
    }

    pub(super) fn is_in_range(&self, number: u64) -> bool {
        let of = |paused: &super::paused::Paused| {
            let at = paused.anchor.and_then(|_| paused.shown.position(number))?;
            Some(paused.range()?.contains(&at))
        };
        self.paused.as_ref().and_then(|paused| of(paused)).unwrap_or(false)
    }

    /// Selects a line by its number; lines that go by stand still for it.
    pub(crate) fn select(&mut self, number: u64) {
        let paused = self.pause();
        if let Some(at) = paused.shown.position(number) {
            paused.cursor = at;
        }
    }
}
