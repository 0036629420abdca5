//! The header: what is released, whether it may go on, and what nobody may miss: a rehearsal, an engine that has ended.

use super::look::Look;
use super::who;
use super::widgets::{Row, cut, width};
use crate::settings::theme::Role;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use tminus_core::read_only::ReadOnly;
use tminus_core::situation::OutlookWord;
use tminus_core::time::t_clock;
use tminus_core::verdict::Verdict;

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

pub(super) fn draw(look: &Look, area: Rect, buffer: &mut Buffer) {
    let edge = u16::from(area.width >= TINY);
    let line = |y: u16| Rect { x: area.x + edge, y, width: area.width.saturating_sub(edge), height: 1 };
    let room = usize::from(line(0).width);
    if let Some(banner) = look.banner(room) {
        draw_gone(look, (banner, room), area, buffer);
        return;
    }
    let rows = match (area.width, area.height) {
        (0..NARROW, 0..=1) => vec![in_one_line(look)],
        (0..TINY, _) => vec![in_one_line(look), clock(look, Row::new())],
        (TINY..NARROW, _) => {
            let second = word(look, clock(look, alarm(look)).put("   ", Role::Text));
            let short = short(look, room.saturating_sub(second.width() + 2));
            let second = if short.is_empty() { second } else { second.put(format!("  {short}"), Role::Text) };
            vec![seated(look, title(look, room, least_of_people(look)), room), second]
        }
        (NARROW.., _) => {
            let fixed = word(look, clock(look, alarm(look)).put("   ", Role::Text));
            let people = match look.seat {
                Some(_) => who::least(look) + 4,
                None => width(look.who.name.as_str()) + ALONE,
            };
            // What stands behind the word is cut before a badge or a name goes: nothing jumps when it becomes longer.
            let first = title(look, room, fixed.width() + SHORT + people).put("   ", Role::Text).with(fixed);
            let short = short(look, room.saturating_sub(first.width() + people + 2));
            let first = first.put("  ", Role::Text).put(short, Role::Text);
            let sign = if who::least(look) == 0 { "" } else { look.palette.sign("● ", "* ") };
            vec![who::put(look, first.right(sign, Role::Pass), room.saturating_sub(3)).right(" ", Role::Text)]
        }
    };
    for (y, row) in (area.y..area.bottom()).zip(rows) {
        row.draw(line(y), buffer, &look.palette);
    }
}

/// While the engine is gone, that stands where the verdict stood; what stays of the rest is dimmed, for it is old.
fn draw_gone(look: &Look, (banner, room): (Row, usize), area: Rect, buffer: &mut Buffer) {
    let edge = u16::from(area.width >= TINY);
    let line = |y: u16| Rect { x: area.x + edge, y, width: area.width.saturating_sub(edge), height: 1 };
    if area.height > 1 {
        seated(look, title(look, room, least_of_people(look)), room).faded().draw(line(area.y), buffer, &look.palette);
    }
    banner.draw(line(area.bottom() - 1), buffer, &look.palette);
}

/// What decides comes first: what is cut off at the end matters less.
fn in_one_line(look: &Look) -> Row {
    let row = word(look, alarm(look)).put(" ", Role::Text).put(look.version.as_str(), Role::Strong);
    match &look.rehearsal {
        Some(_) => row.put(" ", Role::Text).put("REHEARSAL", Role::Rehearsal),
        None => row,
    }
}

/// Writes the badges, the project and the version; a long name of the project gives way, the others never.
fn title(look: &Look, room: usize, rest: usize) -> Row {
    let known = look.world.as_ref().map(|w| w.plan.project.as_str());
    let project = known.or(look.opening.as_ref().map(|stage| stage.project.as_str())).unwrap_or("");
    let version = look.version.as_str();
    let needed = |row: &Row| row.width() + 1 + width(version) + rest;
    let badge = Row::new().put(" T-MINUS ", Role::Badge).put("  ", Role::Text);
    let wanted = width(project).min(12);
    let full = rehearsal(look, badge, Length::Full);
    let row = [full, rehearsal(look, Row::new(), Length::Full)].into_iter().find(|row| needed(row) + wanted <= room);
    let row = row.filter(|_| room >= 78).unwrap_or_else(|| rehearsal(look, Row::new(), Length::Short));
    let left = room.saturating_sub(needed(&row));
    let name = if left >= 3 { cut(project, left, look.palette.signs).into_owned() } else { String::new() };
    let gap = if name.is_empty() { "" } else { " " };
    row.put(name, Role::Strong).put(gap, Role::Text).put(version, Role::Strong)
}

/// How much of a badge is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Length {
    Full,
    Short,
}

fn rehearsal(look: &Look, row: Row, length: Length) -> Row {
    match (&look.rehearsal, length) {
        (Some(scenario), Length::Full) => {
            row.put(format!(" REHEARSAL {scenario} "), Role::Rehearsal).put("  ", Role::Text)
        }
        (Some(_), Length::Short) => row.put("REHEARSAL", Role::Rehearsal).put(" ", Role::Text),
        (None, _) => row,
    }
}

/// Says that what stands on the screen is not followed any more.
fn alarm(look: &Look) -> Row {
    let sign = look.palette.sign("✗", "x");
    let row = match look.read_only {
        ReadOnly::Off => Row::new(),
        ReadOnly::Protected => Row::new().put("protected: read-only", Role::Protected).put("  ", Role::Text),
        ReadOnly::On => Row::new().put("READ-ONLY", Role::Protected).put("  ", Role::Text),
    };
    match &look.live.journal_lost {
        Some(_) => row.put(format!("{sign} journal lost  "), Role::Fail),
        None => row,
    }
}

fn clock(look: &Look, row: Row) -> Row {
    let opening = look.situation().and_then(|s| s.opening());
    match opening.filter(|opening| opening.closed.is_none()).and_then(|opening| opening.zero) {
        _ if opening.is_some_and(|opening| opening.closed.is_some()) => row,
        Some(zero) => row.put(t_clock(look.now, zero), Role::Accent),
        None => row.put("T-0 not set", Role::Dim),
    }
}

fn word(look: &Look, row: Row) -> Row {
    let Some(outlook) = look.outlook() else {
        let doing = look.opening.as_ref().map_or("reading the journal", |stage| stage.doing);
        return row.put(format!("{doing}…"), Role::Dim);
    };
    let (sign, role) = match outlook.word {
        OutlookWord::Go if !outlook.waived.is_empty() => look.palette.verdict(Verdict::Waived),
        OutlookWord::Go => (look.palette.sign("✓", "+"), Role::Pass),
        OutlookWord::NoGo => (look.palette.sign("✗", "x"), Role::Fail),
        OutlookWord::NotYet => (look.palette.sign("·", "."), Role::Warn),
        OutlookWord::Closed => (look.palette.sign("■", "#"), Role::Dim),
    };
    row.put(format!("{sign} {}", outlook.shown()), role)
}

/// Says what stands in the way, whole where so many columns have room for it, else how much that is.
fn short(look: &Look, columns: usize) -> String {
    let Some(outlook) = look.outlook() else { return String::new() };
    let whole = outlook.in_short();
    let fitting = [&whole, &outlook.in_shorter(), &outlook.in_shortest()]
        .into_iter()
        .find(|says| width(says) <= columns)
        .cloned();
    fitting.unwrap_or_else(|| cut(&whole, columns, look.palette.signs).into_owned())
}

/// Returns the columns that are kept for who is here, where others can be.
fn least_of_people(look: &Look) -> usize {
    if look.seat.is_some() { who::least(look) + 2 } else { 0 }
}

/// Where nobody else can join, who drives is no news, and is dimmed.
fn seated(look: &Look, row: Row, room: usize) -> Row {
    match &look.seat {
        Some(_) => who::put(look, row, room),
        None if look.who.name.as_str().is_empty() => row,
        None => row.right(format!("{} drives", look.who.name), Role::Dim),
    }
}
