//! What follows once a text is written.

use super::{AfterAnswer, Asker, PersonQuestion, QuestionCommand, QuestionLine, TextPurpose};
use crate::action::Request;
use crate::adoption::Adoptable;
use crate::command::{ActionCommand, CheckCommand, Command, Consent, GateCommand};
use crate::lock::LockCommand;
use crate::names::{ActionId, EnvName};
use crate::situation::{Go, Preview, item_words};

impl Asker<'_> {
    /// Returns what a text leads to.
    pub fn next(&self, purpose: TextPurpose, text: String) -> AfterAnswer {
        let release = self.situation.version.clone();
        match purpose {
            TextPurpose::RollBack { env, to } => AfterAnswer::Preview(Request::RollBack { env, to, reason: text }),
            TextPurpose::Waive { env, item } => waive(self, (env, item), text).into(),
            TextPurpose::Adopt { env, seen } => adopt(self, (env, seen), text).into(),
            TextPurpose::Approve(action) => approve(self, action, text).into(),
            TextPurpose::TakeOver { env, from } => take_over(self, (env, from), text).into(),
            TextPurpose::Answer { check, yes } => {
                let what = format!("answer {check}");
                AfterAnswer::Ask(QuestionCommand::new(
                    what,
                    Command::Check(CheckCommand::Say { release, check, yes, note: text }),
                ))
            }
            TextPurpose::Accept(action) => {
                let what = format!("accept {action}");
                AfterAnswer::Ask(QuestionCommand::new(
                    what,
                    Command::Action(ActionCommand::Accept { action, note: text }),
                ))
            }
            TextPurpose::Lock(env) => {
                let what = format!("lock {env}");
                AfterAnswer::Ask(QuestionCommand::new(
                    what,
                    Command::Lock(LockCommand::Take { env, reason: text, until: None }),
                ))
            }
        }
    }
}

/// A waiver wants as much as a deploy to a protected environment: the name of what is waived is typed.
fn waive(asker: &Asker<'_>, (env, item): (EnvName, String), reason: String) -> PersonQuestion {
    let decided = format!("{env} goes on {}, as {} decides:", item_words(&item), asker.who.label());
    let title = format!("Waive {item} in {env}");
    let (what, quoted) = (format!("waive {item}"), format!("\"{reason}\""));
    let release = asker.situation.version.clone();
    let command = Command::Gate(GateCommand::Waive { release, env, item: item.clone(), reason });
    PersonQuestion::yes(title, ("Waive it", Some(item)), QuestionCommand::new(what, command)).says(decided).says(quoted)
}

/// An adoption in a protected environment wants its name.
fn adopt(asker: &Asker<'_>, (env, seen): (EnvName, Adoptable), reason: String) -> PersonQuestion {
    let what = format!("adopt {} in {env}", seen.name());
    let (title, says) = (format!("Adopt {} in {env}", seen.name()), format!("{}.", seen.words(&env)));
    let adopts = format!("{} adopts it: \"{reason}\".", asker.who.label());
    let (release, typed) = (asker.situation.version.clone(), asker.protected_name(&env));
    let command = Command::Gate(GateCommand::Adopt { release, env, seen, typed: typed.clone(), reason });
    PersonQuestion::yes(title, ("Adopt it", typed), QuestionCommand::new(what, command)).says(says).says(adopts)
}

/// An approval shows once more what it allows.
fn approve(asker: &Asker<'_>, action: ActionId, note: String) -> PersonQuestion {
    let mut lines = asker.about_proposal(&action);
    if !note.is_empty() {
        lines.push(QuestionLine::Says(format!("Your note: {note}")));
    }
    let state = asker.situation.release.action(&action);
    let type_name = state.and_then(|state| asker.protected_name(state.proposal.request.env()?));
    let asks = QuestionCommand::new(format!("approve {action}"), Command::Gate(GateCommand::Approve { action, note }));
    let title = format!("Approve as {}", asker.who.label());
    PersonQuestion { lines, ..PersonQuestion::yes(title, ("Approve", type_name), asks) }
}

/// To take a lock from somebody wants the name of a protected environment.
fn take_over(asker: &Asker<'_>, (env, from): (EnvName, String), reason: String) -> PersonQuestion {
    let held = asker.situation.lock(&env).map(|lock| format!("{env} is {}", (asker.lock_words)(lock)));
    let becomes =
        format!("{} will hold it from now on: \"{reason}\". The journal records whose it was.", asker.who.label());
    let type_name = asker.protected_name(&env);
    let (what, title) = (format!("take over {env}"), format!("Take {env} over from {from}"));
    let command = LockCommand::TakeOver { env, from, reason, until: None, typed: type_name.clone() };
    let asks = QuestionCommand::new(what, Command::Lock(command));
    let question = PersonQuestion::yes(title, ("Take it over", type_name), asks);
    held.into_iter().chain([becomes]).fold(question, PersonQuestion::says)
}

impl Preview {
    /// Returns what the engine is asked once somebody has agreed, with the name that they typed.
    pub fn consent(&self, typed: Option<String>) -> QuestionCommand {
        let (request, release) = (self.proposal.request.clone(), self.proposal.release.clone());
        let proposes = request.env().filter(|_| matches!(self.go(), Go::Propose(_))).cloned();
        let what = format!("{} {}", request.verb(), request.subject());
        let consent = Consent { typed, seen: Some(self.proposal.clone()) };
        QuestionCommand {
            proposes,
            ..QuestionCommand::new(what, Command::Action(ActionCommand::Start { release, request, consent }))
        }
    }
}
