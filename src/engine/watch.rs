//! Looking at the world at intervals, so that changes from outside are seen.

use super::dispatcher::Dispatcher;
use super::event_bus::Events;
use super::join_cache::JoinCache;
use super::look_limits::{load, scaled};
use super::report::{PlaceReport, Report, Survey, SurveyFollowUp};
use super::survey::{PlaceAsk, look_at_place};
use super::world::{LOOK, World};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tminus_core::failure::{Failure, FailureKind};
use tminus_core::names::{ArtifactName, EnvName};
use tminus_core::order::Observation;
use tminus_core::ports::{Target, TargetUpdate, VisibleContainers};
use tminus_core::telemetry::Telemetry;
use tokio::sync::{mpsc, watch};
use tokio::time::MissedTickBehavior;

/// Whether the engine keeps looking unasked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Watch {
    /// It does: somebody watches the screen.
    Live,
    /// It looks only when a command asks: one command, then the end.
    OnDemand,
}

/// How often the engine looks at a target that reports no changes, in the machine's own time.
const TARGETS: Duration = Duration::from_secs(2);
/// How long to wait before watching a target again after the watch broke off.
const AGAIN: Duration = Duration::from_secs(1);
/// How many sights of a target wait to be taken; then the target waits.
const SIGHTS_HELD: usize = 64;
/// How often what can be brought there, and the branch, are looked at.
const REST: Duration = Duration::from_secs(10);

impl Dispatcher {
    /// Starts to look at everything, each thing in its own rhythm: a target that hangs holds up no other.
    pub(super) fn watch(&mut self) {
        let envs: Vec<EnvName> = self.plan.environments.iter().map(|e| e.name.clone()).collect();
        let asks: Vec<_> = envs.iter().flat_map(|env| self.place_asks(env)).collect();
        for PlaceAsk { env, artifact, versions: _, limit } in asks {
            let Ok(target) = self.world.target(Some(&env), Some(&artifact)) else { continue };
            let sentry = TargetWatcher {
                env,
                artifact,
                limit,
                target,
                world: self.world.clone(),
                reporter: self.reporter.clone(),
                events: self.events.clone(),
                join_cache: self.join_cache.clone(),
            };
            let attention = self.attention.subscribe();
            self.tasks.spawn(sentry.stand(attention));
        }
        self.watch_repository();
        self.watch_the_rest();
    }

    fn watch_the_rest(&mut self) {
        let reporter = self.reporter.clone();
        self.tasks.spawn(async move {
            let mut ticks = tokio::time::interval(REST);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                ticks.tick().await;
                if reporter.send(Report::Due).await.is_err() {
                    return;
                }
            }
        });
    }
}

/// Watches one target: listens where the target reports its changes, and asks at intervals where it does not.
struct TargetWatcher {
    env: EnvName,
    artifact: ArtifactName,
    /// How long a look may take.
    limit: Duration,
    target: Arc<dyn Target>,
    world: World,
    reporter: mpsc::Sender<Report>,
    events: Events,
    join_cache: JoinCache,
}

/// The engine is gone; there is no one left to report to.
struct Over;

impl TargetWatcher {
    async fn stand(self, attention: watch::Receiver<VisibleContainers>) {
        loop {
            let (sender, sights) = mpsc::channel(SIGHTS_HELD);
            let watched = self.target.watch(attention.clone(), sender);
            let (ended, taken) = futures::join!(watched, self.take(sights));
            let told = match (ended, taken) {
                (_, Err(Over)) => Err(Over),
                (Err(failure), Ok(())) if failure.kind == FailureKind::Unavailable => return self.ask_for_ever().await,
                (Err(failure), Ok(())) => self.report(Err(failure)).await,
                (Ok(()), Ok(())) => Ok(()),
            };
            if told.is_err() {
                return;
            }
            tokio::time::sleep(AGAIN).await;
        }
    }

    async fn take(&self, mut sights: mpsc::Receiver<TargetUpdate>) -> Result<(), Over> {
        while let Some(sight) = sights.recv().await {
            match sight {
                TargetUpdate::Seen(observation) => self.report(Ok(observation)).await?,
                TargetUpdate::Same => {
                    let (env, artifact) = (self.env.clone(), self.artifact.clone());
                    self.tell(Telemetry::StillSo { env, artifact, at: self.world.clock.now() });
                }
                TargetUpdate::Containers(containers) => {
                    let (env, artifact, at) = (self.env.clone(), self.artifact.clone(), self.world.clock.now());
                    let containers = containers.into_iter().map(|c| self.world.masked_container(c)).collect();
                    let telemetry = Telemetry::Containers { env, artifact, at, containers };
                    self.join_cache.keep(&telemetry);
                    self.tell(telemetry);
                }
            }
        }
        Ok(())
    }

    fn tell(&self, telemetry: Telemetry) {
        self.events.telemetry(telemetry);
    }

    async fn report(&self, seen: Result<Observation, Failure>) -> Result<(), Over> {
        let (env, artifact) = (self.env.clone(), self.artifact.clone());
        self.send(PlaceReport { env, artifact, asked: Instant::now(), took: None, seen, ready: Vec::new() }).await
    }

    async fn send(&self, place: PlaceReport) -> Result<(), Over> {
        let survey = Survey { places: vec![place], branches: Vec::new(), outside: Vec::new() };
        self.reporter.send(Report::Surveyed { survey, then: SurveyFollowUp::Nothing }).await.map_err(|_gone| Over)
    }

    async fn ask_for_ever(&self) {
        // The host may get busier than it was when the watch began.
        let ask = || PlaceAsk {
            env: self.env.clone(),
            artifact: self.artifact.clone(),
            versions: Vec::new(),
            limit: self.limit.max(scaled(LOOK, load())),
        };
        let mut ticks = tokio::time::interval(TARGETS);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            if self.send(look_at_place(&self.world, ask()).await).await.is_err() {
                return;
            }
        }
    }
}
