//! Where the plan's commands would run: played, so that a rehearsal of a user's own plan starts no process.

use super::follow::follow;
use super::orders::{begin_once, cancel, find};
use super::script::Itinerary;
use super::shared::SharedWorld;
use async_trait::async_trait;
use tminus_core::failure::{Failure, FailureKind};
use tminus_core::names::{OrderId, Version};
use tminus_core::order::{Call, Health, Observation, Order, Readiness, Receipt, Task, Ticket};
use tminus_core::ports::{ProgressSender, Target};

/// Plays the plan's commands.
pub(crate) struct PlayedRunner(pub SharedWorld);

impl PlayedRunner {
    fn itinerary(&self) -> Itinerary {
        Itinerary::of_command(self.0.time(), self.0.scenario().pace)
    }
}

#[async_trait]
impl Target for PlayedRunner {
    async fn observe(&self) -> Result<Observation, Failure> {
        let words = Some("commands are played, not run".to_owned());
        Ok(Observation { words, ..Observation::of(Health::Healthy) })
    }

    async fn readiness(&self, version: &Version) -> Result<Readiness, Failure> {
        Ok(Readiness { takes: Some(self.itinerary().takes()), ..Readiness::of(version.clone()) })
    }

    fn calls(&self, order: &Order) -> Vec<Call> {
        order.task.command_calls()
    }

    async fn begin(&self, order: &Order) -> Result<Ticket, Failure> {
        let Task::Run { .. } = &order.task else {
            let says = format!("order {} is no command", order.id);
            return Err(Failure::new(FailureKind::Rejected, says));
        };
        begin_once(&self.0, order, self.calls(order), |_, _| Ok(self.itinerary()))
    }

    async fn follow(&self, ticket: &Ticket, progress: ProgressSender) -> Result<Receipt, Failure> {
        follow(&self.0, ticket, &progress, || async { Ok(()) }).await
    }

    async fn find(&self, order: &OrderId) -> Result<Option<Ticket>, Failure> {
        find(&self.0, order)
    }

    async fn cancel(&self, ticket: &Ticket) -> Result<(), Failure> {
        cancel(&self.0, ticket)
    }
}
