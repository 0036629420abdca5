//! The driver's seat: asked for, given, kept, taken; and what others do at the table, said to the one it is about.

use super::state::State;
use crate::action::SeatAction;
use crate::dialogs::{ChooseDialog, Pressed};
use crate::message::Effect;
use crate::notices::{NoticeLine, Tone};
use crate::panes;
use crate::view::View;
use tminus_core::action::Proposal;
use tminus_core::command::Command;
use tminus_core::fact::{ActionFact, Fact, GateFact, Record};
use tminus_core::names::{ActionId, SeatId};
use tminus_core::question::{AfterAnswer, QuestionCommand};
use tminus_core::seat::{Seat, SeatCommand, SeatFact, is_one};

impl State {
    pub(super) fn act_seat(&mut self, action: SeatAction) -> Vec<Effect> {
        match action {
            SeatAction::Ask => self.ask("ask for the driver's seat".to_owned(), Command::Seat(SeatCommand::Ask)),
            SeatAction::Take => self.ask("take the driver's seat".to_owned(), Command::Seat(SeatCommand::Take)),
            SeatAction::Give => self.give(),
            SeatAction::Decline => self.decline(),
        }
    }

    /// Gives the seat to the one who asks; where nobody does, or several do, to whom one chooses.
    fn give(&mut self) -> Vec<Effect> {
        let Some(people) = self.people() else { return Vec::new() };
        let is_heir = |seat: &&Seat| people.seats.heirs().iter().any(|heir| heir.id == seat.id);
        let selected = panes::people::selected(self).filter(|_| self.view() == &View::People).filter(is_heir);
        let chosen = match (selected, people.seats.askers().as_slice()) {
            (Some(selected), _) => Some(selected.id.clone()),
            (None, [asker]) => Some(asker.id.clone()),
            (None, _) => None,
        };
        let heirs: Vec<SeatId> = people.seats.heirs().iter().map(|seat| seat.id.clone()).collect();
        match chosen {
            Some(to) => self.ask_of_seat(&to, SeatAction::Give),
            None => self.choose_seat("Give the driver's seat to".to_owned(), heirs, SeatAction::Give),
        }
    }

    fn decline(&mut self) -> Vec<Effect> {
        let Some(people) = self.people() else { return Vec::new() };
        let askers: Vec<SeatId> = people.seats.askers().iter().map(|seat| seat.id.clone()).collect();
        match askers.as_slice() {
            [asker] => self.ask_of_seat(asker, SeatAction::Decline),
            _ => self.choose_seat("Keep driving, and tell".to_owned(), askers, SeatAction::Decline),
        }
    }

    fn choose_seat(&mut self, title: String, seats: Vec<SeatId>, action: SeatAction) -> Vec<Effect> {
        let Some(people) = self.people() else { return Vec::new() };
        let option = |id: &SeatId| {
            let Some(seat) = people.seats.find(id) else { return "somebody who has left".to_owned() };
            let asks = if seat.asks.is_some() { ", who asks" } else { "" };
            format!("{}{asks}  ({}, at {})", seat.who.name, seat.who.user, seat.place)
        };
        let options =
            seats.iter().map(|id| (option(id), Pressed::Leads(AfterAnswer::Ask(self.of_seat(id, action))))).collect();
        self.open(ChooseDialog { title, options, row: 0 });
        Vec::new()
    }

    fn ask_of_seat(&mut self, seat: &SeatId, action: SeatAction) -> Vec<Effect> {
        self.lead(AfterAnswer::Ask(self.of_seat(seat, action)))
    }

    fn of_seat(&self, seat: &SeatId, action: SeatAction) -> QuestionCommand {
        let (to, name) = (seat.clone(), self.name_of(seat));
        match action {
            SeatAction::Decline => {
                QuestionCommand::new(format!("keep the seat from {name}"), Command::Seat(SeatCommand::Decline { to }))
            }
            SeatAction::Give | SeatAction::Ask | SeatAction::Take => {
                QuestionCommand::new(format!("give {name} the seat"), Command::Seat(SeatCommand::Give { to }))
            }
        }
    }

    fn name_of(&self, seat: &SeatId) -> String {
        let found = self.people().and_then(|people| people.seats.find(seat));
        found.map_or_else(|| "somebody who has left".to_owned(), |seat| seat.who.label())
    }

    /// Keeps among the messages what others did at the table, before it is so; quietly.
    pub(super) fn note(&mut self, record: &Record) {
        if self.is_own(record) {
            return;
        }
        let name = &record.who.label();
        let Some(deed) = AtTable::of(&record.fact) else { return };
        let (what, says) = match deed {
            AtTable::Seat(fact) => (name.to_string(), fact.words(&record.who)),
            AtTable::Proposed(action, proposal) => {
                (action.to_string(), format!("{name} proposes to {}; it waits for approval", proposal.request.words()))
            }
            AtTable::Began(action, proposal) => {
                (action.to_string(), format!("{name} began to {}", proposal.request.words()))
            }
            AtTable::Approved(action, "") => (action.to_string(), format!("approved by {name}")),
            AtTable::Approved(action, note) => (action.to_string(), format!("approved by {name}: {note}")),
        };
        self.look.said.keep(NoticeLine::new(record.at, Tone::Note, what, says));
    }

    /// Says whether somebody did something themselves.
    pub(super) fn is_own(&self, record: &Record) -> bool {
        is_one(&record.who, &self.who)
    }

    /// Says in the footer what somebody did that concerns oneself, once it is so, and calls who looks elsewhere.
    pub(super) fn notice(&mut self, record: &Record) -> Option<Effect> {
        if let Fact::Seat(SeatFact::Rose { seat, .. }) = &record.fact {
            self.look.live.glances.forget(seat);
        }
        let says = match AtTable::of(&record.fact)? {
            AtTable::Seat(fact) => self.concerns(fact, record)?,
            AtTable::Approved(action, _) if !self.is_own(record) => self.goes_on(action)?,
            AtTable::Began(_, proposal) if !self.is_own(record) => {
                SeatNotice::new(format!("{} began to {}", record.who.label(), proposal.request.words()))
            }
            AtTable::Approved(..) | AtTable::Proposed(..) | AtTable::Began(..) => return None,
        };
        self.hint = says.in_footer.then(|| says.text.clone()).or_else(|| self.hint.take());
        self.is_elsewhere().then(|| Effect::Call(format!("tminus: {}", says.text)))
    }

    fn concerns(&self, fact: &SeatFact, record: &Record) -> Option<SeatNotice> {
        let own = self.seat.as_ref()?;
        let name = &record.who.label();
        match fact {
            // The keys for yes and no stand in the footer until it is answered.
            SeatFact::Asked { .. } => {
                self.people()?.seats.driving(Some(own)).ok()?;
                Some(SeatNotice { text: format!("{name} asks for the driver's seat"), in_footer: false })
            }
            SeatFact::Declined { seat, .. } if seat == own => Some(SeatNotice::new(format!("{name} keeps driving"))),
            SeatFact::Passed { to, .. } if to == own => Some(SeatNotice::new("you drive now".to_owned())),
            SeatFact::Passed { from, name, .. } if from.as_ref() == Some(own) => {
                Some(SeatNotice::new(format!("{name} drives now, and you navigate")))
            }
            SeatFact::Sat { .. } | SeatFact::Rose { .. } | SeatFact::Declined { .. } | SeatFact::Passed { .. } => None,
            SeatFact::Kept { .. } | SeatFact::Freed { .. } => None,
        }
    }

    /// Says that what was proposed has its last yes, and which key continues with it; each one before to the proposer alone.
    fn goes_on(&self, action: &ActionId) -> Option<SeatNotice> {
        let action = self.action(action)?;
        let is_own = is_one(&action.proposer, &self.who);
        let count = self.gate_of(action)?.approvals.as_ref()?;
        let words = self.approval_words(action, (count.given.len(), count.needed));
        match (is_own, self.is_approved(action)) {
            (true, _) | (false, true) => Some(SeatNotice::new(words)),
            (false, false) => None,
        }
    }
}

/// What somebody does at the table that the others hear of.
enum AtTable<'a> {
    Seat(&'a SeatFact),
    Proposed(&'a ActionId, &'a Proposal),
    /// What changes something, and runs from now on.
    Began(&'a ActionId, &'a Proposal),
    /// With what was noted, if anything.
    Approved(&'a ActionId, &'a str),
}

impl<'a> AtTable<'a> {
    fn of(fact: &'a Fact) -> Option<Self> {
        match fact {
            Fact::Seat(fact) => Some(Self::Seat(fact)),
            Fact::Action(ActionFact::Proposed { action, proposal }) => Some(Self::Proposed(action, proposal)),
            Fact::Action(ActionFact::Started { action, proposal, .. }) if proposal.request.is_changing() => {
                Some(Self::Began(action, proposal))
            }
            Fact::Gate(GateFact::Approved { action, note, .. }) => Some(Self::Approved(action, note)),
            Fact::Plan(_)
            | Fact::Release(_)
            | Fact::Check(_)
            | Fact::Gate(_)
            | Fact::Action(_)
            | Fact::Step(_)
            | Fact::Lock(_)
            | Fact::Clock(_)
            | Fact::Target(_) => None,
        }
    }
}

/// What is said to somebody.
struct SeatNotice {
    text: String,
    /// Whether it stands in the footer until the next key.
    in_footer: bool,
}

impl SeatNotice {
    const fn new(text: String) -> Self {
        Self { text, in_footer: true }
    }
}
