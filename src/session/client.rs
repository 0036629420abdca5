//! What a client carries: calls to an engine in another process, and what comes back to whoever waits for it.

use super::wire::{self, About, Frame, Kind};
use crate::domain::command::Refusal;
use crate::domain::fact::Who;
use crate::domain::situation::Preview;
use crate::engine::{Accepted, Arrived, Call, Join, Snapshot};
use futures::StreamExt;
use std::collections::HashMap;
use std::io;
use std::sync::Arc;
use tokio::io::AsyncWriteExt;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio_util::bytes::BytesMut;
use tokio_util::codec::{FramedRead, LengthDelimitedCodec};

/// How many calls wait to be sent; then who calls waits.
const CALLS: usize = 256;
/// How many events a part of the client may be behind, and how many bytes; then it begins again with a snapshot.
const EVENTS: usize = 4_096;
const ROOM: usize = 8 << 20;

/// What is asked of an engine's process, beside the calls that every engine takes.
pub(super) enum Ask {
    Halt(Who, oneshot::Sender<Result<(), Refusal>>),
    Inspect(oneshot::Sender<About>),
}

/// Who waits for an answer.
enum Waiting {
    Command(oneshot::Sender<Result<Accepted, Refusal>>),
    Preview(oneshot::Sender<Result<Preview, Refusal>>),
    Join(oneshot::Sender<Join>),
    Halt(oneshot::Sender<Result<(), Refusal>>),
    Inspect(oneshot::Sender<About>),
}

pub(super) type Frames = FramedRead<OwnedReadHalf, LengthDelimitedCodec>;
type Out = ((Kind, u64), Vec<u8>);

/// The two ways to ask a client for something.
pub(super) type Ways = (mpsc::Sender<Call>, mpsc::Sender<Ask>);

/// Carries over a connection that was greeted, on tasks of its own, which end with it or with the last who asks.
pub(super) fn carry(frames: Frames, write: OwnedWriteHalf) -> Ways {
    let (calls, inbox) = mpsc::channel(CALLS);
    let (asks, questions) = mpsc::channel(8);
    let (out, outbox) = mpsc::channel(CALLS);
    tokio::spawn(write_out(write, outbox));
    let client = Client { calls: inbox, questions, out, waiting: HashMap::new(), following: HashMap::new(), ticket: 0 };
    tokio::spawn(client.run(frames));
    (calls, asks)
}

struct Client {
    calls: mpsc::Receiver<Call>,
    questions: mpsc::Receiver<Ask>,
    out: mpsc::Sender<Out>,
    waiting: HashMap<u64, Waiting>,
    following: HashMap<u64, Follower>,
    ticket: u64,
}

/// A part of the client that follows, or followed until it was too slow, or gone.
enum Follower {
    Follows {
        events: mpsc::Sender<Arrived>,
        room: Arc<Semaphore>,
    },
    /// It follows no more, and the engine is not told yet.
    Leaves,
}

/// What is to be done next.
enum Next {
    Call(Box<Call>),
    Ask(Ask),
    Frame(Frame),
    End,
}

impl Client {
    /// Carries calls there and answers back, until the engine or the last holder of the handle has gone.
    async fn run(mut self, mut frames: Frames) {
        loop {
            let next = self.next(&mut frames).await;
            let done = match next {
                Next::Call(call) => self.call(*call),
                Next::Ask(ask) => self.ask(ask),
                Next::Frame(frame) => self.hear(&frame),
                Next::End => return,
            };
            // What cannot be understood is no engine: whoever waits is told that it is gone.
            if done.is_err() {
                return;
            }
        }
    }

    /// Takes a call only while there is room to send it, and a frame whenever there is one.
    async fn next(&mut self, frames: &mut Frames) -> Next {
        let (out, calls, questions) = (&self.out, &mut self.calls, &mut self.questions);
        let asked = async {
            let Ok(_room) = out.reserve().await else { return Next::End };
            tokio::select! {
                call = calls.recv() => call.map_or(Next::End, |call| Next::Call(Box::new(call))),
                Some(ask) = questions.recv() => Next::Ask(ask),
            }
        };
        tokio::select! {
            asked = asked => asked,
            frame = frames.next() => match frame {
                Some(Ok(bytes)) => Frame::of(bytes).map_or(Next::End, Next::Frame),
                Some(Err(_)) | None => Next::End,
            },
        }
    }

    fn call(&mut self, call: Call) -> io::Result<()> {
        match call {
            Call::Command { who, command, reply, .. } => {
                self.send(Kind::Command, &(who, command), Some(Waiting::Command(reply)))
            }
            Call::Preview { version, request, reply } => {
                self.send(Kind::Preview, &(version, request), Some(Waiting::Preview(reply)))
            }
            Call::Attend { containers } => self.send(Kind::Attend, &containers, None),
            Call::Look(present) => self.send(Kind::Look, &present, None),
            Call::Attach { reply } => {
                self.leave();
                self.send(Kind::Attach, &(), Some(Waiting::Join(reply)))
            }
            Call::Halt { who, reply, .. } => self.send(Kind::Halt, &who, Some(Waiting::Halt(reply))),
        }
    }

    fn ask(&mut self, ask: Ask) -> io::Result<()> {
        match ask {
            Ask::Halt(who, reply) => self.send(Kind::Halt, &who, Some(Waiting::Halt(reply))),
            Ask::Inspect(reply) => self.send(Kind::Inspect, &(), Some(Waiting::Inspect(reply))),
        }
    }

    fn send(&mut self, kind: Kind, what: &impl serde::Serialize, waiting: Option<Waiting>) -> io::Result<()> {
        self.ticket += 1;
        let text = wire::text(what)?;
        if let Some(waiting) = waiting {
            self.waiting.insert(self.ticket, waiting);
        }
        self.out.try_send(((kind, self.ticket), text)).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }

    fn hear(&mut self, frame: &Frame) -> io::Result<()> {
        if frame.kind == Kind::News {
            return self.news(frame);
        }
        if frame.kind == Kind::Lagged {
            // Whoever followed there finds an end, and joins again.
            self.following.remove(&frame.ticket);
            self.waiting.remove(&frame.ticket);
            return Ok(());
        }
        // Nobody may wait any more; a send to nobody is no error.
        match (self.waiting.remove(&frame.ticket), frame.kind) {
            (Some(Waiting::Command(reply)), Kind::Done) => drop(reply.send(frame.read()?)),
            (Some(Waiting::Preview(reply)), Kind::Previewed) => drop(reply.send(frame.read()?)),
            (Some(Waiting::Halt(reply)), Kind::Halted) => drop(reply.send(frame.read()?)),
            (Some(Waiting::Inspect(reply)), Kind::About) => drop(reply.send(frame.read()?)),
            (Some(Waiting::Join(reply)), Kind::Joined) => {
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
                // Gone, or too slow: it follows no more, and one that is only slow finds the end and joins again.
                self.following.insert(frame.ticket, Follower::Leaves);
            }
        }
        self.leave();
        Ok(())
    }

    /// Tells the engine who follows no more, as far as there is room for it now; the next event or call brings it here again.
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

async fn write_out(mut to: OwnedWriteHalf, mut outbox: mpsc::Receiver<Out>) {
    let mut bytes = BytesMut::new();
    while let Some((head, text)) = outbox.recv().await {
        bytes.clear();
        if wire::put(&mut bytes, head, &text).is_err() || to.write_all(&bytes).await.is_err() {
            return;
        }
    }
}
