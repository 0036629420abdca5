//! What follows once a text is written.

use super::{Asker, Asks, NextStep, Question, QuestionLine, TextPurpose};
use crate::action::Request;
use crate::command::{ActionCommand, CheckCommand, Command, Consent, GateCommand};
use crate::lock::LockCommand;
use crate::names::{ActionId, EnvName};
use crate::situation::{ADOPT, Go, Preview, item_words};

impl Asker<'_> {
    /// Returns what a text leads to.
    pub fn next(&self, purpose: TextPurpose, text: String) -> NextStep {
        let release = self.situation.version.clone();
        match purpose {
            TextPurpose::RollBack { env, to } => NextStep::Preview(Request::RollBack { env, to, reason: text }),
            TextPurpose::Waive { env, item } => waive(self, (env, item), text).into(),
            TextPurpose::Approve(action) => approve(self, action, text).into(),
            TextPurpose::TakeOver { env, from } => take_over(self, (env, from), text).into(),
            TextPurpose::Answer { check, yes } => {
                let what = format!("answer {check}");
                NextStep::Ask(Asks::new(what, Command::Check(CheckCommand::Say { release, check, yes, note: text })))
            }
            TextPurpose::Accept(action) => {
                let what = format!("accept {action}");
                NextStep::Ask(Asks::new(what, Command::Action(ActionCommand::Accept { action, note: text })))
            }
            TextPurpose::Lock(env) => {
                let what = format!("lock {env}");
                NextStep::Ask(Asks::new(what, Command::Lock(LockCommand::Take { env, reason: text, until: None })))
            }
        }
    }
}

/// A waiver wants as much as a deploy to a protected environment: the name of what is waived is typed.
fn waive(asker: &Asker<'_>, (env, item): (EnvName, String), reason: String) -> Question {
    let decided = format!("{env} goes on {}, as {} decides:", item_words(&item), asker.who.label());
    let (verb, go) = if item.starts_with(ADOPT) { ("Adopt", "Adopt it") } else { ("Waive", "Waive it") };
    let title = format!("{verb} {item} in {env}");
    let (what, quoted) = (format!("waive {item}"), format!("\"{reason}\""));
    let release = asker.situation.version.clone();
    let command = Command::Gate(GateCommand::Waive { release, env, item: item.clone(), reason });
    Question::yes(title, (go, Some(item)), Asks::new(what, command)).says(decided).says(quoted)
}

/// An approval shows once more what it allows.
fn approve(asker: &Asker<'_>, action: ActionId, note: String) -> Question {
    let mut lines = asker.about_proposal(&action);
    if !note.is_empty() {
        lines.push(QuestionLine::Says(format!("Your note: {note}")));
    }
    let state = asker.situation.release.action(&action);
    let type_name = state.and_then(|state| asker.protected_name(state.proposal.request.env()?));
    let asks = Asks::new(format!("approve {action}"), Command::Gate(GateCommand::Approve { action, note }));
    let title = format!("Approve as {}", asker.who.label());
    Question { lines, ..Question::yes(title, ("Approve", type_name), asks) }
}

/// To take a lock from somebody wants the name of a protected environment.
fn take_over(asker: &Asker<'_>, (env, from): (EnvName, String), reason: String) -> Question {
    let held = asker.situation.lock(&env).map(|lock| format!("{env} is {}", (asker.lock_words)(lock)));
    let becomes = format!("From now on {} holds it: \"{reason}\". The journal says from whom.", asker.who.label());
    let type_name = asker.protected_name(&env);
    let (what, title) = (format!("take over {env}"), format!("Take {env} over from {from}"));
    let command = LockCommand::TakeOver { env, from, reason, until: None, typed: type_name.clone() };
    let asks = Asks::new(what, Command::Lock(command));
    let question = Question::yes(title, ("Take it over", type_name), asks);
    held.into_iter().chain([becomes]).fold(question, Question::says)
}

impl Preview {
    /// Returns what the engine is asked once somebody has agreed, with the name that they typed.
    pub fn consent(&self, typed: Option<String>) -> Asks {
        let (request, release) = (self.proposal.request.clone(), self.proposal.release.clone());
        let proposes = request.env().filter(|_| matches!(self.go(), Go::Propose(_))).cloned();
        let what = format!("{} {}", request.verb(), request.subject());
        let consent = Consent { typed, seen: Some(self.proposal.clone()) };
        Asks { proposes, ..Asks::new(what, Command::Action(ActionCommand::Start { release, request, consent })) }
    }
}
