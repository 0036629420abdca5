//! The client's side of a connection: it carries calls to an engine in another process, and the answers back to their callers.

use super::attention::{BYTES, NAMES};
use super::wire::{self, About, Frame, Kind};
use crate::{Accepted, Arrived, EngineCall, Join, Snapshot};
use futures::StreamExt;
use std::collections::{BTreeSet, HashMap};
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tminus_core::command::{Refusal, RefusalKind};
use tminus_core::situation::Preview;
use tminus_core::who::Who;
use tokio::io::AsyncWriteExt;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::time::{Instant, sleep_until};
use tokio_util::bytes::BytesMut;
use tokio_util::codec::{FramedRead, LengthDelimitedCodec};

/// How many calls wait to be sent; then who calls waits.
const CALLS: usize = 256;
/// How many events a part of the client may be behind, and how many bytes; then it begins again with a snapshot.
const EVENTS: usize = 4_096;
const ROOM: usize = 8 << 20;

/// How long an engine may say nothing while somebody waits for an answer, and while somebody only follows; then it is asked
/// how it is. One that says nothing for so long after that is none.
const QUIET: Duration = Duration::from_secs(10);
const FOLLOWED: Duration = Duration::from_secs(60);
const SILENT: Duration = Duration::from_secs(20);

/// What only an engine in another process is asked, besides the calls that every engine takes.
pub(super) enum ConnectionCall {
    Halt(Who, oneshot::Sender<Result<(), Refusal>>),
    Inspect(oneshot::Sender<About>),
}

/// Who waits for an answer.
enum PendingReply {
    Command(oneshot::Sender<Result<Accepted, Refusal>>),
    Preview(oneshot::Sender<Result<Preview, Refusal>>),
    Join(oneshot::Sender<Join>),
    Halt(oneshot::Sender<Result<(), Refusal>>),
    Inspect(oneshot::Sender<About>),
    /// Nobody: any answer shows that the engine is there.
    Pulse,
}

impl PendingReply {
    /// Answers in the engine's place; who waits for something else finds that nothing comes.
    fn refuse(self, refusal: &Refusal) {
        match self {
            Self::Command(reply) => drop(reply.send(Err(refusal.clone()))),
            Self::Preview(reply) => drop(reply.send(Err(refusal.clone()))),
            Self::Halt(reply) => drop(reply.send(Err(refusal.clone()))),
            Self::Join(_) | Self::Inspect(_) | Self::Pulse => {}
        }
    }
}

pub(super) type FramedSocket = FramedRead<OwnedReadHalf, LengthDelimitedCodec>;
type Outgoing = ((Kind, u64), Vec<u8>);

/// The two ways to ask a client for something.
pub(super) type Ways = (mpsc::Sender<EngineCall>, mpsc::Sender<ConnectionCall>);

/// Carries over a connection that was greeted, on tasks of its own, which end with it or with the last who asks.
pub(super) fn carry(frames: FramedSocket, write: OwnedWriteHalf) -> Ways {
    let (calls, inbox) = mpsc::channel(CALLS);
    let (asks, questions) = mpsc::channel(8);
    let (out, outbox) = mpsc::channel(CALLS);
    tokio::spawn(write_out(write, outbox));
    let client = WireClient {
        calls: inbox,
        questions,
        out,
        waiting: HashMap::new(),
        following: HashMap::new(),
        ticket: 0,
        heard: Instant::now(),
        asked: None,
    };
    tokio::spawn(client.run(frames));
    (calls, asks)
}

struct WireClient {
    calls: mpsc::Receiver<EngineCall>,
    questions: mpsc::Receiver<ConnectionCall>,
    out: mpsc::Sender<Outgoing>,
    waiting: HashMap<u64, PendingReply>,
    following: HashMap<u64, Follower>,
    ticket: u64,
    /// When the engine was last heard, or last not listened for.
    heard: Instant,
    /// Since when it is asked how it is.
    asked: Option<Instant>,
}

/// A part of the client that follows, or followed until it was too slow, or gone.
enum Follower {
    Follows {
        events: mpsc::Sender<Arrived>,
        room: Arc<Semaphore>,
    },
    /// It stopped following, and the engine does not know yet.
    Leaves,
}

/// What is to be done next.
enum ClientStep {
    Call(Box<EngineCall>),
    Ask(ConnectionCall),
    Frame(Frame),
    /// The engine has said nothing for long.
    Quiet,
    End,
}

impl WireClient {
    /// Carries calls there and answers back, until the engine or the last holder of the handle has gone.
    async fn run(mut self, mut frames: FramedSocket) {
        loop {
            let next = self.next(&mut frames).await;
            let done = match next {
                ClientStep::Call(call) => self.call(*call),
                ClientStep::Ask(ask) => self.ask(ask),
                ClientStep::Frame(frame) => {
                    (self.heard, self.asked) = (Instant::now(), None);
                    self.hear(&frame)
                }
                ClientStep::Quiet => self.ask_how_it_is(),
                ClientStep::End => return,
            };
            // A peer that makes no sense is no engine: its callers hear that the engine is gone.
            if done.is_err() {
                return;
            }
        }
    }

    /// Returns when the engine will have said nothing for too long; nothing where nobody waits for it.
    fn quiet_at(&self) -> Option<Instant> {
        match (self.asked, self.waiting.is_empty(), self.following.is_empty()) {
            (Some(asked), _, _) => Some(asked + SILENT),
            (None, false, _) => Some(self.heard + QUIET),
            (None, true, false) => Some(self.heard + FOLLOWED),
            (None, true, true) => None,
        }
    }

    /// Asks an engine how it is that has said nothing for long; one that was asked already is taken for none.
    fn ask_how_it_is(&mut self) -> io::Result<()> {
        if self.asked.is_some() {
            let silent = self.heard.elapsed().as_secs();
            let says = format!(
                "the engine has said nothing for {silent} s: it hangs, or the machine does. What was begun is in the journal; \
                 `tminus engine inspect` says whether it answers"
            );
            for (_, waiting) in self.waiting.drain() {
                waiting.refuse(&Refusal::new(RefusalKind::CannotTell, says.clone()));
            }
            return Err(io::ErrorKind::TimedOut.into());
        }
        self.asked = Some(Instant::now());
        self.send(Kind::Inspect, &(), Some(PendingReply::Pulse))
    }

    /// Takes a call only while there is room to send it, and a frame whenever there is one.
    async fn next(&mut self, frames: &mut FramedSocket) -> ClientStep {
        let quiet_at = self.quiet_at();
        let quiet = async {
            match quiet_at {
                Some(at) => sleep_until(at).await,
                None => std::future::pending().await,
            }
        };
        let (out, calls, questions) = (&self.out, &mut self.calls, &mut self.questions);
        let asked = async {
            let Ok(_room) = out.reserve().await else { return ClientStep::End };
            tokio::select! {
                call = calls.recv() => call.map_or(ClientStep::End, |call| ClientStep::Call(Box::new(call))),
                Some(ask) = questions.recv() => ClientStep::Ask(ask),
            }
        };
        tokio::select! {
            asked = asked => asked,
            () = quiet => ClientStep::Quiet,
            frame = frames.next() => match frame {
                Some(Ok(bytes)) => Frame::of(bytes).map_or(ClientStep::End, ClientStep::Frame),
                Some(Err(_)) | None => ClientStep::End,
            },
        }
    }

    fn call(&mut self, call: EngineCall) -> io::Result<()> {
        match call {
            EngineCall::Command { who, command, reply, .. } => {
                self.send(Kind::Command, &(who, command), Some(PendingReply::Command(reply)))
            }
            EngineCall::Preview { version, request, reply } => {
                self.send(Kind::Preview, &(version, request), Some(PendingReply::Preview(reply)))
            }
            EngineCall::Attend { containers } => self.send(Kind::Attend, &seen(&containers), None),
            EngineCall::Look(present) => self.send(Kind::Look, &present, None),
            // The engine counts its connections at its own door.
            EngineCall::Visited(_) => Ok(()),
            EngineCall::Attach { reply } => {
                self.leave();
                self.send(Kind::Attach, &(), Some(PendingReply::Join(reply)))
            }
            EngineCall::Halt { who, reply, .. } => self.send(Kind::Halt, &who, Some(PendingReply::Halt(reply))),
        }
    }

    fn ask(&mut self, ask: ConnectionCall) -> io::Result<()> {
        match ask {
            ConnectionCall::Halt(who, reply) => self.send(Kind::Halt, &who, Some(PendingReply::Halt(reply))),
            ConnectionCall::Inspect(reply) => self.send(Kind::Inspect, &(), Some(PendingReply::Inspect(reply))),
        }
    }

    fn send(&mut self, kind: Kind, what: &impl serde::Serialize, waiting: Option<PendingReply>) -> io::Result<()> {
        self.ticket += 1;
        let text = wire::text(what)?;
        if text.len() > kind.longest() {
            // An engine would hang up on it.
            if let Some(waiting) = waiting {
                waiting.refuse(&Refusal::unknown(format!("that is longer than {} KiB", kind.longest() / 1024)));
            }
            return Ok(());
        }
        if let Some(waiting) = waiting {
            if self.waiting.is_empty() {
                // It is listened for from here on.
                self.heard = Instant::now();
            }
            self.waiting.insert(self.ticket, waiting);
        }
        self.out.try_send(((kind, self.ticket), text)).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }

    fn hear(&mut self, frame: &Frame) -> io::Result<()> {
        if frame.kind == Kind::News {
            return self.news(frame);
        }
        if frame.kind == Kind::Lagged {
            // The follower finds the end of its stream, and joins again.
            self.following.remove(&frame.ticket);
            self.waiting.remove(&frame.ticket);
            return Ok(());
        }
        // The caller may have gone; a send to a caller that has gone is no error.
        match (self.waiting.remove(&frame.ticket), frame.kind) {
            (Some(PendingReply::Command(reply)), Kind::Done) => drop(reply.send(frame.read()?)),
            (Some(PendingReply::Preview(reply)), Kind::Previewed) => drop(reply.send(frame.read()?)),
            (Some(PendingReply::Halt(reply)), Kind::Halted) => drop(reply.send(frame.read()?)),
            (Some(PendingReply::Pulse), Kind::About) => {}
            (Some(PendingReply::Inspect(reply)), Kind::About) => drop(reply.send(frame.read()?)),
            (Some(PendingReply::Join(reply)), Kind::Joined) => {
                let snapshot: Snapshot = frame.read()?;
                let (sender, events) = mpsc::channel(EVENTS);
                let room = Arc::new(Semaphore::new(ROOM));
                self.following.insert(frame.ticket, Follower::Follows { events: sender, room });
                drop(reply.send(Join::there(snapshot, events)));
            }
            (Some(_) | None, _) => return Err(io::ErrorKind::InvalidData.into()),
        }
        Ok(())
    }

    fn news(&mut self, frame: &Frame) -> io::Result<()> {
        if let Some(Follower::Follows { events, room }) = self.following.get(&frame.ticket) {
            // One that is longer than the room is alone in it.
            let share = u32::try_from(frame.size().min(ROOM)).unwrap_or(u32::MAX);
            let event = frame.read()?;
            let sent = room
                .clone()
                .try_acquire_many_owned(share)
                .is_ok_and(|room| events.try_send(Arrived { event, room }).is_ok());
            if !sent {
                // Gone or too slow: it stops following. One that is only slow finds the end of its stream and joins again.
                self.following.insert(frame.ticket, Follower::Leaves);
            }
        }
        self.leave();
        Ok(())
    }

    /// Tells the engine which followers have stopped, as far as there is room now; the next event or call tries again.
    /// The room for one frame is left: a call was taken because it is there.
    fn leave(&mut self) {
        let out = &self.out;
        self.following.retain(|ticket, follower| match follower {
            Follower::Follows { events, .. } if !events.is_closed() => true,
            Follower::Follows { .. } | Follower::Leaves => {
                out.capacity() < 2 || out.try_send(((Kind::Detach, *ticket), b"null".to_vec())).is_err()
            }
        });
    }
}

/// Returns as many of the containers on a screen as an engine measures for one client.
fn seen(containers: &BTreeSet<String>) -> Vec<&str> {
    let mut bytes = 0;
    let fits = |name: &&str| {
        bytes += name.len();
        bytes <= BYTES
    };
    containers.iter().map(String::as_str).take(NAMES).take_while(fits).collect()
}

async fn write_out(mut to: OwnedWriteHalf, mut outbox: mpsc::Receiver<Outgoing>) {
    let mut bytes = BytesMut::new();
    while let Some((head, text)) = outbox.recv().await {
        bytes.clear();
        if wire::put(&mut bytes, head, &text).is_err() || to.write_all(&bytes).await.is_err() {
            return;
        }
    }
}
