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
