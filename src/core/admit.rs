//! What a seat may do, and why it may not: one rule, for whoever decides and for every screen.

use super::command::{CheckCommand, Command, GateCommand, Refusal};
use super::lock::LockCommand;
use super::names::{Person, SeatId};
use super::seat::SeatReservation;
use super::seat::{Seat, SeatRole, Seats, is_same};
use super::who::Who;

/// What somebody does at a release, as far as roles tell it apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Looking, and changing seats: a seat's own rules say who may do that.
    Look,
    /// Saying yes to what somebody proposed.
    Approve,
    /// Holding an environment still, or letting it go again: no act.
    Hold,
    /// Taking a held environment from somebody.
    TakeOver,
    /// Answering a check that only a person can.
    Answer,
    /// Going on without one thing that a gate waits for, or from what somebody else left.
    Waive,
    /// Running checks.
    Check,
    /// Deciding about the release itself: opening, scheduling, closing it.
    Decide,
    /// Beginning an action, or saying how one goes on.
    Act,
}

/// Why somebody may not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Barred {
    /// The seat is no longer at the table.
    Gone,
    /// It only looks.
    Observer,
    /// It navigates; somebody drives, or nobody does.
    Navigator(Option<Person>),
    /// It has no seat, and somebody else drives, from that place.
    Driven(Person, String),
    /// Nobody drives, and the seat is kept for whoever did when the engine ended.
    Kept(SeatReservation),
}

impl Deed {
    /// Returns the least role that may do it.
    pub const fn least_role(self) -> SeatRole {
        match self {
            Self::Look => SeatRole::Observer,
            Self::Approve | Self::Answer | Self::Hold => SeatRole::Navigator,
            Self::Waive | Self::Check | Self::Decide | Self::Act | Self::TakeOver => SeatRole::Driver,
        }
    }
}

impl Command {
    /// Returns what it is, as far as roles tell it apart.
    pub const fn deed(&self) -> Deed {
        match self {
            Self::Refresh | Self::Seat(_) | Self::Check(CheckCommand::ReadOutput { .. }) => Deed::Look,
            Self::Gate(GateCommand::Approve { .. }) => Deed::Approve,
            Self::Gate(GateCommand::Waive { .. } | GateCommand::Adopt { .. }) => Deed::Waive,
            Self::Check(CheckCommand::Say { .. }) => Deed::Answer,
            Self::Check(CheckCommand::Run { .. } | CheckCommand::Cancel { .. }) => Deed::Check,
            Self::Lock(LockCommand::Take { .. } | LockCommand::Release { .. }) => Deed::Hold,
            Self::Lock(LockCommand::TakeOver { .. }) => Deed::TakeOver,
            Self::Release(_) => Deed::Decide,
            Self::Action(_) => Deed::Act,
        }
    }
}

impl Barred {
    /// Says it to whoever may not, with what to do about it.
    pub fn says(&self) -> String {
        match self {
            Self::Gone => "this seat is no longer at the table: join again".to_owned(),
            Self::Observer => "you observe: an observer looks, and does nothing".to_owned(),
            Self::Navigator(Some(driver)) => format!("you navigate, and {driver} drives: ask for the driver's seat"),
            Self::Navigator(None) => "you navigate, and nobody drives: take the driver's seat first".to_owned(),
            Self::Driven(driver, place) => {
                format!("{driver} drives, from {place}: ask for the driver's seat in a cockpit (`tminus attach`)")
            }
            Self::Kept(kept) => kept.says(),
        }
    }
}

impl Seats {
    /// Refuses what a seat, or somebody without one, may not do.
    pub fn admit(&self, seat: Option<&SeatId>, who: &Who, command: &Command) -> Result<(), Refusal> {
        self.admit_as((seat, who), command.deed().least_role())
    }

    /// Refuses what only a role may do that the seat, or somebody without one, does not have.
    pub fn admit_as(&self, asker: (Option<&SeatId>, &Who), least: SeatRole) -> Result<(), Refusal> {
        self.barred(asker, least).map_or(Ok(()), |barred| Err(Refusal::held(barred.says())))
    }

    /// Returns why a seat, or somebody without one, may not do what wants a role; nothing when they may.
    pub fn barred(&self, (seat, who): (Option<&SeatId>, &Who), least: SeatRole) -> Option<Barred> {
        let Some(id) = seat else { return self.barred_without_seat(who, least) };
        let Some(seat) = self.find(id) else { return Some(Barred::Gone) };
        match (least, seat.role) {
            (SeatRole::Observer, _) | (_, SeatRole::Driver) | (SeatRole::Navigator, SeatRole::Navigator) => None,
            (_, SeatRole::Observer) => Some(Barred::Observer),
            (SeatRole::Driver, SeatRole::Navigator) => Some(match (self.driver(), self.kept_from_user(&seat.who)) {
                (None, Some(kept)) => Barred::Kept(kept.clone()),
                (driver, _) => Barred::Navigator(driver.map(|driver| Person::new(driver.who.label()))),
            }),
        }
    }

    /// A command without a seat acts where nobody drives, or for the system user who does.
    fn barred_without_seat(&self, who: &Who, least: SeatRole) -> Option<Barred> {
        match (least, self.driver()) {
            (SeatRole::Observer | SeatRole::Navigator, _) => None,
            (SeatRole::Driver, None) => self.kept_from_user(who).map(|kept| Barred::Kept(kept.clone())),
            (SeatRole::Driver, Some(driver)) if is_same(&driver.who, who) => None,
            (SeatRole::Driver, Some(driver)) => {
                Some(Barred::Driven(Person::new(driver.who.label()), driver.place.clone()))
            }
        }
    }

    /// Returns one's own seat, where one has one.
    pub fn own(&self, seat: Option<&SeatId>) -> Result<&Seat, Refusal> {
        seat.and_then(|id| self.find(id)).ok_or_else(|| {
            Refusal::held("only who sits at the release has a seat to give, ask for or leave: `tminus attach`")
        })
    }

    /// Returns one's own seat, where it may ask for the driver's.
    pub fn asking(&self, seat: Option<&SeatId>) -> Result<&Seat, Refusal> {
        let own = self.own(seat)?;
        match own.role {
            SeatRole::Driver => Err(Refusal::held("you already drive")),
            SeatRole::Observer => {
                Err(Refusal::held("you observe: join without --observe to ask for the driver's seat"))
            }
            SeatRole::Navigator if self.driver().is_none() => {
                let kept = self.kept_from_user(&own.who).map(SeatReservation::says);
                Err(Refusal::held(
                    kept.unwrap_or_else(|| {
                        "nobody drives, so there is nobody to ask: take the driver's seat".to_owned()
                    }),
                ))
            }
            SeatRole::Navigator if own.asks.is_some() => {
                Err(Refusal::held("you have asked already; the driver has not answered"))
            }
            SeatRole::Navigator => Ok(own),
        }
    }

    /// Returns one's own seat, where it drives, so that it may be given away.
    pub fn driving(&self, seat: Option<&SeatId>) -> Result<&Seat, Refusal> {
        let own = self.own(seat)?;
        match own.role {
            SeatRole::Driver => Ok(own),
            SeatRole::Navigator | SeatRole::Observer => {
                Err(Refusal::held("only the driver gives the driver's seat away"))
            }
        }
    }

    /// Returns one's own seat, where it may drive and does not; whether it may at this moment the driver's keys tell.
    pub fn taking(&self, seat: Option<&SeatId>) -> Result<&Seat, Refusal> {
        let own = self.own(seat)?;
        match own.role {
            SeatRole::Observer => Err(Refusal::held("you observe: join without --observe to drive")),
            SeatRole::Driver => Err(Refusal::held("you already drive")),
            SeatRole::Navigator => Ok(own),
        }
    }

    /// Returns those who may be given the driver's seat: first who asks, the longest waiting first.
    pub fn heirs(&self) -> Vec<&Seat> {
        let mut heirs: Vec<&Seat> = self.iter().filter(|seat| seat.role == SeatRole::Navigator).collect();
        heirs.sort_by_key(|seat| (seat.asks.is_none(), seat.asks));
        heirs
    }

    /// Returns those who ask for the driver's seat, the longest waiting first.
    pub fn askers(&self) -> Vec<&Seat> {
        self.heirs().into_iter().filter(|seat| seat.asks.is_some()).collect()
    }
}
