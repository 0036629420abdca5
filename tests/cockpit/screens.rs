//! Every view and dialog at the sizes that people have.

use super::Seat;
use super::day::{self, Day};
use super::every::{PICTURED, SIZES};
use tminus_cockpit::{CockpitSettings, Message, Signs};
use tminus_core::order::Health;
use tminus_core::telemetry::{Event, Telemetry};
use tminus_engine::EngineNews;

fn snapshots(name: &str, keys: &str) {
    for (columns, lines) in PICTURED {
        let mut seat = Seat::new(&CockpitSettings::default());
        seat.cockpit.take(Message::Size(columns, lines));
        seat.keys(keys);
        insta::assert_snapshot!(format!("{name}_{columns}x{lines}"), seat.screen(columns, lines));
    }
}

#[test]
fn the_overview_shows_the_release_at_a_glance() {
    for (columns, lines) in PICTURED {
        let seat = Seat::new(&CockpitSettings::default());
        insta::assert_snapshot!(format!("overview_{columns}x{lines}"), seat.screen(columns, lines));
    }
}

#[test]
fn the_preview_shows_what_would_happen() {
    snapshots("preview_staging", "j d");
}

#[test]
fn the_preview_of_a_protected_place_asks_for_its_name() {
    snapshots("preview_production", "j j j d");
}

#[test]
fn the_journal_tells_facts_in_sentences() {
    snapshots("journal", "8");
}

#[test]
fn an_environment_has_a_page_of_its_own() {
    snapshots("environment", "j enter");
}

#[test]
fn every_environment_is_listed_with_the_page_of_the_selected_one() {
    snapshots("environments", "2 j j j");
}

#[test]
fn the_release_stands_on_its_clock_with_its_branch_beside_it() {
    snapshots("release", "5");
}

#[test]
fn an_incident_is_told_by_what_is_known() {
    snapshots("incident", "7");
}

#[test]
fn a_check_has_a_page_with_its_evidence() {
    snapshots("check", "tab enter");
}

#[test]
fn the_help_is_made_of_the_live_keymap() {
    snapshots("help", "?");
}

#[test]
fn the_help_has_the_keys_of_the_view_one_came_from_under_its_name() {
    snapshots("help_release", "5 ?");
    snapshots("help_incident", "7 ?");
}

#[test]
fn the_reasons_are_listed() {
    snapshots("reasons", "!");
}

#[test]
fn what_decides_is_on_the_screen_at_every_size() {
    for (columns, lines) in
        [(200, 60), (160, 48), (120, 36), (100, 30), (80, 24), (70, 20), (60, 15), (40, 12), (30, 8)]
    {
        let mut seat = Seat::new(&CockpitSettings::default());
        for keys in ["1", "2", "5", "7", "tab", "z"] {
            seat.keys(keys);
            let screen = seat.screen(columns, lines);
            for what in ["NO-GO", "1.0.0", "REHEARSAL"] {
                assert!(screen.contains(what), "no {what} at {columns}x{lines} after {keys}:\n{screen}");
            }
        }
    }
    for (columns, lines) in [(20, 5), (14, 3)] {
        let screen = Seat::new(&CockpitSettings::default()).screen(columns, lines);
        assert!(screen.contains("NO-GO 1.0.0"), "{columns}x{lines}:\n{screen}");
    }
}

#[test]
fn what_is_not_verified_keeps_that_word_at_every_size_and_on_its_page() {
    for (columns, lines) in [(160, 48), (120, 36), (110, 32), (100, 30), (80, 24), (40, 12)] {
        let mut seat = Seat::new(&CockpitSettings::default());
        seat.cockpit.take(Message::Size(columns, lines));
        let overview = seat.screen(columns, lines);
        let row = overview.lines().find(|line| line.contains("staging")).unwrap();
        assert!(row.contains("unverified"), "{columns}x{lines}:\n{overview}");
        seat.keys("j enter");
        let page = seat.screen(columns, lines);
        assert!(page.contains("◐ healthy · unverified"), "{columns}x{lines}:\n{page}");
    }
}

#[test]
fn a_wider_overview_tells_no_less_of_the_environments() {
    for (columns, lines) in [(160, 48), (120, 36), (110, 32), (100, 30), (80, 24)] {
        let screen = Seat::new(&CockpitSettings::default()).screen(columns, lines);
        let head = screen.lines().find(|line| line.contains("version")).unwrap();
        assert!(head.contains("since") && head.contains("rollback"), "{columns}x{lines}:\n{screen}");
        let row = screen.lines().find(|line| line.contains("production") && !line.contains("blocking")).unwrap();
        assert!(row.contains("83m") && row.contains("✓ 0.9.3"), "{columns}x{lines}:\n{screen}");
    }
}

#[test]
fn the_footer_says_at_every_size_how_old_what_is_shown_is_once_that_is_too_old() {
    for (columns, lines) in SIZES {
        let mut seat = Seat::new(&CockpitSettings::default());
        seat.cockpit.take(Message::Size(columns, lines));
        seat.keys("8");
        let footer = |seat: &Seat| seat.screen(columns, lines).lines().last().unwrap().to_owned();
        assert!(footer(&seat).contains("83m old"), "{columns}x{lines}: {}", footer(&seat));
        let plan = super::fixture::snapshot().plan;
        let environment = plan.environments.iter().find(|e| e.name.as_str() == "app-store").unwrap();
        for delivery in &environment.deliver {
            let (env, artifact, at) = (environment.name.clone(), delivery.artifact.clone(), super::fixture::now());
            let seen = Telemetry::StillSo { env, artifact, at };
            seat.cockpit.take(Message::News(Box::new(EngineNews::Event(Event::Telemetry(seen)))));
        }
        assert!(!footer(&seat).contains("83m old"), "{columns}x{lines}: {}", footer(&seat));
        assert!(footer(&seat).contains("12:41:09"), "{columns}x{lines}: {}", footer(&seat));
    }
}

#[test]
fn what_has_no_room_ends_in_a_sign() {
    let seat = Seat::new(&CockpitSettings::default());
    assert!(seat.screen(5, 2).contains('…'), "{}", seat.screen(5, 2));
    assert!(!seat.screen(1, 1).trim().is_empty());
}

#[test]
fn a_protected_environment_is_told_by_a_sign_and_a_word_wherever_it_stands() {
    for (columns, lines) in SIZES {
        for keys in ["1 j j j", "2 j j j", "j j j enter", "j j j d", "7"] {
            let mut seat = Seat::new(&CockpitSettings::default());
            seat.keys(keys);
            let screen = seat.screen(columns, lines);
            assert!(screen.contains('◆') && screen.contains("protected"), "{keys} at {columns}x{lines}:\n{screen}");
        }
    }
}

#[test]
fn enter_leads_from_the_branch_to_the_release_and_from_an_incident_to_its_environment() {
    let opened = |keys: &str| {
        let mut seat = Seat::new(&CockpitSettings::default());
        seat.keys(keys);
        seat.screen(120, 36)
    };
    assert!(opened("tab tab enter").contains("T-clock"), "{}", opened("tab tab enter"));
    assert!(opened("tab tab tab enter").contains("What runs"), "{}", opened("tab tab tab enter"));
    let unseen = opened("7 enter");
    assert!(unseen.contains("app-store protected") && unseen.contains("What runs"), "{unseen}");
    // The first line of the clock that leads somewhere is what was due first.
    assert!(opened("5 enter").contains("What runs"), "{}", opened("5 enter"));
}

#[test]
fn a_release_without_its_zero_says_how_to_set_it() {
    let mut world = super::fixture::snapshot();
    let release = std::sync::Arc::make_mut(&mut world.release);
    release.openings.values_mut().for_each(|opening| opening.zero = None);
    let mut seat = Seat::new(&CockpitSettings::default());
    seat.cockpit.take(tminus_cockpit::Message::Joined(Box::new(world)));
    seat.keys("5");
    let screen = seat.screen(120, 36);
    assert!(screen.contains("tminus release schedule TIME") && screen.contains("T-0 is not set"), "{screen}");
}

#[test]
fn ascii_signs_are_all_that_an_ascii_terminal_gets() {
    let settings = CockpitSettings { signs: Signs::Ascii, ..CockpitSettings::default() };
    let ours = Seat::new(&settings).screen(120, 36);
    // What came from outside may be Hebrew; what is ours is not beyond ASCII.
    let lines: Vec<&str> = ours.lines().filter(|l| !l.contains("api/user") && !l.contains("end")).collect();
    assert!(lines.iter().all(|l| l.is_ascii()), "{ours}");
}

#[test]
fn nothing_from_outside_steers_the_terminal() {
    let seat = Seat::new(&CockpitSettings::default());
    let screen = seat.screen(120, 36);
    assert!(screen.contains("日本語"), "{screen}");
    assert!(!screen.chars().any(|c| c.is_control() && c != '\n'), "{screen}");
}

#[test]
fn the_first_frame_stands_before_the_engine_has_said_anything() {
    let seat = Seat::unjoined(&CockpitSettings::default());
    assert!(seat.screen(120, 36).contains("reading the journal"));
}

/// Moments of a release day, each with other words in the rows of the environments.
type Moment = (&'static str, fn(&mut Seat));
const MOMENTS: [Moment; 6] = [
    ("calm", |_| {}),
    ("runs", day::runs),
    ("fails", day::fails),
    ("waits", day::several),
    ("locked", super::every::locked),
    ("burns", |seat| {
        let fact =
            super::alarm::seen("1.0.0", "9", Health::Unhealthy, Some("503 Service Unavailable from /api/health"));
        Day::of(seat).tell(1, fact);
    }),
];

/// Returns the rows of the environments, each without its frame.
fn environment_rows(screen: &str) -> Vec<&str> {
    let rows = screen.lines().skip_while(|line| !line.contains("─ Environments")).skip(1);
    let rows = rows.take_while(|line| !line.starts_with(['╰', '+']));
    rows.filter_map(|line| line.trim_start_matches('│').split('│').next()).collect()
}

#[test]
fn a_cell_of_an_environment_is_cut_only_where_its_row_has_no_more_to_give_and_none_runs_into_the_next() {
    for (name, moment) in MOMENTS {
        let mut seat = Seat::new(&CockpitSettings::default());
        Day::of(&mut seat).tell(3, super::alarm::seen("0.9.4", "8", Health::Healthy, Some("3 of 3 replicas")));
        moment(&mut seat);
        for (columns, lines) in [(200, 60), (160, 48), (140, 40), (120, 36), (100, 30), (80, 24), (60, 50), (40, 12)] {
            seat.cockpit.take(Message::Size(columns, lines));
            let screen = seat.screen(columns, lines);
            let rows = environment_rows(&screen);
            assert!(rows.len() > 4, "{name} {columns}x{lines}:\n{screen}");
            for row in &rows[1..] {
                let is_optional = |what: &str| rows[0].contains(what) || row.contains(what);
                let spare = ["digest", " protected ", "about"].into_iter().find(|what| is_optional(what));
                // The head says "protected" where there is no column for that word.
                let spare = spare.filter(|what| !rows[0].contains("◆") || *what != " protected ");
                assert!(!row.contains('…') || spare.is_none(), "{name} {columns}x{lines}: {row}\n{screen}");
                let letters: Vec<char> = row.chars().collect();
                for pair in letters.windows(2).filter(|pair| "✓✗◌≠".contains(pair[1])) {
                    assert_eq!(pair[0], ' ', "{name} {columns}x{lines}: {row}\n{screen}");
                }
            }
            if let ("calm", 80 | 160 | 200) = (name, columns) {
                assert!(rows.iter().any(|row| row.contains("3 of 3 replicas ")), "{columns}x{lines}:\n{screen}");
            }
        }
    }
}

#[test]
fn the_header_counts_what_stands_in_the_way_where_not_all_of_it_has_room() {
    for (columns, lines) in [(160, 48), (120, 36), (110, 32), (100, 30), (80, 24), (60, 50)] {
        let screen = Seat::new(&CockpitSettings::default()).screen(columns, lines);
        let head = screen.lines().take(2).collect::<Vec<_>>().join("\n");
        assert!(head.contains("blocking") && !head.contains('…'), "{columns}x{lines}:\n{head}");
    }
}

#[test]
fn the_footer_has_the_key_for_all_keys_and_where_there_is_one_the_way_back() {
    let views =
        ["2", "3", "4", "5", "6", "7", "8", "enter", "tab enter", "!", "T", "@", "M", "P", "T enter", "8 enter"];
    for (columns, lines) in [(160, 48), (120, 36), (100, 30), (80, 24), (60, 50), (40, 12)] {
        for (env, moment) in [("", None), ("j j j ", None), ("", Some(day::several as fn(&mut Seat)))] {
            for view in std::iter::once("").chain(views) {
                let mut seat = Seat::new(&CockpitSettings::default());
                seat.cockpit.take(Message::Size(columns, lines));
                moment.into_iter().for_each(|moment| moment(&mut seat));
                let keys = format!("{env}{view}");
                keys.split_whitespace().for_each(|key| seat.keys(key));
                let screen = seat.screen(columns, lines);
                let footer = screen.lines().last().unwrap();
                assert!(footer.contains("? keys"), "{env}{view} at {columns}x{lines}:\n{screen}");
                let has_way_back = !view.is_empty() && columns >= 80;
                assert!(!has_way_back || footer.contains("Esc back"), "{env}{view} at {columns}x{lines}:\n{screen}");
            }
        }
    }
}
