//! Orders in flight: their commands are started one after another, recorded before and after, and can be stopped.

use super::order_runner::OrderRunner;
use super::record::{CommandEnd, CommandOrderRecord, OrderState};
use crate::order_store::{OrderStore, RecordedOrder};
use crate::patience::Patience;
use crate::process::{FileWatch, GRACE, Group, MemoryOutput, Program, from_root};
use crate::secrets::Secrets;
use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tminus_core::names::OrderId;
use tminus_core::notation::counted;
use tminus_core::order::{Call, Delivered, Order, Progress, Receipt, Ticket};
use tminus_core::plan::EnvValue;
use tminus_core::ports::{FailureKind, PortError, ProgressSender};
use tokio::sync::{Notify, oneshot, watch};
use tokio::task::JoinHandle;

/// How often an orphan and the output of a command are looked at.
const PAUSE: Duration = Duration::from_millis(100);

/// Where the plan's commands run, and what is known of those that were begun. Cheap to clone.
#[derive(Clone)]
pub struct Commands {
    pub(super) root: PathBuf,
    pub(super) secrets: Arc<Secrets>,
    pub(super) patience: Patience,
    book: OrderStore,
    flights: Arc<OrdersInFlight>,
}

/// What an order comes down to.
pub(crate) struct Job {
    pub(crate) calls: Vec<Call>,
    pub(crate) variables: Vec<(String, EnvValue)>,
    pub(crate) delivered: Option<Delivered>,
    pub(crate) timeout: Duration,
}

struct InFlight {
    end: watch::Receiver<Option<CommandEnd>>,
    /// What was printed, until somebody has read it to its end.
    output: Option<Arc<MemoryOutput>>,
    stop: Arc<Notify>,
    task: JoinHandle<()>,
}

/// The flights of this tminus. Dropped, it lets go of them, as a crash does: their commands go on.
#[derive(Default)]
struct OrdersInFlight {
    known: Mutex<HashMap<OrderId, InFlight>>,
}

impl Drop for OrdersInFlight {
    fn drop(&mut self) {
        let flights = self.known.get_mut().unwrap_or_else(PoisonError::into_inner);
        flights.values().for_each(|flight| flight.task.abort());
    }
}

impl Commands {
    /// Makes it for the repository that `secrets` belongs to; `state` is a folder of the project's state.
    pub fn new(state: impl Into<PathBuf>, secrets: Arc<Secrets>) -> Self {
        let patience = Patience::default();
        Self {
            root: secrets.root().to_owned(),
            secrets,
            patience,
            book: OrderStore::new(state),
            flights: Arc::default(),
        }
    }

    /// Gives every look by a command so long.
    #[must_use]
    pub fn patient(self, patience: Patience) -> Self {
        Self { patience, ..self }
    }

    /// Starts the first call of an order, and returns as soon as that is recorded; the others follow by themselves.
    ///
    /// An order that was begun before is refused, whatever came of it.
    pub(crate) async fn begin(&self, order: &Order, job: Job) -> Result<Ticket, PortError> {
        self.secrets.allow_run("nothing was run").await?;
        let withheld = self.secrets.withheld().await;
        let mut programs = Vec::new();
        for call in &job.calls {
            programs.push(self.program(order, call, &job).await?);
        }
        self.book.forget_outputs();
        let output = MemoryOutput::new()
            .map(Arc::new)
            .map_err(PortError::by(FailureKind::Rejected, "there is no memory for its output"))?;
        let record = CommandOrderRecord {
            order: order.id.clone(),
            calls: programs.len(),
            delivered: job.delivered,
            state: OrderState::Starting(0),
        };
        self.book.begin(&order.id, record.clone()).await?;
        let (tell, end) = watch::channel(None);
        let (started, is_started) = oneshot::channel();
        let stop = Arc::new(Notify::new());
        let pilot = OrderRunner {
            book: self.book.clone(),
            record: record.clone(),
            stop: stop.clone(),
            secrets: self.secrets.clone(),
            output: output.clone(),
            withheld,
        };
        let task = tokio::spawn(async move {
            let _nobody_follows = tell.send(Some(pilot.run(programs, job.timeout, started).await));
        });
        self.remember(order.id.clone(), InFlight { end, output: Some(output), stop, task });
        match is_started.await {
            Ok(started) => started.map(|()| ticket(&record)),
            Err(_gone) => Err(PortError::new(FailureKind::Rejected, format!("{} did not start", order.id))),
        }
    }

    /// Follows an order to its end; the lines of its output go to `progress`.
    pub(crate) async fn follow(&self, ticket: &Ticket, progress: ProgressSender) -> Result<Receipt, PortError> {
        let held = self.output(&ticket.order).await;
        let mut printed = held.clone();
        if printed.is_some()
            && let Some(why) = self.secrets.withheld().await
        {
            drop(progress.try_send(Progress::Line(why)));
            printed = None;
        } else if printed.is_none() && self.flight(&ticket.order).is_none() {
            let says = "what it printed was kept in memory only, and is gone";
            drop(progress.try_send(Progress::Line(says.to_owned())));
        }
        let mut output = FileWatch::new(printed, progress);
        if let Some(mut end) = self.flight(&ticket.order) {
            while end.borrow_and_update().is_none() {
                let look = tokio::time::timeout(PAUSE, end.changed()).await;
                output.look();
                if matches!(look, Ok(Err(_))) {
                    break;
                }
            }
        }
        let mut record: CommandOrderRecord = self.book.begun(&ticket.order).await?;
        while let OrderState::Running(_, process) = &record.state
            && process.is_running()
        {
            tokio::time::sleep(PAUSE).await;
            output.look();
            // Nobody else bounds what an earlier tminus began. Only a program that sealed its output keeps it from that.
            let _is_bounded = held.as_ref().is_none_or(|held| held.stay_in_bounds());
        }
        record = self.book.read(&ticket.order).await?.unwrap_or(record);
        output.finish().await;
        self.read_to_end(&ticket.order);
        match record.state {
            OrderState::Done => Ok(receipt(&record)),
            OrderState::Failed(failure) => Err(failure),
            OrderState::Running(call, _) | OrderState::Starting(call) => {
                Err(cannot_tell(&ticket.order, call, record.calls))
            }
        }
    }

    /// Finds what is known of an order; an error where nobody can tell what came of it.
    pub(crate) async fn find(&self, order: &OrderId) -> Result<Option<Ticket>, PortError> {
        let Some(record) = self.book.read::<CommandOrderRecord>(order).await? else {
            return Ok(None);
        };
        let is_known = match &record.state {
            OrderState::Done | OrderState::Failed(_) => true,
            OrderState::Running(_, process) => process.is_running() || self.flight(order).is_some(),
            OrderState::Starting(_) => self.flight(order).is_some(),
        };
        match record.state {
            OrderState::Running(call, _) | OrderState::Starting(call) if !is_known => {
                Err(cannot_tell(order, call, record.calls))
            }
            OrderState::Running(..) | OrderState::Starting(_) | OrderState::Done | OrderState::Failed(_) => {
                Ok(Some(ticket(&record)))
            }
        }
    }

    /// Asks the command that runs to end, and makes it after a grace.
    pub(crate) async fn cancel(&self, ticket: &Ticket) -> Result<(), PortError> {
        if let Some(stop) = self.stop(&ticket.order) {
            stop.notify_one();
            return Ok(());
        }
        let Some(CommandOrderRecord { state: OrderState::Running(_, process), .. }) =
            self.book.read(&ticket.order).await?
        else {
            return Ok(());
        };
        let Some(group) = Group::of(process.pid).filter(|_| process.is_running()) else {
            return Ok(());
        };
        group.ask_to_end();
        let ended = async {
            while process.is_running() {
                tokio::time::sleep(PAUSE).await;
            }
        };
        if tokio::time::timeout(GRACE, ended).await.is_err() && process.is_running() {
            group.end();
        }
        Ok(())
    }

    async fn program(&self, order: &Order, call: &Call, job: &Job) -> Result<Program, PortError> {
        let Call::Process { words, dir } = call else {
            return Err(PortError::new(FailureKind::Malformed, "a command cannot make a request"));
        };
        let program = Program::new(words.clone(), from_root(&self.root, dir.as_deref())?)
            .variable("TMINUS_ACTION", order.action.as_str())
            .variable("TMINUS_ORDER", order.id.as_str())
            .variable("TMINUS_ENV", order.env.as_ref().map_or("", |env| env.as_str()));
        self.secrets.equip(program, &job.variables, &BTreeMap::new()).await
    }

    fn remember(&self, order: OrderId, flight: InFlight) {
        let mut flights = self.flights.known.lock().unwrap_or_else(PoisonError::into_inner);
        // What nobody has followed to its end is kept: nothing else has what it printed.
        flights.retain(|_, flight| !flight.task.is_finished() || flight.output.is_some());
        flights.insert(order, flight);
    }

    fn flight(&self, order: &OrderId) -> Option<watch::Receiver<Option<CommandEnd>>> {
        let flights = self.flights.known.lock().unwrap_or_else(PoisonError::into_inner);
        flights.get(order).map(|flight| flight.end.clone())
    }

    /// Returns what an order prints: its own flight's, else what its program holds that an earlier tminus began.
    async fn output(&self, order: &OrderId) -> Option<Arc<MemoryOutput>> {
        if let Some(flight) = self.flights.known.lock().unwrap_or_else(PoisonError::into_inner).get(order) {
            return flight.output.clone();
        }
        let record = self.book.read::<CommandOrderRecord>(order).await.ok()??;
        match record.state {
            OrderState::Running(_, process) if process.is_running() => {
                MemoryOutput::of_process(process.pid).map(Arc::new)
            }
            OrderState::Running(..) | OrderState::Starting(_) | OrderState::Done | OrderState::Failed(_) => None,
        }
    }

    fn read_to_end(&self, order: &OrderId) {
        let mut flights = self.flights.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(flight) = flights.get_mut(order) {
            flight.output = None;
        }
    }

    fn stop(&self, order: &OrderId) -> Option<Arc<Notify>> {
        let flights = self.flights.known.lock().unwrap_or_else(PoisonError::into_inner);
        flights.get(order).map(|flight| flight.stop.clone())
    }
}

/// Reads how far an order has come that was begun here; `None` where there is no record of it.
pub async fn recorded(book: &OrderStore, order: &OrderId) -> Result<Option<RecordedOrder>, PortError> {
    Ok(book.read::<CommandOrderRecord>(order).await?.map(|record| match record.state {
        OrderState::Done => RecordedOrder::Done(receipt(&record)),
        OrderState::Failed(_) => RecordedOrder::Failed,
        OrderState::Starting(_) | OrderState::Running(..) => RecordedOrder::Open,
    }))
}

/// Everything that is needed after a restart is in the book; the ticket only leads there.
fn ticket(record: &CommandOrderRecord) -> Ticket {
    Ticket { order: record.order.clone(), reference: serde_json::json!({ "calls": record.calls }) }
}

fn receipt(record: &CommandOrderRecord) -> Receipt {
    let count = counted(record.calls as u64, "command");
    Receipt {
        order: record.order.clone(),
        delivered: record.delivered.clone(),
        summary: format!("{count} succeeded"),
        left: None,
    }
}

fn cannot_tell(order: &OrderId, call: usize, calls: usize) -> PortError {
    let summary = format!("tminus was interrupted at command {} of {calls} of {order}", call + 1);
    PortError::new(FailureKind::Unclear, summary)
        .because("whether it did its work is unknown: look there, then say that it is done, or begin it again")
}
