//! `tminus settle ENV|ACTION`: what the cockpit asks on the screen when an action stands still.

use super::{act, outcome};
use crate::cli::args::{Global, SettleArgs, env};
use crate::cli::client::{Client, FollowEnd, Interrupted, Project, follow};
use crate::cli::exit::{Done, Exit, Stop};
use crate::cli::interrupt::or_interrupted;
use crate::cli::show;
use tminus_core::command::{ActionCommand, Command, GateCommand};
use tminus_core::names::{ActionId, Version};
use tminus_core::release::Release;
use tminus_core::situation::Situation;

/// Retries, accepts or leaves.
pub async fn run(global: &Global, args: SettleArgs) -> Done {
    let mut desk = act::desk(global).await?;
    let done = at(global, &mut desk, args).await;
    desk.close().await;
    done
}

async fn at(global: &Global, desk: &mut Client, args: SettleArgs) -> Done {
    if let Some(reason) = args.adopt {
        return adopt(desk, &args.what, reason).await;
    }
    let (snapshot, events) = desk.handle.attach().await.map_err(Stop::cannot_tell)?;
    let action = stuck(&desk.project, &snapshot.release, &args.what)?;
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

/// Adopts what somebody else left in an environment, as it is now.
async fn adopt(desk: &Client, what: &str, reason: String) -> Done {
    desk.project.environment(what)?;
    desk.handle.command(&desk.project.who, Command::Refresh).await?;
    let (snapshot, _) = desk.handle.attach().await.map_err(Stop::cannot_tell)?;
    let place = env(what);
    let (plan, release, now) = (&*snapshot.plan, &*snapshot.release, desk.handle.now());
    // Where this journal never opened a release, no version has anything to do with it.
    let version = desk.project.focus(release).or_else(|_| Version::parse("0").map_err(Stop::wrong))?;
    let situation = Situation { plan, release, version: &version, now };
    let adoptable = situation.adoptable_in(&place);
    if adoptable.is_empty() {
        return Err(Stop::refused(format!(
            "there is nothing to adopt: this journal knows every action whose id {what} carries, and tminus delivered what \
             runs there of its releases"
        )));
    }
    for item in adoptable {
        let (release, env, reason) = (version.clone(), place.clone(), reason.clone());
        let adopt = GateCommand::Waive { release, env, item: item.item.clone(), reason };
        desk.handle.command(&desk.project.who, Command::Gate(adopt)).await?;
        show::line(&format!("{}: adopted", item.title));
    }
    Ok(Exit::Good)
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

fn stuck(project: &Project, release: &Release, what: &str) -> Result<ActionId, Stop> {
    if let Some(action) = release.named(what) {
        return Ok(action.id.clone());
    }
    if let Some(action) = release.active(&env(what)) {
        return Ok(action.id.clone());
    }
    project.action_or_environment(what)?;
    Err(Stop::refused(format!("no action waits for a decision in {what}")))
}
