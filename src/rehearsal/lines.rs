//! The log lines of the world: a pure function of source, time, and what runs how.

use super::faults::condition;
use super::script::ScriptEnding;
use super::snapshot::stand;
use super::world::{PlayedWorld, Site};
use crate::scenario::Scenario;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use tminus_core::names::LogName;
use tminus_core::telemetry::LogLine;

/// How far apart the requests are that a source tells of, in milliseconds.
const STRIDE: i64 = 900;

/// How many requests back a source remembers: two days.
const FARTHEST: i64 = 200_000;

/// What writes the lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Writer {
    /// The backend itself.
    Backend,
    /// A proxy before it.
    Proxy,
}

/// A source of lines in the world.
pub(crate) struct LineSource<'a> {
    pub(crate) name: &'a LogName,
    pub(crate) writer: Writer,
    pub(crate) site: &'a Site,
    pub(crate) world: &'a PlayedWorld,
    pub(crate) scenario: &'a Scenario,
}

impl LineSource<'_> {
    /// Returns the newest lines after one moment and up to another, oldest first, at most `most`.
    pub(crate) fn between(&self, after: Timestamp, until: Timestamp, most: usize) -> Vec<LogLine<String>> {
        let (first, last) = (after.as_millisecond().div_euclid(STRIDE), until.as_millisecond().div_euclid(STRIDE));
        let mut lines: Vec<_> = self.starts(after, until);
        // Backwards, so that only as much is made as is asked for, however long the time was.
        let requests = (first.max(last - FARTHEST)..=last).rev().filter_map(|tick| self.request(tick));
        lines.extend(requests.filter(|line| after < line.at && line.at <= until).take(most));
        lines.sort_by_key(|line| line.at);
        lines.split_off(lines.len().saturating_sub(most))
    }

    /// Returns when the next line after a moment may come.
    pub(crate) fn next(&self, after: Timestamp) -> Timestamp {
        let tick = after.as_millisecond().div_euclid(STRIDE) + 1;
        Timestamp::from_millisecond(tick * STRIDE + STRIDE).unwrap_or(after)
    }

    fn line(&self, at: Timestamp, text: impl Into<String>) -> LogLine<String> {
        LogLine { source: self.name.clone(), at, text: text.into() }
    }

    /// Returns what a backend says when it starts, and when it ends as soon as it has.
    fn starts(&self, after: Timestamp, until: Timestamp) -> Vec<LogLine<String>> {
        if self.writer == Writer::Proxy {
            return Vec::new();
        }
        let past = self.site.past.iter().map(|landed| (landed.at, LineScript::Starts));
        let orders = self.world.orders_of(self.site).filter(|begun| begun.cancelled.is_none());
        let orders = orders.filter_map(|begun| match begun.itinerary.ending {
            ScriptEnding::Good => Some((begun.starts(), LineScript::Starts)),
            ScriptEnding::Failed { .. } if begun.itinerary.restarts() => Some((begun.starts(), LineScript::Ends)),
            ScriptEnding::Failed { .. } => None,
        });
        let said = past
            .chain(orders)
            .flat_map(|(at, says)| says.lines().iter().map(move |(millis, text)| (at, *millis, *text)));
        let lines = said.map(|(at, millis, text)| self.line(later(at, millis), text));
        lines.filter(|line| after < line.at && line.at <= until).collect()
    }

    fn request(&self, tick: i64) -> Option<LogLine<String>> {
        let luck = luck(self.name, tick);
        let at = Timestamp::from_millisecond(tick * STRIDE + i64::from(luck[0]) * STRIDE / 256).ok()?;
        let run = stand(self.world, self.site, at).serves?;
        let condition = condition(self.scenario, self.site, &run, at);
        // On screen one line stands for many requests, so a bad version is seen to fail far more often than it does.
        let fails = condition.errors.is_some() && luck[1] < 90;
        let slow = condition.latency.map_or(0, |latency| latency.duration().as_millis() as u64);
        let took = 8 + u64::from(luck[2]) / 8 + if luck[3] < 128 { slow } else { 0 };
        let path = PATHS[usize::from(luck[4]) % PATHS.len()];
        let status = if fails { 500 } else { 200 };
        let text = match (self.writer, fails, luck[5]) {
            (Writer::Backend, true, 0..128) => "ERROR TimeoutError: pool exhausted".to_owned(),
            (Writer::Backend, true, _) => format!("ERROR GET {path} 500 {took}ms"),
            (Writer::Backend, false, 0..8) => "WARN  retry 1 of 3: voice provider answered after 2.1s".to_owned(),
            (Writer::Backend, false, _) => format!("INFO  GET {path} {status} {took}ms"),
            (Writer::Proxy, false, 0..16) => "WARN  upstream response is buffered to a temporary file".to_owned(),
            (Writer::Proxy, _, _) => format!("10.0.{}.{} \"GET {path} HTTP/2.0\" {status} {took}ms", luck[6], luck[7]),
        };
        Some(self.line(at, text))
    }
}

const PATHS: [&str; 6] = [
    "/api/health",
    "/api/content",
    "/api/content?lang=he&q=בית",
    "/api/voice/health",
    "/api/user/profile",
    "/api/content?page=2",
];

#[derive(Clone, Copy)]
enum LineScript {
    Starts,
    Ends,
}

impl LineScript {
    const fn lines(self) -> &'static [(i64, &'static str)] {
        match self {
            Self::Starts => &[
                (200, "INFO  Started server process [1]"),
                (250, "INFO  Waiting for application startup"),
                (1_400, "INFO  Application startup complete"),
                (1_450, "INFO  Listening on http://0.0.0.0:8000"),
            ],
            Self::Ends => &[
                (200, "INFO  Started server process [1]"),
                (600, "ERROR KeyError: 'VOICE_MODEL_PATH' (app/voice/settings.py, line 31)"),
                (650, "ERROR Application startup failed. Exiting."),
            ],
        }
    }
}

fn later(at: Timestamp, millis: i64) -> Timestamp {
    at.checked_add(SignedDuration::from_millis(millis)).unwrap_or(at)
}

/// Returns bytes that are always the same for a source and a tick.
fn luck(name: &LogName, tick: i64) -> [u8; 8] {
    let hash = Sha256::digest(format!("{name}\n{tick}").as_bytes());
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&hash[..8]);
    bytes
}
