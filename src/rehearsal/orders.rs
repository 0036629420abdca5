//! Writing orders down, once each, and finding them again.

use super::shared::SharedWorld;
use super::words;
use super::world::{Begun, PlayedWorld};
use tminus_core::failure::{Failure, FailureKind};
use tminus_core::names::OrderId;
use tminus_core::order::Ticket;

/// Writes down an order that begins, once; who tries again is refused and counted.
pub(crate) fn begin_once(
    world: &SharedWorld,
    id: &OrderId,
    make: impl FnOnce(&PlayedWorld) -> Result<Begun, Failure>,
) -> Result<Ticket, Failure> {
    world.change(|state| {
        if state.order(id).is_some() {
            sought(state, id)?.times_begun += 1;
            return Ok(Err(words::begun_before(id)));
        }
        let begun = make(state)?;
        state.orders.push(begun);
        Ok(Ok(ticket(id)))
    })?
}

/// Finds an order to change it.
pub(crate) fn sought<'w>(world: &'w mut PlayedWorld, id: &OrderId) -> Result<&'w mut Begun, Failure> {
    let unknown = || Failure::new(FailureKind::NotFound, format!("the rehearsal knows no order {id}"));
    world.orders.iter_mut().find(|begun| &begun.order.id == id).ok_or_else(unknown)
}

pub(crate) fn ticket(id: &OrderId) -> Ticket {
    Ticket { order: id.clone(), reference: serde_json::json!({ "rehearsal": id }) }
}
