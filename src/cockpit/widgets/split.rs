//! An area in two: one above the other, or side by side; neither is ever larger than the whole.

use ratatui::layout::Rect;

/// Returns the upper part with so many lines, and the rest.
pub(crate) fn split_down(area: Rect, lines: u16) -> (Rect, Rect) {
    let lines = lines.min(area.height);
    (Rect { height: lines, ..area }, Rect { y: area.y + lines, height: area.height - lines, ..area })
}

/// Returns the left part with so many columns, and the rest.
pub(crate) fn split_across(area: Rect, columns: u16) -> (Rect, Rect) {
    let columns = columns.min(area.width);
    (Rect { width: columns, ..area }, Rect { x: area.x + columns, width: area.width - columns, ..area })
}
