//! Opening a project for a command, or for the cockpit: with an engine in this process, or by joining the one that runs.

use super::environment_mark::require_for_left;
use super::need::OpenNeed;
use super::open_error::{JournalHolder, OpenError, held};
use super::project::{Project, ProjectKind};
use super::rehearsal::{played_world, world_folder};
use super::{adoption, engine, keeper, listening, plan_mismatch, practice, real};
use crate::cli::exit::{Exit, Stop};
use crate::cli::interrupt::or_interrupted;
use jiff::Timestamp;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tminus_core::action::Request;
use tminus_core::admit::Deed;
use tminus_core::names::{LogName, Version};
use tminus_core::plan::Plan;
use tminus_core::ports::{LogSource, Repository};
use tminus_core::release::{ActionState, Release};
use tminus_core::time::age;
use tminus_engine::journal::{Journal, JournalError, Keeper};
use tminus_engine::session::Joined;
use tminus_engine::{Engine, EngineHandle, Setup, StartError, UnfinishedActions, Watch, World};
use tminus_rehearsal::{Backend, Rehearsal, TimeKind};

/// How long to wait for a command that has the journal for a moment.
const PATIENCE: Duration = Duration::from_secs(3);
/// How long between two tries.
const AGAIN: Duration = Duration::from_millis(100);

/// An engine with the project that it is for.
pub struct Client {
    /// The project.
    pub project: Project,
    /// The engine's handle.
    pub handle: EngineHandle,
    /// The sources of log lines.
    pub logs: HashMap<LogName, Arc<dyn LogSource>>,
    /// The repository.
    pub repository: Arc<dyn Repository>,
    /// The actions that were not over when the project was opened; the engine has taken them up since.
    pub begun: Vec<ActionState>,
    /// The played world, in a rehearsal.
    pub rehearsal: Option<Rehearsal>,
    housing: EngineOwner,
}

/// Where the engine is.
enum EngineOwner {
    Here {
        engine: Engine,
        /// The played product's own server; it answers for as long as this is held.
        _backend: Option<Backend>,
    },
    There(Joined),
}

impl Client {
    /// Opens a project for what is needed: the engine that runs is joined, and where none does, one is started or is here.
    pub async fn open(project: Project, need: OpenNeed) -> Result<Self, Stop> {
        project.require_trust()?;
        keeper::clear_left_behind(&project);
        keeper::tell_of_squatter(&project);
        if project.is_solo {
            return Self::solo(project, need).await;
        }
        if let Some(joined) = engine::running(&project).await? {
            return Self::at(project, joined, need).await;
        }
        keeper::require_journal(&project)?;
        let is_real = matches!(project.kind, ProjectKind::Real);
        match need {
            OpenNeed::Cockpit | OpenNeed::Watch => {}
            OpenNeed::Act if is_real => {}
            // What was left would be taken up by an engine that stays.
            OpenNeed::Decide if is_real && project.recorded()?.active_actions().next().is_none() => {}
            OpenNeed::Act | OpenNeed::Decide | OpenNeed::Preview | OpenNeed::Look => {
                return Self::solo(project, need).await;
            }
        }
        require_may_take_up(&project, &project.recorded()?)?;
        let joined = engine::start(&project).await?;
        Self::at(project, joined, need).await
    }

    /// Joins an engine after the previous one has gone. One that died is replaced; where somebody stopped it, that
    /// was meant: then only an engine that already runs is joined, and otherwise the answer is who stopped it.
    pub async fn again(project: Project) -> Result<Result<Self, String>, Stop> {
        if let Some(joined) = engine::running(&project).await? {
            return Self::at(project, joined, OpenNeed::Watch).await.map(Ok);
        }
        if let Some(by) = listening::ended_by(&project) {
            return Ok(Err(by));
        }
        if project.file.plan.session_group.is_some() {
            return Err(Stop::cannot_tell("a team's engine is started by a person"));
        }
        require_may_take_up(&project, &project.recorded()?)?;
        let joined = engine::start(&project).await?;
        Self::at(project, joined, OpenNeed::Watch).await.map(Ok)
    }

    /// Opens the engine in this process, as a need has it, or joins one that took the journal meanwhile.
    async fn solo(project: Project, need: OpenNeed) -> Result<Self, Stop> {
        let (watch, left) = match need {
            OpenNeed::Cockpit | OpenNeed::Watch => (Watch::Live, UnfinishedActions::TakenUp),
            OpenNeed::Act => (Watch::OnDemand, UnfinishedActions::TakenUp),
            OpenNeed::Decide | OpenNeed::Preview | OpenNeed::Look => (Watch::OnDemand, UnfinishedActions::Untouched),
        };
        let until = std::time::Instant::now() + PATIENCE;
        let mut project = project;
        loop {
            let held = match Self::try_here(project, (watch, left), Keeper::Command).await {
                Ok(desk) => return Ok(desk),
                Err(OpenError::Held(held)) => *held,
                Err(OpenError::Stop(stop)) => return Err(stop),
            };
            project = held.project;
            let until = if held.is_opening { until + engine::START } else { until };
            if project.is_solo || std::time::Instant::now() > until {
                return Err(held.stop);
            }
            if let Some(joined) = engine::running(&project).await? {
                return Self::at(project, joined, need).await;
            }
            tokio::time::sleep(AGAIN).await;
        }
    }

    /// Opens the engine in this process: reads the journal, wires the ports, continues what was left.
    pub async fn here(project: Project, watch: Watch, left: UnfinishedActions) -> Result<Self, Stop> {
        Ok(Self::try_here(project, (watch, left), Keeper::Command).await?)
    }

    /// Opens the engine in this process for others to join. It waits for a command that holds the journal for a moment, but not
    /// for an engine that is just starting.
    pub async fn resident(project: Project) -> Result<Self, OpenError> {
        let until = std::time::Instant::now() + PATIENCE;
        let mut project = project;
        loop {
            match Self::try_here(project, (Watch::Live, UnfinishedActions::TakenUp), Keeper::Engine).await {
                Err(OpenError::Held(held)) if !held.is_opening && std::time::Instant::now() < until => {
                    project = held.project;
                }
                opened => return opened,
            }
            tokio::time::sleep(AGAIN).await;
        }
    }

    async fn try_here(
        project: Project,
        (watch, left): (Watch, UnfinishedActions),
        keeper: Keeper,
    ) -> Result<Self, OpenError> {
        project.require_trust()?;
        keeper::require_own_place(&project)?;
        let watch = practice::watch_of(project.kind.scenario(), watch)?;
        project.paths.prepare().map_err(|e| Stop::from(color_eyre::Report::from(e)))?;
        let journal = match Journal::open_as((keeper, &project.who), &project.paths.journal()) {
            Ok(journal) => journal,
            Err(JournalError::Held { pid, who, since, keeper: by }) => {
                let is_opening = by == Keeper::Engine && age(Timestamp::now(), since) < engine::START;
                let stop = held(&project, (pid, &who, since), (by, is_opening)).await;
                return Err(OpenError::Held(Box::new(JournalHolder { project, is_opening, stop })));
            }
            Err(error) => return Err(OpenError::Stop(color_eyre::Report::from(error).into())),
        };
        let mut plan = project.file.plan.clone();
        let (world, rehearsal, backend) = doors(&project, &mut plan, watch).await?;
        let (logs, repository) = (world.logs.clone(), world.repository.clone());
        let recorded = project.recorded()?;
        if left == UnfinishedActions::TakenUp {
            require_may_take_up(&project, &recorded)?;
        }
        let mut apart = None;
        if left == UnfinishedActions::TakenUp && matches!(project.kind, ProjectKind::Real) {
            apart = require_for_left(&project, listening::mark_of_last(&project).as_ref(), &recorded)?;
            if keeper == Keeper::Command {
                listening::say_mark(&project)?;
            }
        }
        let (clock_set, mark) = listening::look_at_clock(&project, &recorded);
        let change = adoption::change(&project, &recorded);
        let begun = recorded.active_actions().cloned().collect();
        let who = project.who.clone();
        let witness = practice::witness(project.kind.scenario());
        let engine = Engine::start(Setup { plan, change, world, journal, who, watch, left, apart, clock_set, witness })
            .await
            .map_err(|error| OpenError::Stop(unstarted(error)))?;
        if let Some(mark) = mark {
            listening::say_clock(&project, mark)?;
        }
        let handle = engine.handle.clone();
        let housing = EngineOwner::Here { engine, _backend: backend };
        Ok(Self { project, handle, logs, repository, begun, rehearsal, housing })
    }

    /// Sits down at an engine that runs elsewhere, where it works by the plan that is here.
    async fn at(mut project: Project, joined: Joined, need: OpenNeed) -> Result<Self, Stop> {
        let plan_mismatch::Agreed { joined, snapshot, other } =
            plan_mismatch::plan_mismatch(&project, joined, need).await?;
        project.who = joined.welcome.you.clone();
        let begun = snapshot.release.active_actions().cloned().collect();
        // What is read here is read by the plan that was trusted here.
        let (world, rehearsal) = seen(&project).await?;
        if let Some(plan) = other {
            project.file.plan = (*plan).clone();
        }
        let (logs, repository) = (world.logs, world.repository);
        let handle = joined.handle.clone();
        Ok(Self { project, handle, logs, repository, begun, rehearsal, housing: EngineOwner::There(joined) })
    }

    /// Returns the engine that was joined, when it is not in this process.
    pub const fn joined(&self) -> Option<&Joined> {
        match &self.housing {
            EngineOwner::There(joined) => Some(joined),
            EngineOwner::Here { .. } => None,
        }
    }

    /// Returns the release that the command is about.
    pub async fn focus(&self) -> Result<Version, Stop> {
        let (snapshot, _) = self.handle.attach().await.map_err(Stop::cannot_tell)?;
        self.project.focus(&snapshot.release)
    }

    /// Returns the release that a request is about: the named one, what runs in the environment, or the only open one.
    pub async fn focus_of(&self, request: &Request) -> Result<Version, Stop> {
        let (snapshot, _) = self.handle.attach().await.map_err(Stop::cannot_tell)?;
        let running = snapshot.release.release_of(request).filter(|_| self.project.named.is_none());
        running.map_or_else(|| self.project.focus(&snapshot.release), |version| Ok(version.clone()))
    }

    /// Does something, which a person or the machine may end, and closes it whatever that came to.
    pub async fn once<T>(self, work: impl AsyncFnOnce(&Self) -> Result<T, Stop>) -> Result<T, Stop> {
        let done = or_interrupted(work(&self)).await;
        self.close().await;
        done?
    }

    /// Ends an engine in this process, and waits until it has; one elsewhere works on.
    pub async fn close(self) {
        drop(self.handle);
        match self.housing {
            EngineOwner::Here { engine, .. } => engine.end().await,
            EngineOwner::There(_) => {}
        }
    }
}

/// Refuses to take up what an engine left where it is read-only.
pub fn require_may_take_up(project: &Project, release: &Release) -> Result<(), Stop> {
    let barred = release.active_actions().filter(|action| !action.is_stuck()).find_map(|action| {
        let environment = action.proposal.request.env().and_then(|env| project.file.plan.environment(env));
        Some((&action.id, project.read_only.bars(Deed::Act, environment)?))
    });
    let Some((id, bar)) = barred else { return Ok(()) };
    Err(Stop::refused(format!(
        "{}: {id} is unfinished, its engine has ended, and nothing continues it from here. `tminus status` says where it is",
        bar.says()
    )))
}

type OpenedWorld = (World, Option<Rehearsal>, Option<Backend>);

async fn doors(project: &Project, plan: &mut Plan, watch: Watch) -> Result<OpenedWorld, Stop> {
    let Some(scenario) = project.kind.scenario() else { return Ok((real::world(project).await?, None, None)) };
    let rehearsal = Rehearsal::open(&world_folder(&project.paths), plan, scenario, time_of(watch))?;
    if let ProjectKind::Own(_) = project.kind {
        return Ok((played_world(&rehearsal, plan, &project.paths)?, Some(rehearsal), None));
    }
    let backend = rehearsal.serve().await?;
    for environment in &mut plan.environments {
        if let Some(url) = backend.urls.get(&environment.name) {
            environment.served_at = Some(url.clone());
        }
    }
    Ok((real::rehearsed(project, &rehearsal).await?, Some(rehearsal), Some(backend)))
}

/// Returns the world as a client of another process reads it: logs and repository, and nothing is brought anywhere.
async fn seen(project: &Project) -> Result<(World, Option<Rehearsal>), Stop> {
    let Some(scenario) = project.kind.scenario() else { return Ok((real::world(project).await?, None)) };
    let time = time_of(practice::watch_of(Some(scenario), Watch::Live)?);
    let rehearsal = Rehearsal::open(&world_folder(&project.paths), &project.file.plan, scenario, time)?;
    Ok((real::rehearsed(project, &rehearsal).await?, Some(rehearsal)))
}

/// Returns the time of a rehearsal: who looks on sees it pass, and a command does not wait for it.
const fn time_of(watch: Watch) -> TimeKind {
    match watch {
        Watch::Live => TimeKind::Real,
        Watch::OnDemand => TimeKind::Virtual,
    }
}

fn unstarted(error: StartError) -> Stop {
    Stop { exit: Exit::CannotTell, report: error.into(), reasons: Vec::new() }
}
