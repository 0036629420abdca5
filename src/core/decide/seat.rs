//! Coming, going, and the driver's seat.

use super::decision::{Decision, DecisionInput};
use crate::command::Refusal;
use crate::fact::Fact;
use crate::names::{Person, SeatId};
use crate::seat::{ABSENT, Passing, Seat, SeatCommand, SeatFact, SeatRole, Wish, is_same};

/// How long what a client says of itself may be, in letters: it stands in the journal, and on everybody's screen.
const LONGEST: usize = 80;

pub(super) fn decide(ground: &DecisionInput<'_>, command: &SeatCommand) -> Result<Decision, Refusal> {
    let fact = match command {
        SeatCommand::Sit { wish, place } => sit(ground, *wish, place)?,
        SeatCommand::Rise { why } => rise(ground.release.seats.own(ground.seat)?, why),
        SeatCommand::Ask => ask(ground)?,
        SeatCommand::Give { to } => give(ground, to)?,
        SeatCommand::Decline { to } => decline(ground, to)?,
        SeatCommand::Take => take(ground)?,
    };
    Ok(Decision::record(Fact::Seat(fact)))
}

fn rise(own: &Seat, why: &str) -> SeatFact {
    let why = why.chars().take(LONGEST).collect();
    SeatFact::Rose { seat: own.id.clone(), name: Person::new(own.who.label()), why, last: None }
}

fn sit(ground: &DecisionInput<'_>, wish: Wish, place: &str) -> Result<SeatFact, Refusal> {
    if ground.seat.is_some() {
        return Err(Refusal::held("you already have a seat"));
    }
    let seat = SeatId::new(format!("seat-{}", ground.release.seq + 1));
    let seats = &ground.release.seats;
    let role = match (wish, seats.driver(), seats.kept_from(ground.who)) {
        (Wish::Observe, _, _) => SeatRole::Observer,
        (Wish::Act, None, None) => SeatRole::Driver,
        (Wish::Act, Some(_), _) | (Wish::Act, None, Some(_)) => SeatRole::Navigator,
    };
    Ok(SeatFact::Sat { seat, role, place: place.chars().take(LONGEST).collect() })
}

fn ask(ground: &DecisionInput<'_>) -> Result<SeatFact, Refusal> {
    let own = ground.release.seats.asking(ground.seat)?;
    Ok(SeatFact::Asked { seat: own.id.clone() })
}

fn give(ground: &DecisionInput<'_>, to: &SeatId) -> Result<SeatFact, Refusal> {
    let (from, to) = (ground.release.seats.driving(ground.seat)?, other(ground, to)?);
    match to.role {
        SeatRole::Observer => Err(Refusal::held(format!("{} observes, and cannot drive", to.who.label()))),
        SeatRole::Driver => Err(Refusal::held("you already drive")),
        SeatRole::Navigator => Ok(passed(Some(from), to, Passing::Given)),
    }
}

fn decline(ground: &DecisionInput<'_>, to: &SeatId) -> Result<SeatFact, Refusal> {
    ground.release.seats.driving(ground.seat)?;
    let to = other(ground, to)?;
    match to.asks {
        Some(_) => Ok(SeatFact::Declined { seat: to.id.clone(), name: Person::new(to.who.label()) }),
        None => Err(Refusal::held(format!("{} does not ask for the driver's seat", to.who.label()))),
    }
}

fn take(ground: &DecisionInput<'_>) -> Result<SeatFact, Refusal> {
    let seats = &ground.release.seats;
    let own = seats.taking(ground.seat)?;
    let Some(driver) = seats.driver() else {
        return match seats.kept_from_user(&own.who) {
            Some(kept) => Err(Refusal::held(kept.says())),
            None => Ok(passed(None, own, Passing::Free)),
        };
    };
    if is_same(&driver.who, &own.who) {
        return Ok(passed(Some(driver), own, Passing::Same));
    }
    match ground.driver_away {
        Some(away) if away >= ABSENT => Ok(passed(Some(driver), own, Passing::Absent(away))),
        away => Err(Refusal::held(format!(
            "{} drives, and pressed a key {} ago: ask for the seat; without an answer it can be taken after {ABSENT} without a key",
            driver.who.label(),
            away.unwrap_or(crate::time::Span::seconds(0)).rounded(),
        ))),
    }
}

fn passed(from: Option<&Seat>, to: &Seat, how: Passing) -> SeatFact {
    SeatFact::Passed { from: from.map(|f| f.id.clone()), to: to.id.clone(), name: Person::new(to.who.label()), how }
}

fn other<'a>(ground: &'a DecisionInput<'_>, id: &SeatId) -> Result<&'a Seat, Refusal> {
    ground.release.seats.find(id).ok_or_else(|| Refusal::held("that person has left"))
}
