//! The keys of the log pane, and what a search or a filter does to it while it is written.

use super::state::State;
use crate::action::{Action, ListAction, LogsAction, PaneAction};
use crate::dialogs::{Dialog, Prompt, PromptKind};
use crate::message::Effect;
use crate::panes::logs::{LogEntry, LogPlace, LookDirection, SelectionStep, SourcesDialog, room};
use crate::settings::theme::Role;
use crate::view::View;
use std::sync::Arc;
use tminus_core::notation::counted;
use tminus_logs::level::Level;
use tminus_logs::pattern::Pattern;

impl State {
    /// Returns the line that keys are about: the one on the page, else the selected one.
    fn selected_line(&self) -> Option<Arc<LogEntry>> {
        self.view().log_line().cloned().or_else(|| self.logs.selected())
    }

    pub(super) fn act_logs(&mut self, action: LogsAction) -> Vec<Effect> {
        match action {
            LogsAction::Follow => self.turn_follow(),
            LogsAction::NextError => self.go_to_grave(LookDirection::Down, Level::Error),
            LogsAction::PreviousError => self.go_to_grave(LookDirection::Up, Level::Error),
            LogsAction::NextWarning => self.go_to_grave(LookDirection::Down, Level::Warn),
            LogsAction::PreviousWarning => self.go_to_grave(LookDirection::Up, Level::Warn),
            LogsAction::Sources => self.dialog = Some(Box::new(SourcesDialog::new(self))),
            LogsAction::Lift => self.look.logs.lift(),
            LogsAction::Wrap => self.look.logs.wrap(),
            LogsAction::Time => self.look.logs.turn_clock(),
            LogsAction::Left => self.look.logs.go_left(),
            LogsAction::Right => self.look.logs.go_right(room(self)),
            LogsAction::CopyPane => return self.copy_pane(),
            LogsAction::Mark => self.mark(),
            LogsAction::Range => self.turn_range(),
            LogsAction::Save => return self.save_lines(),
            LogsAction::TurnSource => self.turn_source(),
            LogsAction::OnlySource => self.only_source(),
            LogsAction::AllSources => self.look.logs.show_all_sources(),
        }
        self.look.logs.settle(room(self));
        Vec::new()
    }

    pub(super) fn move_logs(&mut self, action: ListAction) -> Vec<Effect> {
        let step = match action {
            ListAction::Down => SelectionStep::Lines(1),
            ListAction::Up => SelectionStep::Lines(-1),
            ListAction::HalfDown => SelectionStep::Halves(1),
            ListAction::HalfUp => SelectionStep::Halves(-1),
            ListAction::Top => SelectionStep::Top,
            ListAction::Bottom => SelectionStep::Bottom,
            ListAction::Copy => return self.copy_line(),
        };
        self.look.logs.go(step, room(self));
        self.hint = self.range_words();
        Vec::new()
    }

    /// Returns the page of the selected line; while lines go by, none is, so they stand still first.
    fn line_page(&mut self) -> Option<View> {
        if self.is_overview() && self.logs.is_following() {
            return Some(View::Logs);
        }
        if self.logs.is_following() {
            self.turn_follow();
            let key = self.key_to(Action::Pane(PaneAction::Open));
            self.hint = Some(format!("paused: now {key} opens the selected line"));
            return None;
        }
        self.logs.selected().map(View::Line)
    }

    pub(super) fn open_line(&mut self) {
        if let Some(view) = self.line_page() {
            self.go(view);
        }
    }

    /// Goes to the next line that has what is searched for.
    pub(super) fn search_logs_on(&mut self, way: LookDirection) {
        self.hint = self.look.logs.find_next(way, room(self));
    }

    /// Shows what a text that is being written finds or lets through, and says how much.
    pub(super) fn preview_logs(&mut self, kind: PromptKind, text: &str) -> (String, Role) {
        let pattern = match pattern(text) {
            Ok(pattern) => pattern,
            Err(why) => return (why, Role::Fail),
        };
        let found = match (kind, pattern) {
            (PromptKind::Search, None) => {
                self.look.logs.look_for(None);
                return (Prompt::hint(self, "ends the search"), Role::Dim);
            }
            (PromptKind::Filter, None) => {
                self.look.logs.filter_by(None);
                return (Prompt::hint(self, "shows every line"), Role::Dim);
            }
            (PromptKind::Search, Some(pattern)) => {
                let hits = self.logs.hits(&pattern);
                self.look.logs.look_for(Some(pattern));
                hits
            }
            (PromptKind::Filter, pattern) => {
                self.look.logs.filter_by(pattern);
                self.logs.counts().0
            }
        };
        let role = if found == 0 { Role::Warn } else { Role::Dim };
        (format!("{found} of {} lines", self.logs.counts().1), role)
    }

    /// Takes a text that was written; one that is no expression stays to be mended, and says why.
    pub(super) fn take_for_logs(&mut self, kind: PromptKind, text: &str) -> Result<(), String> {
        let pattern = pattern(text)?;
        match kind {
            PromptKind::Search => {
                self.look.logs.look_for(pattern);
                self.hint = self.look.logs.find_first(room(self));
            }
            PromptKind::Filter => self.look.logs.filter_by(pattern),
        }
        self.look.logs.settle(room(self));
        Ok(())
    }

    /// Lifts the filter, else ends the search; says whether there was any.
    pub(crate) fn lift_logs(&mut self) -> bool {
        let had = self.look.logs.end_range() || self.look.logs.lift_filter() || self.look.logs.end_search();
        self.look.logs.settle(room(self));
        had
    }

    /// The overview's lines go by, whatever stands still on their own page.
    pub(crate) fn place_logs(&mut self) {
        if self.is_overview() {
            self.look.logs.show_in(LogPlace::Overview);
        } else if self.is_in_logs() {
            self.look.logs.show_in(LogPlace::Page);
        }
    }

    fn turn_follow(&mut self) {
        if self.logs.is_following() {
            self.look.logs.pause();
            self.look.logs.settle(room(self));
        } else {
            self.look.logs.follow();
        }
    }

    fn go_to_grave(&mut self, way: LookDirection, level: Level) {
        self.hint = self.look.logs.find_grave(way, level, room(self));
    }

    fn mark(&mut self) {
        let time = self.time_of_day(self.now);
        self.look.logs.mark(self.now, format!("mark {time}"));
        self.hint = Some(format!("marked {time}"));
    }

    /// Begins a range of lines at the selected one, or ends it.
    fn turn_range(&mut self) {
        if self.look.logs.end_range() {
            return self.hint = Some("range cleared".to_owned());
        }
        if self.logs.is_following() {
            self.turn_follow();
        }
        self.look.logs.begin_range();
        self.hint = self.range_words();
    }

    /// Says how many lines are chosen, and which key copies them.
    pub(super) fn range_words(&self) -> Option<String> {
        let count = self.logs.range()?.len();
        let key = self.key_to(Action::List(ListAction::Copy));
        Some(format!("{} chosen: {key} copies", counted(count as u64, "line")))
    }

    pub(super) fn copy_line(&mut self) -> Vec<Effect> {
        if let Some(range) = self.logs.range().filter(|_| self.is_in_logs()) {
            self.hint = Some(format!("{} lines were sent to the clipboard", range.len()));
            self.look.logs.end_range();
            return vec![Effect::Copy(self.written_out(&range))];
        }
        let Some(entry) = self.selected_line() else {
            let [up, follow] =
                [Action::List(ListAction::Up), Action::Logs(LogsAction::Follow)].map(|action| self.key_to(action));
            self.hint = Some(format!("no line is selected while following: {up} or {follow} pauses"));
            return Vec::new();
        };
        self.hint = Some("the line was sent to the clipboard".to_owned());
        vec![Effect::Copy(entry.text.clone())]
    }

    /// Writes lines as another program reads them: the whole moment, the source, the text.
    pub(super) fn written_out(&self, entries: &[Arc<LogEntry>]) -> String {
        let line = |entry: &Arc<LogEntry>| {
            let at = entry.at.to_zoned(self.zone.clone()).strftime("%Y-%m-%d %H:%M:%S%.3f%:z").to_string();
            format!("{at} {} {}\n", entry.source, entry.text)
        };
        entries.iter().map(line).collect()
    }

    fn copy_pane(&mut self) -> Vec<Effect> {
        let entries = self.logs.in_sight(room(self));
        if entries.is_empty() {
            self.hint = Some("there is no line to copy here".to_owned());
            return Vec::new();
        }
        let text = self.written_out(&entries);
        self.hint = Some(format!("{} lines were sent to the clipboard", entries.len()));
        vec![Effect::Copy(text)]
    }

    /// Saves the lines that are shown, all of them, and not only those in sight.
    fn save_lines(&mut self) -> Vec<Effect> {
        let entries = self.logs.shown();
        if entries.is_empty() {
            self.hint = Some("there is no line to save".to_owned());
            return Vec::new();
        }
        let text = self.written_out(&entries);
        let name = format!("tminus-logs-{}.log", self.now.to_zoned(self.zone.clone()).strftime("%Y%m%d-%H%M%S"));
        vec![Effect::Save { name, text }]
    }

    fn turn_source(&mut self) {
        if let Some(dialog) = self.dialog.as_deref().and_then(<dyn Dialog>::of::<SourcesDialog>)
            && let Some(selected) = dialog.selected()
        {
            self.look.logs.turn_source(selected);
        }
    }

    fn only_source(&mut self) {
        if let Some(dialog) = self.dialog.as_deref().and_then(<dyn Dialog>::of::<SourcesDialog>)
            && let Some(selected) = dialog.selected()
        {
            self.look.logs.only_source(selected, &dialog.sources);
        }
    }
}

/// Makes a pattern of what is written; nothing of nothing.
pub(super) fn pattern(text: &str) -> Result<Option<Pattern>, String> {
    Pattern::query(text).map_err(|why| format!("not a regular expression: {why}"))
}
