//! A line that is written at the foot of the screen: what to search for, what to filter by. Its effect is seen while it is written.

use crate::cockpit::action::{Action, DialogAction, SearchAction};
use crate::cockpit::state::State;
use crate::cockpit::widgets::{Row, safe};
use crate::config::keymap::{Key, Stroke};
use crate::config::theme::Role;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// The longest text that is taken, in letters.
const LONGEST: usize = 512;

/// A line that is written.
#[derive(Clone, Debug)]
pub(crate) struct Prompt {
    pub(crate) kind: PromptKind,
    before: String,
    behind: String,
    /// What is wrong with it, or what it would find.
    pub(crate) says: Option<(String, Role)>,
}

/// What the line is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PromptKind {
    /// A text to go to.
    Search,
    /// What lines must have to be shown.
    Filter,
}

impl PromptKind {
    const fn sign(self) -> &'static str {
        match self {
            Self::Search => "/",
            Self::Filter => "&",
        }
    }
}

impl Prompt {
    /// Begins with a text that can be written on.
    pub(crate) fn new(kind: PromptKind, text: &str) -> Self {
        Self { kind, before: text.to_owned(), behind: String::new(), says: None }
    }

    pub(crate) fn written(&self) -> String {
        format!("{}{}", self.before, self.behind)
    }

    /// Returns what stands before the cursor, and what behind it.
    pub(super) fn parts(&self) -> (&str, &str) {
        (&self.before, &self.behind)
    }

    /// Says which keys take the line, and leave it.
    pub(crate) fn keys(state: &State, takes: &str) -> String {
        let take = (Action::Search(SearchAction::Take), takes);
        state.keys_say("dialog.prompt", &[take, (Action::Dialog(DialogAction::Cancel), "leaves it")])
    }

    /// Takes a key that is bound to nothing here.
    pub(crate) fn stroke(&mut self, stroke: Stroke) {
        match (stroke.key, stroke.ctrl || stroke.alt) {
            (Key::Char(letter), false) => self.insert(letter),
            (Key::Backspace, false) | (Key::Char('h'), true) => {
                self.before.pop();
            }
            (Key::Delete, false) => {
                self.behind = self.behind.chars().skip(1).collect();
            }
            (Key::Char('u'), true) => self.before.clear(),
            (Key::Char('w') | Key::Backspace, true) => {
                let kept = self.before.trim_end().rfind(' ').map_or(0, |space| space + 1);
                self.before.truncate(kept);
            }
            (Key::Left, _) => self.behind.insert_str(0, &self.before.pop().map(String::from).unwrap_or_default()),
            (Key::Right, _) => {
                let next: String = self.behind.chars().take(1).collect();
                self.behind.drain(..next.len());
                self.before.push_str(&next);
            }
            (Key::Home, _) | (Key::Char('a'), true) => {
                self.behind = self.written();
                self.before.clear();
            }
            (Key::End, _) | (Key::Char('e'), true) => {
                self.before = self.written();
                self.behind.clear();
            }
            (_, _) => {}
        }
    }

    /// Takes a pasted text; only its first line, because the prompt has one.
    pub(crate) fn paste(&mut self, text: &str) {
        safe(text.lines().next().unwrap_or_default()).chars().for_each(|letter| self.insert(letter));
    }

    fn insert(&mut self, letter: char) {
        if self.before.chars().count() + self.behind.chars().count() < LONGEST {
            self.before.push(letter);
        }
    }

    /// Draws it over the last line of the screen.
    pub(crate) fn draw(&self, state: &State, area: Rect, buffer: &mut Buffer) {
        let area = area.intersection(buffer.area);
        let line = Rect { y: area.bottom().saturating_sub(1), height: area.height.min(1), ..area };
        ratatui::widgets::Widget::render(ratatui::widgets::Clear, line, buffer);
        let cursor = state.palette.sign("▏", "_");
        let row = Row::new().put(format!(" {}", self.kind.sign()), Role::Key).put(self.tail(line), Role::Strong);
        let row = row.put(cursor, Role::Accent).put(&self.behind, Role::Strong);
        let row = match &self.says {
            Some((says, role)) => row.right(says, *role),
            None => row.right(Self::keys(state, "takes it"), Role::Dim),
        };
        row.right(" ", Role::Text).draw(line, buffer, &state.palette);
    }

    /// Returns the end of what stands before the cursor, so that the cursor is seen.
    fn tail(&self, line: Rect) -> String {
        let room = usize::from(line.width.saturating_sub(6));
        let letters: Vec<char> = self.before.chars().collect();
        letters[letters.len().saturating_sub(room)..].iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(keys: &[(Key, bool)]) -> String {
        let mut prompt = Prompt::new(PromptKind::Search, "one two");
        keys.iter().for_each(|(key, ctrl)| prompt.stroke(Stroke { key: *key, ctrl: *ctrl, alt: false }));
        prompt.written()
    }

    #[test]
    fn a_line_can_be_mended_anywhere() {
        assert_eq!(typed(&[(Key::Left, false), (Key::Char('x'), false)]), "one twxo");
        assert_eq!(typed(&[(Key::Home, false), (Key::Delete, false), (Key::Char('O'), false)]), "One two");
        assert_eq!(typed(&[(Key::Char('w'), true)]), "one ");
        assert_eq!(typed(&[(Key::Char('u'), true), (Key::Backspace, false)]), "");
        assert_eq!(typed(&[(Key::Home, false), (Key::Right, false), (Key::Backspace, false)]), "ne two");
    }
}
