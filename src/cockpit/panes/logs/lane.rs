//! Entries in the order of their time.

use super::entry::LogEntry;
use std::collections::VecDeque;
use std::sync::Arc;

/// Entries in the order of their time, and how many of them are lines.
#[derive(Clone, Debug, Default)]
pub(super) struct Lane {
    entries: VecDeque<Arc<LogEntry>>,
    lines: usize,
}

impl Lane {
    /// Puts an entry before so many that stand at the end.
    pub(super) fn insert(&mut self, entry: Arc<LogEntry>, before_last: usize) {
        self.lines += usize::from(entry.is_line());
        self.entries.insert(self.entries.len() - before_last.min(self.entries.len()), entry);
    }

    pub(super) fn push(&mut self, entry: Arc<LogEntry>) {
        self.insert(entry, 0);
    }

    pub(super) fn push_first(&mut self, entry: Arc<LogEntry>) {
        let behind = self.entries.len();
        self.insert(entry, behind);
    }

    pub(super) fn pop_oldest(&mut self) -> Option<Arc<LogEntry>> {
        let oldest = self.entries.pop_front()?;
        self.lines -= usize::from(oldest.is_line());
        Some(oldest)
    }

    pub(super) fn get(&self, at: usize) -> Option<&Arc<LogEntry>> {
        self.entries.get(at)
    }

    pub(super) fn oldest(&self) -> Option<&Arc<LogEntry>> {
        self.entries.front()
    }

    pub(super) fn newest(&self) -> Option<&Arc<LogEntry>> {
        self.entries.back()
    }

    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = &Arc<LogEntry>> + ExactSizeIterator {
        self.entries.iter()
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn last(&self) -> usize {
        self.entries.len().saturating_sub(1)
    }

    /// Returns how many of them are lines of a log.
    pub(super) fn lines(&self) -> usize {
        self.lines
    }

    pub(super) fn position(&self, number: u64) -> Option<usize> {
        self.entries.iter().rposition(|entry| entry.number == number)
    }
}
