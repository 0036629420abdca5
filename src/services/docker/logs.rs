//! The log of a container: of whichever has its name, through restarts and replacements, from its engine's own record.

use super::frames::{FrameReader, OutputStream, StampedLine};
use super::link::Link;
use super::look::{self, SeenContainer};
use super::sent::Sent;
use async_trait::async_trait;
use jiff::Timestamp;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tminus_core::names::LogName;
use tminus_core::ports::{Clock, FailureKind, LogReading, LogSource, PortError, RunSpan};
use tminus_core::telemetry::LogLine;
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior};

/// How many of the newest messages are followed from when no moment is given.
const NEWEST: usize = 10_000;

/// How often is looked whether a container that ended runs again, or another has its name.
const SOON: Duration = Duration::from_millis(250);
/// The same after a while.
const LATER: Duration = Duration::from_secs(2);
/// How long it may be missing, as it is for a moment while it is replaced; and how long one looks every [`SOON`].
const MISSING: Duration = Duration::from_secs(10);
/// How often is looked whether the name has gone to another container while this one still runs.
const RENAMED: Duration = Duration::from_secs(5);

/// How many followings that ended can be taken up again.
const HELD: usize = 8;
/// How many containers one following remembers.
const CONTAINERS: usize = 8;

/// The lines of the container that has a name.
#[derive(Clone)]
pub struct ContainerLog {
    name: LogName,
    container: String,
    link: Link,
    clock: Arc<dyn Clock>,
    /// The streams that ended; the next one continues the stream whose last line it starts after.
    ended: Arc<Mutex<VecDeque<Following>>>,
}

/// What one following has sent.
#[derive(Default)]
struct Following {
    since: Option<Timestamp>,
    /// The stamp of the line that was sent last.
    last: Option<Timestamp>,
    /// By container id, the one that was first read first.
    sent: Vec<(String, Sent)>,
    /// When the first container was made: one that is older was there before, under another name.
    first: Option<Timestamp>,
}

/// How the reading of one container ended.
enum StreamEnd {
    /// Its engine has no more of it.
    Over,
    /// Nobody takes lines any more.
    Closed,
}

impl ContainerLog {
    /// Makes it for the container of a name on an engine; it need not be there yet.
    pub fn new(name: LogName, container: impl Into<String>, link: Link, clock: Arc<dyn Clock>) -> Self {
        Self { name, container: container.into(), link, clock, ended: Arc::default() }
    }

    /// Finds the container that has the name now.
    async fn look(&self) -> Result<Option<SeenContainer>, PortError> {
        let docker = self.link.docker().await?;
        let looked = tokio::time::timeout(self.link.patience().now(), look::inspect(&docker, &self.container)).await;
        looked.unwrap_or_else(|_elapsed| {
            Err(PortError::new(FailureKind::Unreachable, format!("{} does not answer", self.link.name())))
        })
    }

    fn missing(&self) -> PortError {
        let summary = format!("there is no container {} for the log {}", self.container, self.name);
        PortError::new(FailureKind::NotFound, summary)
    }

    /// Follows whichever container has the name.
    async fn run(&self, following: &mut Following, to: &mpsc::Sender<LogLine<String>>) -> Result<(), PortError> {
        let mut over: Option<(String, Option<Timestamp>)> = None;
        let mut ended = Instant::now();
        loop {
            let seen = self.look().await?;
            let is_over = match &seen {
                Some(seen) => seen.since.is_none() && over.as_ref().is_some_and(|over| *over == run_of(seen)),
                None if over.is_none() || ended.elapsed() > MISSING => return Err(self.missing()),
                None => true,
            };
            match seen {
                Some(seen) if !is_over => {
                    let began = Instant::now();
                    if matches!(self.stream(&seen, following, to).await?, StreamEnd::Closed) {
                        return Ok(());
                    }
                    // One that is started again and again ends at once each time.
                    tokio::time::sleep_until(began + SOON).await;
                    // What was read while it ran is read once more when it has ended: its last lines may come late.
                    over = Some(if seen.since.is_none() { run_of(&seen) } else { (seen.id, None) });
                    ended = Instant::now();
                }
                Some(_) | None => {
                    let is_late = ended.elapsed() > MISSING;
                    tokio::time::sleep(if is_late { LATER } else { SOON }).await;
                }
            }
        }
    }

    /// Reads one container until it ends, or its name has gone to another.
    async fn stream(
        &self,
        seen: &SeenContainer,
        following: &mut Following,
        to: &mpsc::Sender<LogLine<String>>,
    ) -> Result<StreamEnd, PortError> {
        let range = following.range(seen);
        let Following { last, sent, .. } = following;
        let sent = of(sent, &seen.id);
        let mut answer = self.link.read(&address(&seen.id, Mode::Follow, &range)).await?;
        let mut frames = FrameReader::of(output(seen));
        let mut names = tokio::time::interval_at(Instant::now() + RENAMED, RENAMED);
        names.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let (lines, is_over) = tokio::select! {
                bytes = answer.chunk() => match bytes {
                    Err(error) => return Err(self.link.explained(self.broken(&error.without_url())).await),
                    Ok(Some(bytes)) => (frames.take(&bytes), false),
                    Ok(None) => (std::mem::replace(&mut frames, FrameReader::of(OutputStream::Streams)).end(), true),
                },
                _tick = names.tick() => {
                    if matches!(self.look().await, Ok(Some(now)) if now.id != seen.id) {
                        return Ok(StreamEnd::Over);
                    }
                    continue;
                }
            };
            for line in lines {
                if let Some(line) = self.line(line, last, sent)
                    && to.send(line).await.is_err()
                {
                    return Ok(StreamEnd::Closed);
                }
            }
            if is_over {
                return Ok(StreamEnd::Over);
            }
        }
    }

    /// Makes a line of ours; none when it was sent before, or is empty.
    fn line(&self, line: StampedLine, last: &mut Option<Timestamp>, sent: &mut Sent) -> Option<LogLine<String>> {
        let at = line.at.or(*last).unwrap_or_else(|| self.clock.now());
        if line.text.is_empty() || !sent.is_new(at, &line) {
            return None;
        }
        *last = Some(at);
        Some(LogLine { source: self.name.clone(), at, text: line.text })
    }

    fn broken(&self, error: &reqwest::Error) -> PortError {
        PortError::new(FailureKind::Unreachable, format!("the log {} broke off", self.name)).caused_by(error)
    }

    /// Takes up the following that ended at a line; a new one begins where there is none.
    fn resume(&self, since: Option<Timestamp>) -> Following {
        let mut ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        let found = ended.iter().position(|following| since.is_some() && following.last == since);
        found.and_then(|at| ended.remove(at)).unwrap_or_else(|| Following { since, ..Following::default() })
    }

    fn hold(&self, following: Following) {
        let mut ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        ended.push_back(following);
        if ended.len() > HELD {
            ended.pop_front();
        }
    }
}

#[async_trait]
impl LogSource<String> for ContainerLog {
    /// Follows the container of the name through restarts and replacements. Without a moment it begins with the newest
    /// 10,000 messages.
    async fn follow(&self, since: Option<Timestamp>, lines: mpsc::Sender<LogLine<String>>) -> Result<(), PortError> {
        let mut following = self.resume(since);
        let ended = tokio::select! {
            ended = self.run(&mut following, &lines) => ended,
            () = lines.closed() => Ok(()),
        };
        self.hold(following);
        ended
    }

    async fn read(&self, since: Option<Timestamp>, most: usize) -> Result<LogReading<String>, PortError> {
        let Some(seen) = self.look().await? else { return Err(self.missing()) };
        let mut answer = self.link.read(&address(&seen.id, Mode::Read, &Range { since, newest: Some(most) })).await?;
        let mut frames = FrameReader::of(output(&seen));
        let (mut kept, mut last, mut sent) = (VecDeque::new(), None, Sent::default());
        let mut is_cut = false;
        let mut keep = |lines: Vec<StampedLine>| {
            kept.extend(lines.into_iter().filter_map(|line| self.line(line, &mut last, &mut sent)));
            let excess = kept.len().saturating_sub(most);
            is_cut |= excess > 0;
            kept.drain(..excess);
        };
        while let Some(bytes) = answer.chunk().await.map_err(|error| self.broken(&error.without_url()))? {
            keep(frames.take(&bytes));
        }
        // The engine counts messages, and a long line is several of them.
        let messages = frames.messages();
        keep(frames.end());
        Ok(LogReading { lines: kept.into(), is_cut: is_cut || messages >= most, ..LogReading::default() })
    }

    /// A container that is started again has the lines of its earlier runs too.
    async fn runs_since(&self) -> Result<Option<RunSpan>, PortError> {
        let Some(seen) = self.look().await? else { return Err(self.missing()) };
        let Some(started) = seen.since else { return Ok(None) };
        // The engine notes the start when the process runs already, and may have printed.
        let ended_before = seen.finished.filter(|finished| *finished <= started);
        Ok(ended_before.or(seen.created).map(|after| RunSpan { after, started }))
    }
}

/// What of a log is asked for.
struct Range {
    since: Option<Timestamp>,
    newest: Option<usize>,
}

impl Following {
    /// Says from where a container is read: on from what was sent of it, or all of one that is new.
    fn range(&mut self, seen: &SeenContainer) -> Range {
        if let Some(from) = of(&mut self.sent, &seen.id).again() {
            return Range { since: Some(from), newest: None };
        }
        let is_first = self.first.is_none() || self.last.is_none();
        let first = *self.first.get_or_insert(seen.created.unwrap_or(Timestamp::MIN));
        let is_older = seen.created.is_some_and(|created| created < first);
        match self.since {
            since if is_first => Range { since, newest: since.is_none().then_some(NEWEST) },
            // It was there before and has come back: what it wrote in its earlier days is not new.
            _ if is_older => Range { since: seen.since.or(self.last), newest: None },
            since => Range { since, newest: None },
        }
    }
}

/// Returns what was sent of a container.
fn of<'a>(sent: &'a mut Vec<(String, Sent)>, id: &str) -> &'a mut Sent {
    let known = sent.iter().position(|(known, _)| known == id);
    let at = known.unwrap_or_else(|| {
        if sent.len() == CONTAINERS {
            sent.remove(0);
        }
        sent.push((id.to_owned(), Sent::default()));
        sent.len() - 1
    });
    &mut sent[at].1
}

/// Names one run of one container.
fn run_of(seen: &SeenContainer) -> (String, Option<Timestamp>) {
    (seen.id.clone(), seen.started)
}

const fn output(seen: &SeenContainer) -> OutputStream {
    if seen.is_terminal { OutputStream::Terminal } else { OutputStream::Streams }
}

/// Whether a log is read to its end, or followed.
#[derive(Clone, Copy)]
enum Mode {
    Read,
    Follow,
}

fn address(id: &str, mode: Mode, range: &Range) -> String {
    let follow = match mode {
        Mode::Read => 0,
        Mode::Follow => 1,
    };
    let since = range
        .since
        .filter(|since| *since > Timestamp::UNIX_EPOCH)
        .map_or(String::new(), |since| format!("&since={}.{:09}", since.as_second(), since.subsec_nanosecond()));
    let newest = range.newest.map_or(String::new(), |newest| format!("&tail={newest}"));
    format!("/containers/{id}/logs?follow={follow}&stdout=1&stderr=1&timestamps=1{since}{newest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_keeps_its_nanoseconds() {
        let since = "2026-11-22T12:41:07.000000012Z".parse().ok();
        let address = address("ab", Mode::Follow, &Range { since, newest: None });
        assert_eq!(address, "/containers/ab/logs?follow=1&stdout=1&stderr=1&timestamps=1&since=1795351267.000000012");
    }
}
