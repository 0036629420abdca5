//! `tminus settle ENV|ACTION`: what the cockpit asks on the screen when an action stands still.

use super::act;
use crate::cli::args::{Global, SettleArgs, env};
use crate::cli::desk::{Desk, Followed, Interrupted, Project, follow};
use crate::cli::exit::{Done, Exit, Stop};
use crate::cli::interrupt::or_interrupted;
use crate::domain::command::{ActionCommand, Command};
use crate::domain::names::ActionId;
use crate::domain::release::Release;

/// Retries, accepts or leaves.
pub async fn run(global: &Global, args: SettleArgs) -> Done {
    let mut desk = act::desk(global).await?;
    let done = at(global, &mut desk, args).await;
    desk.close().await;
    done
}

async fn at(global: &Global, desk: &mut Desk, args: SettleArgs) -> Done {
    let (snapshot, events) = desk.handle.attach().await.map_err(Stop::cannot_tell)?;
    let action = stuck(&desk.project, &snapshot.release, &args.what)?;
    let command = match (args.retry, args.accept, args.leave) {
        (true, _, _) => ActionCommand::Retry { action: action.clone() },
        (_, Some(note), _) => ActionCommand::Accept { action: action.clone(), note },
        (_, _, true) => ActionCommand::Leave { action: action.clone() },
        (false, None, false) => return Err(Stop::wrong("say how: --retry, --accept TEXT or --leave")),
    };
    let before = snapshot.release.action(&action).and_then(|a| a.current()).map(|(i, s)| (i, s.attempts));
    desk.handle.command(&desk.project.who, Command::Action(command)).await?;
    // The action stood still a moment ago: what counts is what comes after this command.
    let (snapshot, events) = or_interrupted(moved_on((snapshot, events), &action, before)).await??;
    let Followed::Settled(state) = follow(desk, (snapshot, events), (&action, Interrupted::Stops)).await? else {
        return Ok(Exit::CannotTell);
    };
    act::finish(global, desk, &state).await
}

type Attached = (crate::engine::Snapshot, crate::engine::EventStream);

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
            crate::engine::News::Resync(fresh) => snapshot = fresh,
            crate::engine::News::Event(crate::domain::telemetry::Event::Fact(record)) => {
                std::sync::Arc::make_mut(&mut snapshot.release).apply(&record);
            }
            crate::engine::News::Event(crate::domain::telemetry::Event::Telemetry(_)) => {}
        }
    }
}

fn stuck(project: &Project, release: &Release, what: &str) -> Result<ActionId, Stop> {
    if let Some(action) = release.named(what) {
        return Ok(action.id.clone());
    }
    if let Some(action) = release.active(&env(what)) {
        return Ok(action.id.clone());
    }
    project.action_or_environment(what)?;
    Err(Stop::refused(format!("no action stands still in {what}")))
}
