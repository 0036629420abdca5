//! What is known when somebody is asked, and the questions that begin with it.

use super::{AnswerKind, PersonQuestion, QuestionCommand, QuestionLine, TextNeed, TextPurpose};
use crate::action::StepUndo;
use crate::adoption::{Adoptable, BroughtBy};
use crate::command::{ActionCommand, Command, Refusal};
use crate::lock::{Lock, LockCommand};
use crate::names::{ActionId, CheckName, EnvName, Version};
use crate::plan::Check;
use crate::release::ActionState;
use crate::situation::{GateItem, Situation, WayBackState};
use crate::who::Who;

/// What is known when somebody is asked.
pub struct Asker<'a> {
    /// How things are.
    pub situation: Situation<'a>,
    /// Who is asked.
    pub who: &'a Who,
    /// Says who holds a lock, since when, and why.
    pub lock_words: &'a dyn Fn(&Lock) -> String,
}

/// How an action continues that stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settling {
    /// Its failed step is tried again.
    Retry,
    /// Its unclear step is done, as a person saw.
    Accept,
    /// Everything stays as it is.
    Leave,
}

impl Asker<'_> {
    /// Asks for the reason of a lock, or of taking one over; asks its holder whether to unlock.
    pub fn lock(&self, env: EnvName) -> PersonQuestion {
        let Some(lock) = self.situation.lock(&env) else {
            let says = format!(
                "Nobody else deploys to {env} until it is unlocked; others read the reason. Anybody can still roll back: a rollback takes over the lock."
            );
            return PersonQuestion::text(format!("Lock {env}: why?"), TextNeed::Required, TextPurpose::Lock(env))
                .says(says);
        };
        let held = format!("{env} is {}", (self.lock_words)(lock));
        if lock.is_of(self.who) {
            let asks =
                QuestionCommand::new(format!("unlock {env}"), Command::Lock(LockCommand::Release { env: env.clone() }));
            return PersonQuestion::yes(format!("Unlock {env}?"), ("Unlock", None), asks).says(held);
        }
        let from = lock.holder.name.to_string();
        let title = format!("Take {env} over from {from}: why?");
        PersonQuestion::text(title, TextNeed::Required, TextPurpose::TakeOver { env, from }).says(held)
    }

    /// Asks what is wrong with what runs in an environment, with what tminus knows as a suggestion.
    ///
    /// # Errors
    /// Nothing can be rolled back to there, and why.
    pub fn roll_back(&self, env: EnvName, to: Option<Version>) -> Result<PersonQuestion, Refusal> {
        let way = self.situation.way_back_to(&env, to.as_ref());
        if matches!(way.state, WayBackState::None | WayBackState::Blocked) {
            return Err(Refusal::held(format!("There is no rollback in {env} now.")).with(way.reasons));
        }
        let title = match &to {
            Some(to) => format!("Roll back {env} to {to}: why?"),
            None => format!("Roll back {env}: why?"),
        };
        let running = self.situation.release.running_words(&env).unwrap_or_default();
        let says = format!(
            "What is wrong with {running} in {env}? It will be marked bad with this reason, and not deployed again without a waiver. The preview comes next."
        );
        let known = self.situation.reason_to_go_back(&env);
        let purpose = TextPurpose::RollBack { env, to };
        Ok(PersonQuestion::new(title, AnswerKind::Text { need: TextNeed::Required, known, purpose }).says(says))
    }

    /// Asks for the reason of a waiver.
    pub fn waive(&self, env: EnvName, item: GateItem) -> PersonQuestion {
        let title = format!("Why may {env} go on without it?");
        let says = format!("{}  ({}: {})", item.title, item.verdict.word(), item.why);
        let purpose = TextPurpose::Waive { env, item: item.item };
        PersonQuestion::text(title, TextNeed::Required, purpose).says(says)
    }

    /// Asks why to adopt what tminus did not bring, and says what that does.
    pub fn adopt(&self, env: EnvName, seen: Adoptable) -> PersonQuestion {
        let title = format!("Adopt {} in {env}: why?", seen.name());
        let of = seen.running.as_ref().filter(|_| seen.brought != BroughtBy::Tminus).map(|running| {
            let version = &running.version;
            let counts = match self.situation.release.openings.get(version) {
                Some(opening) => format!("It then counts as {version} of commit {}", opening.commit.short()),
                None => "It then counts as meant to be there, though it belongs to no release".to_owned(),
            };
            format!("{counts}, until something else runs there or tminus deploys again.")
        });
        let id = seen.action.as_ref().map(|id| format!("{id} then no longer blocks an action in {env}."));
        let question = PersonQuestion::text(
            title,
            TextNeed::Required,
            TextPurpose::Adopt { env: env.clone(), seen: seen.clone() },
        );
        let lines = [Some(format!("{}.", seen.words(&env))), of, id];
        lines.into_iter().flatten().fold(question, PersonQuestion::says)
    }

    /// Asks for a note on an answer: a no must say why.
    pub fn answer(&self, check: &Check, yes: bool) -> PersonQuestion {
        let (title, need) = match yes {
            true => ("Yes: you may write a note", TextNeed::Optional),
            false => ("No: what is missing?", TextNeed::Required),
        };
        let purpose = TextPurpose::Answer { check: CheckName::clone(&check.name), yes };
        PersonQuestion::text(title, need, purpose).says(&check.title)
    }

    /// Asks for a note on an approval.
    pub fn approve(&self, id: ActionId) -> PersonQuestion {
        let (title, lines) = (format!("Approve as {}", self.who.label()), self.about_proposal(&id));
        let question = PersonQuestion::text(title, TextNeed::Optional, TextPurpose::Approve(id));
        PersonQuestion { lines, ..question }.says("A note is optional: Enter continues without one.")
    }

    /// Asks how an action continues that stopped.
    pub fn settle(&self, action: &ActionState, how: Settling) -> PersonQuestion {
        let id = action.id.clone();
        let yes = |title: &str, go: &'static str, command| {
            let asks = QuestionCommand::new(format!("{} {}", go.to_lowercase(), action.id), Command::Action(command));
            PersonQuestion::yes(title, (go, None), asks).says(action.proposal.request.words())
        };
        let mut question = match how {
            Settling::Retry => yes("Try the failed step again?", "Retry", ActionCommand::Retry { action: id }),
            Settling::Leave => {
                let title = "Leave everything as it is, and end the action?";
                yes(title, "Leave", ActionCommand::Leave { action: id })
            }
            Settling::Accept => {
                let says = "Nobody saw how this step ended. Look at the target yourself, and write what you saw.";
                let title = "What shows that the step is done?";
                return PersonQuestion::text(title, TextNeed::Required, TextPurpose::Accept(id)).says(says);
            }
        };
        if let Some((_, step)) = action.current() {
            question = question.says(format!("\"{}\": {}", step.step.title, step.summary));
            if let (Settling::Retry, StepUndo::Irreversible(why)) = (how, &step.step.undo) {
                question.lines.push(QuestionLine::CannotBeUndone(why.clone()));
            }
        }
        question
    }

    /// Says what an approval of a proposal allows, in the words of its preview.
    pub(super) fn about_proposal(&self, id: &ActionId) -> Vec<QuestionLine> {
        let Some(state) = self.situation.release.action(id) else { return Vec::new() };
        let (proposal, says) = (&state.proposal, QuestionLine::Says);
        let mut lines =
            vec![says(format!("{id} {}, proposed by {}.", proposal.request.words(), state.proposer.label()))];
        lines.extend(proposal.moves.iter().map(|m| {
            let from = m.from.as_ref().map_or_else(|| "nothing".to_owned(), |f| f.version.to_string());
            let digest = m.to.digest.as_ref().map(|d| format!(" {}", d.short())).unwrap_or_default();
            says(format!("{}: {from} → {}{digest}", m.artifact, m.to.version))
        }));
        lines.extend(self.situation.irreversible_of(proposal).into_iter().map(QuestionLine::CannotBeUndone));
        let names: Vec<String> = state.approvals.iter().map(|a| a.who.label()).collect();
        lines.extend((!names.is_empty()).then(|| says(format!("Approved by {} so far.", names.join(", ")))));
        let plan = proposal.plan.get(..8).unwrap_or(&proposal.plan);
        let commit = proposal.commit.as_ref().map(|c| format!(", commit {}", c.short())).unwrap_or_default();
        lines.push(says(format!(
            "Your approval is for exactly this plan ({plan}){commit} and these images; any change voids it."
        )));
        lines
    }

    /// Returns the name that a person types where an environment is protected.
    pub(super) fn protected_name(&self, env: &EnvName) -> Option<String> {
        let environment = self.situation.plan.environment(env).filter(|environment| environment.protected);
        environment.map(|environment| environment.name.to_string())
    }
}
