//! The rehearsal as the rest of tminus sees it: ports over one world.

use super::acts::PlayedActs;
use super::backend::{self, Backend};
use super::builder::PlayedBuilder;
use super::clock::{WorldClock, leap};
use super::logs::PlayedLog;
use super::probe::PlayedProbe;
use super::repository::PlayedRepository;
use super::runner::PlayedRunner;
use super::script_input::TimeKind;
use super::shared::SharedWorld;
use super::target::PlayedTarget;
use super::world::{Holds, PlayedWorld, Site};
use crate::scenario::Scenario;
use jiff::Timestamp;
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use tminus_core::failure::{Failure, FailureKind};
use tminus_core::names::{ArtifactName, Commit, EnvName, LogName};
use tminus_core::plan::{ArtifactKind, Plan, Template};
use tminus_core::ports::{Clock, LogSource, Probe, Repository, Target};
use tminus_core::time::Span;

/// A world that is played, with every port of it.
pub struct Rehearsal {
    /// The places that artifacts are delivered to.
    pub targets: HashMap<(EnvName, ArtifactName), Arc<dyn Target>>,
    /// What builds each image that the plan builds.
    pub builders: HashMap<ArtifactName, Arc<dyn Target>>,
    /// Where the plan's commands are played.
    pub runner: Arc<dyn Target>,
    /// Where actions on the repository are played.
    pub acts: Arc<dyn Target>,
    /// What is measured: metrics by the world, checks only played.
    pub probe: Arc<dyn Probe>,
    /// The sources of log lines.
    pub logs: HashMap<LogName, Arc<dyn LogSource<String>>>,
    /// A repository that is only played.
    pub repository: Arc<dyn Repository>,
    /// The world's clock.
    pub clock: Arc<dyn Clock>,
    /// The state.
    pub world: SharedWorld,
}

impl Rehearsal {
    /// Opens the world of a folder, and makes it when the folder has none.
    ///
    /// # Errors
    /// When the world cannot be read or written, or plays another scenario.
    pub fn open(folder: &Path, plan: &Plan, scenario: &Scenario, time: TimeKind) -> Result<Self, Failure> {
        let world = SharedWorld::open(folder, plan, scenario, time)?;
        let clock: Arc<dyn Clock> = Arc::new(WorldClock(world.clone()));
        let state = world.snapshot()?;
        Ok(Self {
            targets: targets(plan, &state, &world),
            builders: builders(plan, &world),
            runner: Arc::new(PlayedRunner(world.clone())),
            acts: Arc::new(PlayedActs(world.clone())),
            probe: Arc::new(PlayedProbe(world.clone())),
            logs: logs(plan, &state, &world),
            repository: Arc::new(PlayedRepository(world.clone())),
            clock,
            world,
        })
    }

    /// Serves the backend of each environment that has one, on a free port of loopback, until what is returned is dropped.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn serve(&self) -> Result<Backend, Failure> {
        let state = self.world.snapshot()?;
        let mut envs: Vec<_> =
            state.sites.into_iter().filter(|site| site.holds == Holds::Image).map(|s| s.env).collect();
        envs.dedup();
        backend::serve(&self.world, envs).await
    }

    /// Lays a branch down in the played repository.
    ///
    /// # Errors
    /// When the world cannot be written.
    pub fn lay_branch(&self, branch: &str, at: &Commit) -> Result<(), Failure> {
        self.world.change(|world| {
            world.branches.insert(branch.to_owned(), at.clone());
            Ok(())
        })
    }

    /// Returns the time of the world.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Lets virtual time pass; real time passes by itself.
    ///
    /// # Errors
    /// When the world cannot be written.
    pub fn advance(&self, by: Span) -> Result<(), Failure> {
        self.travel_to(by.after(self.now()))
    }

    /// Moves virtual time on to a moment; one that is past, and real time, stay as they are.
    ///
    /// # Errors
    /// When the world cannot be written.
    pub fn travel_to(&self, moment: Timestamp) -> Result<(), Failure> {
        match self.world.time() {
            TimeKind::Virtual => leap(&self.world, moment),
            TimeKind::Real => Ok(()),
        }
    }

    /// Returns the moments before the present at which something changed, oldest first.
    ///
    /// # Errors
    /// When the world cannot be read.
    pub fn past(&self) -> Result<Vec<Timestamp>, Failure> {
        self.world.read(PlayedWorld::past)
    }

    /// Returns the moment at which the scenario begins: the end of its past.
    ///
    /// # Errors
    /// When the world cannot be read.
    pub fn present(&self) -> Result<Timestamp, Failure> {
        self.world.read(|world| world.opened)
    }

    /// Takes virtual time back to the first moment of the past, so that the past can be observed as it happened.
    ///
    /// # Errors
    /// When something was begun already, time is real, or the world cannot be written.
    pub fn rewind_to_first(&self) -> Result<(), Failure> {
        let refused = |says: &str| Failure::new(FailureKind::Rejected, says);
        if self.world.time() == TimeKind::Real {
            return Err(refused("real time cannot be taken back"));
        }
        self.world.change(|world| {
            if !world.orders.is_empty() {
                return Err(refused("the past of this rehearsal is over: something was begun in it"));
            }
            world.now = world.past().first().copied().unwrap_or(world.opened).min(world.now);
            Ok(())
        })
    }
}

fn targets(plan: &Plan, state: &PlayedWorld, world: &SharedWorld) -> HashMap<(EnvName, ArtifactName), Arc<dyn Target>> {
    let played = state.sites.iter().filter_map(|site| {
        let deliver = plan.environment(&site.env)?.delivery(&site.artifact)?;
        let target: Arc<dyn Target> = Arc::new(PlayedTarget {
            world: world.clone(),
            site: site.clone(),
            kind: deliver.kind.clone(),
            name: name_of(plan, &site.artifact),
        });
        Some(((site.env.clone(), site.artifact.clone()), target))
    });
    played.collect()
}

fn builders(plan: &Plan, world: &SharedWorld) -> HashMap<ArtifactName, Arc<dyn Target>> {
    let played = plan.artifacts.iter().filter_map(|artifact| {
        let ArtifactKind::Image { image, build: Some(build), .. } = &artifact.kind else { return None };
        let (world, image, build) = (world.clone(), image.clone(), build.clone());
        let builder = PlayedBuilder { world, artifact: artifact.name.clone(), image, build };
        Some((artifact.name.clone(), Arc::new(builder) as Arc<dyn Target>))
    });
    played.collect()
}

fn name_of(plan: &Plan, artifact: &ArtifactName) -> Template {
    match plan.artifact(artifact).map(|artifact| &artifact.kind) {
        Some(ArtifactKind::Image { image, .. }) => image.clone(),
        Some(ArtifactKind::App { app, .. }) => Template::new(app.clone()),
        None => Template::new(artifact.as_str()),
    }
}

fn logs(plan: &Plan, state: &PlayedWorld, world: &SharedWorld) -> HashMap<LogName, Arc<dyn LogSource<String>>> {
    let played = plan.logs.iter().filter_map(|stream| {
        let site = site_of(plan, state, &stream.name)?;
        let log = PlayedLog { world: world.clone(), name: stream.name.clone(), site: site.clone() };
        Some((stream.name.clone(), Arc::new(log) as Arc<dyn LogSource<String>>))
    });
    played.collect()
}

/// Returns the site that a source tells about: that of the environment which names it, or the first there is.
fn site_of<'w>(plan: &Plan, state: &'w PlayedWorld, name: &LogName) -> Option<&'w Site> {
    let named = plan.environments.iter().find(|env| env.logs.contains(name));
    let servers = || state.sites.iter().filter(|site| site.holds == Holds::Image);
    let its = named.and_then(|env| servers().find(|site| site.env == env.name));
    its.or_else(|| servers().next()).or_else(|| state.sites.first())
}
