//! Several at one release: who is here, who drives, where they look, and a yes that comes from another terminal.

use super::day::{self, Day};
use super::every::PICTURED;
use super::{Seat, fixture};
use crate::slots::{Scarce, take};
use std::sync::Arc;
use tminus_cockpit::{Answer, Cockpit, CockpitSettings, Effect, Message, Reply};
use tminus_core::action::Request;
use tminus_core::command::{Command, GateCommand, Refusal};
use tminus_core::fact::{ActionFact, Fact, GateFact, Record};
use tminus_core::names::{ActionId, Person, SeatId};
use tminus_core::seat::{Passing, SeatCommand, SeatFact, SeatRole};
use tminus_core::situation::Preview;
use tminus_core::telemetry::{Event, Telemetry};
use tminus_core::time::Span;
use tminus_core::who::Who;
use tminus_engine::EngineNews;

const DANA: &str = "seat-50";
const OMER: &str = "seat-51";
const NOA: &str = "seat-52";
const PROPOSED: &str = "deploy-production-202";

fn sat(name: &str, seat: &str, role: SeatRole) -> (Who, SeatFact) {
    let place = format!("pts/{} in tmux", &seat[6..]);
    (fixture::who(name), SeatFact::Sat { seat: SeatId::new(seat), role, place })
}

/// Who sits there in the fixture: one drives, one navigates, one observes.
fn three() -> Vec<(Who, SeatFact)> {
    vec![
        sat("dana", DANA, SeatRole::Driver),
        sat("omer", OMER, SeatRole::Navigator),
        sat("noa", NOA, SeatRole::Observer),
    ]
}

/// Sits everybody down at a cockpit's table, where dana drives it.
pub fn sit(seat: &mut Seat) {
    seat.change(|cockpit| cockpit.rehearsing(None).seated(SeatId::new(DANA)));
    for (seq, (who, fact)) in (600..).zip(three()) {
        tell(seat, (seq, who.name.as_str()), Fact::Seat(fact));
    }
    for told in [looks(DANA, "overview", (120, 36), 4), looks(OMER, "environment staging", (80, 24), 70)] {
        seat.cockpit.take(Message::News(Box::new(EngineNews::Event(Event::Telemetry(told)))));
    }
}

/// Omer, beside dana, who has not pressed a key for long.
pub fn beside() -> Seat {
    let mut seat = omer();
    seat.cockpit.take(Message::News(Box::new(EngineNews::Event(Event::Telemetry(looks(DANA, "logs", (80, 24), 180))))));
    seat
}

/// Omer asks dana for the seat.
pub fn asked(seat: &mut Seat) {
    sit(seat);
    asks(seat, 700, ("omer", OMER));
}

/// The cockpit of one of them.
fn cockpit_of(name: &str, own: &str, table: Vec<(Who, SeatFact)>) -> Seat {
    let settings = CockpitSettings::default();
    let cockpit = Cockpit::new(fixture::who(name), fixture::version("1.0.0"), fixture::now(), &settings);
    let mut world = fixture::snapshot();
    let release = Arc::make_mut(&mut world.release);
    for (at, (who, fact)) in table.into_iter().enumerate() {
        let since = fixture::now().checked_sub(jiff::SignedDuration::from_secs(300)).unwrap();
        release.apply(&Record { seq: 100 + at as u64, at: since, who, fact: Fact::Seat(fact) });
    }
    world.present = vec![looks(DANA, "overview", (120, 36), 4), looks(OMER, "environment staging", (80, 24), 70)];
    let mut seat = Seat {
        cockpit: cockpit.seated(SeatId::new(own)),
        at: std::time::Instant::now(),
        asked: Vec::new(),
        _slot: take(Scarce::Processor),
    };
    seat.cockpit.take(Message::Joined(Box::new(world)));
    for news in fixture::still_so() {
        seat.cockpit.take(Message::News(Box::new(news)));
    }
    seat
}

fn looks(seat: &str, view: &str, size: (u16, u16), ago: i64) -> Telemetry {
    let key = fixture::now().checked_sub(jiff::SignedDuration::from_secs(ago)).unwrap();
    Telemetry::Present { seat: SeatId::new(seat), view: view.to_owned(), size, key }
}

fn dana() -> Seat {
    cockpit_of("dana", DANA, three())
}

fn omer() -> Seat {
    cockpit_of("omer", OMER, three())
}

fn noa() -> Seat {
    cockpit_of("noa", NOA, three())
}

/// Tells a fact that somebody else brought about.
fn tell(seat: &mut Seat, (seq, name): (u64, &str), fact: Fact) -> Vec<Effect> {
    let record = Record { seq, at: fixture::now(), who: fixture::who(name), fact };
    seat.cockpit.take(Message::News(Box::new(EngineNews::Event(Event::Fact(record.into())))))
}

fn asks(seat: &mut Seat, seq: u64, (name, id): (&str, &str)) {
    tell(seat, (seq, name), Fact::Seat(SeatFact::Asked { seat: SeatId::new(id) }));
}

fn commands(seat: &Seat) -> Vec<Command> {
    let of =
        |effect: &Effect| if let Effect::Command { command, .. } = effect { Some((**command).clone()) } else { None };
    seat.asked.iter().filter_map(of).collect()
}

fn glances(effects: &[Effect]) -> Vec<String> {
    let of = |e: &Effect| {
        if let Effect::Look(Telemetry::Present { view, .. }) = e { Some(view.clone()) } else { None }
    };
    effects.iter().filter_map(of).collect()
}

fn snapshots(name: &str, of: fn() -> Seat, keys: &str) {
    for (columns, lines) in PICTURED {
        let mut seat = of();
        seat.cockpit.take(Message::Size(columns, lines));
        if !keys.is_empty() {
            seat.keys(keys);
        }
        insta::assert_snapshot!(format!("{name}_{columns}x{lines}"), seat.screen(columns, lines));
    }
}

fn header(seat: &Seat, columns: u16) -> String {
    seat.screen(columns, 24).lines().take(2).collect::<Vec<_>>().join("\n")
}

#[test]
fn what_somebody_else_begins_is_said_in_the_footer_of_everybody() {
    let version = fixture::version("0.9.4");
    let env = tminus_core::names::EnvName::new("production");
    let request = Request::RollBack { env, to: Some(version.clone()), reason: "slow".to_owned() };
    let Preview { proposal, steps, .. } = super::preview(&fixture::version("1.0.0"), &request).unwrap();
    let began = |name: &str| {
        let mut seat = omer();
        seat.cockpit.take(Message::Size(120, 36));
        let action = ActionId::new("rollback-production-300");
        let fact = ActionFact::Started { action, proposal: proposal.clone(), steps: steps.clone() };
        tell(&mut seat, (300, name), Fact::Action(fact));
        seat.screen(120, 36).lines().last().unwrap().to_owned()
    };
    assert!(began("dana").contains("dana began to roll production back to 0.9.4"), "{}", began("dana"));
    assert!(!began("omer").contains("began"), "one knows what one does oneself: {}", began("omer"));
}

#[test]
fn the_people_are_listed_with_their_seats_and_where_they_look() {
    snapshots("people", omer, "P");
}

#[test]
fn the_header_says_who_is_here_and_who_asks() {
    let asked = || {
        let mut seat = dana();
        asks(&mut seat, 300, ("omer", OMER));
        seat
    };
    snapshots("asked", asked, "");
}

#[test]
fn the_header_names_who_drives_and_oneself_at_every_size() {
    let wide = header(&omer(), 160);
    assert!(wide.contains("dana drives · omer (you) navigates · noa observes"), "{wide}");
    let narrow = header(&omer(), 80);
    assert!(narrow.contains("dana drives") && narrow.contains("omer (you) navigates"), "{narrow}");
    let close = header(&omer(), 60);
    assert!(close.contains("dana drives · you navigate +1"), "{close}");
    let tiny = header(&omer(), 40);
    assert!(tiny.contains("dana drives +2"), "{tiny}");
    assert!(header(&dana(), 40).contains("you drive +2"), "{}", header(&dana(), 40));
}

#[test]
fn who_sits_alone_is_told_as_ever() {
    let seat = Seat::new(&CockpitSettings::default());
    assert!(header(&seat, 160).contains("● dana drives"), "{}", header(&seat, 160));
    let mut seat = Seat::new(&CockpitSettings::default());
    seat.keys("P S t");
    let screen = seat.screen(120, 36);
    assert!(screen.contains("nobody else can join here") && commands(&seat).is_empty(), "{screen}");
}

#[test]
fn who_shares_a_system_user_is_told_to_be_one_for_approvals() {
    let shared = || {
        let mut table = three();
        table[1].0.user = "dana".to_owned();
        table
    };
    let mut seat = cockpit_of("dana", DANA, shared());
    seat.keys("P");
    let screen = seat.screen(120, 36);
    let says = "dana at pts/0 in tmux, omer at pts/1 in tmux are one system user; their approvals count once";
    assert_eq!(screen.matches(says).count(), 1, "{screen}");
    let mut other = dana();
    other.keys("P");
    assert!(!other.screen(120, 36).contains("one system user"));
}

#[test]
fn an_observer_is_told_at_once_that_it_only_looks() {
    for keys in ["d", "v", "r", "b", "a", "W", "C", "tab c", "tab m"] {
        let mut seat = noa();
        seat.keys(keys);
        let screen = seat.screen(120, 36);
        assert!(screen.contains("you observe: an observer looks, and does nothing"), "{keys}:\n{screen}");
        assert!(commands(&seat).is_empty() && seat.asked.iter().all(|e| matches!(e, Effect::Look(_))));
    }
}

#[test]
fn a_navigator_is_told_who_drives_and_the_key_to_the_seat() {
    for keys in ["d", "v", "r", "b", "W", "C"] {
        let mut seat = omer();
        seat.keys(keys);
        let screen = seat.screen(120, 36);
        assert!(screen.contains("you navigate, and dana drives: S a asks for the seat"), "{keys}:\n{screen}");
    }
    let mut seat = omer();
    seat.cockpit.take(Message::News(Box::new(EngineNews::Event(Event::Telemetry(looks(DANA, "logs", (80, 24), 180))))));
    seat.keys("d");
    let screen = seat.screen(120, 36);
    assert!(screen.contains("no key for 3m, S t takes the seat"), "{screen}");
}

#[test]
fn where_nobody_drives_the_key_that_takes_the_seat_is_named() {
    let mut seat = omer();
    let rose = SeatFact::Rose {
        seat: SeatId::new(DANA),
        name: Person::new("dana"),
        why: "the connection ended".into(),
        last: None,
    };
    tell(&mut seat, (300, "dana"), Fact::Seat(rose));
    assert!(header(&seat, 160).contains("nobody drives"), "{}", header(&seat, 160));
    let footer = seat.screen(120, 36).lines().last().unwrap().to_owned();
    assert!(footer.trim_start().starts_with("S t take the seat"), "{footer}");
    seat.keys("d");
    assert!(seat.screen(120, 36).contains("nobody drives: S t takes the driver's seat"), "{}", seat.screen(120, 36));
    seat.keys("S t");
    assert_eq!(commands(&seat), [Command::Seat(SeatCommand::Take)]);
}

#[test]
fn who_asks_is_shown_to_the_driver_in_every_view_with_the_keys_for_yes_and_no() {
    for keys in ["1", "2", "3", "4", "5", "6", "7", "8", "T", "M", "@", "?"] {
        let mut seat = dana();
        seat.keys(keys);
        asks(&mut seat, 300, ("omer", OMER));
        let screen = seat.screen(120, 36);
        let foot = screen.lines().last().unwrap_or_default().to_owned();
        assert!(foot.contains("S y yes, omer drives") && foot.contains("S n no"), "{keys}:\n{screen}");
        assert!(screen.contains("omer asks"), "{keys}:\n{screen}");
    }
    let mut seat = dana();
    asks(&mut seat, 300, ("omer", OMER));
    seat.keys("M");
    assert!(seat.screen(120, 36).contains("asks for the driver's seat"), "{}", seat.screen(120, 36));
}

#[test]
fn the_driver_gives_the_seat_to_who_asks_or_goes_on() {
    for (keys, wanted) in
        [("S y", SeatCommand::Give { to: SeatId::new(OMER) }), ("S n", SeatCommand::Decline { to: SeatId::new(OMER) })]
    {
        let mut seat = dana();
        asks(&mut seat, 300, ("omer", OMER));
        seat.keys(keys);
        assert_eq!(commands(&seat), [Command::Seat(wanted)], "{keys}");
    }
    let mut seat = dana();
    seat.keys("S n");
    assert!(seat.screen(120, 36).contains("nobody asks for the driver's seat"), "{}", seat.screen(120, 36));
    assert!(commands(&seat).is_empty());
}

#[test]
fn where_nobody_asks_or_several_do_the_driver_chooses() {
    let mut seat = dana();
    seat.keys("S y");
    let screen = seat.screen(120, 36);
    assert!(screen.contains("Give the driver's seat to") && screen.contains("omer"), "{screen}");
    assert!(!screen.contains("▸ noa"), "an observer cannot drive:\n{screen}");
    seat.keys("enter");
    assert_eq!(commands(&seat), [Command::Seat(SeatCommand::Give { to: SeatId::new(OMER) })]);
    let mut table = three();
    table.push(sat("lior", "seat-53", SeatRole::Navigator));
    let mut seat = cockpit_of("dana", DANA, table);
    asks(&mut seat, 300, ("omer", OMER));
    asks(&mut seat, 301, ("lior", "seat-53"));
    seat.keys("S n j enter");
    assert_eq!(commands(&seat), [Command::Seat(SeatCommand::Decline { to: SeatId::new("seat-53") })]);
    let mut seat = cockpit_of("dana", DANA, three());
    seat.keys("P j S y");
    assert_eq!(commands(&seat), [Command::Seat(SeatCommand::Give { to: SeatId::new(OMER) })]);
}

#[test]
fn a_seat_that_is_taken_from_somebody_at_the_keys_is_refused_in_the_engines_words() {
    let mut seat = omer();
    seat.keys("S t");
    let Some(Effect::Command { ticket, .. }) =
        seat.asked.iter().rfind(|e| matches!(e, Effect::Command { .. })).cloned()
    else {
        panic!("nothing was asked");
    };
    let answer = Answer::Command(Err(Refusal::held("dana drives, and pressed a key 3s ago: ask for the seat")));
    seat.cockpit.take(Message::Reply(Box::new(Reply { ticket, at: seat.at, answer })));
    assert!(seat.screen(120, 36).contains("dana drives, and pressed a key 3s ago"), "{}", seat.screen(120, 36));
}

#[test]
fn whoever_the_seat_passes_to_or_from_is_told() {
    let passed =
        |how| SeatFact::Passed { from: Some(SeatId::new(DANA)), to: SeatId::new(OMER), name: Person::new("omer"), how };
    let mut to = omer();
    tell(&mut to, (300, "dana"), Fact::Seat(passed(Passing::Given)));
    assert!(to.screen(120, 36).contains("you drive now"), "{}", to.screen(120, 36));
    to.keys("d");
    assert!(to.screen(120, 36).contains("Deploy"), "{}", to.screen(120, 36));
    let mut from = dana();
    tell(&mut from, (300, "omer"), Fact::Seat(passed(Passing::Absent(Span::seconds(130)))));
    assert!(from.screen(120, 36).contains("omer drives now, and you navigate"), "{}", from.screen(120, 36));
    let mut kept = omer();
    asks(&mut kept, 299, ("omer", OMER));
    let declined = SeatFact::Declined { seat: SeatId::new(OMER), name: Person::new("omer") };
    tell(&mut kept, (300, "dana"), Fact::Seat(declined));
    assert!(kept.screen(120, 36).contains("dana keeps driving"), "{}", kept.screen(120, 36));
}

#[test]
fn another_view_is_told_at_once_a_key_now_and_then_and_an_idle_cockpit_tells_nothing() {
    let mut seat = omer();
    seat.asked.clear();
    seat.keys("3");
    assert_eq!(glances(&seat.asked), ["logs"]);
    seat.asked.clear();
    seat.keys("k k k");
    assert!(glances(&seat.asked).is_empty(), "{:?}", seat.asked);
    let later = |seconds| fixture::now().checked_add(jiff::SignedDuration::from_secs(seconds)).unwrap();
    let mut second = |at| glances(&seat.cockpit.take(Message::Second(later(at))));
    assert!(second(1).is_empty() && second(4).is_empty() && second(60).is_empty());
    seat.keys("k");
    assert_eq!(glances(&seat.asked), ["logs"], "a key after a long while is told");
    let mut second = |at| glances(&seat.cockpit.take(Message::Second(later(at))));
    assert!((61..400).all(|at| second(at).is_empty()), "nothing changes, and nothing is told");
    seat.keys("k 4 d");
    assert_eq!(glances(&seat.asked).last().map(String::as_str), Some("checklist"));
}

#[test]
fn a_clock_that_was_set_back_keeps_nobody_silent() {
    let mut seat = omer();
    seat.keys("3");
    seat.asked.clear();
    let earlier = fixture::now().checked_sub(jiff::SignedDuration::from_hours(1)).unwrap();
    seat.cockpit.take(Message::Second(earlier));
    seat.keys("k");
    assert_eq!(glances(&seat.asked), ["logs"], "whoever presses a key is not absent");
    seat.asked.clear();
    seat.keys("k k");
    assert!(glances(&seat.asked).is_empty(), "and the next one waits as ever");
}

#[test]
fn who_sits_alone_tells_nobody_where_they_look() {
    let mut seat = Seat::new(&CockpitSettings::default());
    seat.keys("3 4 k d");
    assert!(glances(&seat.asked).is_empty());
}

fn propose(seat: &mut Seat) {
    Day::of(seat).proposes(10, PROPOSED, &day::deploy("production"));
}

#[test]
fn the_second_person_sees_what_is_proposed_and_approves_it_from_wherever_they_are() {
    let mut seat = omer();
    propose(&mut seat);
    let screen = seat.screen(160, 48);
    assert!(screen.lines().last().is_some_and(|foot| foot.contains("a approve production")), "{screen}");
    assert!(screen.contains("waits 0/2"), "{screen}");
    seat.keys("M");
    assert!(seat.screen(160, 48).contains("dana proposes to deploy 1.0.0 to production"), "{}", seat.screen(160, 48));
    seat.keys("a");
    let screen = seat.screen(160, 48);
    assert!(screen.contains("Approve as omer") && screen.contains("proposed by dana"), "{screen}");
    assert!(screen.contains("Your approval is for exactly this plan") && screen.contains("commit 4f2c9e1"), "{screen}");
    seat.keys("enter");
    seat.letters("production");
    seat.keys("tab enter");
    let approved = commands(&seat);
    assert!(
        matches!(approved.as_slice(), [Command::Gate(GateCommand::Approve { action, .. })] if action.as_str() == PROPOSED),
        "{approved:?}"
    );
}

#[test]
fn the_proposer_sees_the_yes_of_the_other_and_which_key_goes_on() {
    let mut seat = dana();
    seat.keys("j j j");
    propose(&mut seat);
    let approved = || GateFact::Approved { action: ActionId::new(PROPOSED), note: String::new(), same_user: false };
    tell(&mut seat, (300, "dana"), Fact::Gate(approved()));
    tell(&mut seat, (301, "omer"), Fact::Gate(approved()));
    let screen = seat.screen(160, 48);
    assert!(screen.contains("2 of 2 approved, but its gate is closed again: d shows why"), "{screen}");
    assert!(screen.contains("◌ approved 2 of 2"), "{screen}");
    seat.keys("M");
    assert!(seat.screen(160, 48).contains("approved by omer"), "{}", seat.screen(160, 48));
}

#[test]
fn an_approval_that_lapses_is_said_to_everybody() {
    for mut seat in [dana(), omer(), noa()] {
        propose(&mut seat);
        let reason = "the commit changed".to_owned();
        tell(&mut seat, (300, "tminus"), Fact::Gate(GateFact::Lapsed { action: ActionId::new(PROPOSED), reason }));
        seat.keys("M");
        let screen = seat.screen(160, 48);
        assert!(screen.contains("its approvals lapsed: the commit changed"), "{screen}");
    }
}

#[test]
fn who_came_and_went_stands_in_the_journal_and_in_the_incident() {
    let mut seat = dana();
    let rose = SeatFact::Rose {
        seat: SeatId::new(NOA),
        name: Person::new("noa"),
        why: "the connection ended".into(),
        last: None,
    };
    tell(&mut seat, (300, "noa"), Fact::Seat(rose));
    for keys in ["8", "7 G"] {
        seat.keys(keys);
        let screen = seat.screen(160, 48);
        assert!(screen.contains("went: the connection ended"), "{keys}:\n{screen}");
        assert!(screen.contains("came, and navigates, at pts/1 in tmux"), "{keys}:\n{screen}");
    }
}
