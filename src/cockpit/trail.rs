//! How one came to where one is, and what the keys are about there: an environment, an action, a check.

use super::action::Action;
use super::panes;
use super::spot::Spot;
use super::state::State;
use super::view::View;
use crate::domain::names::ActionId;
use crate::domain::plan::{Check, Environment};
use crate::domain::release::ActionState;

impl State {
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
        let beneath = self.trail.iter().rev().find(|spot| !matches!(spot.view, View::Help(_)));
        beneath.unwrap_or_else(|| self.spot())
    }

    pub(crate) fn go(&mut self, view: View) {
        if self.view() != &view {
            self.panes.output = 0;
            self.begin(view);
        }
    }

    /// Enters a view where nobody has been.
    pub(crate) fn begin(&mut self, view: View) {
        self.enter(Spot::top_of(view));
        let row = panes::first(self);
        let is_incident = self.view() == &View::Incident;
        let target = if is_incident { panes::incident::worst(self) } else { None };
        if let Some(spot) = self.trail.last_mut() {
            (spot.row, spot.target) = (row, target);
        }
    }

    /// Enters a view; the way back to where one was is kept, as far as anybody goes back.
    pub(crate) fn enter(&mut self, spot: Spot) {
        const KEPT: usize = 24;
        self.trail.push(spot);
        if self.trail.len() > KEPT {
            // The overview stays at the beginning of every way.
            self.trail.remove(1);
        }
    }

    /// Returns where one is and what that was opened from, the nearest first, as far as the view with a key of its own:
    /// where one was before that is another matter.
    fn opened_from(&self) -> impl Iterator<Item = &Spot> {
        let from = self.trail.iter().rposition(|spot| spot.view.is_numbered()).unwrap_or(0);
        self.trail.iter().skip(from).rev()
    }

    /// Returns the environment that action keys are about: the one on the page, else the selected one.
    pub(crate) fn environment(&self) -> Option<&Environment> {
        let plan = &self.world.as_ref()?.plan;
        let of_action = |id| self.action(id).and_then(|a| a.proposal.request.env());
        if let (View::Tasks, Some(env)) =
            (&self.beneath().view, self.shown_action().and_then(|a| a.proposal.request.env()))
        {
            return plan.environment(env);
        }
        let shown = self.opened_from().find_map(|spot| match &spot.view {
            View::Incident => spot.target.clone(),
            other => other.env().or_else(|| other.action().and_then(of_action)).cloned(),
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
        match &self.beneath().view {
            View::Tasks => panes::tasks::selected(self),
            view => view.action().and_then(|id| self.action(id)),
        }
    }

    /// Returns the check that check keys are about.
    pub(crate) fn check(&self) -> Option<&Check> {
        let plan = &self.world.as_ref()?.plan;
        match self.beneath().view.check() {
            Some(name) => plan.check(name),
            None => panes::checklist::selected(self),
        }
    }

    /// Says why an action cannot be taken now; `None` when it can.
    pub(crate) fn why_not(&self, action: Action) -> Option<String> {
        action.why_not(self)
    }
}
