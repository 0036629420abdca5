//! What an order moves. Pure.

use tminus_core::order::{Delivered, Order, Task};

/// Returns what an order moves: from, if anything is there, and to; `None` for one that delivers nothing.
pub(super) const fn moved(order: &Order) -> Option<(Option<&Delivered>, &Delivered)> {
    match &order.task {
        Task::Deliver { from, to, .. } | Task::Restore { from, to, .. } => Some((from.as_ref(), to)),
        Task::Provide { .. } | Task::Run { .. } | Task::Build { .. } => None,
    }
}
