//! A text that is written, and what becomes of it.

use super::state::State;
use crate::action::TextAction;
use crate::dialogs::{Asks, ConfirmDialog, Need, WriteDialog, Writing};
use crate::message::Effect;
use tminus_core::action::Request;
use tminus_core::command::{ActionCommand, CheckCommand, Command, GateCommand};
use tminus_core::names::{ActionId, EnvName};
use tminus_core::situation::{ADOPT, item_words};

impl State {
    pub(super) fn act_text(&mut self, action: TextAction) -> Vec<Effect> {
        let Some(dialog) = self.dialog_mut::<WriteDialog>() else { return Vec::new() };
        match action {
            TextAction::NewLine | TextAction::Undo | TextAction::Redo => {
                dialog.act(action);
                Vec::new()
            }
            TextAction::Edit => vec![Effect::Edit { text: dialog.written() }],
            TextAction::Submit => {
                let (text, need, then) = (dialog.written(), dialog.need, dialog.then.clone());
                if need == Need::Required && text.is_empty() {
                    dialog.miss();
                    return Vec::new();
                }
                self.close();
                self.written(then, text)
            }
        }
    }

    fn written(&mut self, then: Writing, text: String) -> Vec<Effect> {
        match then {
            Writing::RollBack { env, to } => self.preview(Request::RollBack { env, to, reason: text }),
            Writing::Waive { env, item } => {
                self.confirm_waiver(env, item, text);
                Vec::new()
            }
            Writing::Answer { check, yes } => {
                let what = format!("answer {check}");
                let release = self.version.clone();
                self.ask(what, Command::Check(CheckCommand::Say { release, check, yes, note: text }))
            }
            Writing::Approve(action) => {
                self.confirm_approval(action, text);
                Vec::new()
            }
            Writing::Lock(env) => self.lock(env, text),
            Writing::TakeOver { env, from } => {
                self.confirm_takeover((env, from), text);
                Vec::new()
            }
            Writing::Accept(action) => {
                let what = format!("accept {action}");
                self.ask(what, Command::Action(ActionCommand::Accept { action, note: text }))
            }
        }
    }

    /// A waiver wants as much as a deploy to a protected place: it opens on cancel, and what is waived is typed.
    fn confirm_waiver(&mut self, env: EnvName, item: String, reason: String) {
        let goes_on = item_words(&item);
        let lines = vec![format!("{env} goes on {goes_on}, as {} decides:", self.who.label()), format!("\"{reason}\"")];
        let what = format!("waive {item}");
        let release = self.version.clone();
        let waive = GateCommand::Waive { release, env: env.clone(), item: item.clone(), reason };
        let then = Asks::new(what, Command::Gate(waive));
        let (verb, go) = if item.starts_with(ADOPT) { ("Adopt", "Adopt it") } else { ("Waive", "Waive it") };
        let dialog = ConfirmDialog::new(&format!("{verb} {item} in {env}"), lines, ("Cancel", go), then);
        self.open(dialog.typing(Some(item)));
    }

    /// An approval opens on cancel too, and shows once more what it lets happen.
    fn confirm_approval(&mut self, action: ActionId, note: String) {
        let mut lines = self.about_proposal(&action);
        if !note.is_empty() {
            lines.push(format!("Your note: {note}"));
        }
        let env = self.action(&action).and_then(|a| a.proposal.request.env().cloned());
        let plan = self.world.as_ref().map(|w| &w.plan);
        let environment = plan.zip(env.as_ref()).and_then(|(plan, env)| plan.environment(env));
        let name = environment.filter(|e| e.protected).map(|e| e.name.to_string());
        let what = format!("approve {action}");
        let then = Asks::new(what, Command::Gate(GateCommand::Approve { action, note }));
        let title = format!("Approve as {}", self.who.label());
        let dialog = ConfirmDialog::new(&title, lines, ("Cancel", "Approve"), then);
        self.open(dialog.typing(name));
    }
}
