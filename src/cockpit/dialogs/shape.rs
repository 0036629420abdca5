//! The box that dialogs are drawn in: as wide and high as they need, never larger than the screen.

use crate::look::Look;
use crate::settings::theme::Role;
use crate::widgets::{Focus, Row, draw_page, frame};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::{Clear, Widget};

/// What a dialog shows: lines that scroll, and lines at its foot that do not.
pub(crate) struct DialogSheet<'a> {
    pub(crate) heading: Row,
    pub(crate) body: &'a [Row],
    pub(crate) first: usize,
    pub(crate) foot: &'a [Row],
    /// How its frame looks: that of a protected place is not that of another.
    pub(crate) attention: Focus,
}

/// Under this many columns a dialog takes the whole width.
const NARROW: u16 = 60;

/// Returns how wide the text of a dialog is on a screen.
pub(crate) fn text_width(area: Rect) -> usize {
    let margin = if area.width < NARROW { 4 } else { 8 };
    usize::from(area.width.saturating_sub(margin).clamp(8, 96))
}

/// Returns how many lines a body may have above so many lines of a foot, before it must be scrolled.
pub(crate) fn body_height(area: Rect, feet: usize) -> usize {
    usize::from(area.height).saturating_sub(feet + 3)
}

/// Returns the first line once it was scrolled, no further than there is something to see.
pub(super) fn scrolled(first: usize, by: isize, reach: usize) -> usize {
    first.min(reach).saturating_add_signed(by).min(reach)
}

impl DialogSheet<'_> {
    /// Draws the box in the middle of an area, and returns where its foot is.
    pub(crate) fn draw(&self, look: &Look, area: Rect, buffer: &mut Buffer) -> Rect {
        let wide = (text_width(area) as u16 + 4).min(area.width);
        let high = (self.body.len() + self.foot.len() + 3).min(usize::from(area.height)) as u16;
        let (x, y) = (area.x + (area.width - wide) / 2, area.y + (area.height - high) / 2);
        let place = Rect { x, y, width: wide, height: high }.intersection(buffer.area);
        Clear.render(place, buffer);
        let feet = (self.foot.len() as u16).min(place.height.saturating_sub(2));
        let room = place.height.saturating_sub(2 + feet);
        let gap = u16::from(room > 1);
        let lines = usize::from(room - gap);
        let above = self.first.min(self.body.len().saturating_sub(lines));
        let heading = self.heading.clone();
        // The title says where it is done: what was scrolled past gives way to it.
        let sign = look.palette.sign("↑", "^");
        let says = [format!(" {sign} {above} more "), format!(" {sign} {above} "), format!(" {sign} ")];
        let says = says.into_iter().map(|says| heading.clone().right(says, Role::Dim));
        let fitting = says.into_iter().find(|row| above > 0 && row.needs() + 4 <= usize::from(place.width));
        let heading = fitting.unwrap_or(heading);
        let inside = frame(place, &heading, self.attention, buffer, &look.palette);
        let body = Rect { height: room - gap, ..inside };
        let foot = Rect { y: inside.bottom().saturating_sub(feet), height: feet, ..inside };
        if body.height > 0 {
            draw_page(self.body, self.first, body, buffer, &look.palette);
        }
        // What follows of the body is counted in the line of air; without one nothing of it may show through.
        Clear.render(foot, buffer);
        draw_page(self.foot, 0, foot, buffer, &look.palette);
        foot
    }
}
