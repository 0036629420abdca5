//! The log pump: it passes the safe lines of every source to the clients, and keeps the newest for those that join late.

use super::event_bus::{Events, Subscription};
use super::world::World;
use jiff::Timestamp;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tminus_core::failure::Failure;
use tminus_core::mask::{Mask, SafeFailure};
use tminus_core::names::LogName;
use tminus_core::ports::LogSource;
use tminus_core::telemetry::{LogLine, Telemetry};
use tminus_logs::repeats::Repeats;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// How many lines are kept for a client that joins, and how many bytes they may be.
const KEPT: usize = 500;
const KEPT_BYTES: usize = 1 << 20;
/// How many lines a source may be ahead of the pump; then it waits.
const AHEAD: usize = 1_024;
/// How many bytes of lines go in one event, where so many came in the same moment.
const TOGETHER: usize = 64 * 1024;
/// How long the lines that follow on others are gathered: one line goes on at once, a flood in gulps.
const GATHER: Duration = Duration::from_millis(10);
/// How long to wait before a source that ended is asked again.
const AGAIN: Duration = Duration::from_secs(2);

/// The newest lines.
#[derive(Clone, Default)]
pub(super) struct LogTail {
    kept: Arc<Mutex<KeptLine>>,
}

#[derive(Default)]
struct KeptLine {
    lines: VecDeque<LogLine>,
    /// The sources that cannot be read now, as that was told.
    lost: BTreeMap<LogName, Telemetry>,
    bytes: usize,
    /// How many lines there were, those that are not kept among them.
    passed: u64,
}

impl KeptLine {
    fn take(&mut self, lines: &[LogLine]) {
        self.passed += lines.len() as u64;
        for line in &lines[lines.len().saturating_sub(KEPT)..] {
            self.bytes += line.text.len();
            self.lines.push_back(line.clone());
            while self.lines.len() > KEPT || self.bytes > KEPT_BYTES {
                let Some(old) = self.lines.pop_front() else { break };
                self.bytes -= old.text.len();
            }
        }
    }
}

impl LogTail {
    /// Returns the newest lines, oldest first, how many there were, which sources cannot be read, and the events from there
    /// on: nothing is in both, and nothing in neither.
    pub(super) fn join(&self, events: &Events) -> (Vec<LogLine>, u64, Vec<Telemetry>, Subscription) {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let (lines, lost) = (kept.lines.iter().cloned().collect(), kept.lost.values().cloned().collect());
        (lines, kept.passed, lost, events.subscribe())
    }

    /// Says that a source cannot be read, or can again; clients that join later hear it too.
    fn lose(&self, source: LogName, at: Timestamp, failure: Option<SafeFailure>, events: &Events) {
        let told = Telemetry::LogLost { source: source.clone(), at, failure: failure.clone() };
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        match failure {
            Some(_) => drop(kept.lost.insert(source, told.clone())),
            None => drop(kept.lost.remove(&source)),
        }
        events.telemetry(told);
    }

    fn pass(&self, lines: Vec<LogLine>, events: &Events) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.take(&lines);
        events.telemetry(Telemetry::Log(lines.into()));
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
    tail: LogTail,
    mask: Mask,
    events: Events,
}

impl Pump {
    /// Follows the source for ever; where it ends, goes on from the last line.
    async fn run(self) {
        let mut since: Option<Timestamp> = None;
        let mut is_lost = false;
        let mut repeats = Repeats::default();
        loop {
            let (sender, mut lines) = mpsc::channel(AHEAD);
            let follow = self.source.follow(since, sender);
            let take = async {
                let mut came = Vec::new();
                while lines.recv_many(&mut came, AHEAD).await > 0 {
                    if let Some(first) = came.first()
                        && std::mem::take(&mut is_lost)
                    {
                        self.lost(first.at, None);
                    }
                    since = came.last().map(|line| line.at);
                    self.pass(came.drain(..).filter(|line| !repeats.is_told(line)));
                    tokio::time::sleep(GATHER).await;
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
            if let Some(since) = since {
                repeats.begin_again(since);
            }
        }
    }

    /// Passes lines on, few enough of them together that an event stays short.
    fn pass(&self, lines: impl Iterator<Item = LogLine>) {
        let (mut together, mut bytes) = (Vec::new(), 0);
        for line in lines {
            bytes += line.text.len();
            together.push(line);
            if bytes >= TOGETHER {
                self.tail.pass(std::mem::take(&mut together), &self.events);
                bytes = 0;
            }
        }
        if !together.is_empty() {
            self.tail.pass(together, &self.events);
        }
    }

    fn lost(&self, at: Timestamp, failure: Option<Failure>) {
        let failure = failure.map(|failure| self.mask.failure(failure));
        self.tail.lose(self.name.clone(), at, failure, &self.events);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_trait::async_trait;
    use tminus_core::failure::FailureKind;
    use tminus_core::ports::{LogReading, PortError};

    /// A log that is not shown.
    struct Shut;

    #[async_trait]
    impl LogSource for Shut {
        async fn follow(&self, _: Option<Timestamp>, _: mpsc::Sender<LogLine>) -> Result<(), PortError> {
            Err(PortError::new(FailureKind::Unauthorized, "not shown"))
        }

        async fn read(&self, _: Option<Timestamp>, _: usize) -> Result<LogReading, PortError> {
            Ok(LogReading::default())
        }
    }

    #[tokio::test]
    async fn whoever_joins_after_a_log_was_lost_is_told_which_and_why() {
        let (tail, events) = (LogTail::default(), Events::new());
        let name = LogName::new("app");
        let (_, _, none, mut heard) = tail.join(&events);
        assert_eq!(none, []);
        let pump = Pump {
            name: name.clone(),
            source: Arc::new(Shut),
            tail: tail.clone(),
            mask: Mask::new(),
            events: events.clone(),
        };
        let mut tasks = JoinSet::new();
        tasks.spawn(pump.run());
        drop(heard.next().await.unwrap());
        let (_, _, lost, _) = tail.join(&events);
        let [Telemetry::LogLost { source, failure: Some(failure), .. }] = lost.as_slice() else { panic!("{lost:?}") };
        assert_eq!((source, failure.sentence().as_str()), (&name, "not shown"));
        tail.lose(name, Timestamp::UNIX_EPOCH, None, &events);
        assert_eq!(tail.join(&events).2, []);
    }
}
