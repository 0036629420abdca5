//! Readings of a text: as its writer meant it, each byte with the place that it came from.
//!
//! A secret may be printed by a JSON encoder within another one, as an entity of XML, percent-encoded, in Base64, as a dump.
//! Instead of guessing which characters an encoder escapes, the text is read back. And each reading is also searched in
//! its normal form, without what is unseen, quotes and layout: so it does not matter how a secret is broken or spaced.

use super::decoded::{base64, columns, decimals, hex, octals};
use super::escaped::{entities, escapes, percents, quoted};
use super::read_back::ReadBack;
use crate::notation::{is_joiner, is_unprintable};
use std::borrow::Cow;
use unicode_width::UnicodeWidthChar;

/// How often a text is read back: JSON in JSON in a URL.
const DEEPEST: usize = 3;

/// How many readings of one text are looked at.
const MOST: usize = 32;

/// Longer texts are read back once, in bytes.
const LONG: usize = 128 << 10;

type ViewReader = fn(&str) -> Option<ReadBack>;

const READERS: [ViewReader; 9] = [escapes, entities, percents, quoted, base64, hex, decimals, octals, columns];

/// Returns every reading of a text that is another text.
pub(super) fn views(text: &str) -> Vec<ReadBack> {
    let mut views: Vec<ReadBack> = READERS.iter().filter_map(|read| read(text)).collect();
    let mut first = 0;
    for _ in 1..DEEPEST {
        let last = views.len();
        for at in first..last {
            for read in READERS {
                if views.len() >= MOST || text.len() > LONG {
                    return views;
                }
                let next = read(&views[at].text).map(|next| next.within(&views[at]));
                // Two encodings that do not touch each other are read in either order.
                views.extend(next.filter(|next| views.iter().all(|view| view.text != next.text)));
            }
        }
        first = last;
    }
    views
}

/// Returns a text in its normal form: without what is unseen, white space, quotes and backslashes.
pub(super) fn normal(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        if !text.bytes().any(is_ascii_layout) {
            return Cow::Borrowed(text);
        }
        let kept = text.bytes().filter(|byte| !is_ascii_layout(*byte)).collect();
        return Cow::Owned(String::from_utf8(kept).unwrap_or_default());
    }
    Cow::Owned(text.chars().filter(|c| !is_layout(*c)).collect())
}

/// Returns the normal form of a text, with the places that it came from.
pub(super) fn normal_view(text: &str) -> ReadBack {
    let mut view = ReadBack::new();
    text.char_indices().filter(|(_, c)| !is_layout(*c)).for_each(|(at, c)| view.put(c, at..at + c.len_utf8()));
    view
}

/// Says whether a character may stand within a secret that does not hold it.
fn is_layout(character: char) -> bool {
    if let Ok(byte) = u8::try_from(character)
        && byte.is_ascii()
    {
        return is_ascii_layout(byte);
    }
    let is_unseen = is_unprintable(character) || is_joiner(character) || character.width().unwrap_or(0) == 0;
    // What is not UTF-8 is printed as U+FFFD.
    is_unseen || character.is_whitespace() || character == char::REPLACEMENT_CHARACTER
}

const fn is_ascii_layout(byte: u8) -> bool {
    matches!(byte, b'\'' | b'"' | b'\\') || !byte.is_ascii_graphic()
}

/// Says whether a character is one that quoting adds, doubles or escapes.
pub(super) const fn is_quoting(character: char) -> bool {
    matches!(character, '\'' | '"' | '\\')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_text_is_read_back_as_it_was_meant() {
        for (text, meant) in [
            (r#"a\"b\\c\u00e9\ud83d\ude00\x41\303\251\ "#, "a\"b\\cé😀Aé "),
            ("&lt;a&amp;b&#39;&#x27;&nope;&", "<a&b''&nope;&"),
            ("a%20b%c3%a9%zz", "a bé%zz"),
        ] {
            assert!(views(text).iter().any(|view| view.text == meant), "{text}");
        }
        for text in ["ab\n   cd", "a'\"'\"'b\\cd", "a\u{fe0f}b\u{200d}\u{fffd}c\u{ad}\rd", "a b\u{a0}c\td"] {
            assert_eq!((&*normal(text), &*normal_view(text).text), ("abcd", "abcd"), "{text:?}");
        }
    }

    #[test]
    fn a_place_is_that_of_what_was_written() {
        let text = r"x \u0041\u0042 y";
        let view = escapes(text).unwrap();
        let at = view.text.find("AB").unwrap();
        assert_eq!(&text[view.origin(at..at + 2)], r"\u0041\u0042");
    }

    proptest! {
        #[test]
        fn every_place_of_every_reading_is_one_of_the_text(text in r#"([\\&%;#xu0-9a-f"'é=\n ]|&amp;|&#3|%4|\\u00|0000010: |6b50 392d |107, 80, |153 120 |a1A5LWRvdFN|bGV0VmFsdW){0,24}"#) {
            for view in views(&text).into_iter().chain([normal_view(&text)]) {
                for (at, c) in view.text.char_indices() {
                    let from = view.origin(at..at + c.len_utf8());
                    prop_assert!(text.get(from).is_some_and(|piece| !piece.is_empty()));
                }
            }
        }
    }
}
