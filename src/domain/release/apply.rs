//! The fold itself: one fact after another, nothing else.

use super::{ClockJump, PlanStamp, Release};
use crate::domain::fact::{Fact, PlanFact, Record};
use std::sync::Arc;

impl Release {
    /// Makes the state that a journal tells of.
    pub fn of<'a>(records: impl IntoIterator<Item = &'a Record>) -> Self {
        let mut release = Self::default();
        for record in records {
            release.apply(record);
        }
        release
    }

    /// Takes one more fact in. A fact that was taken in before changes nothing.
    pub fn apply(&mut self, record: &Record) {
        if record.seq <= self.seq {
            return;
        }
        self.seq = record.seq;
        self.trail.follow(record);
        self.keep(record);
        // Looks are many and change nothing; the clock that counts is that of what was decided, done and measured.
        if !matches!(record.fact, Fact::Target(_)) {
            self.latest = Some(self.moment(record).at);
        }
        match &record.fact {
            Fact::Plan(PlanFact::Adopted { hash, text, .. }) => {
                let (hash, text) = (hash.clone(), text.clone());
                self.plan = Some(PlanStamp { hash, text, at: record.at, who: record.who.clone() });
            }
            Fact::Release(fact) => self.apply_release(record, fact),
            Fact::Check(fact) => self.apply_check(record, fact),
            Fact::Gate(fact) => self.apply_mark(record, fact),
            Fact::Action(fact) => self.apply_action(record, fact),
            Fact::Step(fact) => self.apply_step(record, fact),
            Fact::Target(fact) => self.apply_target(record, fact),
            Fact::Seat(fact) => self.seats.apply(fact, (record.at, &record.who)),
            Fact::Clock(fact) => self.jumps.push(ClockJump { seq: record.seq, by: fact.by() }),
            Fact::Lock(_) => {}
        }
        self.locks.apply(record, &self.seats);
    }

    fn keep(&mut self, record: &Record) {
        if self.story.len() >= Self::STORY_KEPT {
            // A tenth at once, so that a long journal is not moved with every fact.
            self.story.drain(..Self::STORY_KEPT / 10);
        }
        self.story.push(Arc::new(record.clone()));
    }
}
