//! What an action does next, and how it ends.

use crate::action::{Outcome, Request, StepTask};
use crate::fact::{ActionFact, Fact, GateFact, ReleaseFact};
use crate::failure::FailureKind;
use crate::names::{EnvName, OrderId};
use crate::release::{ActionState, Release, Since, StepPhase, StepState};
use crate::time::{Span, age, brief};
use crate::verdict::Verdict;

/// What an action does next.
#[derive(Clone, Debug, PartialEq)]
pub enum NextStep {
    /// It takes this step, under this order.
    Step(usize, OrderId),
    /// It is over; these facts say so.
    Finish(Vec<Fact>),
    /// A step is running, or a person must decide.
    Wait,
}

/// Returns what an action does next. `retrying` takes a failed or unclear step again.
pub fn next(release: &Release, action: &ActionState, retrying: Retrying) -> NextStep {
    if !action.is_active() {
        return NextStep::Wait;
    }
    let Some((index, step)) = action.current() else { return NextStep::Finish(finish(release, action)) };
    match step.phase {
        StepPhase::Waiting if action.stop_requested.is_some() => NextStep::Finish(stopped(action, index, "before")),
        StepPhase::Waiting => NextStep::Step(index, order_id(action, index, step)),
        StepPhase::Failed if is_refused(step) => NextStep::Finish(refused(action, step)),
        StepPhase::Failed if step.has_no_branch() && !is_used(release, action) => NextStep::Finish(uncut(action, step)),
        StepPhase::Failed if was_cancelled(step) => NextStep::Finish(stopped(action, index, "in the middle of")),
        StepPhase::Failed | StepPhase::Unclear if retrying == Retrying::Yes => {
            NextStep::Step(index, order_id(action, index, step))
        }
        StepPhase::Running | StepPhase::Failed | StepPhase::Unclear | StepPhase::Succeeded => NextStep::Wait,
    }
}

/// Whether a person asked to try the step again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retrying {
    /// They did.
    Yes,
    /// Nobody did.
    No,
}

fn order_id(action: &ActionState, index: usize, step: &StepState) -> OrderId {
    OrderId::new(format!("{}.{index}.{}", action.id, step.attempts + 1))
}

/// A look found something else than the preview showed.
fn is_refused(step: &StepState) -> bool {
    let is_conflict = step.failure.as_ref().is_some_and(|f| f.kind == FailureKind::Conflict);
    step.step.task == StepTask::Look && is_conflict
}

/// Whether somebody works on the version of a cut already, on a branch made by hand: then it waits for a person.
fn is_used(release: &Release, action: &ActionState) -> bool {
    let version = &action.proposal.release;
    release.checks.contains_key(version)
        || release.actions.iter().any(|other| other.id != action.id && &other.proposal.release == version)
}

/// Ends a cut that came to nothing: the version is free again.
fn uncut(action: &ActionState, step: &StepState) -> Vec<Fact> {
    let mut facts = vec![ended(action, Outcome::Failed, format!("no release was opened: {}", step.summary))];
    facts.extend(withdrawn(action, &step.summary));
    facts
}

/// Returns what a cut that ends without its branch leaves of the release: nothing.
pub(super) fn withdrawn(action: &ActionState, why: &str) -> Option<Fact> {
    let Request::Cut { version } = &action.proposal.request else { return None };
    let has_branch = action.steps.iter().any(|s| s.phase == StepPhase::Succeeded);
    let withdrawn = ReleaseFact::Withdrawn { version: version.clone(), why: why.to_owned() };
    (!has_branch).then_some(Fact::Release(withdrawn))
}

fn was_cancelled(step: &StepState) -> bool {
    step.failure.as_ref().is_some_and(|f| f.kind == FailureKind::Cancelled)
}

fn refused(action: &ActionState, step: &StepState) -> Vec<Fact> {
    vec![ended(action, Outcome::Refused, format!("nothing was done: {}", step.summary))]
}

fn stopped(action: &ActionState, index: usize, place: &str) -> Vec<Fact> {
    let who = action.stop_requested.as_ref().map_or_else(|| "tminus".to_owned(), |who| who.label());
    let at = action.steps.get(index).map(|s| s.step.title.clone()).unwrap_or_default();
    let says = format!("stopped by {who} {place} \"{at}\"; {index} of {} steps are done", action.steps.len());
    let withdrawn = withdrawn(action, &says);
    std::iter::once(ended(action, Outcome::Stopped, says)).chain(withdrawn).collect()
}

fn finish(release: &Release, action: &ActionState) -> Vec<Fact> {
    match &action.proposal.request {
        Request::Verify { horizon, env, .. } => {
            let verified = verified(action, *horizon, (release.age_of(env), release.aged_from(env)));
            let (outcome, summary) = bound_to_its_commit(release, action, env, verified);
            vec![ended(action, outcome, summary)]
        }
        Request::RollBack { env, reason, .. } => {
            let left = action
                .proposal
                .moves
                .iter()
                .filter_map(|m| Some((m.from.as_ref()?.version.clone(), m.to.version.clone())));
            let marks = left.filter(|(from, to)| from != to).map(|(version, _)| {
                Fact::Gate(GateFact::MarkedBad { version, env: env.clone(), reason: reason.clone() })
            });
            let mut facts = vec![ended(action, Outcome::Good, summary_of(action))];
            facts.extend(marks);
            facts
        }
        Request::Deploy { .. } | Request::Build { .. } | Request::Cut { .. } | Request::Act { .. } => {
            vec![ended(action, Outcome::Good, summary_of(action))]
        }
    }
}

/// A verification ends as the worst of what it measured; before its horizon, good is only good so far.
fn verified(
    action: &ActionState,
    horizon: Option<Span>,
    (began, from): (Option<Since>, Option<jiff::Timestamp>),
) -> (Outcome, String) {
    let since = began.map(|began| began.at);
    let measured = action.steps.iter().filter_map(|s| Some((s, s.verdict?)));
    let worst = measured.clone().fold(Verdict::Pass, |worst, (_, verdict)| worst.and(verdict));
    let looked = action.steps.iter().filter_map(|s| s.ended).max();
    let is_due = match (horizon, from, looked) {
        (Some(horizon), Some(since), Some(at)) => horizon.after(since) <= at,
        (None, _, _) => true,
        (Some(_), _, _) => false,
    };
    let is_before = |s: &StepState| s.ended.zip(since).is_some_and(|(ended, since)| ended < since);
    // What was found before it was started again, and what was found after, are of two things.
    let is_of_two =
        measured.clone().any(|(s, _)| is_before(s)) && looked.zip(since).is_some_and(|(at, since)| at >= since);
    let has_measured = action.steps.iter().any(|s| s.verdict.is_some());
    let outcome = match worst {
        _ if !has_measured => Outcome::Unclear,
        Verdict::Pass | Verdict::Waived if is_of_two => Outcome::Unclear,
        Verdict::Pass | Verdict::Waived if is_due => Outcome::Good,
        Verdict::Pass | Verdict::Waived => Outcome::GoodSoFar,
        Verdict::Fail => Outcome::NotGood,
        Verdict::Inconclusive | Verdict::NoData | Verdict::Stale | Verdict::Running | Verdict::Pending => {
            Outcome::Unclear
        }
    };
    let wrong: Vec<String> = measured
        .filter(|(_, v)| !v.is_good_enough())
        .map(|(s, v)| format!("{}: {} ({})", s.step.title, s.summary, v.word()))
        .collect();
    let good = match action.good_of_verified() {
        (_, 0) => "it is healthy, and the plan verifies nothing else".to_owned(),
        (good, all) => format!("{good} of {all} good"),
    };
    let summary = match (wrong.is_empty(), outcome, horizon) {
        (false, _, _) => wrong.join("; "),
        (true, _, _) if !has_measured => "nothing was measured: the plan names nothing to measure".to_owned(),
        (true, Outcome::Unclear, _) => "it was restarted during the verification".to_owned(),
        (true, Outcome::GoodSoFar, Some(horizon)) => {
            format!("{}: {good} so far; {horizon} is not reached yet", looked_at(action))
        }
        (true, _, Some(horizon)) => match (from, looked) {
            // What was measured later than it was asked for says so.
            (Some(since), Some(at)) if late(horizon).after(since) < at => {
                format!("{good} at {horizon}, measured at an age of {}", brief(age(at, since)))
            }
            (Some(_) | None, Some(_) | None) => format!("{good} at {horizon}"),
        },
        (true, _, None) => good,
    };
    (outcome, summary)
}

/// What is good of a version that tminus did not deliver says nothing of any commit, so nobody can tell.
fn bound_to_its_commit(
    release: &Release,
    action: &ActionState,
    env: &EnvName,
    (outcome, summary): (Outcome, String),
) -> (Outcome, String) {
    let unknown = release.of_unknown_commit(env, |version| version == &action.proposal.release);
    match (outcome, unknown.first()) {
        (Outcome::Good | Outcome::GoodSoFar, Some(there)) => {
            (Outcome::Unclear, format!("{summary}; {}", release.unknown_commit_words(env, there)))
        }
        (outcome, _) => (outcome, summary),
    }
}

/// Names what a verification looked at: one version, or each artifact with its own.
fn looked_at(action: &ActionState) -> String {
    let moves = &action.proposal.moves;
    match moves.split_first() {
        Some((first, others)) if others.iter().all(|m| m.to.version == first.to.version) => {
            first.to.version.to_string()
        }
        Some(_) => moves.iter().map(|m| format!("{} {}", m.artifact, m.to.version)).collect::<Vec<_>>().join(", "),
        None => action.proposal.release.to_string(),
    }
}

/// Returns the age from which on a measurement for a horizon is late: half its length again.
fn late(horizon: Span) -> Span {
    Span::from(horizon.duration().saturating_mul(3) / 2)
}

fn summary_of(action: &ActionState) -> String {
    let said = action.steps.iter().rev().find_map(|s| s.receipt.as_ref().map(|r| r.summary.clone()));
    said.or_else(|| action.steps.last().map(|s| s.summary.clone())).unwrap_or_default()
}

fn ended(action: &ActionState, outcome: Outcome, summary: String) -> Fact {
    Fact::Action(ActionFact::Finished { action: action.id.clone(), outcome, summary })
}
