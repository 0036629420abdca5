//! What the log pane remembers: the lines, whether it follows them or stands still, and how they are shown.

use super::entry::{LogEntry, LogEntryKind, TimeDisplay};
use super::pace::LogPace;
use super::paused::{Paused, PausedBy, SelectionStep};
use super::store::{Store, Taken};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tminus_core::telemetry::LogLine;
use tminus_logs::pattern::Pattern;

/// How many columns a step to the side is.
const ASIDE: usize = 8;

/// What the log pane remembers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Logs {
    pub(super) store: Store,
    pub(super) pace: LogPace,
    /// What stands still; absent while the newest lines are followed.
    pub(super) paused: Option<Box<Paused>>,
    /// What stands still in the other place.
    elsewhere: Option<Box<Paused>>,
    place: LogPlace,
    pub(super) search: Option<Pattern>,
    pub(super) fold: LongLines,
    pub(super) clock: TimeDisplay,
    /// How many columns of each line are to the left of what is seen.
    pub(super) aside: usize,
}

/// Where the lines are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum LogPlace {
    #[default]
    Overview,
    /// The page of their own.
    Page,
}

/// What becomes of a line that is longer than the pane is wide.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum LongLines {
    #[default]
    Cut,
    Wrapped,
}

/// How many columns and lines the texts have, and what becomes of those that are longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Room {
    pub(crate) columns: usize,
    pub(crate) lines: usize,
}

/// The lines in sight.
pub(super) struct VisibleLines {
    pub(super) entries: Vec<Arc<LogEntry>>,
    /// Which of them is selected.
    pub(super) selected: Option<usize>,
    /// How many rows of the first have no room.
    pub(super) skipped: usize,
}

impl Logs {
    /// Goes on with the lines of a snapshot. What was written before an engine was joined is the past: it is neither late nor
    /// any pace.
    pub(crate) fn catch_up(&mut self, lines: Vec<LogLine>, passed: u64, now: Timestamp) {
        if self.store.is_unheard() {
            self.store.begin(now);
        }
        self.store.catch_up(lines, passed);
        self.count_fresh();
    }

    /// Expects another engine.
    pub(crate) fn change_engine(&mut self) {
        self.store.change_engine();
    }

    pub(crate) fn take(&mut self, line: LogLine) {
        let is_past = self.store.is_past(line.at);
        let taken = self.store.take(line);
        if !is_past {
            self.pace.count();
        }
        if let (Some(paused), Taken::Shown) = (&mut self.paused, taken) {
            paused.fresh += 1;
        }
    }

    /// Begins the next second.
    pub(crate) fn tick(&mut self) {
        self.pace.tick();
    }

    pub(crate) fn is_following(&self) -> bool {
        self.paused.is_none()
    }

    pub(super) const fn line_look(&self) -> LineLook {
        LineLook { fold: self.fold, clock: self.clock }
    }

    pub(crate) fn is_folded(&self) -> bool {
        self.fold == LongLines::Wrapped
    }

    pub(crate) fn follow(&mut self) {
        self.paused = None;
    }

    /// Stands still, and returns what stands.
    pub(crate) fn pause(&mut self) -> &mut Paused {
        let paused = self.paused.get_or_insert_with(|| Box::new(Paused::of(&self.store)));
        paused.by = PausedBy::Person;
        paused
    }

    /// Follows again what stood still for a search alone.
    pub(super) fn follow_after_search(&mut self) {
        self.paused.take_if(|paused| paused.by == PausedBy::Search);
    }

    /// Shows the lines in another place: what stands still in one goes by in the other.
    pub(crate) fn show_in(&mut self, place: LogPlace) {
        if std::mem::replace(&mut self.place, place) == place {
            return;
        }
        std::mem::swap(&mut self.paused, &mut self.elsewhere);
        if let Some(paused) = &mut self.paused {
            paused.sift(&self.store.sieve, &self.store);
        }
    }

    pub(crate) fn selected(&self) -> Option<Arc<LogEntry>> {
        self.paused.as_ref()?.selected().cloned()
    }

    /// Moves the selected line. Up pauses; down from the last line shows what came since, and then follows.
    pub(crate) fn go(&mut self, step: SelectionStep, room: Room) {
        match step {
            SelectionStep::Bottom => self.follow(),
            SelectionStep::Lines(by) if by > 0 => self.go_down(by, 0),
            SelectionStep::Halves(by) if by > 0 => self.go_down(by * half(room), by * half(room)),
            SelectionStep::Lines(by) => self.go_up(by, (0, room)),
            SelectionStep::Halves(by) => self.go_up(by * half(room), (by * half(room), room)),
            SelectionStep::Top => self.go_up(isize::MIN, (isize::MIN, room)),
        }
        self.settle(room);
    }

    fn go_up(&mut self, by: isize, (window, room): (isize, Room)) {
        self.pause();
        self.settle(room);
        self.pause().go_by(by, window);
    }

    fn go_down(&mut self, by: isize, window: isize) {
        let Some(paused) = &mut self.paused else { return };
        paused.by = PausedBy::Person;
        let is_beyond = paused.cursor.saturating_add_signed(by) > paused.shown.last();
        if is_beyond && paused.fresh > 0 {
            paused.refresh(&self.store);
        } else if paused.cursor >= paused.shown.last() {
            return self.follow();
        }
        paused.go_by(by, window);
    }

    /// Remembers which line is the first in sight, so that the next step moves no more than it must.
    pub(crate) fn settle(&mut self, room: Room) {
        let (look, columns) = (self.line_look(), room.columns);
        if let Some(paused) = &mut self.paused {
            paused.top = paused.first(room.lines, |entry| look.height(entry, columns, room.lines));
        }
    }

    /// Returns the lines in sight.
    pub(super) fn sight(&self, room: Room) -> VisibleLines {
        let Some(paused) = &self.paused else { return self.newest(room) };
        let first = paused.first(room.lines, |entry| self.line_look().height(entry, room.columns, room.lines));
        let mut left = room.lines;
        let in_sight = paused.shown.iter().skip(first).take_while(|entry| {
            let has_room = left > 0;
            left = left.saturating_sub(self.line_look().height(entry, room.columns, room.lines));
            has_room
        });
        let entries: Vec<_> = in_sight.cloned().collect();
        VisibleLines { selected: Some(paused.cursor - first.min(paused.cursor)), entries, skipped: 0 }
    }

    fn newest(&self, room: Room) -> VisibleLines {
        let mut entries = Vec::new();
        let mut used = 0;
        for entry in self.store.shown.iter().rev() {
            if used >= room.lines {
                break;
            }
            used += self.line_look().height(entry, room.columns, usize::MAX);
            entries.push(Arc::clone(entry));
        }
        entries.extend(self.store.gone().filter(|_| used < room.lines));
        entries.reverse();
        VisibleLines { entries, selected: None, skipped: used.saturating_sub(room.lines) }
    }

    /// Forgets what was searched for; says whether there was anything.
    pub(crate) fn end_search(&mut self) -> bool {
        self.follow_after_search();
        self.search.take().is_some()
    }

    fn count_fresh(&mut self) {
        if let Some(paused) = &mut self.paused {
            paused.count_fresh(&self.store);
        }
    }

    /// Returns the lines in sight, oldest first.
    pub(crate) fn in_sight(&self, room: Room) -> Vec<Arc<LogEntry>> {
        self.sight(room).entries
    }

    /// Returns every line that is kept and shown, in sight or not.
    pub(crate) fn shown(&self) -> Vec<Arc<LogEntry>> {
        let lane = self.paused.as_ref().map_or(&self.store.shown, |paused| &paused.shown);
        lane.iter().map(Arc::clone).collect()
    }

    /// Returns how many lines are shown, and of how many.
    pub(crate) fn counts(&self) -> (usize, usize) {
        let (shown, all) = match &self.paused {
            None => (&self.store.shown, &self.store.all),
            Some(paused) => (&paused.shown, &paused.all),
        };
        (shown.lines(), all.lines())
    }

    pub(crate) const fn fold(&self) -> LongLines {
        self.fold
    }

    pub(crate) const fn clock(&self) -> TimeDisplay {
        self.clock
    }

    pub(crate) const fn show_as(&mut self, fold: LongLines, clock: TimeDisplay) {
        (self.fold, self.clock) = (fold, clock);
    }

    /// Returns the newest marks, at most so many, oldest first.
    pub(crate) fn marks(&self, most: usize) -> Vec<(Timestamp, String)> {
        let marks = self.store.all.iter().rev().filter(|entry| entry.kind == LogEntryKind::Mark).take(most);
        let mut marks: Vec<_> = marks.map(|entry| (entry.at, entry.text.clone())).collect();
        marks.reverse();
        marks
    }

    pub(crate) fn wrap(&mut self) {
        self.fold = if self.is_folded() { LongLines::Cut } else { LongLines::Wrapped };
        self.aside = 0;
    }

    pub(crate) fn turn_clock(&mut self) {
        self.clock = match self.clock {
            TimeDisplay::Day => TimeDisplay::None,
            TimeDisplay::None => TimeDisplay::Age,
            TimeDisplay::Age => TimeDisplay::Full,
            TimeDisplay::Full => TimeDisplay::Day,
        };
    }

    pub(crate) fn mark(&mut self, now: Timestamp, text: String) {
        self.store.mark(now, text);
    }

    pub(crate) fn mark_again(&mut self, at: Timestamp, text: String) {
        self.store.mark_again(at, text);
    }

    pub(crate) fn go_left(&mut self) {
        self.aside = self.aside.saturating_sub(ASIDE);
    }

    /// Looks further to the right, while a line in sight goes on there.
    pub(crate) fn go_right(&mut self, room: Room) {
        let longest =
            self.sight(room).entries.iter().map(|entry| super::cells::columns_of(entry.shown(self.clock))).max();
        if longest.unwrap_or(0) > self.aside + room.columns {
            self.aside += ASIDE;
        }
    }
}

/// How lines are shown.
#[derive(Clone, Copy, Debug)]
pub(super) struct LineLook {
    fold: LongLines,
    clock: TimeDisplay,
}

impl LineLook {
    /// Returns how many rows an entry takes, at most so many.
    pub(super) fn height(self, entry: &LogEntry, columns: usize, most: usize) -> usize {
        match self.fold {
            LongLines::Wrapped if entry.is_line() => {
                super::cells::folds(entry.shown(self.clock), columns, most).len().max(1)
            }
            LongLines::Wrapped | LongLines::Cut => 1,
        }
    }
}

fn half(room: Room) -> isize {
    isize::try_from((room.lines / 2).max(1)).unwrap_or(1)
}
