//! Readings of what a program wrote as bytes: in Base64, in numbers, and in the columns of a dump.
//!
//! Wherever such a run stands, it is decoded, and only what comes out as text is kept: a checksum, an id and a word do not.

use super::index::PIECE;
use super::read_back::ReadBack;
use std::ops::{Range, RangeInclusive};

/// A byte, and where it was written.
type Byte = (u8, Range<usize>);

/// How many characters of Base64 hold a piece of a secret.
const SHORTEST: usize = 12;

/// Reads Base64, also that of addresses, and over lines: each run of it from each of its first four characters, because a
/// run may begin with other words.
pub(super) fn base64(text: &str) -> Option<ReadBack> {
    let mut view = ReadBack::new();
    let mut at = 0;
    for run in text.split(|c: char| digit64(c).is_none() && c != '\n') {
        let has = |is: fn(&u8) -> bool| run.as_bytes().iter().any(is);
        // Text in Base64 has letters of both cases; a word and a path seldom do.
        if run.len() >= SHORTEST && has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase) {
            let digits: Vec<(u32, usize)> =
                run.char_indices().filter_map(|(i, c)| Some((digit64(c)?, at + i))).collect();
            (0..4).for_each(|first| put_text(&mut view, &sixes(digits.get(first..).unwrap_or_default())));
        }
        at += run.len();
        at += text[at..].chars().next().map_or(0, char::len_utf8);
    }
    view.unless_empty()
}

fn digit64(digit: char) -> Option<u32> {
    Some(match digit {
        'A'..='Z' => u32::from(digit) - u32::from('A'),
        'a'..='z' => u32::from(digit) - u32::from('a') + 26,
        '0'..='9' => u32::from(digit) - u32::from('0') + 52,
        '+' | '-' => 62,
        '/' | '_' => 63,
        _ => return None,
    })
}

/// Makes bytes of digits of six bits.
fn sixes(digits: &[(u32, usize)]) -> Vec<Byte> {
    let (mut bytes, mut held, mut bits, mut start) = (Vec::with_capacity(digits.len()), 0, 0, 0);
    for (digit, at) in digits {
        if bits == 0 {
            start = *at;
        }
        held = (held << 6 | digit) & 0xfff;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push(((held >> bits) as u8, start..at + 1));
            start = *at;
        }
    }
    bytes
}

/// Reads hexadecimal: in one run, in pairs with signs between them, and as `xxd`, `hexdump` and `od -x` dump it, whose pairs may
/// be turned around.
pub(super) fn hex(text: &str) -> Option<ReadBack> {
    if !has_run(text, |byte| byte.is_ascii_hexdigit() || byte == b'x', |_, byte| byte.is_ascii_hexdigit(), 2 * PIECE) {
        return None;
    }
    numbers(text, |token, at, bytes| {
        if !token.len().is_multiple_of(2) {
            return false;
        }
        let pairs = (0..token.len()).step_by(2).map(|pair| (token.get(pair..pair + 2), at + pair..at + pair + 2));
        let before = bytes.len();
        bytes.extend(pairs.filter_map(|(pair, from)| Some((u8::from_str_radix(pair?, 16).ok()?, from))));
        (bytes.len() - before) * 2 == token.len()
    })
}

/// Reads the bytes of an array: `[107, 80, 57]`.
pub(super) fn decimals(text: &str) -> Option<ReadBack> {
    if !has_numbers(text) {
        return None;
    }
    numbers(text, |token, at, bytes| whole((token, at), 10, 1..=3, bytes))
}

/// Reads the bytes of `od -b`.
pub(super) fn octals(text: &str) -> Option<ReadBack> {
    if !has_numbers(text) {
        return None;
    }
    numbers(text, |token, at, bytes| whole((token, at), 8, 3..=3, bytes))
}

/// Says whether so many numbers stand one behind the other that they may hold a piece of a secret.
fn has_numbers(text: &str) -> bool {
    let begins = |before: u8, byte: u8| byte.is_ascii_digit() && !before.is_ascii_digit();
    has_run(text, |byte| byte.is_ascii_digit(), begins, PIECE)
}

/// Says quickly whether so many bytes count that no letter or digit of another kind stands between.
fn has_run(text: &str, may_stand: impl Fn(u8) -> bool, counts: impl Fn(u8, u8) -> bool, least: usize) -> bool {
    let (mut count, mut before) = (0, b' ');
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() && !may_stand(byte) {
            count = 0;
        } else if counts(before, byte) {
            count += 1;
            if count >= least {
                return true;
            }
        }
        before = byte;
    }
    false
}

fn whole((token, at): (&str, usize), base: u32, digits: RangeInclusive<usize>, bytes: &mut Vec<Byte>) -> bool {
    let byte = u8::from_str_radix(token, base).ok().filter(|_| digits.contains(&token.len()));
    bytes.extend(byte.map(|byte| (byte, at..at + token.len())));
    byte.is_some()
}

/// Reads numbers that stand one behind the other, also over lines.
fn numbers(text: &str, take: impl Fn(&str, usize, &mut Vec<Byte>) -> bool) -> Option<ReadBack> {
    let (mut view, mut bytes, mut at) = (ReadBack::new(), Vec::new(), 0);
    let may_be_dump = text.contains("000");
    for line in text.split_inclusive('\n') {
        let body = if may_be_dump { Dumped::of(line) } else { None };
        let body = body.map_or(0..line.len(), |dump| dump.bytes);
        let mut start = at + body.start;
        for token in line[body].split_inclusive(|c: char| !c.is_ascii_alphanumeric()) {
            let word = token.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
            let number = word.strip_prefix("0x").unwrap_or(word);
            if !number.is_empty() && !take(number, start + word.len() - number.len(), &mut bytes) {
                put_both(&mut view, &std::mem::take(&mut bytes));
            }
            start += token.len();
        }
        at += line.len();
    }
    put_both(&mut view, &bytes);
    view.unless_empty()
}

/// Puts bytes as they are, and with each pair turned around: a word of a small-endian machine.
fn put_both(view: &mut ReadBack, bytes: &[Byte]) {
    // Of a checksum or an id hardly ever so much is text.
    if bytes.iter().filter(|(byte, _)| (b' '..=b'~').contains(byte)).count() < PIECE {
        return;
    }
    put_text(view, bytes);
    put_text(view, &bytes.chunks_exact(2).flat_map(|pair| [pair[1].clone(), pair[0].clone()]).collect::<Vec<_>>());
}

/// Puts what of some bytes is text, eight characters in a row or more. Zeros count for nothing: UTF-16 has one beside each
/// letter.
fn put_text(view: &mut ReadBack, bytes: &[Byte]) {
    let seen: Vec<&Byte> = bytes.iter().filter(|(byte, _)| *byte != 0).collect();
    let plain: Vec<u8> = seen.iter().map(|(byte, _)| *byte).collect();
    let mut at = 0;
    for chunk in plain.utf8_chunks() {
        for text in chunk.valid().split_inclusive(char::is_control) {
            if text.chars().count() > PIECE || text.len() >= PIECE && !text.ends_with(char::is_control) {
                for (place, c) in text.char_indices() {
                    let (first, last) = (seen[at + place].1.clone(), seen[at + place + c.len_utf8() - 1].1.clone());
                    view.put(
                        if c.is_control() { '\n' } else { c },
                        first.start.min(last.start)..first.end.max(last.end),
                    );
                }
                if let Some(last) = seen.get(at + text.len() - 1) {
                    view.put('\n', last.1.clone());
                }
            }
            at += text.len();
        }
        at += chunk.invalid().len();
    }
}

/// Reads what stands beside the numbers of a dump, and the letters of `od -c`: in lines that go on behind each other.
pub(super) fn columns(text: &str) -> Option<ReadBack> {
    if !text.contains("000") {
        return None;
    }
    let (mut view, mut at) = (ReadBack::new(), 0);
    for line in text.split_inclusive('\n') {
        if let Some(Dumped { bytes, column }) = Dumped::of(line) {
            let letters = if column.is_empty() { bytes } else { column };
            let each = line[letters.clone()].char_indices();
            each.for_each(|(i, c)| view.put(c, at + letters.start + i..at + letters.start + i + c.len_utf8()));
        }
        at += line.len();
    }
    view.unless_empty()
}

/// Where the parts of a line of a dump are: `00000010: 7565 2d33  ue-3`.
struct Dumped {
    bytes: Range<usize>,
    column: Range<usize>,
}

impl Dumped {
    /// Finds the offset that a line of a dump begins with: seven or eight digits, the first of them zeros.
    fn of(line: &str) -> Option<Self> {
        let at = line.match_indices("000").map(|(at, _)| at).find(|at| {
            let digits = line[*at..].bytes().take_while(u8::is_ascii_hexdigit).count();
            let is_first = line[..*at].chars().next_back().is_none_or(char::is_whitespace);
            is_first && matches!(digits, 7 | 8) && line[at + digits..].starts_with([':', ' '])
        })?;
        let start = at + line[at..].find([':', ' '])?;
        let rest = &line[start..];
        // `xxd` sets two spaces before the letters, `hexdump -C` and `od -z` a sign before and behind them.
        let column = match rest.strip_prefix(": ") {
            Some(rest) => rest.find("  ").map(|at| start + 2 + at + 2),
            None => rest.find(['|', '>']).map(|at| start + at + 1),
        };
        let end = line.trim_end_matches(['\n', '\r']).len();
        let closed = line[..end].trim_end_matches(['|', '<']).len();
        let column = column.filter(|column| *column <= end);
        Some(match column {
            Some(column) => Self {
                bytes: start..column,
                column: column..if rest.starts_with(':') { end } else { closed.max(column) },
            },
            None => Self { bytes: start..end, column: end..end },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Mask, Washer};

    const SECRET: &str = "kP9-dotSecretValue-31337";

    /// What `xxd`, `hexdump -C`, `od -c`, `od -x`, `od -An -tx1`, `od -b` and `xxd -p` print of it, and `Buffer` as JSON.
    const DUMPS: [&[&str]; 8] = [
        &[
            "00000000: 6b50 392d 646f 7453 6563 7265 7456 616c  kP9-dotSecretVal",
            "00000010: 7565 2d33 3133 3337 0a                   ue-31337.",
        ],
        &[
            "00000000  6b 50 39 2d 64 6f 74 53  65 63 72 65 74 56 61 6c  |kP9-dotSecretVal|",
            "00000010  75 65 2d 33 31 33 33 37  0a                       |ue-31337.|",
        ],
        &[
            r"0000000   k   P   9   -   d   o   t   S   e   c   r   e   t   V   a   l",
            r"0000020   u   e   -   3   1   3   3   7  \n",
        ],
        &["0000000 506b 2d39 6f64 5374 6365 6572 5674 6c61", "0000020 6575 332d 3331 3733 000a"],
        &[" 6b 50 39 2d 64 6f 74 53 65 63 72 65 74 56 61 6c", " 75 65 2d 33 31 33 33 37 0a"],
        &[
            "0000000 153 120 071 055 144 157 164 123 145 143 162 145 164 126 141 154",
            "0000020 165 145 055 063 061 063 063 067 012",
        ],
        &["6b50392d646f7453656372657456616c75652d333133", "33370a"],
        &["[107,80,57,45,100,111,116,83,101,99,114,101,116,86,97,108,117,101,45,51,49,51,51,55]"],
    ];

    #[test]
    fn a_dump_shows_nothing_of_a_secret_whole_or_line_by_line() {
        let mask = Mask::new();
        mask.learn(SECRET);
        for dump in DUMPS {
            let whole = mask.text(&dump.join("\n"));
            let mut washer = Washer::new(&mask);
            let lines: Vec<String> =
                dump.iter().map(|line| washer.line(&format!("app-1  | {line}")).to_string()).collect();
            for shown in [whole.to_string(), lines.join("\n")] {
                let left: String = shown.split_whitespace().filter(|word| !word.starts_with("0000")).collect();
                let left = left.replace("app-1|", "").replace("•••", "");
                assert!(left.len() < 8, "{shown}");
            }
        }
    }
}
