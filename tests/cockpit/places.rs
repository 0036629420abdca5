//! Where one is, where one came from, and what is to be read there: ways back, targets, words that are never cut.

use super::Seat;
use super::fixture;
use std::sync::Arc;
use tminus_cockpit::{CockpitSettings, Message};
use tminus_core::names::EnvName;
use tminus_core::order::Health;

fn seat(columns: u16, lines: u16, keys: &str) -> Seat {
    let mut seat = Seat::new(&CockpitSettings::default());
    seat.cockpit.take(Message::Size(columns, lines));
    seat.keys(keys);
    seat
}

fn screen(columns: u16, lines: u16, keys: &str) -> String {
    seat(columns, lines, keys).screen(columns, lines)
}

/// Returns the line of the screen that has a text.
fn line<'a>(screen: &'a str, text: &str) -> &'a str {
    screen.lines().find(|line| line.contains(text)).unwrap_or_else(|| panic!("no {text}:\n{screen}"))
}

#[test]
fn esc_goes_back_to_where_one_came_from_and_ends_at_the_overview() {
    assert!(screen(120, 36, "7 8 esc").contains("─ Incident"));
    assert!(screen(120, 36, "2 7 8 esc esc").contains("─ Environments"));
    assert!(screen(120, 36, "2 7 8 esc esc esc").contains("─ Checklist"));
    // From a page that was opened in a view to another view, and back to the page.
    assert!(screen(120, 36, "7 enter 8 esc").contains("What runs"));
    // The overview is where every way back ends.
    assert!(screen(120, 36, "7 8 1 esc esc").contains("─ Checklist"));
    let long = "2 3 4 5 6 7 8 ".repeat(9) + &"esc ".repeat(30);
    assert!(screen(120, 36, long.trim()).contains("─ Checklist"));
}

#[test]
fn a_pane_of_the_overview_has_the_whole_screen_then_half_of_it_then_its_share() {
    for (columns, lines) in [(160, 48), (120, 36), (80, 24), (60, 50)] {
        let shared = screen(columns, lines, "tab tab tab tab");
        let [alone, half, again] =
            ["z", "z z", "z z z"].map(|z| screen(columns, lines, &format!("tab tab tab tab {z}")));
        let top = |screen: &str| screen.lines().position(|line| line.contains("╭─ Logs")).unwrap();
        assert!(!alone.contains("─ Environments") && half.contains("─ Environments"), "{half}");
        assert!(top(&alone) < top(&half) && top(&half) <= usize::from(lines) / 2 + 2, "{columns}x{lines}:\n{half}");
        assert!(again == shared, "{columns}x{lines}:\n{again}");
        assert_eq!(screen(columns, lines, "tab tab tab tab z z esc"), shared);
        // Every pane can have it, the environments too.
        assert!(screen(columns, lines, "z z").contains("─ Environments"));
    }
}

#[test]
fn what_one_came_from_is_not_what_the_keys_act_on() {
    // The incident names app-store; in the journal the keys act on what the overview has selected.
    let journal = screen(120, 36, "7 8");
    assert!(!journal.contains("app-store protected"), "{journal}");
}

#[test]
fn reading_an_incident_moves_the_cursor_and_not_the_target_of_the_keys() {
    let mut seat = seat(120, 36, "7 end");
    for _ in 0..3 {
        let shown = seat.screen(120, 36);
        let heading = line(&shown, "─ Incident");
        assert!(heading.contains("selected: ◆ app-store protected"), "{shown}");
        assert_eq!(shown.matches('▸').count(), 1, "{shown}");
        seat.keys("k");
    }
    seat.keys("tab");
    let shown = seat.screen(120, 36);
    assert!(line(&shown, "─ Incident").contains("selected: development"), "{shown}");
    assert!(line(&shown, "← selected").contains("development"), "{shown}");
}

#[test]
fn the_way_back_that_the_cursor_stands_on_is_the_one_that_is_meant() {
    let mut seat = seat(160, 60, "7");
    while !line(&seat.screen(160, 60), "▸").contains("✓   staging") {
        seat.keys("j");
    }
    let shown = seat.screen(160, 60);
    assert!(line(&shown, "─ Incident").contains("selected: staging"), "{shown}");
    seat.keys("g g");
    let shown = seat.screen(160, 60);
    assert!(line(&shown, "─ Incident").contains("selected: staging"), "it stays what was named:\n{shown}");
}

#[test]
fn a_change_says_when_in_which_zone_and_from_which_digest_to_which() {
    let shown = screen(120, 36, "7");
    assert!(shown.contains("11:51:09 UTC · deployed outside tminus · sha256:8888… → sha256:9999…"), "{shown}");
}

#[test]
fn no_change_is_left_out_and_the_pages_of_an_incident_turn() {
    let mut seat = seat(80, 24, "7");
    let first = seat.screen(80, 24);
    assert!(first.contains("Ways out") && first.contains("more ─"), "{first}");
    seat.keys("page-down");
    assert_ne!(seat.screen(80, 24), first);
    seat.keys("end");
    let last = seat.screen(80, 24);
    assert!(last.contains("0.9.3 → 0.9.4") && !last.contains(" more ─"), "{last}");
}

#[test]
fn one_comes_back_to_a_line_that_leads_somewhere() {
    let mut seat = seat(40, 12, "7 page-down page-down 1");
    seat.cockpit.take(Message::Size(160, 48));
    seat.keys("7");
    let shown = seat.screen(160, 48);
    assert!(!line(&shown, "▸").contains("▸  "), "{shown}");
}

/// A seat where production does not work, in its service's own words.
fn unwell(words: &str) -> Seat {
    let mut world = fixture::snapshot();
    let release = Arc::make_mut(&mut world.release);
    let places = &mut release.environments.get_mut(&EnvName::new("production")).unwrap().places;
    for place in places.values_mut() {
        let (_, seen) = place.seen.as_mut().unwrap();
        (seen.health, seen.words) = (Health::Unhealthy, Some(words.to_owned()));
    }
    let mut seat = Seat::new(&CockpitSettings::default());
    seat.cockpit.take(Message::Joined(Box::new(world)));
    seat
}

#[test]
fn the_word_for_what_is_not_well_comes_first_and_is_never_cut() {
    for (columns, lines) in [(160, 48), (120, 36), (100, 30), (80, 24), (70, 20), (60, 15), (40, 12)] {
        for keys in ["1", "2", "j j j enter"] {
            let mut seat = unwell("3 of 3 replicas");
            seat.cockpit.take(Message::Size(columns, lines));
            seat.keys(keys);
            let shown = seat.screen(columns, lines);
            assert!(shown.contains("✗ unhealthy"), "{keys} at {columns}x{lines}:\n{shown}");
        }
    }
    let wide = unwell("3 of 3 replicas").screen(160, 48);
    assert!(wide.contains("└ 3 of 3 replicas"), "{wide}");
}

#[test]
fn what_follows_of_a_dialog_never_shows_through_its_last_lines() {
    for (columns, lines) in [(20, 5), (20, 6), (24, 5), (30, 7), (12, 4), (10, 3), (40, 6), (1, 1)] {
        for keys in ["j j j d", "j d", "j v", "j r", "W", "j W"] {
            let (shown, whole) = (screen(columns, lines, keys), screen(160, 48, keys));
            let whole: Vec<&str> = whole.lines().collect();
            let is_whole = |line: &str| {
                let says = line.split_once("blocked  ").map(|(_, says)| says.trim_end_matches(['│', ' ']));
                // Folded at a space, or cut with a sign.
                says.is_none_or(|says| says.ends_with('…') || whole.iter().any(|line| line.contains(says)))
            };
            assert!(shown.lines().all(is_whole), "{keys} at {columns}x{lines}:\n{shown}");
        }
    }
}

#[test]
fn the_checklist_says_how_old_it_is() {
    for (columns, lines) in [(160, 48), (120, 36)] {
        let shown = screen(columns, lines, "1");
        assert!(line(&shown, "─ Checklist").contains("oldest 10m"), "{shown}");
    }
    for (columns, lines) in [(80, 24), (40, 12)] {
        let shown = screen(columns, lines, "tab");
        assert!(line(&shown, "─ Checklist").contains("oldest 10m"), "{shown}");
    }
}

#[test]
fn the_footer_offers_to_scroll_only_what_has_more() {
    let last = |columns, lines| {
        let shown = screen(columns, lines, "j d @");
        shown.lines().last().unwrap_or_default().to_owned()
    };
    assert!(!last(160, 48).contains(" down"), "{}", last(160, 48));
    assert!(screen(40, 12, "j d").contains("more"), "it is scrolled where it has more");
    // To scroll where there is nothing to scroll is no mistake that one is told of.
    assert!(!screen(160, 48, "j d up down esc M").contains("in sight"));
}

#[test]
fn the_place_stands_in_the_titles_of_a_narrow_screen() {
    for keys in ["j d", "j j j d", "j j j r"] {
        let shown = screen(40, 12, keys);
        let place = if keys.starts_with("j j") { "production" } else { "staging" };
        assert!(shown.contains(place), "{keys}:\n{shown}");
    }
}
