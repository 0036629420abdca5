//! Other readings of a text: as whoever wrote it with escapes meant it, each byte with the place that it came from.
//!
//! A secret may be printed by a JSON encoder within another one, as an entity of XML, percent-encoded, in the quotes of a
//! shell, or broken over lines. Instead of guessing which characters an encoder escapes, the text is read back.

use std::ops::Range;

/// How often a text is read back: JSON in JSON in a URL.
const DEEPEST: usize = 3;

/// How many readings of one text are looked at.
const MOST: usize = 16;

/// Longer texts are read back once, in bytes.
const LONG: usize = 128 << 10;

/// A reading of a text.
pub(super) struct ReadBack {
    pub(super) text: String,
    /// Where each of its bytes came from.
    from: Vec<Range<usize>>,
}

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
                if let Some(next) = read(&views[at].text) {
                    let next = next.within(&views[at]);
                    views.push(next);
                }
            }
        }
        first = last;
    }
    views
}

/// Returns a text without what a quoting may add within it: quotes and backslashes.
pub(super) fn bare(text: &str) -> Option<ReadBack> {
    text.contains(is_quoting).then(|| {
        let mut view = ReadBack::new();
        text.char_indices().filter(|(_, c)| !is_quoting(*c)).for_each(|(at, c)| view.put(c, at..at + c.len_utf8()));
        view
    })
}

/// Says whether a character is one that quoting adds, doubles or escapes.
pub(super) const fn is_quoting(character: char) -> bool {
    matches!(character, '\'' | '"' | '\\')
}

/// Returns a text of several lines as one, without the line breaks and what is indented behind them.
pub(super) fn joined(text: &str) -> Option<ReadBack> {
    text.contains('\n').then(|| {
        let mut view = ReadBack::new();
        let mut is_at_start = false;
        for (at, c) in text.char_indices() {
            match c {
                '\n' | '\r' => is_at_start = true,
                ' ' | '\t' if is_at_start => {}
                _ => {
                    is_at_start = false;
                    view.put(c, at..at + c.len_utf8());
                }
            }
        }
        view
    })
}

type Read = fn(&str) -> Option<ReadBack>;

const READERS: [Read; 3] = [escapes, entities, percents];

impl ReadBack {
    const fn new() -> Self {
        Self { text: String::new(), from: Vec::new() }
    }

    /// Returns the place in the text that a place in this reading came from.
    pub(super) fn origin(&self, found: Range<usize>) -> Range<usize> {
        let first = self.from.get(found.start).map_or(0, |from| from.start);
        let last = found.end.checked_sub(1).and_then(|at| self.from.get(at)).map_or(first, |from| from.end);
        first..last
    }

    fn put(&mut self, character: char, from: Range<usize>) {
        self.text.push(character);
        self.from.extend(std::iter::repeat_n(from, character.len_utf8()));
    }

    /// Puts bytes that were spelled out: as text where they are UTF-8, else each as a character.
    fn put_bytes(&mut self, bytes: &[(u8, Range<usize>)]) {
        let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else { return };
        let plain: Vec<u8> = bytes.iter().map(|(byte, _)| *byte).collect();
        match std::str::from_utf8(&plain) {
            Ok(text) if !text.is_ascii() => text.chars().for_each(|c| self.put(c, first.1.start..last.1.end)),
            Ok(_) | Err(_) => bytes.iter().for_each(|(byte, from)| self.put(char::from(*byte), from.clone())),
        }
    }

    /// Makes a reading of a reading one of the text itself.
    fn within(self, outer: &Self) -> Self {
        let from = self.from.iter().map(|from| outer.origin(from.clone())).collect();
        Self { text: self.text, from }
    }
}

/// Reads `\n`, `\"`, `\u0041`, `\x41`, `\101` and a backslash before any other character: JSON, programs, shells, git.
fn escapes(text: &str) -> Option<ReadBack> {
    if !text.contains('\\') {
        return None;
    }
    let (mut view, mut at, mut bytes) = (ReadBack::new(), 0, Vec::new());
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at + c.len_utf8()..];
        let byte = match (c, rest.as_bytes().first()) {
            ('\\', Some(b'x')) => number(rest, 1, 2, 16).map(|byte| (byte, 4)),
            ('\\', Some(b'0'..=b'3')) => number(rest, 0, 3, 8).map(|byte| (byte, 4)),
            _ => None,
        };
        if let Some((byte, length)) = byte {
            bytes.push((byte as u8, at..at + length));
            at += length;
            continue;
        }
        view.put_bytes(&std::mem::take(&mut bytes));
        let (meant, length) = if c == '\\' { escaped(rest) } else { (c, c.len_utf8()) };
        view.put(meant, at..at + length);
        at += length;
    }
    view.put_bytes(&bytes);
    Some(view)
}

/// Returns what stands behind a backslash, with the length of both.
fn escaped(rest: &str) -> (char, usize) {
    let unit = |at: usize| number(rest, at, 4, 16);
    match rest.chars().next() {
        Some('n') => ('\n', 2),
        Some('t') => ('\t', 2),
        Some('r') => ('\r', 2),
        Some('u') => match (unit(1), unit(7).filter(|_| rest.get(5..7) == Some("\\u"))) {
            (Some(high @ 0xd800..=0xdbff), Some(low @ 0xdc00..=0xdfff)) => {
                let whole = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
                (char::from_u32(whole).unwrap_or('\u{fffd}'), 12)
            }
            (Some(code), _) => (char::from_u32(code).unwrap_or('\u{fffd}'), 6),
            (None, _) => ('u', 2),
        },
        Some(other) => (other, 1 + other.len_utf8()),
        None => ('\\', 1),
    }
}

/// Reads some digits of a text as a number.
fn number(text: &str, at: usize, digits: usize, base: u32) -> Option<u32> {
    let digits = text.get(at..at + digits).filter(|d| d.bytes().all(|byte| byte.is_ascii_alphanumeric()))?;
    u32::from_str_radix(digits, base).ok()
}

/// How long an entity may be, in bytes: `#x10FFFF;` with zeros before it.
const LONGEST_ENTITY: usize = 12;

/// Reads the entities of XML and HTML: by name, and by number.
fn entities(text: &str) -> Option<ReadBack> {
    const NAMED: [(&str, char); 6] =
        [("amp", '&'), ("lt", '<'), ("gt", '>'), ("quot", '"'), ("apos", '\''), ("nbsp", ' ')];
    let entity = |rest: &str| {
        // The longest is a number; a text of many `&` is not read through for each.
        let name = rest[..rest.floor_char_boundary(LONGEST_ENTITY)].split_once(';')?.0;
        let code = match name.strip_prefix('#') {
            Some(number) => match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok().and_then(char::from_u32),
                None => number.parse().ok().and_then(char::from_u32),
            },
            None => NAMED.iter().find(|(known, _)| *known == name).map(|(_, c)| *c),
        };
        code.map(|c| (c, name.len() + 2))
    };
    replaced(text, '&', |rest| if rest.len() > 1 { entity(rest) } else { None })
}

/// Reads `%41`.
fn percents(text: &str) -> Option<ReadBack> {
    if !text.contains('%') {
        return None;
    }
    let (mut view, mut at, mut bytes, mut is_other) = (ReadBack::new(), 0, Vec::new(), false);
    while let Some(c) = text[at..].chars().next() {
        if let Some(byte) = number(&text[at + c.len_utf8()..], 0, 2, 16).filter(|_| c == '%') {
            bytes.push((byte as u8, at..at + 3));
            (at, is_other) = (at + 3, true);
            continue;
        }
        view.put_bytes(&std::mem::take(&mut bytes));
        view.put(c, at..at + c.len_utf8());
        at += c.len_utf8();
    }
    view.put_bytes(&bytes);
    is_other.then_some(view)
}

/// Reads a text in which a sign begins something that stands for one character.
fn replaced(text: &str, sign: char, read: impl Fn(&str) -> Option<(char, usize)>) -> Option<ReadBack> {
    if !text.contains(sign) {
        return None;
    }
    let (mut view, mut at, mut is_other) = (ReadBack::new(), 0, false);
    while let Some(c) = text[at..].chars().next() {
        let meant = if c == sign { read(&text[at + c.len_utf8()..]) } else { None };
        is_other |= meant.is_some();
        let (meant, length) = meant.unwrap_or((c, c.len_utf8()));
        view.put(meant, at..at + length);
        at += length;
    }
    is_other.then_some(view)
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
        assert_eq!(joined("ab\n   cd").unwrap().text, "abcd");
        assert_eq!(bare("it'\"'\"'s").unwrap().text, "its");
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
        fn every_place_of_every_reading_is_one_of_the_text(text in r#"([\\&%;#xu0-9a-f"'é\n ]|&amp;|&#3|%4|\\u00){0,24}"#) {
            for view in views(&text).into_iter().chain(joined(&text)).chain(bare(&text)) {
                for (at, c) in view.text.char_indices() {
                    let from = view.origin(at..at + c.len_utf8());
                    prop_assert!(text.get(from).is_some_and(|piece| !piece.is_empty()));
                }
            }
        }
    }
}
