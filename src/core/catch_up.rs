//! What happened while somebody was away: since when they were, and which facts matter to whoever comes back.

use super::fact::{CheckFact, Fact, Record, ReleaseFact, StepFact, TargetFact};
use super::names::{ArtifactName, EnvName, SeatId, Version};
use super::order::{Health, Observation};
use super::release::Release;
use super::seat::{SeatFact, is_one};
use super::verdict::Verdict;
use super::who::Who;
use jiff::Timestamp;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Since when somebody was away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Away {
    /// The last fact that they were there for.
    pub after: u64,
    /// When that was.
    pub since: Timestamp,
    /// What parted them from the release.
    pub how: Parting,
}

/// What parted somebody from the release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parting {
    /// They left.
    Left,
    /// The engine ended.
    EngineEnded,
}

impl Away {
    /// Returns the words that a list of what happened begins with: `Since you left`.
    pub const fn words(&self) -> &'static str {
        match self.how {
            Parting::Left => "Since you left",
            Parting::EngineEnded => "Since the engine ended",
        }
    }
}

impl Release {
    /// Returns since when whoever sits in a seat was away before they took it: nobody of the same system user and name sat
    /// here. Nothing for who was never here before, as far as the newest facts tell.
    pub fn away(&self, seat: &SeatId) -> Option<Away> {
        let own = &self.seats.find(seat)?.who;
        let is_own = |who: &Who| is_one(who, own);
        let mut here: HashSet<&SeatId> = HashSet::new();
        let (mut left, mut before) = (None, None::<&Record>);
        for record in &self.story {
            match &record.fact {
                Fact::Seat(SeatFact::Sat { seat: taken, .. }) if is_own(&record.who) => {
                    if taken == seat {
                        return left.filter(|_| here.is_empty());
                    }
                    here.insert(taken);
                }
                Fact::Seat(SeatFact::Rose { seat: empty, .. }) => {
                    // One whose coming is no longer at hand went by themselves.
                    let was_own = here.remove(empty) || is_own(&record.who);
                    left = if was_own { Some(parted(record, before)) } else { left };
                }
                Fact::Seat(SeatFact::Sat { .. } | SeatFact::Asked { .. } | SeatFact::Declined { .. })
                | Fact::Seat(SeatFact::Passed { .. } | SeatFact::Kept { .. } | SeatFact::Freed { .. })
                | Fact::Plan(_)
                | Fact::Release(_)
                | Fact::Check(_)
                | Fact::Gate(_)
                | Fact::Action(_)
                | Fact::Step(_)
                | Fact::Lock(_)
                | Fact::Clock(_)
                | Fact::Target(_) => {}
            }
            before = Some(record);
        }
        None
    }

    /// Returns what matters of what happened after one fact, up to another where one is named, oldest first.
    pub fn catch_up(&self, after: u64, upto: Option<u64>) -> Vec<&Record> {
        let mut seen = HashMap::new();
        let mut all = Vec::new();
        for record in self.story.iter().filter(|record| upto.is_none_or(|upto| record.seq <= upto)) {
            if matters(&record.fact, &mut seen) && record.seq > after {
                all.push(Arc::as_ref(record));
            }
        }
        all
    }
}

/// A seat that an engine found empty was left when the engine before it did its last.
fn parted(rose: &Record, before: Option<&Record>) -> Away {
    let is_engine = rose.who == Who::engine();
    let (how, last) = match (is_engine, before) {
        (true, Some(before)) => (Parting::EngineEnded, before.at),
        (true, None) => (Parting::EngineEnded, rose.at),
        (false, _) => (Parting::Left, rose.at),
    };
    Away { after: rose.seq, since: last, how }
}

/// Says whether a fact is of the kind that comes by the dozen, and decides nothing.
pub const fn is_routine(fact: &Fact) -> bool {
    matches!(
        fact,
        Fact::Target(TargetFact::Ready { .. })
            | Fact::Check(CheckFact::Started { .. })
            | Fact::Step(StepFact::Started { .. } | StepFact::Ticketed { .. })
            | Fact::Seat(SeatFact::Sat { .. } | SeatFact::Rose { .. } | SeatFact::Kept { .. })
    )
}

/// What was last seen to run in a place; nothing where it could not be seen.
type LastSeen<'a> = HashMap<(&'a EnvName, &'a ArtifactName), Option<(Option<&'a Version>, Health)>>;

/// Says whether a fact matters to somebody who was not there; what was seen of the targets before tells what is a change.
fn matters<'a>(fact: &'a Fact, seen: &mut LastSeen<'a>) -> bool {
    match fact {
        Fact::Plan(_) | Fact::Gate(_) | Fact::Action(_) | Fact::Lock(_) | Fact::Clock(_) => true,
        Fact::Release(
            ReleaseFact::Opened { .. }
            | ReleaseFact::Scheduled { .. }
            | ReleaseFact::Closed { .. }
            | ReleaseFact::Reached { .. }
            | ReleaseFact::Reopened { .. }
            | ReleaseFact::Withdrawn { .. },
        ) => true,
        Fact::Release(ReleaseFact::Branch { changes, .. }) => changes.is_some(),
        Fact::Release(ReleaseFact::BranchLost { .. }) => true,
        Fact::Check(CheckFact::Started { .. }) => false,
        Fact::Check(CheckFact::Finished { verdict, .. } | CheckFact::Measured { verdict, .. }) => {
            *verdict == Verdict::Fail
        }
        Fact::Step(
            StepFact::Failed { .. } | StepFact::Unclear { .. } | StepFact::Adopted { .. } | StepFact::Accepted { .. },
        ) => true,
        Fact::Step(StepFact::Started { .. } | StepFact::Ticketed { .. } | StepFact::Succeeded { .. }) => false,
        Fact::Target(TargetFact::Observed { env, artifact, observation }) => {
            let Observation { version, health, .. } = observation;
            let now = Some((version.as_ref(), *health));
            seen.insert((env, artifact), now) != Some(now)
        }
        Fact::Target(TargetFact::Lost { env, artifact, .. }) => seen.insert((env, artifact), None) != Some(None),
        Fact::Target(TargetFact::Ready { .. }) => false,
        Fact::Seat(SeatFact::Passed { .. } | SeatFact::Freed { .. }) => true,
        Fact::Seat(
            SeatFact::Sat { .. }
            | SeatFact::Rose { .. }
            | SeatFact::Asked { .. }
            | SeatFact::Declined { .. }
            | SeatFact::Kept { .. },
        ) => false,
    }
}
