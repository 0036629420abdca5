//! Joining an engine in another process: who listens there, the greeting, and the engine's own handle in return. Code that
//! holds the handle cannot tell the difference.

use super::client::{ConnectionCall, carry};
use super::people::user_name;
use super::place::{EnginePlace, PlaceError};
use super::wire::{self, About, FROM_ENGINE, Frame, Hello, Kind, PROTOCOL, Unwelcome, Welcome};
use crate::{EngineHandle, EnvironmentGuard};
use futures::StreamExt;
use jiff::{SignedDuration, Timestamp};
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tminus_core::command::Refusal;
use tminus_core::who::Who;
use tokio::io::AsyncWriteExt;
use tokio::net::UnixStream;
use tokio::sync::{mpsc, oneshot};
use tokio_util::bytes::BytesMut;
use tokio_util::codec::FramedRead;

/// How long an engine may take to answer a greeting, and the first question behind it.
const WELCOME: Duration = Duration::from_secs(5);
const FIRST_ANSWER: Duration = Duration::from_secs(10);
/// A rehearsal's clock may be far off; that of one machine is its own, whatever a greeting took.
const SAME_CLOCK: SignedDuration = SignedDuration::from_secs(10);

/// A running engine that was joined.
pub struct Joined {
    /// The engine's handle.
    pub handle: EngineHandle,
    /// What the engine said.
    pub welcome: Welcome,
    /// Its process, as the kernel says.
    pub peer: EnginePeer,
    asks: mpsc::Sender<ConnectionCall>,
}

/// The process that listens, as the kernel says, whatever it says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EnginePeer {
    /// Its system user.
    pub user: u32,
    /// Its number, where it can be seen from here.
    pub process: Option<i32>,
}

/// No engine was joined.
#[derive(Debug, thiserror::Error)]
pub enum JoinError {
    /// None runs.
    #[error("no engine runs")]
    Nobody,
    /// The place is not one to look at.
    #[error(transparent)]
    Place(#[from] PlaceError),
    /// It does not talk to this build.
    #[error("{}", .0.says)]
    Unwelcome(Unwelcome),
    /// It is there, and says nothing.
    #[error(
        "the process listening at {} ({process}) accepts connections and says nothing. An engine answers at once, so that \
         process hangs, or is no engine. You can safely end it: the journal holds what an engine began, and the next one \
         continues it",
        socket.display()
    )]
    Silent {
        /// Where.
        socket: PathBuf,
        /// The process and its user, as the kernel says.
        process: String,
    },
    /// It is there, and does not answer as an engine does.
    #[error("whatever listens at the engine's socket does not answer as an engine does")]
    Broken(#[source] io::Error),
}

/// Joins the engine that listens at a place.
pub async fn join(place: &EnginePlace, who: &Who) -> Result<Joined, JoinError> {
    if !place.is_possible() {
        return Err(JoinError::Nobody);
    }
    let stream = match UnixStream::connect(place.socket()).await {
        Ok(stream) => stream,
        Err(error) => {
            use io::ErrorKind::{ConnectionRefused, NotADirectory, NotFound, PermissionDenied};
            return Err(match error.kind() {
                NotFound | ConnectionRefused => JoinError::Nobody,
                PermissionDenied | NotADirectory => place.closed().map_or(JoinError::Broken(error), JoinError::Place),
                _ => JoinError::Broken(error),
            });
        }
    };
    // Looked at behind the connection: a folder of somebody else's may hold anything.
    let listener = stream.peer_cred().map_err(JoinError::Broken)?;
    let peer = EnginePeer { user: listener.uid(), process: listener.pid() };
    look(place, peer.user).await?;
    let process = process(peer.process, peer.user);
    let (read, mut write) = stream.into_split();
    let mut frames = FramedRead::new(read, wire::codec(FROM_ENGINE));
    let hello = Hello { protocol: PROTOCOL, tminus: env!("CARGO_PKG_VERSION").to_owned(), who: who.clone() };
    let greeted = async {
        let mut bytes = BytesMut::new();
        wire::put(&mut bytes, (Kind::Hello, 0), &wire::text(&hello)?)?;
        write.write_all(&bytes).await?;
        let answer = frames.next().await.ok_or(io::ErrorKind::UnexpectedEof)?;
        Frame::of(answer?)
    };
    let silent = || JoinError::Silent { socket: place.socket().to_owned(), process: process.clone() };
    let answer = tokio::time::timeout(WELCOME, greeted).await;
    let answer = answer.map_err(|_| silent())?.map_err(JoinError::Broken)?;
    if answer.kind == Kind::Unwelcome {
        return Err(JoinError::Unwelcome(answer.read().map_err(JoinError::Broken)?));
    }
    let welcome: Welcome = answer.read().map_err(JoinError::Broken)?;
    let (calls, asks) = carry(frames, write);
    let joined = Joined { handle: EngineHandle::of(calls, clock(&welcome)), welcome, peer, asks };
    // One that only greets is none: nobody waits for it.
    match tokio::time::timeout(FIRST_ANSWER, joined.inspect()).await {
        Ok(Some(_)) => Ok(joined),
        Ok(None) => Err(JoinError::Broken(io::ErrorKind::UnexpectedEof.into())),
        Err(_) => Err(silent()),
    }
}

fn process(pid: Option<i32>, uid: u32) -> String {
    let user = user_name(uid);
    pid.map_or_else(|| format!("a process of {user}"), |pid| format!("process {pid}, of {user}"))
}

/// Looks at the place and at who listens there. Groups may stand in a directory elsewhere, which may be slow, or hang.
async fn look(place: &EnginePlace, listener: u32) -> Result<(), JoinError> {
    let place = place.clone();
    let looking = tokio::task::spawn_blocking(move || place.check().and_then(|()| place.check_listener(listener)));
    let looked = tokio::time::timeout(WELCOME, looking).await;
    let looked = looked.map_err(|_| JoinError::Broken(io::ErrorKind::TimedOut.into()))?;
    Ok(looked.map_err(|error| JoinError::Broken(io::Error::other(error)))??)
}

impl Joined {
    /// Returns the same engine, from which nothing is begun in another environment than this client's.
    #[must_use]
    pub fn guarded(self, guard: EnvironmentGuard) -> Self {
        Self { handle: self.handle.guarded(guard), ..self }
    }

    /// Asks the engine to end at its next boundary, and waits until it is there.
    pub async fn halt(&self, who: &Who) -> Result<(), Refusal> {
        let (reply, answer) = oneshot::channel();
        // An engine that ends before it has answered has ended.
        if self.asks.send(ConnectionCall::Halt(who.clone(), reply)).await.is_err() {
            return Ok(());
        }
        answer.await.unwrap_or(Ok(()))
    }

    /// Waits until the connection has ended.
    pub async fn gone(&self) {
        self.asks.closed().await;
    }

    /// Asks how the engine is; nothing when it has ended.
    pub async fn inspect(&self) -> Option<About> {
        let (reply, answer) = oneshot::channel();
        self.asks.send(ConnectionCall::Inspect(reply)).await.ok()?;
        answer.await.ok()
    }
}

/// Returns the engine's clock: this machine's, or as far off it as a rehearsal's is.
fn clock(welcome: &Welcome) -> Arc<dyn Fn() -> Timestamp + Send + Sync> {
    let apart = welcome.now.duration_since(Timestamp::now());
    let apart = if apart.abs() < SAME_CLOCK { SignedDuration::ZERO } else { apart };
    Arc::new(move || Timestamp::now().checked_add(apart).unwrap_or(Timestamp::MAX))
}
