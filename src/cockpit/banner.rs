//! How the screen says that the engine has gone, and that what stands on it is old.

use super::action::{Action, AppAction};
use super::look::Look;
use super::message::Rejoining;
use super::widgets::Row;
use crate::settings::theme::Role;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};
use tminus_core::time::{age, brief};

impl Look {
    /// Says whether another engine can be joined, or is being.
    pub(crate) fn is_away_from_engine(&self) -> bool {
        self.gone.as_ref().is_some_and(|gone| gone.again != Rejoining::Never)
    }

    /// Says why nothing can be asked of the engine now; nothing while it is there.
    pub(crate) fn engineless(&self) -> Option<String> {
        let gone = self.gone.as_ref()?;
        let key = || self.key_to(Action::App(AppAction::Refresh));
        Some(match &gone.again {
            Rejoining::Never => "the engine has ended; what was begun is in the journal".to_owned(),
            Rejoining::Trying => "the engine has ended, and tminus is joining it again: nothing was done".to_owned(),
            Rejoining::Later { .. } => {
                format!("the engine has ended: nothing was done; {} joins again now", key())
            }
            Rejoining::Stopped { by } => format!("{by} stopped the engine: nothing was done; {} starts one", key()),
        })
    }

    /// Returns the line that nobody may miss while the engine is gone, as long as there is room for it.
    pub(super) fn banner(&self, columns: usize) -> Option<Row> {
        let gone = self.gone.as_ref()?;
        let since = brief(age(self.now, gone.since));
        let key = self.key_to(Action::App(AppAction::Refresh));
        let (sign, role) = match &gone.again {
            Rejoining::Never | Rejoining::Trying | Rejoining::Later { .. } => (self.palette.sign("✗", "x"), Role::Fail),
            Rejoining::Stopped { .. } => (self.palette.sign("■", "#"), Role::Warn),
        };
        let says = match &gone.again {
            Rejoining::Never => [
                format!("the engine ended {since} ago; what was begun is in the journal"),
                format!("the engine ended {since} ago"),
                format!("engine ended {since} ago"),
            ],
            Rejoining::Trying => [
                format!("the engine ended {since} ago; joining again"),
                format!("engine ended {since} ago; joining again"),
                format!("engine ended {since} ago"),
            ],
            Rejoining::Later { why, at } => {
                let wait = brief(age(*at, self.now));
                let why = why.lines().next().unwrap_or_default();
                [
                    format!("the engine ended {since} ago; {why}; again in {wait}, or now with {key}"),
                    format!("engine ended {since} ago; again in {wait}, or {key}"),
                    format!("engine ended {since} ago; {key}"),
                ]
            }
            Rejoining::Stopped { by } => [
                format!("{by} stopped the engine {since} ago; the next one is joined, and {key} starts one"),
                format!("{by} stopped the engine; {key} starts one"),
                format!("engine stopped; {key}"),
            ],
        };
        let old = format!("as of {} ", self.time_of_day(gone.since));
        let rows = says.map(|says| Row::new().put(format!("{sign} {says}"), role));
        let [.., shortest] = rows.clone();
        let aged = rows.iter().map(|row| row.clone().right(&old, Role::Dim)).find(|row| row.needs() <= columns);
        Some(aged.or_else(|| rows.into_iter().find(|row| row.width() <= columns)).unwrap_or(shortest))
    }

    /// Dims what is not known to be so any more. What stands on a ground keeps its ink: the dim one may not be readable there.
    pub(super) fn fade(&self, area: Rect, buffer: &mut Buffer) {
        if self.gone.is_none() {
            return;
        }
        let dim = Style { bg: None, ..self.palette.style(Role::Dim) }.remove_modifier(Modifier::BOLD);
        for place in area.intersection(buffer.area).positions() {
            if let Some(cell) = buffer.cell_mut(place).filter(|cell| cell.bg == Color::Reset) {
                cell.set_style(dim);
            }
        }
    }
}
