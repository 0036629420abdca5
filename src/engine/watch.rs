//! Looking at the world again and again, so that what changes by itself is seen.

use super::dispatcher::Dispatcher;
use super::report::{Report, Survey, Then};
use super::survey::look_at_place;
use crate::domain::names::EnvName;
use std::time::Duration;
use tokio::time::MissedTickBehavior;

/// Whether the engine keeps looking by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Watch {
    /// It does: somebody watches the screen.
    Live,
    /// It looks only when a command asks: one command, then the end.
    OnDemand,
}

/// How often a target is looked at, in the machine's own time.
const TARGETS: Duration = Duration::from_secs(2);
/// How often what can be brought there, and the branch, are looked at.
const REST: Duration = Duration::from_secs(10);

impl Dispatcher {
    /// Starts to look at everything, each thing in its own rhythm: a target that hangs holds up no other.
    pub(super) fn watch(&mut self) {
        let envs: Vec<EnvName> = self.plan.environments.iter().map(|e| e.name.clone()).collect();
        let asks: Vec<_> = envs.iter().flat_map(|env| self.place_asks(env)).collect();
        for ask in asks {
            let (world, reporter) = (self.world.clone(), self.reporter.clone());
            let bare = super::survey::PlaceAsk { versions: Vec::new(), ..ask };
            self.tasks.spawn(async move {
                let mut ticks = tokio::time::interval(TARGETS);
                ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
                loop {
                    ticks.tick().await;
                    let place = look_at_place(&world, bare.clone()).await;
                    let survey = Survey { places: vec![place], branches: Vec::new() };
                    if reporter.send(Report::Surveyed { survey, then: Then::Nothing }).await.is_err() {
                        return;
                    }
                }
            });
        }
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
