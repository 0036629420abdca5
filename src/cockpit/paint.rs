//! From the cells that changed to the fewest bytes a terminal needs: the pen and the place are remembered from frame to frame.

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use std::io::Write;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// What the terminal shows, and the pen that writes on it.
#[derive(Debug)]
pub(crate) struct Canvas {
    shown: Buffer,
    /// What was shown before, to be painted over: a frame asks for no memory of its own.
    spare: Buffer,
    pen: Pen,
    /// Where the terminal's cursor is, as far as that is sure.
    at: Option<(u16, u16)>,
}

/// How the terminal writes the next character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Pen {
    fg: Color,
    bg: Color,
    weight: Modifier,
}

const PLAIN: Pen = Pen { fg: Color::Reset, bg: Color::Reset, weight: Modifier::empty() };

/// Each weight with its number in a sequence.
const WEIGHTS: [(Modifier, u8); 8] = [
    (Modifier::BOLD, 1),
    (Modifier::DIM, 2),
    (Modifier::ITALIC, 3),
    (Modifier::UNDERLINED, 4),
    (Modifier::SLOW_BLINK, 5),
    (Modifier::REVERSED, 7),
    (Modifier::HIDDEN, 8),
    (Modifier::CROSSED_OUT, 9),
];

impl Canvas {
    /// Begins with a screen of which nothing is known.
    pub(crate) fn new(columns: u16, lines: u16) -> Self {
        let area = ratatui::layout::Rect::new(0, 0, columns, lines);
        Self { shown: Buffer::empty(area), spare: Buffer::default(), pen: PLAIN, at: None }
    }

    /// Returns an empty picture of the same size.
    pub(crate) fn blank(&mut self) -> Buffer {
        let mut blank = std::mem::take(&mut self.spare);
        if blank.area != self.shown.area {
            return Buffer::empty(self.shown.area);
        }
        blank.reset();
        blank
    }

    /// Returns the bytes that make an unknown screen empty.
    pub(crate) fn clear(&mut self) -> Vec<u8> {
        self.shown.reset();
        self.pen = PLAIN;
        self.at = None;
        b"\x1b[0m\x1b[2J".to_vec()
    }

    /// Returns the bytes that make the terminal show the picture; none when it does.
    pub(crate) fn paint(&mut self, picture: Buffer) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut brush = Brush { bytes: &mut bytes, pen: self.pen, at: self.at };
        for (column, line, cell) in changes(&self.shown, &picture) {
            brush.go(column, line);
            brush.take(Pen { fg: cell.fg, bg: cell.bg, weight: cell.modifier });
            if is_doubtful(cell) {
                // A terminal that gives it fewer columns leaves no letter of before in the others.
                brush.clear(width(cell), (column, line));
            }
            brush.write(cell.symbol());
        }
        (self.pen, self.at) = (brush.pen, brush.at);
        self.spare = std::mem::replace(&mut self.shown, picture);
        bytes
    }
}

/// Returns the cells that must be written. ratatui's own comparison leaves the second half of a wide character that is
/// gone as the terminal made it: with the colours of what stands there now.
fn changes<'a>(shown: &'a Buffer, picture: &'a Buffer) -> impl Iterator<Item = (u16, u16, &'a Cell)> {
    let columns = usize::from(picture.area.width).max(1);
    // How many cells belong to the wide character before them, whether that was written now, and how many cells were broken
    // by what was written before them.
    let (mut covered, mut is_written, mut broken) = (0, false, 0);
    shown.content.iter().zip(&picture.content).enumerate().filter_map(move |(at, (before, now))| {
        if at.is_multiple_of(columns) {
            (covered, broken) = (0, 0);
        }
        let is_covered = covered > 0;
        let is_changed = !is_covered && (before != now || broken > 0);
        if is_covered {
            covered -= 1;
        } else {
            (covered, is_written) = (width(now) - 1, is_changed);
        }
        // What began in a cell that is written over is broken as far as it reached.
        let over = if is_written { reach(before) } else { 0 };
        let own = if is_changed { reach(now) } else { 0 };
        broken = over.max(own).max(broken).saturating_sub(1);
        let place = ((at % columns) as u16, (at / columns) as u16);
        is_changed.then_some((place.0, place.1, now))
    })
}

/// Returns how many columns a cell takes; none takes none.
fn width(cell: &Cell) -> usize {
    let symbol = cell.symbol();
    if symbol.len() == 1 { 1 } else { symbol.width().max(1) }
}

/// Returns how many columns a terminal may give to a cell at most: one that puts no cluster together shows its letters side
/// by side.
fn reach(cell: &Cell) -> usize {
    if cell.symbol().len() == 1 || !is_doubtful(cell) {
        return width(cell);
    }
    let letters: usize = cell.symbol().chars().map(|letter| letter.width().unwrap_or(0)).sum();
    width(cell).max(letters)
}

/// Says whether terminals differ in how many columns they give to a cell: it is a cluster of several letters. tmux before
/// 3.5 takes no notice of the sign that asks for a picture (U+FE0F), others put no family together.
fn is_doubtful(cell: &Cell) -> bool {
    let mut letters = cell.symbol().chars();
    letters.next().is_some_and(|first| !first.is_ascii() || cell.symbol().contains('\u{fe0f}'))
        && letters
            .any(|letter| letter.width().unwrap_or(0) > 0 || matches!(letter, '\u{fe0e}' | '\u{fe0f}' | '\u{200d}'))
}

struct Brush<'a> {
    bytes: &'a mut Vec<u8>,
    pen: Pen,
    at: Option<(u16, u16)>,
}

impl Brush<'_> {
    /// Goes to a place, in the shortest way that does not depend on how wide the terminal takes a character to be.
    fn go(&mut self, column: u16, line: u16) {
        match self.at {
            Some(at) if at == (column, line) => {}
            Some((_, here)) if here == line => self.put(format_args!("\x1b[{}G", column + 1)),
            Some(_) | None => self.put(format_args!("\x1b[{};{}H", line + 1, column + 1)),
        }
        self.at = Some((column, line));
    }

    fn take(&mut self, wanted: Pen) {
        if wanted == self.pen {
            return;
        }
        let mut codes: Vec<String> = Vec::new();
        // A weight is only taken away with all the rest: what ends bold is not the same everywhere.
        if !(self.pen.weight - wanted.weight).is_empty() || (wanted.fg, wanted.bg) == (Color::Reset, Color::Reset) {
            codes.push(String::new());
            self.pen = PLAIN;
        }
        let more = wanted.weight - self.pen.weight;
        codes.extend(WEIGHTS.iter().filter(|(weight, _)| more.contains(*weight)).map(|(_, code)| code.to_string()));
        if wanted.fg != self.pen.fg {
            codes.push(colour(wanted.fg, 30));
        }
        if wanted.bg != self.pen.bg {
            codes.push(colour(wanted.bg, 40));
        }
        self.put(format_args!("\x1b[{}m", codes.join(";")));
        self.pen = wanted;
    }

    /// Makes so many columns empty, and goes back to the first.
    fn clear(&mut self, columns: usize, (column, line): (u16, u16)) {
        self.bytes.extend(std::iter::repeat_n(b' ', columns));
        self.at = None;
        self.go(column, line);
    }

    fn write(&mut self, symbol: &str) {
        self.bytes.extend_from_slice(symbol.as_bytes());
        // After the last column, and after what may be wider or narrower than thought, the place is not sure.
        let is_sure = symbol.len() == 1 || symbol.chars().all(is_narrow);
        self.at = self.at.filter(|_| is_sure).map(|(column, line)| (column.saturating_add(1), line));
    }

    fn put(&mut self, what: std::fmt::Arguments<'_>) {
        // A vector takes everything.
        let _ = self.bytes.write_fmt(what);
    }
}

/// Says of the characters that frames and charts are made of that every terminal gives them one column.
const fn is_narrow(letter: char) -> bool {
    matches!(letter, ' '..='~' | '\u{a0}'..='\u{ff}' | '\u{2500}'..='\u{259f}' | '\u{2800}'..='\u{28ff}')
}

/// Returns the code of a colour; `base` is 30 for the text, 40 for the background.
fn colour(colour: Color, base: u8) -> String {
    let index = match colour {
        Color::Reset => return (base + 9).to_string(),
        Color::Rgb(red, green, blue) => return format!("{};2;{red};{green};{blue}", base + 8),
        Color::Indexed(index) => index,
        Color::Black => 0,
        Color::Red => 1,
        Color::Green => 2,
        Color::Yellow => 3,
        Color::Blue => 4,
        Color::Magenta => 5,
        Color::Cyan => 6,
        Color::Gray => 7,
        Color::DarkGray => 8,
        Color::LightRed => 9,
        Color::LightGreen => 10,
        Color::LightYellow => 11,
        Color::LightBlue => 12,
        Color::LightMagenta => 13,
        Color::LightCyan => 14,
        Color::White => 15,
    };
    match index {
        0..=7 => (base + index).to_string(),
        8..=15 => (base + 52 + index).to_string(),
        16.. => format!("{};5;{index}", base + 8),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use ratatui::style::Style;

    fn style() -> impl Strategy<Value = Style> {
        let colour = prop_oneof![
            Just(Color::Reset),
            any::<u8>().prop_map(Color::Indexed),
            any::<(u8, u8, u8)>().prop_map(|(r, g, b)| Color::Rgb(r, g, b)),
        ];
        let weight = prop_oneof![
            Just(Modifier::empty()),
            Just(Modifier::BOLD),
            Just(Modifier::UNDERLINED),
            Just(Modifier::REVERSED | Modifier::BOLD)
        ];
        (colour.clone(), colour, weight).prop_map(|(fg, bg, weight)| Style::new().fg(fg).bg(bg).add_modifier(weight))
    }

    fn picture(parts: &[(u16, u16, String, Style)]) -> Buffer {
        let mut buffer = Canvas::new(20, 6).blank();
        for (column, line, text, style) in parts {
            buffer.set_stringn(*column, *line, text, 20, *style);
        }
        buffer
    }

    fn shows(screen: &vt100::Screen, picture: &Buffer) -> bool {
        let as_told = |colour: Color| match colour {
            Color::Indexed(index) => vt100::Color::Idx(index),
            Color::Rgb(red, green, blue) => vt100::Color::Rgb(red, green, blue),
            _ => vt100::Color::Default,
        };
        let same = |column: u16, line: u16| {
            let (cell, seen) = (&picture[(column, line)], screen.cell(line, column).unwrap());
            let text = if seen.contents().is_empty() { " " } else { seen.contents() };
            seen.is_wide_continuation()
                || (text == cell.symbol()
                    && (seen.fgcolor(), seen.bgcolor()) == (as_told(cell.fg), as_told(cell.bg))
                    && seen.bold() == cell.modifier.contains(Modifier::BOLD)
                    && seen.underline() == cell.modifier.contains(Modifier::UNDERLINED)
                    && seen.inverse() == cell.modifier.contains(Modifier::REVERSED))
        };
        (0..6).all(|line| (0..20).all(|column| same(column, line)))
    }

    #[test]
    fn a_terminal_that_gives_a_picture_one_column_keeps_no_letter_of_before() {
        let plain = Style::new();
        let mut canvas = Canvas::new(20, 6);
        // This terminal takes no notice of U+FE0F, as tmux 3.3a.
        let mut terminal = vt100::Parser::new(6, 20, 0);
        terminal.process(&canvas.clear());
        let rows = ["0123456789", "a⚠️b ❤️ c", "0123456789", "1️⃣x👩‍👩‍👧y", "──────────"];
        for (before, now) in rows.iter().zip(&rows[1..]) {
            terminal.process(&canvas.paint(picture(&[(0, 0, (*before).to_owned(), plain)])));
            terminal.process(&canvas.paint(picture(&[(0, 0, (*now).to_owned(), plain)])));
            let shown = terminal.screen().rows(0, 20).next().unwrap();
            let letters = |text: &str| text.chars().filter(|c| !matches!(c, ' ' | '\u{fe0f}')).collect::<String>();
            let known = |c: &char| now.contains(*c);
            assert!(letters(&shown).chars().all(|c| known(&c)), "{before} then {now}: {shown:?}");
        }
    }

    proptest! {
        #[test]
        fn a_terminal_shows_what_was_painted_frame_after_frame(
            frames in prop::collection::vec(
                prop::collection::vec((0u16..20, 0u16..6, "[ a-z─│✓日ש]{0,9}", style()), 0..8), 1..6)
        ) {
            let mut canvas = Canvas::new(20, 6);
            let mut terminal = vt100::Parser::new(6, 20, 0);
            terminal.process(&canvas.clear());
            for parts in frames {
                let picture = picture(&parts);
                terminal.process(&canvas.paint(picture.clone()));
                prop_assert!(shows(terminal.screen(), &picture), "{}", terminal.screen().contents());
                prop_assert!(canvas.paint(picture).is_empty(), "the same again costs nothing");
            }
        }
    }
}
