//! What a command prints, line by line.

use super::dating::{Dating, Unstamped};
use super::stamp;
use crate::adapters::process::{Program, stream};
use crate::adapters::secrets::Secrets;
use crate::domain::names::LogName;
use crate::domain::plan::CommandLine;
use crate::domain::telemetry::LogLine;
use crate::ports::{Clock, FailureKind, LogReading, LogSource, PortError};
use async_trait::async_trait;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

/// How long a command may print when it is only read; one that follows never ends by itself.
const READ: Duration = Duration::from_secs(3);

/// The lines of one command. It is started for each reading, and ended with it.
#[derive(Clone)]
pub struct CommandLog {
    name: LogName,
    command: CommandLine,
    root: PathBuf,
    secrets: Arc<Secrets>,
    clock: Arc<dyn Clock>,
}

impl CommandLog {
    /// Makes it for a command that runs at the root of the repository; it starts nothing before the plan is trusted.
    pub fn new(name: LogName, command: CommandLine, secrets: Arc<Secrets>, clock: Arc<dyn Clock>) -> Self {
        let root = secrets.root().to_owned();
        Self { name, command, root, secrets, clock }
    }

    fn program(&self) -> Result<Program, PortError> {
        self.secrets.trust().allow(&format!("the log {} was not read", self.name))?;
        let words: Result<Vec<String>, _> = self.command.0.iter().map(|word| word.fill(&BTreeMap::new())).collect();
        let words = words.map_err(|unknown| PortError::new(FailureKind::Malformed, unknown.to_string()))?;
        Ok(Program::new(words, &self.root))
    }

    /// Sends lines as they are printed.
    async fn print(&self, to: mpsc::Sender<String>) -> Result<(), PortError> {
        let program = self.program()?;
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

    /// Passes lines on to the follower. One without a stamp is from now: it was printed since the command was started.
    async fn hand_on(&self, since: Option<Timestamp>, mut from: mpsc::Receiver<String>, to: mpsc::Sender<LogLine>) {
        while let Some(text) = from.recv().await {
            let line = stamp::line(&self.name, text, self.clock.now());
            if since.is_none_or(|since| line.at >= since) && to.send(line).await.is_err() {
                return;
            }
        }
    }

    fn ended(&self, how: &str) -> PortError {
        PortError::new(FailureKind::Unreachable, format!("the log {} ended", self.name))
            .because(format!("`{}`: {how}", self.command.display()))
    }
}

#[async_trait]
impl LogSource for CommandLog {
    async fn follow(&self, since: Option<Timestamp>, lines: mpsc::Sender<LogLine>) -> Result<(), PortError> {
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
    async fn read(&self, since: Option<Timestamp>, most: usize) -> Result<LogReading, PortError> {
        let (to, mut lines) = mpsc::channel(256);
        let printing = tokio::time::timeout(READ, self.print(to));
        let mut dating = Dating::new(self.name.clone(), (since, self.clock.now()), Unstamped::WhenIndented, most);
        let keeping = async {
            while let Some(text) = lines.recv().await {
                // What was printed meanwhile is not in the future.
                dating.tick(self.clock.now());
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
