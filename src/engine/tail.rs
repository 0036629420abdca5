//! The log pump: lines from every source, masked, to whoever listens, and the newest kept for who joins late.

use super::told::{Events, Told};
use super::world::World;
use crate::domain::failure::Failure;
use crate::domain::mask::Mask;
use crate::domain::names::LogName;
use crate::domain::telemetry::{LogLine, Telemetry};
use crate::logs::clean;
use crate::ports::LogSource;
use jiff::Timestamp;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{broadcast, mpsc};
use tokio::task::JoinSet;

/// How many lines are kept for a client that joins.
const KEPT: usize = 500;
/// How many lines a source may be ahead of the pump; then it waits.
const AHEAD: usize = 1_024;
/// How long to wait before a source that ended is asked again.
const AGAIN: Duration = Duration::from_secs(2);

/// The newest lines.
#[derive(Clone, Default)]
pub(super) struct Tail {
    lines: Arc<Mutex<VecDeque<LogLine>>>,
}

impl Tail {
    /// Returns the newest lines, oldest first, and the events from there on: no line is in both, and none in neither.
    pub(super) fn join(&self, events: &Events) -> (Vec<LogLine>, broadcast::Receiver<Told>) {
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        (lines.iter().cloned().collect(), events.subscribe())
    }

    fn pass(&self, line: LogLine, events: &Events) {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.len() == KEPT {
            lines.pop_front();
        }
        lines.push_back(line.clone());
        events.telemetry(Telemetry::Log(line));
    }

    /// Starts to follow every source.
    pub(super) fn start(&self, world: &World, events: &Events, tasks: &mut JoinSet<()>) {
        for (name, source) in &world.logs {
            let pump = Pump {
                name: name.clone(),
                source: source.clone(),
                tail: self.clone(),
                mask: world.mask.clone(),
                events: events.clone(),
            };
            tasks.spawn(pump.run());
        }
    }
}

struct Pump {
    name: LogName,
    source: Arc<dyn LogSource>,
    tail: Tail,
    mask: Mask,
    events: Events,
}

impl Pump {
    /// Follows the source for ever; where it ends, goes on from the last line.
    async fn run(self) {
        let mut since: Option<Timestamp> = None;
        let mut is_lost = false;
        loop {
            let (sender, mut lines) = mpsc::channel(AHEAD);
            let follow = self.source.follow(since, sender);
            let take = async {
                while let Some(line) = lines.recv().await {
                    if std::mem::take(&mut is_lost) {
                        self.lost(line.at, None);
                    }
                    since = Some(line.at);
                    self.pass(line);
                }
            };
            let (ended, ()) = futures::join!(follow, take);
            if let Err(failure) = ended
                && !is_lost
            {
                is_lost = true;
                self.lost(since.unwrap_or(Timestamp::UNIX_EPOCH), Some(failure));
            }
            tokio::time::sleep(AGAIN).await;
        }
    }

    fn pass(&self, line: LogLine) {
        // Cleaned first: a sequence in the middle of a secret would hide it from the mask.
        let line = LogLine { text: self.mask.apply(&clean::line(&line.text)), ..line };
        self.tail.pass(line, &self.events);
    }

    fn lost(&self, at: Timestamp, failure: Option<Failure>) {
        let source = self.name.clone();
        self.events.telemetry(Telemetry::LogLost { source, at, failure });
    }
}
