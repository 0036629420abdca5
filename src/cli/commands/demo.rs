//! `tminus demo`: the rehearsal world.

use super::cockpit;
use super::laid_down::{begin, kept, lay, open};
use crate::cli::args::{DemoArgs, Global};
use crate::cli::client::{Project, mark};
use crate::cli::exit::{Done, Exit, Stop};
use crate::cli::{json, show};
use color_eyre::eyre::WrapErr;
use serde_json::json;
use tminus_core::seat::Wish;
use tminus_rehearsal::{Scenario, lay_down};
use tokio::sync::oneshot;

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
        let says = format!("created {} in {}; {} is open", scenario.name, laid.dir.display(), laid.version);
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
        return Err(Stop::wrong("--no-open needs --dir, the folder for the project"));
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
        cockpit::tell(&doing, "creating the project, and playing its past");
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
            "the rehearsal has ended; its project and journal were removed. `tminus demo --dir DIR` keeps them",
        );
    }
    done
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
