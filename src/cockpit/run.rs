//! The loop: keys, news, answers and the clock into the core; its effects to the engine; a frame when something changed.

use super::core::Cockpit;
use super::message::{Effect, Message, Reply};
use super::opening::{CockpitError, Opening};
use super::source::{Asking, follow_engine, follow_keys};
use super::terminal::{Held, copy, gone, is_gone, leave, panicked};
use crate::engine::EngineHandle;
use jiff::tz::TimeZone;
use ratatui::layout::Size;
use std::collections::BTreeSet;
use std::pin::pin;
use std::time::Duration;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};

/// The shortest time between two frames, and between two that only log lines ask for.
const FRAME: Duration = Duration::from_millis(16);
const FLOOD: Duration = Duration::from_millis(100);

/// Opens the cockpit and returns when it is left.
///
/// # Errors
/// When the terminal cannot be used or is gone, or there is no such theme.
pub async fn run(opening: Opening) -> Result<(), CockpitError> {
    let Opening { handle, who, version, rehearsal, settings } = opening;
    let cockpit = Cockpit::new(who, version, handle.now(), &settings)?;
    let cockpit = cockpit.rehearsing(rehearsal).in_zone(TimeZone::system());
    let mut held = Held::new()?;
    let mut loop_ = Loop::new(cockpit, handle)?;
    // The first frame stands before anything is asked of the engine.
    let size = held.begin_anew()?;
    loop_.resize(size);
    loop_.draw(&mut held)?;
    loop_.turn(&mut held).await
}

struct Loop {
    cockpit: Cockpit,
    handle: EngineHandle,
    asking: Asking,
    replies: mpsc::Receiver<Reply>,
    signals: Signals,
    drawn: Instant,
    /// The containers that the engine was last told to be on the screen.
    attended: BTreeSet<String>,
    /// When the next frame is due, if one is.
    due: Option<Instant>,
}

/// How soon a change wants to be seen.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Haste {
    Now,
    Flood,
}

enum Next {
    Go,
    End,
}

impl Loop {
    fn new(cockpit: Cockpit, handle: EngineHandle) -> Result<Self, CockpitError> {
        let (sender, replies) = mpsc::channel(32);
        let asking = Asking::new(handle.clone(), sender);
        let signals = Signals::new()?;
        Ok(Self {
            cockpit,
            handle,
            asking,
            replies,
            signals,
            drawn: Instant::now(),
            attended: BTreeSet::new(),
            due: None,
        })
    }

    async fn turn(&mut self, held: &mut Held) -> Result<(), CockpitError> {
        let (mut keys, key_task) = follow_keys();
        let (mut news, news_task) = follow_engine(self.handle.clone());
        let _owned = (key_task, news_task);
        let (mut gone, mut panicked) = (pin!(gone()), pin!(panicked()));
        let mut second = interval(Duration::from_secs(1));
        second.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let next = tokio::select! {
                biased;
                sign = self.signals.next() => self.obey(sign, held)?,
                () = &mut gone => Next::End,
                () = &mut panicked => return Err(CockpitError::Panicked),
                key = keys.recv() => match key {
                    // The event's own size may be out of date already.
                    Some(Message::Size(..)) => self.anew(held)?,
                    Some(message) => self.take(message, Haste::Now),
                    // The terminal is gone: stop, do not spin.
                    None => Next::End,
                },
                () = sleep_until(self.due.unwrap_or_else(Instant::now)), if self.due.is_some() => {
                    self.draw(held)?
                }
                Some(reply) = self.replies.recv() => self.take(Message::Reply(Box::new(reply)), Haste::Now),
                Some(message) = news.recv() => {
                    let haste = haste_of(&message);
                    self.take(message, haste)
                }
                _ = second.tick() => self.take(Message::Second(self.handle.now()), Haste::Now),
            };
            if matches!(next, Next::End) {
                return Ok(());
            }
        }
    }

    fn take(&mut self, message: Message, haste: Haste) -> Next {
        for effect in self.cockpit.take(message) {
            match effect {
                Effect::Quit => return Next::End,
                Effect::Copy(text) => copy(&text),
                asked => self.asking.ask(asked),
            }
        }
        self.want(haste);
        Next::Go
    }

    fn want(&mut self, haste: Haste) {
        let at = self.drawn + if haste == Haste::Now { FRAME } else { FLOOD };
        self.due = Some(self.due.map_or(at, |due| due.min(at)));
    }

    fn draw(&mut self, held: &mut Held) -> Result<Next, CockpitError> {
        match held.draw(|frame| self.cockpit.draw(frame)) {
            Ok(()) => {}
            Err(_) if is_gone() => return Ok(Next::End),
            Err(error) => return Err(error.into()),
        }
        self.drawn = Instant::now();
        self.due = None;
        self.attend();
        Ok(Next::Go)
    }

    /// Tells the engine which containers are on the screen, whenever that changes.
    fn attend(&mut self) {
        let in_sight = self.cockpit.in_sight();
        if self.attended != in_sight {
            self.handle.attend(in_sight.clone());
            self.attended = in_sight;
        }
    }

    /// Draws everything anew, in the size that the terminal has now.
    fn anew(&mut self, held: &mut Held) -> Result<Next, CockpitError> {
        match held.begin_anew() {
            Ok(size) => self.resize(size),
            Err(_) if is_gone() => return Ok(Next::End),
            Err(error) => return Err(error.into()),
        }
        self.want(Haste::Now);
        Ok(Next::Go)
    }

    fn resize(&mut self, size: Size) {
        self.cockpit.take(Message::Size(size.width, size.height));
    }

    fn obey(&mut self, sign: Sign, held: &mut Held) -> Result<Next, CockpitError> {
        match sign {
            Sign::End => Ok(Next::End),
            Sign::Stop => {
                leave();
                stop_here();
                self.taken_again(held)
            }
            Sign::Continue => {
                leave();
                self.taken_again(held)
            }
        }
    }

    fn taken_again(&mut self, held: &mut Held) -> Result<Next, CockpitError> {
        // A hang-up sends CONT along with HUP.
        match held.again() {
            Ok(size) => self.resize(size),
            Err(_) if is_gone() => return Ok(Next::End),
            Err(error) => return Err(error.into()),
        }
        self.want(Haste::Now);
        Ok(Next::Go)
    }
}

fn haste_of(message: &Message) -> Haste {
    use crate::domain::telemetry::{Event, Telemetry};
    use crate::engine::News;
    let Message::News(news) = message else { return Haste::Now };
    match news.as_ref() {
        News::Event(Event::Telemetry(
            Telemetry::Log(_)
            | Telemetry::Containers { .. }
            | Telemetry::StillSo { .. }
            | Telemetry::BranchStillSo { .. },
        )) => Haste::Flood,
        News::Event(_) | News::Resync(_) => Haste::Now,
    }
}

/// What a signal asks for.
#[derive(Clone, Copy)]
enum Sign {
    /// HUP, TERM, INT: the cockpit ends; what was begun stops at a step boundary or is taken up again.
    End,
    /// TSTP: it stops, with the terminal as it was, until CONT.
    Stop,
    /// CONT: it goes on after a stop that nobody announced; the shell has had the terminal since.
    Continue,
}

struct Signals {
    hangup: Signal,
    terminate: Signal,
    interrupt: Signal,
    stop: Signal,
    going_on: Signal,
}

impl Signals {
    fn new() -> Result<Self, CockpitError> {
        Ok(Self {
            hangup: signal(SignalKind::hangup())?,
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            stop: signal(SignalKind::from_raw(libc::SIGTSTP))?,
            going_on: signal(SignalKind::from_raw(libc::SIGCONT))?,
        })
    }

    async fn next(&mut self) -> Sign {
        tokio::select! {
            _ = self.hangup.recv() => Sign::End,
            _ = self.terminate.recv() => Sign::End,
            _ = self.interrupt.recv() => Sign::End,
            _ = self.stop.recv() => Sign::Stop,
            _ = self.going_on.recv() => Sign::Continue,
        }
    }
}

/// Stops the process as the terminal's own stop would, and returns when it is continued.
fn stop_here() {
    // SAFETY: raise takes a signal number and touches no memory of ours.
    unsafe {
        libc::raise(libc::SIGSTOP);
    }
}
