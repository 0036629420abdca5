//! Text from outside, made safe to print, measured and cut; the one door through which it comes to the screen.

use crate::cockpit::opening::Signs;
use crate::logs::clean;
use std::borrow::Cow;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Returns the text as it may be printed; see [`clean`].
pub(crate) fn safe(text: &str) -> Cow<'_, str> {
    clean::line(text)
}

/// Returns how many columns a text takes.
pub(crate) fn width(text: &str) -> usize {
    text.graphemes(true).map(UnicodeWidthStr::width).sum()
}

/// Cuts a text to so many columns; what is cut ends in a sign.
pub(crate) fn cut(text: &str, columns: usize, signs: Signs) -> Cow<'_, str> {
    if width(text) <= columns {
        return Cow::Borrowed(text);
    }
    let sign = match signs {
        Signs::Unicode => "…",
        Signs::Ascii => "~",
    };
    let mut kept = String::new();
    let mut used = 0;
    for letter in text.graphemes(true) {
        used += letter.width();
        if used + 1 > columns {
            break;
        }
        kept.push_str(letter);
    }
    if columns > 0 {
        kept.push_str(sign);
    }
    Cow::Owned(kept)
}

/// Folds a text into lines of at most so many columns, at spaces where there are any.
pub(crate) fn fold_lines(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(8);
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        for word in paragraph.split_word_bounds() {
            if width(&line) + width(word) > columns && !line.is_empty() {
                lines.push(std::mem::take(&mut line).trim_end().to_owned());
            }
            push_word(&mut line, word, columns, &mut lines);
        }
        lines.push(line.trim_end().to_owned());
    }
    lines
}

fn push_word(line: &mut String, word: &str, columns: usize, lines: &mut Vec<String>) {
    if line.is_empty() && word.trim().is_empty() && !lines.is_empty() {
        return;
    }
    for letter in word.graphemes(true) {
        if width(line) + width(letter) > columns {
            lines.push(std::mem::take(line));
        }
        line.push_str(letter);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_text_ends_in_a_sign_and_keeps_its_columns() {
        assert_eq!(cut("production", 6, Signs::Unicode), "produ…");
        assert_eq!(cut("production", 6, Signs::Ascii), "produ~");
        assert_eq!(cut("日本語", 4, Signs::Unicode), "日…");
        assert_eq!(cut("abc", 0, Signs::Unicode), "");
        assert_eq!(cut("abc", 3, Signs::Unicode), "abc");
    }

    #[test]
    fn long_text_is_folded_at_spaces() {
        assert_eq!(fold_lines("one two three four", 9), ["one two", "three", "four"]);
        assert_eq!(fold_lines("abcdefghijklmnop", 8), ["abcdefgh", "ijklmnop"]);
        assert_eq!(fold_lines("a\n\nb", 8), ["a", "", "b"]);
    }
}
