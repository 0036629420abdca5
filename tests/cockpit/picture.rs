//! A screen as the properties of sizes read it: its panes line by line, their cells and words, and where each begins.

use super::every::{self, Place};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use tminus_cockpit::CockpitSettings;

/// The upright lines of frames, of scrollbars, and the corners.
const UPRIGHT: &str = "│┃┫┤├";
const CORNERS: &str = "╭╮╰╯";

/// A screen of one place at one size.
pub struct Picture {
    pub place: &'static str,
    pub size: (u16, u16),
    pub buffer: Buffer,
    /// One letter a column: what a wide letter hides is a space.
    pub rows: Vec<Vec<char>>,
}

/// A piece of a line between two frames.
pub struct Piece {
    pub x: usize,
    pub letters: Vec<char>,
}

/// A word, and whether it touches an upright line: a dialog lies over the rest of it.
pub struct Word {
    pub text: String,
    pub is_covered: bool,
}

/// Text that is at least two columns from the next, and where it begins.
#[derive(Clone, PartialEq, Eq)]
pub struct Field {
    pub x: usize,
    pub text: String,
}

impl Picture {
    pub fn new(settings: &CockpitSettings, place: Place, size: (u16, u16)) -> Self {
        let seat = every::at(settings, place, size);
        let mut terminal = Terminal::new(TestBackend::new(size.0, size.1)).unwrap();
        terminal.draw(|frame| seat.cockpit.draw(frame)).unwrap();
        let buffer = terminal.backend().buffer().clone();
        let row = |y| (0..size.0).map(|x| first(&buffer, (x, y))).collect();
        let rows = (0..size.1).map(row).collect();
        Self { place: place.0, size, buffer, rows }
    }

    /// Returns it as people see it, under its name.
    pub fn shown(&self) -> String {
        let rows: Vec<String> = self.rows.iter().map(|row| row.iter().collect()).collect();
        format!("{} at {}x{}\n{}", self.place, self.size.0, self.size.1, rows.join("\n"))
    }

    pub fn line(&self, y: usize) -> String {
        self.rows[y].iter().collect()
    }

    pub fn footer(&self) -> String {
        self.line(self.rows.len() - 1)
    }

    /// Returns the pieces of a line, without the frames.
    pub fn pieces(&self, y: usize) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let mut piece = Piece { x: 0, letters: Vec::new() };
        for (x, letter) in self.rows[y].iter().enumerate() {
            if is_frame(*letter) {
                pieces.push(std::mem::replace(&mut piece, Piece { x: x + 1, letters: Vec::new() }));
            } else {
                piece.letters.push(*letter);
            }
        }
        pieces.push(piece);
        pieces.retain(|piece| !piece.letters.is_empty());
        pieces
    }

    pub fn words(&self) -> Vec<Word> {
        let mut words = Vec::new();
        for y in 0..self.rows.len() {
            for piece in self.pieces(y) {
                let text: String = piece.letters.iter().collect();
                let last = text.split([' ', '─']).count() - 1;
                let is_outer = |at: usize| (at == 0 && piece.x > 0) || (at == last && !self.ends_screen(&piece));
                let all = text.split([' ', '─']).enumerate().filter(|(_, word)| !word.is_empty());
                words.extend(all.map(|(at, word)| Word { text: word.to_owned(), is_covered: is_outer(at) }));
            }
        }
        words
    }

    fn ends_screen(&self, piece: &Piece) -> bool {
        piece.x + piece.letters.len() >= usize::from(self.size.0)
    }

    /// Returns the whole frames: their corners.
    pub fn frames(&self) -> Vec<((usize, usize), (usize, usize))> {
        self.corners().filter_map(|(from, right)| Some((from, (right, self.bottom(from, right).ok()?)))).collect()
    }

    /// Returns the upper corners of the frames: where one begins, and in which column it ends.
    pub fn corners(&self) -> impl Iterator<Item = ((usize, usize), usize)> {
        let places = self.rows.iter().enumerate().flat_map(|(y, row)| (0..row.len()).map(move |x| (x, y)));
        places.filter(|(x, y)| self.rows[*y][*x] == '╭').filter_map(|(x, y)| {
            let right = self.rows[y][x..].iter().position(|letter| *letter == '╮')?;
            Some(((x, y), x + right))
        })
    }

    /// Returns the last line of the frame that begins there, or the line in which its sides break off.
    pub fn bottom(&self, (x, y): (usize, usize), right: usize) -> Result<usize, usize> {
        let is_side = |letter: char| UPRIGHT.contains(letter);
        let broken = (y + 1..self.rows.len()).find(|y| !is_side(self.rows[*y][x]) || !is_side(self.rows[*y][right]));
        let end = broken.ok_or(self.rows.len())?;
        if (self.rows[end][x], self.rows[end][right]) == ('╰', '╯') { Ok(end) } else { Err(end) }
    }
}

impl Piece {
    pub fn text(&self) -> String {
        self.letters.iter().collect()
    }

    /// Returns how many columns are free at its end.
    pub fn spare(&self) -> usize {
        self.letters.iter().rev().take_while(|letter| **letter == ' ').count()
    }

    pub fn fields(&self) -> Vec<Field> {
        let mut fields: Vec<Field> = Vec::new();
        let mut gap = 2;
        for (at, letter) in self.letters.iter().enumerate() {
            if *letter == ' ' {
                gap += 1;
                continue;
            }
            match fields.last_mut().filter(|_| gap < 2) {
                Some(field) => field.text.push_str(&" ".repeat(gap)),
                None => fields.push(Field { x: self.x + at, text: String::new() }),
            }
            fields.last_mut().unwrap().text.push(*letter);
            gap = 0;
        }
        fields
    }
}

pub fn is_frame(letter: char) -> bool {
    UPRIGHT.contains(letter) || CORNERS.contains(letter)
}

fn first(buffer: &Buffer, place: (u16, u16)) -> char {
    buffer[place].symbol().chars().next().unwrap_or(' ')
}
