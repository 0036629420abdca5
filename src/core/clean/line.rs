//! The one filter that outside text passes before it is printed, stored or searched.
//!
//! What comes out holds no control character, no escape sequence and nothing that turns or hides the text around it:
//! it cannot move the cursor, set the title, write the clipboard or ring. It does not hide secrets; that is
//! [`crate::mask`]'s story, and comes after, because a sequence in the middle of a secret would hide it there.

use super::sheet::LineSheet;
use crate::open_line::{LONGEST_LINE, cut};
use std::borrow::Cow;

/// Returns one line that is safe to print, borrowed when it was already.
///
/// Tabs become spaces, a return in the line becomes `\r`, and what it would write over stays; line breaks inside become spaces, and a line over
/// [`LONGEST_LINE`] is cut with a sign that says how many bytes are missing.
pub fn line(text: &str) -> Cow<'_, str> {
    let is_plain = text.bytes().all(|byte| (0x20..0x7f).contains(&byte));
    if is_plain && text.len() <= LONGEST_LINE {
        return Cow::Borrowed(text);
    }
    let shown: Vec<String> = text.lines().map(|part| LineSheet::read(part).into_text()).collect();
    Cow::Owned(cut(shown.join(" "), 0))
}

/// Returns a text of several lines, each safe to print; the line breaks stay.
pub fn block(text: &str) -> String {
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::open_line::missing_of;
    use proptest::prelude::*;

    #[test]
    fn plain_text_is_not_copied() {
        assert!(matches!(line("GET /api/content 200 14ms"), Cow::Borrowed(_)));
    }

    #[test]
    fn whatever_speaks_to_the_terminal_is_gone() {
        for (raw, shown) in [
            ("a\x1b[31mred\x1b[0m b", "ared b"),
            ("a\x1b]0;title\x07b", "ab"),
            ("a\x1b]52;c;ZXZpbA==\x1b\\b", "ab"),
            ("a\u{9d}0;title\u{9c}b", "ab"),
            ("a\u{9b}31mb", "ab"),
            ("a\x1bP1;2qsixel\x1b\\b", "ab"),
            ("a\x1b_apc\x1b\\b\x1b^pm\x1b\\c\x1bXsos\x1b\\d", "abcd"),
            ("a\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\b", "alinkb"),
            ("a\x07\x00\x0e\x0f\x7fb", "ab"),
            ("a\x1bcb\x1b7c", "abc"),
            ("a\x1b[", "a"),
            ("a\x1b", "a"),
        ] {
            assert_eq!(line(raw), shown, "{raw:?}");
        }
    }

    #[test]
    fn what_turns_or_hides_text_is_gone() {
        assert_eq!(line("a\u{202e}b\u{2066}c\u{2069}d\u{200f}e\u{200e}f\u{61c}g"), "abcdefg");
        assert_eq!(line("pass\u{200b}word\u{feff}\u{2060}\u{ad}"), "password");
        assert_eq!(line("a\u{200d}b\u{200c}c"), "abc");
        assert_eq!(line("\u{301}a"), "a");
    }

    #[test]
    fn clusters_and_hebrew_stay_whole() {
        for text in ["👩‍👩‍👧 ok", "שלום עולם", "می‌خواهم", "e\u{301}", "🇮🇱", "❤️ x", "क्‍ष", "1️⃣"]
        {
            assert_eq!(line(text), text);
        }
    }

    #[test]
    fn a_tower_of_marks_is_cut_down() {
        let tower = format!("a{}b", "\u{300}".repeat(500));
        assert_eq!(line(&tower), format!("a{}b", "\u{300}".repeat(8)));
    }

    #[test]
    fn what_a_terminal_would_write_over_stays() {
        assert_eq!(line("ERROR one\rok two"), r"ERROR one\rok two");
        assert_eq!(line("10%\r50%\r\r"), r"10%\r50%");
        assert_eq!(line("\rfirst"), "first");
        assert_eq!(line("a\x1b[2K\x1b[1Gb"), r"a\rb");
        assert_eq!(line("windows\r\n"), "windows");
        assert_eq!(line("FAIL\x08\x08\x08\x08PASS"), "FAILPASS");
    }

    #[test]
    fn what_is_struck_twice_for_a_printer_is_one_letter() {
        assert_eq!(line("N\x08NA\x08A"), "NA");
        assert_eq!(line("_\x08Nx\x08_"), "Nx");
    }

    #[test]
    fn tabs_become_columns() {
        assert_eq!(line("a\tb\tc"), "a   b   c");
        assert_eq!(line("שש\tb"), "שש  b");
        assert_eq!(line("漢\tb"), "漢  b");
    }

    #[test]
    fn a_line_break_inside_is_a_space_in_a_line_and_stays_in_a_block() {
        assert_eq!(line("a\nb\r\nc\n"), "a b c");
        assert_eq!(line("a\u{2028}b"), "a b");
        assert_eq!(block("a\x1b[1m\nb\tc\n"), "a\nb   c");
    }

    #[test]
    fn a_long_line_is_cut_with_a_sign() {
        let long = "é".repeat(LONGEST_LINE);
        let shown = line(&long);
        assert!(shown.len() <= LONGEST_LINE);
        let (kept, missing) = missing_of(&shown).unwrap();
        assert_eq!(kept as u64 + missing, long.len() as u64);
        assert_eq!(line(&shown), shown);
    }

    #[test]
    fn colours_of_every_writing_are_gone_and_the_text_stays() {
        assert_eq!(line("a\x1b[1;31mb\x1b[38;5;200mc\x1b[48:2::1:2:3md\x1b[me"), "abcde");
    }

    fn is_safe(text: &str) -> bool {
        let is_bad = |c: char| {
            c.is_control()
                || ('\u{202a}'..='\u{202e}').contains(&c)
                || ('\u{2066}'..='\u{2069}').contains(&c)
                || matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{feff}' | '\u{2028}' | '\u{2029}')
        };
        !text.chars().any(is_bad)
    }

    /// Text with far more trouble in it than chance would bring.
    fn trouble() -> impl Strategy<Value = String> {
        let part = prop_oneof![
            any::<char>().prop_map(String::from),
            "[a-z0-9;:\\[\\]?m]{0,6}",
            prop::sample::select(vec![
                "\x1b[", "\x1b]", "\x1bP", "\x1b\\", "\x07", "\r", "\n", "\t", "\x08", "\u{9b}", "\u{9d}", "\u{9c}",
                "\u{202e}", "\u{200d}", "\u{200c}", "\u{200b}", "\u{301}", "👩", "ש", "\u{fe0f}", "\x1b[31m",
                "\x1b[1G",
            ])
            .prop_map(String::from),
        ];
        prop::collection::vec(part, 0..30).prop_map(|parts| parts.concat())
    }

    proptest! {
        #[test]
        fn no_line_is_unsafe_and_a_clean_one_stays_as_it_is(text in trouble()) {
            let once = line(&text).into_owned();
            prop_assert!(is_safe(&once), "{:?}", once);
            let twice = line(&once).into_owned();
            prop_assert_eq!(&once, &twice);
        }

        #[test]
        fn no_bytes_are_unsafe(raw in prop::collection::vec(any::<u8>(), 0..80)) {
            prop_assert!(is_safe(&line(&String::from_utf8_lossy(&raw))));
        }
    }
}
