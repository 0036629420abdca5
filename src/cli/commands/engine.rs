//! `tminus engine`: the process that works on when every terminal is closed.

use super::{engine_run, engine_unit};
use crate::cli::args::{EngineCmd, Global};
use crate::cli::client::{EngineEnvironment, Project, engine_of, socket_of, stop_engine, tell_of_squatter};
use crate::cli::exit::{Done, Exit, Stop};
use crate::cli::{json, show};
use jiff::Timestamp;
use serde_json::json;
use tminus_core::notation::counted;
use tminus_core::situation::work;
use tminus_core::telemetry::{JOURNAL_WAY_ON, journal_lost};
use tminus_core::time::brief;

/// Runs, stops, inspects, or prints the unit.
pub async fn run(global: &Global, what: EngineCmd) -> Done {
    match what {
        EngineCmd::Run { grace, detached: false } => engine_run::here(global, grace).await,
        EngineCmd::Run { grace, detached: true } => engine_run::detached(global, grace).await,
        EngineCmd::Stop => stop(global).await,
        EngineCmd::Inspect => inspect(global).await,
        EngineCmd::Unit => engine_unit::run(global).await,
    }
}

async fn stop(global: &Global) -> Done {
    let project = Project::find(global).await?;
    tell_of_squatter(&project);
    let Some(joined) = engine_of(&project).await? else {
        match global.json {
            true => json::print(json!({ "stopped": null })),
            false => show::line("no engine runs"),
        }
        return Ok(Exit::Good);
    };
    let (snapshot, _) = joined.handle.attach().await.map_err(Stop::cannot_tell)?;
    for line in engine_run::active(&snapshot.release) {
        show::hint(&format!("waiting for its next step boundary: {line}"));
    }
    drop(snapshot);
    stop_engine(&joined, &project.who).await?;
    let pid = joined.welcome.pid;
    match global.json {
        true => json::print(json!({ "stopped": pid })),
        false => show::line(&format!("the engine (process {pid}) has ended")),
    }
    Ok(Exit::Good)
}

async fn inspect(global: &Global) -> Done {
    let project = Project::find(global).await?;
    tell_of_squatter(&project);
    let Some(joined) = engine_of(&project).await? else {
        match global.json {
            true => json::print(json!({ "running": false })),
            false => show::line("no engine runs"),
        }
        return Ok(Exit::NotGood);
    };
    let about = joined.inspect().await.ok_or_else(|| Stop::cannot_tell("the engine has just ended"))?;
    let (snapshot, _) = joined.handle.attach().await.map_err(Stop::cannot_tell)?;
    let (welcome, release) = (&joined.welcome, &snapshot.release);
    let running: Vec<String> = release.active_actions().map(|a| a.id.to_string()).collect();
    let work = work(&snapshot.plan, release, joined.handle.now());
    // This command is one of them.
    let clients = about.clients.saturating_sub(1);
    let (_, environment) = EngineEnvironment::of(&project, &joined).says();
    if global.json {
        let seats: Vec<_> = release.seats.iter().collect();
        json::print(json!({
            "running": true, "pid": welcome.pid, "tminus": welcome.tminus, "since": welcome.since, "clients": clients,
            "socket": socket_of(&project)?, "plan": about.root, "log": project.paths.engine_log(), "environment": environment, "memory": about.memory, "facts": release.seq, "actions": running, "work": work, "seats": seats, "journal_lost": snapshot.lost,
        }));
        return Ok(Exit::Good);
    }
    let age = brief(tminus_core::time::age(Timestamp::now(), welcome.since));
    let memory = about.memory.map(|bytes| format!(", {} MiB", bytes / (1024 * 1024))).unwrap_or_default();
    show::line(&format!("tminus {}, process {}, for {age}{memory}", welcome.tminus, welcome.pid));
    show::line(&format!("{}, {} facts in the journal", counted(clients as u64, "client"), release.seq));
    show::line(&format!("at {}, by the plan in {}", socket_of(&project)?.display(), about.root.display()));
    show::line(&format!("environment: {environment}"));
    for seat in release.seats.iter() {
        show::line(&format!("  {} {}, at {}", seat.who.label(), seat.role.verb(), seat.place));
    }
    if let Some(kept) = release.seats.kept() {
        show::line(&format!("  {}", kept.says()));
    }
    for work in &work {
        show::line(&format!("  {work}"));
    }
    if let Some(why) = &snapshot.lost {
        show::line(&format!("  ! {}. Now {JOURNAL_WAY_ON}", journal_lost(why).sentence()));
    }
    Ok(Exit::Good)
}
