//! Checks, verification and the journal: what is listed, folded, searched, filtered, drawn and opened.

use super::every::{PICTURED, SIZES};
use super::{Seat, fixture};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use tminus_cockpit::{CockpitSettings, Effect, Message, Signs};
use tminus_core::fact::{Fact, GateFact, Record};
use tminus_core::kept_output::{KeptOutput, OutputFile, OutputLook, OutputState};
use tminus_core::names::{EnvName, Person};
use tminus_core::telemetry::Event;
use tminus_engine::EngineNews;

/// A release day with a history: several runs of a check, several looks at a metric, an evening before.
fn seat(columns: u16, lines: u16) -> Seat {
    seat_with(&CockpitSettings::default(), (columns, lines))
}

fn seat_with(settings: &CockpitSettings, (columns, lines): (u16, u16)) -> Seat {
    let mut seat = Seat::new(settings);
    seat.cockpit.take(Message::Size(columns, lines));
    for record in fixture::history() {
        told(&mut seat, record);
    }
    seat
}

fn told(seat: &mut Seat, record: Record) {
    seat.cockpit.take(Message::News(Box::new(EngineNews::Event(Event::Fact(record.into())))));
}

fn snapshots(name: &str, keys: &str) {
    for (columns, lines) in PICTURED {
        let mut seat = seat(columns, lines);
        seat.keys(keys);
        insta::assert_snapshot!(format!("{name}_{columns}x{lines}"), seat.screen(columns, lines));
    }
}

fn buffer(seat: &Seat, columns: u16, lines: u16) -> Buffer {
    let mut terminal = Terminal::new(TestBackend::new(columns, lines)).unwrap();
    terminal.draw(|frame| seat.cockpit.draw(frame)).unwrap();
    terminal.backend().buffer().clone()
}

/// Returns the columns at which a text begins, line by line.
fn columns_of(buffer: &Buffer, text: &str) -> Vec<u16> {
    let area = buffer.area;
    let has = |x: u16, y: u16| {
        text.chars()
            .enumerate()
            .all(|(at, letter)| buffer.cell((x + at as u16, y)).is_some_and(|cell| cell.symbol() == letter.to_string()))
    };
    (0..area.height).flat_map(|y| (0..area.width).filter(move |x| has(*x, y)).collect::<Vec<_>>()).collect()
}

#[test]
fn the_checklist_has_every_phase_and_the_evidence_of_what_is_selected() {
    snapshots("checklist", "4 j j");
}

#[test]
fn a_check_has_every_run_of_it_and_each_opens_its_evidence() {
    snapshots("check_history", "4 j j enter j");
    let mut seat = seat(120, 36);
    seat.keys("4 j j j enter j j enter");
    let screen = seat.screen(120, 36);
    assert!(screen.contains("Evidence · Backend tests pass") && screen.contains("83 of 87 %"), "{screen}");
    seat.keys("esc");
    assert!(seat.screen(120, 36).contains("Check · backend-tests"));
}

#[test]
fn verification_is_drawn_from_what_was_measured() {
    snapshots("verify", "6 j j j");
    for (columns, lines) in SIZES {
        let settings = CockpitSettings { signs: Signs::Ascii, ..CockpitSettings::default() };
        let mut seat = seat_with(&settings, (columns, lines));
        seat.keys("6 j j j");
        let screen = seat.screen(columns, lines);
        assert!(screen.is_ascii(), "{screen}");
    }
}

#[test]
fn a_look_that_brought_no_number_is_said_and_not_drawn() {
    let mut seat = seat(160, 48);
    seat.keys("6 tab tab tab");
    let screen = seat.screen(160, 48);
    assert!(screen.contains("5 runs, 1 without a number") && screen.contains("no number yet"), "{screen}");
    seat.keys("enter");
    let screen = seat.screen(160, 48);
    assert!(screen.contains("Evidence · production") && screen.contains("no-data"), "{screen}");
    seat.keys("enter");
    assert!(seat.screen(160, 48).contains("horizon"), "{}", seat.screen(160, 48));
}

#[test]
fn the_journal_has_each_day_under_its_date() {
    snapshots("journal_filled", "8");
    let mut seat = seat(120, 36);
    told(&mut seat, fixture::next_day());
    seat.keys("8");
    let screen = seat.screen(120, 36);
    assert!(screen.contains("times in UTC") && screen.contains("Monday, 2026-11-23"), "{screen}");
    assert!(screen.contains("Sunday, 2026-11-22"), "{screen}");
}

#[test]
fn a_group_folds_and_a_check_opens() {
    let mut seat = seat(120, 36);
    seat.keys("4 j j enter");
    assert!(!seat.screen(120, 36).contains("Every dependency is locked"), "{}", seat.screen(120, 36));
    seat.keys("space");
    assert!(seat.screen(120, 36).contains("Every dependency is locked"));
    seat.keys("g g j enter");
    assert!(!seat.screen(120, 36).contains("Code quality "), "{}", seat.screen(120, 36));
    seat.keys("enter j j enter");
    assert!(seat.screen(120, 36).contains("Check · backend-tests"), "{}", seat.screen(120, 36));
}

#[test]
fn the_checklist_is_filtered_by_verdict_owner_and_text() {
    let mut seat = seat(120, 36);
    let mut filter = |text: &str| {
        seat.keys("1 4 &");
        seat.keys("ctrl-u");
        seat.letters(text);
        seat.keys("enter");
        seat.screen(120, 36)
    };
    let failing = filter("fail");
    assert!(failing.contains("only fail") && failing.contains("The app has no lint"), "{failing}");
    assert!(!failing.contains("Every dependency"), "{failing}");
    let not_good = filter("!pass before:deploy");
    assert!(not_good.contains("before: is not a column here"), "{not_good}");
    seat.keys("esc esc 1 4");
    let mut filter = |text: &str| {
        seat.keys("&");
        seat.letters(text);
        seat.keys("enter");
        seat.screen(120, 36)
    };
    let owned = filter("owner:product !phase:daily");
    assert!(owned.contains("The review notes") && !owned.contains("Ratings and reviews"), "{owned}");
    seat.keys("esc");
    assert!(seat.screen(120, 36).contains("Ratings and reviews"), "{}", seat.screen(120, 36));
}

#[test]
fn the_journal_is_filtered_and_keeps_what_was_selected() {
    let mut seat = seat(120, 36);
    seat.keys("8 &");
    seat.letters("kind:check env:production");
    seat.keys("enter");
    let screen = seat.screen(120, 36);
    assert!(
        screen.contains("only kind:check env:production") && screen.contains("error-rate in production"),
        "{screen}"
    );
    assert!(!screen.contains("staging runs"), "{screen}");
    seat.keys("g g esc");
    let screen = seat.screen(120, 36);
    assert!(!screen.contains("only kind:") && screen.contains("─ 52 facts ─"), "{screen}");
    seat.keys("& x : y enter");
    assert!(seat.screen(120, 36).contains("x: is not a column here; there are kind: who:"));
}

#[test]
fn a_search_says_which_of_how_many_goes_around_and_stays_in_its_view() {
    let mut seat = seat(120, 36);
    seat.keys("8 g g /");
    seat.letters("in testflight:");
    seat.keys("enter");
    assert!(seat.screen(120, 36).contains("\"in testflight:\": 1 of 2"), "{}", seat.screen(120, 36));
    seat.keys("n n");
    assert!(seat.screen(120, 36).contains("1 of 2, continued from the top"), "{}", seat.screen(120, 36));
    seat.keys("N");
    assert!(seat.screen(120, 36).contains("2 of 2, continued from the bottom"), "{}", seat.screen(120, 36));
    let lit = buffer(&seat, 120, 36).content().iter().filter(|c| c.bg == ratatui::style::Color::Indexed(179)).count();
    assert_eq!(lit, 2 * "in testflight:".len());
    seat.keys("4 n");
    assert!(seat.screen(120, 36).contains("no search here yet"), "{}", seat.screen(120, 36));
    seat.keys("/");
    seat.letters("zebra");
    seat.keys("enter");
    assert!(seat.screen(120, 36).contains("nothing has \"zebra\""));
    seat.keys("8 n");
    assert!(seat.screen(120, 36).contains("in testflight:\": 1 of 2"), "{}", seat.screen(120, 36));
    seat.keys("esc");
    assert!(seat.screen(120, 36).contains("Journal"), "the first Esc lifts the search");
    seat.keys("esc");
    assert!(seat.screen(120, 36).contains("Code quality"), "the second goes back to where one came from");
}

#[test]
fn an_entry_leads_to_what_it_was_about() {
    let mut seat = seat(120, 36);
    let to = |seat: &mut Seat, text: &str| {
        seat.keys("8 g g /");
        seat.letters(text);
        seat.keys("enter o");
        seat.screen(120, 36)
    };
    assert!(to(&mut seat, "mobile-lint").contains("Check · mobile-lint"));
    assert!(to(&mut seat, "in staging:").contains("What runs"), "{}", seat.screen(120, 36));
    assert!(to(&mut seat, "error-rate in").contains("Evidence · production"));
    let screen = to(&mut seat, "is in force");
    assert!(screen.contains("there is no more to this fact"), "{screen}");
    seat.keys("8 g g j enter");
    assert!(seat.screen(120, 36).contains("release.opened"), "{}", seat.screen(120, 36));
    seat.keys("o");
    assert!(!seat.screen(120, 36).contains("release.opened"), "{}", seat.screen(120, 36));
    seat.keys("esc");
    assert!(seat.screen(120, 36).contains("release.opened"), "back to the fact");
}

#[test]
fn a_line_is_sent_to_the_clipboard_as_text() {
    let mut seat = seat(120, 36);
    seat.keys("8 g g y");
    let Some(Effect::Copy(text)) = seat.asked.last() else { panic!("{:?}", seat.asked) };
    assert!(text.starts_with('1') && text.contains("the plan abababababab is in force"), "{text}");
}

/// Omer goes on without the linter of the app.
fn waive(seat: &mut Seat) {
    let waived = GateFact::Waived {
        release: fixture::version("1.0.0"),
        env: EnvName::new("production"),
        item: "mobile-lint".to_owned(),
        reason: "the linter is wrong".to_owned(),
        commit: None,
        definition: None,
    };
    let record = Record { seq: 900, at: fixture::now(), who: fixture::who("omer"), fact: Fact::Gate(waived) };
    told(seat, record);
}

#[test]
fn a_waiver_stands_beside_the_verdict_with_who_and_why() {
    let mut seat = seat(120, 36);
    waive(&mut seat);
    seat.keys("!");
    let screen = seat.screen(120, 36);
    assert!(screen.contains("mobile-lint for production: waived by omer: the linter is wrong"), "{screen}");
}

#[test]
fn a_waiver_stands_on_the_page_of_its_check_with_its_reason() {
    let mut seat = seat(120, 36);
    waive(&mut seat);
    seat.keys("4 /");
    seat.letters("no lint");
    seat.keys("enter enter");
    let screen = seat.screen(120, 36);
    assert!(screen.contains("waived in production by omer, 0s ago: the linter is wrong"), "{screen}");
}

#[test]
fn a_check_is_waived_where_a_gate_waits_for_it() {
    let mut seat = seat(120, 36);
    seat.keys("4 /");
    seat.letters("no lint");
    seat.keys("enter W");
    let screen = seat.screen(120, 36);
    assert!(screen.contains("Go on in production without"), "development has no gate: {screen}");
}

#[test]
fn two_pairs_of_eyes_are_named() {
    let mut world = fixture::snapshot();
    let plan = std::sync::Arc::make_mut(&mut world.plan);
    let check = plan.checks.iter_mut().find(|c| c.name.as_str() == "review-notes").unwrap();
    check.way =
        tminus_core::kinds::check::CheckKind::Manual(tminus_core::kinds::check::ManualCheck { four_eyes: true });
    let mut seat = seat(120, 36);
    seat.cockpit.take(Message::Joined(Box::new(world)));
    let said = |seq, name: &str| Record {
        seq,
        at: fixture::now(),
        who: fixture::who(name),
        fact: fixture::said("review-notes", Person::new(name)),
    };
    told(&mut seat, said(900, "lior"));
    seat.keys("4 /");
    seat.letters("review notes");
    seat.keys("enter enter");
    let screen = seat.screen(120, 36);
    assert!(screen.contains("lior at 12:41:09: read it") && screen.contains("another person must look"), "{screen}");
    told(&mut seat, said(901, "noa"));
    let screen = seat.screen(120, 36);
    assert!(screen.contains("noa at 12:41:09") && !screen.contains("another person"), "{screen}");
}

#[test]
fn hebrew_wide_and_combined_letters_keep_the_columns_straight() {
    let titles = ["הבדיקות עוברות", "日本語のテスト", "cafe\u{301} and re\u{301}sume\u{301}", "👩‍👩‍👧 family", "plain"];
    let mut world = fixture::snapshot();
    let plan = std::sync::Arc::make_mut(&mut world.plan);
    for (check, title) in plan.checks.iter_mut().zip(titles) {
        check.title = title.to_owned();
    }
    for (columns, lines) in [(160, 48), (80, 24)] {
        let mut seat = seat(columns, lines);
        seat.cockpit.take(Message::Joined(Box::new(fixture::snapshot())));
        let world = tminus_engine::Snapshot { plan: world.plan.clone(), ..fixture::snapshot() };
        seat.cockpit.take(Message::Joined(Box::new(world)));
        seat.keys("4");
        let ages = columns_of(&buffer(&seat, columns, lines), "10m   ");
        assert!(ages.len() >= 5 && ages.iter().all(|x| *x == ages[0]), "{ages:?}\n{}", seat.screen(columns, lines));
    }
}

/// A run of the tests whose whole output is in a file.
fn kept_run() -> Record {
    let mut record = fixture::history().remove(2);
    let Fact::Check(tminus_core::fact::CheckFact::Finished { evidence, .. }) = &mut record.fact else {
        panic!("another fact")
    };
    let file = OutputFile { sha256: "ab".repeat(32), bytes: 9_000, is_cut: false };
    evidence.output = Some(KeptOutput::File(file));
    record.seq = 60;
    record
}

fn looked(seat: &mut Seat, state: OutputState, end: &str) {
    let end = tminus_core::mask::Mask::new().text(end);
    let look = OutputLook { sha256: "ab".repeat(32), state, end };
    let event = Event::Telemetry(tminus_core::telemetry::Telemetry::Output(look.into()));
    seat.cockpit.take(Message::News(Box::new(EngineNews::Event(event))));
}

#[test]
fn the_page_of_a_check_asks_for_its_output_and_says_how_the_file_is() {
    for (columns, lines) in PICTURED {
        let mut seat = seat(columns, lines);
        told(&mut seat, kept_run());
        seat.keys("4 j j j enter");
        let asked = seat.asked.iter().filter(|effect| matches!(effect, Effect::ReadOutput { .. })).count();
        assert_eq!(asked, 1, "asked once while the page is shown: {:?}", seat.asked);
        looked(&mut seat, OutputState::Whole, "all of it, line by line");
        insta::assert_snapshot!(format!("check_output_{columns}x{lines}"), seat.screen(columns, lines));
        looked(&mut seat, OutputState::Changed, "");
        let screen = seat.screen(columns, lines);
        assert!(screen.contains("changed"), "{screen}");
        insta::assert_snapshot!(format!("check_output_changed_{columns}x{lines}"), screen);
    }
}

#[test]
fn the_page_of_a_check_has_its_runs_of_earlier_releases() {
    let mut seat = seat(120, 36);
    let mut record = fixture::history().remove(1);
    let Fact::Check(tminus_core::fact::CheckFact::Finished { release, .. }) = &mut record.fact else {
        panic!("another fact")
    };
    *release = fixture::version("0.9.0");
    record.seq = 61;
    told(&mut seat, record);
    seat.keys("4 j j j enter");
    assert!(seat.screen(120, 36).contains("0.9.0"), "{}", seat.screen(120, 36));
}
