//! Which lines the log pane shows: a filter over them, and the sources that are hidden.

use super::state::Logs;
use super::store::LineFilter;
use std::collections::{BTreeMap, BTreeSet};
use tminus_core::names::LogName;
use tminus_logs::pattern::Pattern;

impl Logs {
    /// Shows only the lines that match; nothing shows all.
    pub(crate) fn filter_by(&mut self, filter: Option<Pattern>) {
        self.sift(LineFilter { filter, ..self.store.sieve.clone() });
    }

    /// Shows a source that is hidden, or hides it.
    pub(crate) fn turn_source(&mut self, source: &LogName) {
        let mut sieve = self.store.sieve.clone();
        if !sieve.hidden.remove(source) {
            sieve.hidden.insert(source.clone());
        }
        self.sift(sieve);
    }

    /// Hides every source of a list but one; asked again, it shows them all.
    pub(crate) fn only_source(&mut self, source: &LogName, all: &[LogName]) {
        let mut sieve = self.store.sieve.clone();
        let others = all.iter().filter(|other| *other != source).cloned().collect();
        sieve.hidden = if sieve.hidden == others { BTreeSet::new() } else { others };
        self.sift(sieve);
    }

    /// Shows what the filter hid; says whether there was one.
    pub(crate) fn lift_filter(&mut self) -> bool {
        let had = self.store.sieve.filter.is_some();
        if had {
            self.filter_by(None);
        }
        had
    }

    /// Shows every line again.
    pub(crate) fn lift(&mut self) {
        self.sift(LineFilter::default());
    }

    pub(super) fn sift(&mut self, sieve: LineFilter) {
        self.store.sift(sieve);
        if let Some(paused) = &mut self.paused {
            paused.sift(&self.store.sieve, &self.store);
        }
    }

    /// Shows what was shown before: what matches, and not the sources that were hidden.
    pub(crate) fn restore_sieve(&mut self, filter: Option<Pattern>, hidden: BTreeSet<LogName>) {
        self.sift(LineFilter { filter, hidden });
    }

    /// Returns the text that lines are filtered by.
    pub(crate) fn filter_written(&self) -> &str {
        self.store.sieve.filter.as_ref().map_or("", Pattern::written)
    }

    pub(crate) const fn hidden(&self) -> &BTreeSet<LogName> {
        &self.store.sieve.hidden
    }

    /// Says whether every line is shown.
    pub(crate) fn is_whole(&self) -> bool {
        self.store.sieve.is_open()
    }

    pub(crate) fn is_hidden(&self, source: &LogName) -> bool {
        self.store.sieve.hidden.contains(source)
    }

    pub(crate) fn sources(&self) -> &BTreeMap<LogName, u64> {
        &self.store.sources
    }

    /// Shows every source; what is filtered stays so.
    pub(crate) fn show_all_sources(&mut self) {
        self.sift(LineFilter { hidden: BTreeSet::new(), ..self.store.sieve.clone() });
    }
}
