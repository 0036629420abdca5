//! Extra steps: a command of the plan that belongs to a deploy.

use super::in_flight::{Commands, Job};
use async_trait::async_trait;
use tminus_core::names::{OrderId, Version};
use tminus_core::order::{Call, Health, Observation, Order, Readiness, Receipt, Task, Ticket};
use tminus_core::ports::{FailureKind, PortError, ProgressSender, Target};
use tminus_core::time::Span;

/// How long an extra step may take unless the plan says.
const USUAL: Span = Span::seconds(600);

/// The place where the plan's own commands run.
#[derive(Clone)]
pub struct CommandRunner {
    commands: Commands,
}

impl CommandRunner {
    /// Makes it of the place where commands run.
    pub const fn new(commands: Commands) -> Self {
        Self { commands }
    }
}

#[async_trait]
impl Target for CommandRunner {
    /// Nothing is delivered here, so there is nothing to see.
    async fn observe(&self) -> Result<Observation, PortError> {
        Ok(Observation::of(Health::Unknown))
    }

    async fn readiness(&self, version: &Version) -> Result<Readiness, PortError> {
        Ok(Readiness { blockers: vec!["commands deliver no version".to_owned()], ..Readiness::of(version.clone()) })
    }

    fn calls(&self, order: &Order) -> Vec<Call> {
        order.task.command_calls()
    }

    async fn begin(&self, order: &Order) -> Result<Ticket, PortError> {
        let Task::Run { env, timeout, .. } = &order.task else {
            return Err(PortError::new(FailureKind::Malformed, "only commands run here"));
        };
        let timeout = timeout.unwrap_or(USUAL).duration();
        self.commands
            .begin(order, Job { calls: self.calls(order), variables: env.clone(), delivered: None, timeout })
            .await
    }

    async fn follow(&self, ticket: &Ticket, progress: ProgressSender) -> Result<Receipt, PortError> {
        self.commands.follow(ticket, progress).await
    }

    async fn find(&self, order: &OrderId) -> Result<Option<Ticket>, PortError> {
        self.commands.find(order).await
    }

    async fn cancel(&self, ticket: &Ticket) -> Result<(), PortError> {
        self.commands.cancel(ticket).await
    }
}
