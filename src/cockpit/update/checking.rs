//! Running checks, and answering those that only a person can.

use super::state::State;
use crate::action::CheckAction;
use crate::dialogs::{ChooseDialog, Pressed};
use crate::message::Effect;
use crate::panes;
use tminus_core::command::{CheckCommand, Command};
use tminus_core::names::CheckName;

impl State {
    pub(super) fn act_check(&mut self, action: CheckAction) -> Vec<Effect> {
        match action {
            CheckAction::Run => {
                self.check().map(|c| c.name.clone()).map(|c| self.run_checks(vec![c])).unwrap_or_default()
            }
            CheckAction::RunAll => self.run_all(),
            CheckAction::RunGroup => match panes::checklist::group_to_run(self) {
                checks if checks.is_empty() => Vec::new(),
                checks => self.run_checks(checks),
            },
            CheckAction::Cancel => {
                self.check().map(|c| c.name.clone()).map(|c| self.cancel_checks(vec![c])).unwrap_or_default()
            }
            CheckAction::CancelAll => self.cancel_checks(Vec::new()),
            CheckAction::Answer => self.answer(),
            CheckAction::Fold => {
                self.fold();
                Vec::new()
            }
        }
    }

    fn run_checks(&mut self, checks: Vec<CheckName>) -> Vec<Effect> {
        let what = match checks.as_slice() {
            [one] => format!("check {one}"),
            several => format!("run {} checks", several.len()),
        };
        self.ask(what, Command::Check(CheckCommand::Run { release: self.version.clone(), checks }))
    }

    /// Ends one check, or without a name all that run.
    fn cancel_checks(&mut self, checks: Vec<CheckName>) -> Vec<Effect> {
        let what = checks.first().map_or_else(|| "cancel all checks".to_owned(), |check| format!("cancel {check}"));
        self.ask(what, Command::Check(CheckCommand::Cancel { release: self.version.clone(), checks }))
    }

    /// Asks for what the shown run printed, once while its page is shown.
    pub(crate) fn read_output(&mut self) -> Option<Effect> {
        let wanted = panes::check::output_in_sight(self).filter(|_| self.gone.is_none());
        let seq = wanted.as_ref().map(|(.., seq)| *seq);
        let before = std::mem::replace(&mut self.output_read, seq);
        let (release, check, run) = wanted.filter(|_| before != seq)?;
        Some(Effect::ReadOutput { who: self.who.clone(), of: CheckCommand::ReadOutput { release, check, run } })
    }

    fn run_all(&mut self) -> Vec<Effect> {
        let lacking = panes::checklist::lacking(self);
        if lacking.is_empty() {
            self.hint = Some("every check that tminus can run is good".to_owned());
            return Vec::new();
        }
        self.run_checks(lacking)
    }

    fn answer(&mut self) -> Vec<Effect> {
        let Some(check) = self.check() else { return Vec::new() };
        let next = |yes: bool| self.asking(|asker| Pressed::Leads(asker.answer(check, yes).into()));
        let Some((no, yes)) = next(false).zip(next(true)) else { return Vec::new() };
        let options = vec![("No, it is not true".to_owned(), no), ("Yes, it is true".to_owned(), yes)];
        let title = check.title.clone();
        self.open(ChooseDialog { title, options, row: 0 });
        Vec::new()
    }
}
