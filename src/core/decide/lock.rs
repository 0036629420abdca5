//! Locking an environment, letting it go, and taking a lock over from whoever holds it.

use super::confirmed::confirmed;
use super::decision::{Decision, DecisionInput};
use crate::command::Refusal;
use crate::fact::Fact;
use crate::lock::{LockCommand, LockFact};
use crate::names::EnvName;
use crate::plan::Environment;
use jiff::Timestamp;

/// How long a reason may be, in letters: it stands on everybody's screen.
const LONGEST: usize = 400;

pub(super) fn decide(ground: &DecisionInput<'_>, command: &LockCommand) -> Result<Decision, Refusal> {
    let fact = match command {
        LockCommand::Take { env, reason, until } => take(ground, env, (reason, *until))?,
        LockCommand::TakeOver { env, from, reason, until, typed } => {
            confirmed(environment(ground, env)?, typed.as_deref(), "to take its lock over")?;
            take_over(ground, (env, from), (reason, *until))?
        }
        LockCommand::Release { env } => release(ground, env)?,
    };
    Ok(Decision::record(Fact::Lock(fact)))
}

fn take(ground: &DecisionInput<'_>, env: &EnvName, why: (&str, Option<Timestamp>)) -> Result<LockFact, Refusal> {
    environment(ground, env)?;
    let (reason, until) = checked(ground, why)?;
    let lock = ground.release.locks.find(env).filter(|lock| lock.counts(ground.now));
    if let Some(lock) = lock.filter(|lock| !lock.is_of(ground.who)) {
        return Err(Refusal::held(format!(
            "{env} is {}. Ask {name} to unlock it, or take it over by that name: `tminus lock {env} --take-over {name} --reason TEXT`",
            lock.words(ground.now),
            name = lock.holder.name,
        )));
    }
    let other = ground.release.active(env).filter(|a| !a.is_stuck() && a.proposal.request.is_changing());
    let other = other.and_then(|a| Some((a, &a.started.as_ref()?.1))).filter(|(_, who)| *who != ground.who);
    match other {
        Some((action, who)) => Err(Refusal::held(format!("{} holds {env}, begun by {}", action.id, who.label()))),
        None => Ok(LockFact::Taken { env: env.clone(), reason, until }),
    }
}

fn take_over(
    ground: &DecisionInput<'_>,
    (env, from): (&EnvName, &str),
    why: (&str, Option<Timestamp>),
) -> Result<LockFact, Refusal> {
    let (reason, until) = checked(ground, why)?;
    let Some(lock) = ground.release.locks.find(env).filter(|lock| lock.counts(ground.now)) else {
        return Err(Refusal::held(format!("{env} is not locked: lock it")));
    };
    if lock.is_of(ground.who) {
        return Err(Refusal::held(format!("you hold {env} yourself")));
    }
    if lock.holder.name.as_str() != from {
        return Err(Refusal::held(format!("{from} does not hold {env}: it is {}", lock.words(ground.now))));
    }
    Ok(LockFact::TakenOver { env: env.clone(), from: lock.holder.clone(), since: lock.since, reason, until })
}

fn release(ground: &DecisionInput<'_>, env: &EnvName) -> Result<LockFact, Refusal> {
    environment(ground, env)?;
    match ground.release.locks.find(env).filter(|lock| lock.counts(ground.now)) {
        None => Err(Refusal::held(format!("{env} is not locked"))),
        Some(lock) if lock.is_of(ground.who) => Ok(LockFact::Released { env: env.clone() }),
        Some(lock) => Err(Refusal::held(format!(
            "{env} is {}. Only {name} unlocks it; another takes it over first: `tminus lock {env} --take-over {name} --reason TEXT`",
            lock.words(ground.now),
            name = lock.holder.name,
        ))),
    }
}

fn environment<'a>(ground: &'a DecisionInput<'_>, env: &EnvName) -> Result<&'a Environment, Refusal> {
    let names = || ground.plan.environments.iter().map(|e| e.name.as_str()).collect::<Vec<_>>().join(", ");
    let known = ground.plan.environment(env);
    known.ok_or_else(|| Refusal::unknown(format!("the plan has no environment {env}; it has {}", names())))
}

/// A lock says why, and does not lapse before it begins.
fn checked(
    ground: &DecisionInput<'_>,
    (reason, until): (&str, Option<Timestamp>),
) -> Result<(String, Option<Timestamp>), Refusal> {
    let reason: String = reason.trim().chars().take(LONGEST).collect();
    if reason.is_empty() {
        return Err(Refusal::held("say why: people who are blocked by it read it"));
    }
    match until {
        Some(until) if until <= ground.now => Err(Refusal::held(format!("{until:.0} has passed already"))),
        until => Ok((reason, until)),
    }
}
