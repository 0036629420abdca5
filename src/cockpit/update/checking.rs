//! Running checks, and answering those that only a person can.

use super::state::State;
use crate::action::CheckAction;
use crate::dialogs::{ChooseDialog, Need, Pressed, WriteDialog, Writing};
use crate::message::Effect;
use crate::panes;
use tminus_core::command::{CheckCommand, Command};
use tminus_core::names::CheckName;
use tminus_core::plan::Check;

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
        let Some(Check { name, title, .. }) = self.check() else { return Vec::new() };
        let next = |yes: bool| {
            let (says, need) = match yes {
                true => ("Yes: you may write a note", Need::Optional),
                false => ("No: what is missing", Need::Required),
            };
            let then = Writing::Answer { check: name.clone(), yes };
            Pressed::Opens(Box::new(WriteDialog::new(says, vec![title.clone()], need, then)))
        };
        let options = vec![("No, it is not so".to_owned(), next(false)), ("Yes, it is so".to_owned(), next(true))];
        self.open(ChooseDialog { title: title.clone(), options, row: 0 });
        Vec::new()
    }
}
