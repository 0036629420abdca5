//! `tminus demo --docker`: the rehearsal over the Docker engine of this machine. Containers and time are real; all of it
//! is made from this program, and removed on the way out.

use super::rehearse_backend::{DRY_AFTER, PORT, VERSION};
use super::{fly, laid_down};
use crate::cli::args::{DemoArgs, Global};
use crate::cli::client::Project;
use crate::cli::exit::{Done, Exit, Stop};
use crate::cli::interrupt::or_interrupted;
use crate::cli::{json, show};
use color_eyre::eyre::WrapErr;
use serde_json::json;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use tminus_core::ports::PortError;
use tminus_rehearsal::{LaidDown, Scenario, lay_down_with};
use tminus_services::docker::{DemoContainer, DemoContainers};

const PLAN: &str = include_str!("../../../assets/docker/tminus.toml");

/// The version that runs everywhere when the demo begins.
const BEFORE: &str = "0.9.4";
/// The version that the demo releases, and how long its pool lasts in the evening.
const RELEASED: (&str, &str) = ("1.0.0", "20s");

/// One environment: its name, and the port that leads to it.
struct DemoPlace {
    env: &'static str,
    port: u16,
    /// What its environment file says.
    variable: &'static str,
}

/// Sets the stage, plays, and takes the stage away, whatever came of it.
pub async fn run(global: &Global, args: &DemoArgs) -> Done {
    let scenario = Scenario::named_on_docker(&args.scenario).map_err(Stop::wrong)?;
    let stage =
        DemoContainers::find().await.inspect_err(|_| show::hint("`tminus demo` without --docker needs no engine"))?;
    let played = play(global, args, (&scenario, &stage)).await;
    show::hint("removing the demo's containers and images");
    let removed = stage.remove().await.map_err(Stop::from);
    let exit = played?;
    removed.map(|()| exit)
}

async fn play(global: &Global, args: &DemoArgs, (scenario, stage): (&Scenario, &DemoContainers)) -> Done {
    let places = places(scenario)?;
    or_interrupted(set(stage, &places)).await?.map_err(Stop::from)?;
    let folder =
        tempfile::Builder::new().prefix("tminus-demo-").tempdir().wrap_err("no temporary folder can be made")?;
    let dir = args.dir.clone().unwrap_or_else(|| folder.path().join("project"));
    let laid = or_interrupted(lay(global, &dir, (scenario, stage, &places))).await??;
    let plan = laid.dir.join("tminus.toml");
    let project = Project::at(&plan, global).await?;
    let state = project.paths.state().to_owned();
    let done = if args.headless {
        or_interrupted(fly::script(global, scenario, &plan)).await.and_then(|done| done)
    } else {
        tell(global, args, (scenario, &laid));
        laid_down::open(global, scenario.name.clone(), laid).await
    };
    if args.dir.is_none() {
        // The state of a demo that nobody asked to keep goes with its folder.
        drop(std::fs::remove_dir_all(state));
    }
    done
}

fn tell(global: &Global, args: &DemoArgs, (scenario, laid): (&Scenario, &LaidDown)) {
    if args.dir.is_none() {
        return;
    }
    if global.json {
        json::print(
            json!({ "dir": laid.dir, "scenario": scenario.name, "release": laid.version, "branch": laid.branch }),
        );
        return;
    }
    show::line(&format!("created {} in {}; {} is open", scenario.name, laid.dir.display(), laid.version));
}

/// Sweeps what earlier demos left, builds the images, and starts the version that ran before.
async fn set(stage: &DemoContainers, places: &[DemoPlace]) -> Result<(), PortError> {
    let swept = stage.sweep().await?;
    if swept > 0 {
        show::hint(&format!("removed {swept} leftovers of an earlier demo"));
    }
    show::hint("building the backend from this program; nothing is pulled");
    let size = stage.build_base().await?;
    show::hint(&format!("  this program and its libraries: {} MB", size / 1_000_000));
    stage.build_version(BEFORE, PORT, &[(VERSION, BEFORE)]).await?;
    stage.build_version(RELEASED.0, PORT, &[(VERSION, RELEASED.0), (DRY_AFTER, RELEASED.1)]).await?;
    show::hint(&format!("  backend {BEFORE} and {}", RELEASED.0));
    for place in places {
        let container = DemoContainer {
            name: format!("{}-{}", stage.prefix(), place.env),
            version: BEFORE.to_owned(),
            port: place.port,
            variables: vec![place.variable.to_owned()],
        };
        stage.start(&container, PORT).await?;
        show::hint(&format!("{BEFORE} runs in {} at http://127.0.0.1:{}", place.env, place.port));
    }
    Ok(())
}

async fn lay(
    global: &Global,
    dir: &Path,
    (scenario, stage, places): (&Scenario, &DemoContainers, &[DemoPlace]),
) -> Result<LaidDown, Stop> {
    let words = [("@REPOSITORY@", stage.repository()), ("@PREFIX@", stage.prefix())];
    let ports = places.iter().map(|place| (format!("@{}@", place.env.to_uppercase()), place.port.to_string()));
    let plan = words.iter().fold(PLAN.to_owned(), |plan, (mark, word)| plan.replace(mark, word));
    let plan = ports.fold(plan, |plan, (mark, port)| plan.replace(&mark, &port));
    let files: Vec<_> =
        places.iter().map(|place| (format!("deploy/{}.env", place.env), format!("{}\n", place.variable))).collect();
    let mut files: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), text.clone())).collect();
    files.push(("tminus.toml", plan));
    let laid =
        lay_down_with(dir, scenario, &files).map_err(|failure| Stop { exit: Exit::Wrong, ..Stop::from(failure) })?;
    laid_down::begin(global, &laid).await?;
    Ok(laid)
}

/// Finds a port for each environment. They are held together, so that no two are the same.
fn places(scenario: &Scenario) -> Result<[DemoPlace; 2], Stop> {
    let free = || TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|held| Ok((held.local_addr()?.port(), held)));
    let (first, second) = (free(), free());
    let (first, second) = (first.wrap_err("no port is free")?, second.wrap_err("no port is free")?);
    let traffic = if scenario.name == "bad-release" { "TRAFFIC=evening" } else { "TRAFFIC=morning" };
    Ok([
        DemoPlace { env: "staging", port: first.0, variable: "TRAFFIC=morning" },
        DemoPlace { env: "production", port: second.0, variable: traffic },
    ])
}
