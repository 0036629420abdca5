//! The palette: everything that can be done now by name, found by a few letters, with what it would do before it does it.

use super::dialog::{Dialog, LetterUse, Pressed};
use super::effect;
use super::entries::{PaletteEntry, PaletteScope, fitting};
use super::prompt::{Prompt, PromptKind};
use super::shape::{DialogSheet, body_height, text_width};
use crate::action::Risk;
use crate::look::Look;
use crate::settings::keymap::Stroke;
use crate::settings::theme::Role;
use crate::widgets::{Focus, Row, fold_lines, mark};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use tminus_logs::pattern::GRAMMAR;

/// From so many columns on, what an entry does stands beside it.
const WIDE: usize = 60;

/// The palette.
#[derive(Clone, Debug)]
pub(crate) struct PaletteDialog {
    line: Prompt,
    row: usize,
    scope: PaletteScope,
}

impl PaletteDialog {
    pub(crate) fn new(scope: PaletteScope) -> Self {
        Self { line: Prompt::new(PromptKind::Search, ""), row: 0, scope }
    }

    fn entries(&self, look: &Look) -> Vec<PaletteEntry> {
        fitting(look, &self.scope, &self.line.written())
    }

    /// Returns what the selected entry leads to.
    fn selected(&self, look: &Look) -> Option<PaletteEntry> {
        let mut entries = self.entries(look);
        let last = entries.len().checked_sub(1)?;
        Some(entries.swap_remove(self.row.min(last)))
    }

    /// Completes what is written to the name of the selected entry.
    pub(crate) fn complete(&mut self, look: &Look) {
        if let Some(entry) = self.selected(look) {
            self.line = Prompt::new(PromptKind::Search, &entry.name);
            self.row = 0;
        }
    }
}

impl Dialog for PaletteDialog {
    fn context(&self) -> &'static str {
        "dialog.palette"
    }

    fn letters(&self) -> LetterUse {
        LetterUse::Text
    }

    fn turn(&mut self, look: &Look, by: isize, _: usize) {
        let last = self.entries(look).len().saturating_sub(1);
        self.row = self.row.min(last).saturating_add_signed(by).min(last);
    }

    /// Takes a letter of what is looked for.
    fn stroke(&mut self, stroke: Stroke, _: usize) {
        self.line.write(stroke);
        self.row = 0;
    }

    fn paste(&mut self, text: &str) -> Option<String> {
        self.row = 0;
        self.line.paste(text)
    }

    fn press(&mut self, look: &Look) -> Pressed {
        match self.selected(look) {
            None => Pressed::Stays,
            Some(PaletteEntry { why_not: Some(why), name: what, .. }) => Pressed::NotNow { what, why },
            Some(entry) => Pressed::Takes(Box::new(entry)),
        }
    }

    fn draw(&self, look: &Look, area: Rect, buffer: &mut Buffer) {
        let columns = text_width(area);
        let entries = self.entries(look);
        let row = self.row.min(entries.len().saturating_sub(1));
        let low = area.height < 16;
        let foot = foot(look, entries.get(row), columns, if low { 2 } else { 3 });
        // The box stays as high as it is, whatever is typed.
        let height = body_height(area, foot.len()).min(22).saturating_sub(if low { 1 } else { 2 });
        let first = row.saturating_sub(height / 2).min(entries.len().saturating_sub(height));
        let mut body = vec![self.line.row(": ", columns, &look.palette)];
        if !low {
            body.push(Row::new());
        }
        let shown = entries.iter().enumerate().skip(first).take(height);
        let above = body.len();
        body.extend(shown.map(|(at, entry)| entry_row(look, entry, Selected::of(at == row), columns)));
        body.resize_with(height + if low { 1 } else { 2 }, Row::new);
        let title = match self.scope {
            PaletteScope::Everything => " Actions ",
            PaletteScope::Here(_) => " Keys that work here ",
        };
        let count = match entries.len() {
            0 => " nothing matches ".to_owned(),
            1 => " 1 match ".to_owned(),
            several => format!(" {several} actions "),
        };
        let heading = Row::new().put(title, Role::Title).right(count, Role::Dim);
        let foot_at = DialogSheet { heading, body: &body, first: 0, foot: &foot, attention: Focus::Here }
            .draw(look, area, buffer);
        if !entries.is_empty() {
            // The body stands on the line of air above the foot.
            let first_line = foot_at.y.saturating_sub(1 + (body.len() - above) as u16);
            let line = first_line + (row - first) as u16;
            let place = Rect { y: line, height: 1, ..foot_at };
            mark(place, Focus::Here, buffer, &look.palette);
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Selected {
    Yes,
    No,
}

impl Selected {
    const fn of(is_selected: bool) -> Self {
        if is_selected { Self::Yes } else { Self::No }
    }
}

/// How wide the column of names is: "roll back production to 0.9.3" is whole in it.
const NAME: usize = 31;

fn entry_row(look: &Look, entry: &PaletteEntry, selected: Selected, columns: usize) -> Row {
    let mark = if selected == Selected::Yes { look.palette.sign("▸ ", "> ") } else { "  " };
    let name = if entry.why_not.is_some() { Role::Dim } else { Role::Text };
    // What changes something has a sign of its own, not only another colour.
    let risk = match entry.risk {
        Risk::Changes => look.palette.sign("▲ ", "! "),
        Risk::Looks => "  ",
    };
    let row = Row::new().put(mark, Role::Accent).put(risk, Role::Warn);
    if columns < WIDE {
        let row = row.put(&entry.name, name);
        return row.right(&entry.chord, Role::Key);
    }
    let row = row.column(&entry.name, name, NAME).column(&entry.chord, Role::Key, 11);
    // What does not fit stands whole under the list, once it is selected.
    match &entry.why_not {
        Some(why) => row.put("not now: ", Role::Warn).put(why, Role::Dim),
        None => row.put(&entry.help, Role::Dim),
    }
}

/// Returns the help of an entry, and what it would do now where that says more.
fn whole(look: &Look, entry: &PaletteEntry) -> String {
    let effect = effect::words(look, entry);
    if effect == entry.help { effect } else { format!("{} {effect}", entry.help) }
}

/// Says what the selected entry would do, in so many lines whatever it is.
fn foot(look: &Look, entry: Option<&PaletteEntry>, columns: usize, lines: usize) -> Vec<Row> {
    let nothing = || format!("Nothing matches. Type letters in order, or {GRAMMAR}.");
    let words = entry.map_or_else(nothing, |entry| whole(look, entry));
    let role = if entry.is_some_and(|e| e.why_not.is_none()) { Role::Accent } else { Role::Warn };
    let mut folded = fold_lines(&words, columns);
    if folded.len() > lines {
        let rest = folded.split_off(lines - 1).join(" ");
        folded.push(rest);
    }
    let mut rows: Vec<Row> = folded.into_iter().map(|line| Row::new().put(line, role)).collect();
    rows.resize_with(lines, Row::new);
    rows
}
