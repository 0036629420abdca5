//! The rehearsal world: the project that it lays down, each port of it, and every scenario.

mod builder;
mod laid_down;
mod ports;
mod scenarios;

use crate::slots::{Scarce, Slot, take};
use jiff::Timestamp;
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;
use tminus_core::failure::Failure;
use tminus_core::grammar::plan;
use tminus_core::names::{ActionId, ArtifactName, EnvName, OrderId, Version};
use tminus_core::order::{Delivered, Observation, Order, Progress, Receipt, Task};
use tminus_core::plan::Plan;
use tminus_core::ports::Target;
use tminus_core::time::Span;
use tminus_rehearsal::{Rehearsal, Scenario, TimeKind};
use tokio::sync::mpsc;

const PLAN: &str = include_str!("../assets/plans/rehearsal.toml");

fn the_plan() -> Plan {
    plan::read(Path::new("tminus.toml"), PLAN).unwrap().plan
}

fn version(text: &str) -> Version {
    Version::parse(text).unwrap()
}

/// A rehearsal in virtual time, in a folder of its own.
struct Played {
    folder: TempDir,
    scenario: Scenario,
    world: Rehearsal,
    _slot: Slot,
}

impl Played {
    fn new(scenario: &str) -> Self {
        Self::of(Scenario::named(scenario).unwrap())
    }

    fn of(scenario: Scenario) -> Self {
        let (folder, _slot) = (tempfile::tempdir().unwrap(), take(Scarce::Processor));
        let world = Rehearsal::open(folder.path(), &the_plan(), &scenario, TimeKind::Virtual).unwrap();
        Self { folder, scenario, world, _slot }
    }

    /// Forgets everything but the folder, as a process that is killed does.
    fn reopen(&mut self) {
        self.world = self.again();
    }

    /// Opens the world once more, as the next process does.
    fn again(&self) -> Rehearsal {
        Rehearsal::open(self.folder.path(), &the_plan(), &self.scenario, TimeKind::Virtual).unwrap()
    }

    fn target(&self, env: &str) -> Arc<dyn Target> {
        let mobile = matches!(env, "testflight" | "app-store");
        let artifact = if mobile { "mobile" } else { "backend" };
        self.world.targets[&(EnvName::new(env), ArtifactName::new(artifact))].clone()
    }

    async fn observe(&self, env: &str) -> Observation {
        self.target(env).observe().await.unwrap()
    }

    /// Makes an order of what readiness says, as the engine does.
    async fn order(&self, env: &str, to: &str, id: &str) -> Order {
        let target = self.target(env);
        let artifact = ArtifactName::new(if matches!(env, "testflight" | "app-store") { "mobile" } else { "backend" });
        let seen = target.observe().await.unwrap();
        let from = seen.version.map(|version| Delivered { version, digest: seen.digest });
        let digest = target.readiness(&version(to)).await.unwrap().digest;
        let to = Delivered { version: version(to), digest };
        let task = match id.starts_with("back") {
            true => Task::Restore { artifact, from, to },
            false => Task::Deliver { artifact, from, to },
        };
        Order {
            id: OrderId::new(id),
            action: ActionId::new(format!("{id}-action")),
            env: Some(EnvName::new(env)),
            task,
        }
    }

    async fn bring(&self, env: &str, to: &str, id: &str) -> (Result<Receipt, Failure>, Vec<Progress<String>>) {
        let target = self.target(env);
        let order = self.order(env, to, id).await;
        let ticket = match target.begin(&order).await {
            Ok(ticket) => ticket,
            Err(failure) => return (Err(failure), Vec::new()),
        };
        let (sender, mut inbox) = mpsc::channel(1_000);
        let receipt = target.follow(&ticket, sender).await;
        let mut progress = Vec::new();
        while let Ok(one) = inbox.try_recv() {
            progress.push(one);
        }
        (receipt, progress)
    }

    /// Pulls the image of a version, and does nothing else.
    async fn pull(&self, env: &str, to: &str, id: &str) -> Result<Receipt, Failure> {
        let (target, order) = (self.target(env), self.order(env, to, id).await);
        let Task::Deliver { artifact, to, .. } = order.task else { panic!("it is a delivery") };
        let ticket = target.begin(&Order { task: Task::Provide { artifact, to }, ..order }).await?;
        target.follow(&ticket, mpsc::channel(1_000).0).await
    }

    fn pass(&self, time: &str) {
        self.world.advance(Span::parse(time).unwrap()).unwrap();
    }

    fn now(&self) -> Timestamp {
        self.world.now()
    }
}
