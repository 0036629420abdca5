//! Builds in the rehearsal: every stage is played, and what comes out is what its places ask for.

use super::{Played, version};
use crate::contract::builder::{BuilderFixture, STAGES, a_builder_keeps_the_contract};
use async_trait::async_trait;
use std::sync::Arc;
use tminus_core::failure::FailureKind;
use tminus_core::names::{ActionId, ArtifactName, Commit, Digest, OrderId};
use tminus_core::order::{BuildStage, Order, Progress, Task};
use tminus_core::ports::Target;
use tminus_rehearsal::Scenario;
use tminus_rehearsal::scenario::BrokenBuild;
use tokio::sync::mpsc;

fn order(stage: BuildStage) -> Order {
    let (artifact, commit) = (ArtifactName::new("backend"), Commit::new("1".repeat(40)));
    Order {
        id: OrderId::new(format!("{stage:?}")),
        action: ActionId::new("build-1.0.0-1"),
        env: None,
        task: Task::Build { artifact, version: version("1.0.0"), commit, stage, args: Vec::new() },
    }
}

#[tokio::test]
async fn a_build_ends_with_the_digest_that_a_place_asks_for() {
    let played = Played::new("smooth");
    let builder = played.world.builders[&ArtifactName::new("backend")].clone();
    let mut last = None;
    for stage in STAGES {
        let (sender, mut progress) = mpsc::channel(256);
        let ticket = builder.begin(&order(stage)).await.unwrap();
        last = builder.follow(&ticket, sender).await.unwrap().delivered;
        assert!(matches!(progress.recv().await, Some(Progress::Line(_))), "{stage:?}");
    }
    let asked = played.target("staging").readiness(&version("1.0.0")).await.unwrap();
    assert_eq!(last.unwrap().digest, asked.digest);
    assert_eq!(asked.blockers, [""; 0]);
}

#[tokio::test]
async fn a_stage_that_the_scenario_breaks_fails_in_its_words() {
    let broken = Scenario::named("smooth").unwrap();
    let mut broken = broken;
    broken.builds = vec![BrokenBuild { stage: BuildStage::Push, says: "denied: quota exceeded".to_owned() }];
    let played = Played::of(broken);
    let builder = played.world.builders[&ArtifactName::new("backend")].clone();
    let ticket = builder.begin(&order(BuildStage::Push)).await.unwrap();
    let failure = builder.follow(&ticket, mpsc::channel(8).0).await.unwrap_err();
    assert_eq!((failure.kind, failure.summary.as_str()), (FailureKind::Rejected, "denied: quota exceeded"));
}

/// A world with a builder, and another one that breaks as its scenario says.
struct Rehearsed {
    good: Played,
    broken: Played,
}

#[async_trait]
impl BuilderFixture for Rehearsed {
    fn builder(&self) -> Arc<dyn Target> {
        self.good.again().builders[&ArtifactName::new("backend")].clone()
    }

    fn order(&self, stage: BuildStage, action: &str) -> Order {
        Order { id: OrderId::new(format!("{action}.{stage:?}")), action: ActionId::new(action), ..order(stage) }
    }

    fn broken(&self) -> (Arc<dyn Target>, Order) {
        (self.broken.world.builders[&ArtifactName::new("backend")].clone(), order(BuildStage::Build))
    }

    async fn made(&self) -> usize {
        self.good.again().world.snapshot().unwrap().orders.len()
    }

    async fn asked_for(&self) -> Option<Digest> {
        self.good.target("staging").readiness(&version("1.0.0")).await.unwrap().digest
    }
}

#[tokio::test]
async fn a_played_builder_keeps_the_contract() {
    let mut breaks = Scenario::named("smooth").unwrap();
    breaks.builds = vec![BrokenBuild { stage: BuildStage::Build, says: "COPY missing.txt: not found".to_owned() }];
    a_builder_keeps_the_contract(&Rehearsed { good: Played::new("smooth"), broken: Played::of(breaks) }).await;
}
