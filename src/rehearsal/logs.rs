//! The world's log lines behind the port.

use super::lines::{LineSource, Writer};
use super::reach::reach;
use super::script_input::TimeKind;
use super::shared::SharedWorld;
use super::world::Site;
use crate::scenario::OutageScope;
use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use tminus_core::failure::Failure;
use tminus_core::names::LogName;
use tminus_core::ports::{LogReading, LogSource};
use tminus_core::telemetry::LogLine;
use tminus_core::time::age;
use tokio::sync::mpsc;

/// How far back a source goes when nobody says since when.
const BACKLOG: SignedDuration = SignedDuration::from_mins(10);

/// How many lines are made at once at most; after a leap of time the ones before are left out, and a line says so.
const AT_ONCE: usize = 2_000;

/// One source of the plan.
pub(crate) struct PlayedLog {
    pub(crate) world: SharedWorld,
    pub(crate) name: LogName,
    pub(crate) site: Site,
}

#[async_trait]
impl LogSource<String> for PlayedLog {
    async fn follow(&self, since: Option<Timestamp>, lines: mpsc::Sender<LogLine<String>>) -> Result<(), Failure> {
        let mut changes = self.world.changes();
        let mut told = since.unwrap_or_else(|| back(self.world.now()));
        loop {
            self.reach().await?;
            changes.mark_unchanged();
            let now = self.world.now();
            for line in self.with_a_word_on_gaps(told, now)? {
                if lines.send(line).await.is_err() {
                    return Ok(());
                }
            }
            told = told.max(now);
            let next = self.source(|source| source.next(told))?;
            tokio::select! {
                () = self.until(next) => {}
                _ = changes.changed() => {}
                () = lines.closed() => return Ok(()),
            }
        }
    }

    async fn read(&self, since: Option<Timestamp>, most: usize) -> Result<LogReading<String>, Failure> {
        self.reach().await?;
        let now = self.world.now();
        let since = since.unwrap_or_else(|| back(now));
        // The port says since a moment, that moment included.
        let after = since.checked_sub(SignedDuration::from_nanos(1)).unwrap_or(since);
        let lines = self.source(|source| source.between(after, now, most))?;
        Ok(LogReading { is_cut: lines.len() == most, lines, ..LogReading::default() })
    }
}

fn back(now: Timestamp) -> Timestamp {
    now.checked_sub(BACKLOG).unwrap_or(now)
}

impl PlayedLog {
    async fn reach(&self) -> Result<(), Failure> {
        reach(&self.world, OutageScope::Logs, Some(&self.site.role), &format!("log source {}", self.name)).await
    }

    fn source<T>(&self, ask: impl FnOnce(&LineSource<'_>) -> T) -> Result<T, Failure> {
        let is_proxy =
            ["nginx", "proxy", "ingress", "caddy", "traefik"].iter().any(|word| self.name.as_str().contains(word));
        let writer = if is_proxy { Writer::Proxy } else { Writer::Backend };
        let scenario = self.world.scenario();
        self.world.read(|world| ask(&LineSource { name: &self.name, writer, site: &self.site, world, scenario }))
    }

    fn with_a_word_on_gaps(&self, after: Timestamp, until: Timestamp) -> Result<Vec<LogLine<String>>, Failure> {
        let mut lines = self.source(|source| source.between(after, until, AT_ONCE))?;
        if let Some(first) = lines.first().filter(|_| lines.len() == AT_ONCE) {
            let text = format!("--- time leapt: the lines between {after} and {} are left out ---", first.at);
            lines.insert(0, LogLine { source: self.name.clone(), at: first.at, text });
        }
        Ok(lines)
    }

    /// Waits for a moment without moving time: a virtual clock is moved by work alone, and nothing here is work.
    async fn until(&self, moment: Timestamp) {
        match self.world.time() {
            TimeKind::Real => tokio::time::sleep(age(moment, self.world.now())).await,
            TimeKind::Virtual => std::future::pending().await,
        }
    }
}
