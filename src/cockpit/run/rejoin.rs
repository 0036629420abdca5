//! What the loop does when something is open, when the engine has gone, and when there is another.

use super::super::message::{Message, Rejoining};
use super::super::opening::{CockpitError, CockpitExit, EngineLocation, OpenFailure, Opening};
use super::super::pace::Haste;
use super::super::session::Session;
use super::super::source::{EngineClient, follow_engine};
use super::{Loop, LoopStep, OpenedEngine};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::collections::BTreeSet;
use std::fmt::Display;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::Instant;

impl Loop {
    /// Takes what was opened, or why nothing was. Only the first time is that the end.
    pub(super) async fn opened<E: Display>(
        &mut self,
        opened: Result<Opening, OpenFailure<E>>,
    ) -> Result<LoopStep, CockpitExit<E>> {
        match (opened, self.engine.is_some()) {
            (Ok(opening), false) => Ok(self.open(opening).await?),
            (Ok(opening), true) => Ok(self.join_again(opening)?),
            (Err(OpenFailure::Failed(error)), false) => Err(CockpitExit::Unopened(error)),
            (Err(OpenFailure::Failed(error)), true) => {
                let wait = self.again.failed(Instant::now());
                let (why, at) = (error.to_string(), self.after(wait));
                Ok(self.take(Message::Rejoining(Rejoining::Later { why, at }), Haste::Now)?)
            }
            (Err(OpenFailure::Stopped { by }), _) => {
                self.again.looked(Instant::now());
                Ok(self.take(Message::Rejoining(Rejoining::Stopped { by }), Haste::Now)?)
            }
        }
    }

    async fn open(&mut self, opening: Opening) -> Result<LoopStep, CockpitError> {
        let zone = match self.zone.take() {
            Some(zone) => zone.await.unwrap_or(TimeZone::UTC),
            None => TimeZone::UTC,
        };
        self.follow(&opening);
        self.beat.begin_anew();
        self.session = opening.session.clone().filter(|_| self.settings.has_session);
        if let Some(session) = self.session.as_deref().and_then(Session::read) {
            self.cockpit.restore(session);
        }
        self.cockpit.open(opening, zone);
        self.take(Message::Second(self.now()), Haste::Now)
    }

    /// Goes on with another engine: who looks at what stays as it is.
    fn join_again(&mut self, opening: Opening) -> Result<LoopStep, CockpitError> {
        self.follow(&opening);
        self.cockpit.open_again(&opening);
        self.take(Message::Second(self.now()), Haste::Now)
    }

    fn follow(&mut self, opening: &Opening) {
        let handle = opening.handle.clone();
        let (sender, replies) = mpsc::channel(32);
        let asking = EngineClient::new(handle.clone(), sender);
        let (news, housing) = (follow_engine(handle.clone()), opening.housing);
        self.engine = Some(OpenedEngine { handle, asking, replies, news, attended: BTreeSet::new(), housing });
        self.again.joined(Instant::now());
    }

    /// The engine has gone: one in another process is joined again.
    pub(super) fn lost(&mut self) -> Result<LoopStep, CockpitError> {
        match self.engine.as_ref().map(|engine| engine.housing) {
            Some(EngineLocation::Here) | None => Ok(LoopStep::Go),
            Some(EngineLocation::Elsewhere) => {
                let wait = self.again.lost(Instant::now());
                let what = match wait {
                    Duration::ZERO => Rejoining::Trying,
                    wait => Rejoining::Later { why: "it had only just been joined".to_owned(), at: self.after(wait) },
                };
                self.take(Message::Rejoining(what), Haste::Now)
            }
        }
    }

    fn after(&self, wait: Duration) -> Timestamp {
        self.now().checked_add(wait).unwrap_or(Timestamp::MAX)
    }
}
