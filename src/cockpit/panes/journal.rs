//! The journal: what happened, fact by fact, the newest last, each day under its date. Only rows in sight are made.

use super::offers::{FILTER, OPEN, and_ways};
use super::page::{Enter, Page, Sifting};
use crate::about;
use crate::action::{Action, AppAction, PaneAction, SearchAction};
use crate::filter::{Fields, Filter};
use crate::look::Look;
use crate::settings::theme::Role;
use crate::view::View;
use crate::widgets::{Focus, Row, frame, mark, rest};
use crate::words;
use jiff::civil::Date;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::sync::Arc;
use tminus_core::catch_up::is_routine;
use tminus_core::fact::Record;
use tminus_core::release::Release;
use tminus_logs::pattern::Pattern;

/// Every fact, the newest last.
pub(crate) struct JournalPage;

impl Page for JournalPage {
    fn name(&self) -> String {
        "journal".to_owned()
    }

    fn is_numbered(&self) -> bool {
        true
    }

    fn draw(&self, look: &Look, area: Rect, buffer: &mut Buffer) {
        let inside = frame(area, &heading(look), Focus::Here, buffer, &look.palette);
        let (count, height) = (count(look), usize::from(inside.height));
        if count == 0 {
            let says = match &look.looking.facts {
                Some(_) => {
                    let key = look.key_to(Action::App(AppAction::Back));
                    format!("no fact matches; {key} clears the filter")
                }
                None => "nothing has happened yet".to_owned(),
            };
            return Row::dim(says).draw(inside, buffer, &look.palette);
        }
        if height == 0 {
            return;
        }
        // The date of what is shown first stands fast at the top, where there is room for more than it.
        let fast = usize::from(height > 2);
        let chosen = look.spot().row.min(count - 1);
        let first = first_shown(look, chosen, height - fast);
        let line = |at: usize| Rect { y: inside.y + at as u16, height: 1, ..inside };
        if fast > 0 {
            date_row(look, first).draw(line(0), buffer, &look.palette);
        }
        let (mut at, mut shown) = (fast, first);
        while at < height && shown < count {
            if shown > first && begins_day(look, shown) {
                date_row(look, shown).draw(line(at), buffer, &look.palette);
                at += 1;
                if at == height {
                    break;
                }
            }
            if shown == chosen {
                mark(line(at), Focus::Here, buffer, &look.palette);
            }
            if let Some(record) = fact(look, shown) {
                row(look, record).draw(line(at), buffer, &look.palette);
            }
            (at, shown) = (at + 1, shown + 1);
        }
        rest(count - shown, inside, buffer, &look.palette);
    }

    fn keys(&self, _: &Look) -> Vec<Action> {
        let search = [SearchAction::Open, SearchAction::Next].map(Action::Search);
        and_ways(search.into_iter().chain([FILTER, OPEN, Action::Pane(PaneAction::Subject)]))
    }

    fn rows(&self, look: &Look) -> Vec<Row> {
        (0..count(look)).filter_map(|at| fact(look, at)).map(|record| row(look, record)).collect()
    }

    fn count(&self, look: &Look) -> usize {
        count(look)
    }

    fn first(&self, _: &Look) -> usize {
        usize::MAX
    }

    fn enter(&self, look: &Look) -> Enter {
        selected(look).map(|record| View::Fact(record.seq)).into()
    }

    fn sifting(&self, _: &Look) -> Sifting {
        Sifting::Facts
    }

    fn fact(&self, look: &Look) -> Option<u64> {
        selected(look).map(|record| record.seq)
    }
}

/// What the journal can be filtered by.
pub(crate) const FIELDS: Fields =
    Fields { keys: &["kind", "who", "env", "check", "action", "text"], of_word: |_| "text" };

/// Says whether a filter lets a fact through.
pub(crate) fn is_let_through(filter: &Filter, record: &Record, release: &Release) -> bool {
    let has = |text: &str, value: &Pattern| value.is_in(text);
    let fact = &record.fact;
    filter.lets(|key, value| match key {
        "kind" => has(fact.kind(), value),
        "who" => has(&record.who.label(), value),
        "env" => about::env(fact, release).is_some_and(|env| has(env.as_str(), value)),
        "check" => about::check(fact).is_some_and(|check| has(check, value)),
        "action" => about::action(fact).is_some_and(|action| has(action.as_str(), value)),
        // A row shows who it was before what happened.
        _ => has(&format!("{} {} {}", record.seq, record.who.label(), record.sentence(release)), value),
    })
}

fn story(look: &Look) -> &[Arc<Record>] {
    look.world.as_ref().map_or(&[], |w| w.release.story.as_slice())
}

/// Returns how many facts are shown.
pub(crate) fn count(look: &Look) -> usize {
    if look.looking.facts.is_some() { look.looking.let_through.len() } else { story(look).len() }
}

fn fact(look: &Look, row: usize) -> Option<&Arc<Record>> {
    let story = story(look);
    if look.looking.facts.is_none() {
        return story.get(row);
    }
    let seq = look.looking.let_through.get(row)?;
    story.binary_search_by_key(seq, |r| r.seq).ok().and_then(|at| story.get(at))
}

/// Returns the selected fact.
pub(crate) fn selected(look: &Look) -> Option<&Arc<Record>> {
    fact(look, look.beneath().row.min(count(look).saturating_sub(1)))
}

/// Returns the row of a fact; of the first one after it where it is left out.
pub(crate) fn row_of(look: &Look, seq: u64) -> Option<usize> {
    let at = match look.looking.facts {
        Some(_) => look.looking.let_through.partition_point(|s| *s < seq),
        None => story(look).partition_point(|r| r.seq < seq),
    };
    (at < count(look)).then_some(at)
}

fn row(look: &Look, record: &Record) -> Row {
    let (sign, role) = words::sign(&record.fact, look.world.as_ref().map(|w| &*w.release), &look.palette);
    let row = Row::new();
    let row = if look.size.0 >= 60 { row.put(format!("{:>5}  ", record.seq), Role::Dim) } else { row };
    let row = row.put(format!("{}  ", look.time_of_day(record.at)), Role::Dim);
    let columns = if look.size.0 >= 60 { 11 } else { 6 };
    // In the column stands as much of it as fits; the user beside a claimed name is never left out.
    let who = record.who.label();
    let row = match who == record.who.name.as_str() {
        true => row.column(&who, Role::Accent, columns),
        false => row.put(format!("{who}  "), Role::Accent),
    };
    let row = row.put(format!("{sign} "), role);
    let says = look.world.as_ref().map(|world| record.sentence(&world.release));
    // What decides stands out from what only leads up to it.
    row.put(says.unwrap_or_default(), if is_routine(&record.fact) { Role::Dim } else { Role::Text })
}

fn day(look: &Look, row: usize) -> Option<Date> {
    fact(look, row).map(|r| r.at.to_zoned(look.zone.clone()).date())
}

fn begins_day(look: &Look, row: usize) -> bool {
    row == 0 || day(look, row) != day(look, row - 1)
}

fn date_row(look: &Look, row: usize) -> Row {
    let date = day(look, row).map(|d| d.strftime("%A, %Y-%m-%d").to_string()).unwrap_or_default();
    Row::new().put(date, Role::Title)
}

/// Returns the first row to show so that the selected one is in sight, about in the middle, and no line stays empty.
fn first_shown(look: &Look, selected: usize, height: usize) -> usize {
    let lines = |row: usize| 1 + usize::from(begins_day(look, row));
    let (mut below, mut at) = (0, selected);
    while at < count(look) && below < height.div_ceil(2) {
        below += lines(at);
        at += 1;
    }
    let (mut room, mut first) = (height.saturating_sub(below), selected);
    while let Some(before) = first.checked_sub(1)
        && let Some(left) = room.checked_sub(lines(before))
    {
        (room, first) = (left, before);
    }
    first
}

fn heading(look: &Look) -> Row {
    let zone = look.now.to_zoned(look.zone.clone()).strftime("%Z").to_string();
    let heading = Row::new().put(" Journal ", Role::Title).put(format!("· times in {zone} "), Role::Dim);
    let story = story(look);
    let newest = story.last().map_or(0, |r| r.seq);
    match &look.looking.facts {
        Some(filter) => heading
            .put(format!("· only {} ", filter.text), Role::Accent)
            .right(format!(" {} of {} facts ", count(look), story.len()), Role::Dim),
        None if newest > story.len() as u64 => {
            heading.right(format!(" the newest {} of {newest} facts ", story.len()), Role::Dim)
        }
        None => heading.right(format!(" {newest} facts "), Role::Dim),
    }
}
