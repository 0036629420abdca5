//! Approvals and waivers.

use super::adopt::adopt;
use super::decision::{Decision, DecisionInput};
use super::release::is_open;
use crate::command::{GateCommand, Refusal};
use crate::fact::{Fact, GateFact};
use crate::item_name::ItemName;
use crate::names::{ActionId, EnvName, Version};
use crate::situation::Eyes;

pub(super) fn decide(ground: &DecisionInput<'_>, command: &GateCommand) -> Result<Decision, Refusal> {
    match command {
        GateCommand::Approve { action, note } => approve(ground, action, note),
        GateCommand::Waive { release, env, item, reason } => waive(ground, (release, env), item, reason),
        GateCommand::Adopt { release, env, seen, typed, reason } => {
            adopt(ground, (release, env), seen, (typed.as_deref(), reason))
        }
    }
}

fn approve(ground: &DecisionInput<'_>, id: &ActionId, note: &str) -> Result<Decision, Refusal> {
    let unknown = || Refusal::unknown(format!("there is no proposal {id}"));
    let action = ground.release.action(id).ok_or_else(unknown)?;
    let eyes = ground.situation(&action.proposal.release).may_approve(action, ground.who)?;
    let same_user = eyes == Eyes::SameUser;
    Ok(Decision::record(Fact::Gate(GateFact::Approved { action: id.clone(), note: note.to_owned(), same_user })))
}

fn waive(
    ground: &DecisionInput<'_>,
    (version, env): (&Version, &EnvName),
    item: &str,
    reason: &str,
) -> Result<Decision, Refusal> {
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
    let is_there = match ItemName::read(item) {
        ItemName::Check(check) => {
            environment.gate.iter().flat_map(|p| ground.plan.checks_of(p)).any(|c| c.name == check)
        }
        ItemName::After(there) => environment.after.iter().any(|a| a.env == there),
        ItemName::Bad(_) => is_bad,
        ItemName::Empty(_) => situation.asks_nothing(environment).is_some_and(|nothing| nothing.item == item),
        ItemName::Rollback(artifact) => {
            environment.protected && environment.deliver.iter().any(|d| d.artifact == artifact)
        }
        ItemName::Start(_) => situation.may_not_start(environment).iter().any(|start| start.item == item),
        ItemName::Tag(_) | ItemName::Branch(_) => situation.is_of_release(environment, item),
    };
    if !is_there {
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
