//! Rows in an area: with a selected one that stays in sight, or as a page that scrolls.

use super::frame::Focus;
use super::row::Row;
use crate::settings::theme::Role;
use crate::theme::Palette;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// The selected row, and whether its list has the keys.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ListCursor {
    pub(crate) row: usize,
    pub(crate) attention: Focus,
}

/// Draws rows with a selected one, which has a sign; what does not fit is counted at the lower edge.
pub(crate) fn draw_list(rows: &[Row], cursor: ListCursor, area: Rect, buffer: &mut Buffer, palette: &Palette) {
    draw_long_list(rows.len(), cursor, |at| rows[at].clone(), (area, buffer, palette));
    point(rows.len(), cursor, area, (buffer, palette));
}

/// Draws the rows in sight of so many, with a selected one, and makes no other; the sign before it is the caller's.
pub(crate) fn draw_long_list(
    count: usize,
    cursor: ListCursor,
    make: impl Fn(usize) -> Row,
    (area, buffer, palette): (Rect, &mut Buffer, &Palette),
) {
    let area = area.intersection(buffer.area);
    let height = usize::from(area.height);
    if height == 0 || count == 0 {
        return;
    }
    let selected = cursor.row.min(count - 1);
    let first = first_shown(selected, count, height);
    for (line, at) in (first..count).take(height).enumerate() {
        let place = Rect { y: area.y + line as u16, height: 1, ..area };
        if at == selected {
            mark(place, cursor.attention, buffer, palette);
        }
        make(at).draw(place, buffer, palette);
    }
    rest(count.saturating_sub(first + height), area, buffer, palette);
}

/// Draws rows from a first one on; what does not fit is counted at the lower edge.
pub(crate) fn draw_page(rows: &[Row], first: usize, area: Rect, buffer: &mut Buffer, palette: &Palette) {
    draw_window(rows.len(), first, |at| rows[at].clone(), (area, buffer, palette));
}

/// Returns which rows of so many are in sight from a first one on.
pub(crate) fn window(count: usize, first: usize, height: usize) -> std::ops::Range<usize> {
    let first = first.min(count.saturating_sub(height));
    first..(first + height).min(count)
}

/// Draws the rows in sight of so many, and makes no other.
pub(crate) fn draw_window(
    count: usize,
    first: usize,
    make: impl Fn(usize) -> Row,
    (area, buffer, palette): (Rect, &mut Buffer, &Palette),
) {
    let area = area.intersection(buffer.area);
    let shown = window(count, first, usize::from(area.height));
    let hidden = count - shown.end;
    for (line, at) in shown.enumerate() {
        make(at).draw(Rect { y: area.y + line as u16, height: 1, ..area }, buffer, palette);
    }
    rest(hidden, area, buffer, palette);
}

/// Puts a sign before the selected row of a list that has the keys, into the air between it and the frame.
pub(crate) fn point(count: usize, cursor: ListCursor, area: Rect, (buffer, palette): (&mut Buffer, &Palette)) {
    let area = area.intersection(buffer.area);
    if area.is_empty() || count == 0 || area.x == 0 || cursor.attention == Focus::Elsewhere {
        return;
    }
    let selected = cursor.row.min(count - 1);
    let line = (selected - first_shown(selected, count, usize::from(area.height))) as u16;
    let place = Rect { x: area.x - 1, y: area.y + line, width: 1, height: 1 };
    Row::new().put("▸", Role::Accent).draw(place, buffer, palette);
}

/// Keeps the selected row in sight, with as little movement as a place without a memory can: the top stays while the
/// row is on the first screen.
fn first_shown(selected: usize, rows: usize, height: usize) -> usize {
    if rows <= height || selected + 1 < height {
        return 0;
    }
    selected.saturating_sub(height / 2).min(rows - height)
}

/// Marks the row that is selected.
pub(crate) fn mark(place: Rect, attention: Focus, buffer: &mut Buffer, palette: &Palette) {
    let role = if attention == Focus::Here { Role::Selection } else { Role::Remembered };
    let wide = Rect { x: place.x.saturating_sub(1), width: place.width + 2, ..place };
    buffer.set_style(wide.intersection(buffer.area), palette.style(role));
}

/// Writes how many rows follow into the frame beneath, so that nothing is cut without a sign.
pub(crate) fn rest(hidden: usize, area: Rect, buffer: &mut Buffer, palette: &Palette) {
    if hidden == 0 || area.bottom() >= buffer.area.bottom() {
        return;
    }
    let line = Rect { y: area.bottom(), height: 1, ..area };
    let text = format!(" {} {hidden} more ", palette.sign("↓", "v"));
    let columns = super::text::width(&text) as u16;
    if columns <= line.width {
        let place = Rect { x: line.right() - columns, width: columns, ..line };
        Row::new().put(text, Role::Dim).draw(place, buffer, palette);
    }
}
