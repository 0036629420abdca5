//! What stands before a fact or behind a look: its sign, and how long ago it was. Its sentence is the domain's.

use super::theme::Palette;
use crate::settings::theme::Role;
use std::time::Duration;
use tminus_core::action::Outcome;
use tminus_core::fact::{ActionFact, CheckFact, Fact, GateFact, ReleaseFact, StepFact, TargetFact};
use tminus_core::release::{ActionResult, Release, StepPhase};
use tminus_core::time::brief;
use tminus_core::verdict::Verdict;

/// Says how long ago something was seen, in steps of ten seconds at first: what is looked at all the time redraws nothing.
pub(crate) fn seen_ago(age: Duration) -> String {
    match age.as_secs() {
        0..10 => "seen now".to_owned(),
        _ => format!("seen {} ago", in_steps(age)),
    }
}

/// Writes an age in steps of ten seconds at first: what grows all the time is not drawn anew each second.
pub(crate) fn in_steps(age: Duration) -> String {
    brief(match age.as_secs() {
        s @ 0..100 => Duration::from_secs(s / 10 * 10),
        _ => age,
    })
}

/// Returns the sign that stands before a fact of a journal.
pub(crate) fn sign(fact: &Fact, release: Option<&Release>, palette: &Palette) -> (&'static str, Role) {
    let note = (palette.sign("·", "."), Role::Dim);
    match fact {
        Fact::Check(CheckFact::Finished { verdict, .. } | CheckFact::Measured { verdict, .. }) => {
            palette.verdict(*verdict)
        }
        Fact::Check(CheckFact::Started { .. }) => palette.verdict(Verdict::Running),
        Fact::Gate(GateFact::Approved { .. }) => (palette.sign("✓", "+"), Role::Accent),
        Fact::Gate(GateFact::Waived { .. } | GateFact::Adopted { .. } | GateFact::AdoptedVersion { .. }) => {
            palette.verdict(Verdict::Waived)
        }
        Fact::Gate(GateFact::MarkedBad { .. }) => palette.verdict(Verdict::Fail),
        Fact::Action(ActionFact::Started { .. }) => (palette.sign("▶", ">"), Role::Accent),
        Fact::Action(ActionFact::Finished { action, outcome: ended, .. }) => {
            // What was only brought somewhere is not good yet.
            let result = release.and_then(|release| release.action(action)).map(|action| action.ended_as(*ended));
            let ended = if result == Some(ActionResult::Started) { Outcome::GoodSoFar } else { *ended };
            let (sign, role, _) = outcome(ended, palette);
            (sign, role)
        }
        Fact::Step(StepFact::Started { .. } | StepFact::Adopted { .. }) => palette.phase(StepPhase::Running),
        Fact::Step(StepFact::Succeeded { verdict: Some(verdict), .. }) => palette.verdict(*verdict),
        Fact::Step(StepFact::Succeeded { verdict: None, .. } | StepFact::Accepted { .. }) => {
            palette.phase(StepPhase::Succeeded)
        }
        Fact::Step(StepFact::Failed { .. }) => palette.phase(StepPhase::Failed),
        Fact::Step(StepFact::Unclear { .. }) => palette.phase(StepPhase::Unclear),
        Fact::Target(TargetFact::Observed { observation, .. }) => palette.health(observation.health),
        Fact::Target(TargetFact::Lost { .. }) | Fact::Release(ReleaseFact::BranchLost { .. }) => ("?", Role::Warn),
        Fact::Target(TargetFact::Ready { readiness, .. }) => match readiness.unknown.is_empty() {
            true => note,
            false => ("?", Role::Warn),
        },
        Fact::Plan(_)
        | Fact::Release(_)
        | Fact::Seat(_)
        | Fact::Lock(_)
        | Fact::Clock(_)
        | Fact::Gate(GateFact::Lapsed { .. })
        | Fact::Step(StepFact::Ticketed { .. })
        | Fact::Action(ActionFact::Proposed { .. } | ActionFact::StopRequested { .. }) => note,
    }
}

/// Returns the sign, the part and the word of an outcome.
pub(crate) fn outcome(outcome: Outcome, palette: &Palette) -> (&'static str, Role, &'static str) {
    let (sign, role) = match outcome {
        Outcome::Good => (palette.sign("✓", "+"), Role::Pass),
        Outcome::NotGood | Outcome::Failed => (palette.sign("✗", "x"), Role::Fail),
        Outcome::GoodSoFar => (palette.sign("◐", "o"), Role::Busy),
        Outcome::Unclear => ("?", Role::Warn),
        Outcome::Stopped | Outcome::Refused => (palette.sign("■", "#"), Role::Warn),
    };
    (sign, role, outcome.words())
}
