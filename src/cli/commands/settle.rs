//! `tminus settle ENV|ACTION`: what the cockpit asks on the screen when an action stands still.

use super::adopt::{AdoptArgs, AdoptYes, adopt};
use super::{act, outcome};
use crate::cli::args::{Global, SettleArgs, env};
use crate::cli::client::{Client, FollowEnd, Interrupted, Project, follow};
use crate::cli::exit::{Done, Exit, Stop};
use crate::cli::interrupt::or_interrupted;
use tminus_core::command::{ActionCommand, Command};
use tminus_core::names::ActionId;
use tminus_engine::Snapshot;

/// Retries, accepts or leaves.
pub async fn run(global: &Global, args: SettleArgs) -> Done {
    // An adoption begins nothing, and resumes nothing.
    let mut desk = if args.adopt.is_some() { act::deciding(global).await? } else { act::desk(global).await? };
    let done = at(global, &mut desk, args).await;
    desk.close().await;
    done
}

async fn at(global: &Global, desk: &mut Client, args: SettleArgs) -> Done {
    if let Some(reason) = args.adopt {
        let yes = if args.yes { AdoptYes::Said } else { AdoptYes::Asked };
        return adopt(desk, AdoptArgs { place: args.what, reason, typed: args.confirm, yes }).await;
    }
    let (snapshot, events) = desk.handle.attach().await.map_err(Stop::cannot_tell)?;
    let action = stuck(&desk.project, &snapshot, &args.what)?;
    let command = match (args.retry, args.accept, args.leave) {
        (true, _, _) => ActionCommand::Retry { action: action.clone() },
        (_, Some(note), _) => ActionCommand::Accept { action: action.clone(), note },
        (_, _, true) => ActionCommand::Leave { action: action.clone() },
        (false, None, false) => return Err(Stop::wrong("say how: --retry, --accept TEXT, --leave or --adopt REASON")),
    };
    act::say_environment(&desk.handle);
    let before = snapshot.release.action(&action).and_then(|a| a.current()).map(|(i, s)| (i, s.attempts));
    desk.handle.command(&desk.project.who, Command::Action(command)).await?;
    // The action stood still a moment ago: what counts is what comes after this command.
    let (snapshot, events) = or_interrupted(moved_on((snapshot, events), &action, before)).await??;
    let FollowEnd::Settled(state) = follow(desk, (snapshot, events), (&action, Interrupted::Stops)).await? else {
        return Ok(Exit::CannotTell);
    };
    outcome::finish(global, desk, &state).await
}

type Attached = (tminus_engine::Snapshot, tminus_engine::EventStream);

async fn moved_on(
    (mut snapshot, mut events): Attached,
    id: &ActionId,
    before: Option<(usize, u32)>,
) -> Result<Attached, Stop> {
    loop {
        let action = snapshot.release.action(id);
        let now = action.and_then(|a| a.current()).map(|(i, s)| (i, s.attempts));
        if now != before || action.is_none_or(|a| a.ended.is_some()) {
            return Ok((snapshot, events));
        }
        match events.next().await.map_err(Stop::cannot_tell)? {
            tminus_engine::EngineNews::Resync(fresh) => snapshot = fresh,
            tminus_engine::EngineNews::Event(tminus_core::telemetry::Event::Fact(record)) => {
                std::sync::Arc::make_mut(&mut snapshot.release).apply(&record);
            }
            tminus_engine::EngineNews::Event(tminus_core::telemetry::Event::Telemetry(_)) => {}
        }
    }
}

fn stuck(project: &Project, snapshot: &Snapshot, what: &str) -> Result<ActionId, Stop> {
    let release = &snapshot.release;
    if let Some(action) = release.named_alone(what, &snapshot.plan)? {
        return Ok(action.id.clone());
    }
    if let Some(action) = release.active(&env(what)) {
        return Ok(action.id.clone());
    }
    project.action_or_environment(what)?;
    Err(Stop::refused(format!("no action waits for a decision in {what}")))
}
