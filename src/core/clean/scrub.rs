//! What may stay of the characters that are left when the sequences are gone.

use crate::notation::{is_joiner, is_unprintable};
use unicode_width::UnicodeWidthChar;

/// Where the next column of a tab is.
const TAB: usize = 4;

/// More marks than this on one character paint over the lines above and below.
const MOST_MARKS: usize = 8;

/// Returns a line with nothing in it that turns, hides or moves text.
pub(super) fn scrub(line: &str) -> String {
    Scrubber::default().scrub(line)
}

/// Goes through one line.
#[derive(Default)]
struct Scrubber {
    column: usize,
    marks: usize,
    last: Option<char>,
}

impl Scrubber {
    fn scrub(&mut self, line: &str) -> String {
        let mut kept = String::with_capacity(line.len());
        let mut characters = line.chars().filter(|character| !is_dropped(*character)).map(unbroken).peekable();
        while let Some(character) = characters.next() {
            match character {
                '\t' => self.fill(&mut kept),
                '\u{200c}' | '\u{200d}' if !self.joins(characters.peek().copied()) => {}
                _ => self.keep(character, &mut kept),
            }
        }
        kept
    }

    fn fill(&mut self, kept: &mut String) {
        for _ in 0..TAB - self.column % TAB {
            self.keep(' ', kept);
        }
    }

    fn keep(&mut self, character: char, kept: &mut String) {
        let width = character.width().unwrap_or(0);
        if width == 0 {
            self.marks += 1;
            if self.last.is_none() || self.marks > MOST_MARKS {
                return;
            }
        } else {
            self.marks = 0;
        }
        self.column += width;
        self.last = Some(character);
        kept.push(character);
    }

    /// Says whether a joiner here belongs to a cluster: between two characters of a script, or of an emoji.
    fn joins(&self, next: Option<char>) -> bool {
        let is_of_cluster = |character: char| !character.is_ascii() && !is_joiner(character);
        let is_wide = |character: char| character.width().unwrap_or(0) > 0;
        self.last.is_some_and(is_of_cluster) && next.is_some_and(|next| is_of_cluster(next) && is_wide(next))
    }
}

/// Makes a space of what Unicode calls a line or paragraph separator.
fn unbroken(character: char) -> char {
    if matches!(character, '\u{2028}' | '\u{2029}') { ' ' } else { character }
}

/// Says whether a character has no place in a line. A tab has: it is filled up.
fn is_dropped(character: char) -> bool {
    character != '\t' && is_unprintable(character)
}
