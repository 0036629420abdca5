//! The seats at a release: who is here, and who may do what.

use super::names::{Person, SeatId};
use super::time::Span;
use super::who::Who;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantNames};

/// How long a driver must have pressed no key before somebody else may take the seat without a yes.
pub const ABSENT: Span = Span::seconds(120);

/// What a seat may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SeatRole {
    /// May act.
    Driver,
    /// May approve and annotate.
    Navigator,
    /// May look.
    Observer,
}

impl SeatRole {
    /// Returns what somebody in this role does: `dana drives`.
    pub const fn verb(self) -> &'static str {
        match self {
            Self::Driver => "drives",
            Self::Navigator => "navigates",
            Self::Observer => "observes",
        }
    }
}

/// How the driver's seat came to somebody else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Passing {
    /// The driver gave it.
    Given,
    /// Nobody drove.
    Free,
    /// The driver had pressed no key for so long.
    Absent(Span),
    /// It is the same system user, at another terminal.
    Same,
}

/// Somebody came, went, asked, gave.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, IntoStaticStr, VariantNames)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case", const_into_str, prefix = "seat.")]
pub enum SeatFact {
    /// Somebody came.
    Sat {
        /// The seat.
        seat: SeatId,
        /// What they may do.
        role: SeatRole,
        /// The terminal that they sit at, as they call it.
        place: String,
    },
    /// Somebody went.
    Rose {
        /// The seat.
        seat: SeatId,
        /// Who sat there.
        name: Person,
        /// Why, in words.
        why: String,
        /// Until when they are known to have sat there, where nobody saw them go.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        last: Option<Timestamp>,
    },
    /// Somebody asks for the driver's seat.
    Asked {
        /// Their seat.
        seat: SeatId,
    },
    /// The driver said no.
    Declined {
        /// The seat that had asked.
        seat: SeatId,
        /// Who had asked.
        name: Person,
    },
    /// The driver's seat is somebody else's from now on.
    Passed {
        /// Who drove before.
        from: Option<SeatId>,
        /// Which seat drives now.
        to: SeatId,
        /// Who that is.
        name: Person,
        /// How it came about.
        how: Passing,
    },
    /// The engine ended under whoever drove, and the next one keeps the seat for them.
    Kept {
        /// Who drove.
        who: Who,
        /// For how long.
        span: Span,
    },
    /// The seat was kept, and whoever it was kept for did not come.
    Freed {
        /// Who that was.
        name: Person,
    },
}

/// What somebody asks about seats.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum SeatCommand {
    /// Let me join.
    Sit {
        /// What for.
        wish: Wish,
        /// The terminal, as it calls itself.
        place: String,
    },
    /// I go.
    Rise {
        /// Why, in words.
        why: String,
    },
    /// I would like to drive.
    Ask,
    /// Drive, please.
    Give {
        /// To whom.
        to: SeatId,
    },
    /// No, I go on driving.
    Decline {
        /// Who had asked.
        to: SeatId,
    },
    /// I drive now: nobody does, or the driver is away.
    Take,
}

/// What somebody who joins wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Wish {
    /// To drive where nobody does, else to navigate.
    Act,
    /// Only to look.
    Observe,
}

/// A seat that somebody sits in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Seat {
    /// Its name.
    pub id: SeatId,
    /// Who sits there.
    pub who: Who,
    /// What they may do.
    pub role: SeatRole,
    /// The terminal, as it calls itself.
    pub place: String,
    /// Since when.
    pub since: Timestamp,
    /// Since when they ask for the driver's seat.
    pub asks: Option<Timestamp>,
}

/// For whom the driver's seat is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeatReservation {
    /// Who drove.
    pub who: Who,
    /// Until when, as long as the engine that keeps it lives: the end is a fact of its own.
    pub until: Timestamp,
}

/// Everybody who is here, in the order in which they came.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Seats {
    taken: Vec<Seat>,
    /// For whom the driver's seat is kept, where nobody sits in it.
    #[serde(default)]
    pub(super) kept: Option<SeatReservation>,
}

impl SeatFact {
    /// Returns what happened, as it goes on behind the name of whoever brought it about.
    pub fn words(&self, by: &Who) -> String {
        // Whoever did it to themselves is named already.
        let is_by = |name: &Person| *name == by.name || name.as_str() == by.label();
        let about = |name: &Person| if is_by(name) { String::new() } else { format!("{name} ") };
        match self {
            Self::Sat { role, place, .. } => format!("came, and {}, at {place}", role.verb()),
            Self::Rose { name, why, .. } => format!("{}went: {why}", about(name)),
            Self::Asked { .. } => "asks for the driver's seat".to_owned(),
            Self::Declined { name, .. } => format!("{name} is not given the driver's seat"),
            Self::Passed { name, how, .. } => format!("{}drives from here on: {}", about(name), how.words()),
            Self::Kept { who, span } => {
                format!("keeps the driver's seat for {} for {span}: the engine ended while they drove", who.label())
            }
            Self::Freed { name } => format!("frees the driver's seat: {name} did not come back"),
        }
    }
}

impl SeatReservation {
    /// Says it to somebody else.
    pub fn says(&self) -> String {
        let until = self.until.strftime("%H:%M:%S UTC");
        format!(
            "the driver's seat is kept for {} until {until}, because the engine ended: it is free then",
            self.who.label()
        )
    }
}

impl Passing {
    fn words(self) -> String {
        match self {
            Self::Given => "it was given".to_owned(),
            Self::Free => "nobody drove".to_owned(),
            Self::Absent(span) => format!("the driver had pressed no key for {span}"),
            Self::Same => "the same system user, at another terminal".to_owned(),
        }
    }
}

impl Seats {
    /// Returns everybody, in the order in which they came.
    pub fn iter(&self) -> impl Iterator<Item = &Seat> {
        self.taken.iter()
    }

    /// Finds a seat.
    pub fn find(&self, id: &SeatId) -> Option<&Seat> {
        self.taken.iter().find(|s| &s.id == id)
    }

    /// Returns who drives.
    pub fn driver(&self) -> Option<&Seat> {
        self.taken.iter().find(|s| s.role == SeatRole::Driver)
    }

    /// Returns the others that sit under the same system user: who shares a user cannot be told apart.
    pub fn same_user<'a>(&'a self, seat: &'a Seat) -> impl Iterator<Item = &'a Seat> {
        self.taken.iter().filter(move |s| s.id != seat.id && is_same(&s.who, &seat.who))
    }

    /// Takes one more fact in.
    pub fn apply(&mut self, fact: &SeatFact, (at, who): (Timestamp, &Who)) {
        match fact {
            SeatFact::Sat { seat, role, place } => {
                let (id, who, place) = (seat.clone(), who.clone(), place.clone());
                let is_claimed = |kept: &SeatReservation| *role == SeatRole::Driver || is_one(&kept.who, &who);
                self.kept = self.kept.take().filter(|kept| !is_claimed(kept));
                self.taken.push(Seat { id, who, role: *role, place, since: at, asks: None });
            }
            SeatFact::Rose { seat, .. } => self.taken.retain(|s| &s.id != seat),
            SeatFact::Asked { seat } => self.change(seat, |s| s.asks = Some(at)),
            SeatFact::Declined { seat, .. } => self.change(seat, |s| s.asks = None),
            SeatFact::Passed { from, to, .. } => {
                if let Some(from) = from {
                    self.change(from, |s| s.role = SeatRole::Navigator);
                }
                self.change(to, |s| (s.role, s.asks) = (SeatRole::Driver, None));
                self.kept = None;
            }
            SeatFact::Kept { who, span } => {
                self.kept = Some(SeatReservation { who: who.clone(), until: span.after(at) })
            }
            SeatFact::Freed { .. } => self.kept = None,
        }
    }

    fn change(&mut self, id: &SeatId, change: impl FnOnce(&mut Seat)) {
        if let Some(seat) = self.taken.iter_mut().find(|s| &s.id == id) {
            change(seat);
        }
    }
}

/// Says whether two are one system user of one machine.
pub fn is_same(one: &Who, other: &Who) -> bool {
    one.user == other.user && one.host == other.host
}

/// Says whether two are one person: one system user, under one name.
pub fn is_one(one: &Who, other: &Who) -> bool {
    is_same(one, other) && one.name == other.name
}
