//! Looking for something in the lines: the next one that has a text, the next one that is grave.

use super::entry::LogEntry;
use super::lane::Lane;
use super::paused::{LookDirection, Paused, PausedBy};
use super::state::{Logs, Room};
use tminus_logs::level::Level;
use tminus_logs::pattern::Pattern;

impl Logs {
    /// Looks for a text from now on; nothing ends the search.
    pub(crate) fn look_for(&mut self, search: Option<Pattern>) {
        if search.is_none() {
            self.follow_after_search();
        }
        self.search = search;
    }

    /// Goes to the first line that has the text, from the selected one on; from the newest one up while following.
    pub(crate) fn find_first(&mut self, room: Room) -> Option<String> {
        let search = self.search.clone()?;
        if self.selected().is_some_and(|entry| entry.has(&search)) {
            return None;
        }
        self.find_next(LookDirection::Down, room)
    }

    /// Goes to the next line that has the text; returns what there is to say about it.
    pub(crate) fn find_next(&mut self, way: LookDirection, room: Room) -> Option<String> {
        let Some(search) = self.search.clone() else {
            return Some("nothing is searched for yet".to_owned());
        };
        let found = self.look(way, PausedBy::Search, |entry| entry.has(&search));
        self.settle(room);
        let hidden = if found == SearchHit::Nothing { self.hidden_hits(&search) } else { 0 };
        let written = search.written();
        found.says(way, || match hidden {
            0 => format!("no line has \"{written}\""),
            1 => format!("no line shown has \"{written}\"; 1 hidden line has it"),
            count => format!("no line shown has \"{written}\"; {count} hidden lines have it"),
        })
    }

    /// Goes to the next line that is at least so grave.
    pub(crate) fn find_grave(&mut self, way: LookDirection, level: Level, room: Room) -> Option<String> {
        let found = self.look(way, PausedBy::Person, |entry| entry.level() <= level);
        self.settle(room);
        found.says(way, || match level {
            Level::Error => "no line here is marked as an error".to_owned(),
            Level::Warn | Level::Info | Level::Debug | Level::Unknown => {
                "no line here is marked as a warning or worse".to_owned()
            }
        })
    }

    /// Returns how many of the lines at hand have a text.
    pub(crate) fn hits(&self, search: &Pattern) -> usize {
        self.lane().iter().filter(|entry| entry.has(search)).count()
    }

    fn hidden_hits(&self, search: &Pattern) -> usize {
        let all = self.paused.as_ref().map_or(&self.store.all, |paused| &paused.all);
        all.iter().filter(|entry| entry.has(search)).count().saturating_sub(self.hits(search))
    }

    fn lane(&self) -> &Lane {
        self.paused.as_ref().map_or(&self.store.shown, |paused| &paused.shown)
    }

    /// Looks from the selected line on, then at what came since, then around the end. While following, the newest counts first;
    /// where there is none, it goes on following.
    fn look(&mut self, way: LookDirection, by: PausedBy, wanted: impl Fn(&LogEntry) -> bool) -> SearchHit {
        let Some(paused) = &mut self.paused else {
            let mut paused = Paused::of(&self.store);
            paused.by = by;
            let Some(at) = nearest(&paused, 0..paused.shown.len(), LookDirection::Up, &wanted) else {
                return SearchHit::Nothing;
            };
            paused.cursor = at;
            self.paused = Some(Box::new(paused));
            return SearchHit::Ahead;
        };
        let ahead = |paused: &Paused| match way {
            LookDirection::Down => {
                nearest(paused, (paused.cursor + 1).min(paused.shown.len())..paused.shown.len(), way, &wanted)
            }
            LookDirection::Up => nearest(paused, 0..paused.cursor, way, &wanted),
        };
        let mut found = ahead(paused);
        if found.is_none() && way == LookDirection::Down && paused.fresh > 0 {
            paused.refresh(&self.store);
            found = ahead(paused);
        }
        if let Some(at) = found {
            (paused.cursor, paused.ended) = (at, None);
            return SearchHit::Ahead;
        }
        let was_told = paused.ended.replace(way) == Some(way);
        match nearest(paused, 0..paused.shown.len(), way, &wanted) {
            None => SearchHit::Nothing,
            Some(at) if at == paused.cursor => SearchHit::Alone,
            // Behind the newest of thousands nobody wants the oldest unasked.
            Some(_) if !was_told => SearchHit::End,
            Some(at) => {
                (paused.cursor, paused.ended) = (at, None);
                SearchHit::Around
            }
        }
    }
}

/// How something was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SearchHit {
    Ahead,
    /// Nothing more that way; again continues from the other end.
    End,
    /// Behind the end, from the other end on.
    Around,
    /// The selected line is the only one.
    Alone,
    Nothing,
}

impl SearchHit {
    fn says(self, way: LookDirection, nothing: impl FnOnce() -> String) -> Option<String> {
        match (self, way) {
            (Self::Ahead, _) => None,
            (Self::End, LookDirection::Down) => Some("nothing below: again continues from the top".to_owned()),
            (Self::End, LookDirection::Up) => Some("nothing above: again continues from the bottom".to_owned()),
            (Self::Alone, _) => Some("there is no other".to_owned()),
            (Self::Around, LookDirection::Down) => Some("continued from the top".to_owned()),
            (Self::Around, LookDirection::Up) => Some("continued from the bottom".to_owned()),
            (Self::Nothing, _) => Some(nothing()),
        }
    }
}

/// Returns the first wanted line of a range: from its beginning down, or from its end up.
fn nearest(
    paused: &Paused,
    range: std::ops::Range<usize>,
    way: LookDirection,
    wanted: impl Fn(&LogEntry) -> bool,
) -> Option<usize> {
    let is_wanted = |at: &usize| paused.shown.get(*at).is_some_and(|entry| wanted(entry));
    match way {
        LookDirection::Down => range.into_iter().find(is_wanted),
        LookDirection::Up => range.into_iter().rev().find(is_wanted),
    }
}
