//! What the book of orders says of a command: how many calls, and how far it has come.

use super::identity::ProcessIdentity;
use serde::{Deserialize, Serialize};
use tminus_core::names::OrderId;
use tminus_core::order::Delivered;
use tminus_core::ports::PortError;

/// How an order of the plan's commands ended.
pub(super) type CommandEnd = Result<(), PortError>;

/// What is known of an order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct CommandOrderRecord {
    pub(super) order: OrderId,
    /// How many calls it is made of.
    pub(super) calls: usize,
    /// What shall be there afterwards, for a delivery.
    pub(super) delivered: Option<Delivered>,
    pub(super) state: OrderState,
}

/// How far an order has come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum OrderState {
    /// This call, counted from 0, is about to be started.
    Starting(usize),
    /// This call runs as this process.
    Running(usize, ProcessIdentity),
    /// Every call ended as it should.
    Done,
    /// It ended otherwise.
    Failed(PortError),
}
