//! Writing orders down, once each, and finding them again.

use super::script::Itinerary;
use super::shared::SharedWorld;
use super::words;
use super::world::{Begun, PlayedWorld};
use jiff::Timestamp;
use tminus_core::failure::{Failure, FailureKind};
use tminus_core::names::OrderId;
use tminus_core::order::{Call, Order, Task, Ticket};

/// Writes down an order that begins, once, with what happens then; who tries again is refused and counted.
pub(crate) fn begin_once(
    world: &SharedWorld,
    order: &Order,
    calls: Vec<Call>,
    happens: impl FnOnce(&PlayedWorld, Timestamp) -> Result<Itinerary, Failure>,
) -> Result<Ticket, Failure> {
    let now = world.now();
    world.change(|state| {
        if state.order(&order.id).is_some() {
            sought(state, &order.id)?.times_begun += 1;
            return Ok(Err(words::begun_before(&order.id)));
        }
        let artifact = match &order.task {
            Task::Provide { artifact, .. } | Task::Deliver { artifact, .. } | Task::Restore { artifact, .. } => {
                Some(artifact.clone())
            }
            Task::Run { .. } | Task::Build { .. } | Task::Act { .. } => None,
        };
        let (itinerary, order, time) = (happens(state, now)?, order.clone(), world.time());
        let id = order.id.clone();
        state.orders.push(Begun { order, artifact, calls, at: now, time, itinerary, cancelled: None, times_begun: 1 });
        Ok(Ok(ticket(&id)))
    })?
}

/// Finds an order to change it.
pub(crate) fn sought<'w>(world: &'w mut PlayedWorld, id: &OrderId) -> Result<&'w mut Begun, Failure> {
    let unknown = || Failure::new(FailureKind::NotFound, format!("the rehearsal knows no order {id}"));
    world.orders.iter_mut().find(|begun| &begun.order.id == id).ok_or_else(unknown)
}

/// Finds the ticket of an order, if it was begun.
pub(crate) fn find(world: &SharedWorld, id: &OrderId) -> Result<Option<Ticket>, Failure> {
    world.read(|state| state.order(id).map(|_| ticket(id)))
}

/// Stops an order that is not over.
pub(crate) fn cancel(world: &SharedWorld, ticket: &Ticket) -> Result<(), Failure> {
    let now = world.now();
    world.change(|state| {
        let begun = sought(state, &ticket.order)?;
        if !begun.is_over(now) {
            begun.cancelled = Some(now);
        }
        Ok(())
    })
}

pub(crate) fn ticket(id: &OrderId) -> Ticket {
    Ticket { order: id.clone(), reference: serde_json::json!({ "rehearsal": id }) }
}
