//! What every builder keeps: a target whose orders are the stages of one build, each standing on the one before.

use super::target::end;
use async_trait::async_trait;
use std::sync::Arc;
use tminus_core::names::{ActionId, ArtifactName, Digest, OrderId};
use tminus_core::order::{BuildStage, Call, Delivered, Order, Progress, Receipt, Task};
use tminus_core::ports::{FailureKind, Target};

/// The stages, in their order.
pub const STAGES: [BuildStage; 6] =
    [BuildStage::LogIn, BuildStage::Build, BuildStage::Inspect, BuildStage::Tag, BuildStage::Push, BuildStage::Compare];

/// A world with one artifact that can be built, and one whose build breaks.
#[async_trait]
pub trait BuilderFixture: Send + Sync {
    /// Returns the builder; each call one that knows nothing but what the world and the disk know, as after a restart.
    fn builder(&self) -> Arc<dyn Target>;

    /// Returns one stage of the artifact's build, as the order of an action.
    fn order(&self, stage: BuildStage, action: &str) -> Order;

    /// Returns a builder whose build breaks, with the order that does.
    fn broken(&self) -> (Arc<dyn Target>, Order);

    /// Returns how many orders the world was asked for what it does not do twice, or of how many requests it knows.
    async fn made(&self) -> usize;

    /// Returns what a place would ask for, when it is brought the version.
    async fn asked_for(&self) -> Option<Digest>;
}

/// Holds a builder to the whole contract.
pub async fn a_builder_keeps_the_contract(fixture: &dyn BuilderFixture) {
    the_stages_are_previewed_without_being_done(fixture).await;
    the_stages_end_with_what_a_place_asks_for(fixture).await;
    a_stage_is_never_begun_twice(fixture).await;
    a_stage_is_found_by_its_id_after_a_restart(fixture).await;
    a_build_that_breaks_says_why_and_goes_on_saying_it(fixture).await;
    a_build_is_stopped_and_stays_stopped(fixture).await;
    what_is_no_build_is_refused(fixture).await;
}

async fn the_stages_are_previewed_without_being_done(fixture: &dyn BuilderFixture) {
    let builder = fixture.builder();
    let before = fixture.made().await;
    let calls = |stage| builder.calls(&fixture.order(stage, "contract-good"));
    let previewed: Vec<Vec<Call>> = STAGES.into_iter().map(calls).collect();
    assert_eq!(previewed, STAGES.into_iter().map(calls).collect::<Vec<_>>(), "a preview is pure");
    let of = |stage: BuildStage| &previewed[STAGES.iter().position(|one| *one == stage).unwrap()];
    for changes in [BuildStage::Build, BuildStage::Tag, BuildStage::Push] {
        assert!(!of(changes).is_empty(), "{changes:?} changes something, and says nothing");
    }
    assert_eq!(fixture.made().await, before, "a preview reached the world");
}

async fn the_stages_end_with_what_a_place_asks_for(fixture: &dyn BuilderFixture) {
    let mut receipts: Vec<Receipt> = Vec::new();
    for stage in STAGES {
        let (builder, order) = (fixture.builder(), fixture.order(stage, "contract-good"));
        assert_eq!(builder.find(&order.id).await, Ok(None), "{stage:?} was found before it was begun");
        let ticket = builder.begin(&order).await.unwrap();
        assert_eq!(ticket.order, order.id);
        let (receipt, progress) = end(&*builder, &ticket).await;
        let receipt = receipt.unwrap_or_else(|failure| panic!("{stage:?}: {failure:?}"));
        assert!(receipt.order == order.id && !receipt.summary.is_empty(), "{stage:?}: {receipt:?}");
        let share = |one: &Progress<String>| matches!(one, Progress::Share { done, total, .. } if done > total);
        assert!(!progress.iter().any(share), "{stage:?}: more than everything: {progress:?}");
        receipts.push(receipt);
    }
    let (last, before) = receipts.split_last().unwrap();
    assert!(before.iter().all(|receipt| receipt.delivered.is_none()), "only the last has the registry's word");
    let delivered = last.delivered.clone().expect("a build ends with something to deliver");
    let Task::Build { version, .. } = fixture.order(BuildStage::Compare, "contract-good").task else { panic!() };
    assert_eq!(delivered.version, version);
    assert!(delivered.digest.is_some() && delivered.digest == fixture.asked_for().await, "{delivered:?}");
    let ready = fixture.builder().readiness(&version).await.unwrap();
    assert!(ready.is_ready() && ready.digest == delivered.digest, "{ready:?}");
}

async fn a_stage_is_never_begun_twice(fixture: &dyn BuilderFixture) {
    let made = fixture.made().await;
    for stage in STAGES {
        let failure = fixture.builder().begin(&fixture.order(stage, "contract-good")).await.unwrap_err();
        assert_eq!(failure.kind, FailureKind::Conflict, "{stage:?}: {failure:?}");
    }
    assert_eq!(fixture.made().await, made, "something was done again");
}

async fn a_stage_is_found_by_its_id_after_a_restart(fixture: &dyn BuilderFixture) {
    for stage in STAGES {
        let (builder, made) = (fixture.builder(), fixture.made().await);
        let id = fixture.order(stage, "contract-good").id;
        let ticket = builder.find(&id).await.unwrap().expect("it was begun");
        let receipt = end(&*builder, &ticket).await.0.unwrap();
        assert_eq!(receipt.order, id);
        assert_eq!(end(&*builder, &ticket).await.0, Ok(receipt), "{stage:?}: following again changes nothing");
        assert_eq!(fixture.made().await, made, "{stage:?} was done again");
    }
    assert_eq!(fixture.builder().find(&OrderId::new("contract-never")).await, Ok(None));
}

async fn a_build_that_breaks_says_why_and_goes_on_saying_it(fixture: &dyn BuilderFixture) {
    let (builder, order) = fixture.broken();
    let ticket = builder.begin(&order).await.unwrap();
    let failure = end(&*builder, &ticket).await.0.unwrap_err();
    let is_end = matches!(failure.kind, FailureKind::Rejected | FailureKind::NotFound);
    assert!(is_end && !failure.summary.is_empty(), "{failure:?}");
    assert_eq!(end(&*builder, &ticket).await.0, Err(failure), "it broke, and that is its end");
}

async fn a_build_is_stopped_and_stays_stopped(fixture: &dyn BuilderFixture) {
    let (builder, order) = (fixture.builder(), fixture.order(BuildStage::Build, "contract-stopped"));
    let ticket = builder.begin(&order).await.unwrap();
    builder.cancel(&ticket).await.unwrap();
    for builder in [builder, fixture.builder()] {
        let failure = end(&*builder, &ticket).await.0.unwrap_err();
        assert_eq!(failure.kind, FailureKind::Cancelled, "{failure:?}");
    }
}

async fn what_is_no_build_is_refused(fixture: &dyn BuilderFixture) {
    let Task::Build { version, .. } = fixture.order(BuildStage::Build, "contract-good").task else { panic!() };
    let to = Delivered { version, digest: None };
    let task = Task::Deliver { artifact: ArtifactName::new("backend"), from: None, to };
    let order = Order { id: OrderId::new("contract-other"), action: ActionId::new("contract-other"), env: None, task };
    assert_eq!(fixture.builder().calls(&order), [], "nothing is previewed of what is not done");
    assert_eq!(fixture.builder().begin(&order).await.unwrap_err().kind, FailureKind::Rejected);
    assert_eq!(fixture.builder().find(&order.id).await, Ok(None));
}
