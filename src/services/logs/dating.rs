//! Which of a source's lines are from the time that is asked for, and of which nobody can tell.

use super::stamp::{self, Stamp};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use std::collections::VecDeque;
use tminus_core::names::LogName;
use tminus_core::ports::{LogReading, Undatable, UndatedLine};
use tminus_core::telemetry::LogLine;
use tminus_core::time::Span;

/// How far ahead of this machine's clock a stamp may be.
const SKEW: Span = Span::seconds(2);

/// How far the last stamp of a file may lie before its last change, so that they are about the same line.
const NEAR: Span = Span::seconds(120);

/// Whether a line without a stamp belongs to the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unstamped {
    /// In a file that only grows it was written after it.
    FollowsOn,
    /// In what a command prints only one that is indented goes on with it.
    WhenIndented,
}

/// Sorts lines as they come.
pub(super) struct Dating {
    source: LogName,
    since: Option<Timestamp>,
    now: Timestamp,
    zone: Option<TimeZone>,
    unstamped: Unstamped,
    last: Option<Placed>,
    most: usize,
    lines: VecDeque<LogLine<String>>,
    undated: VecDeque<UndatedLine<String>>,
    undated_count: u64,
    is_cut: bool,
    has_older: bool,
    /// How many lines came before, where reading began with the first.
    number: Option<u64>,
    /// When the source was last written to, where that is known.
    written: Option<Timestamp>,
    /// Whether a line with a stamp has come.
    has_stamp: bool,
}

/// Where a line lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Placed {
    Wanted(Timestamp),
    Older,
    Unknown(Undatable),
}

impl Dating {
    pub(super) fn new(
        source: LogName,
        (since, now): (Option<Timestamp>, Timestamp),
        unstamped: Unstamped,
        most: usize,
    ) -> Self {
        Self {
            source,
            since,
            now,
            zone: None,
            unstamped,
            last: None,
            most,
            lines: VecDeque::new(),
            undated: VecDeque::new(),
            undated_count: 0,
            is_cut: false,
            has_older: false,
            number: None,
            written: None,
            has_stamp: false,
        }
    }

    /// Counts the lines from the first one of a file.
    pub(super) const fn count_lines(&mut self) {
        self.number = Some(0);
    }

    /// Tells the time zone of stamps that name none by when a file was last changed, and the last stamp in it. What it holds
    /// was written no later.
    pub(super) fn learn_zone(&mut self, last: Option<DateTime>, changed: Timestamp) {
        self.written = Some(changed.min(self.now));
        let is_near = |zone: &TimeZone| {
            let at = last.and_then(|last| last.to_zoned(zone.clone()).ok());
            at.is_some_and(|at| at.timestamp() <= SKEW.after(changed) && NEAR.after(at.timestamp()) >= changed)
        };
        self.zone = zones().into_iter().find(is_near);
    }

    /// Says what time it is now.
    pub(super) const fn tick(&mut self, now: Timestamp) {
        self.now = now;
    }

    /// Takes the next line; an empty one only counts.
    pub(super) fn take(&mut self, text: String) {
        self.number = self.number.map(|number| number + 1);
        if text.is_empty() {
            return;
        }
        let placed = match stamp::of(&text) {
            Some(stamp) => {
                let placed = self.place(stamp);
                self.place_first(placed);
                placed
            }
            None => self.unstamped(&text),
        };
        self.last = Some(placed);
        match placed {
            Placed::Wanted(at) => {
                self.lines.push_back(LogLine { source: self.source.clone(), at, text });
                if self.lines.len() > self.most {
                    self.lines.pop_front();
                    self.is_cut = true;
                }
            }
            Placed::Older => self.has_older = true,
            Placed::Unknown(why) => {
                self.undated_count += 1;
                self.undated.push_back(UndatedLine { text, why, number: self.number });
                if self.undated.len() > self.most {
                    self.undated.pop_front();
                }
            }
        }
    }

    /// The first lines without a stamp were written no later than the first that has one.
    fn place_first(&mut self, placed: Placed) {
        if let Placed::Wanted(at) = placed
            && !std::mem::replace(&mut self.has_stamp, true)
        {
            self.lines.iter_mut().for_each(|line| line.at = line.at.min(at));
        }
    }

    /// Ends it; `began_inside` says that what came before the first line was not read.
    pub(super) fn end(self, began_inside: bool) -> LogReading<String> {
        LogReading {
            lines: self.lines.into(),
            is_cut: self.is_cut || (began_inside && !self.has_older),
            undated: self.undated.into(),
            undated_count: self.undated_count,
        }
    }

    fn unstamped(&self, text: &str) -> Placed {
        if self.since.is_none() {
            return match self.last {
                Some(Placed::Wanted(at)) if self.has_stamp => Placed::Wanted(at),
                _ => Placed::Wanted(self.written.unwrap_or(self.now)),
            };
        }
        let goes_on = match self.unstamped {
            Unstamped::FollowsOn => true,
            Unstamped::WhenIndented => text.starts_with([' ', '\t']),
        };
        self.last.filter(|_| goes_on).unwrap_or(Placed::Unknown(Undatable::NoStamp))
    }

    /// Returns what a time of day may mean: in the zone that is known, else here and in UTC.
    fn moments(&self, at: DateTime) -> Vec<Timestamp> {
        let known = self.zone.as_ref().and_then(|zone| moment(at, zone));
        known.map_or_else(|| zones().iter().filter_map(|zone| moment(at, zone)).collect(), |at| vec![at])
    }

    /// Gives a stamp the newest year in which it has come already.
    fn with_year(&self, at: DateTime) -> Option<DateTime> {
        let this = self.now.to_zoned(TimeZone::UTC).year();
        let of = |year: i16| at.with().year(year).build().ok();
        let latest = SKEW.after(self.now);
        let has_come = |at: &DateTime| zones().iter().filter_map(|zone| moment(*at, zone)).any(|at| at <= latest);
        [this + 1, this, this - 1].into_iter().filter_map(of).find(has_come)
    }

    fn place(&self, stamp: Stamp) -> Placed {
        let latest = SKEW.after(self.now);
        let moments = match stamp {
            Stamp::Unclear if self.since.is_some() => return Placed::Unknown(Undatable::Unclear),
            Stamp::Unclear => Vec::new(),
            Stamp::Exact(at) => vec![at],
            Stamp::Naive(at) => self.moments(at),
            Stamp::Yearless(at) => self.with_year(at).map(|at| self.moments(at)).unwrap_or_default(),
        };
        // One that has not come yet is not what is meant.
        let possible: Vec<Timestamp> = moments.into_iter().filter(|at| *at <= latest).collect();
        let Some(first) = possible.first().copied() else {
            return if self.since.is_none() { Placed::Wanted(self.now) } else { Placed::Unknown(Undatable::Ahead) };
        };
        let Some(since) = self.since else { return Placed::Wanted(first) };
        let is_wanted = |at: &Timestamp| *at >= since;
        if possible.iter().all(is_wanted) {
            Placed::Wanted(first)
        } else if possible.iter().any(is_wanted) {
            Placed::Unknown(Undatable::NoZone)
        } else {
            Placed::Older
        }
    }
}

/// The time zones that a stamp without one may mean.
fn zones() -> [TimeZone; 2] {
    [TimeZone::system(), TimeZone::UTC]
}

fn moment(at: DateTime, zone: &TimeZone) -> Option<Timestamp> {
    Some(at.to_zoned(zone.clone()).ok()?.timestamp())
}
