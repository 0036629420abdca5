//! Where header, alarm, view, dialog and footer stand on a screen of this size.

use super::alarm;
use super::header;
use super::look::Look;
use ratatui::layout::Rect;

/// Returns where a dialog may lie on a screen of this size.
pub(crate) fn dialog_area((width, height): (u16, u16)) -> Rect {
    above_footer(Rect { x: 0, y: 0, width, height })
}

/// The footer stays to be read, where there is any room for it.
pub(super) const fn above_footer(area: Rect) -> Rect {
    if area.height > 8 { Rect { height: area.height - 1, ..area } } else { area }
}

/// Returns where the view stands on the screen.
pub(crate) fn view_area(look: &Look) -> Rect {
    let (width, height) = look.size;
    let area = Rect { x: 0, y: 0, width, height };
    let (top, alarm) = above(look, area);
    body(area, top + alarm.len() as u16)
}

/// Returns how high the header is, and what stands between it and the view; that takes the header's line of air first.
pub(super) fn above(look: &Look, area: Rect) -> (u16, Vec<String>) {
    let alarm = alarm::lines(look, area);
    let top = if alarm.is_empty() { header::height(area) } else { header::lines(area) };
    (top.min(area.height), alarm)
}

pub(super) const fn body(area: Rect, top: u16) -> Rect {
    let foot = if area.height > 3 { 1 } else { 0 };
    Rect { y: area.y.saturating_add(top), height: area.height.saturating_sub(top + foot), ..area }
}
