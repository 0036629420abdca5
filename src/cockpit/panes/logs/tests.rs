//! The lines that are kept, and what stands still.

use super::before::SavedView;
use super::paused::LookDirection;
use super::paused::SelectionStep;
use super::state::{Logs, Room};
use super::store::{BYTES_KEPT, LINES_KEPT, REORDERED, in_thousands};
use jiff::Timestamp;
use proptest::prelude::*;
use tminus_core::names::LogName;
use tminus_core::open_line::LONGEST_LINE;
use tminus_core::telemetry::LogLine;
use tminus_logs::level::Level;
use tminus_logs::pattern::Pattern;

const ROOM: Room = Room { columns: 40, lines: 4 };

fn line(source: &str, second: i64, text: &str) -> LogLine {
    LogLine {
        source: LogName::new(source),
        at: Timestamp::from_second(second).unwrap(),
        text: tminus_core::mask::Mask::new().line(text),
    }
}

fn counted(lines: std::ops::Range<i64>) -> Logs {
    let mut logs = Logs::default();
    lines.for_each(|n| logs.take(line("a", n, &n.to_string())));
    logs
}

fn seen(logs: &Logs) -> Vec<String> {
    logs.in_sight(ROOM).iter().map(|entry| entry.text.clone()).collect()
}

fn selected(logs: &Logs) -> String {
    logs.selected().map_or_else(String::new, |entry| entry.text.clone())
}

fn pattern(text: &str) -> Option<Pattern> {
    Some(Pattern::expression(text).unwrap())
}

#[test]
fn the_pace_is_steady_where_lines_come_in_gulps() {
    let mut logs = Logs::default();
    let mut told = Vec::new();
    for second in 0..40 {
        logs.tick();
        let gulp = if second % 2 == 0 { 8 } else { 0 };
        (0..gulp).for_each(|n| logs.take(line("a", second, &n.to_string())));
        told.push(logs.pace.rate());
    }
    assert!(told[10..].iter().all(|rate| *rate == 4.0), "{told:?}");
    let drawn = logs.pace.even();
    assert!(drawn[4..].iter().all(|lines| *lines == 16), "what comes evenly is drawn evenly: {drawn:?}");
}

#[test]
fn what_was_written_before_is_neither_late_nor_any_pace() {
    let mut logs = Logs::default();
    logs.catch_up(Vec::new(), 0, Timestamp::from_second(100).unwrap());
    for second in 100..110 {
        logs.tick();
        (0..5_000).for_each(|n| logs.take(line("old", n % 100, "x")));
        logs.take(line("new", second, "y"));
    }
    assert_eq!(logs.pace.rate(), 1.0);
    assert!(!logs.shown().is_empty() && logs.shown().iter().all(|entry| entry.late.is_none()));
}

#[test]
fn a_stamp_that_the_column_of_the_time_says_is_not_shown_again() {
    let mut logs = Logs::default();
    logs.take(line("a", 1_795_351_267, "2026-11-22T12:41:07Z INFO up"));
    let shown = |logs: &Logs| logs.in_sight(ROOM)[0].shown(logs.clock).to_owned();
    assert_eq!(shown(&logs), "INFO up");
    logs.turn_clock();
    assert_eq!(shown(&logs), "2026-11-22T12:41:07Z INFO up", "no other time is shown");
    assert_eq!(seen(&logs), ["2026-11-22T12:41:07Z INFO up"], "it is searched and copied whole");
}

#[test]
fn a_flood_keeps_the_newest_lines_and_counts_the_others() {
    let mut logs = counted(0..LINES_KEPT as i64 + 12);
    assert_eq!(seen(&logs), ["5008", "5009", "5010", "5011"]);
    logs.go(SelectionStep::Top, ROOM);
    assert_eq!(seen(&logs)[..2], ["12 older lines are no longer here", "12"]);
}

#[test]
fn long_lines_are_bounded_by_their_bytes() {
    let mut logs = Logs::default();
    let long = "x".repeat(LONGEST_LINE);
    for second in 0..300 {
        logs.take(line("a", second, &long));
        assert!(logs.store.bytes() <= BYTES_KEPT);
    }
    assert_eq!(logs.store.gone + logs.counts().1 as u64, 300);
    assert!(logs.counts().1 > 50, "most of the budget is used");
}

#[test]
fn a_late_line_finds_its_place_and_is_told_to_be_late() {
    let mut logs = Logs::default();
    [("a", 10), ("a", 20), ("b", 19), ("b", 12)].iter().for_each(|(s, at)| logs.take(line(s, *at, &at.to_string())));
    assert_eq!(seen(&logs), ["10", "12", "19", "20"]);
    let late: Vec<_> = logs.in_sight(ROOM).iter().map(|e| e.late.map(|late| late.as_secs())).collect();
    assert_eq!(late, [None, Some(8), None, None]);
}

#[test]
fn what_is_paused_does_not_move_while_lines_come_and_fall_out() {
    let mut logs = counted(0..100);
    logs.go(SelectionStep::Lines(-1), ROOM);
    let before = seen(&logs);
    assert_eq!((before.last().unwrap().as_str(), selected(&logs).as_str()), ("99", "98"));
    logs.take(line("b", 50, "late"));
    (100..100 + 2 * LINES_KEPT as i64).for_each(|n| logs.take(line("a", n, "x")));
    assert_eq!(seen(&logs), before);
    assert_eq!(logs.paused.as_ref().unwrap().fresh, 2 * LINES_KEPT as u64 + 1);
}

#[test]
fn down_from_the_last_line_shows_what_came_and_then_follows() {
    let mut logs = counted(0..10);
    logs.go(SelectionStep::Lines(-1), ROOM);
    logs.take(line("a", 10, "10"));
    logs.go(SelectionStep::Lines(1), ROOM);
    logs.go(SelectionStep::Lines(1), ROOM);
    assert_eq!((selected(&logs).as_str(), logs.is_following()), ("10", false));
    logs.go(SelectionStep::Lines(1), ROOM);
    assert!(logs.is_following());
}

#[test]
fn lines_that_fell_out_while_paused_are_said_when_one_goes_on() {
    let mut logs = counted(0..10);
    logs.go(SelectionStep::Lines(-1), ROOM);
    (10..20 + LINES_KEPT as i64).for_each(|n| logs.take(line("a", n, "x")));
    logs.go(SelectionStep::Lines(1), ROOM);
    logs.go(SelectionStep::Lines(1), ROOM);
    assert_eq!(seen(&logs)[0], "20 older lines are no longer here");
}

#[test]
fn lifting_a_filter_keeps_the_line_in_sight() {
    let mut logs = counted(0..300);
    logs.filter_by(pattern("7$"));
    logs.go(SelectionStep::Lines(-2), ROOM);
    assert_eq!((selected(&logs).as_str(), logs.counts()), ("277", (30, 300)));
    logs.lift();
    assert_eq!(selected(&logs), "277");
    assert!(seen(&logs).contains(&"277".to_owned()));
    logs.filter_by(pattern("^9"));
    assert_eq!(selected(&logs), "99", "the last one where none follows");
}

#[test]
fn a_filter_that_is_left_was_never_there() {
    let mut logs = counted(0..300);
    logs.go(SelectionStep::Lines(-5), ROOM);
    let (before, sight) = (SavedView::of(&logs), seen(&logs));
    logs.filter_by(pattern("nothing"));
    assert_eq!(seen(&logs), [] as [String; 0]);
    before.restore(&mut logs);
    assert_eq!(seen(&logs), sight);
}

#[test]
fn a_hidden_source_is_neither_shown_nor_counted_as_new() {
    let mut logs = counted(0..3);
    logs.pause();
    logs.turn_source(&LogName::new("b"));
    logs.take(line("b", 4, "b"));
    assert_eq!(logs.paused.as_ref().unwrap().fresh, 0);
    logs.turn_source(&LogName::new("b"));
    assert_eq!(logs.paused.as_ref().unwrap().fresh, 1);
}

#[test]
fn a_search_goes_around_and_says_so() {
    let mut logs = counted(0..30);
    logs.look_for(Pattern::query("8").unwrap());
    assert_eq!((logs.find_first(ROOM), selected(&logs).as_str()), (None, "28"), "the newest first while following");
    assert_eq!((logs.find_next(LookDirection::Up, ROOM), selected(&logs).as_str()), (None, "18"));
    assert_eq!((logs.find_next(LookDirection::Up, ROOM), selected(&logs).as_str()), (None, "8"));
    let says = logs.find_next(LookDirection::Up, ROOM);
    let end = "nothing above: again continues from the bottom";
    assert_eq!((says.as_deref(), selected(&logs).as_str()), (Some(end), "8"));
    let says = logs.find_next(LookDirection::Up, ROOM);
    assert_eq!((says.as_deref(), selected(&logs).as_str()), (Some("continued from the bottom"), "28"));
    logs.take(line("a", 38, "38"));
    assert_eq!(
        (logs.find_next(LookDirection::Down, ROOM), selected(&logs).as_str()),
        (None, "38"),
        "what came since counts"
    );
    logs.look_for(Pattern::query("x").unwrap());
    assert_eq!(logs.find_next(LookDirection::Down, ROOM).as_deref(), Some("no line has \"x\""));
}

#[test]
fn a_search_while_following_begins_at_the_newest_hit_and_does_not_leave_it_for_the_oldest_unasked() {
    let mut logs = counted(0..3_000);
    logs.look_for(Pattern::query("7").unwrap());
    assert_eq!((logs.find_first(ROOM), selected(&logs).as_str()), (None, "2997"));
    let says = logs.find_next(LookDirection::Down, ROOM);
    let end = "nothing below: again continues from the top";
    assert_eq!((says.as_deref(), selected(&logs).as_str()), (Some(end), "2997"));
    assert_eq!((logs.find_next(LookDirection::Up, ROOM), selected(&logs).as_str()), (None, "2987"));
    assert_eq!((logs.find_next(LookDirection::Down, ROOM), selected(&logs).as_str()), (None, "2997"));
    logs.find_next(LookDirection::Down, ROOM);
    let says = logs.find_next(LookDirection::Down, ROOM);
    assert_eq!((says.as_deref(), selected(&logs).as_str()), (Some("continued from the top"), "7"));
}

#[test]
fn a_search_says_what_a_filter_hides_from_it() {
    let mut logs = counted(0..30);
    logs.filter_by(pattern("2"));
    logs.look_for(Pattern::query("18").unwrap());
    let says = logs.find_first(ROOM);
    assert_eq!(says.as_deref(), Some("no line shown has \"18\"; 1 hidden line has it"));
    assert!(logs.is_following(), "nothing found, nothing paused");
}

#[test]
fn the_next_grave_line_is_found_by_what_it_says() {
    let mut logs = Logs::default();
    ["ERROR one", "two", "level=warn three", "x: TimeoutError: four", "five"]
        .iter()
        .enumerate()
        .for_each(|(at, text)| logs.take(line("a", at as i64, text)));
    assert_eq!(
        (logs.find_grave(LookDirection::Up, Level::Error, ROOM), selected(&logs).contains("four")),
        (None, true)
    );
    logs.find_grave(LookDirection::Up, Level::Warn, ROOM);
    assert!(selected(&logs).contains("three"));
    logs.find_grave(LookDirection::Up, Level::Error, ROOM);
    assert!(selected(&logs).contains("one"));
    let mut quiet = counted(0..3);
    assert_eq!(
        quiet.find_grave(LookDirection::Up, Level::Error, ROOM).as_deref(),
        Some("no line here is marked as an error")
    );
    assert!(quiet.is_following(), "nothing found, nothing paused");
}

#[test]
fn a_snapshot_brings_nothing_twice_and_says_where_lines_are_missing() {
    let mut logs = counted(0..20);
    let snapshot = |range: std::ops::Range<i64>| range.map(|n| line("a", n, &n.to_string())).collect::<Vec<_>>();
    logs.catch_up(snapshot(10..22), 22, Timestamp::UNIX_EPOCH);
    assert_eq!(logs.counts().1, 22);
    logs.catch_up(snapshot(30..33), 33, Timestamp::UNIX_EPOCH);
    assert_eq!(seen(&logs)[0], "8 lines were dropped here: the log was faster than this screen");
    assert_eq!(logs.counts().1, 25);
    logs.change_engine();
    logs.catch_up(snapshot(31..40), 500, Timestamp::UNIX_EPOCH);
    assert_eq!(logs.counts().1, 32, "another engine has read the same log");
    logs.change_engine();
    logs.catch_up(Vec::new(), 0, Timestamp::UNIX_EPOCH);
    (35..42).for_each(|n| logs.take(line("a", n, &n.to_string())));
    assert_eq!(logs.counts().1, 34, "and tells its end line by line");
    logs.take(line("a", 41, "41"));
    assert_eq!(logs.counts().1, 35, "what it says twice itself is there twice");
}

#[test]
fn a_mark_stands_behind_everything_that_has_come() {
    let mut logs = counted(0..3);
    logs.mark(Timestamp::UNIX_EPOCH, "mark".to_owned());
    logs.filter_by(pattern("2"));
    assert_eq!(seen(&logs), ["2", "mark"]);
    assert_eq!(logs.counts(), (1, 3), "a mark is no line");
}

#[test]
fn a_count_is_written_with_its_thousands_apart() {
    assert_eq!([0, 999, 1_000, 1_234_567].map(in_thousands), ["0", "999", "1,000", "1,234,567"]);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_kept_shown_as_lines_come_is_what_a_new_look_would_show(
        seconds in prop::collection::vec((0_i64..60, any::<bool>()), 0..3 * REORDERED),
        many in any::<bool>(),
    ) {
        let mut logs = Logs::default();
        logs.filter_by(pattern("yes"));
        if many {
            (0..LINES_KEPT).for_each(|n| logs.take(line("a", 0, if n % 3 == 0 { "yes" } else { "no" })));
        }
        for (at, is_shown) in seconds {
            logs.take(line("a", at, if is_shown { "yes" } else { "no" }));
        }
        let kept: Vec<u64> = logs.store.shown.iter().map(|entry| entry.number).collect();
        logs.filter_by(pattern("yes"));
        let anew: Vec<u64> = logs.store.shown.iter().map(|entry| entry.number).collect();
        prop_assert_eq!(kept, anew);
    }

    #[test]
    fn the_selected_line_is_always_in_sight(
        steps in prop::collection::vec(0_usize..9, 0..40),
        lines in 1_usize..7,
        columns in 1_usize..30,
    ) {
        let mut logs = Logs::default();
        let room = Room { columns, lines };
        (0..60).for_each(|n| logs.take(line("a", n, &"x".repeat(n as usize * 7 % 90))));
        for step in steps {
            match step {
                0 => logs.go(SelectionStep::Lines(-1), room),
                1 => logs.go(SelectionStep::Lines(1), room),
                2 => logs.go(SelectionStep::Halves(-1), room),
                3 => logs.go(SelectionStep::Halves(1), room),
                4 => logs.go(SelectionStep::Top, room),
                5 => logs.wrap(),
                6 => logs.filter_by(pattern("x{9}")),
                7 => logs.lift(),
                _ => logs.go(SelectionStep::Lines(-7), room),
            }
            let sight = logs.sight(room);
            let rows = |entry: &super::LogEntry| logs.line_look().height(entry, columns, lines);
            if let (Some(at), Some(entry)) = (sight.selected, logs.selected()) {
                prop_assert_eq!(&sight.entries[at].number, &entry.number);
                let until: usize = sight.entries[..=at].iter().map(|entry| rows(entry)).sum();
                prop_assert!(until <= lines.max(rows(&entry)), "{} of {}", until, lines);
            }
        }
    }
}
