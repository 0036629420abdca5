//! What the engine tells: facts into the fold, telemetry into what is live.

use crate::cockpit::panes;
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
        self.sift_journal();
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
        let first = self.first_kept();
        if let Some(world) = &mut self.world {
            Arc::make_mut(&mut world.release).apply(record);
        }
        self.know();
        self.sift_in(record);
        self.move_journal_up(first);
        if was_last {
            self.move_to(usize::MAX);
        }
    }

    fn first_kept(&self) -> u64 {
        let story = self.world.as_ref().map(|w| w.release.story.as_slice()).unwrap_or_default();
        story.first().map_or(0, |record| record.seq)
    }

    /// Keeps what is selected in the journal selected when its oldest facts are no longer at hand.
    fn move_journal_up(&mut self, before: u64) {
        let first = self.first_kept();
        let gone = match self.looking.facts {
            Some(_) => self.looking.let_through.partition_point(|seq| *seq < first),
            None => usize::try_from(first.saturating_sub(before)).unwrap_or(0),
        };
        if first == before || before == 0 {
            return;
        }
        self.looking.let_through.retain(|seq| *seq >= first);
        let journals = self.trail.iter_mut().chain(&mut self.places).filter(|spot| spot.view == View::Journal);
        for spot in journals.filter(|spot| spot.row != usize::MAX) {
            spot.row = spot.row.saturating_sub(gone);
        }
    }

    /// Says whether the journal is shown with its newest fact selected; then it stays so.
    fn is_at_the_newest_fact(&self) -> bool {
        let newest = panes::journal::count(self).saturating_sub(1);
        self.view() == &View::Journal && self.spot().row >= newest
    }

    pub(crate) fn second(&mut self, now: Timestamp) {
        self.now = now;
        self.live.tick();
        self.know();
    }
}
