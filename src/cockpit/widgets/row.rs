//! One line of the screen: pieces from the left, pieces at the right edge; what does not fit is cut with a sign.

use super::text::{columns_of_plain, cut, safe, width};
use crate::settings::theme::Role;
use crate::signs::Signs;
use crate::theme::Palette;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Style};

/// One line of the screen. Every text is made safe as it is put in.
#[derive(Clone, Debug, Default)]
pub(crate) struct Row {
    left: Vec<(String, Role)>,
    right: Vec<(String, Role)>,
    /// Whether everything is dimmed, because it is not known to be so any more.
    is_faded: bool,
}

impl Row {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn text(text: impl AsRef<str>) -> Self {
        Self::new().put(text, Role::Text)
    }

    pub(crate) fn dim(text: impl AsRef<str>) -> Self {
        Self::new().put(text, Role::Dim)
    }

    /// Makes the heading of a block of lines.
    pub(crate) fn heading(text: impl AsRef<str>) -> Self {
        Self::new().put(text, Role::Title)
    }

    /// Makes a line with a label in a column of its own.
    pub(crate) fn labelled(label: &str, text: impl AsRef<str>) -> Self {
        Self::label(label).put(text, Role::Text)
    }

    /// Begins a line with a label in a column of its own.
    pub(crate) fn label(label: &str) -> Self {
        Self::new().put(format!("{label:<12} "), Role::Dim)
    }

    #[must_use]
    pub(crate) fn put(mut self, text: impl AsRef<str>, role: Role) -> Self {
        self.left.push((safe(text.as_ref()).into_owned(), role));
        self
    }

    /// Puts a text that fills exactly so many columns.
    #[must_use]
    pub(crate) fn column(mut self, text: impl AsRef<str>, role: Role, columns: usize) -> Self {
        let clean = safe(text.as_ref());
        let mut cell = cut(&clean, columns.saturating_sub(1), Signs::Unicode).into_owned();
        cell.push_str(&" ".repeat(columns.saturating_sub(width(&cell))));
        self.left.push((cell, role));
        self
    }

    /// Puts the left pieces of another line behind those of this one.
    #[must_use]
    pub(crate) fn with(mut self, other: Self) -> Self {
        self.left.extend(other.left);
        self
    }

    #[must_use]
    pub(crate) fn right(mut self, text: impl AsRef<str>, role: Role) -> Self {
        self.right.push((safe(text.as_ref()).into_owned(), role));
        self
    }

    #[must_use]
    pub(crate) const fn faded(mut self) -> Self {
        self.is_faded = true;
        self
    }

    /// Returns the columns that the left part takes.
    pub(crate) fn width(&self) -> usize {
        self.left.iter().map(|(text, _)| width(text)).sum()
    }

    /// Returns the columns that it needs for that nothing of it gives way.
    pub(crate) fn needs(&self) -> usize {
        let right: usize = self.right.iter().map(|(text, _)| width(text)).sum();
        self.width() + if right > 0 { right + 1 } else { 0 }
    }

    /// Returns the whole line as text, as a search reads it and a copy takes it.
    pub(crate) fn whole(&self) -> String {
        let pieces = |pieces: &[(String, Role)]| pieces.iter().map(|(text, _)| text.as_str()).collect::<String>();
        let (left, right) = (pieces(&self.left), pieces(&self.right));
        let right = right.trim();
        if right.is_empty() { left.trim_end().to_owned() } else { format!("{}  {right}", left.trim_end()) }
    }

    /// Draws the line into the first line of an area; the right part gives way before the left one is cut.
    pub(crate) fn draw(&self, area: Rect, buffer: &mut Buffer, palette: &Palette) {
        let area = area.intersection(buffer.area);
        if area.is_empty() {
            return;
        }
        let room = usize::from(area.width);
        let right: usize = self.right.iter().map(|(text, _)| width(text)).sum();
        let right = if right > 0 && right + 1 + self.width().min(room / 2) <= room { right } else { 0 };
        let end = if right > 0 { room - right - 1 } else { room };
        self.pieces(&self.left, (area.x, area.y, end), buffer, palette);
        if right > 0 {
            self.pieces(&self.right, (area.x + (room - right) as u16, area.y, right), buffer, palette);
        }
    }

    fn pieces(&self, pieces: &[(String, Role)], at: (u16, u16, usize), buffer: &mut Buffer, palette: &Palette) {
        let (mut x, y, mut room) = at;
        let whole: usize = pieces.iter().map(|(text, _)| width(text)).sum();
        let is_too_long = whole > room;
        for (text, role) in pieces {
            let is_last = is_too_long && width(text) >= room;
            let shown = if is_last { cut_hard(text, room, palette) } else { text.clone() };
            let shown = palette.signs.write(shown);
            let style = if self.is_faded { palette.style(Role::Dim) } else { palette.style(*role) };
            let next = write(buffer, (x, y, room), &shown, over(style, palette, buffer, (x, y)));
            room = room.saturating_sub(usize::from(next.saturating_sub(x)));
            x = next;
            if room == 0 || is_last {
                return;
            }
        }
    }
}

/// Writes a text into at most so many cells, and returns the column behind it.
fn write(buffer: &mut Buffer, (x, y, room): (u16, u16, usize), text: &str, style: Style) -> u16 {
    if columns_of_plain(text).is_none() {
        return buffer.set_stringn(x, y, text, room, style).0;
    }
    let room = room.min(usize::from(buffer.area.right().saturating_sub(x)));
    let mut next = x;
    for letter in text.chars().take(room) {
        let Some(cell) = buffer.cell_mut((next, y)) else { break };
        cell.set_char(letter).set_style(style);
        next += 1;
    }
    next
}

/// Cuts a text that fills its room exactly, too, because more would have come after it.
fn cut_hard(text: &str, room: usize, palette: &Palette) -> String {
    let longer = format!("{text}  ");
    cut(&longer, room, palette.signs).into_owned()
}

/// Keeps the background of a selected row, and nothing of a frame beneath.
fn over(style: Style, palette: &Palette, buffer: &Buffer, (x, y): (u16, u16)) -> Style {
    let under = buffer.cell((x, y)).map_or(Color::Reset, |cell| cell.bg);
    let is_under = |role: &Role| style.bg.is_none() && palette.style(*role).bg == Some(under);
    let ground = [Role::Selection, Role::Remembered].into_iter().find(is_under);
    let ink = ground.map_or(style.fg, |ground| palette.ink(ground, style.fg));
    Style { fg: ink.or(Some(Color::Reset)), bg: style.bg.or(Some(under)), ..style }
}
