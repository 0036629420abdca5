//! The box that dialogs are drawn in: as wide and high as they need, never larger than the screen.

use crate::cockpit::state::State;
use crate::cockpit::widgets::{Attention, Row, draw_page, frame};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::{Clear, Widget};

/// What a dialog shows: lines that scroll, and lines at its foot that do not.
pub(crate) struct Sheet<'a> {
    pub(crate) heading: Row,
    pub(crate) body: &'a [Row],
    pub(crate) first: usize,
    pub(crate) foot: &'a [Row],
}

/// Returns how wide the text of a dialog is on a screen.
pub(crate) fn text_width(area: Rect) -> usize {
    usize::from(area.width.saturating_sub(8).clamp(8, 96))
}

impl Sheet<'_> {
    /// Draws the box in the middle of an area, and returns where its foot is.
    pub(crate) fn draw(&self, state: &State, area: Rect, buffer: &mut Buffer) -> Rect {
        let wide = (text_width(area) as u16 + 4).min(area.width);
        let high = (self.body.len() + self.foot.len() + 3).min(usize::from(area.height)) as u16;
        let (x, y) = (area.x + (area.width - wide) / 2, area.y + (area.height - high) / 2);
        let place = Rect { x, y, width: wide, height: high }.intersection(buffer.area);
        Clear.render(place, buffer);
        let inside = frame(place, &self.heading, Attention::Here, buffer, &state.palette);
        let feet = (self.foot.len() as u16).min(inside.height);
        let gap = u16::from(inside.height > feet + 1);
        let body = Rect { height: inside.height - feet - gap, ..inside };
        let foot = Rect { y: inside.bottom() - feet, height: feet, ..inside };
        draw_page(self.body, self.first, body, buffer, &state.palette);
        draw_page(self.foot, 0, foot, buffer, &state.palette);
        foot
    }
}
