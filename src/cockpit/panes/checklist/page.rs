//! The checklist as a view of its own.

use super::selection::{cursor, draw, enter, texts};
use crate::action::{Action, CheckAction};
use crate::look::Look;
use crate::panes::offers::{FILTER, WAIVE, and_ways};
use crate::panes::page::{CursorPlace, Enter, Page, Sifting};
use crate::widgets::{Focus, Row};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Every check, by phase.
pub(crate) struct ChecklistPage;

impl Page for ChecklistPage {
    fn name(&self) -> String {
        "checklist".to_owned()
    }

    fn is_numbered(&self) -> bool {
        true
    }

    fn draw(&self, look: &Look, area: Rect, buffer: &mut Buffer) {
        draw(look, Focus::Here, area, buffer);
    }

    fn keys(&self, _: &Look) -> Vec<Action> {
        let all = [CheckAction::Run, CheckAction::Answer, CheckAction::RunAll, CheckAction::Fold].map(Action::Check);
        let more = [CheckAction::RunGroup, CheckAction::Cancel, CheckAction::CancelAll].map(Action::Check);
        and_ways(all.into_iter().chain([WAIVE, FILTER]).chain(more))
    }

    fn rows(&self, look: &Look) -> Vec<Row> {
        texts(look)
    }

    fn enter(&self, look: &Look) -> Enter {
        enter(look)
    }

    fn cursor(&self, look: &Look) -> CursorPlace {
        cursor(look)
    }

    fn sifting(&self, _: &Look) -> Sifting {
        Sifting::Checks
    }
}
