//! The frame around a pane: its title at the left, what is known of its age at the right.

use super::row::Row;
use crate::settings::theme::Role;
use crate::signs::Signs;
use crate::theme::Palette;
use ratatui::buffer::Buffer;
use ratatui::layout::{Margin, Rect};
use ratatui::symbols::border;
use ratatui::widgets::{Block, Widget};

/// Whether a pane has the keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Focus {
    Here,
    Elsewhere,
    /// It has the keys, and is about a protected place.
    Guarded,
}

impl Focus {
    pub(crate) fn of(is_here: impl FnOnce() -> bool) -> Self {
        if is_here() { Self::Here } else { Self::Elsewhere }
    }
}

const ASCII: border::Set<'_> = border::Set {
    top_left: "+",
    top_right: "+",
    bottom_left: "+",
    bottom_right: "+",
    vertical_left: "|",
    vertical_right: "|",
    horizontal_top: "-",
    horizontal_bottom: "-",
};

/// Draws a frame with its heading, and returns what is inside.
pub(crate) fn frame(area: Rect, heading: &Row, attention: Focus, buffer: &mut Buffer, palette: &Palette) -> Rect {
    let area = area.intersection(buffer.area);
    if area.width < 4 || area.height < 2 {
        return Rect { width: 0, height: 0, ..area };
    }
    let set = match palette.signs {
        Signs::Unicode => border::ROUNDED,
        Signs::Ascii => ASCII,
    };
    let role = match attention {
        Focus::Here => Role::Focus,
        Focus::Elsewhere => Role::Frame,
        Focus::Guarded => Role::Protected,
    };
    Block::bordered().border_set(set).border_style(palette.style(role)).render(area, buffer);
    let line = Rect { x: area.x + 2, width: area.width - 4, height: 1, ..area };
    heading.draw(line, buffer, palette);
    area.inner(Margin { horizontal: 2, vertical: 1 })
}
