//! An open preview follows the release: what it rests on is compared with what is known now, and asked for anew.

use super::state::State;
use crate::dialogs::{PreviewDialog, blockers, is_gate_alike};
use crate::message::Effect;
use tminus_core::situation::{Preview, Situation};
use tminus_core::who::Who;

impl State {
    /// Asks again for the preview that is open, where it says something else than is known by now.
    pub(crate) fn follow_preview(&mut self) -> Vec<Effect> {
        let Some(dialog) = self.dialog_of::<PreviewDialog>() else { return Vec::new() };
        // One question at a time: an answer that is old when it comes is compared at the next fact, or second.
        let is_asked = dialog.answered != dialog.ticket;
        let version = self.version_of(&dialog.asked);
        let situation = self.situation().map(|s| Situation { version: &version, ..s });
        let known = situation.zip(dialog.preview.as_ref());
        let is_old = dialog.preview.is_none()
            || known.is_some_and(|(s, p)| is_old(s, dialog, p) || is_locked_otherwise(s, &self.who, p));
        if is_asked || !is_old || self.gone.is_some() {
            return Vec::new();
        }
        self.tickets += 1;
        let ticket = self.tickets;
        let Some(dialog) = self.dialog_mut::<PreviewDialog>() else { return Vec::new() };
        dialog.ticket = ticket;
        let request = dialog.asked.clone();
        vec![Effect::Preview { ticket, version: self.version_of(&request), request }]
    }
}

fn is_old(situation: Situation<'_>, dialog: &PreviewDialog, preview: &Preview) -> bool {
    let Ok(proposal) = situation.propose(&dialog.asked) else { return true };
    let environment = proposal.request.env().and_then(|env| situation.plan.environment(env));
    let gate = environment.filter(|_| preview.gate.is_some()).map(|e| situation.gate(e, &proposal));
    proposal != preview.proposal
        || !situation.blockers(&proposal).iter().eq(blockers(preview))
        || !is_gate_alike(gate.as_ref(), preview.gate.as_ref())
}

/// Says whether somebody else holds the place than the preview says. That the lock grows older is no news.
fn is_locked_otherwise(situation: Situation<'_>, who: &Who, preview: &Preview) -> bool {
    let shown = preview.locked.as_ref().map(|lock| &lock.holder).filter(|holder| *holder != who);
    situation.lock_for(who, &preview.proposal.request).map(|lock| &lock.holder) != shown
}
