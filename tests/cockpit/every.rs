//! Every view and every dialog, and how one gets there on the release day of the fixture.

use super::{Seat, away, branch_log, containers, day, fixture, logs, preview, seats};
use tminus_cockpit::{Answer, CockpitSettings, Effect, Message, Reply};
use tminus_core::command::Refusal;
use tminus_core::fact::{Fact, Record};
use tminus_core::lock::LockFact;
use tminus_core::names::EnvName;
use tminus_core::telemetry::Event;
use tminus_engine::EngineNews;

/// The sizes that people have.
pub const SIZES: [(u16, u16); 4] = [(160, 48), (120, 36), (80, 24), (40, 12)];

/// Those at which snapshots hold what is said; `sizes` holds the others.
pub const PICTURED: [(u16, u16); 2] = [(120, 36), (80, 24)];

/// A view or a dialog, and what is done to be there.
pub type Place = (&'static str, fn(&mut Seat));

/// Those whose snapshots stand beside what is tried of them, in the other files.
pub const ELSEWHERE: [Place; 28] = [
    ("overview", |_| {}),
    ("environments", |seat| seat.keys("2")),
    ("logs", |seat| seat.keys("3")),
    ("checklist", |seat| seat.keys("4")),
    ("release", |seat| seat.keys("5")),
    ("verify", |seat| after(seat, history, "6 j j j")),
    ("incident", |seat| seat.keys("7")),
    ("journal", |seat| seat.keys("8")),
    ("environment", |seat| seat.keys("j enter")),
    ("check", |seat| seat.keys("tab enter")),
    ("reasons", |seat| seat.keys("!")),
    ("run", |seat| after(seat, day::fails, "T enter")),
    ("tasks", |seat| after(seat, day::several, "T")),
    ("calls", |seat| after(seat, day::several, "@")),
    ("help", |seat| seat.keys("?")),
    ("preview", |seat| seat.keys("j d")),
    ("preview_protected", |seat| seat.keys("j j j d")),
    ("palette", |seat| seat.keys(":")),
    ("messages", |seat| after(seat, refused, "enter M")),
    ("confirm_quit", |seat| after(seat, day::fails, "q")),
    ("leave_joined", |seat| after(seat, away::elsewhere, "q")),
    ("gone", |seat| after(seat, away::gone, "")),
    ("check_history", |seat| after(seat, history, "4 j j enter j")),
    ("containers", |seat| after(seat, containers::at_work, "j enter ctrl-d ctrl-d")),
    ("output", |seat| after(seat, day::fails, "T enter z")),
    ("logs_paused", |seat| after(seat, logs::paused, "")),
    ("running", |seat| after(seat, day::runs, "T enter")),
    ("journal_filled", |seat| after(seat, history, "8")),
];

/// Those whose snapshots are made from here alone.
pub const HERE: [Place; 37] = [
    ("under_way", |seat| after(seat, day::runs, "")),
    ("locked", |seat| after(seat, locked, "")),
    ("evidence", |seat| after(seat, history, "4 j j enter j j enter")),
    ("looks", |seat| after(seat, history, "6 j j j enter")),
    ("fact", |seat| seat.keys("8 enter")),
    ("line", |seat| seat.keys("3 enter enter")),
    ("sources", |seat| seat.keys("3 s")),
    ("write_roll_back", |seat| seat.keys("j j j r")),
    ("write_waiver", |seat| seat.keys("j j j W enter")),
    ("write_approval", |seat| after(seat, day::several, "j j j a")),
    ("choose_name", |seat| seat.keys("U")),
    ("choose_waiver", |seat| seat.keys("j j j W")),
    ("confirm_retry", |seat| after(seat, day::fails, "T enter R")),
    ("preview_unknown", unknown),
    ("saying", |seat| after(seat, refused, "")),
    ("palette_typed", |seat| {
        seat.keys(":");
        seat.letters("dep stag");
    }),
    ("search", |seat| {
        seat.keys("8 /");
        seat.letters("stag");
    }),
    ("people", |seat| after(seat, seats::sit, "P")),
    ("seat_asked", |seat| after(seat, seats::asked, "")),
    ("meanwhile", |seat| after(seat, away::back, "")),
    ("zoomed_overview", |seat| seat.keys("tab z")),
    ("zoomed_environments", |seat| seat.keys("2 j j j z")),
    ("zoomed_release", |seat| seat.keys("5 z")),
    ("branch_log", |seat| after(seat, branch_log::at_commits, "")),
    ("preview_verify", |seat| seat.keys("j v")),
    ("preview_build", |seat| seat.keys("b")),
    ("preview_roll_back", |seat| written(seat, "j j j r", "slow, and full of errors")),
    ("confirm_waiver", |seat| written(seat, "j j j W enter", "it is known")),
    ("confirm_approval", |seat| {
        day::several(seat);
        written(seat, "j j j a", "I read it");
    }),
    ("confirm_unlock", |seat| after(seat, locked, "j H")),
    ("confirm_take_over", |seat| {
        locked(seat);
        written(seat, "j j j H", "omer is on a plane");
    }),
    ("write_lock", |seat| seat.keys("j H")),
    ("write_take_over", |seat| after(seat, locked, "j j j H")),
    ("write_answer", |seat| {
        seat.keys("4 /");
        seat.letters("privacy");
        seat.keys("enter m enter");
    }),
    ("write_accept", |seat| after(seat, day::unclear, "T enter A")),
    ("filter_logs", |seat| {
        seat.keys("3 &");
        seat.letters("GET");
    }),
    ("filter", |seat| {
        seat.keys("8 &");
        seat.letters("stag");
    }),
];

/// Returns all of them.
pub fn place() -> impl Iterator<Item = Place> {
    ELSEWHERE.into_iter().chain(HERE)
}

/// Goes to a place, at a size.
pub fn at(settings: &CockpitSettings, (_, go): Place, (columns, lines): (u16, u16)) -> Seat {
    let mut seat = Seat::new(settings);
    seat.cockpit.take(Message::Size(columns, lines));
    go(&mut seat);
    seat
}

fn after(seat: &mut Seat, before: fn(&mut Seat), keys: &str) {
    before(seat);
    if !keys.is_empty() {
        seat.keys(keys);
    }
}

/// Writes a text, and goes on to what it is for.
fn written(seat: &mut Seat, keys: &str, text: &str) {
    seat.keys(keys);
    seat.letters(text);
    seat.keys("enter");
}

fn history(seat: &mut Seat) {
    for record in fixture::history() {
        seat.cockpit.take(Message::News(Box::new(EngineNews::Event(Event::Fact(record.into())))));
    }
}

/// The engine refuses what it was asked.
fn refused(seat: &mut Seat) {
    seat.keys("j v tab enter");
    let Some(Effect::Command { ticket, .. }) = seat.asked.last().cloned() else { panic!("nothing was asked") };
    let refusal = Refusal::held("Somebody else is at it.").with(vec!["omer deploys there".to_owned()]);
    let answer = Answer::Command(Err(refusal));
    seat.cockpit.take(Message::Reply(Box::new(Reply { ticket, at: seat.at, answer })));
}

/// Somebody else holds production, and one holds staging oneself.
pub fn locked(seat: &mut Seat) {
    let lock =
        |env: &str, reason: &str| LockFact::Taken { env: EnvName::new(env), reason: reason.to_owned(), until: None };
    for (seq, ago, name, env) in [(900, 720, "omer", "production"), (901, 30, "dana", "staging")] {
        let at = fixture::now().checked_sub(jiff::SignedDuration::from_secs(ago)).unwrap();
        let fact = Fact::Lock(lock(env, "the database is migrated"));
        let record = Record { seq, at, who: fixture::who(name), fact };
        seat.cockpit.take(Message::News(Box::new(EngineNews::Event(Event::Fact(record.into())))));
    }
}

/// What would be done cannot be told.
fn unknown(seat: &mut Seat) {
    seat.keys("j d");
    let Some(Effect::Preview { ticket, version, request }) = seat.asked.last().cloned() else { panic!("none asked") };
    let mut preview = preview(&version, &request).unwrap();
    preview.unknown = vec!["the registry is away".to_owned()];
    preview.blockers = preview.unknown.clone();
    let answer = Answer::Preview(Box::new(Ok(preview)));
    seat.cockpit.take(Message::Reply(Box::new(Reply { ticket, at: seat.at, answer })));
}
