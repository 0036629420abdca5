//! `tminus approve ENV|ACTION`.

use super::act;
use crate::cli::args::{ApproveArgs, Global, env};
use crate::cli::desk::Desk;
use crate::cli::exit::{Done, Exit, Stop};
use crate::cli::interrupt::or_interrupted;
use crate::cli::{json, show};
use crate::domain::command::{Command, GateCommand};
use crate::domain::names::ActionId;
use crate::domain::release::Release;
use serde_json::json;

/// Approves the proposal that waits.
pub async fn run(global: &Global, args: ApproveArgs) -> Done {
    let desk = act::deciding(global).await?;
    let done = or_interrupted(at(global, &desk, args)).await;
    desk.close().await;
    done?
}

async fn at(global: &Global, desk: &Desk, args: ApproveArgs) -> Done {
    let (snapshot, _) = desk.handle.attach().await.map_err(Stop::cannot_tell)?;
    let action = proposal(&snapshot.release, &args.what)?;
    // Whether it still is what would be done now is decided on fresh sight of the targets.
    let version = snapshot.release.action(&action).map(|a| (a.proposal.release.clone(), a.proposal.request.clone()));
    if let Some((version, request)) = version {
        desk.handle.preview(&version, request).await?;
    }
    let approve = GateCommand::Approve { action: action.clone(), note: args.note };
    desk.handle.command(&desk.project.who, Command::Gate(approve)).await?;
    if global.json {
        json::print(json!({ "approved": action, "by": desk.project.who.name }));
    } else {
        show::line(&format!("{action} is approved by {}", desk.project.who.name));
    }
    Ok(Exit::Good)
}

fn proposal(release: &Release, what: &str) -> Result<ActionId, Stop> {
    if let Some(action) = release.named(what) {
        return Ok(action.id.clone());
    }
    let env = env(what);
    let newest = release.proposals(&env).find(|a| a.lapsed.is_none()).or(release.proposals(&env).next());
    newest.map(|a| a.id.clone()).ok_or_else(|| Stop::refused(format!("no proposal waits in {what}")))
}
