//! A text that a person writes: a reason, a note. Long lines wrap; what has no room is counted.

use super::confirm::line_rows;
use super::dialog::{Dialog, Keepsake, LetterUse};
use super::shape::{DialogSheet, body_height, text_width};
use crate::action::{Action, TextAction};
use crate::look::Look;
use crate::settings::keymap::{Key, Stroke};
use crate::settings::theme::Role;
use crate::widgets::{Focus, Row, cut, safe};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::widgets::Widget;
use tminus_core::question::{QuestionLine, TextNeed, TextPurpose};
use tui_textarea::{CursorMove, Input, TextArea, WrapMode};

/// How many letters are taken: a reason is read by people.
const LONGEST: usize = 8_000;

/// What stands under words that tminus suggests.
const SUGGESTED: &str = "suggested by tminus; what you type replaces it";

/// A text that a person writes.
#[derive(Clone, Debug)]
pub(crate) struct WriteDialog {
    title: String,
    lines: Vec<QuestionLine>,
    text: TextArea<'static>,
    pub(crate) need: TextNeed,
    pub(crate) then: TextPurpose,
    missed: Missed,
    words: Words,
    /// What tminus knows.
    known: Option<String>,
}

/// Whose words stand there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Words {
    Own,
    /// What tminus knows: the first letter takes their place.
    Suggested,
}

/// How a suggestion becomes one's own words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SuggestionUse {
    InItsPlace,
    WrittenOn,
}

/// Whether somebody wanted to go on with nothing written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Missed {
    NotYet,
    Once,
}

impl WriteDialog {
    pub(crate) fn new(title: String, lines: Vec<QuestionLine>, (need, then): (TextNeed, TextPurpose)) -> Self {
        let (missed, words) = (Missed::NotYet, Words::Own);
        Self { title, lines, text: area_of(Vec::new()), need, then, missed, words, known: None }
    }

    /// Begins with what one had written before; without that with what tminus knows, which is a suggestion.
    #[must_use]
    pub(crate) fn beginning(mut self, kept: Option<&str>, known: Option<String>) -> Self {
        self.known = known;
        match kept {
            Some(text) => drop(self.rewrite(text)),
            None => self.suggest(),
        }
        self
    }

    /// Suggests again where somebody has deleted their own words; a suggestion that is cleared is gone.
    fn suggest_after(&mut self, had: Words) {
        if had == Words::Own {
            self.suggest();
        }
    }

    /// Suggests what tminus knows where nothing is written.
    fn suggest(&mut self) {
        let Some(known) = self.known.clone().filter(|_| self.text.is_empty()) else { return };
        self.rewrite(&known);
        self.words = Words::Suggested;
    }

    /// Returns the words that somebody wrote themselves.
    fn own_words(&self) -> Option<String> {
        (self.words == Words::Own).then(|| self.written())
    }

    /// Makes the text one's own; a suggestion goes where something is written in its place.
    fn take_up(&mut self, how: SuggestionUse) {
        if std::mem::replace(&mut self.words, Words::Own) == Words::Suggested && how == SuggestionUse::InItsPlace {
            self.text = area_of(Vec::new());
        }
    }

    /// Keeps in mind that somebody wanted to go on with nothing written: what was a hint is a complaint then.
    pub(crate) const fn miss(&mut self) {
        self.missed = Missed::Once;
    }

    pub(crate) fn written(&self) -> String {
        self.text.lines().join("\n").trim().to_owned()
    }

    /// Takes the text as an editor left it, and says how much of one that is too long it has taken.
    pub(crate) fn rewrite(&mut self, text: &str) -> Option<String> {
        self.words = Words::Own;
        let short: String = text.chars().take(LONGEST).collect();
        let lines: Vec<String> = short.lines().map(|line| safe(line).into_owned()).collect();
        self.text = area_of(lines);
        self.text.move_cursor(CursorMove::Bottom);
        self.text.move_cursor(CursorMove::End);
        cut_short(text.trim_end(), LONGEST)
    }

    pub(crate) fn act(&mut self, action: TextAction) {
        let had = self.words;
        self.take_up(SuggestionUse::WrittenOn);
        match action {
            TextAction::NewLine => self.text.insert_newline(),
            TextAction::Undo => drop(self.text.undo()),
            TextAction::Redo => drop(self.text.redo()),
            TextAction::Submit | TextAction::Edit => {}
        }
        self.suggest_after(had);
    }

    fn length(&self) -> usize {
        let lines = self.text.lines().iter().map(|line| line.chars().count() + 1);
        // Behind the last line no new one begins.
        lines.sum::<usize>().saturating_sub(1)
    }

    /// Says which keys go on, by the live keymap.
    fn says(&self, look: &Look, columns: usize) -> Vec<Row> {
        if self.need == TextNeed::Required && self.written().is_empty() {
            let role = match self.missed {
                Missed::NotYet => Role::Dim,
                Missed::Once => Role::Warn,
            };
            return vec![Row::new().put("a reason is required", role)];
        }
        let key = |action| look.chord_of(Action::Text(action), &["dialog.write"]).unwrap_or_default();
        let all =
            [(TextAction::Submit, self.then.word()), (TextAction::NewLine, "new line"), (TextAction::Edit, "editor")];
        let row = all.into_iter().fold(Row::new(), |row, (action, word)| {
            let piece = Row::new().put(key(action), Role::Key).put(format!(" {word}   "), Role::Dim);
            if row.width() + piece.width() > columns.saturating_sub(8) { row } else { row.with(piece) }
        });
        match self.words {
            Words::Own => vec![row],
            Words::Suggested => vec![Row::dim(cut(SUGGESTED, columns, look.palette.signs)), row],
        }
    }
}

impl Dialog for WriteDialog {
    fn context(&self) -> &'static str {
        "dialog.write"
    }

    fn word(&self, action: Action) -> Option<&'static str> {
        (action == Action::Text(TextAction::Submit)).then(|| self.then.word())
    }

    fn letters(&self) -> LetterUse {
        LetterUse::Text
    }

    fn closed(&self) -> Keepsake {
        let TextPurpose::RollBack { env, .. } = &self.then else { return Keepsake::Nothing };
        Keepsake::Reason { env: env.clone(), words: self.own_words().filter(|words| !words.is_empty()) }
    }

    /// Takes a key on a screen where the text has so many columns: up and down go by the lines that are seen.
    fn stroke(&mut self, stroke: Stroke, columns: usize) {
        let is_letter = matches!(stroke.key, Key::Char(_)) && !stroke.ctrl && !stroke.alt;
        let clears = (stroke.key, stroke.ctrl) == (Key::Char('u'), true);
        let had = self.words;
        self.take_up(if is_letter || clears { SuggestionUse::InItsPlace } else { SuggestionUse::WrittenOn });
        lay_out(&self.text, columns);
        let is_full = self.length() >= LONGEST && is_letter;
        if clears {
            // As in every line of a terminal; the text's own keys take Ctrl-u for an undo.
            self.text.delete_line_by_head();
            return self.suggest_after(had);
        }
        let Some(key) = key_of(stroke.key).filter(|_| !is_full) else { return };
        self.text.input(Input { key, ctrl: stroke.ctrl, alt: stroke.alt, shift: false });
        self.suggest_after(had);
    }

    /// Takes a text in, and says how much of one that is too long it has taken.
    fn paste(&mut self, text: &str) -> Option<String> {
        self.take_up(SuggestionUse::InItsPlace);
        let clean: Vec<_> = text.lines().map(safe).collect();
        let (clean, room) = (clean.join("\n"), LONGEST.saturating_sub(self.length()));
        self.text.insert_str(clean.chars().take(room).collect::<String>());
        cut_short(&clean, room)
    }

    fn draw(&self, look: &Look, area: Rect, buffer: &mut Buffer) {
        let columns = text_width(area);
        let mut body: Vec<Row> = self.lines.iter().flat_map(|line| line_rows(look, line, Role::Dim, columns)).collect();
        let needed = lay_out(&self.text, columns);
        if area.height < 16 {
            // What it is about gives way to the text as that grows, and says so.
            let most = body_height(area, needed.clamp(1, 4) + 1);
            if body.len() > most {
                body.truncate(most.saturating_sub(1));
                body.push(Row::dim("…"));
            }
        }
        // A copy that was drawn nowhere yet: it begins at its first line, and scrolls no further than it must.
        let mut text = area_of(self.text.lines().to_vec());
        let cursor = self.text.cursor();
        let narrow = |number: usize| u16::try_from(number).unwrap_or(u16::MAX);
        text.move_cursor(CursorMove::Jump(narrow(cursor.0), narrow(cursor.1)));
        text.set_cursor_line_style(Style::default());
        text.set_style(look.palette.style(match self.words {
            Words::Own => Role::Strong,
            Words::Suggested => Role::Text,
        }));
        text.set_cursor_style(Style::default().add_modifier(Modifier::REVERSED));
        let says = self.says(look, columns);
        let room = body_height(area, body.len() + says.len()).clamp(1, 12);
        let shown = needed.clamp(1, room);
        let mut foot = vec![Row::new(); shown];
        foot.extend(says);
        let heading = Row::new().put(format!(" {} ", self.title), Role::Title);
        let place = DialogSheet { heading, body: &body, first: 0, foot: &foot, attention: Focus::Here }
            .draw(look, area, buffer);
        let high = (shown as u16).min(place.height);
        let lines = Rect { height: high, ..place }.intersection(buffer.area);
        (&text).render(lines, buffer);
        let above = usize::from(text.scroll_offset().0);
        let below = needed.saturating_sub(above + shown);
        if above + below > 0 {
            let says = format!("{} {above}  {} {below} ", look.palette.sign("↑", "^"), look.palette.sign("↓", "v"));
            let wide = (says.chars().count() as u16).min(place.width);
            let place = Rect { x: place.right() - wide, y: place.bottom().saturating_sub(1), width: wide, height: 1 };
            Row::dim(says).draw(place, buffer, &look.palette);
        }
    }
}

/// Says how much of a text was taken, where that is not all of it.
fn cut_short(text: &str, room: usize) -> Option<String> {
    let count = text.chars().count();
    (count > room).then(|| format!("only {room} of {count} characters fit: the rest was dropped"))
}

fn area_of(lines: Vec<String>) -> TextArea<'static> {
    let mut text = TextArea::new(lines);
    text.set_wrap_mode(WrapMode::WordOrGlyph);
    text
}

/// Tells the text how wide it is, and returns how many lines it has then.
fn lay_out(text: &TextArea<'_>, columns: usize) -> usize {
    let area = Rect { x: 0, y: 0, width: u16::try_from(columns).unwrap_or(u16::MAX), height: 1 };
    text.render(area, &mut Buffer::empty(area));
    let mut end = text.clone();
    end.move_cursor(CursorMove::Bottom);
    end.move_cursor(CursorMove::End);
    end.screen_cursor().row + 1
}

const fn key_of(key: Key) -> Option<tui_textarea::Key> {
    use tui_textarea::Key as Out;
    Some(match key {
        Key::Char(letter) => Out::Char(letter),
        Key::Enter => Out::Enter,
        Key::Backspace => Out::Backspace,
        Key::Delete => Out::Delete,
        Key::Up => Out::Up,
        Key::Down => Out::Down,
        Key::Left => Out::Left,
        Key::Right => Out::Right,
        Key::Home => Out::Home,
        Key::End => Out::End,
        Key::PageUp => Out::PageUp,
        Key::PageDown => Out::PageDown,
        Key::Tab | Key::BackTab | Key::Esc | Key::F(_) => return None,
    })
}
