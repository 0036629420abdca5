//! What the engine tells: facts into the fold, telemetry into what is live.

use crate::cockpit::state::{State, World};
use crate::cockpit::view::View;
use crate::domain::fact::{Fact, Record, StepFact};
use crate::domain::telemetry::Event;
use crate::engine::{News, Snapshot};
use jiff::Timestamp;
use std::sync::Arc;

impl State {
    /// Begins, or begins again, with everything as it is now.
    pub(crate) fn join(&mut self, snapshot: Snapshot) {
        self.world = Some(World { plan: snapshot.plan, release: snapshot.release });
        self.live.restart(snapshot.lines);
        for containers in snapshot.containers {
            self.live.take(containers);
        }
        self.panes.log_end = None;
        self.know();
    }

    pub(crate) fn hear(&mut self, news: News) {
        match news {
            News::Resync(snapshot) => self.join(snapshot),
            News::Event(Event::Fact(record)) => self.learn(&record),
            News::Event(Event::Telemetry(telemetry)) => self.live.take(telemetry),
        }
    }

    fn learn(&mut self, record: &Record) {
        let was_last = self.is_at_the_newest_fact();
        self.now = self.now.max(record.at);
        if let Fact::Step(StepFact::Started { action, step, .. }) = &record.fact {
            self.live.begin_step(action, *step);
        }
        if let Some(world) = &mut self.world {
            Arc::make_mut(&mut world.release).apply(record);
        }
        self.know();
        if was_last {
            self.move_to(usize::MAX);
        }
    }

    /// Says whether the journal is shown with its newest fact selected; then it stays so.
    fn is_at_the_newest_fact(&self) -> bool {
        let newest = self.world.as_ref().map_or(0, |w| w.release.story.len()).saturating_sub(1);
        self.view() == &View::Journal && self.spot().row >= newest
    }

    pub(crate) fn second(&mut self, now: Timestamp) {
        self.now = now;
        self.live.tick();
        self.know();
    }
}
