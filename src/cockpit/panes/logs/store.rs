//! The lines that are kept: the newest, bounded by count and by bytes, and beside them those that the filter lets through.

use super::entry::{LogEntry, LogEntryKind};
use super::lane::Lane;
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use tminus_core::names::LogName;
pub(super) use tminus_core::notation::in_thousands;
use tminus_core::telemetry::LogLine;
use tminus_logs::pattern::Pattern;

/// How many lines are kept, and how many bytes they may take. What is paused is held besides, and no larger.
pub(super) const LINES_KEPT: usize = 5_000;
pub(super) const BYTES_KEPT: usize = 4 << 20;
/// How many lines back a late line may find its place.
pub(super) const REORDERED: usize = 128;
/// A line that comes this much after a newer one is told to be late; sources never arrive quite in step.
const LATE: Duration = Duration::from_secs(3);
/// How many of the last lines another engine may tell again: it begins with the end of every log.
const TOLD_AGAIN: usize = 512 + REORDERED;
/// How much newer than those a line is when none of them is told again any more.
const TOLD_WITHIN: SignedDuration = SignedDuration::from_secs(60);

/// Which lines are shown.
#[derive(Clone, Debug, Default)]
pub(crate) struct LineFilter {
    pub(crate) filter: Option<Pattern>,
    pub(crate) hidden: BTreeSet<LogName>,
}

impl LineFilter {
    /// Says whether an entry is shown; what is no line of a log always is.
    pub(super) fn lets_through(&self, entry: &LogEntry) -> bool {
        !entry.is_line()
            || !self.hidden.contains(&entry.source) && self.filter.as_ref().is_none_or(|filter| entry.has(filter))
    }

    pub(super) fn is_open(&self) -> bool {
        self.filter.is_none() && self.hidden.is_empty()
    }
}

/// The lines that are kept.
#[derive(Clone, Debug, Default)]
pub(super) struct Store {
    pub(super) all: Lane,
    /// Those of all that the sieve lets through, in the same order; kept as lines come, not made anew for a frame.
    pub(super) shown: Lane,
    pub(super) sieve: LineFilter,
    bytes: usize,
    pub(super) arrived: u64,
    /// How many lines the engine had passed on when the last one came here; nothing before the engine is joined.
    heard: Option<u64>,
    /// The last lines of an engine before this one that were not told again yet, oldest first.
    told_before: Vec<Arc<LogEntry>>,
    /// When an engine was joined; what was written before is the past.
    began: Option<Timestamp>,
    /// How many lines were kept and are not any more.
    pub(super) gone: u64,
    /// How many lines came from each source.
    pub(super) sources: BTreeMap<LogName, u64>,
}

/// What became of a line that came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Taken {
    Shown,
    Hidden,
}

impl Store {
    pub(super) fn take(&mut self, line: LogLine) -> Taken {
        self.heard = Some(self.heard.unwrap_or(0) + 1);
        self.take_new(line)
    }

    pub(super) fn begin(&mut self, now: Timestamp) {
        self.began = Some(now);
    }

    /// Says whether a line of a moment was written before an engine was joined.
    pub(super) fn is_past(&self, at: Timestamp) -> bool {
        self.began.is_some_and(|began| at < began)
    }

    /// Takes a line in that no engine before this one has told.
    fn take_new(&mut self, line: LogLine) -> Taken {
        let entry = LogEntry::of(line);
        if self.was_told(&entry) {
            return Taken::Hidden;
        }
        *self.sources.entry(entry.source.clone()).or_default() += 1;
        self.keep(entry)
    }

    /// Says whether an engine before this one has told a line, which counts once.
    fn was_told(&mut self, entry: &LogEntry) -> bool {
        let Some(newest) = self.told_before.last() else { return false };
        if entry.at.duration_since(newest.at) > TOLD_WITHIN {
            self.told_before.clear();
        }
        let twin = self.told_before.iter().position(|told| told.is_same(entry));
        twin.map(|at| self.told_before.remove(at)).is_some()
    }

    /// Sets a mark behind everything that has come.
    pub(super) fn mark(&mut self, now: Timestamp, text: String) {
        let at = self.all.newest().map_or(now, |newest| newest.at.max(now));
        self.keep(LogEntry::notice(LogEntryKind::Mark, at, text));
    }

    /// Sets a mark again that was set at a time before.
    pub(super) fn mark_again(&mut self, at: Timestamp, text: String) {
        self.keep(LogEntry::notice(LogEntryKind::Mark, at, text));
    }

    /// Goes on with the lines of a snapshot, the last of so many that the engine has passed on: what has come already comes
    /// no second time, and a hole is counted and said.
    pub(super) fn catch_up(&mut self, lines: Vec<LogLine>, passed: u64) {
        let here = lines.len() as u64;
        let fresh = match self.heard.replace(passed).and_then(|heard| passed.checked_sub(heard)) {
            Some(fresh) => {
                self.say_missed(fresh.saturating_sub(here), &lines);
                let known = usize::try_from(here.saturating_sub(fresh)).unwrap_or(usize::MAX);
                lines.into_iter().skip(known).collect()
            }
            None => lines,
        };
        for line in fresh {
            self.take_new(line);
        }
    }

    /// Expects lines of another engine, which counts anew, and has read the ends of the same logs.
    pub(super) fn change_engine(&mut self) {
        self.heard = None;
        let last = self.all.iter().rev().take(TOLD_AGAIN).filter(|entry| entry.is_line()).map(Arc::clone);
        self.told_before = last.collect();
        self.told_before.reverse();
    }

    /// Says whether no engine has told anything yet, or none since another one was expected.
    pub(super) const fn is_unheard(&self) -> bool {
        self.heard.is_none()
    }

    fn say_missed(&mut self, missed: u64, lines: &[LogLine]) {
        if missed == 0 {
            return;
        }
        let newest = || self.all.newest().map_or(Timestamp::UNIX_EPOCH, |newest| newest.at);
        let at = lines.first().map_or_else(newest, |line| line.at);
        let says = format!("{} lines were dropped here: the log was faster than this screen", in_thousands(missed));
        self.keep(LogEntry::notice(LogEntryKind::Missed, at, says));
    }

    /// Shows what another sieve lets through.
    pub(super) fn sift(&mut self, sieve: LineFilter) {
        self.sieve = sieve;
        self.shown = Lane::default();
        for entry in self.all.iter().filter(|entry| self.sieve.lets_through(entry)) {
            self.shown.push(Arc::clone(entry));
        }
    }

    /// Returns what is said where older lines were.
    pub(super) fn gone(&self) -> Option<Arc<LogEntry>> {
        let at = self.all.oldest()?.at;
        let says = match self.gone {
            0 => return None,
            1 => "1 older line is no longer here".to_owned(),
            count => format!("{} older lines are no longer here", in_thousands(count)),
        };
        Some(Arc::new(LogEntry::notice(LogEntryKind::Gone, at, says)))
    }

    fn keep(&mut self, mut entry: LogEntry) -> Taken {
        self.arrived += 1;
        entry.number = self.arrived;
        entry.late = self.lateness(&entry);
        self.make_room(entry.cost());
        self.bytes += entry.cost();
        let entry = Arc::new(entry);
        // Sources never arrive quite in step: a late line still finds its place among the newest.
        let newer = self.all.iter().rev().take(REORDERED).take_while(|other| other.at > entry.at).count();
        let is_shown = self.sieve.lets_through(&entry);
        if is_shown {
            let before_last = self.shown_among_last(newer);
            self.shown.insert(Arc::clone(&entry), before_last);
        }
        self.all.insert(entry, newer);
        if is_shown { Taken::Shown } else { Taken::Hidden }
    }

    fn lateness(&self, entry: &LogEntry) -> Option<Duration> {
        let newest = self.all.newest()?.at;
        let behind = newest.duration_since(entry.at);
        let is_late = entry.is_line()
            && !self.is_past(entry.at)
            && behind >= SignedDuration::try_from(LATE).unwrap_or(SignedDuration::ZERO);
        is_late.then(|| behind.unsigned_abs())
    }

    /// Returns how many of so many last entries are shown.
    fn shown_among_last(&self, count: usize) -> usize {
        let mut shown = self.shown.iter().rev().peekable();
        let last = self.all.iter().rev().take(count);
        last.filter(|entry| shown.next_if(|next| next.number == entry.number).is_some()).count()
    }

    fn make_room(&mut self, cost: usize) {
        while self.all.len() > 0 && (self.all.len() >= LINES_KEPT || self.bytes + cost > BYTES_KEPT) {
            let Some(old) = self.all.pop_oldest() else { return };
            self.bytes -= old.cost();
            self.gone += u64::from(old.is_line());
            if self.shown.oldest().is_some_and(|oldest| oldest.number == old.number) {
                self.shown.pop_oldest();
            }
        }
    }

    #[cfg(test)]
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }
}
