//! Orders that are driven while they are followed: each looks at what is there before it acts, so that it can be
//! interrupted anywhere, by a crash, a daemon that restarts or a person, and be driven on from what it finds.

use crate::order_store::{OrderStore, RecordedOrder};
use crate::secrets::Secrets;
use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tminus_core::names::OrderId;
use tminus_core::order::{Order, Progress, Receipt, Ticket};
use tminus_core::ports::{FailureKind, PortError, ProgressSender};
use tokio::sync::{Mutex as Turn, watch};
use tokio::time::Instant;

/// How long to wait before an engine that is gone is tried again.
const AGAIN: Duration = Duration::from_millis(500);

/// How causes begin that a container wrote, its log and its health checks.
const WRITTEN: [&str; 2] = ["log: ", "health check"];

/// For how long taking back is tried again while an engine is away or silent.
const TAKE_BACK: Duration = Duration::from_secs(120);

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
struct DockerOrderRecord {
    order: Order,
    end: Option<Result<Receipt, PortError>>,
    /// Whether somebody asked it to stop.
    is_stopped: bool,
}

/// The orders that were begun, by their book. Cheap to clone.
#[derive(Clone)]
pub struct DockerOrders {
    book: OrderStore,
    known: Arc<Mutex<HashMap<OrderId, RunningOrder>>>,
    /// What hides secrets in what a container wrote last.
    secrets: Option<Arc<Secrets>>,
}

#[derive(Clone)]
struct RunningOrder {
    stop: watch::Sender<bool>,
    /// Held by whoever drives it.
    turn: Arc<Turn<()>>,
}

impl DockerOrders {
    /// Makes them for a folder of the project's state.
    pub fn new(state: impl Into<PathBuf>) -> Self {
        Self { book: OrderStore::new(state), known: Arc::default(), secrets: None }
    }

    /// Hides secrets in why an order failed, before that is written down or told.
    #[must_use]
    pub fn hiding(self, secrets: Arc<Secrets>) -> Self {
        Self { secrets: Some(secrets), ..self }
    }

    /// Records an order, and nothing else: it is driven by whoever follows it.
    ///
    /// # Errors
    /// [`FailureKind::Conflict`] when it was begun before, whatever came of it.
    pub(super) async fn begin(&self, order: &Order) -> Result<Ticket, PortError> {
        self.book.begin(&order.id, DockerOrderRecord { order: order.clone(), end: None, is_stopped: false }).await?;
        Ok(ticket(&order.id))
    }

    /// Drives an order to its end, or tells the end that it came to.
    pub(super) async fn follow(
        &self,
        ticket: &Ticket,
        progress: &ProgressSender,
        work: &dyn Drive,
    ) -> Result<Receipt, PortError> {
        let running = self.running(&ticket.order);
        let _turn = running.turn.lock().await;
        let record: DockerOrderRecord = self.book.begun(&ticket.order).await?;
        if let Some(end) = record.end {
            return end;
        }
        let mut stop = running.stop.subscribe();
        let stopped = async {
            // The sender lives as long as the entry, which is held here.
            drop(stop.wait_for(|is_stopped| *is_stopped || record.is_stopped).await);
        };
        let end = tokio::select! {
            biased;
            () = stopped => Err(self.stop(&record.order, work).await),
            end = persist(&record.order, progress, work) => end,
        };
        let end = match end {
            Ok(receipt) => Ok(receipt),
            Err(failure) => Err(self.hidden(failure).await),
        };
        self.ended(&record, end).await
    }

    /// Finds an order that was begun; `None` when it was not.
    pub(super) async fn find(&self, order: &OrderId) -> Result<Option<Ticket>, PortError> {
        Ok(self.book.read::<DockerOrderRecord>(order).await?.map(|_| ticket(order)))
    }

    /// Returns an order as it was begun; `None` when it was not.
    pub(super) async fn order(&self, order: &OrderId) -> Result<Option<Order>, PortError> {
        Ok(self.book.read::<DockerOrderRecord>(order).await?.map(|record| record.order))
    }

    /// Asks an order to stop: whoever follows it takes back what is half done.
    pub(super) async fn cancel(&self, ticket: &Ticket) -> Result<(), PortError> {
        let record: DockerOrderRecord = self.book.begun(&ticket.order).await?;
        if record.end.is_none() {
            self.book.write(&ticket.order, DockerOrderRecord { is_stopped: true, ..record }).await?;
            self.running(&ticket.order).stop.send_replace(true);
        }
        Ok(())
    }

    /// Hides secrets in a failure; where one could not be read, what a container wrote is left out, and why.
    async fn hidden(&self, failure: PortError) -> PortError {
        let Some(secrets) = &self.secrets else { return failure };
        let PortError { kind, summary, mut causes } = failure;
        let written = |cause: &String| WRITTEN.iter().any(|head| cause.starts_with(head));
        let withheld = if causes.iter().any(written) { secrets.withheld().await } else { None };
        if let Some(why) = withheld {
            causes.retain(|cause| !written(cause));
            causes.push(why);
        }
        secrets.mask().failure(PortError { kind, summary, causes }).into_inner()
    }

    async fn stop(&self, order: &Order, work: &dyn Drive) -> PortError {
        settled(
            PortError::new(FailureKind::Cancelled, format!("{} was stopped", order.id)),
            take_back(order, work).await,
        )
    }

    /// What a person can mend has not ended the order: it is driven on when it is followed again.
    async fn ended(&self, record: &DockerOrderRecord, end: Result<Receipt, PortError>) -> Result<Receipt, PortError> {
        if !end.as_ref().is_err_and(is_open) {
            let record = DockerOrderRecord { end: Some(end.clone()), ..record.clone() };
            self.book.write(&record.order.id.clone(), record).await?;
        }
        end
    }

    fn running(&self, order: &OrderId) -> RunningOrder {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = || RunningOrder { stop: watch::Sender::new(false), turn: Arc::default() };
        known.entry(order.clone()).or_insert_with(fresh).clone()
    }
}

/// Reads how far an order has come that was begun here; `None` where there is no record of it.
pub async fn recorded(book: &OrderStore, order: &OrderId) -> Result<Option<RecordedOrder>, PortError> {
    Ok(book.read::<DockerOrderRecord>(order).await?.map(|record| match record.end {
        Some(Ok(receipt)) => RecordedOrder::Done(receipt),
        Some(Err(_)) => RecordedOrder::Failed,
        None => RecordedOrder::Open,
    }))
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
                let summary = format!("it is not done after {}", tminus_core::time::brief(work.limit()));
                PortError::new(FailureKind::Timeout, summary)
            }
        };
        if failure.kind != FailureKind::Unreachable {
            return Err(settled(failure, take_back(order, work).await));
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

/// Takes back what is half done; an engine that is away just now is waited for, because the old one may lie stopped.
async fn take_back(order: &Order, work: &dyn Drive) -> Result<(), PortError> {
    let deadline = Instant::now() + TAKE_BACK;
    loop {
        match work.tidy(order).await {
            Err(failure) if is_silent(&failure) && Instant::now() + AGAIN < deadline => {
                tokio::time::sleep(AGAIN).await;
            }
            taken => return taken,
        }
    }
}

/// An order that could not be taken back because the engine stayed away is not over: followed again, it is taken up.
fn settled(failure: PortError, tidied: Result<(), PortError>) -> PortError {
    match tidied {
        Ok(()) => failure,
        Err(left) => {
            let kind = if is_silent(&left) { FailureKind::Unreachable } else { failure.kind };
            let failure = PortError { kind, ..failure };
            let failure = failure.because(format!("and what is half done could not be taken back: {}", left.summary));
            left.causes.into_iter().fold(failure, PortError::because)
        }
    }
}

fn is_silent(failure: &PortError) -> bool {
    matches!(failure.kind, FailureKind::Unreachable | FailureKind::Timeout)
}

/// The same kinds as those whose orders are followed again when a person tries again.
fn is_open(failure: &PortError) -> bool {
    matches!(failure.kind, FailureKind::Unreachable | FailureKind::Unauthorized | FailureKind::RateLimited(_))
}

fn ticket(order: &OrderId) -> Ticket {
    Ticket { order: order.clone(), reference: serde_json::Value::Null }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use tminus_core::names::{ActionId, ArtifactName, Version};
    use tminus_core::order::{Delivered, Task};

    /// Fails as it is told, each once; the rest succeeds.
    #[derive(Default)]
    struct Scripted {
        drives: Mutex<Vec<FailureKind>>,
        tidies: Mutex<Vec<FailureKind>>,
        tidied: AtomicUsize,
    }

    fn next(from: &Mutex<Vec<FailureKind>>, what: &str) -> Result<(), PortError> {
        from.lock().unwrap().pop().map_or(Ok(()), |kind| Err(PortError::new(kind, what)))
    }

    #[async_trait]
    impl Drive for Scripted {
        async fn drive(&self, order: &Order, _: &ProgressSender) -> Result<Receipt, PortError> {
            next(&self.drives, "driven")?;
            Ok(Receipt { order: order.id.clone(), delivered: None, summary: "done".to_owned(), left: None })
        }

        async fn tidy(&self, _: &Order) -> Result<(), PortError> {
            next(&self.tidies, "tidied")?;
            self.tidied.fetch_add(1, Ordering::SeqCst);
            Ok(())
        }

        fn limit(&self) -> Duration {
            Duration::from_secs(600)
        }
    }

    fn order() -> Order {
        let to = Delivered { version: Version::parse("2.0.0").unwrap(), digest: None };
        let task = Task::Deliver { artifact: ArtifactName::new("api"), from: None, to };
        Order { id: OrderId::new("one.0.1"), action: ActionId::new("one"), env: None, task }
    }

    async fn followed(orders: &DockerOrders, work: &Scripted) -> Result<Receipt, PortError> {
        let (nobody, _) = tokio::sync::mpsc::channel(1);
        orders.follow(&ticket(&order().id), &nobody, work).await
    }

    #[tokio::test]
    async fn what_is_half_done_is_taken_back_also_when_the_engine_is_away_just_then() {
        let dir = tempfile::tempdir().unwrap();
        let orders = DockerOrders::new(dir.path());
        orders.begin(&order()).await.unwrap();
        let work = Scripted::default();
        work.drives.lock().unwrap().push(FailureKind::Rejected);
        work.tidies.lock().unwrap().extend([FailureKind::Timeout, FailureKind::Unreachable]);
        assert_eq!(followed(&orders, &work).await.unwrap_err().kind, FailureKind::Rejected);
        assert_eq!(work.tidied.load(Ordering::SeqCst), 1);
    }

    #[test]
    fn an_order_that_cannot_be_taken_back_stays_open() {
        let of = |kind| PortError::new(kind, "the engine");
        let silent = settled(of(FailureKind::Rejected), Err(of(FailureKind::Timeout)));
        assert!(is_open(&silent) && silent.sentence().contains("could not be taken back"), "{silent:?}");
        assert!(!is_open(&settled(of(FailureKind::Rejected), Err(of(FailureKind::Rejected)))));
    }

    #[tokio::test]
    async fn wrong_credentials_are_not_the_end_of_an_order() {
        let dir = tempfile::tempdir().unwrap();
        let orders = DockerOrders::new(dir.path());
        orders.begin(&order()).await.unwrap();
        let work = Scripted::default();
        work.drives.lock().unwrap().push(FailureKind::Unauthorized);
        assert_eq!(followed(&orders, &work).await.unwrap_err().kind, FailureKind::Unauthorized);
        assert_eq!(followed(&orders, &work).await.unwrap().summary, "done", "the same failure for ever");
        assert!(followed(&orders, &work).await.is_ok());
    }

    /// Fails with what a container wrote.
    struct Crashed;

    #[async_trait]
    impl Drive for Crashed {
        async fn drive(&self, _: &Order, _: &ProgressSender) -> Result<Receipt, PortError> {
            let failure = PortError::new(FailureKind::Rejected, "web did not stay up").because("Exited (1)");
            Err(failure.because("health check failed with 1: pin hunter2-is-it").because("log: pin hunter2-is-it"))
        }

        async fn tidy(&self, _: &Order) -> Result<(), PortError> {
            Ok(())
        }

        fn limit(&self) -> Duration {
            Duration::from_secs(600)
        }
    }

    #[tokio::test]
    async fn what_a_container_wrote_last_is_on_no_disk_in_clear_and_left_out_where_a_secret_could_not_be_read() {
        use crate::secrets::Permission;
        use tminus_core::mask::Mask;
        use tminus_core::plan::{CommandLine, Secret, Template};
        let secret =
            |word: &str| Secret::Command(CommandLine(vec![Template::new(word), Template::new("hunter2-is-it")]));
        for (program, says) in [
            ("echo", "web did not stay up: Exited (1): health check failed with 1: pin •••: log: pin •••"),
            ("false", "web did not stay up: Exited (1): its output is not shown, because the secret `false"),
        ] {
            let dir = tempfile::tempdir().unwrap();
            let secrets = Secrets::new(dir.path(), Permission::Trusted, Mask::new());
            secrets.to_know(vec![secret(program)], Vec::new()).await;
            let orders = DockerOrders::new(dir.path()).hiding(Arc::new(secrets));
            orders.begin(&order()).await.unwrap();
            let (nobody, _) = tokio::sync::mpsc::channel(1);
            let told = orders.follow(&ticket(&order().id), &nobody, &Crashed).await.unwrap_err().sentence();
            assert!(told.starts_with(says), "{told}");
            let record: Option<DockerOrderRecord> = orders.book.read(&order().id).await.unwrap();
            let end = record.unwrap().end.unwrap().unwrap_err().sentence();
            assert_eq!(end, told, "the record keeps the answer that the caller got");
        }
    }

    #[tokio::test]
    async fn a_failure_of_the_work_itself_is_its_end() {
        let dir = tempfile::tempdir().unwrap();
        let orders = DockerOrders::new(dir.path());
        orders.begin(&order()).await.unwrap();
        let work = Scripted::default();
        work.drives.lock().unwrap().push(FailureKind::Rejected);
        for _ in 0..2 {
            assert_eq!(followed(&orders, &work).await.unwrap_err().kind, FailureKind::Rejected);
        }
        assert_eq!(work.tidied.load(Ordering::SeqCst), 1);
    }
}
