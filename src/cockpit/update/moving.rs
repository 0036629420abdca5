//! Moving inside a list or a page.

use super::state::State;
use crate::action::ListAction;
use crate::layout::view_area;
use crate::message::Effect;
use crate::panes::{self, CursorPlace};
use crate::spot::Zoom;
use crate::widgets::safe;
use tminus_core::names::ActionId;

impl State {
    pub(super) fn act_list(&mut self, action: ListAction) -> Vec<Effect> {
        if self.is_in_logs() {
            return self.move_logs(action);
        }
        let half_page = match action {
            ListAction::HalfDown => Some(4),
            ListAction::HalfUp => Some(-4),
            ListAction::Down | ListAction::Up | ListAction::Top | ListAction::Bottom | ListAction::Copy => None,
        };
        let reach = self.here().reach(self);
        if let Some((reach, by)) = reach.zip(half_page) {
            // A search may have gone to a line that is on the last page already.
            self.look.looking.verify_first = self.looking.verify_first.min(reach).saturating_add_signed(by).min(reach);
            return Vec::new();
        }
        let half = isize::from((self.size.1 / 2).max(1) as i16);
        match action {
            ListAction::Down => self.move_by(1),
            ListAction::Up => self.move_by(-1),
            ListAction::HalfDown => self.move_half(half),
            ListAction::HalfUp => self.move_half(-half),
            ListAction::Top => self.move_by(isize::MIN),
            ListAction::Bottom => self.move_by(isize::MAX),
            ListAction::Copy => return self.copy_row(),
        }
        Vec::new()
    }

    /// Sends the selected row, or the first line that a page shows, to the clipboard.
    fn copy_row(&mut self) -> Vec<Effect> {
        if self.view().log_line().is_some() {
            return self.copy_line();
        }
        let rows = self.here().rows(self);
        let row = rows.get(self.line().min(rows.len().saturating_sub(1)));
        // An empty text would clear the clipboard.
        let Some(text) = row.map(|row| row.whole().trim().to_owned()).filter(|text| !text.is_empty()) else {
            self.hint = Some("there is no line to copy here".to_owned());
            return Vec::new();
        };
        self.hint = Some("the line was sent to the clipboard".to_owned());
        vec![Effect::Copy(text)]
    }

    /// Gives what has the keys to the person's pager, whole: every line that is kept, and the output of a running step.
    pub(super) fn page(&mut self) -> Vec<Effect> {
        let text = if self.is_in_logs() { self.written_out(&self.logs.shown()) } else { self.written_page() };
        if text.trim().is_empty() {
            self.hint = Some("there is nothing to read here".to_owned());
            return Vec::new();
        }
        vec![Effect::Page { text }]
    }

    fn written_page(&self) -> String {
        let mut lines: Vec<String> =
            self.here().rows(self).iter().map(|row| row.whole().trim_end().to_owned()).collect();
        if let Some(action) = self.shown_action() {
            let outputs = (0..action.steps.len()).filter_map(|step| Some((step, self.live.step(&action.id, step)?)));
            for (step, live) in outputs {
                lines.push(format!("\n{}", action.steps[step].step.title));
                lines.extend(live.output.iter().map(|line| format!("  {}", safe(line))));
            }
        }
        lines.join("\n")
    }

    /// Half a page of a running action is its output's.
    fn move_half(&mut self, by: isize) {
        match self.view().action() {
            Some(_) => self.scroll_output(by / 2),
            None => self.move_by(by),
        }
    }

    fn move_by(&mut self, by: isize) {
        if let Some(action) = self.view().action().cloned() {
            return self.move_step(&action, by);
        }
        let rows = self.here().count(self);
        let here = self.row().min(rows.saturating_sub(1));
        let next = here.saturating_add_signed(by).min(rows.saturating_sub(1));
        let next = self.here().stop(self, (here, next));
        self.move_to(next);
    }

    /// Goes to another step, whose output is shown then; the step that runs is followed again.
    fn move_step(&mut self, id: &ActionId, by: isize) {
        if self.spot().zoom == Zoom::Alone {
            return self.scroll_output(by);
        }
        let Some(action) = self.action(id) else { return };
        let last = action.steps.len().saturating_sub(1);
        let next = panes::shown_step::shown(self, action).at().saturating_add_signed(by).min(last);
        self.look.panes.output = 0;
        self.move_to(next);
    }

    /// Scrolls the output of a step: up pauses, the end follows again.
    fn scroll_output(&mut self, by: isize) {
        let Some(action) = self.shown_action() else { return };
        let columns = usize::from(self.size.0.saturating_sub(4));
        let lines = panes::output::count(self, action, columns);
        let most = lines.saturating_sub(usize::from(view_area(self).height.saturating_sub(2)));
        let up = self.panes.output.min(most);
        self.look.panes.output = up.saturating_add_signed(by.saturating_neg()).min(most);
    }

    /// Returns the row of what has the keys.
    pub(super) fn row(&self) -> usize {
        if let Some(action) = self.view().action().and_then(|id| self.action(id)) {
            return panes::shown_step::shown(self, action).at();
        }
        match self.here().cursor(self) {
            CursorPlace::Spot => self.spot().row,
            CursorPlace::SecondPane => self.spot().second_row,
            CursorPlace::Environment => self.panes.env,
            CursorPlace::Check => self.panes.check,
            CursorPlace::WholeCheck => self.looking.check,
            CursorPlace::Branch => self.panes.branch,
            CursorPlace::Rollback => self.panes.way_back,
        }
    }

    /// Returns the line that a search goes on from and a copy takes. The cursor of the verify view stands on an environment,
    /// and its lines are those of the page beside.
    pub(super) fn line(&self) -> usize {
        if self.here().reach(self).is_some() { self.looking.verify_first } else { self.row() }
    }

    /// Goes to a line that a search has found.
    pub(super) fn go_to_line(&mut self, line: usize) {
        if self.here().reach(self).is_some() {
            self.look.looking.verify_first = line;
        } else {
            self.move_to(line);
        }
    }

    pub(crate) fn move_to(&mut self, row: usize) {
        // The step that runs is followed, wherever it goes.
        let step = self.view().action().and_then(|id| self.action(id)).map(|a| panes::shown_step::row_of(a, row));
        let row = step.unwrap_or(row);
        self.look.looking.verify_first = 0;
        let place = self.here().cursor(self);
        let target = self.here().target_at(self, row);
        match place {
            CursorPlace::Check => self.look.panes.check = row,
            CursorPlace::WholeCheck => self.look.looking.check = row,
            CursorPlace::Branch => self.look.panes.branch = row,
            CursorPlace::Rollback => self.look.panes.way_back = row,
            CursorPlace::Environment => self.look.panes.env = row,
            CursorPlace::Spot | CursorPlace::SecondPane => {}
        }
        let Some(spot) = self.look.trail.last_mut() else { return };
        match place {
            CursorPlace::Spot => {
                spot.row = row;
                spot.target = target.or(spot.target.take());
            }
            CursorPlace::SecondPane => spot.second_row = row,
            // Another environment's page begins at its top.
            CursorPlace::Environment => spot.second_row = 0,
            CursorPlace::Check | CursorPlace::WholeCheck | CursorPlace::Branch | CursorPlace::Rollback => {}
        }
    }
}
