//! The log pane: following and standing still, searching and filtering, and lines that mean harm.

use super::every::PICTURED;
use super::{Seat, fixture};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use std::time::Instant;
use tminus_cockpit::{CockpitSettings, Effect, Message, Signs};
use tminus_core::mask::Mask;
use tminus_core::names::LogName;
use tminus_core::telemetry::{Event, LogLine, Telemetry};
use tminus_engine::EngineNews;

impl Seat {
    fn log(&mut self, source: &str, milliseconds: i64, text: &str) {
        let at = fixture::now() + jiff::SignedDuration::from_millis(milliseconds - 60_000);
        let line = LogLine { source: LogName::new(source), at, text: Mask::new().line(text) };
        self.cockpit.take(Message::News(Box::new(EngineNews::Event(Event::Telemetry(Telemetry::Log([line].into()))))));
    }

    fn resize(&mut self, (columns, lines): (u16, u16)) {
        self.cockpit.take(Message::Size(columns, lines));
    }

    fn copied(&self) -> Option<String> {
        self.asked.iter().rev().find_map(|e| if let Effect::Copy(text) = e { Some(text.clone()) } else { None })
    }
}

fn busy(size: (u16, u16)) -> Seat {
    let mut seat = Seat::new(&CockpitSettings::default());
    seat.resize(size);
    minute(&mut seat);
    seat
}

/// A busy minute of two services.
pub fn minute(seat: &mut Seat) {
    for n in 0..120 {
        let at = 57_000 + n * 25;
        match n % 12 {
            3 => seat.log("nginx", at, "WARN upstream response is buffered to a temporary file while reading upstream"),
            7 => seat.log("backend", at, &format!("ERROR TimeoutError: pool exhausted (waited 5.0 s, request {n})")),
            8 => seat.log("nginx", at - 1_500, "שלום upstream timed out (110: Connection timed out) 日本語"),
            _ => seat.log("backend", at, &format!("INFO GET /api/content/{n} 200 14ms")),
        }
    }
}

/// The lines stand still with a filter and a search, and another one has come.
pub fn paused(seat: &mut Seat) {
    minute(seat);
    seat.keys("3 &");
    seat.letters("timed out|pool");
    seat.keys("enter /");
    seat.letters("exhausted");
    seat.keys("enter k k");
    seat.log("backend", 60_500, "ERROR pool exhausted again");
}

fn logs(size: (u16, u16)) -> Seat {
    let mut seat = busy(size);
    seat.keys("3");
    seat
}

#[test]
fn the_logs_follow_the_newest_line() {
    for size in PICTURED {
        insta::assert_snapshot!(format!("logs_{}x{}", size.0, size.1), logs(size).screen(size.0, size.1));
    }
}

#[test]
fn the_logs_stand_still_with_a_filter_and_a_search() {
    for size in PICTURED {
        let mut seat = Seat::new(&CockpitSettings::default());
        seat.resize(size);
        paused(&mut seat);
        insta::assert_snapshot!(format!("logs_paused_{}x{}", size.0, size.1), seat.screen(size.0, size.1));
    }
}

#[test]
fn long_lines_are_folded_and_the_sources_can_be_chosen() {
    let mut seat = logs((80, 24));
    seat.keys("w t");
    insta::assert_snapshot!("logs_wrapped_80x24", seat.screen(80, 24));
    seat.keys("w s j space");
    insta::assert_snapshot!("logs_sources_80x24", seat.screen(80, 24));
}

#[test]
fn a_line_has_a_page_of_its_own() {
    let mut seat = logs((80, 24));
    seat.log("backend", 61_000, r#"{"level":"error","msg":"pool exhausted","waited":5.0,"path":"/api/content"}"#);
    seat.keys("k j enter");
    insta::assert_snapshot!("log_line_80x24", seat.screen(80, 24));
    seat.keys("y");
    assert!(seat.copied().is_some_and(|text| text.starts_with("{\"level\"")), "{:?}", seat.asked);
}

#[test]
fn the_paused_window_does_not_move_while_lines_come() {
    let mut seat = logs((120, 36));
    seat.keys("k");
    let body = |seat: &Seat| seat.screen(120, 36).lines().skip(3).map(str::to_owned).collect::<Vec<_>>();
    let before = body(&seat);
    (0..9_000).for_each(|n| seat.log("backend", 61_000 + n, "INFO more"));
    assert_eq!(body(&seat)[..30], before[..30]);
    assert!(seat.screen(120, 36).contains("paused, +9,000 new"));
    seat.keys("F");
    assert!(seat.screen(120, 36).contains("following"));
}

#[test]
fn a_wrong_expression_is_answered_in_a_sentence_and_changes_nothing() {
    let mut seat = logs((120, 36));
    let lines = |seat: &Seat| seat.screen(120, 36).lines().take(34).map(str::to_owned).collect::<Vec<_>>();
    let before = lines(&seat);
    seat.keys("&");
    seat.letters("(");
    seat.keys("enter");
    assert!(seat.screen(120, 36).contains("not a regular expression: unclosed group"), "{}", seat.screen(120, 36));
    seat.keys("esc");
    assert_eq!(lines(&seat), before);
}

#[test]
fn letters_that_follow_at_once_belong_to_the_search() {
    let mut seat = logs((120, 36));
    seat.keys("/");
    "pool".chars().for_each(|letter| {
        seat.wait(3);
        seat.stroke(
            tminus_cockpit::settings::keymap::Stroke::plain(tminus_cockpit::settings::keymap::Key::Char(letter)),
            tminus_cockpit::Repeat::Fresh,
        );
    });
    assert!(seat.screen(120, 36).contains("/pool"), "{}", seat.screen(120, 36));
}

#[test]
fn a_filter_says_how_much_it_hides_and_backspace_lifts_it() {
    let mut seat = logs((120, 36));
    seat.keys("&");
    seat.letters("pool");
    seat.keys("enter");
    assert!(seat.screen(120, 36).contains("showing 11 of 125"), "{}", seat.screen(120, 36));
    seat.keys("backspace");
    assert!(!seat.screen(120, 36).contains("showing"));
}

#[test]
fn lines_in_sight_are_copied_with_time_and_source() {
    let mut seat = logs((80, 24));
    seat.keys("y");
    assert_eq!(seat.copied(), None, "no line is selected while following");
    seat.keys("Y");
    let text = seat.copied().unwrap();
    assert_eq!(text.lines().count(), 19, "{text}");
    assert!(text.lines().all(|l| l.starts_with("2026-11-22 12:4") && l.contains("+00:00 ")), "{text}");
}

#[test]
fn what_a_line_holds_moves_nothing_beside_it() {
    let hostile = [
        "a\u{202e}b\u{2066}c\u{2069}",
        "\x1b]52;c;ZXZpbA==\x07clip",
        "\x1b[2J\x1b[1;1Hhome\x1b[31m red",
        "\x1bP1;2qsixel\x1b\\dcs",
        "\u{9b}31mc1\u{9d}0;t\u{9c}",
        "tab\tand\ttab",
        "👩\u{200d}👩\u{200d}👧 joined a\u{200d}b",
        "日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語",
        "שלום עולם مرحبا بالعالم",
        "e\u{301}e\u{301} \u{301}\u{301}\u{301}",
        "z\u{300}\u{300}\u{300}\u{300}\u{300}\u{300}\u{300}\u{300}\u{300}\u{300}\u{300}\u{300}",
        "back\x08\x08space\rreturn",
        "\u{fffd}\u{fffd} not utf-8",
        &"long ".repeat(20_000),
    ];
    for text in hostile {
        let mut seat = busy((80, 24));
        seat.log("backend", 60_000, "BEFORE plain");
        seat.log("nginx", 60_001, text);
        seat.log("backend", 60_002, "BEHIND plain");
        seat.keys("3");
        for keys in ["t t t t", "l l", "h h w", "k k"] {
            seat.keys(keys);
            stands_straight(&seat, &format!("{text:.60} {keys}"));
        }
    }
}

/// Looks at the cells themselves: every frame in its column, the line behind in its own, nothing that steers a terminal.
fn stands_straight(seat: &Seat, what: &str) {
    let mut terminal = Terminal::new(TestBackend::new(80, 24)).unwrap();
    terminal.draw(|frame| seat.cockpit.draw(frame)).unwrap();
    let buffer = terminal.backend().buffer();
    let column = |x: u16, y: u16| buffer[(x, y)].symbol();
    for y in 3..22 {
        // At the right edge a tick may stand for an error.
        let is_straight = column(0, y) == "│" && ["│", "┃", "┤", "┫"].contains(&column(79, y));
        assert!(is_straight, "{what} moved a frame in line {y}");
    }
    let line = |y: u16| (0..80).map(|x| column(x, y)).collect::<String>();
    for y in 0..24 {
        assert!(!line(y).chars().any(char::is_control), "{what}");
        assert!(!line(y).contains(['\u{202e}', '\u{2066}', '\u{2069}']), "{what}");
    }
    let Some(behind) = (3..22).find(|y| line(*y).contains("09.002")) else {
        // One that is folded, longer than the screen and selected, has the screen to itself.
        return assert!(what.starts_with("long") && what.ends_with("k k"), "{what} hides the line behind it");
    };
    assert_eq!((column(2, behind), column(15, behind)), ("1", "b"), "{what} moved the gutter");
}

#[test]
fn a_cut_line_can_be_looked_at_sideways() {
    let mut seat = logs((80, 24));
    seat.log("nginx", 60_000, &("0123456789".repeat(12) + "END"));
    assert!(!seat.screen(80, 24).contains("END"));
    seat.keys(&"l ".repeat(30));
    let screen = seat.screen(80, 24);
    assert!(screen.contains("END") && screen.contains("nginx   …"), "{screen}");
    seat.keys("w");
    assert!(seat.screen(80, 24).contains("END"));
}

#[test]
fn only_ascii_signs_are_drawn_around_lines_on_an_ascii_terminal() {
    let settings = CockpitSettings { signs: Signs::Ascii, ..CockpitSettings::default() };
    let mut seat = Seat::new(&settings);
    seat.resize((80, 24));
    (0..40).for_each(|n| seat.log("backend", n * 10, &"INFO long ".repeat(12)));
    seat.log("nginx", -9_000, "late");
    seat.keys("3 m l");
    let screen = seat.screen(80, 24);
    // What came from outside may be Japanese; what is ours is not beyond ASCII.
    assert!(screen.lines().filter(|l| !l.contains(" end")).all(str::is_ascii), "{screen}");
    assert!(screen.contains("-- mark 12:41:09 --"), "{screen}");
}

/// Prints what a frame costs; no test of anything, because a machine's speed is not ours:
/// `cargo test --test all measure_a_frame -- --ignored --nocapture`.
#[test]
#[ignore = "a measurement"]
fn measure_a_frame_of_the_logs() {
    let mut seat = Seat::new(&CockpitSettings::default());
    seat.resize((160, 48));
    let began = Instant::now();
    (0..6_000).for_each(|n| seat.log("backend", n, &format!("INFO GET /api/content/{n} 200 14ms {}", "x".repeat(80))));
    println!("6,000 lines taken: {:?}", began.elapsed());
    for (what, keys, letters) in [("following", "3", ""), ("filter", "&", "content/.*[13579] "), ("search", "/", "get")]
    {
        seat.keys(keys);
        seat.letters(letters);
        if !letters.is_empty() {
            seat.keys("enter");
        }
        let mut terminal = Terminal::new(TestBackend::new(160, 48)).unwrap();
        let mut times: Vec<_> = (0..50)
            .map(|_| {
                let began = Instant::now();
                terminal.draw(|frame| seat.cockpit.draw(frame)).unwrap();
                began.elapsed()
            })
            .collect();
        times.sort();
        println!("{what}: a frame {:?} (median), {:?} (worst)", times[25], times[49]);
    }
    let began = Instant::now();
    (0..5_000).for_each(|n| seat.log("backend", 6_000 + n, "INFO GET /api/content/1 200 14ms"));
    println!("5,000 lines taken with a filter: {:?}", began.elapsed());
}

#[test]
fn a_search_and_a_filter_find_lines_by_where_they_are_from() {
    let mut seat = logs((120, 36));
    seat.keys("&");
    seat.letters("nginx");
    seat.keys("enter");
    let screen = seat.screen(120, 36);
    assert!(screen.contains("upstream response is buffered") && !screen.contains("pool exhausted"), "{screen}");
    seat.keys("backspace /");
    seat.letters("nginx");
    seat.keys("enter");
    assert!(!seat.screen(120, 36).contains("no line"), "{}", seat.screen(120, 36));
}

#[test]
fn what_a_search_has_paused_is_followed_again_when_it_ends() {
    let mut seat = logs((120, 36));
    seat.keys("/");
    seat.letters("exhausted");
    seat.keys("enter");
    assert!(seat.screen(120, 36).contains("paused"), "{}", seat.screen(120, 36));
    seat.keys("esc");
    assert!(seat.screen(120, 36).contains("following"), "{}", seat.screen(120, 36));
    seat.keys("/");
    seat.letters("exhausted");
    seat.keys("enter k esc");
    assert!(seat.screen(120, 36).contains("paused"), "whoever moved has paused it themselves");
}

#[test]
fn what_stands_still_on_the_page_of_the_logs_goes_by_on_the_overview() {
    let mut seat = logs((120, 36));
    seat.keys("k k");
    assert!(seat.screen(120, 36).contains("paused"), "{}", seat.screen(120, 36));
    seat.keys("1");
    seat.log("backend", 60_600, "ERROR the newest of all");
    let screen = seat.screen(120, 36);
    assert!(screen.contains("the newest of all") && !screen.contains("paused"), "{screen}");
    seat.keys("3");
    let screen = seat.screen(120, 36);
    assert!(screen.contains("paused, +1 new") && !screen.contains("the newest of all"), "{screen}");
}
