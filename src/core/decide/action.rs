//! An action on its way: it is stopped, tried again, left or accepted.

use super::decision::{Decision, DecisionInput, Follow};
use super::progress::withdrawn;
use super::start::{locked, start};
use crate::action::Outcome;
use crate::command::{ActionCommand, Refusal};
use crate::fact::{ActionFact, Fact, StepFact};
use crate::names::ActionId;
use crate::release::{ActionState, StepPhase};

pub(super) fn decide(ground: &DecisionInput<'_>, command: &ActionCommand) -> Result<Decision, Refusal> {
    match command {
        ActionCommand::Start { release, request, consent } => start(ground, release, request, consent),
        ActionCommand::Stop { action } => stop(ground, action),
        ActionCommand::Retry { action } => retry(ground, action),
        ActionCommand::Leave { action } => leave(ground, action),
        ActionCommand::Accept { action, note } => accept(ground, action, note),
    }
}

/// What touches a locked environment again waits for its holder.
fn unlocked(ground: &DecisionInput<'_>, action: &ActionState) -> Result<(), Refusal> {
    let situation = ground.situation(&action.proposal.release);
    let request = &action.proposal.request;
    match (request.env(), situation.lock_for(ground.who, request)) {
        (Some(env), Some(lock)) => Err(locked(ground, action.id.as_str(), (env, lock))),
        (Some(_) | None, None) | (None, Some(_)) => Ok(()),
    }
}

fn active<'a>(ground: &'a DecisionInput<'_>, id: &ActionId) -> Result<&'a ActionState, Refusal> {
    let action = ground.release.action(id).ok_or_else(|| Refusal::unknown(format!("there is no action {id}")))?;
    match action.is_active() {
        true => Ok(action),
        false => Err(Refusal::held(format!("{id} is not running"))),
    }
}

/// One action at a time touches an environment, also when one that stood still goes on.
fn alone(ground: &DecisionInput<'_>, action: &ActionState) -> Result<(), Refusal> {
    let env = action.proposal.request.env();
    let other =
        ground.release.active_actions().find(|a| a.id != action.id && a.proposal.request.env() == env && env.is_some());
    match other {
        None => Ok(()),
        Some(other) => Err(Refusal::held(format!("{} waits: {} has not ended", action.id, other.id))),
    }
}

fn stop(ground: &DecisionInput<'_>, id: &ActionId) -> Result<Decision, Refusal> {
    let action = active(ground, id)?;
    if action.is_stuck() {
        return leave(ground, id);
    }
    if action.stop_requested.is_some() {
        return Err(Refusal::held(format!("{id} has already been asked to stop; it ends at the next step boundary")));
    }
    if let Some(why) = action.cannot_stop() {
        return Err(Refusal::held(format!("{id} cannot be stopped now: {why}, and that is its last step")));
    }
    let facts = vec![Fact::Action(ActionFact::StopRequested { action: id.clone() })];
    Ok(Decision { facts, follow: Follow::Advance(id.clone()) })
}

fn retry(ground: &DecisionInput<'_>, id: &ActionId) -> Result<Decision, Refusal> {
    let action = active(ground, id)?;
    alone(ground, action)?;
    unlocked(ground, action)?;
    match action.is_stuck() {
        true => Ok(Decision { facts: Vec::new(), follow: Follow::Advance(id.clone()) }),
        false => Err(Refusal::held(format!("{id} is running; there is nothing to try again"))),
    }
}

fn leave(ground: &DecisionInput<'_>, id: &ActionId) -> Result<Decision, Refusal> {
    let action = active(ground, id)?;
    if !action.is_stuck() {
        return Err(Refusal::held(format!("{id} is running; stop it first")));
    }
    let at = action.current().map(|(_, s)| s.step.title.clone()).unwrap_or_default();
    let summary = format!("left as it is at \"{at}\"");
    // A branch that was seen is there, whatever became of the step: its release stays open.
    let opening = ground.release.openings.get(&action.proposal.release);
    let is_there = opening.and_then(|o| o.state.as_ref()).is_some_and(|state| state.commit.is_some());
    let withdrawn = withdrawn(action, &summary).filter(|_| !is_there);
    let finished = Fact::Action(ActionFact::Finished { action: id.clone(), outcome: Outcome::Failed, summary });
    Ok(Decision { facts: std::iter::once(finished).chain(withdrawn).collect(), follow: Follow::Nothing })
}

fn accept(ground: &DecisionInput<'_>, id: &ActionId, note: &str) -> Result<Decision, Refusal> {
    let action = active(ground, id)?;
    alone(ground, action)?;
    let Some((step, state)) = action.current().filter(|(_, s)| s.phase == StepPhase::Unclear) else {
        return Err(Refusal::held(format!("{id} has no step that is unclear")));
    };
    if note.trim().is_empty() {
        return Err(Refusal::held(format!("say what you saw: \"{}\" is accepted on your word", state.step.title)));
    }
    let accepted = StepFact::Accepted { action: id.clone(), step, note: note.trim().to_owned() };
    Ok(Decision { facts: vec![Fact::Step(accepted)], follow: Follow::Advance(id.clone()) })
}
