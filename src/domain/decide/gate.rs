//! Approvals and waivers.

use super::release::is_open;
use super::router::{Decision, Ground};
use crate::domain::command::{GateCommand, Refusal};
use crate::domain::fact::{Fact, GateFact};
use crate::domain::names::{ActionId, EnvName, Version};

pub(super) fn decide(ground: &Ground<'_>, command: &GateCommand) -> Result<Decision, Refusal> {
    match command {
        GateCommand::Approve { action, note } => approve(ground, action, note),
        GateCommand::Waive { release, env, item, reason } => waive(ground, (release, env), item, reason),
    }
}

fn approve(ground: &Ground<'_>, id: &ActionId, note: &str) -> Result<Decision, Refusal> {
    let unknown = || Refusal::unknown(format!("there is no proposal {id}"));
    let action = ground.release.action(id).ok_or_else(unknown)?;
    if !action.is_open_proposal() {
        return Err(Refusal::held(format!("{id} waits for no approval: it has begun, or is over")));
    }
    let env = action.proposal.request.env();
    let rule = env.and_then(|e| ground.plan.environment(e)).and_then(|e| e.approvals.as_ref());
    let Some(rule) = rule else { return Err(Refusal::held(format!("{id} needs no approval"))) };
    let situation = ground.situation(&action.proposal.release);
    if situation.propose(&action.proposal.request)? != action.proposal {
        return Err(Refusal::held(format!(
            "{id} is not what would be done now: plan, commit or digest changed. Propose it again."
        )));
    }
    let who = ground.who;
    let members = rule.from.as_ref().and_then(|team| ground.plan.team(team));
    if let Some(team) = members.filter(|t| !t.members.contains(&who.name)) {
        return Err(Refusal::held(format!("{} is not in {}, whose approvals count here", who.name, team.name)));
    }
    if !rule.own && action.is_own(who, rule) {
        return Err(Refusal::held(format!("{} proposed {id}; somebody else approves it", who.name)));
    }
    if action.approvals.iter().any(|a| a.who.name == who.name) {
        return Err(Refusal::held(format!("{} has approved {id} already", who.name)));
    }
    let is_same_user = |a: &crate::domain::release::Approval| a.who.user == who.user && a.who.host == who.host;
    let is_approved = action.approvals.iter().any(is_same_user);
    if is_approved && !rule.same_user {
        return Err(Refusal::held(format!(
            "the system user {} has approved {id} already, under another name; two approvals of one user do not count as two here",
            who.user
        )));
    }
    // Where the proposer's own does not count, an approval under another name of theirs only does because the plan says so.
    let same_user = is_approved || (!rule.own && crate::domain::seat::is_same(who, &action.proposer));
    Ok(Decision::record(Fact::Gate(GateFact::Approved { action: id.clone(), note: note.to_owned(), same_user })))
}

fn waive(
    ground: &Ground<'_>,
    (version, env): (&Version, &EnvName),
    item: &str,
    reason: &str,
) -> Result<Decision, Refusal> {
    is_open(ground, version)?;
    let situation = ground.situation(version);
    let environment = situation.environment(env)?;
    if reason.trim().is_empty() {
        return Err(Refusal::held("a waiver needs a reason in writing"));
    }
    let is_check = environment.gate.iter().flat_map(|p| ground.plan.checks_of(p)).any(|c| c.name.as_str() == item);
    let is_after = environment.after.iter().any(|a| item == format!("after:{}", a.env));
    let is_bad = ground.release.bad.keys().any(|v| item == format!("bad:{v}"));
    if !(is_check || is_after || is_bad) {
        return Err(Refusal::unknown(format!("the gate of {env} has no {item}")));
    }
    Ok(Decision::record(Fact::Gate(GateFact::Waived {
        release: version.clone(),
        env: env.clone(),
        item: item.to_owned(),
        reason: reason.trim().to_owned(),
        commit: ground.release.openings.get(version).map(|o| o.commit.clone()),
    })))
}
