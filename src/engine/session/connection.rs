//! One client of an engine, from its first word until it has gone: what it asks, and what it leaves behind.

use super::clients::Clients;
use super::outbox::Outbox;
use super::people::{admitted, user_name};
use super::presence_update::PresenceUpdate;
use super::wire::{self, FROM_CLIENT, Frame, Hello, Kind, PROTOCOL, Unwelcome, Welcome};
use crate::{Accepted, EngineHandle};
use futures::StreamExt;
use serde::Serialize;
use std::collections::{BTreeSet, HashMap};
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tminus_core::action::Request;
use tminus_core::command::{CheckCommand, Command};
use tminus_core::names::{SeatId, Version};
use tminus_core::notation::is_unprintable;
use tminus_core::seat::SeatCommand;
use tminus_core::telemetry::Telemetry;
use tminus_core::who::Who;
use tokio::net::UnixStream;
use tokio::net::unix::OwnedReadHalf;
use tokio::sync::Semaphore;
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::Instant;
use tokio_util::codec::{FramedRead, LengthDelimitedCodec};

/// How long a client may take for its first word.
const FIRST_WORD: Duration = Duration::from_secs(5);
/// How long the first word may be, in bytes: a client that has not said who it is gets no more memory.
const FIRST: usize = 16 * 1024;
/// How many questions of one client are answered at once; the engine reads no further one until one is answered.
const AT_ONCE: usize = 32;
/// How many bytes of a question count as one more: a few long ones take up what many short ones would.
const LONG: usize = 32 * 1024;
/// How far ahead of the engine's a client's clock may be.
const AHEAD: jiff::SignedDuration = jiff::SignedDuration::from_secs(60);
/// How many streams of events one client may follow.
const STREAMS: usize = 8;

/// Which client this is.
#[derive(Clone, Copy)]
pub(super) struct ClientId {
    /// Its number, from when it came.
    pub number: u64,
    /// Whether there are as many as may be, so that this one is turned away.
    pub is_full: bool,
}

type FramedConnection = FramedRead<OwnedReadHalf, LengthDelimitedCodec>;

/// A question: which answer goes where, and how much of what may be asked at once it is.
struct PendingQuestion {
    answer: (Kind, u64),
    weight: u32,
}

impl PendingQuestion {
    fn by(frame: &Frame, answer: Kind) -> Self {
        let weight = (1 + frame.size() / LONG).min(AT_ONCE);
        Self { answer: (answer, frame.ticket), weight: u32::try_from(weight).unwrap_or(1) }
    }
}

struct Connection {
    hall: Arc<Clients>,
    number: u64,
    /// The system user, as the kernel says.
    user: String,
    /// Answers on their way.
    answers: JoinSet<()>,
    at_once: Arc<Semaphore>,
    outbox: Outbox,
    streams: HashMap<u64, AbortHandle>,
    seat: Option<(SeatId, Who)>,
    looks: PresenceUpdate,
}

/// Serves a client until it goes, or says what no client says.
pub(super) async fn serve(stream: UnixStream, hall: Arc<Clients>, number: ClientId) {
    // One whose user the kernel does not tell is nobody.
    let Ok(uid) = stream.peer_cred().map(|peer| peer.uid()) else { return };
    // A directory that names users may be slow, and the others are served meanwhile.
    let Ok(user) = tokio::task::spawn_blocking(move || user_name(uid)).await else { return };
    let (read, write) = stream.into_split();
    let mut frames = FramedRead::new(read, wire::codec(FIRST));
    let mut writer = JoinSet::new();
    let outbox = Outbox::open(write, &mut writer);
    let first = tokio::time::timeout(FIRST_WORD, frames.next()).await;
    let Ok(Some(Ok(first))) = first else { return };
    let hello = Frame::of(first).and_then(|f| if f.kind == Kind::Hello { f.read::<Hello>() } else { Err(not_hello()) });
    let Ok(hello) = hello else { return };
    frames.decoder_mut().set_max_frame_length(FROM_CLIENT);
    let (answers, at_once) = (JoinSet::new(), Arc::new(Semaphore::new(AT_ONCE)));
    let streams = HashMap::new();
    let ClientId { number, is_full } = number;
    let mut guest = Connection {
        hall,
        number,
        user,
        outbox,
        answers,
        at_once,
        streams,
        seat: None,
        looks: PresenceUpdate::default(),
    };
    if guest.welcome(&hello, is_full).await {
        guest.listen(&mut frames, &mut writer).await;
    }
    guest.go().await;
    // What was said last, such as why it is not welcome, is still on its way.
    drop(guest);
    drop(tokio::time::timeout(FIRST_WORD, writer.join_next()).await);
}

fn not_hello() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "the first word is no greeting")
}

impl Connection {
    async fn welcome(&self, hello: &Hello, is_full: bool) -> bool {
        let tminus = env!("CARGO_PKG_VERSION").to_owned();
        let (says, theirs) = (hello.protocol, &hello.tminus);
        let refused = match (is_full, says == PROTOCOL) {
            (true, _) => Some("the engine has as many clients as it takes; close one".to_owned()),
            (false, true) => None,
            (false, false) => Some(format!(
                "the running engine is of tminus {tminus} and speaks protocol {PROTOCOL}; this is tminus {theirs} and speaks {says}. \
                 Use the same build, or end the engine at its next boundary with its own: tminus engine stop"
            )),
        };
        if let Some(says) = refused {
            self.outbox.say((Kind::Unwelcome, 0), &Unwelcome { protocol: PROTOCOL, tminus, says }).await;
            return false;
        }
        let (pid, since, now) = (std::process::id(), self.hall.since, self.hall.handle.now());
        self.outbox.say((Kind::Welcome, 0), &Welcome { tminus, pid, since, now, you: self.who(&hello.who) }).await
    }

    fn who(&self, claimed: &Who) -> Who {
        admitted(claimed, (&self.user, &self.hall.terms.host), self.hall.terms.is_rehearsal)
    }

    /// Hears one frame after another. What was heard is done to its end: a seat that was given is known when it goes.
    async fn listen(&mut self, frames: &mut FramedConnection, writer: &mut JoinSet<()>) {
        loop {
            let bytes = tokio::select! {
                next = frames.next() => next,
                told = self.looks.due() => {
                    self.pass_on(told);
                    continue;
                }
                // The other side reads no more.
                _ = writer.join_next() => return,
                () = self.outbox.given_up() => return,
            };
            let Some(Ok(bytes)) = bytes else { return };
            let Ok(frame) = Frame::of(bytes) else { return };
            if self.hear(frame).await.is_err() {
                return;
            }
            while self.answers.try_join_next().is_some() {}
        }
    }

    async fn hear(&mut self, frame: Frame) -> io::Result<()> {
        // Before it is read: what is read of a text may be many times as long.
        if frame.size() > frame.kind.longest() {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the frame is longer than one of its kind may be"));
        }
        match frame.kind {
            Kind::Command => {
                let (who, command) = frame.read::<(Who, Command)>()?;
                self.command(PendingQuestion::by(&frame, Kind::Done), self.who(&who), command).await
            }
            Kind::Preview => {
                let (version, request) = frame.read::<(Version, Request)>()?;
                self.preview(PendingQuestion::by(&frame, Kind::Previewed), version, request).await
            }
            Kind::Attend => self.hall.attend(self.number, frame.read::<BTreeSet<String>>()?),
            Kind::Look => self.look(frame.read::<Telemetry>()?),
            Kind::Attach => self.follow(frame.ticket).await,
            Kind::Detach => {
                if let Some(stream) = self.streams.remove(&frame.ticket) {
                    stream.abort();
                }
            }
            Kind::Halt => self.halt(frame.ticket, &frame.read::<Who>()?).await,
            Kind::Inspect => drop(self.outbox.say((Kind::About, frame.ticket), &self.hall.about()).await),
            Kind::Hello | Kind::Welcome | Kind::Unwelcome => return Err(not_hello()),
            Kind::Done | Kind::Previewed | Kind::Joined | Kind::News | Kind::Lagged | Kind::About | Kind::Halted => {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "only an engine says that"));
            }
        }
        Ok(())
    }

    fn handle(&self) -> EngineHandle {
        let handle = &self.hall.handle;
        self.seat.as_ref().map_or_else(|| handle.clone(), |(seat, _)| handle.seated(seat.clone()))
    }

    async fn command(&mut self, asked: PendingQuestion, who: Who, command: Command) {
        let share = self.hall.pace.turn(&self.user, &command).await;
        let handle = self.handle();
        if let Command::Seat(_) = &command {
            // In order: what comes next comes from the seat that this one gives.
            let is_rising = matches!(command, Command::Seat(SeatCommand::Rise { .. }));
            let answer = handle.command(&who, command).await;
            match &answer {
                Ok(Accepted::Seated(seat)) => self.seat = Some((seat.clone(), who)),
                Ok(_) if is_rising => self.seat = None,
                Ok(_) => {}
                Err(_) => share.give_back().await,
            }
            self.outbox.say(asked.answer, &answer).await;
            return;
        }
        let (hall, user) = (self.hall.clone(), self.user.clone());
        let done = async move {
            let _look = match command {
                Command::Refresh | Command::Check(CheckCommand::ReadOutput { .. }) => Some(hall.look(&user).await?),
                Command::Release(_) | Command::Check(_) | Command::Gate(_) | Command::Action(_) => None,
                Command::Seat(_) | Command::Lock(_) => None,
            };
            let answer = handle.command(&who, command).await;
            if answer.is_err() {
                share.give_back().await;
            }
            answer
        };
        self.answer(asked, done).await;
    }

    async fn preview(&mut self, asked: PendingQuestion, version: Version, request: Request) {
        let (handle, hall, user) = (self.handle(), self.hall.clone(), self.user.clone());
        let looked = async move {
            let _look = hall.look(&user).await?;
            handle.preview(&version, request).await
        };
        self.answer(asked, looked).await;
    }

    /// Answers when the answer is there, and listens on meanwhile.
    async fn answer<T: Serialize + Send + Sync + 'static>(
        &mut self,
        asked: PendingQuestion,
        answer: impl Future<Output = T> + Send + 'static,
    ) {
        let (outbox, at_once) = (self.outbox.clone(), self.at_once.clone());
        let Ok(permit) = at_once.acquire_many_owned(asked.weight).await else { return };
        self.answers.spawn(async move {
            let answer = answer.await;
            outbox.answer(asked.answer, &answer, permit).await;
        });
    }

    /// Passes on where a client looks, as often as a person can change it.
    fn look(&mut self, told: Telemetry) {
        if let Some(told) = self.looks.admit(told, Instant::now()) {
            self.pass_on(told);
        }
    }

    fn pass_on(&self, told: Telemetry) {
        let Some((seat, _)) = &self.seat else { return };
        if let Telemetry::Present { view, size, key, .. } = told {
            let view = view.chars().filter(|c| !is_unprintable(*c)).take(40).collect();
            // Whose clock is off has pressed no key in the future.
            let now = self.hall.handle.now();
            let key = if key.duration_since(now) > AHEAD { now } else { key };
            self.hall.handle.look(Telemetry::Present { seat: seat.clone(), view, size, key });
        }
    }

    async fn follow(&mut self, ticket: u64) {
        self.streams.retain(|_, stream| !stream.is_finished());
        if self.streams.len() >= STREAMS {
            return self.outbox.lagged(ticket).await;
        }
        self.hall.pace.snapshot(&self.user).await;
        let stream = self.outbox.clone().stream((self.hall.handle.clone(), self.hall.snapshots.clone()), ticket);
        if let Some(before) = self.streams.insert(ticket, self.answers.spawn(stream)) {
            before.abort();
        }
    }

    async fn halt(&self, ticket: u64, claimed: &Who) {
        let who = self.who(claimed);
        let halted = self.handle().halt(&who).await;
        let is_halted = halted.is_ok();
        self.outbox.say((Kind::Halted, ticket), &halted).await;
        if is_halted {
            self.hall.halt(who);
        }
    }

    /// Leaves nothing behind: no seat, no attention, no answer that nobody waits for.
    async fn go(&mut self) {
        self.answers.shutdown().await;
        self.hall.attend(self.number, BTreeSet::new());
        let handle = self.handle();
        if let Some((_, who)) = self.seat.take() {
            let rise = SeatCommand::Rise { why: "the connection ended".to_owned() };
            // The engine may be ending too; the next one finds the seat empty.
            drop(handle.command(&who, Command::Seat(rise)).await);
        }
    }
}
