//! What a command prints, line by line.

use super::stamp;
use crate::adapters::process::{Program, stream};
use crate::adapters::secrets::Secrets;
use crate::domain::names::LogName;
use crate::domain::plan::CommandLine;
use crate::domain::telemetry::LogLine;
use crate::ports::{Clock, FailureKind, LogSource, PortError};
use async_trait::async_trait;
use jiff::Timestamp;
use std::collections::{BTreeMap, VecDeque};
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

    /// Takes lines as they are printed. One without a stamp is from now: it was printed since the command was started.
    async fn take(&self, since: Option<Timestamp>, to: mpsc::Sender<LogLine>) -> Result<(), PortError> {
        let program = self.program()?;
        let (sender, mut printed) = mpsc::channel(256);
        let streaming = stream(&program, sender);
        tokio::pin!(streaming);
        let mut ended = None;
        let mut last = None;
        loop {
            let bytes = tokio::select! {
                bytes = printed.recv() => bytes,
                end = &mut streaming, if ended.is_none() => {
                    ended = Some(end?);
                    continue;
                }
            };
            let Some(bytes) = bytes else {
                break;
            };
            let text = LogLine::bounded(&bytes);
            last = stamp::of(&text).or(last);
            let at = last.unwrap_or_else(|| self.clock.now());
            let is_wanted = !text.is_empty() && since.is_none_or(|since| at >= since);
            if is_wanted && to.send(LogLine { source: self.name.clone(), at, text }).await.is_err() {
                return Ok(());
            }
        }
        match ended {
            Some(Some(0)) => Ok(()),
            Some(Some(status)) => Err(self.ended(&format!("exit {status}"))),
            Some(None) | None => Err(self.ended("a signal ended it")),
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
        tokio::select! {
            taken = self.take(since, lines) => match taken {
                Ok(()) if gone.is_closed() => Ok(()),
                Ok(()) => Err(self.ended("exit 0")),
                Err(failure) => Err(failure),
            },
            () = gone.closed() => Ok(()),
        }
    }

    /// Reads until the command ends, or for three seconds where it follows.
    async fn read(&self, since: Option<Timestamp>, most: usize) -> Result<Vec<LogLine>, PortError> {
        let (to, mut lines) = mpsc::channel(256);
        let taking = tokio::time::timeout(READ, self.take(since, to));
        let keeping = async {
            let mut kept = VecDeque::new();
            while let Some(line) = lines.recv().await {
                kept.push_back(line);
                if kept.len() > most {
                    kept.pop_front();
                }
            }
            kept
        };
        let (taken, kept) = tokio::join!(taking, keeping);
        match taken {
            Ok(taken) => taken?,
            Err(_still_following) => {}
        }
        Ok(kept.into())
    }
}
