//! `tminus demo`: the rehearsal world.

use super::{cockpit, release};
use crate::cli::args::{DemoArgs, Global};
use crate::cli::desk::{Desk, Project, mark, observe_past};
use crate::cli::exit::{Done, Exit, Stop};
use crate::cli::{json, show};
use crate::config::effects::effects_of;
use crate::config::identity::ProjectIdentity;
use crate::config::paths::Paths;
use crate::config::plan::read;
use crate::config::trust::{Grant, Trust};
use crate::domain::command::{Command, ReleaseCommand};
use crate::domain::plan::Plan;
use crate::domain::seat::Wish;
use crate::domain::time::Offset;
use crate::engine::{Left, Watch};
use crate::sandbox::{LaidDown, Scenario, lay_down};
use color_eyre::eyre::WrapErr;
use jiff::Timestamp;
use serde_json::json;
use std::path::Path;
use tokio::sync::oneshot;

/// How long before T-0 a rehearsal begins.
const BEFORE: &str = "+42m";

/// Lists, lays down, flies, or opens the cockpit.
pub async fn run(global: &Global, args: DemoArgs) -> Done {
    if args.list {
        return list(global, &args);
    }
    if args.docker {
        return super::demo_docker::run(global, &args).await;
    }
    let scenario = Scenario::named(&args.scenario).map_err(Stop::wrong)?;
    if args.headless {
        return super::fly::run(global, &scenario).await;
    }
    if let Some(dir) = &args.dir {
        let laid = lay(global, dir, &scenario).await?;
        let says = format!("laid {} down in {}, {} is open", scenario.name, laid.dir.display(), laid.version);
        match global.json {
            true => json::print(
                json!({ "dir": laid.dir, "scenario": scenario.name, "release": laid.version, "branch": laid.branch }),
            ),
            false => show::line(&says),
        }
        if args.no_open {
            return Ok(Exit::Good);
        }
        return open(global, scenario.name, laid).await;
    }
    if args.no_open {
        return Err(Stop::wrong("--no-open goes with --dir: where should the project be laid down?"));
    }
    passing(global, &scenario).await
}

/// Lays the project down where it is gone again afterwards, and opens the cockpit on it.
async fn passing(global: &Global, scenario: &Scenario) -> Done {
    let folder =
        tempfile::Builder::new().prefix("tminus-demo-").tempdir().wrap_err("no temporary folder can be made")?;
    let (own, dir, played) = (Global { solo: true, ..global.clone() }, folder.path().join("project"), scenario.clone());
    let (sender, mut laid_down) = oneshot::channel();
    let done = cockpit::show(global, (scenario.name.clone(), Wish::Act), |doing| async move {
        let global = own;
        cockpit::tell(&doing, "laying a project down, and playing its past");
        let laid = lay_down(&dir, &played).map_err(|failure| Stop { exit: Exit::Wrong, ..Stop::from(failure) })?;
        let (paths, _plan) = kept(&laid)?;
        drop(sender.send(paths.state().to_owned()));
        mark(&paths, &played)?;
        begin(&global, &laid).await?;
        cockpit::tell(&doing, "reading the plan");
        Project::at(&laid.dir.join("tminus.toml"), &global).await
    });
    let done = done.await;
    // The state of a demo that nobody asked to keep goes with its folder.
    if let Ok(state) = laid_down.try_recv() {
        drop(std::fs::remove_dir_all(state));
        show::last_word(
            "the rehearsal is over, and its project and journal are gone: `tminus demo --dir DIR` keeps them",
        );
    }
    done
}

/// Opens the cockpit on what was laid down.
pub async fn open(global: &Global, name: String, laid: LaidDown) -> Done {
    let own = global.clone();
    let project = |doing| async move {
        cockpit::tell(&doing, "reading the plan");
        Project::at(&laid.dir.join("tminus.toml"), &own).await
    };
    cockpit::show(global, (name, Wish::Act), project).await
}

fn list(global: &Global, args: &DemoArgs) -> Done {
    let scenarios = if args.docker { Scenario::all_on_docker() } else { Scenario::all() }.map_err(Stop::wrong)?;
    if global.json {
        let rows: Vec<_> =
            scenarios.iter().map(|s| json!({ "name": s.name, "title": s.title, "tells": s.tells.trim() })).collect();
        json::print(json!({ "scenarios": rows }));
        return Ok(Exit::Good);
    }
    for scenario in &scenarios {
        show::line(&format!("{:<20} {}", scenario.name, scenario.title));
    }
    Ok(Exit::Good)
}

/// Lays the project down, trusted and with its release open, its past observed.
pub async fn lay(global: &Global, dir: &Path, scenario: &Scenario) -> Result<LaidDown, Stop> {
    let laid = lay_down(dir, scenario).map_err(|failure| Stop { exit: Exit::Wrong, ..Stop::from(failure) })?;
    let (paths, _plan) = kept(&laid)?;
    mark(&paths, scenario)?;
    begin(global, &laid).await?;
    Ok(laid)
}

/// Trusts what was laid down, lets the journal see what runs, opens the release, and sets T-0.
pub async fn begin(global: &Global, laid: &LaidDown) -> Result<(), Stop> {
    let (paths, plan) = kept(laid)?;
    let mut trust = Trust::load(&paths).map_err(|e| Stop::from(color_eyre::Report::from(e)))?;
    let grant = Grant { by: crate::cli::person::local().name, at: Timestamp::now(), commands: effects_of(&plan) };
    trust.grant(&laid.dir, grant).map_err(|e| Stop::from(color_eyre::Report::from(e)))?;
    let project = Project::at(&laid.dir.join("tminus.toml"), global).await?;
    let desk = Desk::here(project, Watch::OnDemand, Left::TakenUp).await?;
    match &desk.rehearsal {
        Some(rehearsal) => observe_past(rehearsal, &desk.handle, &desk.project).await?,
        // A real world has no past to travel to, only what runs now.
        None => drop(desk.handle.command(&desk.project.who, Command::Refresh).await?),
    }
    release::open_release(&desk, &laid.version).await?;
    let offset = Offset::parse(BEFORE).map_err(Stop::wrong)?;
    let zero = offset.from(desk.handle.now());
    let schedule = ReleaseCommand::Schedule { version: laid.version.clone(), zero };
    desk.handle.command(&desk.project.who, Command::Release(schedule)).await?;
    desk.close().await;
    Ok(())
}

/// Returns where the state of a laid-down project is kept, made ready, and its plan.
fn kept(laid: &LaidDown) -> Result<(Paths, Plan), Stop> {
    let path = laid.dir.join("tminus.toml");
    let text = std::fs::read_to_string(&path).wrap_err("the plan that was laid down cannot be read")?;
    let plan = read(&path, &text).map_err(Stop::wrong)?.plan;
    let identity = ProjectIdentity::of_commit(laid.first_commit.to_string());
    let paths = Paths::of_project(&plan.project, identity).map_err(|e| Stop::from(color_eyre::Report::from(e)))?;
    paths.prepare().map_err(|e| Stop::from(color_eyre::Report::from(e)))?;
    Ok((paths, plan))
}
