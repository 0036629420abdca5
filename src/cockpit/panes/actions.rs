//! An action in words: what it does, and where it stands.

use crate::look::Look;
use crate::settings::theme::Role;
use crate::theme::Palette;
use crate::words::outcome;
use tminus_core::action::Outcome;
use tminus_core::release::{ActionResult, ActionState};

/// Writes what an action does: `deploy 1.0.0 to production`.
pub(crate) fn what(action: &ActionState) -> String {
    action.proposal.request.words()
}

/// Writes what an action does where there is little room: `deploy production`; the place is never what gives way.
pub(crate) fn what_shortly(action: &ActionState) -> String {
    match action.proposal.request.env() {
        Some(env) => format!("{} {env}", action.proposal.request.verb()),
        None => what(action),
    }
}

/// Returns where an action stands: its sign, its part and its word.
pub(crate) fn standing(action: &ActionState, look: &Look) -> (&'static str, Role, &'static str) {
    let palette = &look.palette;
    match &action.ended {
        Some(ending) => {
            let ended = look.world.as_ref().and_then(|world| world.release.how_ended(action));
            how_ended(ended.unwrap_or(ActionResult::So(ending.outcome)), palette)
        }
        None if action.is_stuck() => (palette.sign("✗", "x"), Role::Fail, "waits for a decision"),
        None if action.is_open_proposal() => (palette.sign("·", "."), Role::Warn, "waits"),
        None if action.stop_requested.is_some() => (palette.sign("◌", "o"), Role::Warn, "stopping"),
        None => (palette.sign("◌", "o"), Role::Busy, "running"),
    }
}

/// Returns the sign, the part and the words of how an action ended, by what is known of it now.
pub(crate) fn how_ended(ended: ActionResult, palette: &Palette) -> (&'static str, Role, &'static str) {
    let (sign, role, _) = match ended {
        ActionResult::So(so) | ActionResult::Verified(so) => outcome(so, palette),
        ActionResult::Started => outcome(Outcome::GoodSoFar, palette),
        ActionResult::RolledBack => outcome(Outcome::Stopped, palette),
    };
    (sign, role, ended.words())
}
