//! How long nothing was heard of an action that runs: what it waits for may be stuck. Told once that is long, in steps,
//! so that a calm screen stays as it is.

use crate::look::Look;
use crate::words;
use std::time::Duration;
use tminus_core::release::{ActionState, StepPhase};
use tminus_core::time::age;

/// What is no silence yet: services are asked every few seconds, and answer with what they count.
const QUIET: Duration = Duration::from_secs(30);

/// Returns since how long the engine has told nothing of an action, once that is long: `40s`.
///
/// Its last word is a fact or telemetry of the step that runs; what was told before this screen was there, nobody knows here.
pub(super) fn silence(look: &Look, action: &ActionState) -> Option<String> {
    let (at, step) = action.current().filter(|(_, step)| step.phase == StepPhase::Running)?;
    let told = [step.began, look.live.heard(&action.id, at), look.live.joined];
    let quiet = age(look.now, told.into_iter().flatten().max()?);
    // An engine that has gone is told of in the header.
    (quiet >= QUIET && look.gone.is_none()).then(|| words::in_steps(quiet))
}
