//! Which sources are shown: each turned on and off, with its effect behind the list.

use super::gutter::{role, sources};
use crate::action::{Action, LogsAction};
use crate::dialogs::{Dialog, DialogSheet, text_width};
use crate::look::Look;
use crate::settings::theme::Role;
use crate::widgets::{Focus, Row};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use tminus_core::names::LogName;
use tminus_core::notation::counted;

/// Which sources are shown.
#[derive(Clone, Debug)]
pub(crate) struct SourcesDialog {
    pub(crate) sources: Vec<LogName>,
    row: usize,
}

impl SourcesDialog {
    pub(crate) fn new(look: &Look) -> Self {
        Self { sources: sources(look), row: 0 }
    }

    pub(crate) fn selected(&self) -> Option<&LogName> {
        self.sources.get(self.row)
    }

    fn row(&self, look: &Look, at: usize, name: &LogName, columns: usize) -> Row {
        let shown = if look.logs.is_hidden(name) { "[ ]" } else { "[x]" };
        let lines = match look.logs.sources().get(name).copied().unwrap_or(0) {
            0 => "no line yet".to_owned(),
            count => counted(count, "line"),
        };
        if at == self.row {
            let text = format!("▸ {shown} {name}  {lines}");
            return Row::new().column(text, Role::Button, columns);
        }
        let row = Row::new().put(format!("  {shown} "), Role::Text).put(name.as_str(), role(look, name));
        row.put(format!("  {lines}"), Role::Dim)
    }
}

impl Dialog for SourcesDialog {
    fn context(&self) -> &'static str {
        "dialog.sources"
    }

    fn allows(&self, action: Action) -> bool {
        KEYS.contains(&action)
    }

    fn turn(&mut self, _: &Look, by: isize, _: usize) {
        self.row = self.row.saturating_add_signed(by).min(self.sources.len().saturating_sub(1));
    }

    fn draw(&self, look: &Look, area: Rect, buffer: &mut Buffer) {
        let columns = text_width(area);
        let body: Vec<Row> =
            self.sources.iter().enumerate().map(|(at, name)| self.row(look, at, name, columns)).collect();
        let foot = [keys(look)];
        let heading = Row::new().put(" Sources of lines ", Role::Title);
        let first = self.row.saturating_sub(usize::from(area.height.saturating_sub(6)));
        DialogSheet { heading, attention: Focus::Here, body: &body, first, foot: &foot }.draw(look, area, buffer);
    }
}

/// What turns sources on and off.
const KEYS: [Action; 3] =
    [Action::Logs(LogsAction::TurnSource), Action::Logs(LogsAction::OnlySource), Action::Logs(LogsAction::AllSources)];

/// Names the keys of the list, as the live keymap has them.
fn keys(look: &Look) -> Row {
    let words =
        KEYS.into_iter().filter_map(|action| Some((look.chord_of(action, &["dialog.sources"])?, action.word())));
    words.fold(Row::new(), |row, (chord, word)| row.put(chord, Role::Key).put(format!(" {word}   "), Role::Dim))
}
