//! The sequences of terminals: cursor keys, function keys, the keyboard protocol of kitty, the mouse, focus, and answers.
//!
//! Sources: xterm's ctlseqs, kitty's keyboard-protocol, and contour's color-palette-update-notifications; what is in none
//! of them is left out.

use super::heard::{Heard, InputFront, key};
use crate::message::{Pointed, Repeat, TerminalReply};
use crate::settings::keymap::{Key, Stroke};

/// Reads what stands behind `ESC [`; the count includes those two.
pub(super) fn csi(bytes: &[u8]) -> InputFront {
    match bytes {
        // The keys F1 to F5 of a bare console, and the mouse in its old way.
        [b'[', letter, ..] => return InputFront::Took(4, function(u32::from(*letter).wrapping_sub(64)).map(key)),
        [b'[' | b'M'] | [b'M', _] | [b'M', _, _] => return InputFront::Short,
        [b'M', _, _, _, ..] => return InputFront::Took(6, None),
        _ => {}
    }
    let Some(end) = bytes.iter().position(|byte| !matches!(byte, 0x20..=0x3f)) else { return InputFront::Short };
    let (body, last) = (&bytes[..end], bytes[end]);
    if !matches!(last, 0x40..=0x7e) {
        // It is cut off by something else, which then counts for itself.
        return InputFront::Took(end + 2, None);
    }
    if (body, last) == (b"200", b'~') {
        return InputFront::PasteBegins(end + 3);
    }
    let text = std::str::from_utf8(body).unwrap_or("");
    InputFront::Took(end + 3, meaning(text, last))
}

/// Reads what stands behind `ESC O`.
pub(super) fn ss3(bytes: &[u8]) -> InputFront {
    let Some(last) = bytes.first() else { return InputFront::Short };
    let code = match last {
        b'M' => Some(Key::Enter),
        _ => cursor(*last),
    };
    match code {
        Some(code) => InputFront::Took(3, Some(key(code))),
        None if last.is_ascii_graphic() => InputFront::Took(3, None),
        None => InputFront::Took(2, None),
    }
}

/// Reads an operating system command: the answer about a colour.
pub(super) fn osc(bytes: &[u8]) -> Option<Heard> {
    let (which, says) = std::str::from_utf8(bytes).ok()?.split_once(';')?;
    let mut parts = says.strip_prefix("rgb:")?.split('/').map(|part| {
        let digits = part.get(..2).unwrap_or(part);
        u8::from_str_radix(digits, 16).ok()
    });
    let (red, green, blue) = (parts.next()??, parts.next()??, parts.next()??);
    Some(Heard::Told(TerminalReply::Colour { which: which.parse().ok()?, red, green, blue }))
}

/// Reads a device's answer; none of them is asked for.
pub(super) const fn device(_bytes: &[u8]) -> Option<Heard> {
    None
}

/// Returns the key of a control byte.
pub(super) const fn control(byte: u8) -> Option<Stroke> {
    let (code, ctrl) = match byte {
        b'\r' => (Key::Enter, false),
        b'\t' => (Key::Tab, false),
        0x7f => (Key::Backspace, false),
        0x00 => (Key::Char(' '), true),
        0x01..=0x1a => (Key::Char((byte - 1 + b'a') as char), true),
        0x1c..=0x1f => (Key::Char((byte - 0x1c + b'4') as char), true),
        _ => return None,
    };
    Some(Stroke { key: code, ctrl, alt: false })
}

fn meaning(body: &str, last: u8) -> Option<Heard> {
    match (body.as_bytes().first(), last) {
        (Some(b'<'), b'M') => return pointer(&body[1..]),
        (Some(b'?'), b'y') => return mode(body[1..].strip_suffix('$')?),
        (Some(b'?'), b'c') => return Some(Heard::Told(TerminalReply::Attributes)),
        (Some(b'?'), b'n') => return scheme(&body[1..]),
        (Some(b'?'), b'u') => return Some(Heard::Told(TerminalReply::Keyboard { flags: body[1..].parse().ok()? })),
        (Some(b'<' | b'=' | b'>' | b'?'), _) => return None,
        (None, b'I') => return Some(Heard::FocusGained),
        (None, b'O') => return Some(Heard::FocusLost),
        (_, _) => {}
    }
    let mut fields = body.split(';');
    let first = fields.next().unwrap_or("");
    let (held, kind) = fields.next().map_or(("", ""), |field| field.split_once(':').unwrap_or((field, "")));
    let mut codes = first.split(':');
    let code: u32 = codes.next().and_then(|code| code.parse().ok()).unwrap_or(1);
    let shifted: Option<u32> = codes.next().and_then(|code| code.parse().ok());
    let bits = held.parse::<u32>().unwrap_or(1).saturating_sub(1);
    let code = match last {
        b'~' if code == 27 => unicode(fields.next()?.parse().ok()?, None, bits)?,
        b'~' => numbered(code)?,
        b'u' => unicode(code, shifted, bits)?,
        b'Z' => Key::BackTab,
        letter => cursor(letter)?,
    };
    stroke(code, bits, kind)
}

/// Puts the modifiers to a key: 1 is shift, 2 alt, 4 ctrl; with any of the rest it is another key, which has no name here.
fn stroke(code: Key, bits: u32, kind: &str) -> Option<Heard> {
    const SHIFT: u32 = 1;
    // Caps and num lock are no modifiers that a person holds.
    const LOCKS: u32 = 64 | 128;
    if bits & !(7 | LOCKS) != 0 {
        return None;
    }
    let repeat = match kind {
        "" | "1" => Repeat::Fresh,
        "2" => Repeat::Held,
        _ => return None,
    };
    let code = if code == Key::Tab && bits & SHIFT != 0 { Key::BackTab } else { code };
    Some(Heard::Key(Stroke { key: code, ctrl: bits & 4 != 0, alt: bits & 2 != 0 }, repeat))
}

const fn cursor(letter: u8) -> Option<Key> {
    Some(match letter {
        b'A' => Key::Up,
        b'B' => Key::Down,
        b'C' => Key::Right,
        b'D' => Key::Left,
        b'F' => Key::End,
        b'H' => Key::Home,
        b'P' => Key::F(1),
        b'Q' => Key::F(2),
        b'R' => Key::F(3),
        b'S' => Key::F(4),
        _ => return None,
    })
}

/// Returns the key of `ESC [ number ~`.
const fn numbered(number: u32) -> Option<Key> {
    Some(match number {
        1 | 7 => Key::Home,
        3 => Key::Delete,
        4 | 8 => Key::End,
        5 => Key::PageUp,
        6 => Key::PageDown,
        // The numbers have gaps where the keys of an old terminal had.
        11..=15 => return function(number - 10),
        17..=21 => return function(number - 11),
        23..=26 => return function(number - 12),
        28 | 29 => return function(number - 13),
        31..=34 => return function(number - 14),
        _ => return None,
    })
}

const fn function(number: u32) -> Option<Key> {
    if number >= 1 && number <= 24 { Some(Key::F(number as u8)) } else { None }
}

/// Returns the key of a code point, or of kitty's codes for keys that have none.
fn unicode(code: u32, shifted: Option<u32>, bits: u32) -> Option<Key> {
    Some(match code {
        27 => Key::Esc,
        13 | 57_414 => Key::Enter,
        9 => Key::Tab,
        8 | 127 => Key::Backspace,
        57_399..=57_408 => Key::Char(char::from_digit(code - 57_399, 10)?),
        57_409 => Key::Char('.'),
        57_410 => Key::Char('/'),
        57_411 => Key::Char('*'),
        57_412 => Key::Char('-'),
        57_413 => Key::Char('+'),
        57_415 => Key::Char('='),
        57_417 => Key::Left,
        57_418 => Key::Right,
        57_419 => Key::Up,
        57_420 => Key::Down,
        57_421 => Key::PageUp,
        57_422 => Key::PageDown,
        57_423 => Key::Home,
        57_424 => Key::End,
        57_426 => Key::Delete,
        57_376..=57_387 => return function(code - 57_363),
        // The rest of the private area are keys that nothing here has a use for.
        0..=31 | 57_344..=63_743 => return None,
        _ => {
            let plain = char::from_u32(code)?;
            let upper = || plain.to_uppercase().next().filter(|_| plain.is_alphabetic());
            let is_shifted = bits & 1 != 0;
            Key::Char(if is_shifted { shifted.and_then(char::from_u32).or_else(upper).unwrap_or(plain) } else { plain })
        }
    })
}

fn pointer(body: &str) -> Option<Heard> {
    let mut fields = body.split(';').map(|field| field.parse::<u16>().ok());
    let (button, column, line) = (fields.next()??, fields.next()??, fields.next()??);
    // Shift, alt and ctrl are 4, 8 and 16, and belong to the terminal; 32 is a mouse that moves.
    let what = match button {
        0 => Pointed::Click,
        32 => Pointed::Drag,
        64 => Pointed::WheelUp,
        65 => Pointed::WheelDown,
        _ => return None,
    };
    Some(Heard::Pointer { what, column: column.checked_sub(1)?, line: line.checked_sub(1)? })
}

/// The scheme of colours: 1 is dark, 2 light.
fn scheme(body: &str) -> Option<Heard> {
    let is_light = match body.strip_prefix("997;")? {
        "1" => false,
        "2" => true,
        _ => return None,
    };
    Some(Heard::Told(TerminalReply::Scheme { is_light }))
}

fn mode(body: &str) -> Option<Heard> {
    let (mode, state) = body.split_once(';')?;
    Some(Heard::Told(TerminalReply::Mode { mode: mode.parse().ok()?, state: state.parse().ok()? }))
}
