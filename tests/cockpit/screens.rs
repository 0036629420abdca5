//! Every view and dialog at the sizes that people have.

use super::Seat;
use tminus::cockpit::{CockpitSettings, Signs};

const SIZES: [(u16, u16); 4] = [(160, 48), (120, 36), (80, 24), (40, 12)];

fn snapshots(name: &str, keys: &str) {
    for (columns, lines) in SIZES {
        let mut seat = Seat::new(&CockpitSettings::default());
        seat.keys(keys);
        insta::assert_snapshot!(format!("{name}_{columns}x{lines}"), seat.screen(columns, lines));
    }
}

#[test]
fn the_overview_shows_the_release_at_a_glance() {
    for (columns, lines) in SIZES {
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
fn the_reasons_are_listed() {
    snapshots("reasons", "!");
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
