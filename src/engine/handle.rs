//! What a client holds of the engine: commands in, events out. A client in another process holds the same.

use super::event_bus::{PublishedEvent, StreamBreak, Subscription};
use super::guard::EnvironmentGuard;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tminus_core::action::Request;
use tminus_core::command::{Command, Refusal, RefusalKind};
use tminus_core::names::{ActionId, SeatId, Version};
use tminus_core::plan::Plan;
use tminus_core::ports::VisibleContainers;
use tminus_core::release::Release;
use tminus_core::situation::Preview;
use tminus_core::telemetry::{Event, LogLine, Telemetry};
use tminus_core::who::Who;
use tokio::sync::{OwnedSemaphorePermit, mpsc, oneshot};

/// A client's hold on the engine; cloned freely.
#[derive(Clone)]
pub struct EngineHandle {
    calls: mpsc::Sender<EngineCall>,
    now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    seat: Option<SeatId>,
    guard: Option<Arc<EnvironmentGuard>>,
}

/// What the engine did about a command.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Accepted {
    /// It is in the journal, up to this number.
    Recorded(u64),
    /// An action began; its facts tell the rest.
    Started(ActionId),
    /// The caller has a seat now.
    Seated(SeatId),
}

/// Everything at one moment: what a client begins with, and begins with again when it fell behind.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Snapshot {
    /// The plan.
    pub plan: Arc<Plan>,
    /// What the journal says; `seq` tells up to where.
    pub release: Arc<Release>,
    /// The newest lines of the logs, oldest first.
    pub lines: Vec<LogLine>,
    /// How many lines this engine has passed on so far, the last of `lines` among them: who fell behind counts what is missing.
    pub passed: u64,
    /// The containers of each place and the commits of each branch, as last told.
    pub newest: Vec<Telemetry>,
    /// Where everybody who sits there looks, as last told.
    pub present: Vec<Telemetry>,
    /// The logs that cannot be read now, as the clients heard it.
    pub lost_logs: Vec<Telemetry>,
    /// Why the journal cannot be written, if it cannot: the engine begins nothing more.
    pub lost: Option<String>,
}

/// What comes out of the stream of events.
#[derive(Clone, Debug)]
pub enum EngineNews {
    /// The next event.
    Event(Event),
    /// The client fell behind: everything as it is now, from which to go on.
    Resync(Snapshot),
}

/// The engine is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the engine has ended")]
pub struct EngineGone;

/// The events since a snapshot.
pub struct EventStream {
    source: EventSource,
    handle: EngineHandle,
    /// The last fact that this client has seen: what a snapshot held already is not told again.
    seen: u64,
}

enum EventSource {
    Here(Subscription),
    There(mpsc::Receiver<Arrived>),
}

/// An event from an engine in another process, and the room it occupies until it is taken.
pub struct Arrived {
    /// The event.
    pub event: Event,
    /// Its share of what may wait.
    pub room: OwnedSemaphorePermit,
}

/// What a client that joins is given.
pub struct Join {
    snapshot: Snapshot,
    source: EventSource,
}

/// What clients ask of a dispatcher, directly or through a connection to another process.
#[expect(clippy::large_enum_variant, reason = "a call is moved once, from a client to the dispatcher")]
pub enum EngineCall {
    /// Do this.
    Command {
        /// Who asks.
        who: Who,
        /// From which seat, where there are seats.
        seat: Option<SeatId>,
        /// What.
        command: Command,
        /// Where the answer goes.
        reply: oneshot::Sender<Result<Accepted, Refusal>>,
    },
    /// Say what this would do.
    Preview {
        /// The release.
        version: Version,
        /// What.
        request: Request,
        /// Where the answer goes.
        reply: oneshot::Sender<Result<Preview, Refusal>>,
    },
    /// These containers are on a screen.
    Attend {
        /// Which; all that this client looks at.
        containers: VisibleContainers,
    },
    /// This is where a seat looks.
    Look(Telemetry),
    /// Whether any client is connected from another process.
    Visited(bool),
    /// Begin nothing more, and say when nothing runs.
    Halt {
        /// Who asks.
        who: Who,
        /// From which seat, where there are seats.
        seat: Option<SeatId>,
        /// Where the answer goes.
        reply: oneshot::Sender<Result<(), Refusal>>,
    },
    /// Let me follow.
    Attach {
        /// Where the answer goes.
        reply: oneshot::Sender<Join>,
    },
}

impl Join {
    pub(super) const fn here(snapshot: Snapshot, events: Subscription) -> Self {
        Self { snapshot, source: EventSource::Here(events) }
    }

    /// Joins an engine in another process. Where the channel ends, the client joins again, or finds that the engine is gone.
    pub const fn there(snapshot: Snapshot, events: mpsc::Receiver<Arrived>) -> Self {
        Self { snapshot, source: EventSource::There(events) }
    }
}

impl EngineHandle {
    /// Makes a handle from the channel that takes its calls, and from the engine's clock.
    pub fn of(calls: mpsc::Sender<EngineCall>, now: Arc<dyn Fn() -> Timestamp + Send + Sync>) -> Self {
        Self { calls, now, seat: None, guard: None }
    }

    /// Returns the same hold, from a seat.
    #[must_use]
    pub fn seated(&self, seat: SeatId) -> Self {
        Self { seat: Some(seat), ..self.clone() }
    }

    /// Returns the same hold, from which nothing is begun in another environment than this client's.
    #[must_use]
    pub fn guarded(&self, guard: EnvironmentGuard) -> Self {
        Self { guard: Some(Arc::new(guard)), ..self.clone() }
    }

    /// Returns how the engine's environment differs from this client's, where it does.
    pub fn guard(&self) -> Option<&EnvironmentGuard> {
        self.guard.as_deref()
    }

    /// Says why no go is taken from what the engine sees, where it may look at another place than this client means.
    pub fn doubt(&self) -> Option<String> {
        self.guard().and_then(EnvironmentGuard::doubt)
    }

    /// Returns the seat that commands come from.
    pub const fn seat(&self) -> Option<&SeatId> {
        self.seat.as_ref()
    }

    /// Asks the engine to do something. The answer comes when it is recorded, or refused.
    ///
    /// A deploy whose gate lacks checks that can be run runs them first; its answer comes after that.
    pub async fn command(&self, who: &Who, command: Command) -> Result<Accepted, Refusal> {
        if let Some(refusal) = self.guard.as_ref().and_then(|guard| guard.refuses(&command)) {
            return Err(refusal);
        }
        let (reply, answer) = oneshot::channel();
        let call = EngineCall::Command { who: who.clone(), seat: self.seat.clone(), command, reply };
        self.calls.send(call).await.map_err(|_| gone())?;
        answer.await.unwrap_or_else(|_| Err(gone()))
    }

    /// Asks what an action would do now. Targets are looked at first.
    pub async fn preview(&self, version: &Version, request: Request) -> Result<Preview, Refusal> {
        if let Some(refusal) = self.guard.as_ref().and_then(|guard| guard.refuses_request(&request)) {
            return Err(refusal);
        }
        let (reply, answer) = oneshot::channel();
        let call = EngineCall::Preview { version: version.clone(), request, reply };
        self.calls.send(call).await.map_err(|_| gone())?;
        let mut preview = answer.await.unwrap_or_else(|_| Err(gone()))?;
        preview.warnings.extend(self.guard.as_ref().map(|guard| guard.says.clone()));
        Ok(preview)
    }

    /// Says which containers somebody looks at now: only their load is measured. False when the engine is too busy to hear it.
    pub fn attend(&self, containers: VisibleContainers) -> bool {
        !matches!(self.calls.try_send(EngineCall::Attend { containers }), Err(mpsc::error::TrySendError::Full(_)))
    }

    /// Says whether anybody is connected from another process.
    pub async fn visited(&self, is_visited: bool) {
        // An engine that has ended looks at nothing.
        drop(self.calls.send(EngineCall::Visited(is_visited)).await);
    }

    /// Says where this seat looks. Lost when the engine is busy.
    pub fn look(&self, present: Telemetry) {
        drop(self.calls.try_send(EngineCall::Look(present)));
    }

    /// Asks the engine to begin nothing more. The answer comes when nothing runs: what was begun then stands between two steps,
    /// and the next engine continues from there.
    pub async fn halt(&self, who: &Who) -> Result<(), Refusal> {
        let (reply, answer) = oneshot::channel();
        let call = EngineCall::Halt { who: who.clone(), seat: self.seat.clone(), reply };
        self.calls.send(call).await.map_err(|_| gone())?;
        answer.await.unwrap_or_else(|_| Err(gone()))
    }

    /// Joins: everything as it is now, and the events from there on.
    pub async fn attach(&self) -> Result<(Snapshot, EventStream), EngineGone> {
        let (reply, answer) = oneshot::channel();
        self.calls.send(EngineCall::Attach { reply }).await.map_err(|_| EngineGone)?;
        let Join { snapshot, source } = answer.await.map_err(|_| EngineGone)?;
        let seen = snapshot.release.seq;
        Ok((snapshot, EventStream { source, handle: self.clone(), seen }))
    }

    /// Returns the time by the engine's clock, which in a rehearsal is the world's.
    pub fn now(&self) -> Timestamp {
        (self.now)()
    }
}

impl EventStream {
    /// Waits for the next event, or for a fresh snapshot when this client was too slow.
    pub async fn next(&mut self) -> Result<EngineNews, EngineGone> {
        let told = match &mut self.source {
            EventSource::Here(_) => self.told().await.map(|told| told.event().clone()),
            EventSource::There(events) => loop {
                match events.recv().await {
                    Some(Arrived { event, .. }) if is_known(&event, &mut self.seen) => {}
                    Some(Arrived { event, .. }) => break Ok(event),
                    None => break Err(StreamBreak::Lagged),
                }
            },
        };
        match told {
            Ok(event) => Ok(EngineNews::Event(event)),
            Err(StreamBreak::Lagged) => {
                let (snapshot, fresh) = self.handle.attach().await?;
                *self = fresh;
                Ok(EngineNews::Resync(snapshot))
            }
            Err(StreamBreak::Gone) => Err(EngineGone),
        }
    }

    /// Waits for the next event of an engine in this process, as all its clients share it.
    pub async fn told(&mut self) -> Result<PublishedEvent, StreamBreak> {
        let EventSource::Here(events) = &mut self.source else { return Err(StreamBreak::Gone) };
        loop {
            let told = events.next().await?;
            if !is_known(told.event(), &mut self.seen) {
                return Ok(told);
            }
        }
    }
}

/// Says whether an event is a fact that the client has seen, and takes note of it otherwise.
fn is_known(event: &Event, seen: &mut u64) -> bool {
    let Event::Fact(record) = event else { return false };
    if record.seq <= *seen {
        return true;
    }
    *seen = record.seq;
    false
}

fn gone() -> Refusal {
    Refusal::new(RefusalKind::CannotTell, "the engine has ended; what was begun is in the journal")
}
