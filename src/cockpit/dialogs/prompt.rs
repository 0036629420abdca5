//! A line that is written at the foot of the screen: what to search for, what to filter by. Its effect is seen while it is written.

use super::dialog::{Dialog, LetterUse};
use crate::action::{Action, DialogAction, SearchAction};
use crate::look::Look;
use crate::panes::logs::SavedView;
use crate::settings::keymap::{Key, Stroke};
use crate::settings::theme::Role;
use crate::theme::Palette;
use crate::widgets::{Row, cut, cut_front, safe, take_last, width};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use tminus_logs::pattern::GRAMMAR;
use unicode_segmentation::UnicodeSegmentation;

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
    /// How many texts back in what was written before one is, and what one had written oneself.
    turned: (usize, String),
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
        Self { kind, before: text.to_owned(), behind: String::new(), says: None, turned: (0, String::new()) }
    }

    pub(crate) fn written(&self) -> String {
        format!("{}{}", self.before, self.behind)
    }

    /// Writes what was written before in the place of what stands there; at the end, one's own again.
    pub(crate) fn look_back(&mut self, by: isize, history: &[String]) {
        let next = self.turned.0.saturating_add_signed(by).min(history.len());
        if self.turned.0 == 0 {
            self.turned.1 = self.written();
        }
        self.turned.0 = next;
        let text = match next.checked_sub(1) {
            None => &self.turned.1,
            Some(back) => &history[history.len() - 1 - back],
        };
        (self.before, self.behind) = (text.clone(), String::new());
    }

    /// Says what can be written, and which keys take the line, and leave it.
    pub(crate) fn hint(look: &Look, takes: &str) -> String {
        format!("{GRAMMAR} · {}", Self::keys(look, takes))
    }

    /// Says which keys take the line, and leave it.
    pub(crate) fn keys(look: &Look, takes: &str) -> String {
        let take = (Action::Search(SearchAction::Take), takes);
        look.keys_say("dialog.prompt", &[take, (Action::Dialog(DialogAction::Cancel), "leaves it")])
    }

    /// Takes a key that is bound to nothing here. What a person sees as one letter is gone over, or deleted, whole.
    pub(super) fn write(&mut self, stroke: Stroke) {
        match (stroke.key, stroke.ctrl || stroke.alt) {
            (Key::Char(letter), false) => self.insert(letter),
            (Key::Backspace, false) | (Key::Char('h'), true) => {
                take_last(&mut self.before);
            }
            (Key::Delete, false) => {
                first(&mut self.behind);
            }
            (Key::Char('u'), true) => self.before.clear(),
            (Key::Char('w') | Key::Backspace, true) => {
                let kept = self.before.trim_end().rfind(' ').map_or(0, |space| space + 1);
                self.before.truncate(kept);
            }
            // A word is gone over whole.
            (Key::Char('b') | Key::Left, true) => self.left_by_word(),
            (Key::Char('f') | Key::Right, true) => self.right_by_word(),
            (Key::Char('d'), true) => {
                let before = self.before.clone();
                self.right_by_word();
                self.before = before;
            }
            (Key::Char('k'), true) => self.behind.clear(),
            (Key::Left, _) => self.behind.insert_str(0, &take_last(&mut self.before)),
            (Key::Right, _) => self.before.push_str(&first(&mut self.behind)),
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

    fn left_by_word(&mut self) {
        let kept = self.before.trim_end().rfind(' ').map_or(0, |space| space + 1);
        let word = self.before.split_off(kept);
        self.behind.insert_str(0, &word);
    }

    fn right_by_word(&mut self) {
        let begin = self.behind.len() - self.behind.trim_start().len();
        let end = self.behind[begin..].find(' ').map_or(self.behind.len(), |space| begin + space);
        let word: String = self.behind.drain(..end).collect();
        self.before.push_str(&word);
    }

    fn insert(&mut self, letter: char) {
        if self.before.chars().count() + self.behind.chars().count() < LONGEST {
            self.before.push(letter);
        }
    }

    /// Makes the line with its cursor behind a sign, in so many columns: the text around the cursor is visible, and a
    /// sign marks what is left out.
    pub(super) fn row(&self, sign: &str, columns: usize, palette: &Palette) -> Row {
        let cursor = palette.sign("▏", "_");
        let room = columns.saturating_sub(width(sign) + width(cursor));
        let (before, behind) = (safe(&self.before), safe(&self.behind));
        // Some of what follows is seen, too.
        let before = cut_front(&before, room - width(&behind).min(room / 4), palette.signs);
        let behind = cut(&behind, room.saturating_sub(width(&before)), palette.signs);
        let row = Row::new().put(sign, Role::Key).put(&before, Role::Strong);
        row.put(cursor, Role::Accent).put(behind, Role::Strong)
    }
}

impl Dialog for Prompt {
    fn context(&self) -> &'static str {
        "dialog.prompt"
    }

    fn letters(&self) -> LetterUse {
        LetterUse::Text
    }

    fn stroke(&mut self, stroke: Stroke, _: usize) {
        self.write(stroke);
    }

    /// Takes only the first line, because the prompt has one.
    fn paste(&mut self, text: &str) -> Option<String> {
        safe(text.lines().next().unwrap_or_default()).chars().for_each(|letter| self.insert(letter));
        None
    }

    /// Draws it over the last line of the screen.
    fn draw(&self, look: &Look, _: Rect, buffer: &mut Buffer) {
        let area = buffer.area;
        let line = Rect { y: area.bottom().saturating_sub(1), height: area.height.min(1), ..area };
        ratatui::widgets::Widget::render(ratatui::widgets::Clear, line, buffer);
        let sign = format!(" {}", self.kind.sign());
        let (says, role) = self.says.clone().unwrap_or_else(|| (Self::hint(look, "takes it"), Role::Dim));
        // What is said gives way to a line that is longer than its half of the screen.
        let room = usize::from(line.width);
        let beside = room.saturating_sub(width(&safe(&says)) + 2);
        let whole = self.row(&sign, usize::MAX, &look.palette);
        let row = match whole.width() <= beside || beside >= room / 2 {
            true => self.row(&sign, beside, &look.palette).right(says, role).right(" ", Role::Text),
            false => self.row(&sign, room, &look.palette),
        };
        row.draw(line, buffer, &look.palette);
    }
}

/// Takes off what a person sees as the first letter of a text, and returns it.
fn first(text: &mut String) -> String {
    let end = text.graphemes(true).next().map_or(0, str::len);
    text.drain(..end).collect()
}

/// How everything was before the line at the foot was opened, so that it can be left as if it had not been.
#[derive(Clone, Debug)]
pub(crate) enum BeforePrompt {
    Logs(SavedView),
    List { row: usize, filter: String, search: String },
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::opening::CockpitSettings;
    use crate::settings::theme::Background;
    use crate::theme::Palettes;

    fn typed(keys: &[(Key, bool)]) -> String {
        let mut prompt = Prompt::new(PromptKind::Search, "one two");
        keys.iter().for_each(|(key, ctrl)| prompt.write(Stroke { key: *key, ctrl: *ctrl, alt: false }));
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

    fn after(text: &str, keys: &[Key]) -> Prompt {
        let mut prompt = Prompt::new(PromptKind::Search, text);
        keys.iter().for_each(|key| prompt.write(Stroke::plain(*key)));
        prompt
    }

    #[test]
    fn what_a_person_sees_as_one_letter_is_gone_over_and_deleted_whole() {
        // A letter of Japanese with its sound mark apart, one of Hebrew with its points, one with an accent, a family.
        for letter in ["日", "か\u{3099}", "ש\u{5c1}\u{5b8}", "e\u{301}", "👩\u{200d}👧"] {
            let text = format!("a{letter}b");
            let written = |keys: &[Key]| after(&text, keys).written();
            assert_eq!(written(&[Key::Left, Key::Backspace]), "ab", "{letter}");
            assert_eq!(written(&[Key::Left, Key::Left, Key::Delete]), "ab", "{letter}");
            assert_eq!(written(&[Key::Left, Key::Left, Key::Char('x')]), format!("ax{letter}b"));
            assert_eq!(written(&[Key::Home, Key::Right, Key::Right, Key::Char('x')]), format!("a{letter}xb"));
        }
    }

    #[test]
    fn the_cursor_and_what_stands_before_it_are_seen_in_every_script_and_room() {
        let (palettes, _) = Palettes::new(&CockpitSettings::default());
        let palette = palettes.on(Background::Dark);
        for letter in ["x", "本", "ל", "e\u{301}", "ש\u{5c1}\u{5b8}"] {
            for count in [0, 3, 40] {
                let end = "終";
                let text = format!("{}{end}", letter.repeat(count));
                for columns in 6..60 {
                    let row = after(&text, &[]).row(" /", columns, palette);
                    assert!(row.width() <= columns, "{letter} in {columns}: {}", row.whole());
                    assert!(row.whole().ends_with("終▏"), "{letter} in {columns}: {}", row.whole());
                    let keys = [Key::Home, Key::Right];
                    let row = after(&text, &keys).row(" /", columns, palette);
                    assert!(row.width() <= columns, "{letter} in {columns}: {}", row.whole());
                    let begin = if count == 0 { end } else { letter };
                    assert!(row.whole().starts_with(&format!(" /{begin}▏")), "{letter} in {columns}: {}", row.whole());
                }
            }
        }
    }

    #[test]
    fn what_is_left_out_of_a_line_is_told_by_a_sign() {
        let (palettes, _) = Palettes::new(&CockpitSettings::default());
        let row = |text: &str, keys: &[Key]| after(text, keys).row("/", 10, palettes.on(Background::Dark)).whole();
        assert_eq!(row("0123456789", &[]), "/…3456789▏");
        assert_eq!(row("0123456789", &[Key::Left, Key::Left, Key::Left]), "/…23456▏7…");
        assert_eq!(row("日本語日本語", &[]), "/…日本語▏");
        assert_eq!(row("01234567", &[Key::Home]), "/▏01234567");
    }
}
