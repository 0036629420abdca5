//! A place where an artifact is delivered, or a command is run.

use super::{FailureKind, PortError};
use crate::names::{OrderId, Version};
use crate::order::{Call, Observation, Order, Progress, Readiness, Receipt, Ticket};
use crate::telemetry::Container;
use async_trait::async_trait;
use std::collections::BTreeSet;
use tokio::sync::{mpsc, watch};

/// Where a target tells how far it has come, in the world's own words: the engine makes them safe. Progress that nobody takes
/// in time is dropped, not waited for.
pub type ProgressSender = mpsc::Sender<Progress<String>>;

/// One artifact in one environment (or, for extra steps, the place where the plan's commands run).
///
/// An operation must be adoptable: killed after the ticket was recorded, it is followed again; killed between
/// `StepStarted` and the ticket, it is looked for by its order's id; never is it begun twice blindly.
/// `observe`, `readiness`, `follow` and `find` change nothing and may be called again at any time.
#[async_trait]
pub trait Target: Send + Sync {
    /// Returns what runs there now.
    async fn observe(&self) -> Result<Observation, PortError>;

    /// Returns whether a version can be brought here now, and what it is known by for good.
    async fn readiness(&self, version: &Version) -> Result<Readiness, PortError>;

    /// Returns the calls that `begin` will make for an order: these, in this order, and no others. Pure.
    fn calls(&self, order: &Order) -> Vec<Call>;

    /// Begins an order, and returns as soon as it can be followed.
    async fn begin(&self, order: &Order) -> Result<Ticket, PortError>;

    /// Follows an order to its end; an error is the order's own failure, in the service's words.
    async fn follow(&self, ticket: &Ticket, progress: ProgressSender) -> Result<Receipt, PortError>;

    /// Finds an order that may have been begun before a crash; `None` when the service knows nothing of it.
    ///
    /// A target that cannot know answers with [`super::FailureKind::Rejected`], and a person is asked.
    async fn find(&self, order: &OrderId) -> Result<Option<Ticket>, PortError>;

    /// Asks an order in flight to stop.
    async fn cancel(&self, ticket: &Ticket) -> Result<(), PortError>;

    /// Tells what happens there as it happens, until the receiver is gone: first how it is, then each change.
    ///
    /// `attention` names the containers that somebody looks at: only their load is measured. An error says that it
    /// cannot be watched, or not any more; [`super::FailureKind::Unavailable`] that it never can, and has to be asked.
    async fn watch(
        &self,
        attention: watch::Receiver<VisibleContainers>,
        sights: mpsc::Sender<TargetUpdate>,
    ) -> Result<(), PortError> {
        let _ = (attention, sights);
        Err(PortError::new(FailureKind::Unavailable, "it tells nothing by itself"))
    }
}

/// The names of the containers that are on a screen.
pub type VisibleContainers = BTreeSet<String>;

/// What a target tells by itself.
#[derive(Clone, Debug, PartialEq)]
pub enum TargetUpdate {
    /// What runs there changed, or is told for the first time.
    Seen(Observation),
    /// It answered, and nothing changed.
    Same,
    /// The containers as they are now, all of them.
    Containers(Vec<Container>),
}
