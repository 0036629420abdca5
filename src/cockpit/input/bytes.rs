//! From bytes to what they mean, however they are cut into reads. What is not understood is left out, and holds up nothing.

use super::heard::{Heard, InputFront, key};
use super::sequence::{control, csi, device, osc, ss3};
use crate::message::Repeat;
use crate::settings::keymap::{Key, Stroke};

const ESC: u8 = 0x1b;
/// The longest sequence that is waited for; a longer one is noise.
const LONGEST: usize = 4_096;
/// The longest paste that is taken; the rest of a longer one is left out.
const LONGEST_PASTE: usize = 1 << 20;
const PASTE_ENDS: &[u8] = b"\x1b[201~";

/// Reads what a terminal sends.
#[derive(Debug, Default)]
pub(crate) struct InputParser {
    held: Vec<u8>,
    /// The text of a paste whose end has not come.
    paste: Option<Vec<u8>>,
}

impl InputParser {
    /// Takes bytes in, and returns what they mean as far as that can be told.
    pub(crate) fn feed(&mut self, bytes: &[u8]) -> Vec<Heard> {
        self.held.extend_from_slice(bytes);
        let mut heard = Vec::new();
        let mut at = 0;
        loop {
            if self.paste.is_some() {
                match self.pasted(&mut at) {
                    Some(text) => heard.push(Heard::Paste(text)),
                    None => break,
                }
                continue;
            }
            match front(&self.held[at..]) {
                InputFront::Took(count, what) => {
                    at += count;
                    heard.extend(what);
                }
                InputFront::PasteBegins(count) => {
                    at += count;
                    self.paste = Some(Vec::new());
                }
                InputFront::Short if self.held.len() - at > LONGEST => {
                    // Its rest is noise like its beginning, and is waited for: taken alone it would be keys.
                    self.held.truncate(at + 3);
                    break;
                }
                InputFront::Short => break,
            }
        }
        self.held.drain(..at);
        heard
    }

    /// Says whether bytes are held whose rest may still come.
    pub(crate) const fn is_waiting(&self) -> bool {
        !self.held.is_empty() || self.paste.is_some()
    }

    /// Says whether the end of a paste is waited for.
    pub(crate) const fn is_pasting(&self) -> bool {
        self.paste.is_some()
    }

    /// Says whether a sequence or an answer of the terminal has begun that no key begins; its rest, taken alone, would be keys.
    pub(crate) fn is_told(&self) -> bool {
        matches!(self.held[..], [ESC, b'[' | b']' | b'P' | b'_' | b'^' | b'X', _, ..])
    }

    /// Returns what the held bytes mean when nothing follows them: an escape alone is the key, or alt with what stands behind it.
    pub(crate) fn expire(&mut self) -> Vec<Heard> {
        let held = std::mem::take(&mut self.held);
        if let Some(mut text) = self.paste.take() {
            text.extend_from_slice(&held);
            return vec![Heard::Paste(plain(&text))];
        }
        match held[..] {
            [ESC] => vec![key(Key::Esc)],
            [ESC, letter @ (b'[' | b']' | b'O' | b'P' | b'_' | b'^' | b'X')] => vec![alt(char::from(letter))],
            _ => Vec::new(),
        }
    }

    /// Takes the bytes of a paste; returns its text once it has ended.
    fn pasted(&mut self, at: &mut usize) -> Option<String> {
        let rest = &self.held[*at..];
        let found = rest.windows(PASTE_ENDS.len()).position(|window| window == PASTE_ENDS);
        // Without the end, its beginning may be among the last bytes.
        let safe = found.unwrap_or_else(|| rest.len().saturating_sub(PASTE_ENDS.len() - 1));
        let text = self.paste.get_or_insert_default();
        let room = LONGEST_PASTE.saturating_sub(text.len());
        text.extend_from_slice(&rest[..safe.min(room)]);
        *at += safe;
        found?;
        *at += PASTE_ENDS.len();
        self.paste.take().map(|text| plain(&text))
    }
}

/// Terminals send a carriage return for each new line of a paste.
fn plain(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).replace("\r\n", "\n").replace('\r', "\n")
}

fn front(bytes: &[u8]) -> InputFront {
    match bytes {
        [] | [ESC] => InputFront::Short,
        [ESC, b'[', rest @ ..] => csi(rest),
        [ESC, b'O', rest @ ..] => ss3(rest),
        [ESC, b']', rest @ ..] => string(rest, osc),
        [ESC, b'P' | b'_' | b'^' | b'X', rest @ ..] => string(rest, device),
        // The second one begins something of its own.
        [ESC, ESC, ..] => InputFront::Took(1, Some(key(Key::Esc))),
        [ESC, rest @ ..] => match letter(rest) {
            InputFront::Took(count, Some(Heard::Key(stroke, repeat))) => {
                InputFront::Took(count + 1, Some(Heard::Key(Stroke { alt: true, ..stroke }, repeat)))
            }
            InputFront::Took(count, _) => InputFront::Took(count + 1, None),
            other @ (InputFront::PasteBegins(_) | InputFront::Short) => other,
        },
        _ => letter(bytes),
    }
}

/// Reads a string up to its terminator: BEL, or ESC and a backslash. A stray escape inside ends it without a meaning.
fn string(bytes: &[u8], read: fn(&[u8]) -> Option<Heard>) -> InputFront {
    let Some(end) = bytes.iter().position(|byte| matches!(*byte, 0x07 | 0x18 | ESC)) else { return InputFront::Short };
    match (bytes[end], bytes.get(end + 1)) {
        (0x07, _) => InputFront::Took(end + 3, read(&bytes[..end])),
        (ESC, Some(b'\\')) => InputFront::Took(end + 4, read(&bytes[..end])),
        (ESC, None) => InputFront::Short,
        (ESC, Some(_)) => InputFront::Took(end + 2, None),
        _ => InputFront::Took(end + 3, None),
    }
}

/// Reads one character, or one control byte.
fn letter(bytes: &[u8]) -> InputFront {
    let Some(first) = bytes.first() else { return InputFront::Short };
    if *first < 0x20 || *first == 0x7f {
        return InputFront::Took(1, control(*first).map(|stroke| Heard::Key(stroke, Repeat::Fresh)));
    }
    let length = match first {
        0x00..=0x7f => 1,
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        // No character begins like this.
        _ => return InputFront::Took(1, None),
    };
    let whole = bytes.get(..length).and_then(|bytes| std::str::from_utf8(bytes).ok()).and_then(|t| t.chars().next());
    match whole {
        Some(letter) => InputFront::Took(length, Some(key(Key::Char(letter)))),
        None if bytes.len() < length && bytes[1..].iter().all(|b| b & 0xc0 == 0x80) => InputFront::Short,
        None => InputFront::Took(1, None),
    }
}

const fn alt(letter: char) -> Heard {
    Heard::Key(Stroke { key: Key::Char(letter), ctrl: false, alt: true }, Repeat::Fresh)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::{Pointed, TerminalReply};
    use proptest::prelude::*;

    fn heard(bytes: &[u8]) -> Vec<Heard> {
        let mut parser = InputParser::default();
        let mut all = parser.feed(bytes);
        all.extend(parser.expire());
        all
    }

    fn with(code: Key, ctrl: bool, alt: bool) -> Heard {
        Heard::Key(Stroke { key: code, ctrl, alt }, Repeat::Fresh)
    }

    #[test]
    fn an_answer_whose_rest_is_on_its_way_is_waited_for() {
        let mut parser = InputParser::default();
        assert_eq!(parser.feed(b"\x1b]"), []);
        assert!(!parser.is_told(), "alt and a bracket is a key");
        assert_eq!(parser.feed(b"11;rgb:1c1c/1c"), []);
        assert!(parser.is_told());
        let ground = TerminalReply::Colour { which: 11, red: 0x1c, green: 0x1c, blue: 0x1c };
        assert_eq!(parser.feed(b"1c/1c1c\x1b\\"), [Heard::Told(ground)]);
        assert!(!parser.is_told() && !parser.is_waiting());
    }

    #[test]
    fn the_rest_of_a_sequence_is_waited_for_and_of_one_that_is_too_long_none_is_a_key() {
        let mut parser = InputParser::default();
        assert_eq!(parser.feed(b"\x1b[<0;1"), []);
        assert!(parser.is_told(), "a click that is cut");
        assert_eq!(parser.feed(b"0;3M").len(), 1);
        assert_eq!(parser.feed(b"\x1b]52;c;"), []);
        (0..3).for_each(|_| assert_eq!(parser.feed(&[b'd'; LONGEST]), []));
        assert_eq!(parser.feed(b"d\r\x07j"), [key(Key::Char('j'))]);
    }

    #[test]
    fn keys_are_told_as_terminals_of_every_kind_write_them() {
        let all: [(&[u8], Heard); 29] = [
            (b"j", key(Key::Char('j'))),
            (b"G", key(Key::Char('G'))),
            ("ש".as_bytes(), key(Key::Char('ש'))),
            (b"\r", key(Key::Enter)),
            (b"\t", key(Key::Tab)),
            (b"\x7f", key(Key::Backspace)),
            (b"\x03", with(Key::Char('c'), true, false)),
            (b"\x0a", with(Key::Char('j'), true, false)),
            (b"\x1b", key(Key::Esc)),
            (b"\x1bx", with(Key::Char('x'), false, true)),
            (b"\x1b\r", with(Key::Enter, false, true)),
            (b"\x1b[A", key(Key::Up)),
            (b"\x1bOB", key(Key::Down)),
            (b"\x1b[1;5C", with(Key::Right, true, false)),
            (b"\x1b[Z", key(Key::BackTab)),
            (b"\x1b[5~", key(Key::PageUp)),
            (b"\x1b[3;5~", with(Key::Delete, true, false)),
            (b"\x1bOP", key(Key::F(1))),
            (b"\x1b[[A", key(Key::F(1))),
            (b"\x1b[24~", key(Key::F(12))),
            (b"\x1b[25~", key(Key::F(13))),
            (b"\x1b[34~", key(Key::F(20))),
            (b"\x1b[57387u", key(Key::F(24))),
            (b"\x1b[99;5u", with(Key::Char('c'), true, false)),
            (b"\x1b[27u", key(Key::Esc)),
            (b"\x1b[103:71;2u", key(Key::Char('G'))),
            (b"\x1b[9;2u", key(Key::BackTab)),
            (b"\x1b[27;5;109~", with(Key::Char('m'), true, false)),
            (b"\x1b[", with(Key::Char('['), false, true)),
        ];
        for (bytes, wanted) in all {
            assert_eq!(heard(bytes), [wanted], "{}", bytes.escape_ascii());
        }
    }

    #[test]
    fn a_key_held_down_is_told_from_one_pressed_and_its_release_is_nothing() {
        let stroke = Stroke { key: Key::Char('j'), ctrl: true, alt: false };
        assert_eq!(heard(b"\x1b[106;5:2u"), [Heard::Key(stroke, Repeat::Held)]);
        assert_eq!(heard(b"\x1b[106;5:3u"), []);
        assert_eq!(heard(b"\x1b[113;9u"), [], "super and a letter is not the letter");
    }

    #[test]
    fn a_paste_is_one_text_whatever_stands_in_it() {
        assert_eq!(
            heard(b"\x1b[200~a\rb\x1b[Aq\x1b[201~j"),
            [Heard::Paste("a\nb\u{1b}[Aq".to_owned()), key(Key::Char('j'))]
        );
        assert_eq!(heard(b"\x1b[200~half"), [Heard::Paste("half".to_owned())], "an end that never comes");
    }

    #[test]
    fn clicks_the_wheel_focus_and_answers_are_no_keys() {
        let at = |what, column, line| Heard::Pointer { what, column, line };
        assert_eq!(heard(b"\x1b[<0;10;3M\x1b[<0;10;3m"), [at(Pointed::Click, 9, 2)]);
        assert_eq!(heard(b"\x1b[<32;10;4M"), [at(Pointed::Drag, 9, 3)]);
        assert_eq!(heard(b"\x1b[<64;1;1M\x1b[<65;1;1M"), [at(Pointed::WheelUp, 0, 0), at(Pointed::WheelDown, 0, 0)]);
        assert_eq!(heard(b"\x1b[M !!q"), [key(Key::Char('q'))], "the old report of the mouse is passed over");
        assert_eq!(heard(b"\x1b[I\x1b[O"), [Heard::FocusGained, Heard::FocusLost]);
        assert_eq!(heard(b"\x1b[?2026;2$y"), [Heard::Told(TerminalReply::Mode { mode: 2026, state: 2 })]);
        assert_eq!(heard(b"\x1b[?62;22c"), [Heard::Told(TerminalReply::Attributes)]);
        let white = TerminalReply::Colour { which: 11, red: 255, green: 255, blue: 255 };
        assert_eq!(heard(b"\x1b]11;rgb:ffff/ffff/ffff\x07"), [Heard::Told(white)]);
        assert_eq!(heard(b"\x1b]11;rgb:ff/ff/ff\x1b\\"), [Heard::Told(white)]);
        assert_eq!(heard(b"\x1bP1$r0m\x1b\\j"), [key(Key::Char('j'))]);
    }

    proptest! {
        #[test]
        fn bytes_mean_the_same_however_they_are_cut(bytes in prop::collection::vec(any::<u8>(), 0..60), cut in 0usize..60) {
            let cut = cut.min(bytes.len());
            let (mut once, mut twice) = (InputParser::default(), InputParser::default());
            let whole = once.feed(&bytes);
            let mut parts = twice.feed(&bytes[..cut]);
            parts.extend(twice.feed(&bytes[cut..]));
            prop_assert_eq!(whole, parts);
            once.expire();
            prop_assert!(!once.is_waiting());
        }

        #[test]
        fn sequences_mean_the_same_however_they_are_cut(text in "(\u{1b}\\[[<?]?[0-9;:]{0,6}[A-Z~u$y]|\u{1b}[a-zA-Z\\]P]|[a-zש]|\u{1b}\\[20[01]~){0,9}", cut in 0usize..60) {
            let bytes = text.as_bytes();
            let cut = cut.min(bytes.len());
            let (mut once, mut twice) = (InputParser::default(), InputParser::default());
            let whole = once.feed(bytes);
            let mut parts = twice.feed(&bytes[..cut]);
            parts.extend(twice.feed(&bytes[cut..]));
            prop_assert_eq!(whole, parts);
        }
    }
}
