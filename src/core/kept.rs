//! The driver's seat while nobody sits in it, because the engine ended under whoever did: it is kept for them for a while.

use super::names::Person;
use super::seat::{SeatFact, SeatReservation, Seats, is_one, is_same};
use super::time::Span;
use super::who::Who;
use jiff::Timestamp;

/// How long the driver's seat is kept, from when the next engine listens: a screen that lost its engine is there again
/// within seconds, and a person whose connection broke too types one command. Longer would hold up a night's rollback.
pub const KEPT: Span = Span::seconds(30);

/// Whether whoever sat with an earlier engine can come back to the one that is there now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Return {
    /// They can join it.
    Open,
    /// It lives for one command, and nobody can join it.
    Shut,
}

impl Seats {
    /// Returns for whom the driver's seat is kept.
    pub const fn kept(&self) -> Option<&SeatReservation> {
        self.kept.as_ref()
    }

    /// Returns for whom the driver's seat is kept, where that is not this person.
    pub fn kept_from(&self, who: &Who) -> Option<&SeatReservation> {
        self.kept().filter(|kept| !is_one(&kept.who, who))
    }

    /// Returns for whom the driver's seat is kept, where that is another system user: who shares one may take it.
    pub fn kept_from_user(&self, who: &Who) -> Option<&SeatReservation> {
        self.kept().filter(|kept| !is_same(&kept.who, who))
    }

    /// Returns what is so once an engine has ended: whoever sat there has gone with it, and the seat of who drove is kept.
    /// Who left by themselves before has a seat no more, and nothing is kept for them. `last` is when the last fact was
    /// written before.
    pub fn left_behind(&self, way: Return, last: Option<Timestamp>) -> Vec<SeatFact> {
        let rose = |seat: &super::seat::Seat| SeatFact::Rose {
            seat: seat.id.clone(),
            name: Person::new(seat.who.label()),
            why: "the engine ended".to_owned(),
            last,
        };
        let drove = self.driver().map(|driver| &driver.who).or(self.kept().map(|kept| &kept.who));
        let kept = match (way, self.kept()) {
            (Return::Open, _) => drove.map(|who| SeatFact::Kept { who: who.clone(), span: KEPT }),
            (Return::Shut, Some(kept)) => Some(freed(&kept.who)),
            (Return::Shut, None) => None,
        };
        self.iter().map(rose).chain(kept).collect()
    }

    /// Returns what is so once the time is over; nothing where the seat is taken already.
    pub fn unclaimed(&self) -> Option<SeatFact> {
        self.kept().map(|kept| freed(&kept.who))
    }
}

fn freed(who: &Who) -> SeatFact {
    SeatFact::Freed { name: Person::new(who.label()) }
}
