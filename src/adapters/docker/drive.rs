//! Orders that are driven while they are followed: each looks at what is there before it acts, so that it can be
//! interrupted anywhere, by a crash, a daemon that restarts or a person, and be driven on from what it finds.

use crate::adapters::book::Book;
use crate::domain::names::OrderId;
use crate::domain::order::{Order, Progress, Receipt, Ticket};
use crate::ports::{FailureKind, PortError, ProgressSender};
use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Mutex as Turn, watch};
use tokio::time::Instant;

/// How long to wait before an engine that is gone is tried again.
const AGAIN: Duration = Duration::from_millis(500);

/// The work of an order. It may be called again after any interruption, and looks before it acts.
#[async_trait]
pub(super) trait Drive: Send + Sync {
    /// Drives an order to its end from whatever is there. An engine that does not answer is
    /// [`FailureKind::Unreachable`]: then it is driven again when the engine is back, until its time is over.
    async fn drive(&self, order: &Order, progress: &ProgressSender) -> Result<Receipt, PortError>;

    /// Takes back what is half done after a stop or a failure, so that what ran before serves.
    async fn tidy(&self, order: &Order) -> Result<(), PortError>;

    /// Returns how long an order may take.
    fn limit(&self) -> Duration;
}

/// What the book says of an order.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Record {
    order: Order,
    end: Option<Result<Receipt, PortError>>,
    /// Whether somebody asked it to stop.
    is_stopped: bool,
}

/// The orders that were begun, by their book. Cheap to clone.
#[derive(Clone)]
pub struct Flights {
    book: Book,
    known: Arc<Mutex<HashMap<OrderId, Flight>>>,
    turn: Arc<Turn<()>>,
}

#[derive(Clone)]
struct Flight {
    stop: watch::Sender<bool>,
    /// Held by whoever drives it.
    turn: Arc<Turn<()>>,
}

impl Flights {
    /// Makes them for a folder of the project's state.
    pub fn new(state: impl Into<PathBuf>) -> Self {
        Self { book: Book::new(state), known: Arc::default(), turn: Arc::default() }
    }

    /// Records an order, and nothing else: it is driven by whoever follows it.
    ///
    /// # Errors
    /// [`FailureKind::Conflict`] when it was begun before, whatever came of it.
    pub(super) async fn begin(&self, order: &Order) -> Result<Ticket, PortError> {
        let _turn = self.turn.lock().await;
        if self.book.read::<Record>(&order.id).await?.is_some() {
            let summary = format!("{} was begun before, and is not begun twice", order.id);
            return Err(PortError::new(FailureKind::Conflict, summary));
        }
        self.book.write(&order.id, Record { order: order.clone(), end: None, is_stopped: false }).await?;
        Ok(ticket(&order.id))
    }

    /// Drives an order to its end, or tells the end that it came to.
    pub(super) async fn follow(
        &self,
        ticket: &Ticket,
        progress: &ProgressSender,
        work: &dyn Drive,
    ) -> Result<Receipt, PortError> {
        let flight = self.flight(&ticket.order);
        let _turn = flight.turn.lock().await;
        let Some(record) = self.book.read::<Record>(&ticket.order).await? else {
            let summary = format!("there is no record of {}: it was begun somewhere else", ticket.order);
            return Err(PortError::new(FailureKind::Rejected, summary));
        };
        if let Some(end) = record.end {
            return end;
        }
        let mut stop = flight.stop.subscribe();
        let stopped = async {
            // The sender lives as long as the flight, which is held here.
            drop(stop.wait_for(|is_stopped| *is_stopped || record.is_stopped).await);
        };
        let end = tokio::select! {
            biased;
            () = stopped => Err(self.stop(&record.order, work).await),
            end = persist(&record.order, progress, work) => end,
        };
        self.ended(&record, end).await
    }

    /// Finds an order that was begun; `None` when it was not.
    pub(super) async fn find(&self, order: &OrderId) -> Result<Option<Ticket>, PortError> {
        Ok(self.book.read::<Record>(order).await?.map(|_| ticket(order)))
    }

    /// Returns an order as it was begun; `None` when it was not.
    pub(super) async fn order(&self, order: &OrderId) -> Result<Option<Order>, PortError> {
        Ok(self.book.read::<Record>(order).await?.map(|record| record.order))
    }

    /// Asks an order to stop: whoever follows it takes back what is half done.
    pub(super) async fn cancel(&self, ticket: &Ticket) -> Result<(), PortError> {
        let Some(record) = self.book.read::<Record>(&ticket.order).await? else {
            return Err(PortError::new(FailureKind::NotFound, format!("there is no record of {}", ticket.order)));
        };
        if record.end.is_none() {
            self.book.write(&ticket.order, Record { is_stopped: true, ..record }).await?;
            self.flight(&ticket.order).stop.send_replace(true);
        }
        Ok(())
    }

    async fn stop(&self, order: &Order, work: &dyn Drive) -> PortError {
        let cancelled = PortError::new(FailureKind::Cancelled, format!("{} was stopped", order.id));
        match work.tidy(order).await {
            Ok(()) => cancelled,
            Err(failure) => cancelled.because(failure.sentence()),
        }
    }

    /// An engine that is out of reach has not ended the order: it is followed again when it is back.
    async fn ended(&self, record: &Record, end: Result<Receipt, PortError>) -> Result<Receipt, PortError> {
        let is_open = matches!(&end, Err(failure) if failure.kind == FailureKind::Unreachable);
        if !is_open {
            let record = Record { end: Some(end.clone()), ..record.clone() };
            self.book.write(&record.order.id.clone(), record).await?;
        }
        end
    }

    fn flight(&self, order: &OrderId) -> Flight {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = || Flight { stop: watch::Sender::new(false), turn: Arc::default() };
        known.entry(order.clone()).or_insert_with(fresh).clone()
    }
}

/// Drives an order, and drives it on after each time that the engine was away.
async fn persist(order: &Order, progress: &ProgressSender, work: &dyn Drive) -> Result<Receipt, PortError> {
    let deadline = Instant::now() + work.limit();
    let mut was_told = false;
    loop {
        let driven = tokio::time::timeout_at(deadline, work.drive(order, progress)).await;
        let failure = match driven {
            Ok(Ok(receipt)) => return Ok(receipt),
            Ok(Err(failure)) => failure,
            Err(_elapsed) => {
                let summary = format!("it is not done after {}", crate::domain::time::brief(work.limit()));
                PortError::new(FailureKind::Timeout, summary)
            }
        };
        if failure.kind != FailureKind::Unreachable {
            return Err(settled(failure, work.tidy(order).await));
        }
        if Instant::now() + AGAIN >= deadline {
            return Err(failure);
        }
        if !std::mem::replace(&mut was_told, true) {
            drop(progress.try_send(Progress::Line(format!("{}; it is waited for", failure.sentence()))));
        }
        tokio::time::sleep(AGAIN).await;
    }
}

fn settled(failure: PortError, tidied: Result<(), PortError>) -> PortError {
    match tidied {
        Ok(()) => failure,
        Err(left) => failure.because(format!("and what is half done could not be taken back: {}", left.sentence())),
    }
}

fn ticket(order: &OrderId) -> Ticket {
    Ticket { order: order.clone(), reference: serde_json::Value::Null }
}
