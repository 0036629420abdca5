//! The log pane on the screen: rows for the lines in sight, and nothing for any other.

use super::cells::{LineMarks, TextPart, folds, part};
use super::entry::{LogEntry, LogEntryKind, head};
use super::gutter::Gutter;
use super::heading::heading;
use super::scrollbar;
use super::state::{LongLines, Room};
use crate::layout::view_area;
use crate::look::Look;
use crate::panes::overview;
use crate::settings::theme::Role;
use crate::spot::Pane;
use crate::widgets::{Focus, Row, frame, mark};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use tminus_core::time::{age, brief};
use tminus_logs::level::Level;

/// Returns how much room the texts have now.
pub(crate) fn room(look: &Look) -> Room {
    let view = view_area(look);
    let area = if look.is_overview() { overview::place(look, Pane::Logs, view) } else { view };
    let inside = Rect { width: area.width.saturating_sub(4), height: area.height.saturating_sub(2), ..area };
    room_in(look, inside)
}

/// Returns the number of the line of a log that stands on a line of the screen, or nearest to it in the pane.
pub(crate) fn number_at(look: &Look, line: u16) -> Option<u64> {
    let view = view_area(look);
    let area = if look.is_overview() { overview::place(look, Pane::Logs, view) } else { view };
    let inside = Rect { width: area.width.saturating_sub(4), height: area.height.saturating_sub(2), ..area };
    let room = room_in(look, inside);
    let sight = look.logs.sight(room);
    let lost = usize::from(inside.height).saturating_sub(room.lines);
    let wanted = usize::from(line.saturating_sub(area.y + 1)).saturating_sub(lost);
    let mut below = 0;
    let mut last = None;
    for (at, entry) in sight.entries.iter().enumerate() {
        let hidden = if at == 0 { sight.skipped } else { 0 };
        below += look.logs.line_look().height(entry, room.columns, room.lines.max(1)).saturating_sub(hidden);
        last = Some(entry.number).filter(|_| entry.is_line()).or(last);
        if wanted < below {
            break;
        }
    }
    last
}

fn room_in(look: &Look, inside: Rect) -> Room {
    let columns = usize::from(inside.width);
    let lost = look.live.lost_logs.len().min(usize::from(inside.height / 2));
    Room {
        columns: columns.saturating_sub(Gutter::of(look, columns).width()),
        lines: usize::from(inside.height).saturating_sub(lost),
    }
}

pub(crate) fn draw(look: &Look, attention: Focus, area: Rect, buffer: &mut Buffer) {
    let columns = usize::from(area.width.saturating_sub(4));
    let inside = frame(area, &heading(look, columns), attention, buffer, &look.palette);
    if inside.is_empty() {
        return;
    }
    let room = room_in(look, inside);
    let lost = lost(look, usize::from(inside.height).saturating_sub(room.lines));
    let mut lines = (inside.top()..inside.bottom()).map(|y| Rect { y, height: 1, ..inside });
    for (row, place) in lost.iter().zip(&mut lines) {
        row.draw(place, buffer, &look.palette);
    }
    let sight = look.logs.sight(room);
    if sight.entries.is_empty() && lost.is_empty() {
        return Row::dim(nothing(look)).draw(inside, buffer, &look.palette);
    }
    if look.is_in_logs() && !look.is_overview() {
        let lane = look.logs.paused.as_ref().map_or(&look.logs.store.shown, |paused| &paused.shown);
        let first = match (&look.logs.paused, sight.selected) {
            (Some(paused), Some(selected)) => paused.cursor.saturating_sub(selected),
            (_, _) => lane.len().saturating_sub(sight.entries.len()),
        };
        let edge = Rect { x: area.x, y: inside.y, width: area.width, height: inside.height };
        scrollbar::draw(look, (lane, first..first + sight.entries.len()), edge, buffer);
    }
    let gutter = Gutter::of(look, usize::from(inside.width));
    let mut skipped = sight.skipped;
    for (at, entry) in sight.entries.iter().enumerate() {
        let rows = rows(look, entry, gutter, room);
        for (row, place) in rows.iter().skip(std::mem::take(&mut skipped)).zip(&mut lines) {
            if sight.selected == Some(at) {
                mark(place, attention, buffer, &look.palette);
            } else if look.logs.is_in_range(entry.number) {
                mark(place, Focus::Elsewhere, buffer, &look.palette);
            }
            row.draw(place, buffer, &look.palette);
        }
    }
}

fn nothing(look: &Look) -> &'static str {
    if look.logs.is_whole() { "no lines yet" } else { "no line is shown: all are filtered out or hidden" }
}

/// Returns what there is to say about the sources that cannot be read.
fn lost(look: &Look, most: usize) -> Vec<Row> {
    let sources = look.live.lost_logs.iter().take(most);
    let row = |(source, (since, failure)): (_, &(_, tminus_core::failure::Failure))| {
        let since = brief(age(look.now, *since));
        Row::new().put(format!("? {source} cannot be read for {since}: {}", failure.sentence()), Role::Warn)
    };
    sources.map(row).collect()
}

/// Makes the rows of one entry.
fn rows(look: &Look, entry: &LogEntry, gutter: Gutter, room: Room) -> Vec<Row> {
    if !entry.is_line() {
        return vec![notice(look, entry)];
    }
    match look.logs.fold {
        LongLines::Cut => {
            let text = entry.shown(look.logs.clock);
            let part = part(text, look.logs.aside, room.columns);
            vec![marks(look, text, part.range.end).put(gutter.row(look, entry), text, &part, &look.palette)]
        }
        LongLines::Wrapped => wrapped(look, entry, gutter, room),
    }
}

fn wrapped(look: &Look, entry: &LogEntry, gutter: Gutter, room: Room) -> Vec<Row> {
    let most = if look.logs.is_following() { usize::MAX } else { room.lines };
    let text = entry.shown(look.logs.clock);
    let parts = folds(text, room.columns, most);
    let marks = marks(look, text, parts.last().map_or(0, |last| last.end));
    let mut rows: Vec<Row> = Vec::with_capacity(parts.len());
    for range in parts {
        let is_last = rows.len() + 1 == most;
        let begin = range.start;
        // What has no room at all is cut with a sign, like everything else.
        let part = if is_last && range.end < text.len() {
            let cut = part(&text[begin..], 0, room.columns);
            TextPart { range: begin..begin + cut.range.end, ..cut }
        } else {
            TextPart { range, gap: 0, is_cut_before: false, is_cut_behind: false }
        };
        let row = if rows.is_empty() { gutter.row(look, entry) } else { gutter.blank() };
        rows.push(marks.put(row, text, &part, &look.palette));
    }
    if rows.is_empty() {
        rows.push(gutter.row(look, entry));
    }
    rows
}

/// Finds what stands out in a line, as far as it is in sight.
fn marks(look: &Look, text: &str, end: usize) -> LineMarks {
    let word = Level::find(head(text)).and_then(|(level, place)| Some((role_of(level)?, place)));
    // A hit may begin in sight and end behind the edge.
    let search = look.logs.search.as_ref();
    let until = text.floor_char_boundary(end.saturating_add(256));
    let hits = search.map(|search| search.places(&text[..until])).unwrap_or_default();
    LineMarks { word, hits }
}

pub(super) const fn role_of(level: Level) -> Option<Role> {
    match level {
        Level::Error => Some(Role::Fail),
        Level::Warn => Some(Role::Warn),
        Level::Info | Level::Debug => Some(Role::Dim),
        Level::Unknown => None,
    }
}

fn notice(look: &Look, entry: &LogEntry) -> Row {
    let rule = look.palette.sign("──", "--");
    let role = match entry.kind {
        LogEntryKind::Mark => Role::Accent,
        LogEntryKind::Missed => Role::Warn,
        LogEntryKind::Gone | LogEntryKind::Line => Role::Dim,
    };
    Row::new().put(format!("{rule} {} {rule}", entry.text), role)
}
