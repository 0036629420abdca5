//! The logs as a view of their own.

use super::draw::draw;
use crate::action::{Action, AppAction, ListAction, LogsAction, SearchAction};
use crate::look::Look;
use crate::panes::offers::{FILTER, OPEN, and_ways};
use crate::panes::page::{Enter, Page, Sifting};
use crate::widgets::Focus;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// The log lines of every source.
pub(crate) struct LogsPage;

impl Page for LogsPage {
    fn name(&self) -> String {
        "logs".to_owned()
    }

    fn is_numbered(&self) -> bool {
        true
    }

    fn draw(&self, look: &Look, area: Rect, buffer: &mut Buffer) {
        draw(look, Focus::Here, area, buffer);
    }

    // While lines are left out, what shows them again comes first.
    fn keys(&self, look: &Look) -> Vec<Action> {
        let lift = (!look.logs.is_whole()).then_some(Action::Logs(LogsAction::Lift));
        let first = [Action::Logs(LogsAction::Follow), Action::Search(SearchAction::Open), FILTER];
        let help = [Action::App(AppAction::Help)];
        let grave = [LogsAction::PreviousError, LogsAction::Sources].map(Action::Logs);
        let still = [OPEN, Action::List(ListAction::Copy)].into_iter().filter(|_| !look.logs.is_following());
        let rest = [LogsAction::Wrap, LogsAction::Time, LogsAction::Mark].map(Action::Logs);
        and_ways(lift.into_iter().chain(first).chain(help).chain(grave).chain(still).chain(rest))
    }

    fn enter(&self, _: &Look) -> Enter {
        Enter::LogLine
    }

    fn sifting(&self, _: &Look) -> Sifting {
        Sifting::LogLines
    }
}
