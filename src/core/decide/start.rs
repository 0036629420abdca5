//! Letting an action begin: what must be so, and what its first facts are.

use super::decision::{Decision, DecisionInput, Follow, GateRun};
use super::release::is_open;
use crate::action::{Outcome, Proposal, Request};
use crate::command::{Consent, Refusal, RefusalKind};
use crate::fact::{ActionFact, Fact, GateFact};
use crate::lock::{Lock, LockFact};
use crate::names::{ActionId, EnvName, Version};
use crate::plan::Environment;
use crate::release::ActionState;
use crate::situation::{Gate, GateItem, ItemKind, Situation};

pub(super) fn start(
    ground: &DecisionInput<'_>,
    version: &Version,
    request: &Request,
    consent: &Consent,
) -> Result<Decision, Refusal> {
    if let Request::Deploy { .. } | Request::Build { .. } | Request::Cut { .. } | Request::Act { .. } = request {
        is_open(ground, version)?;
    }
    let situation = ground.situation(version);
    let proposal = with_reason(&situation, situation.propose(request)?);
    let blockers = situation.blockers(&proposal);
    if !blockers.is_empty() {
        let says = format!("{} is blocked: {}", subject(&proposal), blockers.join("; "));
        let untold = situation.unknown_health(&proposal);
        let is_untold = situation.is_out_of_sight(&proposal) || blockers.iter().all(|b| untold.contains(b));
        let kind = if is_untold { RefusalKind::CannotTell } else { RefusalKind::Held };
        return Err(Refusal::new(kind, says).with(blockers));
    }
    if let Some(seen) = &consent.seen
        && !is_same(seen, &proposal)
    {
        let says = format!("{} is blocked: it has changed since the preview. Look at it again.", subject(&proposal));
        return Err(Refusal::held(says).with(differences(seen, &proposal)));
    }
    let environment = proposal.request.env().map(|env| situation.environment(env)).transpose()?;
    is_the_one_named(&proposal, consent)?;
    if let Some(held) = held_by_lock(ground, &situation, &proposal) {
        return Err(held);
    }
    if let (Request::Deploy { .. }, Some(environment)) = (&proposal.request, environment) {
        let lacking = situation.lacking(environment);
        if ground.gate_was_run == GateRun::NotYet && !lacking.is_empty() {
            return Ok(Decision { facts: Vec::new(), follow: Follow::RunFirst(version.clone(), lacking) });
        }
    }
    let gate = environment.and_then(|environment| situation.gate_of(environment, &proposal));
    if let Some(held) = gate.and_then(|gate| held_by_gate(ground, &proposal, &gate, consent)) {
        return Ok(held);
    }
    confirmed(environment, &proposal, consent)?;
    begin(ground, &situation, proposal)
}

/// Returns the refusal of another's lock; going back takes it over instead.
fn held_by_lock(ground: &DecisionInput<'_>, situation: &Situation<'_>, proposal: &Proposal) -> Option<Refusal> {
    let env = proposal.request.env()?;
    match &proposal.request {
        Request::RollBack { .. } => None,
        Request::Deploy { .. }
        | Request::Verify { .. }
        | Request::Build { .. }
        | Request::Cut { .. }
        | Request::Act { .. } => {
            let lock = situation.lock_for(ground.who, &proposal.request)?;
            Some(locked(ground, &subject(proposal), (env, lock)))
        }
    }
}

/// Says who holds an environment, and how one gets on.
pub(super) fn locked(ground: &DecisionInput<'_>, what: &str, (env, lock): (&EnvName, &Lock)) -> Refusal {
    let (words, name) = (lock.words(ground.now), &lock.holder.name);
    Refusal::held(format!(
        "{what} is blocked: {env} is {words}. {name} unlocks it, or it is taken over: `tminus lock {env} --take-over {name} --reason TEXT`"
    ))
    .with(vec![format!("{env} is {words}")])
}

/// Going back does not wait for whoever locked the environment: the lock comes to who goes back, and says from whom.
fn takes_over(ground: &DecisionInput<'_>, situation: &Situation<'_>, proposal: &Proposal) -> Option<Fact> {
    let Request::RollBack { env, reason, .. } = &proposal.request else { return None };
    let lock = situation.lock_for(ground.who, &proposal.request)?;
    let (env, reason) = (env.clone(), format!("to roll back: {reason}"));
    Some(Fact::Lock(LockFact::TakenOver {
        env,
        from: lock.holder.clone(),
        since: lock.since,
        reason,
        until: lock.until,
    }))
}

/// Returns the refusal of a gate that is not open, with the proposal left open where approvals are missing.
fn held_by_gate(ground: &DecisionInput<'_>, proposal: &Proposal, gate: &Gate, consent: &Consent) -> Option<Decision> {
    if gate.is_open() {
        return None;
    }
    let mut reasons: Vec<String> = gate.blocking().map(blocking_words).collect();
    let mut facts = Vec::new();
    let waive =
        |item: &GateItem| format!("Make it true, or waive it with a reason: `--waive \"{}=REASON\"`.", item.item);
    let mut hints: Vec<String> = gate.blocking().next().map(waive).into_iter().collect();
    if let Some(count) = gate.approvals.as_ref().filter(|_| gate.approvals_missing() > 0) {
        reasons.push(format!("{} of {} approvals", count.given.len(), count.needed));
        // Nobody is asked to approve a version that was rolled back before somebody has said why it may go out again.
        if !gate.blocking().any(|item| item.kind == ItemKind::Bad) {
            facts = propose(ground, proposal, &gate.env);
        }
        let proposed = facts.iter().find_map(proposed_id).or_else(|| count.action.clone());
        hints.extend(proposed.map(|id| format!("The proposal {id} waits: `tminus approve {}`.", gate.env)));
    }
    let environment = ground.plan.environment(&gate.env);
    if let Err(refusal) = confirmed(environment, proposal, consent) {
        reasons.extend(refusal.reasons);
    }
    let says = format!("{} is blocked: {}. {}", subject(proposal), reasons.join("; "), hints.join(" "));
    Some(Decision { facts, follow: Follow::Refuse(Refusal::held(says).with(reasons)) })
}

fn blocking_words(item: &GateItem) -> String {
    format!("{} — {}: {} [{}]", item.title, item.verdict.word(), item.why, item.item)
}

/// Records the proposal unless it is open already; another one for the same environment lapses.
fn propose(ground: &DecisionInput<'_>, proposal: &Proposal, env: &EnvName) -> Vec<Fact> {
    if ground.release.proposals(env).any(|a| &a.proposal == proposal) {
        return Vec::new();
    }
    let others = ground.release.proposals(env).filter(|a| a.lapsed.is_none()).map(|a| {
        let reason = "another version, digest, commit or plan was proposed".to_owned();
        Fact::Gate(GateFact::Lapsed { action: a.id.clone(), reason })
    });
    let mut facts: Vec<Fact> = others.collect();
    let action = ground.situation(&proposal.release).action_id(proposal);
    facts.push(Fact::Action(ActionFact::Proposed { action, proposal: proposal.clone() }));
    facts
}

fn proposed_id(fact: &Fact) -> Option<ActionId> {
    let Fact::Action(ActionFact::Proposed { action, .. }) = fact else { return None };
    Some(action.clone())
}

/// Whoever typed another name means another place: nothing is measured or proposed here for that.
fn is_the_one_named(proposal: &Proposal, consent: &Consent) -> Result<(), Refusal> {
    let Some((name, typed)) = proposal.request.env().and_then(|env| Some((env, consent.other_name(env)?))) else {
        return Ok(());
    };
    let reason = format!("the name that was typed is {typed:?}, and this is {name}");
    Err(Refusal::held(format!("{} is blocked: {reason}", subject(proposal))).with(vec![reason]))
}

/// A protected environment goes on only when its name was typed.
fn confirmed(environment: Option<&Environment>, proposal: &Proposal, consent: &Consent) -> Result<(), Refusal> {
    let Some(environment) = environment.filter(|e| e.protected && proposal.request.is_changing()) else {
        return Ok(());
    };
    if consent.typed.as_deref() == Some(environment.name.as_str()) {
        return Ok(());
    }
    let reason = format!("{0} is protected: its name must be typed (`--confirm {0}`)", environment.name);
    Err(Refusal::held(format!("{} is blocked: {reason}", subject(proposal))).with(vec![reason]))
}

fn begin(ground: &DecisionInput<'_>, situation: &Situation<'_>, proposal: Proposal) -> Result<Decision, Refusal> {
    let action = situation.action_id(&proposal);
    let steps = situation.steps(&proposal, &action, ground.calls_of)?;
    let env = proposal.request.env();
    // A look decides nothing about what stands still; what changes something takes the environment over.
    let is_over = |a: &&ActionState| proposal.request.is_changing() && env.is_some() && a.proposal.request.env() == env;
    let left = ground.release.active_actions().filter(is_over).map(|a| {
        let (outcome, words) =
            if a.is_stuck() { (Outcome::Failed, "left as it is") } else { (Outcome::Stopped, "stopped") };
        let summary = format!("{words}, for a {}", proposal.request.verb());
        ActionFact::Finished { action: a.id.clone(), outcome, summary }
    });
    let mut facts: Vec<Fact> = left.map(Fact::Action).collect();
    facts.extend(takes_over(ground, situation, &proposal));
    facts.push(Fact::Action(ActionFact::Started { action: action.clone(), proposal, steps }));
    Ok(Decision { facts, follow: Follow::Advance(action) })
}

/// A rollback that was given no reason takes it from what is known to be wrong there.
fn with_reason(situation: &Situation<'_>, proposal: Proposal) -> Proposal {
    let Request::RollBack { env, to, reason } = &proposal.request else { return proposal };
    if !reason.trim().is_empty() {
        return proposal;
    }
    let reason = situation.reason_to_go_back(env).unwrap_or_else(|| "rolled back; no reason was given".to_owned());
    Proposal { request: Request::RollBack { env: env.clone(), to: to.clone(), reason }, ..proposal }
}

/// Compares what was seen with what would be done; the reason of a rollback is the person's own and may differ.
fn is_same(seen: &Proposal, now: &Proposal) -> bool {
    let is_same_request = match (&seen.request, &now.request) {
        (Request::RollBack { env: a, to: b, .. }, Request::RollBack { env: c, to: d, .. }) => a == c && b == d,
        (a, b) => a == b,
    };
    is_same_request && seen.moves == now.moves && seen.plan == now.plan && seen.commit == now.commit
}

fn differences(seen: &Proposal, now: &Proposal) -> Vec<String> {
    let mut words = Vec::new();
    if seen.plan != now.plan {
        words.push("the plan changed".to_owned());
    }
    if seen.commit != now.commit {
        words.push("the release's commit changed".to_owned());
    }
    if seen.moves != now.moves {
        words.push("what runs there, or the digest to deliver, has changed".to_owned());
    }
    words
}

fn subject(proposal: &Proposal) -> String {
    match &proposal.request {
        Request::Deploy { env, version } => format!("deploy of {version} to {env}"),
        Request::Verify { env, .. } => format!("verification of {env}"),
        Request::RollBack { env, to: Some(to), .. } => format!("rollback of {env} to {to}"),
        Request::RollBack { env, to: None, .. } => format!("rollback of {env}"),
        Request::Build { version, .. } => format!("build of {version}"),
        Request::Cut { version } => format!("cut of {version}"),
        Request::Act { version, .. } => format!("{} of {version}", proposal.request.verb()),
    }
}
