//! What a client holds of the engine: commands in, events out. A client in another process will hold the same.

use crate::domain::action::Request;
use crate::domain::command::{Command, Refusal, RefusalKind};
use crate::domain::fact::Who;
use crate::domain::names::{ActionId, Version};
use crate::domain::plan::Plan;
use crate::domain::release::Release;
use crate::domain::situation::Preview;
use crate::domain::telemetry::{Event, LogLine, Telemetry};
use crate::ports::{Attention, Clock};
use jiff::Timestamp;
use std::sync::Arc;
use tokio::sync::{broadcast, mpsc, oneshot};

/// A client's hold on the engine; cloned freely.
#[derive(Clone)]
pub struct EngineHandle {
    pub(super) calls: mpsc::Sender<Call>,
    pub(super) clock: Arc<dyn Clock>,
}

/// What the engine did about a command.
#[derive(Clone, Debug, PartialEq)]
pub enum Accepted {
    /// It is in the journal, up to this number.
    Recorded(u64),
    /// An action began; its facts tell the rest.
    Started(ActionId),
}

/// Everything at one moment: what a client begins with, and begins with again when it fell behind.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// The plan.
    pub plan: Arc<Plan>,
    /// What the journal says; `seq` tells up to where.
    pub release: Arc<Release>,
    /// The newest lines of the logs, oldest first.
    pub lines: Vec<LogLine>,
    /// The containers of each place, as last told.
    pub containers: Vec<Telemetry>,
}

/// What comes out of the stream of events.
#[derive(Clone, Debug)]
pub enum News {
    /// The next event.
    Event(Event),
    /// The client fell behind: everything as it is now, from which to go on.
    Resync(Snapshot),
}

/// The engine is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the engine has ended")]
pub struct Gone;

/// The events since a snapshot.
pub struct EventStream {
    pub(super) events: broadcast::Receiver<Event>,
    pub(super) handle: EngineHandle,
    /// The last fact that this client has seen: what a snapshot held already is not told again.
    pub(super) seen: u64,
}

#[expect(clippy::large_enum_variant, reason = "a call is moved once, from a client to the dispatcher")]
pub(super) enum Call {
    Command { who: Who, command: Command, reply: oneshot::Sender<Result<Accepted, Refusal>> },
    Preview { version: Version, request: Request, reply: oneshot::Sender<Result<Preview, Refusal>> },
    Attend { containers: Attention },
    Attach { reply: oneshot::Sender<(Snapshot, broadcast::Receiver<Event>)> },
}

impl EngineHandle {
    /// Asks the engine to do something. The answer comes when it is recorded, or refused.
    ///
    /// A deploy whose gate lacks checks that can be run runs them first; its answer comes after that.
    pub async fn command(&self, who: &Who, command: Command) -> Result<Accepted, Refusal> {
        let (reply, answer) = oneshot::channel();
        let call = Call::Command { who: who.clone(), command, reply };
        self.calls.send(call).await.map_err(|_| gone())?;
        answer.await.unwrap_or_else(|_| Err(gone()))
    }

    /// Asks what an action would do now. Targets are looked at first.
    pub async fn preview(&self, version: &Version, request: Request) -> Result<Preview, Refusal> {
        let (reply, answer) = oneshot::channel();
        let call = Call::Preview { version: version.clone(), request, reply };
        self.calls.send(call).await.map_err(|_| gone())?;
        answer.await.unwrap_or_else(|_| Err(gone()))
    }

    /// Says which containers somebody looks at now: only their load is measured. Lost when the engine is busy.
    pub fn attend(&self, containers: Attention) {
        drop(self.calls.try_send(Call::Attend { containers }));
    }

    /// Joins: everything as it is now, and the events from there on.
    pub async fn attach(&self) -> Result<(Snapshot, EventStream), Gone> {
        let (reply, answer) = oneshot::channel();
        self.calls.send(Call::Attach { reply }).await.map_err(|_| Gone)?;
        let (snapshot, events) = answer.await.map_err(|_| Gone)?;
        let seen = snapshot.release.seq;
        Ok((snapshot, EventStream { events, handle: self.clone(), seen }))
    }

    /// Returns the time by the engine's clock, which in a rehearsal is the world's.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

impl EventStream {
    /// Waits for the next event, or for a fresh snapshot when this client was too slow.
    pub async fn next(&mut self) -> Result<News, Gone> {
        loop {
            match self.events.recv().await {
                Ok(Event::Fact(record)) if record.seq <= self.seen => {}
                Ok(event) => {
                    if let Event::Fact(record) = &event {
                        self.seen = record.seq;
                    }
                    return Ok(News::Event(event));
                }
                Err(broadcast::error::RecvError::Lagged(_)) => {
                    let (snapshot, fresh) = self.handle.attach().await?;
                    *self = fresh;
                    return Ok(News::Resync(snapshot));
                }
                Err(broadcast::error::RecvError::Closed) => return Err(Gone),
            }
        }
    }
}

fn gone() -> Refusal {
    Refusal::new(RefusalKind::CannotTell, "the engine has ended; what was begun is in the journal")
}
