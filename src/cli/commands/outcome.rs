//! How an action ended: its words, its exit status, and what can be done after a failure.

use super::leaving::how_it_ended;
use crate::cli::args::Global;
use crate::cli::client::Client;
use crate::cli::exit::{Exit, Stop};
use crate::cli::{json, show};
use tminus_core::action::{Move, Outcome, Request, StepTask, StepUndo};
use tminus_core::command::Command;
use tminus_core::order::Health;
use tminus_core::release::{ActionState, StepPhase};
use tminus_core::situation::{Situation, WayBack, WayBackState};
use tminus_core::verdict::Verdict;

/// Says how an action ended.
pub async fn finish(global: &Global, desk: &Client, action: &ActionState) -> Result<Exit, Stop> {
    if action.ended.as_ref().is_some_and(|ended| ended.outcome == Outcome::Failed) {
        // The target is looked at again, so that the words about a rollback are true.
        drop(desk.handle.command(&desk.project.who, Command::Refresh).await);
    }
    let (snapshot, _) = desk.handle.attach().await.map_err(Stop::cannot_tell)?;
    let (plan, release, now) = (&*snapshot.plan, &*snapshot.release, desk.handle.now());
    let situation = Situation { plan, release, version: &action.proposal.release, now };
    let environment = action.proposal.request.env().and_then(|env| plan.environment(env));
    let waived = environment.map(|e| situation.waived_for(e, &action.proposal)).unwrap_or_default();
    if global.json {
        json::print(json::action(release, action, &waived));
    } else {
        waived.iter().for_each(|waived| show::line(&format!("{} {}", show::sign(Verdict::Waived), waived.words())));
    }
    let Some(ending) = &action.ended else {
        let step = action.current().map(|(_, s)| s.step.title.clone()).unwrap_or_default();
        show::hint(&format!(
            "{} stopped at \"{step}\" and waits for a decision: tminus settle {} --retry | --accept TEXT | --leave",
            action.id, action.id
        ));
        return Ok(Exit::CannotTell);
    };
    if let Some(words) = how_it_ended(action).filter(|_| !global.json) {
        show::line(&words);
    }
    if let (Request::RollBack { env, .. }, Outcome::Good) = (&action.proposal.request, ending.outcome) {
        let stays_done = situation.stays_done(env, &action.proposal.moves);
        stays_done.iter().for_each(|done| show::hint(&format!("not undone by it: {done}")));
    }
    if ending.outcome == Outcome::Failed {
        hint_after_failure(&situation, action);
    }
    if let (Some(due), Some(env)) = (situation.left_open(action), action.proposal.request.env()) {
        let (horizon, at, until) = (due.horizon, due.at, due.until);
        show::hint(&format!(
            "+{horizon} can be measured from {at:.0} until {until:.0}: `tminus verify {env} --horizon {horizon}`"
        ));
    }
    Ok(Exit::of_outcome(ending.outcome))
}

fn hint_after_failure(situation: &Situation<'_>, action: &ActionState) {
    if let Some(failure) = action.steps.iter().find_map(|s| s.failure.as_ref()) {
        show::hint(&failure.sentence());
    }
    let Some(env) = action.proposal.request.env() else { return };
    for (artifact, place) in situation.release.environments.get(env).into_iter().flat_map(|e| &e.places) {
        if let Some(running) = place.running() {
            show::hint(&format!("{artifact} {} is in {env} now: {}", running.version, place.health().word()));
        }
    }
    hint_not_undone(action);
    let is_rollback = matches!(action.proposal.request, Request::RollBack { .. });
    if still_serves(situation, action) && is_rollback {
        show::hint(&format!("{env} still serves the version to roll back from: the rollback is still to come"));
    } else if still_serves(situation, action) {
        return show::hint(&format!("{env} still runs what it ran before: there is nothing to roll back"));
    }
    let way = situation.way_back(env);
    match (way.state, way.leads_to()) {
        (WayBackState::Ready, Some(to)) => {
            show::hint(&format!("`tminus rollback {env} --preview` shows the rollback to {to}"));
        }
        (state, Some(to)) => {
            show::hint(&format!("the rollback of {env} to {to} is {}: {}", state.word(), way.reasons.join("; ")));
        }
        (_, None) if way.reasons.is_empty() => show::hint(&WayBack::no_target(env)),
        (_, None) => show::hint(&way.reasons.join("; ")),
    }
}

/// Says whether nothing was changed: every artifact that was to be moved is well as it was before, and no command was run.
fn still_serves(situation: &Situation<'_>, action: &ActionState) -> bool {
    let places = action.proposal.request.env().and_then(|env| situation.release.environments.get(env));
    let is_as_before = |moved: &Move| {
        let place = places.and_then(|env| env.places.get(&moved.artifact));
        place.is_some_and(|p| p.running() == moved.from && p.health() == Health::Healthy)
    };
    let moves = &action.proposal.moves;
    let has_changed = action.steps.iter().any(|state| state.phase == StepPhase::Succeeded && changes(&state.step.task));
    !has_changed && !moves.is_empty() && moves.iter().all(|moved| moved.from.is_some() && is_as_before(moved))
}

/// Says whether a step changes something, where it succeeds.
fn changes(task: &StepTask) -> bool {
    task.is_command() || task.ordered().is_some_and(|(_, task)| task.moved().is_some())
}

/// Says of each command of the plan that succeeded that it was not undone.
fn hint_not_undone(action: &ActionState) {
    let succeeded = action.steps.iter().filter(|state| state.phase == StepPhase::Succeeded);
    for step in succeeded.map(|state| &state.step) {
        match &step.undo {
            StepUndo::By(how) if step.task.is_command() => {
                show::hint(&format!("\"{}\" was done, and is not undone: {how}", step.title));
            }
            StepUndo::Irreversible(_) | StepUndo::Unsaid if step.task.is_command() => {
                show::hint(&format!("\"{}\" was done, and is not undone", step.title));
            }
            StepUndo::By(_) | StepUndo::Irreversible(_) | StepUndo::Unsaid | StepUndo::Nothing => {}
        }
    }
}
