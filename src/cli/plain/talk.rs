//! The talk: each fact a line, each line typed a command or an answer. Over the engine that the cockpit has too.

use super::question::{OpenQuestion, PlainAnswer};
use crate::cli::client::Client;
use crate::cli::exit::{Exit, Stop};
use crate::cli::interrupt::Interrupts;
use crate::cli::show;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::io::{BufRead, IsTerminal, Read};
use std::time::Instant;
use tminus_cockpit::Presences;
use tminus_core::names::{ActionId, LogName, Version};
use tminus_core::situation::{Outlook, Reason, Situation};
use tminus_core::telemetry::journal_lost;
use tminus_core::who::Who;
use tminus_engine::{EngineHandle, Snapshot};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// The longest line that is taken.
const LONGEST: u64 = 4_096;
/// What stands for a longer one; it is no command, and nothing's name.
const TOO_LONG: &str = "(a line of more than 4096 bytes)";

/// How a talk ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TalkEnd {
    /// A person left, or is not there any more; or a script ended, with what it began.
    Left(Exit),
    /// The engine in another process has gone; with the next one the talk can go on.
    Gone,
}

/// The lines that a person types, from one talk to the next, and the actions that they began.
pub struct TypedLines(mpsc::Receiver<Typed>, Vec<ActionId>);

/// Talks until a person quits, the lines end, a signal comes, or the engine has gone.
pub async fn talk(
    desk: &Client,
    (handle, version): (EngineHandle, Version),
    lines: &mut TypedLines,
) -> Result<TalkEnd, Stop> {
    let seat = handle.seat().cloned();
    let (snapshot, mut events) = handle.attach().await.map_err(Stop::cannot_tell)?;
    let mut interrupts = Interrupts::listen()?;
    let mut talk = Talk::new(desk, (handle, version), snapshot, std::mem::take(&mut lines.1));
    if let Some(why) = &talk.snapshot.lost {
        talk.lost(&journal_lost(why));
    }
    talk.status();
    talk.catch_up(seat.as_ref());
    show::line("Type help for the commands.");
    loop {
        // Lines that wait are taken once the last one is answered, so that a script reads like a talk.
        let is_listening = !matches!(talk.asked, OpenQuestion::Engine);
        let next = tokio::select! {
            biased;
            _ = interrupts.next() => TalkStep::End,
            news = events.next() => match news {
                Ok(news) => talk.hear(news),
                Err(_) if desk.joined().is_some() => {
                    lines.1 = talk.begun;
                    return Ok(TalkEnd::Gone);
                }
                Err(gone) => return Err(Stop::cannot_tell(gone)),
            },
            Some(answer) = talk.answers.join_next() => match answer {
                Ok(answer) => talk.answered(answer),
                Err(_) => return Err(Stop::cannot_tell("a part of tminus failed; what was begun is in the journal")),
            },
            line = lines.0.recv(), if is_listening && !talk.has_ended => match line {
                Some(line) => talk.take(&line),
                None => talk.end_of_lines(),
            },
        };
        // A script goes on to its end; a person whose terminal is gone has left.
        if matches!(next, TalkStep::End) || talk.is_over() || (show::is_unwritable() && !talk.is_script) {
            return Ok(TalkEnd::Left(talk.exit()));
        }
    }
}

impl<'a> Talk<'a> {
    fn new(
        desk: &'a Client,
        (handle, version): (EngineHandle, Version),
        snapshot: Snapshot,
        begun: Vec<ActionId>,
    ) -> Self {
        let mut glances = Presences::default();
        snapshot.present.iter().for_each(|told| glances.take(told));
        Self {
            desk,
            who: desk.project.who.clone(),
            handle,
            glances,
            glanced: None,
            version,
            snapshot,
            asked: OpenQuestion::Nothing,
            asked_at: Instant::now(),
            turn: Instant::now(),
            is_script: !std::io::stdin().is_terminal(),
            has_ended: false,
            worst: Exit::Good,
            begun,
            answers: JoinSet::new(),
            followed: SpokenLogs::Nothing,
            zone: TimeZone::system(),
        }
    }
}

/// Reads lines on a thread of its own, which ends with the program.
pub fn typed() -> TypedLines {
    let (sender, lines) = mpsc::channel(16);
    std::thread::spawn(move || {
        let mut stdin = std::io::stdin().lock();
        let mut line = Vec::new();
        while (&mut stdin).take(LONGEST).read_until(b'\n', &mut line).is_ok_and(|count| count > 0) {
            let is_whole = line.ends_with(b"\n") || (line.len() as u64) < LONGEST;
            let text = if is_whole { String::from_utf8_lossy(&line).trim().to_owned() } else { TOO_LONG.to_owned() };
            line.clear();
            if !is_whole && stdin.skip_until(b'\n').is_err() {
                return;
            }
            if sender.blocking_send(Typed { text, at: Instant::now() }).is_err() {
                return;
            }
        }
    });
    TypedLines(lines, Vec::new())
}

/// A line, and when it came.
pub struct Typed {
    pub(super) text: String,
    pub(super) at: Instant,
}

pub(super) struct Talk<'a> {
    pub(super) desk: &'a Client,
    /// Who acts; in a rehearsal it can be another one.
    pub(super) who: Who,
    /// The engine, from one's seat where there are seats.
    pub(super) handle: EngineHandle,
    /// Where everybody looks.
    pub(super) glances: Presences,
    /// When it was told last that somebody types here.
    pub(super) glanced: Option<Timestamp>,
    pub(super) version: Version,
    pub(super) snapshot: Snapshot,
    pub(super) asked: OpenQuestion,
    /// From when on an answer counts: what was typed before the question was on its way is none.
    pub(super) asked_at: Instant,
    /// When what is being taken in now began to be.
    pub(super) turn: Instant,
    /// Whether the lines come from no terminal: a script is written before its questions.
    pub(super) is_script: bool,
    /// Whether the lines have ended.
    pub(super) has_ended: bool,
    /// The worst that a line came to.
    pub(super) worst: Exit,
    /// What was begun here.
    pub(super) begun: Vec<ActionId>,
    pub(super) answers: JoinSet<PlainAnswer>,
    pub(super) followed: SpokenLogs,
    pub(super) zone: TimeZone,
}

/// Which log lines are said as they come.
pub(super) enum SpokenLogs {
    Nothing,
    All,
    One(LogName),
}

pub(super) enum TalkStep {
    Go,
    End,
}

impl Talk<'_> {
    pub(super) fn situation(&self) -> Situation<'_> {
        let (plan, release) = (&self.snapshot.plan, &self.snapshot.release);
        Situation { plan, release, version: &self.version, now: self.handle.now() }
    }

    /// Returns whether it is a go, with what was looked at elsewhere as a doubt.
    pub(super) fn outlook(&self) -> Outlook {
        let mut outlook = self.situation().outlook();
        if let Some(why) = self.handle.doubt() {
            outlook.add(Reason::elsewhere(why));
        }
        outlook
    }
}
