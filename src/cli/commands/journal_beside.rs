//! What lies beside a journal: the records of the orders that it tells of. They are no entries of the chain, and an engine
//! that finds one gone could begin its order twice.

use crate::cli::client::{Project, ProjectKind};
use std::collections::{BTreeMap, BTreeSet};
use tminus_core::fact::{Fact, Record, StepFact};
use tminus_core::names::OrderId;
use tminus_core::order::Receipt;
use tminus_core::ports::PortError;
use tminus_services::order_store::{OrderStore, RecordedOrder};
use tminus_services::{command, docker, git};

/// The folders with records: of the plan's own commands, of deliveries to engines, of builds, of actions on the repository.
const FOLDERS: [&str; 4] = ["commands", "docker", "builds", "repository"];

/// What a journal says of orders.
#[derive(Default)]
struct ToldOrders {
    /// Those that may have been begun.
    started: BTreeSet<OrderId>,
    /// Those that were.
    begun: BTreeSet<OrderId>,
    done: BTreeMap<OrderId, Receipt>,
}

impl ToldOrders {
    fn of(records: &[Record]) -> Self {
        let mut told = Self::default();
        for record in records {
            let Fact::Step(step) = &record.fact else { continue };
            match step {
                StepFact::Started { order, .. } => told.started.extend([order.clone()]),
                StepFact::Ticketed { ticket, .. } => told.begun.extend([ticket.order.clone()]),
                StepFact::Succeeded { receipt: Some(receipt), .. } => {
                    told.done.insert(receipt.order.clone(), receipt.clone());
                }
                StepFact::Succeeded { receipt: None, .. } | StepFact::Failed { .. } | StepFact::Unclear { .. } => {}
                StepFact::Adopted { .. } | StepFact::Accepted { .. } => {}
            }
        }
        told
    }
}

/// The records beside a journal, as they were before it was read: an engine may begin an order meanwhile.
pub(super) struct Beside {
    books: [(&'static str, OrderStore); 4],
    orders: [Vec<Result<OrderId, String>>; 4],
}

impl Beside {
    /// Lists them. A rehearsal's orders are played, and have no records.
    pub(super) fn of(project: &Project) -> Option<Self> {
        if !matches!(project.kind, ProjectKind::Real) {
            return None;
        }
        let books = FOLDERS.map(|folder| (folder, OrderStore::new(project.paths.state().join(folder))));
        let orders = books.each_ref().map(|(_, book)| book.orders());
        Some(Self { books, orders })
    }
}

/// Says what the journal and the records beside it do not agree in.
pub(super) async fn doubt(Beside { books, orders }: Beside, records: &[Record]) -> Option<String> {
    let told = ToldOrders::of(records);
    let mut doubts = Vec::new();
    for order in &told.begun {
        doubts.extend(of_begun(order, told.done.get(order), &books).await);
    }
    for ((folder, _), orders) in books.iter().zip(orders) {
        doubts.extend(orders.into_iter().filter_map(|order| match order {
            Ok(order) if told.started.contains(&order) => None,
            Ok(order) => Some(format!(
                "{folder}/ beside it has a record of the order {order}, of which the journal knows nothing: its end was cut, it is \
                 an older copy, or another journal was here before"
            )),
            Err(why) => Some(format!("{folder}/{why}")),
        }));
    }
    let more = doubts.len().saturating_sub(1);
    let first = doubts.into_iter().next()?;
    Some(if more == 0 { first } else { format!("{first} (and {more} more)") })
}

/// Says what is wrong with the record of an order that was begun.
async fn of_begun(order: &OrderId, done: Option<&Receipt>, books: &[(&str, OrderStore); 4]) -> Option<String> {
    for (folder, book) in books {
        match recorded(folder, book, order).await {
            Ok(None) => {}
            Ok(Some(found)) => return differs(&found, done).then(|| {
                format!("{folder}/ beside it tells another end of the order {order} than the journal: its record was changed")
            }),
            Err(failure) => return Some(format!("{folder}/ beside it: {}", failure.sentence())),
        }
    }
    let folders = FOLDERS.map(|folder| format!("{folder}/")).join(", ");
    Some(format!(
        "the record of the order {order} is in none of {folders} beside it: it was removed, or they are older copies"
    ))
}

async fn recorded(folder: &str, book: &OrderStore, order: &OrderId) -> Result<Option<RecordedOrder>, PortError> {
    match folder {
        "commands" => command::recorded(book, order).await,
        "repository" => git::recorded(book, order).await,
        _ => docker::recorded(book, order).await,
    }
}

/// Says whether a record tells another end than the journal does.
fn differs(found: &RecordedOrder, done: Option<&Receipt>) -> bool {
    match (found, done) {
        (RecordedOrder::Done(found), Some(told)) => found.delivered != told.delivered,
        (RecordedOrder::Open | RecordedOrder::Failed, Some(_)) => true,
        // What a killed engine did not write down is found out by the next one.
        (RecordedOrder::Open | RecordedOrder::Done(_) | RecordedOrder::Failed, None) => false,
    }
}
