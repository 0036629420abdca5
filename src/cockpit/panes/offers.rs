//! The keys that pages offer in the footer, first what matters most.

use super::{ending, way_back};
use crate::action::{ActAction, Action, AppAction, PaneAction, RunAction, SearchAction};
use crate::look::Look;

pub(super) const OPEN: Action = Action::Pane(PaneAction::Open);
pub(super) const FILTER: Action = Action::Search(SearchAction::Filter);
pub(super) const VERIFY: Action = Action::Act(ActAction::Verify);
pub(super) const ROLL_BACK: Action = Action::Act(ActAction::RollBack);
pub(super) const WAIVE: Action = Action::Act(ActAction::Waive);
/// What is decided about an environment.
pub(super) const DECIDE: [Action; 2] = [Action::Act(ActAction::Approve), WAIVE];
const WAYS: [Action; 3] = [Action::App(AppAction::Palette), Action::App(AppAction::Back), Action::App(AppAction::Help)];

/// Adds the ways on that every page has.
pub(super) fn and_ways(wanted: impl IntoIterator<Item = Action>) -> Vec<Action> {
    wanted.into_iter().chain(WAYS).collect()
}

/// Returns what can be done to the environment that the keys act on, first what its state asks for.
pub(super) fn acts(look: &Look) -> [Action; 3] {
    let deploy = Action::Act(ActAction::Deploy);
    // What was rolled back here is not what one deploys next.
    if look.was_rolled_back_here() {
        return [VERIFY, deploy, ROLL_BACK];
    }
    match (look.is_bad_here(), look.is_unverified_here()) {
        (true, _) => [ROLL_BACK, VERIFY, deploy],
        (false, true) => [VERIFY, deploy, ROLL_BACK],
        (false, false) => [deploy, VERIFY, ROLL_BACK],
    }
}

/// After a failure: again, back, leave it; while it runs: stop.
pub(super) fn of_run(look: &Look) -> Vec<Action> {
    let [stop, retry, leave, accept] =
        [RunAction::Stop, RunAction::Retry, RunAction::Leave, RunAction::Accept].map(Action::Run);
    let zoom = Action::Pane(PaneAction::Zoom);
    match look.shown_action() {
        Some(shown) if shown.is_active() && !shown.is_stuck() => vec![stop, ROLL_BACK, zoom],
        // What ended offers what its page offers, and in its order.
        Some(shown) if shown.ended.is_some() => ending::possible(look, shown).chain([zoom]).collect(),
        shown => {
            let env = shown.and_then(|shown| shown.proposal.request.env());
            let back = env.is_none_or(|env| way_back::is_offered(look, env)).then_some(ROLL_BACK);
            [retry].into_iter().chain(back).chain([leave, accept, zoom]).collect()
        }
    }
}
