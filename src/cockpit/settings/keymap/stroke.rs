//! Strokes and chords as people write them: `d`, `ctrl-d`, `g g`, `shift-tab`, `f1`.

use std::fmt;

/// A key with what was held down; shift is in the character itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Stroke {
    /// The key.
    pub key: Key,
    /// Whether control was held.
    pub ctrl: bool,
    /// Whether alt was held.
    pub alt: bool,
}

/// The keys that can be bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// A character.
    Char(char),
    /// Enter.
    Enter,
    /// Escape.
    Esc,
    /// Tab.
    Tab,
    /// Shift and tab.
    BackTab,
    /// Backspace.
    Backspace,
    /// Delete.
    Delete,
    /// Arrow up.
    Up,
    /// Arrow down.
    Down,
    /// Arrow left.
    Left,
    /// Arrow right.
    Right,
    /// Home.
    Home,
    /// End.
    End,
    /// Page up.
    PageUp,
    /// Page down.
    PageDown,
    /// A function key.
    F(u8),
}

const NAMED: [(Key, &str, &str); 16] = [
    (Key::Char(' '), "space", "Space"),
    (Key::Enter, "enter", "Enter"),
    (Key::Esc, "esc", "Esc"),
    (Key::Tab, "tab", "Tab"),
    (Key::BackTab, "shift-tab", "Shift-Tab"),
    (Key::Backspace, "backspace", "Backspace"),
    (Key::Delete, "delete", "Del"),
    (Key::Up, "up", "↑"),
    (Key::Down, "down", "↓"),
    (Key::Left, "left", "←"),
    (Key::Right, "right", "→"),
    (Key::Home, "home", "Home"),
    (Key::End, "end", "End"),
    (Key::PageUp, "page-up", "PgUp"),
    (Key::PageDown, "page-down", "PgDn"),
    (Key::Char('-'), "minus", "-"),
];

impl Stroke {
    /// Makes a stroke of a key alone.
    pub const fn plain(key: Key) -> Self {
        Self { key, ctrl: false, alt: false }
    }

    /// Says whether hands press it without thinking: tmux's prefixes, and what moves or deletes in vim and shells.
    pub fn is_reflex(&self) -> bool {
        self.ctrl && matches!(self.key, Key::Char('h' | 'j' | 'k' | 'l' | 'a' | 'b' | 'd'))
    }

    /// Returns the key that most terminals send in its place: a control byte has no case, and some are another key's own.
    ///
    /// Source: xterm's ctlseqs; the bytes 0x1c to 0x1f are read as ctrl with 4 to 7.
    pub fn sent_as(&self) -> Option<Self> {
        let (key, ctrl) = match self.key {
            Key::Char(letter) => match letter.to_ascii_lowercase() {
                'i' => (Key::Tab, false),
                'm' => (Key::Enter, false),
                '[' | '3' => (Key::Esc, false),
                '8' | '?' => (Key::Backspace, false),
                '2' | '@' => (Key::Char(' '), true),
                '\\' => (Key::Char('4'), true),
                ']' => (Key::Char('5'), true),
                '^' => (Key::Char('6'), true),
                '/' | '_' => (Key::Char('7'), true),
                lower @ ('a'..='z' | '4'..='7' | ' ') => (Key::Char(lower), true),
                // No control byte is its own: what is sent is the key alone.
                other => (Key::Char(other), false),
            },
            Key::Enter | Key::Tab | Key::Esc | Key::Backspace => (self.key, false),
            Key::BackTab | Key::Delete | Key::Up | Key::Down | Key::Left | Key::Right | Key::Home | Key::End => {
                return None;
            }
            Key::PageUp | Key::PageDown | Key::F(_) => return None,
        };
        Some(Self { key, ctrl, ..*self }).filter(|sent| self.ctrl && sent != self)
    }

    /// Reads `d`, `ctrl-d`, `alt-enter`, `shift-tab`, `f1`; `None` when it names no key.
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(rest) = text.strip_prefix("ctrl-") {
            return Self::parse(rest).map(|s| Self { ctrl: true, ..s });
        }
        if let Some(rest) = text.strip_prefix("alt-") {
            return Self::parse(rest).map(|s| Self { alt: true, ..s });
        }
        if let Some((key, _, _)) = NAMED.iter().find(|(_, name, _)| *name == text) {
            return Some(Self::plain(*key));
        }
        let mut letters = text.chars();
        match (letters.next(), letters.next()) {
            (Some(only), None) if !only.is_control() => Some(Self::plain(Key::Char(only))),
            (Some('f'), Some(_)) => {
                text[1..].parse().ok().filter(|n| (1..=24).contains(n)).map(|n| Self::plain(Key::F(n)))
            }
            _ => None,
        }
    }
}

impl fmt::Display for Stroke {
    /// Writes the stroke as the footer and the help show it: `Ctrl-d`, `PgDn`.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.ctrl {
            out.write_str("Ctrl-")?;
        }
        if self.alt {
            out.write_str("Alt-")?;
        }
        match (self.key, NAMED.iter().find(|(key, _, _)| *key == self.key)) {
            (_, Some((_, _, shown))) => out.write_str(shown),
            (Key::F(number), None) => write!(out, "F{number}"),
            (Key::Char(letter), None) => write!(out, "{letter}"),
            (key, None) => write!(out, "{key:?}"),
        }
    }
}

/// Reads strokes with spaces between them; `Err` holds the word that names no key.
pub fn parse_chord(text: &str) -> Result<Vec<Stroke>, String> {
    let strokes: Result<Vec<_>, String> =
        text.split_whitespace().map(|word| Stroke::parse(word).ok_or_else(|| word.to_owned())).collect();
    strokes.and_then(|chord| if chord.is_empty() { Err(text.to_owned()) } else { Ok(chord) })
}

/// Writes a chord as the footer and the help show it.
pub fn chord_text(chord: &[Stroke]) -> String {
    chord.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chord_is_read_stroke_by_stroke_and_an_unknown_key_is_named() {
        assert_eq!(parse_chord("g G").map(|c| c.len()), Ok(2));
        assert_eq!(parse_chord("ctrl-d").map(|c| chord_text(&c)), Ok("Ctrl-d".to_owned()));
        assert_eq!(parse_chord("f1").map(|c| chord_text(&c)), Ok("F1".to_owned()));
        assert_eq!(parse_chord("g entr"), Err("entr".to_owned()));
        assert_eq!(parse_chord("f99"), Err("f99".to_owned()));
        assert!(parse_chord(" ").is_err());
    }

    #[test]
    fn what_a_control_byte_cannot_tell_is_known_with_what_comes_instead() {
        let sent = |text| Stroke::parse(text).unwrap().sent_as().map(|stroke| stroke.to_string());
        let all =
            [("ctrl-D", "Ctrl-d"), ("ctrl-M", "Enter"), ("ctrl-m", "Enter"), ("ctrl-i", "Tab"), ("ctrl-[", "Esc")];
        let alone =
            [("ctrl-enter", "Enter"), ("ctrl-tab", "Tab"), ("ctrl-1", "1"), ("ctrl-;", ";"), ("ctrl-minus", "-")];
        for (text, instead) in all.into_iter().chain(alone) {
            assert_eq!(sent(text).as_deref(), Some(instead), "{text}");
        }
        for text in ["ctrl-d", "ctrl-j", "ctrl-space", "ctrl-7", "D", "m", "alt-D", "alt-[", "ctrl-up"] {
            assert_eq!(sent(text), None, "{text}");
        }
    }
}
