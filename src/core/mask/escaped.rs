//! Readings of what a program wrote with escapes: of JSON and shells, XML, addresses and mail.

use super::read_back::ReadBack;

/// What something that is spelled out stands for.
enum Meant {
    Byte(u8),
    Letter(char),
    Nothing,
}

/// Reads a text in which a sign begins something that is spelled out: what that stands for, and its length with the sign.
fn replaced(text: &str, sign: char, read: impl Fn(&str) -> Option<(Meant, usize)>) -> Option<ReadBack> {
    if !text.contains(sign) {
        return None;
    }
    let (mut view, mut at, mut bytes, mut is_other) = (ReadBack::new(), 0, Vec::new(), false);
    while let Some(c) = text[at..].chars().next() {
        let found = if c == sign { read(&text[at + c.len_utf8()..]) } else { None };
        is_other |= found.is_some();
        let (meant, length) = found.unwrap_or((Meant::Letter(c), c.len_utf8()));
        if let Meant::Byte(byte) = meant {
            bytes.push((byte, at..at + length));
        } else {
            view.put_bytes(&std::mem::take(&mut bytes));
        }
        if let Meant::Letter(letter) = meant {
            view.put(letter, at..at + length);
        }
        at += length;
    }
    view.put_bytes(&bytes);
    is_other.then_some(view)
}

/// Reads `\n`, `\"`, `\u0041`, `\x41`, `\101` and a backslash before any other character: JSON, programs, shells, git.
pub(super) fn escapes(text: &str) -> Option<ReadBack> {
    replaced(text, '\\', |rest| {
        let byte = match rest.as_bytes().first() {
            Some(b'x') => number(rest, 1, 2, 16),
            Some(b'0'..=b'3') => number(rest, 0, 3, 8),
            _ => None,
        };
        let letter = || escaped(rest);
        Some(byte.map_or_else(letter, |byte| (Meant::Byte(byte as u8), 4)))
    })
}

/// Returns what stands behind a backslash, with the length of both.
fn escaped(rest: &str) -> (Meant, usize) {
    let unit = |at: usize| number(rest, at, 4, 16);
    let (letter, length) = match rest.chars().next() {
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
    };
    (Meant::Letter(letter), length)
}

/// Reads some digits of a text as a number.
fn number(text: &str, at: usize, digits: usize, base: u32) -> Option<u32> {
    let digits = text.get(at..at + digits).filter(|d| d.bytes().all(|byte| byte.is_ascii_alphanumeric()))?;
    u32::from_str_radix(digits, base).ok()
}

/// How long an entity may be, in bytes: `#x10FFFF;` with zeros before it.
const LONGEST_ENTITY: usize = 12;

/// Reads the entities of XML and HTML: by name, and by number.
pub(super) fn entities(text: &str) -> Option<ReadBack> {
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
        code.map(|c| (Meant::Letter(c), name.len() + 2))
    };
    replaced(text, '&', |rest| if rest.len() > 1 { entity(rest) } else { None })
}

/// Reads `%41`.
pub(super) fn percents(text: &str) -> Option<ReadBack> {
    replaced(text, '%', |rest| number(rest, 0, 2, 16).map(|byte| (Meant::Byte(byte as u8), 3)))
}

/// Reads `=41`, and a line that `=` folds: mail (RFC 2045, section 6.7).
pub(super) fn quoted(text: &str) -> Option<ReadBack> {
    // At the end of a line it says that the next one goes on.
    let is_fold = |rest: &str| rest.trim_start_matches([' ', '\r']).split('\n').next().is_some_and(str::is_empty);
    let byte = |rest: &str| quoted_byte(rest).map(|byte| (Meant::Byte(byte), 3));
    replaced(text, '=', |rest| byte(rest).or_else(|| is_fold(rest).then_some((Meant::Nothing, 1))))?.unless_empty()
}

/// Reads the byte that two digits behind a `=` stand for. No letter or digit is ever written so, and `id=4f` is none of it.
fn quoted_byte(rest: &str) -> Option<u8> {
    let digits = rest.get(..2).filter(|digits| !digits.contains(|c: char| c.is_ascii_lowercase()))?;
    let byte = u8::try_from(number(digits, 0, 2, 16)?).ok()?;
    (!byte.is_ascii_alphanumeric() && !byte.is_ascii_control()).then_some(byte)
}
