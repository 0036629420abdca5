//! The verify view as it is read: scrolled no further than it goes, searched and copied by its numbers.

use super::{Seat, fixture};
use tminus_cockpit::{CockpitSettings, Effect, Message};
use tminus_core::telemetry::Event;
use tminus_engine::EngineNews;

/// Production's numbers, at a size.
fn seat(columns: u16, lines: u16) -> Seat {
    let mut seat = Seat::new(&CockpitSettings::default());
    seat.cockpit.take(Message::Size(columns, lines));
    for record in fixture::history() {
        seat.cockpit.take(Message::News(Box::new(EngineNews::Event(Event::Fact(record.into())))));
    }
    seat.keys("6 j j j");
    seat
}

/// Returns what was given to a pager, or sent to the clipboard, last.
fn sent(seat: &Seat) -> &str {
    let text = |effect: &'_ Effect| matches!(effect, Effect::Copy(_) | Effect::Page { .. });
    match seat.asked.iter().rfind(|effect| text(effect)) {
        Some(Effect::Copy(text) | Effect::Page { text }) => text,
        other => panic!("nothing was sent: {other:?}"),
    }
}

#[test]
fn the_page_is_scrolled_no_further_than_to_its_end_and_back_at_once() {
    for (columns, lines) in [(120, 20), (80, 24), (40, 12)] {
        let mut seat = seat(columns, lines);
        let first = seat.screen(columns, lines);
        assert!(first.contains(" more ─"), "there is something to scroll:\n{first}");
        (0..60).for_each(|_| seat.keys("ctrl-d"));
        let end = seat.screen(columns, lines);
        assert!(!end.contains(" more ─"), "{end}");
        seat.keys("ctrl-u");
        assert_ne!(seat.screen(columns, lines), end, "the first key back moves the page");
        (0..60).for_each(|_| seat.keys("ctrl-u"));
        assert_eq!(seat.screen(columns, lines), first);
    }
}

#[test]
fn a_search_finds_the_numbers_and_leaves_the_environment_as_it_is() {
    for (columns, lines) in [(120, 20), (80, 24), (40, 12)] {
        let mut seat = seat(columns, lines);
        let selected = |seat: &mut Seat| {
            let screen = seat.screen(columns, lines);
            screen.lines().find(|line| line.contains('▸')).map(|line| line[..line.find('▸').unwrap() + 16].to_owned())
        };
        let before = selected(&mut seat);
        assert!(before.is_some() || columns < 120, "an environment is selected");
        seat.keys("/");
        seat.letters("87 ms");
        seat.keys("enter");
        let shown = seat.screen(columns, lines);
        assert!(shown.contains("\"87 ms\": 1 of 1"), "{shown}");
        assert_eq!(shown.matches("87 ms").count(), 2, "the number itself is in sight:\n{shown}");
        seat.keys("n");
        assert_eq!(selected(&mut seat), before, "the cursor stays with the environment");
    }
}

#[test]
fn a_search_goes_on_from_hit_to_hit_on_the_last_page_too() {
    let mut seat = seat(80, 24);
    seat.keys("/");
    seat.letters("ago");
    seat.keys("enter");
    let mut said = Vec::new();
    for _ in 0..3 {
        let shown = seat.screen(80, 24);
        said.push(shown.lines().last().unwrap().to_owned());
        seat.keys("n");
    }
    said.dedup();
    assert_eq!(said.len(), 3, "{said:#?}");
}

#[test]
fn the_pager_gets_the_numbers_and_the_clipboard_the_line_that_was_found() {
    for (columns, lines) in [(160, 48), (80, 24)] {
        let mut seat = seat(columns, lines);
        seat.keys("p");
        assert!(sent(&seat).contains("87 ms · limit: below 200 ms"), "{}", sent(&seat));
        seat.keys("/");
        seat.letters("87 ms");
        seat.keys("enter y");
        assert!(sent(&seat).starts_with("87 ms · limit: below 200 ms"), "{}", sent(&seat));
    }
}
