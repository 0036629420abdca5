//! Which letters a terminal reads. Where the locale is not UTF-8, a terminal of eight bits reads some bytes of UTF-8 as
//! controls: `ś2J` is C5 **9B** 32 4A there, which clears the screen. So nothing but ASCII is written then.

use ratatui::buffer::Buffer;
use std::borrow::Cow;
use unicode_width::UnicodeWidthStr;

/// Which letters a terminal reads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Letters {
    /// All of them, in UTF-8.
    #[default]
    Utf8,
    /// ASCII alone.
    Ascii,
}

impl Letters {
    /// Writes a text in letters that the terminal reads: typography has a likeness, any other letter its number, `\u{15b}`,
    /// so that nothing is lost.
    pub fn write(self, text: &str) -> Cow<'_, str> {
        if self == Self::Utf8 || text.is_ascii() {
            return Cow::Borrowed(text);
        }
        let mut written = String::with_capacity(text.len());
        for letter in text.chars() {
            match likeness(letter) {
                Some(like) => written.push(like),
                None => written.extend(letter.escape_unicode()),
            }
        }
        Cow::Owned(written)
    }

    /// Writes JSON in letters that the terminal reads. Outside of its strings JSON has only ASCII, so the values stay the same.
    pub fn write_json(self, json: &str) -> Cow<'_, str> {
        if self == Self::Utf8 || json.is_ascii() {
            return Cow::Borrowed(json);
        }
        let mut written = String::with_capacity(json.len());
        for letter in json.chars() {
            if letter.is_ascii() {
                written.push(letter);
                continue;
            }
            for half in letter.encode_utf16(&mut [0; 2]) {
                written.push_str(&format!("\\u{half:04x}"));
            }
        }
        Cow::Owned(written)
    }

    /// Makes a picture of letters that the terminal reads; each keeps its columns.
    pub(crate) fn reduce(self, picture: &mut Buffer) {
        if self == Self::Utf8 {
            return;
        }
        let mut covered = 0_usize;
        for cell in &mut picture.content {
            let symbol = cell.symbol();
            if covered > 0 {
                covered -= 1;
                cell.set_char('?');
            } else if !symbol.is_ascii() {
                covered = symbol.width().saturating_sub(1);
                let mut letters = symbol.chars();
                let only = letters.next().filter(|_| letters.next().is_none());
                cell.set_char(only.and_then(likeness).unwrap_or('?'));
            }
        }
    }
}

/// Returns an ASCII letter of one column that stands for a sign of typography.
const fn likeness(letter: char) -> Option<char> {
    Some(match letter {
        ' '..='~' | '\n' | '\t' => letter,
        '…' => '~',
        '·' | '–' | '—' | '‐' | '‑' | '−' | '─' | '━' => '-',
        '•' | '×' => '*',
        '→' | '›' | '»' | '▸' => '>',
        '←' | '‹' | '«' => '<',
        '↑' => '^',
        '↓' => 'v',
        '‘' | '’' => '\'',
        '“' | '”' | '„' => '"',
        '│' | '┃' => '|',
        '\u{a0}' | '\u{202f}' => ' ',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    #[test]
    fn no_byte_that_an_eight_bit_terminal_could_follow_is_written() {
        let text = "ś2J ŝ0;x שלום 日 → … ••• é";
        let written = Letters::Ascii.write(text);
        assert!(written.is_ascii(), "{written}");
        assert!(written.starts_with("\\u{15b}2J \\u{15d}0;x ") && written.ends_with("> ~ *** \\u{e9}"), "{written}");
        assert_eq!(Letters::Utf8.write(text), text);
    }

    #[test]
    fn json_of_other_letters_is_the_same_value() {
        let value = serde_json::json!({ "text": "ś2J שלום 🙂", "n": [1, null] });
        let written = Letters::Ascii.write_json(&value.to_string()).into_owned();
        assert!(written.is_ascii() && written.contains("\\u015b2J"), "{written}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&written).unwrap(), value);
    }

    #[test]
    fn a_picture_keeps_its_columns() {
        let mut picture = Buffer::empty(Rect::new(0, 0, 12, 1));
        picture.set_string(0, 0, "ś日x…👩‍👩‍👧|", Style::default());
        Letters::Ascii.reduce(&mut picture);
        let shown: String = picture.content.iter().map(|cell| cell.symbol()).collect();
        assert_eq!(shown, "???x~??|    ");
    }
}
