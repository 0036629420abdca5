//! `tminus wait ENV|ACTION`: follows an action to its end.

use super::{act, outcome};
use crate::cli::args::{Global, WaitArgs, env};
use crate::cli::client::{Client, FollowEnd, Interrupted, Project, engine_of, follow, require_may_take_up};
use crate::cli::exit::{Done, Exit, Stop};
use tminus_core::release::ActionState;
use tminus_engine::Snapshot;

/// Follows the action; an interrupt leaves it to the engine.
pub async fn run(global: &Global, args: WaitArgs) -> Done {
    let project = Project::find(global).await?;
    // An engine is only started for an action that none works on.
    let recorded = project.recorded()?;
    let is_left = recorded.active_actions().next().is_some()
        && require_may_take_up(&project, &recorded).is_ok()
        && engine_of(&project).await?.is_none();
    let mut desk = if is_left { act::desk(global).await? } else { act::looking(global).await? };
    let is_worked_on = is_left || desk.joined().is_some();
    let done = at(global, (&mut desk, is_worked_on), &args.what).await;
    desk.close().await;
    done
}

async fn at(global: &Global, (desk, is_worked_on): (&mut Client, bool), what: &str) -> Done {
    let (snapshot, events) = desk.handle.attach().await.map_err(Stop::cannot_tell)?;
    let action = action(&snapshot, what)?;
    if action.started.is_none() {
        return Err(not_begun(action));
    }
    let id = action.id.clone();
    if action.is_active() && !action.is_stuck() && !is_worked_on {
        require_may_take_up(&desk.project, &snapshot.release)?;
        // Its engine died a moment ago.
        return Err(Stop::cannot_tell(format!(
            "{id} is unfinished, and no engine works on it: run `tminus wait {id}` again"
        )));
    }
    match follow(desk, (snapshot, events), (&id, Interrupted::Leaves)).await? {
        FollowEnd::Settled(action) => outcome::finish(global, desk, &action).await,
        FollowEnd::Left => Ok(Exit::CannotTell),
    }
}

/// A proposal has no end to wait for: a person begins it, or nobody does.
fn not_begun(action: &ActionState) -> Stop {
    let id = &action.id;
    let why = match (&action.lapsed, action.proposal.request.env()) {
        (Some(reason), _) => format!("its approvals lapsed: {reason}"),
        (None, Some(env)) => format!("it was proposed, and `tminus approve {env}` approves it"),
        (None, None) => "it was proposed".to_owned(),
    };
    Stop::refused(format!("{id} was not begun: {why}"))
}

/// Finds an action by its id, or the one that holds an environment, or was the last there.
fn action<'a>(snapshot: &'a Snapshot, what: &str) -> Result<&'a ActionState, Stop> {
    let release = &snapshot.release;
    if let Some(action) = release.named_alone(what, &snapshot.plan)? {
        return Ok(action);
    }
    let env = env(what);
    let last = || release.actions.iter().rev().find(|a| a.started.is_some() && a.proposal.request.env() == Some(&env));
    let found = release.active(&env).or_else(last);
    found.ok_or_else(|| Stop::wrong(format!("no action {what}, and none in an environment {what}")))
}
