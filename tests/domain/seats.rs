//! Who may do what from which seat, and how the driver's seat passes on: never to two.

use super::{GateRun, NoCalls, Tale, who};
use proptest::prelude::*;
use tminus_core::action::{HorizonWait, Request};
use tminus_core::command::{
    ActionCommand, CheckCommand, Command, Consent, GateCommand, Refusal, RefusalKind, ReleaseCommand,
};
use tminus_core::decide::{DecisionInput, decide};
use tminus_core::fact::Fact;
use tminus_core::names::{ActionId, CheckName, EnvName, Person, SeatId};
use tminus_core::seat::{ABSENT, Passing, Seat, SeatCommand, SeatFact, SeatRole, Wish};
use tminus_core::time::Span;
use tminus_core::who::Who;

/// A release at which people sit.
pub(super) struct Table {
    pub(super) tale: Tale,
    /// How long the driver has pressed no key.
    away: Option<Span>,
}

impl Table {
    pub(super) fn new() -> Self {
        Self { tale: Tale::blank(), away: Some(Span::seconds(3)) }
    }

    /// dana drives, omer navigates, noa observes.
    pub(super) fn of_three() -> (Self, [SeatId; 3]) {
        let mut table = Self::new();
        let seats = [
            table.sit("dana", Wish::Act).unwrap(),
            table.sit("omer", Wish::Act).unwrap(),
            table.sit("noa", Wish::Observe).unwrap(),
        ];
        (table, seats)
    }

    pub(super) fn ask(&mut self, seat: Option<&SeatId>, who: &Who, command: &Command) -> Result<Vec<Fact>, Refusal> {
        let ground = DecisionInput {
            plan: &self.tale.plan,
            release: &self.tale.release,
            who,
            seat,
            driver_away: self.away,
            now: self.tale.now,
            calls_of: &NoCalls,
            gate_was_run: GateRun::Done,
        };
        let facts = decide(&ground, command)?.facts;
        self.tale.who = who.clone();
        for fact in &facts {
            self.tale.tell(fact.clone());
        }
        Ok(facts)
    }

    pub(super) fn sit_as(&mut self, who: &Who, wish: Wish) -> Result<SeatId, Refusal> {
        let sit = SeatCommand::Sit { wish, place: "pts/1".to_owned() };
        self.ask(None, who, &Command::Seat(sit))?;
        Ok(self.tale.release.seats.iter().last().unwrap().id.clone())
    }

    pub(super) fn sit(&mut self, name: &str, wish: Wish) -> Result<SeatId, Refusal> {
        self.sit_as(&who(name), wish)
    }

    pub(super) fn seat(&mut self, seat: &SeatId, command: SeatCommand) -> Result<Vec<Fact>, Refusal> {
        let who = self.find(seat).map_or_else(|| who("nobody"), |seat| seat.who.clone());
        self.ask(Some(seat), &who, &Command::Seat(command))
    }

    pub(super) fn find(&self, seat: &SeatId) -> Option<&Seat> {
        self.tale.release.seats.find(seat)
    }

    pub(super) fn role(&self, seat: &SeatId) -> Option<SeatRole> {
        self.find(seat).map(|seat| seat.role)
    }

    pub(super) fn how(facts: &[Fact]) -> Option<Passing> {
        match facts {
            [Fact::Seat(SeatFact::Passed { how, .. })] => Some(*how),
            _ => None,
        }
    }
}

fn env() -> EnvName {
    EnvName::new("staging")
}

fn id() -> ActionId {
    ActionId::new("deploy-staging-1")
}

/// One command of each kind, with the least role that may ask for it.
pub(super) fn commands() -> Vec<(SeatRole, Command)> {
    let release = super::version("1.0.0");
    let request = Request::Verify { env: env(), horizon: None, patience: HorizonWait::Now };
    let consent = Consent { typed: None, seen: None };
    let start = ActionCommand::Start { release: release.clone(), request, consent };
    let approve = GateCommand::Approve { action: id(), note: String::new() };
    let (item, reason) = ("version".to_owned(), "known".to_owned());
    let waive = GateCommand::Waive { release: release.clone(), env: env(), item, reason };
    let check = CheckName::new("quality");
    let say = CheckCommand::Say { release: release.clone(), check: check.clone(), yes: true, note: String::new() };
    let run = CheckCommand::Run { release: release.clone(), checks: vec![check] };
    vec![
        (SeatRole::Observer, Command::Refresh),
        (SeatRole::Navigator, Command::Gate(approve)),
        (SeatRole::Navigator, Command::Check(say)),
        (SeatRole::Driver, Command::Check(run)),
        (SeatRole::Driver, Command::Gate(waive)),
        (
            SeatRole::Driver,
            Command::Release(ReleaseCommand::Close { version: release, note: String::new(), unmerged: None }),
        ),
        (SeatRole::Driver, Command::Action(start)),
        (SeatRole::Driver, Command::Action(ActionCommand::Stop { action: id() })),
        (SeatRole::Driver, Command::Action(ActionCommand::Retry { action: id() })),
        (SeatRole::Driver, Command::Action(ActionCommand::Leave { action: id() })),
        (SeatRole::Driver, Command::Action(ActionCommand::Accept { action: id(), note: String::new() })),
    ]
}

#[test]
fn each_role_may_ask_for_what_is_its_own_and_for_nothing_above() {
    let (table, [dana, omer, noa]) = Table::of_three();
    let rank = |role| [SeatRole::Observer, SeatRole::Navigator, SeatRole::Driver].iter().position(|r| *r == role);
    for (least, command) in commands() {
        for (seat, name) in [(&dana, "dana"), (&omer, "omer"), (&noa, "noa")] {
            let admitted = table.tale.release.seats.admit(Some(seat), &who(name), &command);
            let may = rank(table.role(seat).unwrap()) >= rank(least);
            assert_eq!(admitted.is_ok(), may, "{name}: {command:?}: {admitted:?}");
            if let Err(refusal) = admitted {
                assert_eq!(refusal.kind, RefusalKind::Held);
                let says = if name == "noa" { "an observer looks" } else { "you navigate, and dana drives" };
                assert!(refusal.says.contains(says), "{refusal:?}");
            }
        }
    }
}

#[test]
fn what_a_refusal_says_is_what_a_screen_is_told_too() {
    let (table, [_, omer, _]) = Table::of_three();
    let seats = &table.tale.release.seats;
    let barred = seats.barred((Some(&omer), &who("omer")), SeatRole::Driver).unwrap();
    let refusal = seats.admit_as((Some(&omer), &who("omer")), SeatRole::Driver).unwrap_err();
    assert_eq!(barred.says(), refusal.says);
}

#[test]
fn a_command_of_the_shell_acts_where_nobody_drives_and_for_the_system_user_who_does() {
    let (mut table, [dana, ..]) = Table::of_three();
    let (_, start) = commands().remove(7);
    let admitted = |table: &Table, name: &str| table.tale.release.seats.admit(None, &who(name), &start);
    assert!(admitted(&table, "dana").is_ok());
    assert!(admitted(&table, "omer").unwrap_err().says.contains("dana drives, from pts/1"));
    table.seat(&dana, SeatCommand::Rise { why: "home".to_owned() }).unwrap();
    assert!(admitted(&table, "omer").is_ok());
}

#[test]
fn a_seat_that_has_gone_may_nothing_but_look() {
    let (mut table, [_, omer, _]) = Table::of_three();
    table.seat(&omer, SeatCommand::Rise { why: "home".to_owned() }).unwrap();
    let gone = table.ask(Some(&omer), &who("omer"), &commands()[1].1).unwrap_err();
    assert!(gone.says.contains("no longer at the table"), "{gone:?}");
    for command in [SeatCommand::Ask, SeatCommand::Take, SeatCommand::Rise { why: String::new() }] {
        assert!(table.seat(&omer, command).is_err());
    }
}

#[test]
fn the_first_to_come_drives_and_whoever_only_wants_to_look_never_does() {
    let mut table = Table::new();
    let noa = table.sit("noa", Wish::Observe).unwrap();
    assert_eq!(table.role(&noa), Some(SeatRole::Observer));
    assert!(table.seat(&noa, SeatCommand::Take).unwrap_err().says.contains("you observe"));
    assert!(table.seat(&noa, SeatCommand::Ask).unwrap_err().says.contains("you observe"));
    let dana = table.sit("dana", Wish::Act).unwrap();
    assert_eq!(table.role(&dana), Some(SeatRole::Driver));
    assert!(table.seat(&dana, SeatCommand::Give { to: noa }).unwrap_err().says.contains("cannot drive"));
}

#[test]
fn what_a_client_says_of_itself_is_short_in_the_journal() {
    let (mut table, [dana, ..]) = Table::of_three();
    let facts = table.seat(&dana, SeatCommand::Rise { why: "x".repeat(1_000_000) }).unwrap();
    let [Fact::Seat(SeatFact::Rose { why, .. })] = facts.as_slice() else { panic!("{facts:?}") };
    assert!(why.len() <= 80, "{} letters", why.len());
}

#[test]
fn nobody_sits_twice_in_one_place() {
    let (mut table, [dana, ..]) = Table::of_three();
    let sit = SeatCommand::Sit { wish: Wish::Act, place: "pts/9".to_owned() };
    assert!(table.seat(&dana, sit).is_err());
}

#[test]
fn the_seat_is_asked_for_once_and_given_or_kept() {
    let (mut table, [dana, omer, noa]) = Table::of_three();
    let decline = || SeatCommand::Decline { to: omer.clone() };
    assert!(table.seat(&dana, decline()).unwrap_err().says.contains("does not ask"));
    table.seat(&omer, SeatCommand::Ask).unwrap();
    assert!(table.seat(&omer, SeatCommand::Ask).unwrap_err().says.contains("asked already"));
    assert!(table.seat(&dana, SeatCommand::Ask).unwrap_err().says.contains("you already drive"));
    for seat in [&omer, &noa] {
        assert!(table.seat(seat, decline()).unwrap_err().says.contains("only the driver"));
        assert!(table.seat(seat, SeatCommand::Give { to: omer.clone() }).is_err());
    }
    table.seat(&dana, decline()).unwrap();
    assert_eq!(table.tale.release.seats.askers().len(), 0);
    table.seat(&omer, SeatCommand::Ask).unwrap();
    let given = table.seat(&dana, SeatCommand::Give { to: omer.clone() }).unwrap();
    assert_eq!(Table::how(&given), Some(Passing::Given));
    assert_eq!((table.role(&dana), table.role(&omer)), (Some(SeatRole::Navigator), Some(SeatRole::Driver)));
    assert_eq!(table.tale.release.seats.askers().len(), 0);
}

#[test]
fn who_has_waited_longest_is_the_first_of_those_who_ask() {
    let (mut table, [_, omer, _]) = Table::of_three();
    let lior = table.sit("lior", Wish::Act).unwrap();
    for seat in [&lior, &omer] {
        table.tale.pass("10s");
        table.seat(seat, SeatCommand::Ask).unwrap();
    }
    let ids: Vec<&SeatId> = table.tale.release.seats.askers().iter().map(|seat| &seat.id).collect();
    assert_eq!(ids, [&lior, &omer]);
}

#[test]
fn whoever_is_at_the_keys_keeps_the_seat_and_whoever_is_away_for_the_stated_time_loses_it() {
    let (mut table, [dana, omer, _]) = Table::of_three();
    for away in [None, Some(Span::seconds(0)), Some(Span::seconds(119))] {
        table.away = away;
        let refusal = table.seat(&omer, SeatCommand::Take).unwrap_err();
        assert!(refusal.says.starts_with("dana drives, and pressed a key"), "{refusal:?}");
    }
    table.away = Some(ABSENT);
    assert_eq!(Table::how(&table.seat(&omer, SeatCommand::Take).unwrap()), Some(Passing::Absent(ABSENT)));
    assert_eq!((table.role(&dana), table.role(&omer)), (Some(SeatRole::Navigator), Some(SeatRole::Driver)));
    assert!(table.seat(&omer, SeatCommand::Take).unwrap_err().says.contains("you already drive"));
}

#[test]
fn where_nobody_drives_there_is_nobody_to_ask_and_the_seat_is_free() {
    let (mut table, [dana, omer, _]) = Table::of_three();
    table.seat(&dana, SeatCommand::Rise { why: "home".to_owned() }).unwrap();
    assert!(table.seat(&omer, SeatCommand::Ask).unwrap_err().says.contains("take the driver's seat"));
    let barred = table.ask(Some(&omer), &who("omer"), &commands()[7].1).unwrap_err();
    assert!(barred.says.contains("nobody drives"), "{barred:?}");
    assert_eq!(Table::how(&table.seat(&omer, SeatCommand::Take).unwrap()), Some(Passing::Free));
}

#[test]
fn the_same_system_user_takes_the_seat_from_another_terminal_whatever_it_is_called_there() {
    let (mut table, [dana, ..]) = Table::of_three();
    let other = Who { name: Person::new("dana at home"), ..who("dana") };
    let home = table.sit_as(&other, Wish::Act).unwrap();
    assert_eq!(table.tale.release.seats.same_user(table.find(&home).unwrap()).count(), 1);
    assert_eq!(Table::how(&table.seat(&home, SeatCommand::Take).unwrap()), Some(Passing::Same));
    assert_eq!(table.role(&dana), Some(SeatRole::Navigator));
    // The same name on another machine is another user.
    let elsewhere = Who { host: "elsewhere".to_owned(), ..who("dana") };
    let far = table.sit_as(&elsewhere, Wish::Act).unwrap();
    assert!(table.seat(&far, SeatCommand::Take).is_err());
}

/// Something that somebody does about seats, by numbers that choose among what there is.
fn command(table: &Table, (kind, to): (u8, usize)) -> SeatCommand {
    let all: Vec<SeatId> = table.tale.release.seats.iter().map(|seat| seat.id.clone()).collect();
    let to = all.get(to % (all.len() + 1)).cloned().unwrap_or_else(|| SeatId::new("seat-0"));
    match kind % 8 {
        0 | 1 => SeatCommand::Ask,
        2 | 3 => SeatCommand::Give { to },
        4 => SeatCommand::Decline { to },
        5 | 6 => SeatCommand::Take,
        _ => SeatCommand::Rise { why: "home".to_owned() },
    }
}

proptest! {
    #![proptest_config(crate::nightly::cases(128))]

    #[test]
    fn there_are_never_two_drivers_and_an_observer_never_drives(
        happenings in proptest::collection::vec((any::<u8>(), any::<u8>(), 0usize..6, 0usize..6, 0u64..240), 1..60)
    ) {
        const PEOPLE: [&str; 4] = ["dana", "omer", "noa", "lior"];
        let mut table = Table::new();
        let mut observers: Vec<SeatId> = Vec::new();
        for (what, kind, by, to, away) in happenings {
            table.away = Some(Span::seconds(away));
            let all: Vec<SeatId> = table.tale.release.seats.iter().map(|seat| seat.id.clone()).collect();
            if what % 4 == 0 && all.len() < 6 {
                let wish = if what % 3 == 0 { Wish::Observe } else { Wish::Act };
                let seat = table.sit(PEOPLE[by % PEOPLE.len()], wish).unwrap();
                observers.extend((wish == Wish::Observe).then_some(seat));
            } else if let Some(seat) = all.get(by % all.len().max(1)) {
                let command = command(&table, (kind, to));
                let _refused_or_done = table.seat(seat, command);
            }
            let seats = &table.tale.release.seats;
            prop_assert!(seats.iter().filter(|seat| seat.role == SeatRole::Driver).count() <= 1);
            prop_assert!(seats.iter().filter(|seat| observers.contains(&seat.id)).all(|s| s.role == SeatRole::Observer));
            prop_assert!(seats.driver().is_none_or(|driver| driver.asks.is_none()));
        }
        // What the journal says is what a fold of it finds.
        prop_assert_eq!(&tminus_core::release::Release::of(&table.tale.records).seats, &table.tale.release.seats);
    }
}
