//! `tminus approve ENV|ACTION`.

use super::act;
use crate::cli::args::{ApproveArgs, Global, env};
use crate::cli::client::{Client, Project};
use crate::cli::exit::{Done, Exit, Stop};
use crate::cli::{json, show};
use jiff::Timestamp;
use serde_json::json;
use tminus_core::command::{Command, GateCommand};
use tminus_core::names::ActionId;
use tminus_core::situation::{ApprovalCount, Situation};
use tminus_engine::Snapshot;

/// Approves the proposal that waits.
pub async fn run(global: &Global, args: ApproveArgs) -> Done {
    act::deciding(global).await?.once(async |desk| at(global, desk, args).await).await
}

async fn at(global: &Global, desk: &Client, args: ApproveArgs) -> Done {
    let (snapshot, _) = desk.handle.attach().await.map_err(Stop::cannot_tell)?;
    let action = proposal(&desk.project, &snapshot, &args.what)?;
    // Whether it still is what would be done now is decided on fresh sight of the targets.
    let version = snapshot.release.action(&action).map(|a| (a.proposal.release.clone(), a.proposal.request.clone()));
    if let Some((version, request)) = version {
        desk.handle.preview(&version, request).await?;
    }
    let approve = GateCommand::Approve { action: action.clone(), note: args.note };
    desk.handle.command(&desk.project.who, Command::Gate(approve)).await?;
    let (snapshot, _) = desk.handle.attach().await.map_err(Stop::cannot_tell)?;
    let count = count(&snapshot, &action, desk.handle.now());
    let by = &desk.project.who;
    if global.json {
        let (given, needed) = count.as_ref().map(|count| (count.given.len(), count.needed)).unzip();
        json::print(
            json!({ "approved": action, "by": by.name, "user": by.user, "approvals": given, "needed": needed }),
        );
    } else {
        let count = count.map(|count| format!(": {}", words(&count))).unwrap_or_default();
        show::line(&format!("{action} is approved by {}{count}", desk.project.who.label()));
    }
    Ok(Exit::Good)
}

/// Returns how many approvals of a proposal count, and how many it needs.
pub(in crate::cli) fn count(snapshot: &Snapshot, id: &ActionId, now: Timestamp) -> Option<ApprovalCount> {
    let action = snapshot.release.action(id)?;
    let (plan, release, version) = (&*snapshot.plan, &*snapshot.release, &action.proposal.release);
    let environment = plan.environment(action.proposal.request.env()?)?;
    Situation { plan, release, version, now }.gate(environment, &action.proposal).approvals
}

/// Says how many approvals there are, of how many.
pub(in crate::cli) fn words(count: &ApprovalCount) -> String {
    format!("{} of {} approvals", count.given.len(), count.needed)
}

fn proposal(project: &Project, snapshot: &Snapshot, what: &str) -> Result<ActionId, Stop> {
    let release = &snapshot.release;
    if let Some(action) = release.named_alone(what, &snapshot.plan)? {
        return Ok(action.id.clone());
    }
    let env = env(what);
    let newest = release.proposals(&env).find(|a| a.lapsed.is_none()).or(release.proposals(&env).next());
    if let Some(newest) = newest {
        return Ok(newest.id.clone());
    }
    project.action_or_environment(what)?;
    Err(Stop::refused(format!("no proposal waits in {what}")))
}
