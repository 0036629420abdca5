//! A text that is written, and what becomes of it.

use crate::cockpit::action::TextAction;
use crate::cockpit::dialogs::{Dialog, Need, Writing};
use crate::cockpit::message::Effect;
use crate::cockpit::state::State;
use crate::domain::action::Request;
use crate::domain::command::{ActionCommand, CheckCommand, Command, GateCommand};

impl State {
    pub(super) fn act_text(&mut self, action: TextAction) -> Vec<Effect> {
        let Some(Dialog::Write(dialog)) = &mut self.dialog else { return Vec::new() };
        match action {
            TextAction::NewLine | TextAction::Undo | TextAction::Redo => {
                dialog.act(action);
                Vec::new()
            }
            TextAction::Edit => vec![Effect::Edit { text: dialog.written() }],
            TextAction::Submit => {
                let (text, need, then) = (dialog.written(), dialog.need, dialog.then.clone());
                if need == Need::Required && text.is_empty() {
                    return Vec::new();
                }
                self.close();
                self.written(then, text)
            }
        }
    }

    fn written(&mut self, then: Writing, text: String) -> Vec<Effect> {
        let release = self.version.clone();
        match then {
            Writing::RollBack(env) => self.preview(Request::RollBack { env, to: None, reason: text }),
            Writing::Waive { env, item } => {
                let what = format!("waive {item}");
                self.ask(what, Command::Gate(GateCommand::Waive { release, env, item, reason: text }))
            }
            Writing::Answer { check, yes } => {
                let what = format!("answer {check}");
                self.ask(what, Command::Check(CheckCommand::Say { release, check, yes, note: text }))
            }
            Writing::Approve(action) => {
                let what = format!("approve {action}");
                self.ask(what, Command::Gate(GateCommand::Approve { action, note: text }))
            }
            Writing::Accept(action) => {
                let what = format!("accept {action}");
                self.ask(what, Command::Action(ActionCommand::Accept { action, note: text }))
            }
        }
    }
}
