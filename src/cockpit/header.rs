//! The header: what is released, whether it may go on, and what nobody may miss: a rehearsal, an engine that has ended.

use super::state::State;
use super::who;
use super::widgets::{Row, cut, width};
use crate::config::theme::Role;
use crate::domain::read_only::ReadOnly;
use crate::domain::situation::Word;
use crate::domain::time::t_clock;
use crate::domain::verdict::Verdict;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Under this many columns the clock and the verdict get a line of their own.
const NARROW: u16 = 110;
/// How many columns who drives takes beside the name, where nobody else can be here.
const ALONE: usize = 12;
/// How many columns what stands behind the word has beside the badges.
const SHORT: usize = 22;
/// Under this many, what matters most comes first, and the edges are used too.
const TINY: u16 = 34;

/// A wide screen has room for air under the header, a narrow one needs two lines for it, a low one has one.
pub(super) const fn height(area: Rect) -> u16 {
    match (area.width, area.height) {
        (_, 0..=7) => 1,
        (0..NARROW, _) | (_, 30..) => 2,
        (_, _) => 1,
    }
}

/// Returns how many lines the header writes, without the air beneath.
pub(super) const fn lines(area: Rect) -> u16 {
    if area.width < NARROW && area.height > 7 { 2 } else { 1 }
}

pub(super) fn draw(state: &State, area: Rect, buffer: &mut Buffer) {
    let edge = u16::from(area.width >= TINY);
    let line = |y: u16| Rect { x: area.x + edge, y, width: area.width.saturating_sub(edge), height: 1 };
    let room = usize::from(line(0).width);
    if let Some(banner) = state.banner(room) {
        draw_gone(state, (banner, room), area, buffer);
        return;
    }
    let rows = match (area.width, area.height) {
        (0..NARROW, 0..=1) => vec![in_one_line(state)],
        (0..TINY, _) => vec![in_one_line(state), clock(state, Row::new())],
        (TINY..NARROW, _) => {
            let second = word(state, clock(state, alarm(state)).put("   ", Role::Text));
            let short = short(state, room.saturating_sub(second.width() + 2));
            let second = if short.is_empty() { second } else { second.put(format!("  {short}"), Role::Text) };
            vec![seated(state, title(state, room, least_of_people(state)), room), second]
        }
        (NARROW.., _) => {
            let fixed = word(state, clock(state, alarm(state)).put("   ", Role::Text));
            let people = match state.seat {
                Some(_) => who::least(state) + 4,
                None => width(state.who.name.as_str()) + ALONE,
            };
            // What stands behind the word is cut before a badge or a name goes: nothing jumps when it becomes longer.
            let first = title(state, room, fixed.width() + SHORT + people).put("   ", Role::Text).with(fixed);
            let short = short(state, room.saturating_sub(first.width() + people + 2));
            let first = first.put("  ", Role::Text).put(short, Role::Text);
            let sign = if who::least(state) == 0 { "" } else { state.palette.sign("● ", "* ") };
            vec![who::put(state, first.right(sign, Role::Pass), room.saturating_sub(3)).right(" ", Role::Text)]
        }
    };
    for (y, row) in (area.y..area.bottom()).zip(rows) {
        row.draw(line(y), buffer, &state.palette);
    }
}

/// While the engine is gone, that stands where the verdict stood; what stays of the rest is dimmed, for it is old.
fn draw_gone(state: &State, (banner, room): (Row, usize), area: Rect, buffer: &mut Buffer) {
    let edge = u16::from(area.width >= TINY);
    let line = |y: u16| Rect { x: area.x + edge, y, width: area.width.saturating_sub(edge), height: 1 };
    if area.height > 1 {
        seated(state, title(state, room, least_of_people(state)), room).faded().draw(
            line(area.y),
            buffer,
            &state.palette,
        );
    }
    banner.draw(line(area.bottom() - 1), buffer, &state.palette);
}

/// What decides comes first: what is cut off at the end matters less.
fn in_one_line(state: &State) -> Row {
    let row = word(state, alarm(state)).put(" ", Role::Text).put(state.version.as_str(), Role::Strong);
    match &state.rehearsal {
        Some(_) => row.put(" ", Role::Text).put("REHEARSAL", Role::Rehearsal),
        None => row,
    }
}

/// Writes the badges, the project and the version; a long name of the project gives way, the others never.
fn title(state: &State, room: usize, rest: usize) -> Row {
    let known = state.world.as_ref().map(|w| w.plan.project.as_str());
    let project = known.or(state.opening.as_ref().map(|stage| stage.project.as_str())).unwrap_or("");
    let version = state.version.as_str();
    let needed = |row: &Row| row.width() + 1 + width(version) + rest;
    let badge = Row::new().put(" T-MINUS ", Role::Badge).put("  ", Role::Text);
    let wanted = width(project).min(12);
    let full = rehearsal(state, badge, Length::Full);
    let row = [full, rehearsal(state, Row::new(), Length::Full)].into_iter().find(|row| needed(row) + wanted <= room);
    let row = row.filter(|_| room >= 78).unwrap_or_else(|| rehearsal(state, Row::new(), Length::Short));
    let left = room.saturating_sub(needed(&row));
    let name = if left >= 3 { cut(project, left, state.palette.signs).into_owned() } else { String::new() };
    let gap = if name.is_empty() { "" } else { " " };
    row.put(name, Role::Strong).put(gap, Role::Text).put(version, Role::Strong)
}

/// How much of a badge is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Length {
    Full,
    Short,
}

fn rehearsal(state: &State, row: Row, length: Length) -> Row {
    match (&state.rehearsal, length) {
        (Some(scenario), Length::Full) => {
            row.put(format!(" REHEARSAL {scenario} "), Role::Rehearsal).put("  ", Role::Text)
        }
        (Some(_), Length::Short) => row.put("REHEARSAL", Role::Rehearsal).put(" ", Role::Text),
        (None, _) => row,
    }
}

/// Says that what stands on the screen is not followed any more.
fn alarm(state: &State) -> Row {
    let sign = state.palette.sign("✗", "x");
    let row = match state.read_only {
        ReadOnly::Off => Row::new(),
        ReadOnly::Protected => Row::new().put("protected: read-only", Role::Protected).put("  ", Role::Text),
        ReadOnly::On => Row::new().put("READ-ONLY", Role::Protected).put("  ", Role::Text),
    };
    match &state.live.journal_lost {
        Some(_) => row.put(format!("{sign} journal lost  "), Role::Fail),
        None => row,
    }
}

fn clock(state: &State, row: Row) -> Row {
    let opening = state.situation().and_then(|s| s.opening());
    match opening.filter(|opening| opening.closed.is_none()).and_then(|opening| opening.zero) {
        _ if opening.is_some_and(|opening| opening.closed.is_some()) => row,
        Some(zero) => row.put(t_clock(state.now, zero), Role::Accent),
        None => row.put("T-0 not set", Role::Dim),
    }
}

fn word(state: &State, row: Row) -> Row {
    let Some(outlook) = state.outlook() else {
        let doing = state.opening.as_ref().map_or("reading the journal", |stage| stage.doing);
        return row.put(format!("{doing}…"), Role::Dim);
    };
    let (sign, role) = match outlook.word {
        Word::Go if !outlook.waived.is_empty() => state.palette.verdict(Verdict::Waived),
        Word::Go => (state.palette.sign("✓", "+"), Role::Pass),
        Word::NoGo => (state.palette.sign("✗", "x"), Role::Fail),
        Word::NotYet => (state.palette.sign("·", "."), Role::Warn),
        Word::Closed => (state.palette.sign("■", "#"), Role::Dim),
    };
    row.put(format!("{sign} {}", outlook.shown()), role)
}

/// Says what stands in the way, whole where so many columns have room for it, else how much that is.
fn short(state: &State, columns: usize) -> String {
    let Some(outlook) = state.outlook() else { return String::new() };
    let whole = outlook.in_short();
    let fitting = [&whole, &outlook.in_shortest()].into_iter().find(|says| width(says) <= columns).cloned();
    fitting.unwrap_or_else(|| cut(&whole, columns, state.palette.signs).into_owned())
}

/// Returns the columns that are kept for who is here, where others can be.
fn least_of_people(state: &State) -> usize {
    if state.seat.is_some() { who::least(state) + 2 } else { 0 }
}

/// Where nobody else can join, who drives is no news, and is dimmed.
fn seated(state: &State, row: Row, room: usize) -> Row {
    match &state.seat {
        Some(_) => who::put(state, row, room),
        None if state.who.name.as_str().is_empty() => row,
        None => row.right(format!("{} drives", state.who.name), Role::Dim),
    }
}
