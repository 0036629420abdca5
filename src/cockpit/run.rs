//! The loop: keys, news, answers and the clock into the core; its effects to the engine and the terminal; a frame when
//! something changed.

mod effects;
mod rejoin;

use super::again::Again;
use super::ask::{KEYS_APART, frames, keys_apart, questions, requests, why_not_asked};
use super::beat::Beat;
use super::input::Keyboard;
use super::message::{Message, Rejoining, Reply, TerminalReply};
use super::opening::{
    CockpitError, CockpitExit, CockpitSettings, EngineLocation, FirstFrame, OpenFailure, Opening, TerminalUse, Try,
};
use super::pace::{FramePace, Haste};
use super::second::Seconds;
use super::signals::{Sign, Signals, stop_here};
use super::source::{EngineClient, EngineEvents, heard};
use super::terminal::{FrameOutput, TerminalGuard, is_gone, leave, panicked};
use super::update::Cockpit;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::collections::BTreeSet;
use std::fmt::Display;
use std::future::{Future, pending};
use std::path::PathBuf;
use std::pin::{Pin, pin};
use tminus_core::names::ActionId;
use tminus_engine::EngineHandle;
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, sleep_until};

/// Takes the terminal, draws a first frame, opens behind it, and returns when the cockpit is left. An engine in another
/// process that has gone is asked for again.
///
/// # Errors
/// When the terminal cannot be used or is gone, there is no such theme, or there is nothing to open.
pub async fn run<E, F>(front: FirstFrame, open: impl FnMut(Try) -> F) -> Result<Vec<ActionId>, CockpitExit<E>>
where
    E: Display,
    F: Future<Output = Result<Opening, OpenFailure<E>>>,
{
    let FirstFrame { project, settings, doing } = front;
    let named = settings.zone.clone();
    let cockpit = Cockpit::opening(project, Timestamp::now(), &settings);
    let mut loop_ = Loop::new(cockpit, settings, doing)?;
    loop_.size();
    loop_.draw()?;
    loop_.learn_keys();
    loop_.ask()?;
    // The zone is looked for among all that the system has, which takes as long as the first frame itself.
    loop_.zone = Some(tokio::task::spawn_blocking(|| named.unwrap_or_else(TimeZone::system)));
    let ended = loop_.turn(open).await;
    if let Some(file) = &loop_.session {
        loop_.cockpit.session().write(file);
    }
    ended?;
    Ok(loop_.cockpit.waited_for())
}

struct Loop {
    cockpit: Cockpit,
    settings: CockpitSettings,
    held: TerminalGuard,
    keyboard: Keyboard,
    signals: Signals,
    doing: mpsc::Receiver<&'static str>,
    engine: Option<OpenedEngine>,
    /// The zone of whoever looks, until the first opening takes it.
    zone: Option<JoinHandle<TimeZone>>,
    again: Again,
    pace: FramePace,
    beat: Beat,
    /// Whether the terminal has had another size since the last frame.
    is_resized: bool,
    /// The file that remembers how somebody looked, where that is wanted.
    session: Option<PathBuf>,
    /// The texts on their way to a clipboard: a program of a desktop may take its time.
    copies: JoinSet<Copied>,
}

/// What the terminal is to be told of a text that is in the clipboard, and how many lines it has.
type Copied = (Result<Vec<u8>, String>, usize);

/// What is there once it is open.
struct OpenedEngine {
    handle: EngineHandle,
    asking: EngineClient,
    replies: mpsc::Receiver<Reply>,
    news: EngineEvents,
    /// The containers that the engine was last told to be on the screen.
    attended: BTreeSet<String>,
    housing: EngineLocation,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum LoopStep {
    Go,
    End,
}

impl Loop {
    fn new(
        cockpit: Cockpit,
        settings: CockpitSettings,
        doing: mpsc::Receiver<&'static str>,
    ) -> Result<Self, CockpitError> {
        let signals = Signals::new()?;
        let mut held = TerminalGuard::new(settings.mouse, settings.letters)?;
        if settings.sync == TerminalUse::Always {
            held.set_frames(FrameOutput::Whole);
        }
        let keyboard = Keyboard::open()?;
        let (pace, again) = (FramePace::on(settings.bandwidth), Again::default());
        let (engine, zone, beat, is_resized) = (None, None, Beat::default(), false);
        Ok(Self {
            cockpit,
            settings,
            held,
            keyboard,
            signals,
            doing,
            engine,
            zone,
            again,
            pace,
            beat,
            is_resized,
            session: None,
            copies: JoinSet::new(),
        })
    }

    async fn turn<E, F>(&mut self, mut open: impl FnMut(Try) -> F) -> Result<(), CockpitExit<E>>
    where
        E: Display,
        F: Future<Output = Result<Opening, OpenFailure<E>>>,
    {
        let mut opening = Some(Box::pin(open(Try::First)));
        let mut panicked = pin!(panicked());
        let mut seconds = Seconds::new()?;
        loop {
            let (due, is_held_up, again) = (self.due(), self.held.is_held_up(), self.again.next());
            let next = tokio::select! {
                biased;
                sign = self.signals.next() => self.obey(sign)?,
                () = &mut panicked => return Err(CockpitError::Panicked.into()),
                key = self.keyboard.next() => match key {
                    Some(message) => self.keys(message)?,
                    // The terminal is gone: stop, do not spin.
                    None => LoopStep::End,
                },
                flowed = self.held.flow(), if is_held_up => flowed.map(|()| LoopStep::Go)?,
                () = sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => LoopStep::Go,
                opened = under_way(&mut opening) => {
                    opening = None;
                    self.opened(opened).await?
                }
                () = sleep_until(again.unwrap_or_else(Instant::now)), if again.is_some() && opening.is_none() => {
                    let how = self.again.begin();
                    opening = Some(Box::pin(open(how)));
                    self.take(Message::Rejoining(Rejoining::Trying), Haste::Now)?
                }
                Some(copied) = self.copies.join_next() => self.copied(copied)?,
                Some(doing) = self.doing.recv() => self.take(Message::Doing(doing), Haste::Now)?,
                message = heard(self.engine.as_mut().map(|e| (&mut e.replies, &mut e.news))) => {
                    let (haste, is_gone) = (haste_of(&message), matches!(message, Message::EngineGone));
                    let next = self.take(message, haste)?;
                    if is_gone { self.lost()? } else { next }
                }
                second = seconds.next() => {
                    second?;
                    self.second()?
                }
            };
            let is_due = self.pace.is_due(Instant::now()) && !self.held.is_held_up();
            if next == LoopStep::End || (is_due && self.draw()? == LoopStep::End) {
                return Ok(());
            }
        }
    }

    /// Returns when the next frame is due; while the terminal takes nothing, none is: the newest is drawn when it does.
    fn due(&self) -> Option<Instant> {
        self.pace.due().filter(|_| !self.held.is_held_up())
    }

    /// Reads the keys, behind the first frame and before the first key.
    fn learn_keys(&mut self) {
        self.cockpit.learn_keys(&self.settings);
        self.pace.want(Haste::Now, Instant::now());
    }

    /// Asks the terminal what it can, where it can be asked.
    fn ask(&mut self) -> Result<(), CockpitError> {
        if self.settings.keyboard == TerminalUse::Always {
            self.held.request(KEYS_APART)?;
        }
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        if why_not_asked(&variable).is_none() {
            self.held.request(requests(&self.settings))?;
            self.held.say(&questions(&self.settings))?;
        }
        Ok(())
    }

    /// Tells the time, and that it leapt.
    fn second(&mut self) -> Result<LoopStep, CockpitError> {
        let now = self.now();
        let leap = self.beat.take(now, Instant::now().into_std());
        let next = self.take(Message::Second(now), Haste::Now)?;
        match leap {
            Some(by) => self.take(Message::Leapt(by), Haste::Now),
            None => Ok(next),
        }
    }

    fn now(&self) -> Timestamp {
        self.engine.as_ref().map_or_else(Timestamp::now, |engine| engine.handle.now())
    }

    /// Heeds what the terminal tells of what it can, where that is left to it.
    fn heed(&mut self, told: TerminalReply) -> Result<(), CockpitError> {
        if let Some(frames) = frames(told).filter(|_| self.settings.sync == TerminalUse::Auto) {
            self.held.set_frames(frames);
        }
        if let Some(request) = keys_apart(told).filter(|_| self.settings.keyboard == TerminalUse::Auto) {
            // It is asked once, and a late second answer asks for nothing more.
            self.settings.keyboard = TerminalUse::Never;
            self.held.request(request)?;
        }
        Ok(())
    }

    /// Takes every key that is there already, and then draws once.
    fn keys(&mut self, first: Message) -> Result<LoopStep, CockpitError> {
        let mut message = Some(first);
        while let Some(key) = message {
            if let Message::Told(told) = &key {
                self.heed(*told)?;
            }
            if self.take(key, Haste::Key)? == LoopStep::End {
                return Ok(LoopStep::End);
            }
            message = self.keyboard.ready();
        }
        Ok(LoopStep::Go)
    }

    fn take(&mut self, message: Message, haste: Haste) -> Result<LoopStep, CockpitError> {
        self.pace.want(haste, Instant::now());
        for effect in self.cockpit.take(message) {
            let asked = match &mut self.engine {
                Some(engine) => engine.asking.ask(effect),
                None => Some(effect),
            };
            if let Some(effect) = asked
                && self.carry_out(effect)? == LoopStep::End
            {
                return Ok(LoopStep::End);
            }
        }
        Ok(LoopStep::Go)
    }

    fn draw(&mut self) -> Result<LoopStep, CockpitError> {
        if std::mem::take(&mut self.is_resized) {
            self.held.begin_anew();
            self.size();
        }
        match self.held.draw(|buffer| self.cockpit.paint(buffer)) {
            Ok(()) => {}
            Err(_) if is_gone() => return Ok(LoopStep::End),
            Err(error) => return Err(error.into()),
        }
        self.pace.drawn(Instant::now());
        self.attend();
        Ok(LoopStep::Go)
    }

    /// Tells the engine which containers are on the screen, whenever that changes.
    fn attend(&mut self) {
        let Some(engine) = &mut self.engine else { return };
        let in_sight = self.cockpit.in_sight();
        // An engine that was too busy to hear it is told with the next frame.
        if engine.attended != in_sight && engine.handle.attend(in_sight.clone()) {
            engine.attended = in_sight;
        }
    }

    fn size(&mut self) {
        let size = self.held.size();
        self.cockpit.take(Message::Size(size.width, size.height));
    }

    fn obey(&mut self, sign: Sign) -> Result<LoopStep, CockpitError> {
        match sign {
            Sign::End => return Ok(LoopStep::End),
            Sign::Size => {
                self.is_resized = true;
                self.pace.want(Haste::Size, Instant::now());
                return Ok(LoopStep::Go);
            }
            Sign::Stop => {
                leave();
                stop_here();
            }
            Sign::Continue => leave(),
        }
        // A hang-up sends CONT along with HUP.
        match self.held.again() {
            Ok(()) => self.size(),
            Err(_) if is_gone() => return Ok(LoopStep::End),
            Err(error) => return Err(error.into()),
        }
        self.pace.want(Haste::Key, Instant::now());
        Ok(LoopStep::Go)
    }
}

fn haste_of(message: &Message) -> Haste {
    use tminus_core::telemetry::{Event, Telemetry};
    use tminus_engine::EngineNews;
    let Message::News(news) = message else { return Haste::Now };
    match news.as_ref() {
        EngineNews::Event(Event::Telemetry(
            Telemetry::Log(_)
            | Telemetry::Containers { .. }
            | Telemetry::StillSo { .. }
            | Telemetry::BranchStillSo { .. },
        )) => Haste::Flood,
        EngineNews::Event(_) | EngineNews::Resync(_) => Haste::Now,
    }
}

/// Waits for what is being opened; for ever where nothing is.
async fn under_way<F: Future>(opening: &mut Option<Pin<Box<F>>>) -> F::Output {
    match opening {
        Some(opening) => opening.await,
        None => pending().await,
    }
}
