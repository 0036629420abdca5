//! The journal: what happened, fact by fact, the newest last, each day under its date. Only rows in sight are made.

use crate::cockpit::about;
use crate::cockpit::action::{Action, AppAction};
use crate::cockpit::filter::{Fields, Filter};
use crate::cockpit::state::State;
use crate::cockpit::view::View;
use crate::cockpit::widgets::{Attention, Row, frame, mark, rest};
use crate::cockpit::words;
use crate::config::theme::Role;
use crate::domain::fact::Record;
use crate::domain::meanwhile::is_routine;
use crate::domain::release::Release;
use crate::logs::pattern::Pattern;
use jiff::civil::Date;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::sync::Arc;

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
        _ => has(&record.sentence(release), value),
    })
}

fn story(state: &State) -> &[Arc<Record>] {
    state.world.as_ref().map_or(&[], |w| w.release.story.as_slice())
}

/// Returns how many facts are shown.
pub(crate) fn count(state: &State) -> usize {
    if state.looking.facts.is_some() { state.looking.let_through.len() } else { story(state).len() }
}

fn fact(state: &State, row: usize) -> Option<&Arc<Record>> {
    let story = story(state);
    if state.looking.facts.is_none() {
        return story.get(row);
    }
    let seq = state.looking.let_through.get(row)?;
    story.binary_search_by_key(seq, |r| r.seq).ok().and_then(|at| story.get(at))
}

/// Returns the selected fact.
pub(crate) fn selected(state: &State) -> Option<&Arc<Record>> {
    fact(state, state.beneath().row.min(count(state).saturating_sub(1)))
}

/// Returns the row of a fact; of the first one after it where it is left out.
pub(crate) fn row_of(state: &State, seq: u64) -> Option<usize> {
    let at = match state.looking.facts {
        Some(_) => state.looking.let_through.partition_point(|s| *s < seq),
        None => story(state).partition_point(|r| r.seq < seq),
    };
    (at < count(state)).then_some(at)
}

/// Returns the page of the selected fact.
pub(crate) fn target(state: &State) -> Option<View> {
    selected(state).map(|r| View::Fact(r.seq))
}

/// Returns every row, for a search; drawing makes only those in sight.
pub(crate) fn rows(state: &State) -> Vec<Row> {
    (0..count(state)).filter_map(|at| fact(state, at)).map(|record| row(state, record)).collect()
}

fn row(state: &State, record: &Record) -> Row {
    let (sign, role) = words::sign(&record.fact, &state.palette);
    let row = Row::new();
    let row = if state.size.0 >= 60 { row.put(format!("{:>5}  ", record.seq), Role::Dim) } else { row };
    let row = row.put(format!("{}  ", state.time_of_day(record.at)), Role::Dim);
    let columns = if state.size.0 >= 60 { 11 } else { 6 };
    // In the column stands as much of it as fits; the user beside a claimed name is never left out.
    let who = record.who.label();
    let row = match who == record.who.name.as_str() {
        true => row.column(&who, Role::Accent, columns),
        false => row.put(format!("{who}  "), Role::Accent),
    };
    let row = row.put(format!("{sign} "), role);
    let says = state.world.as_ref().map(|world| record.sentence(&world.release));
    // What decides stands out from what only leads up to it.
    row.put(says.unwrap_or_default(), if is_routine(&record.fact) { Role::Dim } else { Role::Text })
}

fn day(state: &State, row: usize) -> Option<Date> {
    fact(state, row).map(|r| r.at.to_zoned(state.zone.clone()).date())
}

fn begins_day(state: &State, row: usize) -> bool {
    row == 0 || day(state, row) != day(state, row - 1)
}

fn date_row(state: &State, row: usize) -> Row {
    let date = day(state, row).map(|d| d.strftime("%A, %Y-%m-%d").to_string()).unwrap_or_default();
    Row::new().put(date, Role::Title)
}

/// Returns the first row to show so that the selected one is in sight, about in the middle, and no line stays empty.
fn first_shown(state: &State, selected: usize, height: usize) -> usize {
    let lines = |row: usize| 1 + usize::from(begins_day(state, row));
    let (mut below, mut at) = (0, selected);
    while at < count(state) && below < height.div_ceil(2) {
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

pub(crate) fn draw(state: &State, area: Rect, buffer: &mut Buffer) {
    let inside = frame(area, &heading(state), Attention::Here, buffer, &state.palette);
    let (count, height) = (count(state), usize::from(inside.height));
    if count == 0 {
        let says = match &state.looking.facts {
            Some(_) => {
                let key = state.key_to(Action::App(AppAction::Back));
                format!("no fact is let through; {key} lifts the filter")
            }
            None => "nothing has happened yet".to_owned(),
        };
        return Row::dim(says).draw(inside, buffer, &state.palette);
    }
    if height == 0 {
        return;
    }
    // The date of what is shown first stands fast at the top, where there is room for more than it.
    let fast = usize::from(height > 2);
    let chosen = state.spot().row.min(count - 1);
    let first = first_shown(state, chosen, height - fast);
    let line = |at: usize| Rect { y: inside.y + at as u16, height: 1, ..inside };
    if fast > 0 {
        date_row(state, first).draw(line(0), buffer, &state.palette);
    }
    let (mut at, mut shown) = (fast, first);
    while at < height && shown < count {
        if shown > first && begins_day(state, shown) {
            date_row(state, shown).draw(line(at), buffer, &state.palette);
            at += 1;
            if at == height {
                break;
            }
        }
        if shown == chosen {
            mark(line(at), Attention::Here, buffer, &state.palette);
        }
        if let Some(record) = fact(state, shown) {
            row(state, record).draw(line(at), buffer, &state.palette);
        }
        (at, shown) = (at + 1, shown + 1);
    }
    rest(count - shown, inside, buffer, &state.palette);
}

fn heading(state: &State) -> Row {
    let zone = state.now.to_zoned(state.zone.clone()).strftime("%Z").to_string();
    let heading = Row::new().put(" Journal ", Role::Title).put(format!("· times in {zone} "), Role::Dim);
    let story = story(state);
    let newest = story.last().map_or(0, |r| r.seq);
    match &state.looking.facts {
        Some(filter) => heading
            .put(format!("· only {} ", filter.text), Role::Accent)
            .right(format!(" {} of {} facts ", count(state), story.len()), Role::Dim),
        None if newest > story.len() as u64 => {
            heading.right(format!(" the newest {} of {newest} facts ", story.len()), Role::Dim)
        }
        None => heading.right(format!(" {newest} facts "), Role::Dim),
    }
}
