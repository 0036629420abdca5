//! What a command prints, line by line.

use super::dating::{Dating, Unstamped};
use super::repetition::{Repetition, hash};
use super::stamp;
use crate::process::{Program, stream};
use crate::secrets::Secrets;
use async_trait::async_trait;
use jiff::Timestamp;
use std::collections::{BTreeMap, VecDeque};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tminus_core::names::LogName;
use tminus_core::plan::CommandLine;
use tminus_core::ports::{Clock, FailureKind, LogReading, LogSource, PortError};
use tminus_core::telemetry::LogLine;
use tokio::sync::mpsc;
use tokio::time::Instant;

/// How long a command may print when it is only read; one that follows never ends by itself.
const READ: Duration = Duration::from_secs(3);

/// How many lines of a run are remembered.
const KEPT: usize = 10_000;

/// How long a command that is started again may take until it begins to repeat lines; what comes later is new.
const BEGINS: Duration = Duration::from_secs(10);

/// How long it may pause while it repeats lines.
const PAUSES: Duration = Duration::from_secs(1);

/// The lines of one command. It is started for each reading, and ended with it.
#[derive(Clone)]
pub struct CommandLog {
    name: LogName,
    command: CommandLine,
    root: PathBuf,
    secrets: Arc<Secrets>,
    clock: Arc<dyn Clock>,
    /// The lines of the run before, of which the next one may print the last again.
    before: Arc<Mutex<PreviousRun>>,
}

/// What the previous run printed.
#[derive(Default)]
struct PreviousRun {
    lines: VecDeque<u64>,
    /// Whether it was followed: what was only read since then, by a check, did not reach the follower.
    is_followed: bool,
}

impl PreviousRun {
    fn note(&mut self, text: &str) {
        self.lines.push_back(hash(text));
        if self.lines.len() > KEPT {
            self.lines.pop_front();
        }
    }
}

impl CommandLog {
    /// Makes it for a command that runs at the root of the repository; it starts nothing before the plan is trusted.
    pub fn new(name: LogName, command: CommandLine, secrets: Arc<Secrets>, clock: Arc<dyn Clock>) -> Self {
        let root = secrets.root().to_owned();
        Self { name, command, root, secrets, clock, before: Arc::default() }
    }

    async fn program(&self) -> Result<Program, PortError> {
        self.secrets.allow_run(&format!("the log {} was not read", self.name)).await?;
        let words: Result<Vec<String>, _> = self.command.0.iter().map(|word| word.fill(&BTreeMap::new())).collect();
        let words = words.map_err(|unknown| PortError::new(FailureKind::Malformed, unknown.to_string()))?;
        Ok(Program::new(words, &self.root))
    }

    /// Sends lines as they are printed.
    async fn print(&self, to: mpsc::Sender<String>) -> Result<(), PortError> {
        let program = self.program().await?;
        let (sender, mut printed) = mpsc::channel(256);
        let streaming = stream(&program, sender);
        tokio::pin!(streaming);
        let mut ended = None;
        loop {
            let text = tokio::select! {
                text = printed.recv() => text,
                end = &mut streaming, if ended.is_none() => {
                    ended = Some(end?);
                    continue;
                }
            };
            let Some(text) = text else {
                break;
            };
            if !text.is_empty() && to.send(text).await.is_err() {
                return Ok(());
            }
        }
        match ended {
            Some(Some(0)) => Ok(()),
            Some(Some(status)) => Err(self.ended(&format!("exit {status}"))),
            Some(None) | None => Err(self.ended("a signal ended it")),
        }
    }

    /// Passes lines on to the follower. One without a stamp is from now: it was printed since the command was started. A
    /// restarted command may print the last lines of the previous run again; they are passed on once.
    async fn hand_on(
        &self,
        since: Option<Timestamp>,
        mut from: mpsc::Receiver<String>,
        to: mpsc::Sender<LogLine<String>>,
    ) {
        let mut repetition = Repetition::of(self.told_before(since));
        let mut until = Instant::now() + BEGINS;
        loop {
            let mut is_over = false;
            let text = tokio::select! {
                text = from.recv() => {
                    is_over = text.is_none();
                    text
                }
                () = tokio::time::sleep_until(until), if repetition.may_go_on() => None,
            };
            let new = match text {
                Some(text) => {
                    until = Instant::now() + PAUSES;
                    self.before().note(&text);
                    let hashed = hash(&text);
                    repetition.take(hashed, stamp::line(&self.name, text, self.clock.now()))
                }
                None => repetition.end(),
            };
            for line in new.into_iter().filter(|line| since.is_none_or(|since| line.at >= since)) {
                if to.send(line).await.is_err() {
                    return;
                }
            }
            if is_over {
                return;
            }
        }
    }

    /// Begins another run that is followed; returns what the one before has printed, where the follower has it.
    fn told_before(&self, since: Option<Timestamp>) -> VecDeque<u64> {
        let mut before = self.before();
        before.is_followed = true;
        let told = std::mem::take(&mut before.lines);
        if since.is_some() { told } else { VecDeque::new() }
    }

    fn before(&self) -> MutexGuard<'_, PreviousRun> {
        self.before.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ended(&self, how: &str) -> PortError {
        PortError::new(FailureKind::Unreachable, format!("the log {} ended", self.name))
            .because(format!("`{}`: {how}", self.command.display()))
    }
}

#[async_trait]
impl LogSource<String> for CommandLog {
    async fn follow(&self, since: Option<Timestamp>, lines: mpsc::Sender<LogLine<String>>) -> Result<(), PortError> {
        let gone = lines.clone();
        let (sender, printed) = mpsc::channel(256);
        let taking = async { tokio::join!(self.print(sender), self.hand_on(since, printed, lines)).0 };
        tokio::select! {
            taken = taking => match taken {
                Ok(()) if gone.is_closed() => Ok(()),
                Ok(()) => Err(self.ended("exit 0")),
                Err(failure) => Err(failure),
            },
            () = gone.closed() => Ok(()),
        }
    }

    /// Reads until the command ends, or for three seconds where it follows.
    ///
    /// Since a moment only what carries a stamp counts: a command prints old lines and new ones alike.
    async fn read(&self, since: Option<Timestamp>, most: usize) -> Result<LogReading<String>, PortError> {
        let (to, mut lines) = mpsc::channel(256);
        let printing = tokio::time::timeout(READ, self.print(to));
        if !self.before().is_followed {
            self.before().lines.clear();
        }
        let mut dating = Dating::new(self.name.clone(), (since, self.clock.now()), Unstamped::WhenIndented, most);
        let keeping = async {
            while let Some(text) = lines.recv().await {
                // What was printed meanwhile is not in the future.
                dating.tick(self.clock.now());
                if !self.before().is_followed {
                    self.before().note(&text);
                }
                dating.take(text);
            }
        };
        let (ended, ()) = tokio::join!(printing, keeping);
        match ended {
            Ok(ended) => ended?,
            Err(_still_following) => {}
        }
        Ok(dating.end(false))
    }
}
