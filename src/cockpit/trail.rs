//! How one came to where one is, and what the keys are about there: an environment, an action, a check.

use super::about;
use super::look::Look;
use super::panes;
use super::spot::Spot;
use super::view::View;
use tminus_core::names::ActionId;
use tminus_core::plan::{Check, Environment};
use tminus_core::release::ActionState;

impl Look {
    pub(crate) fn spot(&self) -> &Spot {
        // The trail is never empty; the overview stands in for one that were.
        const OVERVIEW: &Spot = &Spot::top_of(View::Overview);
        self.trail.last().unwrap_or(OVERVIEW)
    }

    pub(crate) fn view(&self) -> &View {
        &self.spot().view
    }

    /// Returns where one is, and beneath the help, which is about it.
    pub(crate) fn beneath(&self) -> &Spot {
        let beneath = self.trail.iter().rev().find(|spot| spot.view.help().is_none());
        beneath.unwrap_or_else(|| self.spot())
    }

    /// Returns where one is and what that was opened from, the nearest first, as far as the view with a key of its own:
    /// where one was before that is another matter.
    fn opened_from(&self) -> impl Iterator<Item = &Spot> {
        let from = self.trail.iter().rposition(|spot| panes::page(&spot.view).is_numbered()).unwrap_or(0);
        self.trail.iter().skip(from).rev()
    }

    /// Returns the environment that action keys are about: the one on the page, else the selected one.
    pub(crate) fn environment(&self) -> Option<&Environment> {
        let plan = &self.world.as_ref()?.plan;
        let of_action = |id| self.action(id).and_then(|a| a.proposal.request.env());
        if let Some(env) = self.shown_action().and_then(|action| action.proposal.request.env()) {
            return plan.environment(env);
        }
        let shown = self.opened_from().find_map(|spot| {
            let of_view = || spot.view.env().or_else(|| spot.view.action().and_then(of_action)).cloned();
            spot.target.clone().or_else(of_view)
        });
        match shown {
            Some(env) => plan.environment(&env),
            None => plan.environments.get(self.panes.env.min(plan.environments.len().saturating_sub(1))),
        }
    }

    pub(crate) fn action(&self, id: &ActionId) -> Option<&ActionState> {
        self.world.as_ref()?.release.action(id)
    }

    /// Returns the action of the running view, or the selected one of the list.
    pub(crate) fn shown_action(&self) -> Option<&ActionState> {
        panes::page(&self.beneath().view).action(self)
    }

    /// Returns the check that check keys are about.
    pub(crate) fn check(&self) -> Option<&Check> {
        let plan = &self.world.as_ref()?.plan;
        match self.beneath().view.check() {
            Some(name) => plan.check(name),
            None => panes::checklist::selected(self),
        }
    }

    /// Returns the page of what a fact is about.
    pub(super) fn subject_of(&self, seq: u64) -> Option<View> {
        let story = &self.world.as_ref()?.release.story;
        let at = story.binary_search_by_key(&seq, |record| record.seq).ok()?;
        about::subject(self, &story[at])
    }

    /// Returns the page of what the selected entry, or the fact that is shown, is about.
    pub(crate) fn subject(&self) -> Option<View> {
        self.subject_of(panes::page(&self.beneath().view).fact(self)?)
    }
}
