//! Holding an environment on the screen, and an engine that lost its journal or whose clock leapt.

use super::{Seat, fixture};
use jiff::SignedDuration;
use tminus_cockpit::{CockpitSettings, Effect, Message};
use tminus_core::command::Command;
use tminus_core::fact::{Fact, Record};
use tminus_core::lock::{LockCommand, LockFact};
use tminus_core::names::{EnvName, SeatId};
use tminus_core::seat::{SeatFact, SeatRole};
use tminus_core::telemetry::{Event, Telemetry};
use tminus_engine::EngineNews;

fn seat() -> Seat {
    let mut seat = Seat::new(&CockpitSettings::default());
    seat.cockpit.take(Message::Size(120, 36));
    seat.keys("2");
    seat
}

/// Somebody locks the environment that is selected.
fn locked_by(seat: &mut Seat, name: &str) -> EnvName {
    seat.keys("H");
    seat.letters("x");
    seat.keys("enter");
    let Some(LockCommand::Take { env, .. }) = asked(seat) else { panic!("{:?}", seat.asked) };
    let fact = Fact::Lock(LockFact::Taken { env: env.clone(), reason: "the database is migrated".into(), until: None });
    let record = Record { seq: 900, at: fixture::now(), who: fixture::who(name), fact };
    seat.cockpit.take(Message::News(Box::new(EngineNews::Event(Event::Fact(record.into())))));
    env
}

fn asked(seat: &Seat) -> Option<LockCommand> {
    seat.asked.iter().rev().find_map(|effect| match effect {
        Effect::Command { command, .. } => match command.as_ref() {
            Command::Lock(lock) => Some(lock.clone()),
            _ => None,
        },
        _ => None,
    })
}

#[test]
fn an_environment_is_locked_with_a_reason_and_unlocked_by_its_holder() {
    let mut seat = seat();
    let env = locked_by(&mut seat, "dana");
    seat.keys("H");
    assert!(seat.screen(120, 36).contains(&format!("Unlock {env}?")), "{}", seat.screen(120, 36));
    seat.keys("tab enter");
    assert_eq!(asked(&seat), Some(LockCommand::Release { env }));
}

#[test]
fn another_holder_is_named_holds_a_deploy_and_is_taken_over_by_name() {
    let mut seat = seat();
    let env = locked_by(&mut seat, "omer");
    seat.keys("d");
    assert!(seat.screen(120, 36).contains("locked by omer"), "{}", seat.screen(120, 36));
    assert!(!seat.asked.iter().any(|e| matches!(e, Effect::Preview { .. })), "a deploy opens nothing");
    seat.keys("H");
    seat.letters("y");
    seat.keys("enter");
    let screen = seat.screen(120, 36);
    assert!(screen.contains("from omer") && screen.contains("the database is migrated"), "{screen}");
    seat.keys("tab enter");
    let taken = asked(&seat);
    assert!(
        matches!(&taken, Some(LockCommand::TakeOver { env: of, from, .. }) if *of == env && from == "omer"),
        "{taken:?}"
    );
}

#[test]
fn a_named_environment_is_held_by_its_own_lock_and_by_no_other() {
    let mut seat = seat();
    let held = locked_by(&mut seat, "omer");
    let other = if held.as_str() == "staging" { "development" } else { "staging" };
    let told = |seat: &mut Seat, env: &str| {
        seat.keys(":");
        seat.letters(&format!("deploy {env}"));
        let screen = seat.screen(120, 36);
        seat.keys("esc");
        screen
    };
    let (free, theirs) = (told(&mut seat, other), told(&mut seat, held.as_str()));
    assert!(free.contains("Opens the preview of") && !free.contains("locked by"), "{free}");
    assert!(theirs.contains("Not now") && theirs.contains("locked by omer"), "{theirs}");
}

#[test]
fn the_last_key_of_who_holds_an_environment_is_told_while_they_sit_here() {
    let mut seat = seat();
    let (omer, now) = (SeatId::new("seat-omer"), fixture::now());
    let sat = SeatFact::Sat { seat: omer.clone(), role: SeatRole::Navigator, place: "pts/9".to_owned() };
    let record = Record { seq: 899, at: now, who: fixture::who("omer"), fact: Fact::Seat(sat) };
    seat.cockpit.take(Message::News(Box::new(EngineNews::Event(Event::Fact(record.into())))));
    let key = now.checked_sub(SignedDuration::from_mins(7)).unwrap();
    let looks = Telemetry::Present { seat: omer, view: "logs".to_owned(), size: (80, 24), key };
    seat.cockpit.take(Message::News(Box::new(EngineNews::Event(Event::Telemetry(looks)))));
    locked_by(&mut seat, "omer");
    let screen = seat.screen(120, 36);
    assert!(screen.contains("last key 7m ago"), "{screen}");
}

#[test]
fn who_holds_an_environment_is_told_on_its_row_beside_the_way_back() {
    for (columns, lines) in [(160, 48), (120, 36), (80, 24), (40, 12)] {
        for view in ["1", "2"] {
            let mut seat = Seat::new(&CockpitSettings::default());
            seat.cockpit.take(Message::Size(columns, lines));
            for (seq, name, env) in [(900, "omer", "production"), (901, "dana", "staging")] {
                let fact = LockFact::Taken { env: EnvName::new(env), reason: "migrating".into(), until: None };
                let record = Record { seq, at: fixture::now(), who: fixture::who(name), fact: Fact::Lock(fact) };
                seat.cockpit.take(Message::News(Box::new(EngineNews::Event(Event::Fact(record.into())))));
            }
            seat.keys(view);
            let screen = seat.screen(columns, lines);
            let row = |env: &str| screen.lines().find(|line| line.contains(&format!("{env}  "))).unwrap_or_default();
            let (theirs, own, free) = (row("production"), row("staging"), row("development"));
            assert!(theirs.contains('⊘') && own.contains('⊘') && !free.contains('⊘'), "{columns}:\n{screen}");
            if columns >= 80 {
                let way_back = theirs.contains("✓ 0.9.3") && own.contains("✓ 0.9.4");
                let is_told = |row: &str, who: &str| row.contains("⊘ locked") || row.contains(&format!("⊘ {who}"));
                assert!(is_told(theirs, "omer 0s") && is_told(own, "yours 0s") && way_back, "{columns}:\n{screen}");
            }
            if (columns, view) == (120, "2") {
                assert!(theirs.contains("by omer for 0s") && own.contains("by you for 0s"), "{columns}:\n{screen}");
            }
        }
    }
}

#[test]
fn who_joins_an_engine_that_lost_its_journal_is_told_on_every_view_and_may_not_act() {
    for (columns, lines) in [(160, 48), (120, 36), (80, 24), (40, 12)] {
        let mut seat = Seat::new(&CockpitSettings::default());
        seat.cockpit.take(Message::Size(columns, lines));
        let mut snapshot = fixture::snapshot();
        snapshot.lost = Some("the disk that holds the journal is full".to_owned());
        seat.cockpit.take(Message::Joined(Box::new(snapshot)));
        for view in ["1", "2", "3", "4", "5", "6", "7", "8", "T", "M"] {
            seat.keys(view);
            assert!(seat.screen(columns, lines).contains("journal lost"), "{view}: {}", seat.screen(columns, lines));
        }
        seat.keys("1 d");
        assert!(seat.asked.is_empty(), "{:?}", seat.asked);
    }
}

#[test]
fn who_joins_an_engine_that_lost_its_journal_reads_among_the_messages_what_to_do() {
    let mut seat = Seat::new(&CockpitSettings::default());
    let mut snapshot = fixture::snapshot();
    snapshot.lost = Some("the disk that holds the journal is full".to_owned());
    seat.cockpit.take(Message::Joined(Box::new(snapshot)));
    seat.keys("M");
    let screen = seat.screen(160, 48);
    assert!(screen.contains("the disk that holds the journal is full. Now make"), "{screen}");
}

#[test]
fn a_clock_that_leaps_is_a_message() {
    let mut seat = seat();
    seat.cockpit.take(Message::Leapt(SignedDuration::from_hours(2)));
    seat.keys("M");
    assert!(seat.screen(120, 36).contains("2h ahead at once"), "{}", seat.screen(120, 36));
    seat.cockpit.take(Message::Leapt(SignedDuration::from_secs(-90)));
    assert!(seat.screen(120, 36).contains("was set back by 90s"), "{}", seat.screen(120, 36));
}

#[test]
fn why_something_cannot_be_done_is_said_whole_also_where_one_line_has_no_room_for_it() {
    for (columns, lines) in [(80, 24), (40, 12)] {
        let mut seat = seat();
        locked_by(&mut seat, "omer");
        seat.cockpit.take(Message::Size(columns, lines));
        let before = seat.screen(columns, lines);
        seat.keys("d");
        let screen = seat.screen(columns, lines);
        let said: Vec<&str> = screen.lines().rev().take(4).collect();
        let said = said.iter().rev().map(|line| line.trim()).collect::<Vec<_>>().join(" ");
        assert!(said.contains("locked by omer") && said.contains("the database is migrated"), "{screen}");
        seat.keys("j k");
        assert_eq!(seat.screen(columns, lines), before, "it gives the view its lines back");
    }
}
