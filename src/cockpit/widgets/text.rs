//! Text from outside, made safe to print, measured and cut; the one door through which it comes to the screen.

use crate::signs::Signs;
use std::borrow::Cow;
use tminus_logs::clean;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Returns the text as it may be printed; see [`clean`].
pub(crate) fn safe(text: &str) -> Cow<'_, str> {
    clean::line(text)
}

/// Returns how many columns a text takes.
pub(crate) fn width(text: &str) -> usize {
    match columns_of_plain(text) {
        Some(columns) => columns,
        None => text.graphemes(true).map(UnicodeWidthStr::width).sum(),
    }
}

/// Returns how many columns a text takes of which each character stands alone in one: what nearly all of a screen is.
/// Others have to be put together first, by tables that cost more than all the rest of a frame.
pub(crate) fn columns_of_plain(text: &str) -> Option<usize> {
    // Whatever joins two characters to one is among what is left out here.
    let is_plain = |letter: char| matches!(letter, ' '..='~' | '·' | '–' | '—' | '…' | '←'..='↓' | '─'..='▟' | '▸' | '◌' | '◐' | '✓' | '✗' | '⠀'..='⣿');
    let mut columns = 0;
    for letter in text.chars() {
        if !is_plain(letter) {
            return None;
        }
        columns += 1;
    }
    Some(columns)
}

/// Takes off what a person sees as the last letter of a text, and returns it: a letter with all its marks.
pub(crate) fn take_last(text: &mut String) -> String {
    let at = text.grapheme_indices(true).next_back().map_or(0, |(at, _)| at);
    text.split_off(at)
}

/// Cuts a text to so many columns; what is cut ends in a sign.
pub(crate) fn cut(text: &str, columns: usize, signs: Signs) -> Cow<'_, str> {
    if width(text) <= columns {
        return Cow::Borrowed(text);
    }
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
        kept.push_str(sign_of_cut(signs));
    }
    Cow::Owned(kept)
}

/// Cuts the front of a text, so that so many columns of its end are left; what is cut begins with a sign.
pub(crate) fn cut_front(text: &str, columns: usize, signs: Signs) -> Cow<'_, str> {
    if width(text) <= columns {
        return Cow::Borrowed(text);
    }
    let mut begin = text.len();
    let mut used = 1;
    for (at, letter) in text.grapheme_indices(true).rev() {
        used += letter.width();
        if used > columns {
            break;
        }
        begin = at;
    }
    let sign = if columns > 0 { sign_of_cut(signs) } else { "" };
    Cow::Owned(format!("{sign}{}", &text[begin..]))
}

const fn sign_of_cut(signs: Signs) -> &'static str {
    match signs {
        Signs::Unicode => "…",
        Signs::Ascii => "~",
    }
}

/// Shortens every digest of a text from the middle of its hex, so that its beginning and end can be compared.
pub(crate) fn short_digests(text: &str) -> String {
    let mut short = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("sha256:") {
        let (before, digest) = rest.split_at(at + "sha256:".len());
        short.push_str(before);
        let hex = digest.bytes().take_while(u8::is_ascii_hexdigit).count();
        match hex {
            0..=20 => short.push_str(&digest[..hex]),
            _ => short.push_str(&format!("{}…{}", &digest[..8], &digest[hex - 4..hex])),
        }
        rest = &digest[hex..];
    }
    short.push_str(rest);
    short
}

/// Returns the pieces between which a line may be folded: words, with what belongs to them.
fn pieces(paragraph: &str) -> Vec<&str> {
    let mut pieces: Vec<&str> = Vec::new();
    let mut begin = 0;
    for (at, word) in paragraph.split_word_bound_indices() {
        let end = at + word.len();
        match pieces.last_mut() {
            Some(last) if sticks(last, word) => *last = &paragraph[begin..end],
            Some(_) | None => {
                begin = at;
                pieces.push(word);
            }
        }
    }
    pieces
}

/// Says whether a word belongs to the one before it: a digest is never parted at its colon or its dots, an option of a
/// command not at its dashes, and a quote or a bracket stays with what is in it.
fn sticks(line: &str, word: &str) -> bool {
    let is_hex = |c: char| c.is_ascii_hexdigit();
    let is_option = line.starts_with('-');
    match word.chars().next() {
        Some('-') => !line.ends_with(' '),
        Some(first) if is_option => !first.is_whitespace(),
        Some(':' | '…') => line.ends_with("sha256") || line.ends_with(is_hex),
        // A comma never begins a line.
        Some(',' | ';' | '.' | ')' | '?' | '!' | '"') => !line.ends_with(' '),
        Some(first) if line.ends_with(['"', '(']) => !first.is_whitespace(),
        Some(first) => (line.ends_with("sha256:") || line.ends_with('…')) && is_hex(first),
        None => false,
    }
}

/// Folds a text into lines of at most so many columns, at spaces where there are any.
pub(crate) fn fold_lines(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(8);
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        if !paragraph.starts_with(char::is_whitespace) && width(paragraph) <= columns {
            lines.push(paragraph.trim_end().to_owned());
            continue;
        }
        let mut line = String::new();
        for word in pieces(paragraph) {
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
    if width(line) + width(word) <= columns {
        return line.push_str(word);
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
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_counted_the_short_way_is_as_wide_as_the_long_way_says(text in "[ -~·–—…←-↓─-▟▸◌◐✓✗⠀-⣿]{0,12}\\PC{0,2}") {
            let long: usize = text.graphemes(true).map(UnicodeWidthStr::width).sum();
            prop_assert_eq!(width(&text), long);
            if let Some(columns) = columns_of_plain(&text) {
                prop_assert_eq!((columns, columns), (long, text.graphemes(true).count()));
            }
        }
    }

    #[test]
    fn a_cut_text_ends_in_a_sign_and_keeps_its_columns() {
        assert_eq!(cut("production", 6, Signs::Unicode), "produ…");
        assert_eq!(cut("production", 6, Signs::Ascii), "produ~");
        assert_eq!(cut("日本語", 4, Signs::Unicode), "日…");
        assert_eq!(cut("abc", 0, Signs::Unicode), "");
        assert_eq!(cut("abc", 3, Signs::Unicode), "abc");
    }

    #[test]
    fn a_text_whose_front_is_cut_begins_with_a_sign_and_keeps_its_end() {
        assert_eq!(cut_front("production", 6, Signs::Unicode), "…ction");
        assert_eq!(cut_front("production", 6, Signs::Ascii), "~ction");
        assert_eq!(cut_front("日本語", 4, Signs::Unicode), "…語");
        assert_eq!(cut_front("xe\u{301}e\u{301}", 2, Signs::Unicode), "…e\u{301}");
        assert_eq!(cut_front("abc", 0, Signs::Unicode), "");
        assert_eq!(cut_front("abc", 3, Signs::Unicode), "abc");
    }

    #[test]
    fn a_digest_is_shortened_in_its_middle_and_never_parted() {
        let text = format!("POST registry/backend@sha256:{} then {}", "0123456789abcdef".repeat(4), "done");
        let short = short_digests(&text);
        assert_eq!(short, "POST registry/backend@sha256:01234567…cdef then done");
        let lines = fold_lines(&short, 28);
        assert!(lines.iter().any(|l| l.contains("sha256:01234567…cdef")), "{lines:?}");
        assert_eq!(short_digests("sha256: nothing, sha256:abcd"), "sha256: nothing, sha256:abcd");
    }

    #[test]
    fn an_option_of_a_command_is_never_parted_at_its_dashes() {
        assert_eq!(fold_lines("up -d --wait --no-deps backend", 16), ["up -d --wait", "--no-deps", "backend"]);
        assert_eq!(fold_lines("up -d --wait --no-deps backend", 14), ["up -d --wait", "--no-deps", "backend"]);
        assert_eq!(fold_lines("the day is up-to-date", 15), ["the day is up-", "to-date"]);
    }

    #[test]
    fn a_quote_and_a_bracket_stay_with_what_is_in_them() {
        assert_eq!(
            fold_lines(r#"is "unhealthy", not "healthy"; p95"#, 28),
            [r#"is "unhealthy", not"#, r#""healthy"; p95"#]
        );
        assert_eq!(fold_lines("it has ended (fail)", 14), ["it has ended", "(fail)"]);
        assert_eq!(fold_lines(r#"says "two words" here"#, 10), [r#"says "two"#, r#"words""#, "here"]);
    }

    #[test]
    fn long_text_is_folded_at_spaces() {
        assert_eq!(fold_lines("one two three four", 9), ["one two", "three", "four"]);
        assert_eq!(fold_lines("abcdefghijklmnop", 8), ["abcdefgh", "ijklmnop"]);
        assert_eq!(fold_lines("a\n\nb", 8), ["a", "", "b"]);
    }
}
