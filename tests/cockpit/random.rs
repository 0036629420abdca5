//! Keys, pastes and sizes at random: nothing panics, and nothing begins or is let through but by its own confirmation.

use super::Seat;
use super::watch::{Judging, Watch};
use super::ways::{ASKED_FIRST, AT_ONCE, Input, Piece, alone, driving, inputs as way_of, navigating, waiting};
use crate::nightly::cases;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use std::cell::RefCell;
use tminus_cockpit::settings::keymap::{Key, Stroke, parse_chord};
use tminus_cockpit::{CockpitSettings, Effect, Message, Press, Repeat};

/// Every chord of the default keys.
fn chords() -> Vec<Vec<Stroke>> {
    let keys: toml::Table = include_str!("../../keymaps/default.toml").parse().unwrap();
    let mut chords = Vec::new();
    let mut left: Vec<&toml::Value> = keys.values().collect();
    while let Some(value) = left.pop() {
        match value {
            toml::Value::Table(table) => match table.get("on") {
                Some(toml::Value::Array(all)) => chords.extend(all.iter().filter_map(|on| on.as_str())),
                Some(on) => chords.extend(on.as_str()),
                None => left.extend(table.values()),
            },
            toml::Value::Array(all) => left.extend(all),
            other => panic!("{other} is no part of a keymap"),
        }
    }
    chords.into_iter().map(|chord| parse_chord(chord).unwrap()).collect()
}

fn inputs() -> impl Strategy<Value = Vec<Input>> {
    let letters = "QzuU= ".chars().map(|c| vec![Stroke::plain(Key::Char(c))]);
    let others = [Key::Backspace, Key::Home, Key::End, Key::Left, Key::Right].map(|k| vec![Stroke::plain(k)]);
    let held = ['j', 'a', 'k', 'b', 'h'].map(|c| vec![Stroke { key: Key::Char(c), ctrl: true, alt: false }]);
    let any: Vec<Vec<Stroke>> = chords().into_iter().chain(letters).chain(others).chain(held).collect();
    // What leads to a beginning comes often, so that the guards are met and not only the ways past them.
    let often = ['j', 'd', 'v', 'r'].map(|c| Stroke::plain(Key::Char(c)));
    let often = often.into_iter().chain([Key::Tab, Key::Enter, Key::Enter, Key::Esc].map(Stroke::plain));
    let often: Vec<Vec<Stroke>> = often.map(|stroke| vec![stroke]).collect();
    let chord = prop_oneof![3 => prop::sample::select(any), 2 => prop::sample::select(often)];
    let after = prop_oneof![Just(1_u64), Just(30), Just(120), Just(260), Just(420), Just(700)];
    let repeat = prop_oneof![9 => Just(Repeat::Fresh), 1 => Just(Repeat::Held)];
    let keys = (chord, after, repeat).prop_map(|(chord, after, repeat)| {
        chord.into_iter().map(|stroke| Input::Key { stroke, after, repeat }).collect::<Vec<_>>()
    });
    let size = prop_oneof![
        prop::sample::select(vec![(160_u16, 48_u16), (120, 36), (80, 24), (40, 12), (0, 0), (1, 1), (3, 2), (20, 4)]),
        (0_u16..220, 0_u16..70),
    ];
    let paste = prop::sample::select(vec!["production", "d\t\n", "staging\n", "\u{1b}[200~\u{202e}q", "שלום"]);
    let text = prop::sample::select(vec!["production", "staging", "mobile-lint", "it is known"]);
    let input = prop_oneof![
        800 => keys,
        40 => text.prop_map(|text| vec![Input::Text(text)]),
        20 => paste.prop_map(|paste| vec![Input::Paste(paste)]),
        20 => size.prop_map(|(columns, lines)| vec![Input::Size(columns, lines)]),
        35 => way(),
    ];
    prop::collection::vec(input, 1..100).prop_map(|inputs| inputs.concat())
}

/// A way to something that changes the world, at every pace.
fn way() -> impl Strategy<Value = Vec<Input>> {
    let begins = ["j v tab enter", "j d tab enter"].map(|keys| vec![Piece::Keys(keys)]);
    let ways = ASKED_FIRST.iter().chain(&AT_ONCE).map(|(_, _, pieces)| pieces.to_vec()).chain(begins);
    let pace = prop_oneof![Just(30_u64), Just(260), Just(420), Just(700)];
    (prop::sample::select(ways.collect::<Vec<_>>()), pace).prop_map(|(pieces, pace)| way_of(&pieces, pace))
}

#[test]
fn at_random_nothing_panics_and_nothing_begins_unconfirmed() {
    let asked = RefCell::new(Vec::new());
    let mut runner = TestRunner::new(cases(32));
    let table = prop::sample::select(vec![alone as fn() -> Seat, driving, navigating]);
    // Every other case goes on from a preview that was confirmed, or few would ever come that far.
    let result = runner.run(&(table, any::<bool>(), inputs()), |(table, is_confirmed, inputs)| {
        let calm = way_of(&[Piece::Keys("j d tab enter")], 700);
        let (table, calm) = if is_confirmed { (alone as fn() -> Seat, calm) } else { (table, Vec::new()) };
        let mut watch = Watch::new(table(), Judging::Meant);
        calm.iter().chain(&inputs).for_each(|input| watch.take(input));
        asked.borrow_mut().extend(watch.asked);
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
    assert!(asked.borrow().contains(&"start"), "no preview was confirmed in all the runs: {:?}", asked.borrow());
}

#[test]
fn every_change_is_asked_for_by_who_takes_its_way_calmly() {
    for (word, table, pieces) in ASKED_FIRST.iter().chain(&AT_ONCE) {
        let mut watch = Watch::new(table(), Judging::All);
        way_of(pieces, 700).iter().for_each(|input| watch.take(input));
        assert_eq!(watch.asked, [*word], "by {pieces:?}");
    }
}

#[test]
fn nothing_that_has_a_question_is_asked_for_by_who_does_not_read_it() {
    // Who writes a text has the question before their eyes while they write.
    let is_read = |pieces: &[Piece]| pieces.iter().any(|piece| matches!(piece, Piece::Text(_)));
    for (word, table, pieces) in ASKED_FIRST.iter().filter(|(_, _, pieces)| !is_read(pieces)) {
        let mut watch = Watch::new(table(), Judging::All);
        way_of(pieces, 30).iter().for_each(|input| watch.take(input));
        assert!(!watch.asked.contains(word), "{word} by {pieces:?}");
    }
}

#[test]
fn before_the_engine_has_said_anything_no_key_begins_anything() {
    let mut runner = TestRunner::new(cases(16));
    let result = runner.run(&inputs(), |inputs| {
        let mut seat = Seat::unjoined(&CockpitSettings::default());
        for input in &inputs {
            if let Input::Key { stroke, after, repeat } = input {
                seat.wait(*after);
                let at = seat.at;
                let effects = seat.cockpit.take(Message::Key(Press { stroke: *stroke, repeat: *repeat, at }));
                assert!(effects.iter().all(|e| !matches!(e, Effect::Command { .. })), "{effects:?}");
            }
            seat.screen(80, 24);
        }
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
}

/// What a person does in haste: the key, Enter, whatever is typed, Enter, at every pace.
fn haste() -> impl Strategy<Value = Vec<Input>> {
    let key = |key: Key, after: u64| Input::Key { stroke: Stroke::plain(key), after, repeat: Repeat::Fresh };
    let word = prop_oneof![Just("production"), Just("mobile-lint"), Just("xyzzy"), Just("it is known")];
    let pace = prop_oneof![Just(30_u64), Just(260), Just(420), Just(700)];
    let piece = (prop::sample::select(vec!['a', 'W', 'H', 'j']), word.clone(), word, pace).prop_map(
        move |(letter, first, second, after)| {
            let enter = || key(Key::Enter, after);
            let open = vec![key(Key::Char(letter), after), enter(), Input::Text(first), enter()];
            open.into_iter().chain([Input::Text(second), key(Key::Tab, after), enter()]).collect::<Vec<_>>()
        },
    );
    prop::collection::vec(piece, 1..12).prop_map(|pieces| pieces.concat())
}

#[test]
fn in_haste_nothing_is_approved_or_waived_but_by_its_name() {
    let asked = RefCell::new(Vec::new());
    let mut runner = TestRunner::new(cases(48));
    let result = runner.run(&haste(), |inputs| {
        let mut watch = Watch::new(waiting(), Judging::Meant);
        let down = || Input::Key { stroke: Stroke::plain(Key::Char('j')), after: 500, repeat: Repeat::Fresh };
        [down(), down(), down()].iter().chain(&inputs).for_each(|input| watch.take(input));
        asked.borrow_mut().extend(watch.asked);
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
    let is_decided = asked.borrow().iter().any(|word| ["approve", "waive"].contains(word));
    assert!(is_decided, "the guards were never met: nothing was decided in all the runs");
}
