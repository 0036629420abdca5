//! Facts as sentences: what a person reads in the journal.

use super::panes::tasks;
use super::theme::Palette;
use crate::config::theme::Role;
use crate::domain::action::{Proposal, Request};
use crate::domain::fact::{ActionFact, CheckFact, Fact, GateFact, PlanFact, ReleaseFact, StepFact, TargetFact};
use crate::domain::names::EnvName;
use crate::domain::order::Observation;
use crate::domain::release::StepPhase;
use crate::domain::time::brief;
use crate::domain::verdict::Verdict;
use std::time::Duration;

/// Says how long ago something was seen, in steps of ten seconds at first: what is looked at all the time redraws nothing.
pub(crate) fn seen_ago(age: Duration) -> String {
    match age.as_secs() {
        0..10 => "seen now".to_owned(),
        s @ 10..100 => format!("seen {}s ago", s / 10 * 10),
        _ => format!("seen {} ago", brief(age)),
    }
}

/// Returns the sign that stands before a fact.
pub(crate) fn sign(fact: &Fact, palette: &Palette) -> (&'static str, Role) {
    let note = (palette.sign("·", "."), Role::Dim);
    match fact {
        Fact::Check(CheckFact::Finished { verdict, .. } | CheckFact::Measured { verdict, .. }) => {
            palette.verdict(*verdict)
        }
        Fact::Check(CheckFact::Started { .. }) => palette.verdict(Verdict::Running),
        Fact::Gate(GateFact::Approved { .. }) => (palette.sign("✓", "+"), Role::Accent),
        Fact::Gate(GateFact::Waived { .. }) => palette.verdict(Verdict::Waived),
        Fact::Gate(GateFact::MarkedBad { .. }) => palette.verdict(Verdict::Fail),
        Fact::Action(ActionFact::Started { .. }) => (palette.sign("▶", ">"), Role::Accent),
        Fact::Action(ActionFact::Finished { outcome, .. }) => {
            let (sign, role, _) = tasks::outcome(*outcome, palette);
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
        | Fact::Gate(GateFact::Lapsed { .. })
        | Fact::Step(StepFact::Ticketed { .. })
        | Fact::Action(ActionFact::Proposed { .. } | ActionFact::StopRequested { .. }) => note,
    }
}

/// Writes a fact as a sentence.
pub fn sentence(fact: &Fact) -> String {
    match fact {
        Fact::Plan(PlanFact::Adopted { hash, diff, .. }) => {
            let short = hash.get(..12).unwrap_or(hash);
            let how = if diff.is_some() { "changed plan" } else { "plan" };
            format!("the {how} {short} counts from now on")
        }
        Fact::Release(fact) => of_release(fact),
        Fact::Check(fact) => of_check(fact),
        Fact::Gate(fact) => of_gate(fact),
        Fact::Action(fact) => of_action(fact),
        Fact::Step(fact) => of_step(fact),
        Fact::Target(fact) => of_target(fact),
        Fact::Seat(fact) => fact.words(),
        Fact::Lock(fact) => fact.words(),
    }
}

fn of_release(fact: &ReleaseFact) -> String {
    match fact {
        ReleaseFact::Opened { version, branch, commit, .. } => {
            format!("{version} opened on {branch} at {}", commit.short())
        }
        ReleaseFact::Scheduled { version, zero } => format!("T-0 of {version} set to {zero:.0}"),
        ReleaseFact::Branch { state, .. } => match &state.commit {
            Some(commit) => {
                format!("{} seen at {}, {} ahead, {} behind", state.branch, commit.short(), state.ahead, state.behind)
            }
            None => format!("there is no branch {}", state.branch),
        },
        ReleaseFact::BranchLost { failure, .. } => format!("the branch cannot be read: {}", failure.sentence()),
        ReleaseFact::Closed { version, note } => format!("{version} closed: {note}"),
    }
}

fn at(env: Option<&EnvName>) -> String {
    env.map(|env| format!(" in {env}")).unwrap_or_default()
}

fn of_check(fact: &CheckFact) -> String {
    match fact {
        CheckFact::Started { check, env, .. } => format!("{check}{} begins", at(env.as_ref())),
        CheckFact::Finished { check, env, verdict, evidence, .. } => {
            format!("{check}{}: {}: {}", at(env.as_ref()), verdict.word(), evidence.found)
        }
        CheckFact::Measured { metric, env, horizon, verdict, evidence, .. } => {
            format!("{metric} in {env} at {}: {}: {}", brief(horizon.duration()), verdict.word(), evidence.found)
        }
    }
}

fn of_gate(fact: &GateFact) -> String {
    match fact {
        GateFact::Approved { action, note, .. } if note.is_empty() => format!("{action} approved"),
        GateFact::Approved { action, note, .. } => format!("{action} approved: {note}"),
        GateFact::Lapsed { action, reason } => format!("the approvals of {action} lapsed: {reason}"),
        GateFact::Waived { env, item, reason, .. } => format!("{env} goes on without {item}: {reason}"),
        GateFact::MarkedBad { version, env, reason } => format!("{version} marked bad in {env}: {reason}"),
    }
}

fn asked(proposal: &Proposal) -> String {
    match &proposal.request {
        Request::Deploy { env, version } => format!("deploy {version} to {env}"),
        Request::Verify { env, horizon, .. } => {
            format!("verify {env}{}", horizon.map(|h| format!(" at {h}")).unwrap_or_default())
        }
        Request::RollBack { env, to, reason } => {
            let to = to.as_ref().map(|v| format!(" to {v}")).unwrap_or_default();
            format!("roll {env} back{to}: {reason}")
        }
        Request::Build { version, .. } => format!("build {version}"),
        Request::Cut { version } => format!("cut {version}"),
    }
}

fn of_action(fact: &ActionFact) -> String {
    match fact {
        ActionFact::Proposed { action, proposal } => format!("{action} proposed: {}", asked(proposal)),
        ActionFact::Started { action, proposal, steps } => {
            format!("{action} begins: {}, {} steps", asked(proposal), steps.len())
        }
        ActionFact::StopRequested { action } => format!("{action} is to stop at the next step"),
        ActionFact::Finished { action, outcome, summary } => format!("{action} ended: {}: {summary}", outcome.words()),
    }
}

fn of_step(fact: &StepFact) -> String {
    let (action, step) = fact.place();
    let place = format!("{action} step {}", step + 1);
    match fact {
        StepFact::Started { .. } => format!("{place} begins"),
        StepFact::Ticketed { .. } => format!("{place} is under way, and can be followed"),
        StepFact::Succeeded { summary, .. } => format!("{place} done: {summary}"),
        StepFact::Failed { failure, .. } => format!("{place} failed: {}", failure.sentence()),
        StepFact::Unclear { reason, .. } => format!("{place} is unclear: {reason}"),
        StepFact::Adopted { .. } => format!("{place} is followed again after an interruption"),
        StepFact::Accepted { note, .. } => format!("{place} accepted as done: {note}"),
    }
}

fn of_target(fact: &TargetFact) -> String {
    match fact {
        TargetFact::Observed { env, artifact, observation } => format!("{env} runs {artifact} {}", seen(observation)),
        TargetFact::Lost { env, artifact, failure } => {
            format!("{artifact} in {env} cannot be seen: {}", failure.sentence())
        }
        TargetFact::Ready { env, artifact, readiness } => readiness.sentence(env, artifact),
    }
}

fn seen(observation: &Observation) -> String {
    let version = observation.version.as_ref().map_or_else(|| "nothing".to_owned(), ToString::to_string);
    let words = observation.words.as_ref().map(|w| format!(" ({w})")).unwrap_or_default();
    format!("{version}: {}{words}", observation.health.word())
}
