//! Opening the engine of a project for a command, or for the cockpit.

use super::project::{Kind, Project};
use super::rehearsal::world_folder;
use super::{adoption, real};
use crate::cli::exit::Stop;
use crate::domain::mask::Mask;
use crate::domain::names::{LogName, Version};
use crate::domain::plan::Plan;
use crate::domain::release::ActionState;
use crate::engine::{Engine, EngineHandle, Left, Setup, StartError, Watch, World};
use crate::journal::{Journal, JournalError};
use crate::ports::{LogSource, Repository};
use crate::sandbox::{Backend, Rehearsal, TimeKind};
use std::collections::HashMap;
use std::sync::Arc;

/// A running engine with the project that it is for.
pub struct Desk {
    /// The project.
    pub project: Project,
    /// The engine's handle.
    pub handle: EngineHandle,
    /// The sources of log lines.
    pub logs: HashMap<LogName, Arc<dyn LogSource>>,
    /// The repository.
    pub repository: Arc<dyn Repository>,
    /// What must not be shown.
    pub mask: Mask,
    /// The actions that were not over when the journal was opened; the engine has taken them up since.
    pub begun: Vec<ActionState>,
    /// The played world, in a rehearsal.
    pub rehearsal: Option<Rehearsal>,
    engine: Engine,
    /// The played product's own server; it answers for as long as this is held.
    _backend: Option<Backend>,
}

impl Desk {
    /// Opens the engine: reads the journal, wires the ports, takes up what was left.
    pub async fn open(project: Project, watch: Watch, left: Left) -> Result<Self, Stop> {
        project.require_trust()?;
        project.paths.prepare().map_err(|e| Stop::from(color_eyre::Report::from(e)))?;
        let journal = Journal::open(&project.paths.journal()).map_err(held)?;
        let mut plan = project.file.plan.clone();
        let (world, rehearsal, backend) = doors(&project, &mut plan, watch).await?;
        let (logs, repository, mask) = (world.logs.clone(), world.repository.clone(), world.mask.clone());
        let recorded = project.recorded()?;
        let change = adoption::change(&project, &recorded);
        let begun = recorded.active_actions().cloned().collect();
        let who = project.who.clone();
        let witness = project.kind.scenario().and_then(|_| practised());
        let engine = Engine::start(Setup { plan, change, world, journal, who, watch, left, witness })
            .await
            .map_err(unstarted)?;
        let handle = engine.handle.clone();
        Ok(Self { project, handle, logs, repository, mask, begun, rehearsal, engine, _backend: backend })
    }

    /// Returns the release that the command is about.
    pub async fn focus(&self) -> Result<Version, Stop> {
        let (snapshot, _) = self.handle.attach().await.map_err(Stop::cannot_tell)?;
        self.project.focus(&snapshot.release)
    }

    /// Ends the engine, and waits until it has.
    pub async fn close(self) {
        drop(self.handle);
        self.engine.end().await;
    }
}

type Opened = (World, Option<Rehearsal>, Option<Backend>);

async fn doors(project: &Project, plan: &mut Plan, watch: Watch) -> Result<Opened, Stop> {
    let Some(scenario) = project.kind.scenario() else { return Ok((real::world(project).await?, None, None)) };
    let time = match watch {
        Watch::Live => TimeKind::Real,
        Watch::OnDemand => TimeKind::Virtual,
    };
    let rehearsal = Rehearsal::open(&world_folder(project), plan, scenario, time)?;
    if let Kind::Own(_) = project.kind {
        return Ok((super::own::world(&rehearsal, plan)?, Some(rehearsal), None));
    }
    let backend = rehearsal.serve().await?;
    for environment in &mut plan.environments {
        if let Some(url) = backend.urls.get(&environment.name) {
            environment.url = Some(url.clone());
        }
    }
    Ok((real::rehearsed(project, &rehearsal).await?, Some(rehearsal), Some(backend)))
}

/// A rehearsal can practise the moments at which tminus itself fails: `TMINUS_POWER_CUT=N` ends this process with SIGKILL as
/// soon as fact N is on disk, and `TMINUS_PANIC=N` makes the part that wrote it panic. They are looked at nowhere but in a
/// rehearsal.
fn practised() -> Option<Arc<dyn Fn(u64) + Send + Sync>> {
    let moment = |name| std::env::var(name).ok().and_then(|at| at.parse::<u64>().ok());
    let (cut, fault) = (moment("TMINUS_POWER_CUT"), moment("TMINUS_PANIC"));
    cut.or(fault)?;
    Some(Arc::new(move |seq| {
        if cut.is_some_and(|at| seq >= at) {
            rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL).unwrap_or(());
        }
        assert!(fault.is_none_or(|at| seq < at), "fact {seq} is on disk, and TMINUS_PANIC asks for a failure there");
    }))
}

fn held(error: JournalError) -> Stop {
    let is_held = matches!(error, JournalError::Held { .. });
    if is_held { Stop::refused(error) } else { color_eyre::Report::from(error).into() }
}

fn unstarted(error: StartError) -> Stop {
    color_eyre::Report::from(error).into()
}
