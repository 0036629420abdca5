//! Rehearsal projects: how one is known again, and how its past comes into the journal.

use super::masked::masked;
use crate::cli::exit::Stop;
use color_eyre::eyre::WrapErr;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::sync::Arc;
use tminus_core::command::Command;
use tminus_core::mask::Mask;
use tminus_core::plan::Plan;
use tminus_core::who::Who;
use tminus_engine::{EngineHandle, World};
use tminus_rehearsal::{Rehearsal, Scenario};
use tminus_services::output_store::OutputFolder;
use tminus_storage::paths::{Paths, write_private};

/// The mark that a rehearsal project has in its state folder: never in the repository, where a stranger could put it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marked {
    /// The scenario that is played there.
    pub scenario: String,
}

impl Marked {
    /// Reads the mark of a project, if it has one.
    pub fn read(paths: &Paths) -> Result<Option<Self>, Stop> {
        let path = file(paths);
        match std::fs::read(&path) {
            Ok(text) => {
                let read = serde_json::from_slice(&text).wrap_err_with(|| format!("{} is damaged", path.display()));
                Ok(Some(read?))
            }
            Err(gone) if gone.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => {
                Err(color_eyre::Report::from(error).wrap_err(format!("{} cannot be read", path.display())).into())
            }
        }
    }
}

/// Marks a project as a rehearsal.
pub fn mark(paths: &Paths, scenario: &Scenario) -> Result<(), Stop> {
    let text = serde_json::to_vec_pretty(&Marked { scenario: scenario.name.clone() })
        .wrap_err("the mark cannot be written")?;
    write_private(&file(paths), &text).map_err(|e| color_eyre::Report::from(e).into())
}

fn file(paths: &Paths) -> PathBuf {
    paths.state().join("rehearsal.json")
}

/// Returns the folder of the played world.
pub(super) fn world_folder(paths: &Paths) -> PathBuf {
    paths.state().join("world")
}

/// Lets the engine look at the world at each moment of its past, so that the journal has seen what ran before.
pub async fn observe_past(rehearsal: &Rehearsal, handle: &EngineHandle, who: &Who) -> Result<(), Stop> {
    rehearsal.rewind_to_first()?;
    for moment in rehearsal.past()? {
        rehearsal.travel_to(moment)?;
        handle.command(who, Command::Refresh).await?;
    }
    rehearsal.travel_to(rehearsal.present()?)?;
    handle.command(who, Command::Refresh).await?;
    Ok(())
}

/// Returns a world in which every port is played.
pub(super) fn played_world(rehearsal: &Rehearsal, plan: &Plan, paths: &Paths) -> Result<World, Stop> {
    let mask = Mask::new();
    Ok(World {
        targets: rehearsal.targets.clone(),
        builders: rehearsal.builders.clone(),
        runner: rehearsal.runner.clone(),
        acts: rehearsal.acts.clone(),
        probe: rehearsal.probe.clone(),
        logs: masked(rehearsal.logs.clone(), plan, (&mask, None))?,
        repository: rehearsal.repository.clone(),
        clock: rehearsal.clock.clone(),
        outputs: Arc::new(OutputFolder::new(paths.outputs())),
        mask,
    })
}
