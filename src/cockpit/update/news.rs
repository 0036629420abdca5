//! What the engine tells: facts into the fold, telemetry into what is live.

use super::state::State;
use crate::look::EngineState;
use crate::message::Effect;
use crate::notices::{NoticeLine, Tone};
use crate::panes;
use crate::presence::Presences;
use crate::view::View;
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;
use std::time::Duration;
use tminus_core::fact::{ActionFact, Fact, GateFact, Record, ReleaseFact, StepFact, TargetFact};
use tminus_core::lock::LockFact;
use tminus_core::release::ActionResult;
use tminus_core::telemetry::{Event, JOURNAL_WAY_ON, Telemetry, journal_lost};
use tminus_core::time::{age, brief};
use tminus_engine::{EngineNews, Snapshot};

/// How long a word for the footer takes to be read, by somebody who does something else too.
const READ: Duration = Duration::from_secs(30);
/// How many seconds the beginning of a chord waits for its end.
const PREFIX: u8 = 3;

impl State {
    /// Begins, or begins again, with everything as it is now.
    pub(crate) fn join(&mut self, snapshot: Snapshot) {
        let is_first = self.look.opening.take().is_some() || self.world.is_none();
        let gone = self.find_engine();
        self.look.world = Some(EngineState { plan: snapshot.plan, release: snapshot.release });
        self.look.logs.catch_up(snapshot.lines, snapshot.passed, self.now);
        (self.look.live.glances, self.look.live.joined) = (Presences::default(), Some(self.now));
        // Who joins late is told of a log that cannot be read like those who saw it happen.
        let lost_before = std::mem::take(&mut self.look.live.lost_logs);
        for told in &snapshot.lost_logs {
            if let Telemetry::LogLost { source, .. } = told
                && !lost_before.contains_key(source)
            {
                self.hear_loss(told);
            }
        }
        for told in snapshot.newest.into_iter().chain(snapshot.present).chain(snapshot.lost_logs) {
            self.look.live.take(told, self.now);
        }
        // Who joins an engine that lost its journal is told like those who saw it happen.
        let failure = snapshot.lost.as_deref().map(journal_lost);
        if let (None, Some(failure)) = (&self.live.journal_lost, &failure) {
            self.hear_loss(&Telemetry::JournalLost { failure: failure.clone() });
        }
        self.look.live.journal_lost = failure;
        self.move_on();
        self.look.know();
        self.sift_journal();
        self.restore_session();
        if is_first {
            self.begin_at_the_trouble();
        }
        if is_first || gone.is_some() {
            self.come_back(gone);
        }
    }

    pub(crate) fn doing(&mut self, doing: &'static str) {
        if let Some(stage) = &mut self.look.opening {
            stage.doing = doing;
        }
    }

    pub(crate) fn hear(&mut self, news: EngineNews) -> Vec<Effect> {
        match news {
            EngineNews::Resync(snapshot) => self.join(snapshot),
            EngineNews::Event(Event::Fact(record)) => {
                let (before, in_trouble) = (self.troubles().len(), self.places_in_trouble());
                self.learn(&record);
                if self.troubles().len() > before {
                    // What the alarm offers is a key alone, and not the end of a chord.
                    self.pending.clear();
                }
                self.hear_of_proposal();
                let (noticed, call) = (self.notice(&record), self.call(&record, &in_trouble));
                let follows = self.follow_preview();
                return noticed.or(call).into_iter().chain(follows).chain(self.leave_if_over()).collect();
            }
            EngineNews::Event(Event::Telemetry(Telemetry::Log(lines))) => {
                lines.iter().cloned().for_each(|line| self.look.logs.take(line))
            }
            EngineNews::Event(Event::Telemetry(telemetry)) => {
                self.hear_loss(&telemetry);
                self.look.live.take(telemetry, self.now);
            }
        }
        Vec::new()
    }

    fn learn(&mut self, record: &Record) {
        let was_last = self.is_at_the_newest_fact();
        self.look.now = self.now.max(record.at);
        self.remember(record);
        self.note(record);
        if let Fact::Step(StepFact::Started { action, step, .. }) = &record.fact {
            self.look.live.begin_step(action, *step);
        }
        let first = self.first_kept();
        if let Some(world) = &mut self.look.world {
            Arc::make_mut(&mut world.release).apply(record);
        }
        self.move_on();
        self.look.know();
        self.sift_in(record);
        self.move_journal_up(first);
        if was_last {
            self.move_to(usize::MAX);
        }
    }

    /// Goes on to the newest release that is open, where the one that was shown is open no more.
    fn move_on(&mut self) {
        let Some(world) = &self.look.world else { return };
        let open = world.release.openings.values().filter(|opening| opening.closed.is_none());
        let newest = open.clone().max_by_key(|opening| opening.opened).map(|opening| opening.version.clone());
        if open.clone().any(|opening| opening.version == self.version) {
            return;
        }
        let Some(next) = newest else { return };
        let before = std::mem::replace(&mut self.look.version, next);
        // A cockpit that opens has shown nothing yet.
        if world.release.openings.contains_key(&before) {
            let says = format!("{before} is closed: this shows {}", self.version);
            self.say(Tone::Hint, "release", says);
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
        self.look.looking.let_through.retain(|seq| *seq >= first);
        let journals =
            self.look.trail.iter_mut().chain(&mut self.look.places).filter(|spot| spot.view == View::Journal);
        for spot in journals.filter(|spot| spot.row != usize::MAX) {
            spot.row = spot.row.saturating_sub(gone);
        }
    }

    /// Keeps among the messages what went wrong and what ended: one looks elsewhere when it happens.
    fn remember(&mut self, record: &Record) {
        let (what, says, tone) = match &record.fact {
            Fact::Target(TargetFact::Lost { env, artifact, failure }) => {
                (format!("{artifact} in {env}"), format!("cannot be seen: {}", failure.sentence()), Tone::Trouble)
            }
            Fact::Release(ReleaseFact::BranchLost { failure, .. }) => {
                ("branch".to_owned(), format!("cannot be read: {}", failure.sentence()), Tone::Trouble)
            }
            Fact::Step(StepFact::Failed { action, failure, .. }) => {
                (action.to_string(), failure.sentence(), Tone::Trouble)
            }
            Fact::Step(StepFact::Unclear { action, reason, .. }) => (action.to_string(), reason.clone(), Tone::Trouble),
            Fact::Gate(GateFact::Lapsed { action, reason }) => {
                (action.to_string(), format!("its approvals lapsed: {reason}"), Tone::Trouble)
            }
            Fact::Action(ActionFact::Finished { action, outcome, summary }) => {
                let ended = self.action(action).map_or(ActionResult::So(*outcome), |state| state.ended_as(*outcome));
                (action.to_string(), format!("{}: {summary}", ended.words()), Tone::Done)
            }
            // Whoever held it, and everybody else, hears that somebody else does.
            Fact::Lock(fact @ LockFact::TakenOver { env, .. }) => {
                (env.to_string(), format!("{}, by {}", fact.words(), record.who.label()), Tone::Trouble)
            }
            Fact::Clock(fact) => ("clock".to_owned(), fact.words(), Tone::Trouble),
            Fact::Plan(_)
            | Fact::Release(_)
            | Fact::Check(_)
            | Fact::Lock(LockFact::Taken { .. } | LockFact::Released { .. })
            | Fact::Gate(_)
            | Fact::Action(_)
            | Fact::Step(_)
            | Fact::Seat(_)
            | Fact::Target(_) => return,
        };
        let entry = NoticeLine::new(record.at, tone, what.as_str(), says);
        let number = self.look.said.keep(entry);
        // What is on the screen already need not be read a second time.
        if self.view().action().is_some_and(|shown| shown.as_str() == what) {
            self.look.said.read(number);
        }
    }

    /// Keeps among the messages what cannot be followed or written any more.
    fn hear_loss(&mut self, telemetry: &Telemetry) {
        let (what, says) = match telemetry {
            Telemetry::LogLost { source, failure: Some(failure), .. } => {
                (format!("log {source}"), format!("cannot be followed: {}", failure.sentence()))
            }
            Telemetry::JournalLost { failure } => {
                ("journal".to_owned(), format!("{}. Now {JOURNAL_WAY_ON}", failure.sentence()))
            }
            Telemetry::LogLost { failure: None, .. }
            | Telemetry::Log(_)
            | Telemetry::Step { .. }
            | Telemetry::Check { .. }
            | Telemetry::Output(_)
            | Telemetry::StillSo { .. }
            | Telemetry::Containers { .. }
            | Telemetry::Present { .. }
            | Telemetry::BranchLog { .. }
            | Telemetry::BranchStillSo { .. } => return,
        };
        self.look.said.keep(NoticeLine::new(self.now, Tone::Trouble, what, says));
    }

    /// Says whether the journal is shown with its newest fact selected; then it stays so.
    fn is_at_the_newest_fact(&self) -> bool {
        let newest = panes::journal::count(self).saturating_sub(1);
        self.view() == &View::Journal && self.spot().row >= newest
    }

    /// Says that the clock leapt: every age on the screen did too.
    pub(crate) fn leap(&mut self, by: SignedDuration) {
        let far = brief(by.unsigned_abs());
        let says = match by.is_negative() {
            true => format!("was set back by {far}: what was recorded meanwhile may seem to lie ahead"),
            false => {
                format!("went {far} ahead at once: the machine slept, or its time was set. Ages go by the new time")
            }
        };
        self.look.said.keep(NoticeLine::new(self.now, Tone::Trouble, "the clock", says));
    }

    /// Takes a word for the footer away that has stood long enough to be read: later it may not be so any more.
    fn age_hint(&mut self) {
        let stands = self.hint.as_ref().zip(self.hinted.as_ref()).filter(|(hint, (read, _))| *hint == read);
        match stands {
            Some((_, (_, since))) if age(self.now, *since) >= READ => self.hint = None,
            Some(_) => {}
            None => self.hinted = self.hint.clone().map(|hint| (hint, self.now)),
        }
    }

    /// Forgets the beginning of a chord that nobody went on with: later a key is meant alone.
    fn age_prefix(&mut self) {
        self.pending_for = if self.pending.is_empty() { 0 } else { self.pending_for + 1 };
        if self.pending_for > PREFIX {
            self.pending.clear();
        }
    }

    pub(crate) fn second(&mut self, now: Timestamp) -> Vec<Effect> {
        self.look.now = now;
        self.glance.sits(now);
        self.look.logs.tick();
        self.look.know();
        self.age_hint();
        self.hear_of_refusal();
        self.age_prefix();
        self.follow_preview().into_iter().chain(self.leave_if_over()).collect()
    }
}
