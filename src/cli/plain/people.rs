//! Who is here, in the talk: who sits where, and the driver's seat asked for, given, kept and taken.

use super::question::OnDone;
use super::spoken::Verb;
use super::talk::Talk;
use crate::cli::show;
use jiff::{SignedDuration, Timestamp};
use tminus_cockpit::People;
use tminus_core::admit::Deed;
use tminus_core::command::Command;
use tminus_core::fact::{Fact, Record};
use tminus_core::names::{EnvName, SeatId};
use tminus_core::seat::{Seat, SeatCommand, SeatFact};
use tminus_core::telemetry::Telemetry;

/// How long a talk waits before it tells of another line: nobody needs to know it sooner.
const BETWEEN: SignedDuration = SignedDuration::from_secs(5);

impl Talk<'_> {
    fn table(&self) -> People<'_> {
        let (seats, plan) = (&self.snapshot.release.seats, &self.snapshot.plan);
        People { seats, plan, glances: &self.glances, own: self.handle.seat(), now: self.handle.now() }
    }

    pub(super) fn people(&self) {
        let moment = |at: Timestamp| at.to_zoned(self.zone.clone()).strftime("%H:%M:%S").to_string();
        self.table().lines(&moment).iter().for_each(|line| show::line(line));
    }

    /// Says why one's seat may not do what a command would: before anything is looked at or asked.
    pub(super) fn not_barred(&self, verb: Verb, words: &[String]) -> Result<(), String> {
        let (plan, release) = (&self.snapshot.plan, &self.snapshot.release);
        let places: Vec<EnvName> = match (verb, words, &plan.environments[..]) {
            (Verb::Check | Verb::Answer, ..) => Vec::new(),
            (Verb::Stop, ..) => release.active_actions().filter_map(|a| a.proposal.request.env().cloned()).collect(),
            (_, [what, ..], _) => release.place_of(what, plan).into_iter().collect(),
            // The only one needs no name.
            (_, [], [only]) => vec![only.name.clone()],
            (_, [], _) => Vec::new(),
        };
        let places = places.iter().map(|env| plan.environment(env)).chain([None]);
        let mut bars = places.filter_map(|place| self.desk.project.read_only.bars(deed(verb), place));
        if let Some(bar) = bars.next() {
            return Err(bar.says());
        }
        let asker = (self.handle.seat(), &self.who);
        let barred = self.snapshot.release.seats.barred(asker, deed(verb).least_role());
        barred.map_or(Ok(()), |barred| Err(format!("refused: {}", barred.says())))
    }

    pub(super) fn give(&mut self, words: &[String]) -> Result<(), String> {
        let seats = self.table().seats;
        seats.driving(self.handle.seat()).map_err(|refusal| refusal.says)?;
        // Without a name it is for the one who asks; a name may be anybody's who can drive.
        let heirs = if words.is_empty() { seats.askers() } else { seats.heirs() };
        let to = find(&heirs, words)?;
        self.command(Command::Seat(SeatCommand::Give { to }), OnDone::Nothing);
        Ok(())
    }

    pub(super) fn decline(&mut self, words: &[String]) -> Result<(), String> {
        let seats = self.table().seats;
        seats.driving(self.handle.seat()).map_err(|refusal| refusal.says)?;
        let to = find(&seats.askers(), words)?;
        self.command(Command::Seat(SeatCommand::Decline { to }), OnDone::Nothing);
        Ok(())
    }

    /// Says to the one who drives what to type when somebody asks for the seat.
    pub(super) fn hear_of_seats(&mut self, record: &Record) {
        let Fact::Seat(fact) = &record.fact else { return };
        if let SeatFact::Rose { seat, .. } = fact {
            self.glances.forget(seat);
        }
        let is_asked = matches!(fact, SeatFact::Asked { .. });
        if is_asked && self.table().seats.driving(self.handle.seat()).is_ok() {
            let name = &record.who.name;
            show::line(&format!("Type give {name} to let them drive, or decline {name}."));
        }
    }

    /// Tells the others that somebody types here, now and then.
    pub(super) fn tell_glance(&mut self) {
        let Some(seat) = self.handle.seat().cloned() else { return };
        let now = self.handle.now();
        let since = self.glanced.map(|at| now.duration_since(at));
        // A clock that was set back is no reason to be silent.
        if since.is_some_and(|since| !since.is_negative() && since < BETWEEN) {
            return;
        }
        self.glanced = Some(now);
        self.handle.look(Telemetry::Present { seat, view: "lines".to_owned(), size: (0, 0), key: now });
    }
}

/// Returns what a command is, as far as roles tell it apart.
const fn deed(verb: Verb) -> Deed {
    match verb {
        Verb::Deploy | Verb::Verify | Verb::RollBack | Verb::Stop => Deed::Act,
        Verb::Retry | Verb::Accept | Verb::Leave => Deed::Act,
        Verb::Check => Deed::Check,
        Verb::Answer => Deed::Answer,
        Verb::Approve => Deed::Approve,
        Verb::Waive | Verb::Adopt => Deed::Waive,
        Verb::Lock | Verb::Unlock => Deed::Hold,
        Verb::Status | Verb::Refresh | Verb::Logs | Verb::Follow | Verb::Quiet | Verb::Journal => Deed::Look,
        Verb::People | Verb::Ask | Verb::Give | Verb::Decline | Verb::Take => Deed::Look,
        Verb::As | Verb::Help | Verb::Quit => Deed::Look,
    }
}

/// Finds who is meant, by name or by seat, among those it can be; the only one needs no name.
fn find(seats: &[&Seat], words: &[String]) -> Result<SeatId, String> {
    let name = words.join(" ");
    let is_meant = |seat: &&&Seat| name.is_empty() || seat.who.name.as_str() == name || seat.id.as_str() == name;
    let meant: Vec<&Seat> = seats.iter().filter(is_meant).copied().collect();
    let list = |seats: &[&Seat]| {
        let all: Vec<String> = seats.iter().map(|s| format!("{} ({}, at {})", s.id, s.who.label(), s.place)).collect();
        all.join(", ")
    };
    match meant.as_slice() {
        [one] => Ok(one.id.clone()),
        [] if name.is_empty() => Err("nobody asks: name who is meant".to_owned()),
        [] if seats.is_empty() => Err(format!("{name} cannot be chosen: nobody here can")),
        [] => Err(format!("{name} cannot be chosen; there are {}", list(seats))),
        several => Err(format!("who? There are {}: name the seat", list(several))),
    }
}
