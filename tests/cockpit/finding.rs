//! Finding things: one grammar in every list, the keys by task, the palette.

use super::{Seat, away, day, fixture};
use std::time::Duration;
use tminus_cockpit::{CockpitSettings, Effect, Message, Pointed};
use tminus_core::telemetry::Event;
use tminus_engine::EngineNews;

fn seat() -> Seat {
    Seat::new(&CockpitSettings::default())
}

fn footer(seat: &Seat, columns: u16) -> String {
    seat.screen(columns, 36).lines().last().unwrap().to_owned()
}

#[test]
fn every_list_is_filtered_by_a_regular_expression_and_an_exclamation_mark_turns_it_around() {
    let several: fn(&mut Seat) = day::several;
    let nothing: fn(&mut Seat) = |_| {};
    for (before, keys, text, shown, hidden) in [
        (nothing, "2 &", "^stag|^dev", "staging", "app-store"),
        (nothing, "2 &", "!staging", "development", "▸ staging"),
        (several, "T &", "^deploy.*prod", "production", "verify"),
        (nothing, "8 &", "kind:cut|open", "kind:cut|open", "no fact"),
        (nothing, "4 &", "!postgres image|version", "only !postgres image|version", "no check"),
        (nothing, "3 &", "health|content", "health|content", "no line is shown"),
    ] {
        let mut seat = seat();
        before(&mut seat);
        seat.keys(keys);
        seat.paste(text);
        seat.keys("enter");
        let screen = seat.screen(160, 48);
        assert!(screen.contains(shown) && !screen.contains(hidden), "{keys} {text}:\n{screen}");
        let says = ["only", "&"].iter().any(|sign| screen.contains(&format!("{sign} {text}")));
        assert!(says, "{keys} {text} does not say so:\n{screen}");
    }
}

#[test]
fn people_calls_and_evidence_can_be_filtered() {
    let evidence: fn(&mut Seat) = |seat| {
        for record in fixture::history() {
            seat.cockpit.take(Message::News(Box::new(EngineNews::Event(Event::Fact(record.into())))));
        }
        seat.keys("4 j j j enter j j enter");
    };
    let calls: fn(&mut Seat) = |seat| {
        day::several(seat);
        seat.keys("@");
    };
    let people: fn(&mut Seat) = |seat| {
        super::seats::sit(seat);
        seat.keys("P");
    };
    for (get_there, page, text, shown, hidden) in [
        (calls, "─ Calls", "docker pull", "registry.example", "docker compose"),
        (people, "─ People", "^omer", "omer", "noa  observes"),
        (evidence, "─ Evidence", "^found", "found", "expected "),
    ] {
        let mut seat = seat();
        seat.cockpit.take(Message::Size(80, 24));
        get_there(&mut seat);
        let before = seat.screen(80, 24);
        assert!(before.contains(page) && before.contains(hidden), "{page}:\n{before}");
        seat.keys("&");
        seat.paste(text);
        seat.keys("enter");
        let screen = seat.screen(80, 24);
        assert!(screen.contains(shown) && !screen.contains(hidden), "{page} {text}:\n{screen}");
        assert!(screen.contains(&format!("only {text}")), "{page} does not say so:\n{screen}");
        seat.keys("&");
        seat.paste("nothing has this");
        seat.keys("enter");
        let screen = seat.screen(80, 24);
        assert!(screen.contains("nothing matches; Esc clears the filter"), "{page}:\n{screen}");
        seat.keys("esc esc");
        assert!(!seat.screen(80, 24).contains("· only "), "{page}");
    }
}

#[test]
fn a_filter_shows_its_effect_while_it_is_written_and_is_left_as_if_it_had_not_been() {
    let mut seat = seat();
    seat.keys("2");
    let before = seat.screen(120, 36);
    seat.keys("&");
    assert!(footer(&seat, 120).contains("regex · !word: without it"), "{}", footer(&seat, 120));
    seat.letters("prod");
    let live = seat.screen(120, 36);
    assert!(live.contains("production") && !live.contains("▸ development") && live.contains("1 shown"), "{live}");
    seat.keys("esc");
    assert_eq!(seat.screen(120, 36), before);
    seat.keys("&");
    seat.letters("a(b");
    seat.keys("enter");
    assert!(footer(&seat, 120).contains("not a regular expression: unclosed group"), "{}", footer(&seat, 120));
}

#[test]
fn what_a_filter_hides_is_never_what_the_keys_act_on() {
    let mut seat = seat();
    seat.keys("2 &");
    seat.letters("production");
    seat.keys("enter d");
    assert!(seat.screen(120, 36).contains("Deploy production"), "{}", seat.screen(120, 36));
    seat.keys("esc j j j k d");
    assert!(seat.screen(120, 36).contains("Deploy production"), "{}", seat.screen(120, 36));
}

#[test]
fn a_search_is_an_expression_everywhere_and_what_was_searched_comes_back_with_up() {
    let mut seat = seat();
    seat.keys("2 /");
    seat.letters("prod|app");
    seat.keys("enter");
    assert!(footer(&seat, 120).contains("\"prod|app\": 1 of 2"), "{}", footer(&seat, 120));
    seat.keys("3 /");
    seat.keys("up");
    assert!(footer(&seat, 120).contains("/prod|app"), "{}", footer(&seat, 120));
    seat.keys("down");
    assert!(!footer(&seat, 120).contains("/prod|app"), "{}", footer(&seat, 120));
    seat.letters("info|voice");
    assert!(!footer(&seat, 160).contains(" 0 of"), "{}", footer(&seat, 160));
}

#[test]
fn the_first_page_of_the_help_has_what_matters_most_on_the_smallest_usual_screen() {
    let mut seat = seat();
    seat.cockpit.take(Message::Size(80, 24));
    seat.keys("?");
    let screen = seat.screen(80, 24);
    let line =
        |key: &str| screen.lines().position(|line| line.trim_start_matches(['│', '▸', '▲', ' ']).starts_with(key));
    let places = ["d ", "v ", "a ", "r "].map(|key| line(key).unwrap_or_else(|| panic!("{key}: {screen}")));
    assert!(places.is_sorted(), "{screen}");
    assert!(screen.contains("Deploy") && screen.contains("Go back"), "{screen}");
    // What cannot be done now still says what it does.
    assert!(screen.contains("Approve the proposal that waits"), "{screen}");
}

#[test]
fn letters_among_the_keys_filter_at_once_and_act_on_nothing() {
    let mut seat = seat();
    seat.keys("?");
    seat.letters("deploy");
    let screen = seat.screen(120, 36);
    assert!(screen.contains("Keys that work here") && screen.contains(": deploy"), "{screen}");
    assert!(
        !screen.contains("Deploy to") && seat.asked.iter().all(|e| !matches!(e, Effect::Preview { .. })),
        "{screen}"
    );
    seat.keys("enter");
    assert!(seat.screen(120, 36).contains("Deploy development"), "{}", seat.screen(120, 36));
}

#[test]
fn the_palette_completes_with_tab_and_says_help_and_effect_whole() {
    let mut seat = seat();
    seat.keys(":");
    seat.letters("dpl prod");
    seat.keys("tab");
    let screen = seat.screen(80, 24);
    assert!(screen.contains(": deploy production"), "{screen}");
    assert!(screen.contains("Preview it. Opens the preview of"), "{screen}");
    let mut seat = self::seat();
    seat.keys(":");
    seat.letters("!deploy");
    assert!(!seat.screen(120, 36).contains("deploy production"), "{}", seat.screen(120, 36));
}

#[test]
fn who_is_asked_whether_to_leave_while_it_ends_leaves() {
    let mut seat = away::joined();
    day::runs(&mut seat);
    seat.keys("q");
    assert_eq!(away::over(&mut seat), []);
    assert!(seat.screen(120, 36).contains("any key keeps it open"), "{}", seat.screen(120, 36));
    let later =
        |seat: &mut Seat, seconds| seat.cockpit.take(Message::Second(fixture::now() + Duration::from_secs(seconds)));
    assert_eq!(later(&mut seat, 2), []);
    assert_eq!(later(&mut seat, 3), [Effect::Quit]);
}

#[test]
fn a_key_that_was_meant_for_the_question_of_leaving_keeps_the_cockpit_open() {
    let mut seat = away::joined();
    day::runs(&mut seat);
    seat.keys("q");
    away::over(&mut seat);
    seat.keys("j");
    let later = fixture::now() + Duration::from_secs(60);
    assert_eq!(seat.cockpit.take(Message::Second(later)), []);
    assert!(seat.screen(120, 36).contains("Leave?"), "{}", seat.screen(120, 36));
}

#[test]
fn log_lines_are_saved_as_they_are_shown() {
    let mut seat = seat();
    super::logs::paused(&mut seat);
    seat.keys("D");
    let Some(Effect::Save { name, text }) = seat.asked.last() else { panic!("{:?}", seat.asked) };
    assert!(name.starts_with("tminus-logs-20261122-") && text.lines().count() > 20, "{name}");
    assert!(text.lines().all(|line| line.contains("timed out") || line.contains("pool")), "{text}");
    seat.cockpit.take(Message::Saved(Ok("/state/saved/x.log".to_owned())));
    assert!(seat.screen(120, 36).contains("the lines are in /state/saved/x.log"));
}

#[test]
fn a_range_of_log_lines_is_dragged_over_and_copied() {
    let mut seat = seat();
    seat.cockpit.take(Message::Size(120, 36));
    super::logs::minute(&mut seat);
    seat.keys("3");
    let at = std::time::Instant::now();
    for (what, line) in [(Pointed::Click, 10), (Pointed::Drag, 12), (Pointed::Drag, 14)] {
        seat.cockpit.take(Message::Pointer { what, column: 40, line, at });
    }
    assert!(footer(&seat, 120).contains("5 lines chosen: y copies"), "{}", seat.screen(120, 36));
    seat.keys("y");
    let Some(Effect::Copy(text)) = seat.asked.last() else { panic!("{:?}", seat.asked) };
    assert_eq!(text.lines().count(), 5, "{text}");
    seat.keys("V k k");
    assert!(footer(&seat, 120).contains("3 lines chosen"), "{}", footer(&seat, 120));
    seat.keys("esc");
    assert!(seat.screen(120, 36).contains("paused"), "one step back ends the range alone");
}
