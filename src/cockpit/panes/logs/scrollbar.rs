//! The right edge of the log view: where what is in sight stands among all lines, and where errors, warnings and hits are.

use super::lane::Lane;
use crate::look::Look;
use crate::settings::theme::Role;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::ops::Range;
use tminus_logs::level::Level;

/// Draws the bar over the right side of a frame, for the lines that are in sight of a lane.
pub(super) fn draw(look: &Look, (lane, sight): (&Lane, Range<usize>), area: Rect, buffer: &mut Buffer) {
    let height = usize::from(area.height);
    if height < 4 || lane.len() <= sight.len() {
        return;
    }
    for line in 0..height {
        let lines = line * lane.len() / height..((line + 1) * lane.len() / height).max(line * lane.len() / height + 1);
        let is_in_sight = lines.start < sight.end && sight.start < lines.end;
        let thumb = if is_in_sight { look.palette.sign("┃", "#") } else { look.palette.sign("│", "|") };
        let (sign, role) = match worth(look, lane, lines) {
            Some(role) => (if is_in_sight { look.palette.sign("┫", "#") } else { look.palette.sign("┤", "=") }, role),
            None => (thumb, if is_in_sight { Role::Text } else { Role::Frame }),
        };
        let (x, y) = (area.right().saturating_sub(1), area.y + line as u16);
        if let Some(cell) = buffer.cell_mut((x, y)) {
            cell.set_symbol(sign).set_style(look.palette.style(role));
        }
    }
}

/// Returns what of some lines is worth a tick: a hit of the search before an error, an error before a warning.
fn worth(look: &Look, lane: &Lane, lines: Range<usize>) -> Option<Role> {
    let entries = || lines.clone().filter_map(|at| lane.get(at));
    if let Some(search) = &look.logs.search
        && entries().any(|entry| entry.has_at_its_head(search))
    {
        return Some(Role::Accent);
    }
    match entries().map(|entry| entry.level()).min()? {
        Level::Error => Some(Role::Fail),
        Level::Warn => Some(Role::Warn),
        Level::Info | Level::Debug | Level::Unknown => None,
    }
}
