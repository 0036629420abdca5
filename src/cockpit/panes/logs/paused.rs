//! What stands still while lines go on coming: the lines as they were, and the one that is selected.

use super::entry::LogEntry;
use super::lane::Lane;
use super::store::{LineFilter, Store};
use std::ops::RangeInclusive;
use std::sync::Arc;

/// The lines as they were when they were paused. Nothing moves in them, whatever comes or falls out meanwhile.
#[derive(Clone, Debug)]
pub(crate) struct Paused {
    pub(super) all: Lane,
    pub(super) shown: Lane,
    /// The selected line, among those shown.
    pub(super) cursor: usize,
    /// The first line in sight.
    pub(super) top: usize,
    /// How many lines had come.
    until: u64,
    /// How many came since that would be shown.
    pub(super) fresh: u64,
    /// The number of the line where a range begins that ends at the selected one.
    pub(super) anchor: Option<u64>,
    /// At which end a search was told that nothing more follows: asked once more, it goes on from the other one.
    pub(super) ended: Option<LookDirection>,
    pub(super) by: PausedBy,
}

/// What made the lines stand still.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PausedBy {
    /// Somebody paused them, or moved among them.
    Person,
    /// A search went to a line; with the search they are followed again.
    Search,
}

/// How far the selected line moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SelectionStep {
    Lines(isize),
    /// Halves of what is in sight.
    Halves(isize),
    Top,
    Bottom,
}

impl Paused {
    /// Takes everything as it is now, with the newest line selected.
    pub(super) fn of(store: &Store) -> Self {
        let (mut all, mut shown) = (store.all.clone(), store.shown.clone());
        if let Some(gone) = store.gone() {
            all.push_first(Arc::clone(&gone));
            shown.push_first(gone);
        }
        let cursor = shown.last();
        Self {
            all,
            shown,
            cursor,
            top: cursor,
            until: store.arrived,
            fresh: 0,
            anchor: None,
            ended: None,
            by: PausedBy::Person,
        }
    }

    /// Takes in what came since, with the same line selected; where it fell out, the oldest.
    pub(super) fn refresh(&mut self, store: &Store) {
        let (number, above) = (self.selected().map(|entry| entry.number), self.cursor - self.top.min(self.cursor));
        *self = Self { anchor: self.anchor, by: self.by, ..Self::of(store) };
        self.cursor = number.and_then(|number| self.shown.position(number)).unwrap_or(0);
        self.top = self.cursor.saturating_sub(above);
    }

    pub(super) fn selected(&self) -> Option<&Arc<LogEntry>> {
        self.shown.get(self.cursor)
    }

    /// Returns where the range begins and ends, among those shown.
    pub(super) fn range(&self) -> Option<RangeInclusive<usize>> {
        let anchor = self.shown.position(self.anchor?)?;
        Some(anchor.min(self.cursor)..=anchor.max(self.cursor))
    }

    /// Shows what another sieve lets through. The selected line stays where it is, or the next one that is shown takes its place.
    pub(super) fn sift(&mut self, sieve: &LineFilter, store: &Store) {
        let above = self.cursor - self.top.min(self.cursor);
        let here = self.selected().and_then(|entry| self.all.position(entry.number)).unwrap_or(0);
        let mut cursor = None;
        self.shown = Lane::default();
        for (at, entry) in self.all.iter().enumerate().filter(|(_, entry)| sieve.lets_through(entry)) {
            if at >= here && cursor.is_none() {
                cursor = Some(self.shown.len());
            }
            self.shown.push(Arc::clone(entry));
        }
        self.cursor = cursor.unwrap_or(self.shown.last());
        self.top = self.cursor.saturating_sub(above);
        self.count_fresh(store);
    }

    /// Counts what came since and is still kept.
    pub(super) fn count_fresh(&mut self, store: &Store) {
        let came = store.shown.iter().filter(|entry| entry.is_line() && entry.number > self.until);
        self.fresh = came.count() as u64;
    }

    /// Moves the selected line; with halves, the window goes along.
    pub(super) fn go_by(&mut self, by: isize, window: isize) {
        self.cursor = self.cursor.saturating_add_signed(by).min(self.shown.last());
        self.top = self.top.saturating_add_signed(window).min(self.cursor);
    }

    /// Returns the first line in sight, so that the selected one is in sight and no line is left empty above others.
    pub(super) fn first(&self, lines: usize, height: impl Fn(&LogEntry) -> usize) -> usize {
        let tall = |at: usize| self.shown.get(at).map_or(1, |entry| height(entry)).clamp(1, lines.max(1));
        let top = self.top.min(self.cursor);
        let mut first = self.cursor;
        let mut used = tall(self.cursor);
        while first > top && used + tall(first - 1) <= lines {
            first -= 1;
            used += tall(first);
        }
        // At the end there is nothing more to fill the window with but what stands above.
        let mut filled: usize = 0;
        for at in first..self.shown.len() {
            filled += tall(at);
            if filled >= lines {
                return first;
            }
        }
        while first > 0 && filled + tall(first - 1) <= lines {
            first -= 1;
            filled += tall(first);
        }
        first
    }
}

/// In which direction one looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LookDirection {
    Down,
    Up,
}
