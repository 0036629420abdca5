//! Approvals and waivers.

use super::decision::{Decision, DecisionInput};
use super::release::is_open;
use crate::command::{GateCommand, Refusal};
use crate::fact::{Fact, GateFact};
use crate::names::{ActionId, EnvName, Version};
use crate::situation::{ADOPT, Eyes};

pub(super) fn decide(ground: &DecisionInput<'_>, command: &GateCommand) -> Result<Decision, Refusal> {
    match command {
        GateCommand::Approve { action, note } => approve(ground, action, note),
        GateCommand::Waive { release, env, item, reason } => waive(ground, (release, env), item, reason),
    }
}

fn approve(ground: &DecisionInput<'_>, id: &ActionId, note: &str) -> Result<Decision, Refusal> {
    let unknown = || Refusal::unknown(format!("there is no proposal {id}"));
    let action = ground.release.action(id).ok_or_else(unknown)?;
    let eyes = ground.situation(&action.proposal.release).may_approve(action, ground.who)?;
    let same_user = eyes == Eyes::SameUser;
    Ok(Decision::record(Fact::Gate(GateFact::Approved { action: id.clone(), note: note.to_owned(), same_user })))
}

/// A person looked at what somebody else left there, and goes on from there; no release need be open for that.
fn adopt(
    ground: &DecisionInput<'_>,
    (version, env): (&Version, &EnvName),
    id: &str,
    reason: &str,
) -> Result<Decision, Refusal> {
    let situation = ground.situation(version);
    situation.environment(env)?;
    if reason.trim().is_empty() {
        return Err(Refusal::held("say why: tminus did not do what the target carries"));
    }
    let action = ActionId::new(id);
    let foreign = situation.foreign_in(env).into_iter().find(|(artifact, _)| artifact.as_str() == id);
    if let Some((artifact, delivered)) = foreign {
        let commit = ground.release.openings.get(&delivered.version).map(|opening| opening.commit.clone());
        let (env, artifact, reason) = (env.clone(), artifact.clone(), reason.trim().to_owned());
        let adopted = GateFact::AdoptedVersion { env, artifact, delivered, commit, reason };
        return Ok(Decision::record(Fact::Gate(adopted)));
    }
    if !situation.strangers_in(env).iter().any(|item| item.item.strip_prefix(ADOPT) == Some(id)) {
        return Err(Refusal::unknown(format!("nothing in {env} carries {id}, or this journal knows it")));
    }
    let reason = reason.trim().to_owned();
    Ok(Decision::record(Fact::Gate(GateFact::Adopted { env: env.clone(), action, reason })))
}

fn waive(
    ground: &DecisionInput<'_>,
    (version, env): (&Version, &EnvName),
    item: &str,
    reason: &str,
) -> Result<Decision, Refusal> {
    if let Some(id) = item.strip_prefix(ADOPT) {
        return adopt(ground, (version, env), id, reason);
    }
    let situation = ground.situation(version);
    let is_bad = situation.is_known_bad(env, item);
    // A rollback needs no open release, and neither does what it goes on with.
    if !is_bad {
        is_open(ground, version)?;
    }
    let environment = situation.environment(env)?;
    if reason.trim().is_empty() {
        return Err(Refusal::held("a waiver needs a reason in writing"));
    }
    let is_check = environment.gate.iter().flat_map(|p| ground.plan.checks_of(p)).any(|c| c.name.as_str() == item);
    let is_after = environment.after.iter().any(|a| item == format!("after:{}", a.env));
    let is_empty = situation.asks_nothing(environment).is_some_and(|nothing| nothing.item == item);
    let is_rollback =
        environment.protected && environment.deliver.iter().any(|d| item == format!("rollback:{}", d.artifact));
    let is_of_release = situation.is_of_release(environment, item);
    let is_start = situation.may_not_start(environment).iter().any(|start| start.item == item);
    if !(is_check || is_after || is_bad || is_empty || is_rollback || is_of_release || is_start) {
        return Err(Refusal::unknown(format!("the gate of {env} has no {item}")));
    }
    Ok(Decision::record(Fact::Gate(GateFact::Waived {
        release: version.clone(),
        env: env.clone(),
        item: item.to_owned(),
        reason: reason.trim().to_owned(),
        commit: ground.release.openings.get(version).map(|o| o.commit.clone()),
        definition: situation.definition_of_item(env, item),
    })))
}
