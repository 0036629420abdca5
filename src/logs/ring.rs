//! The newest lines of all sources, cleaned, masked, in the order of their time, and in bounds.
//!
//! What falls out at the old end is counted and said. Lines that are to outlive the memory are not kept here.

use super::clean;
use super::level::Level;
use super::rate::Rate;
use crate::domain::mask::Mask;
use crate::domain::names::LogName;
use crate::domain::telemetry::LogLine;
use jiff::Timestamp;
use regex::Regex;
use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

/// How many lines back a late line may still find its place; sources never arrive quite in step.
const WINDOW: usize = 256;

/// What an allocation costs besides its bytes: the counts of the `Arc` and the allocator's own.
const OVERHEAD: usize = 32;

/// A line that is safe to print.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Its number in the order of arrival, from 1.
    pub number: u64,
    /// Where it came from.
    pub source: LogName,
    /// The source's own time stamp, or when it was read.
    pub at: Timestamp,
    /// What it says of itself.
    pub level: Level,
    /// The text, cleaned and masked.
    pub text: Arc<str>,
}

/// What a window shows, row by row.
#[derive(Clone, Debug, PartialEq)]
pub enum Row {
    /// A line.
    Line(Line),
    /// Lines that were here and are not held any more, of all sources or of one.
    Dropped {
        /// The source, when it is one source's.
        source: Option<LogName>,
        /// How many.
        lines: u64,
    },
}

/// Which lines are wanted; the default wants all.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only these sources.
    pub sources: Option<BTreeSet<LogName>>,
    /// Only lines that are at least this grave; a line that does not say its level is then left out.
    pub level: Option<Level>,
    /// Only lines that match.
    pub pattern: Option<Regex>,
}

/// What is known of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceCount {
    /// The source.
    pub source: LogName,
    /// How many lines came from it, those not held any more among them.
    pub lines: u64,
}

/// The ring.
#[derive(Debug)]
pub struct Ring {
    budget: usize,
    mask: Mask,
    held: VecDeque<Held>,
    texts: usize,
    sources: Vec<Source>,
    arrived: u64,
    evicted: u64,
    rate: Rate,
}

#[derive(Debug)]
struct Source {
    name: LogName,
    mask: Mask,
    lines: u64,
    // A private key comes line by line, and its middle looks like nothing.
    is_in_key: bool,
}

/// A line, or a gap of lines that never arrived.
#[derive(Debug)]
struct Held {
    number: u64,
    at: Timestamp,
    source: u32,
    level: Level,
    content: Content,
}

#[derive(Debug)]
enum Content {
    Text(Arc<str>),
    Gap(u64),
}

impl Ring {
    /// Makes a ring that holds at most so many bytes, all overheads counted, and hides what the mask knows.
    ///
    /// The list of the sources is outside the bound: there are as many as the plan names.
    pub fn new(budget: u64, mask: Mask) -> Self {
        let budget = usize::try_from(budget).unwrap_or(usize::MAX);
        let (held, sources) = (VecDeque::new(), Vec::new());
        Self { budget, mask, held, texts: 0, sources, arrived: 0, evicted: 0, rate: Rate::default() }
    }

    /// Sets the mask of one source: the ring's own, with the patterns that the plan gives to it.
    pub fn mask_source(&mut self, source: &LogName, mask: Mask) {
        let index = self.source(source);
        self.sources[index].mask = mask;
    }

    /// Takes a line in: cleaned, masked, at its place in time.
    pub fn push(&mut self, line: LogLine) {
        let index = self.source(&line.source);
        let source = &mut self.sources[index];
        source.lines += 1;
        let text = source.safe(&line.text);
        self.arrived += 1;
        self.rate.count(line.at);
        let level = Level::guess(&text);
        let content = Content::Text(text.into());
        self.insert(Held { number: self.arrived, at: line.at, source: index as u32, level, content });
    }

    /// Notes that lines of a source were lost before they came here, as when a channel was full.
    pub fn note_lost(&mut self, source: &LogName, lines: u64, at: Timestamp) {
        let index = self.source(source) as u32;
        if let Some(Held { content: Content::Gap(lost), source, .. }) = self.held.back_mut()
            && *source == index
        {
            *lost += lines;
            return;
        }
        self.arrived += 1;
        let content = Content::Gap(lines);
        self.insert(Held { number: self.arrived, at, source: index, level: Level::Unknown, content });
    }

    /// Returns the newest rows that a filter wants, at most so many, oldest first.
    ///
    /// Where the window reaches back to what is not held any more, its first row says how many lines that is.
    pub fn window(&self, filter: &Filter, most: usize) -> Vec<Row> {
        let mut wanted = self.held.iter().rev().filter(|held| self.is_wanted(held, filter));
        let mut rows: Vec<Row> = wanted.by_ref().take(most).map(|held| self.row(held)).collect();
        if self.evicted > 0 && rows.len() < most {
            rows.push(Row::Dropped { source: None, lines: self.evicted });
        }
        rows.reverse();
        rows
    }

    /// Returns the rows that arrived after a number and that a filter wants, in the order of time, and the last number.
    ///
    /// Called again with that number, it follows. Lines that came and went in between are said in the first row.
    pub fn follow(&self, after: u64, filter: &Filter) -> (Vec<Row>, u64) {
        let arrived = usize::try_from(self.arrived.saturating_sub(after)).unwrap_or(usize::MAX);
        // What is new stands at the end, but for what was late: no need to look through all of it.
        let start = self.held.len().saturating_sub(arrived.saturating_add(WINDOW));
        let fresh: Vec<&Held> = self.held.range(start..).filter(|held| held.number > after).collect();
        let missed = arrived.saturating_sub(fresh.len()) as u64;
        let gap = (missed > 0).then_some(Row::Dropped { source: None, lines: missed });
        let wanted = fresh.into_iter().filter(|held| self.is_wanted(held, filter));
        (gap.into_iter().chain(wanted.map(|held| self.row(held))).collect(), self.arrived)
    }

    /// Returns the lines per second over the last ten seconds, by the lines' own time stamps.
    pub fn rate(&self, now: Timestamp) -> f64 {
        self.rate.per_second(now)
    }

    /// Returns the sources in the order of their first line, with how many lines came from each.
    pub fn sources(&self) -> Vec<SourceCount> {
        let count = |source: &Source| SourceCount { source: source.name.clone(), lines: source.lines };
        self.sources.iter().map(count).collect()
    }

    /// Returns how many lines are held.
    pub fn len(&self) -> usize {
        self.held.len()
    }

    /// Says whether no line is held.
    pub fn is_empty(&self) -> bool {
        self.held.is_empty()
    }

    /// Returns how many lines fell out at the old end.
    pub fn dropped(&self) -> u64 {
        self.evicted
    }

    /// Returns the bytes that the lines take, all overheads counted; never more than the budget.
    pub fn bytes(&self) -> usize {
        self.held.capacity() * size_of::<Held>() + self.texts
    }

    fn source(&mut self, name: &LogName) -> usize {
        if let Some(index) = self.sources.iter().position(|source| &source.name == name) {
            return index;
        }
        self.sources.push(Source { name: name.clone(), mask: self.mask.clone(), lines: 0, is_in_key: false });
        self.sources.len() - 1
    }

    fn insert(&mut self, held: Held) {
        let cost = held.content.cost();
        self.make_room(cost);
        if self.bytes() + cost > self.budget || self.held.len() == self.held.capacity() {
            self.evicted += held.content.lines();
            return;
        }
        let later = self.held.iter().rev().take(WINDOW).take_while(|other| other.at > held.at).count();
        self.texts += cost;
        self.held.insert(self.held.len() - later, held);
    }

    /// Lets old lines go until a new one fits, and grows the list only where the budget allows it.
    fn make_room(&mut self, cost: usize) {
        if self.held.len() == self.held.capacity() {
            let more = (self.held.len() / 2).max(64);
            // While it grows, the old list and the new one are both there.
            let peak = self.bytes() + (self.held.len() + more) * size_of::<Held>() + cost;
            if peak <= self.budget {
                self.held.reserve_exact(more);
            } else {
                self.evict();
            }
        }
        while self.bytes() + cost > self.budget && !self.held.is_empty() {
            self.evict();
        }
    }

    fn evict(&mut self) {
        let Some(old) = self.held.pop_front() else { return };
        self.texts -= old.content.cost();
        self.evicted += old.content.lines();
    }

    fn is_wanted(&self, held: &Held, filter: &Filter) -> bool {
        let name = &self.sources[held.source as usize].name;
        let is_source = filter.sources.as_ref().is_none_or(|sources| sources.contains(name));
        let Content::Text(text) = &held.content else { return is_source };
        is_source
            && filter.level.is_none_or(|level| held.level <= level)
            && filter.pattern.as_ref().is_none_or(|pattern| pattern.is_match(text))
    }

    fn row(&self, held: &Held) -> Row {
        let source = self.sources[held.source as usize].name.clone();
        match &held.content {
            Content::Gap(lines) => Row::Dropped { source: Some(source), lines: *lines },
            Content::Text(text) => {
                let text = Arc::clone(text);
                Row::Line(Line { number: held.number, source, at: held.at, level: held.level, text })
            }
        }
    }
}

impl Source {
    /// Returns a text with nothing in it that speaks to a terminal, and no secret.
    fn safe(&mut self, raw: &str) -> String {
        let text = clean::line(raw);
        let (begins, ends) =
            (text.contains("-----BEGIN") && text.contains("PRIVATE KEY-----"), text.contains("-----END"));
        let was_in_key = self.is_in_key;
        self.is_in_key = (was_in_key || begins) && !ends;
        if was_in_key { "•••".into() } else { self.mask.conceal(&text).into_owned() }
    }
}

impl Content {
    fn cost(&self) -> usize {
        match self {
            Self::Text(text) => text.len().next_multiple_of(16) + OVERHEAD,
            Self::Gap(_) => 0,
        }
    }

    const fn lines(&self) -> u64 {
        match self {
            Self::Text(_) => 1,
            Self::Gap(lines) => *lines,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(source: &str, second: i64, text: &str) -> LogLine {
        let at = Timestamp::from_second(1_795_000_000 + second).unwrap();
        LogLine { source: LogName::new(source), at, text: text.into() }
    }

    fn texts(rows: &[Row]) -> Vec<String> {
        let text = |row: &Row| match row {
            Row::Line(line) => line.text.to_string(),
            Row::Dropped { lines, .. } => format!("-{lines}"),
        };
        rows.iter().map(text).collect()
    }

    fn all(ring: &Ring) -> Vec<String> {
        texts(&ring.window(&Filter::default(), usize::MAX))
    }

    #[test]
    fn lines_of_many_sources_stand_in_the_order_of_their_time() {
        let mut ring = Ring::new(1 << 20, Mask::new());
        [("a", 1, "1"), ("a", 4, "4"), ("b", 2, "2"), ("b", 3, "3"), ("a", 4, "4 again")]
            .iter()
            .for_each(|&(source, second, text)| ring.push(line(source, second, text)));
        assert_eq!(all(&ring), ["1", "2", "3", "4", "4 again"]);
        assert_eq!(texts(&ring.window(&Filter::default(), 2)), ["4", "4 again"]);
    }

    #[test]
    fn a_very_late_line_comes_where_the_window_begins() {
        let mut ring = Ring::new(1 << 20, Mask::new());
        (100..400).for_each(|second| ring.push(line("a", second, "x")));
        ring.push(line("b", 1, "late"));
        assert_eq!(all(&ring)[300 - WINDOW], "late");
    }

    #[test]
    fn lines_are_cleaned_and_masked_on_the_way_in() {
        let mask = Mask::new();
        let mut ring = Ring::new(1 << 20, mask.clone());
        ring.mask_source(&LogName::new("b"), mask.with_patterns(&["agent-[a-z]+".into()]).unwrap());
        mask.learn("hunter2");
        ring.push(line("a", 0, "\x1b[31mhun\x1b[0mter2 agent-smith"));
        ring.push(line("b", 1, "hunter2 agent-smith"));
        assert_eq!(all(&ring), ["••• agent-smith", "••• •••"]);
    }

    #[test]
    fn a_private_key_that_comes_line_by_line_is_hidden_to_its_end() {
        let mut ring = Ring::new(1 << 20, Mask::new());
        for text in ["a", "-----BEGIN PRIVATE KEY-----", "MIIEvQ", "-----END PRIVATE KEY-----", "b"] {
            ring.push(line("a", 0, text));
            ring.push(line("other", 0, "o"));
        }
        let shown: Vec<String> = all(&ring).into_iter().filter(|text| text != "o").collect();
        assert_eq!(shown, ["a", "•••", "•••", "•••", "b"]);
    }

    #[test]
    fn what_falls_out_is_counted_and_said() {
        let mut ring = Ring::new(8 << 10, Mask::new());
        (0..1000).for_each(|second| ring.push(line("a", second, &format!("line {second}"))));
        let rows = all(&ring);
        assert_eq!(ring.dropped() + ring.len() as u64, 1000);
        assert_eq!(rows[0], format!("-{}", ring.dropped()));
        assert_eq!(rows.last().unwrap(), "line 999");
        assert_eq!(texts(&ring.window(&Filter::default(), 1)), ["line 999"]);
    }

    #[test]
    fn a_line_larger_than_the_budget_is_counted_too() {
        let mut ring = Ring::new(4 << 10, Mask::new());
        ring.push(line("a", 0, "small"));
        ring.push(line("a", 1, &"x".repeat(60_000)));
        assert_eq!(ring.dropped() + ring.len() as u64, 2);
        let mut nothing = Ring::new(0, Mask::new());
        nothing.push(line("a", 0, "x"));
        assert_eq!((nothing.dropped(), nothing.len(), nothing.bytes()), (1, 0, 0));
    }

    #[test]
    fn lost_lines_of_a_source_are_said_where_they_are_missing() {
        let mut ring = Ring::new(1 << 20, Mask::new());
        ring.push(line("a", 0, "before"));
        ring.note_lost(&LogName::new("a"), 3, line("a", 1, "").at);
        ring.note_lost(&LogName::new("a"), 4, line("a", 1, "").at);
        ring.push(line("a", 2, "after"));
        assert_eq!(all(&ring), ["before", "-7", "after"]);
    }

    #[test]
    fn a_filter_picks_sources_levels_and_words() {
        let mut ring = Ring::new(1 << 20, Mask::new());
        [("a", "ERROR one"), ("b", "WARN two"), ("a", "INFO three"), ("b", "four")]
            .iter()
            .for_each(|&(source, text)| ring.push(line(source, 0, text)));
        let with = |filter: Filter| texts(&ring.window(&filter, 10));
        let sources = Some(BTreeSet::from([LogName::new("b")]));
        assert_eq!(with(Filter { sources, ..Filter::default() }), ["WARN two", "four"]);
        assert_eq!(with(Filter { level: Some(Level::Warn), ..Filter::default() }), ["ERROR one", "WARN two"]);
        let pattern = Some(Regex::new("t.o|four").unwrap());
        assert_eq!(with(Filter { pattern, ..Filter::default() }), ["WARN two", "four"]);
    }

    #[test]
    fn following_brings_each_line_once_and_says_what_was_missed() {
        let mut ring = Ring::new(8 << 10, Mask::new());
        ring.push(line("a", 5, "one"));
        let (rows, seen) = ring.follow(0, &Filter::default());
        assert_eq!(texts(&rows), ["one"]);
        ring.push(line("b", 1, "late, yet new"));
        let (rows, seen) = ring.follow(seen, &Filter::default());
        assert_eq!(texts(&rows), ["late, yet new"]);
        (10..500).for_each(|second| ring.push(line("a", second, "x")));
        let (rows, seen) = ring.follow(seen, &Filter::default());
        let Row::Dropped { source: None, lines } = rows[0] else { panic!("{:?}", rows[0]) };
        assert_eq!(lines + rows.len() as u64 - 1, 490);
        assert_eq!(ring.follow(seen, &Filter::default()).0, []);
    }

    #[test]
    fn a_source_says_how_many_lines_it_brought() {
        let mut ring = Ring::new(1 << 20, Mask::new());
        ["a", "b", "a"].iter().for_each(|source| ring.push(line(source, 0, "x")));
        let counts: Vec<_> = ring.sources().iter().map(|count| (count.source.to_string(), count.lines)).collect();
        assert_eq!(counts, [("a".to_owned(), 2), ("b".to_owned(), 1)]);
        assert_eq!(ring.rate(line("a", 1, "").at), 0.3);
    }

    #[test]
    fn a_million_lines_stay_within_the_budget() {
        let budget = 1 << 20;
        let mut ring = Ring::new(budget, Mask::new());
        for number in 0..1_000_000_u32 {
            let at = Timestamp::from_second(1_795_000_000).unwrap();
            // Past the filters, which have their own tests: a million lines through them take minutes unoptimised.
            let content = Content::Text("x".repeat(number as usize % 300).into());
            ring.source(&LogName::new("a"));
            ring.arrived += 1;
            ring.insert(Held { number: ring.arrived, at, source: 0, level: Level::Unknown, content });
            assert!(ring.bytes() <= budget as usize, "{} at line {number}", ring.bytes());
        }
        assert_eq!(ring.dropped() + ring.len() as u64, 1_000_000);
        let texts: usize = ring.held.iter().map(|held| held.content.cost()).sum();
        assert_eq!(ring.texts, texts);
        assert!(ring.bytes() > budget as usize * 9 / 10, "most of the budget is used: {}", ring.bytes());
    }
}
