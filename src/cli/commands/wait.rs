//! `tminus wait ENV|ACTION`: follows an action to its end.

use super::act;
use crate::cli::args::{Global, WaitArgs, env};
use crate::cli::desk::{Desk, Followed, Interrupted, Project, engine_of, follow};
use crate::cli::exit::{Done, Exit, Stop};
use crate::domain::names::ActionId;
use crate::domain::release::Release;

/// Follows the action; an interrupt leaves it to the engine.
pub async fn run(global: &Global, args: WaitArgs) -> Done {
    let project = Project::find(global).await?;
    // An engine is only started for an action that none works on.
    let is_left = project.recorded()?.active_actions().next().is_some() && engine_of(&project).await?.is_none();
    let mut desk = if is_left { act::desk(global).await? } else { act::looking(global).await? };
    let done = at(global, &mut desk, &args.what).await;
    desk.close().await;
    done
}

async fn at(global: &Global, desk: &mut Desk, what: &str) -> Done {
    let (snapshot, events) = desk.handle.attach().await.map_err(Stop::cannot_tell)?;
    let id = action(&snapshot.release, what)?;
    match follow(desk, (snapshot, events), (&id, Interrupted::Leaves)).await? {
        Followed::Settled(action) => act::finish(global, desk, &action).await,
        Followed::Left => Ok(Exit::CannotTell),
    }
}

/// Finds an action by its id, or the one that holds an environment, or was the last there.
fn action(release: &Release, what: &str) -> Result<ActionId, Stop> {
    if let Some(action) = release.named(what) {
        return Ok(action.id.clone());
    }
    let env = env(what);
    let last = || release.actions.iter().rev().find(|a| a.started.is_some() && a.proposal.request.env() == Some(&env));
    let found = release.active(&env).or_else(last);
    found
        .map(|a| a.id.clone())
        .ok_or_else(|| Stop::wrong(format!("no action {what}, and none in an environment {what}")))
}
