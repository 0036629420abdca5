//! What the engine answers to what was asked.

use super::state::State;
use crate::dialogs::{PreviewChange, PreviewDialog};
use crate::message::{Answer, Reply};
use crate::notices::{NoticeLine, Tone};
use crate::view::View;
use tminus_core::command::Refusal;
use tminus_core::names::{ActionId, Person};
use tminus_core::situation::Preview;
use tminus_engine::Accepted;

impl State {
    pub(crate) fn answered(&mut self, reply: Reply) {
        match reply.answer {
            Answer::Preview(answer) => {
                self.guard.now = Some(reply.at);
                self.previewed(reply.ticket, *answer);
            }
            Answer::Command(answer) => {
                self.guard.now = Some(reply.at);
                self.commanded(reply.ticket, answer);
            }
        }
    }

    /// Fills the preview that waits; the dead time begins anew, because what is shown is new.
    fn previewed(&mut self, ticket: u64, answer: Result<Preview, Refusal>) {
        let answer = answer.map(|preview| preview.seen_by(&self.who));
        let Some(dialog) = self.dialog_mut::<PreviewDialog>().filter(|dialog| dialog.ticket == ticket) else { return };
        match answer {
            Ok(preview) => {
                dialog.answered = ticket;
                if dialog.refill(preview) == PreviewChange::Seen {
                    self.appeared();
                }
            }
            Err(refusal) => {
                let what = dialog.what();
                self.dialog = None;
                self.refuse(what, refusal);
            }
        }
    }

    /// Says how many approvals there are, where one was given just now; the fact of it may still be on its way.
    fn approved_so_far(&self, approved: &ActionId) -> Option<String> {
        let action = self.action(approved)?;
        let (situation, env) = (self.situation()?, action.proposal.request.env()?);
        let count = situation.gate(situation.plan.environment(env)?, &action.proposal).approvals?;
        let is_missing = !count.given.contains(&Person::new(self.who.label()));
        let given = (count.given.len() + usize::from(is_missing)).min(count.needed);
        Some(self.approval_words(action, (given, count.needed)))
    }

    fn commanded(&mut self, ticket: u64, answer: Result<Accepted, Refusal>) {
        let at = self.asked.iter().position(|a| a.ticket == ticket);
        let asked = at.map(|at| self.asked.remove(at)).map(|a| (a.what, a.proposes, a.approves));
        let (what, proposes, approves) = asked.unwrap_or_default();
        match answer {
            Ok(Accepted::Started(action)) => self.go(View::Run(action)),
            Ok(Accepted::Recorded(_)) => {
                let approved = approves.and_then(|approved| self.approved_so_far(&approved));
                self.say(Tone::Done, what, approved.as_deref().unwrap_or("done"));
                self.hint = approved.or_else(|| self.hint.take());
            }
            // The header shows who sits where.
            Ok(Accepted::Seated(_)) => {}
            Err(refusal) => {
                // A gate has reasons, and leaves what was proposed open; a seat, or an engine that has ended, leaves nothing.
                let proposes = proposes.filter(|_| !refusal.reasons.is_empty());
                let entry = NoticeLine { proposes, ..NoticeLine::refused(self.now, what, refusal) };
                self.unheard = Some(entry);
                self.hear_of_proposal();
            }
        }
    }

    /// Says what was proposed once that has been heard of, which may be after the answer, in the cockpit's own words.
    pub(super) fn hear_of_proposal(&mut self) {
        let Some(entry) = self.unheard.take() else { return };
        match entry.proposes.as_ref().map(|env| self.proposed_words(env)) {
            Some(None) => self.unheard = Some(entry),
            Some(Some(says)) => self.keep_unread(NoticeLine { says, reasons: Vec::new(), ..entry }),
            None => self.keep_unread(entry),
        }
    }

    /// Says what was refused where nothing was proposed after all.
    pub(super) fn hear_of_refusal(&mut self) {
        if let Some(entry) = self.unheard.take() {
            self.keep_unread(NoticeLine { proposes: None, ..entry });
        }
    }
}
