//! Keys, pastes and sizes at random: nothing panics, and nothing is begun but by its own confirmation.

use super::day::{Day, deploy};
use super::{Seat, preview};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::cell::Cell;
use std::time::{Duration, Instant};
use tminus::cockpit::{CockpitSettings, Effect, Message, Press, Repeat};
use tminus::config::keymap::{Key, Stroke};
use tminus::domain::action::{Proposal, Request};
use tminus::domain::command::{ActionCommand, Command, GateCommand};

/// One thing that happens at the terminal.
#[derive(Clone, Debug)]
enum Input {
    Key {
        stroke: Stroke,
        after: u64,
        repeat: Repeat,
    },
    /// A text, typed letter by letter: a name that opens a button, a reason.
    Text(&'static str),
    Paste(&'static str),
    Size(u16, u16),
}

/// What a person must have done before anything may begin, kept apart from what the cockpit thinks of it.
struct Watch {
    seat: Seat,
    size: (u16, u16),
    /// The preview that is on the screen, and since when.
    shown: Option<(Proposal, Instant)>,
    /// The letters since then.
    letters: String,
    /// Since when there is a moment in which keys do not count.
    disturbed: Instant,
    last: Instant,
    /// When Enter was pressed last: what it opened is not answered in its dead time.
    entered: Instant,
    begun: usize,
    decided: usize,
}

const DEAD_TIME: Duration = Duration::from_millis(400);
const READING: Duration = Duration::from_millis(250);

impl Watch {
    fn new() -> Self {
        let mut seat = Seat::new(&CockpitSettings::default());
        // Something waits that an approval would let through.
        Day::of(&mut seat).proposes(120, "deploy-production-202", &deploy("production"));
        let at = seat.at;
        let (size, letters) = ((80, 24), String::new());
        Self { seat, size, shown: None, letters, disturbed: at, last: at, entered: at, begun: 0, decided: 0 }
    }

    fn take(&mut self, input: &Input) {
        match input {
            Input::Key { stroke, after, repeat } => {
                self.seat.wait(*after);
                self.key(*stroke, *repeat);
            }
            Input::Text(text) => {
                for letter in text.chars() {
                    self.seat.wait(450);
                    self.key(Stroke::plain(Key::Char(letter)), Repeat::Fresh);
                }
            }
            Input::Paste(text) => {
                self.seat.paste(text);
                self.disturbed = self.seat.at;
            }
            Input::Size(columns, lines) => {
                self.size = (*columns, *lines);
                self.seat.cockpit.take(Message::Size(*columns, *lines));
            }
        }
        self.seat.screen(self.size.0, self.size.1);
    }

    fn key(&mut self, stroke: Stroke, repeat: Repeat) {
        let (at, since_last) = (self.seat.at, self.seat.at - self.last);
        self.last = at;
        let effects = self.seat.cockpit.take(Message::Key(Press { stroke, repeat, at }));
        if let Key::Char(letter) = stroke.key {
            self.letters.push(letter);
        }
        for effect in effects {
            if let Effect::Command { command, .. } = &effect
                && let Command::Action(action) = command.as_ref()
            {
                self.judge(action, stroke, repeat, since_last);
            }
            if let Effect::Command { command, .. } = &effect
                && let Command::Gate(gate) = command.as_ref()
            {
                self.weigh(gate, stroke, repeat, at);
            }
            if let Effect::Preview { version, request, .. } = &effect {
                self.shown = preview(version, request).ok().map(|p| (p.proposal, at));
                self.letters.clear();
            }
            self.seat.answer(&effect);
        }
        if stroke.key == Key::Enter {
            self.entered = at;
        }
    }

    /// Fails where something is let through without that its name was typed for it.
    fn weigh(&mut self, gate: &GateCommand, stroke: Stroke, repeat: Repeat, at: Instant) {
        self.decided += 1;
        let name = match gate {
            GateCommand::Waive { item, .. } => item.as_str(),
            GateCommand::Approve { .. } => "production",
        };
        assert!(self.letters.ends_with(name), "{name} was not typed: {}", self.letters);
        assert_eq!((stroke.key, repeat), (Key::Enter, Repeat::Fresh), "another key than Enter");
        assert!(at - self.entered >= DEAD_TIME, "it is let through in the dead time of its question");
        assert!(at - self.disturbed >= DEAD_TIME, "it is let through in the dead time of a paste");
    }

    /// Fails where something begins that nobody confirmed.
    fn judge(&mut self, action: &ActionCommand, stroke: Stroke, repeat: Repeat, since_last: Duration) {
        let ActionCommand::Start { request, consent, .. } = action else { return };
        self.begun += 1;
        let (proposal, since) = self.shown.as_ref().expect("something begins that was never shown");
        assert_eq!(consent.seen.as_ref(), Some(proposal), "another thing begins than was shown");
        assert_eq!(request, &proposal.request);
        assert_eq!((stroke.key, repeat), (Key::Enter, Repeat::Fresh), "another key than Enter");
        assert!(self.seat.at - *since >= DEAD_TIME, "it begins in the dead time of its preview");
        assert!(self.seat.at - self.disturbed >= DEAD_TIME, "it begins in the dead time of a paste");
        match named(&proposal.request) {
            Some(name) if consent.typed.is_some() => {
                assert_eq!(consent.typed.as_deref(), Some(name));
                assert!(self.letters.ends_with(name), "{name} was not typed: {}", self.letters);
            }
            Some(_) | None => assert!(since_last >= READING, "a button pressed on the heels of another key"),
        }
    }
}

fn named(request: &Request) -> Option<&str> {
    request.env().map(|env| env.as_str())
}

fn inputs() -> impl Strategy<Value = Vec<Input>> {
    let letters = "dvrabWCcmxRLAjkgG12345678!?:/nNqQzwtsyYhlMTU@FeE= &".chars().map(|c| Stroke::plain(Key::Char(c)));
    let others =
        [Key::Enter, Key::Esc, Key::Tab, Key::BackTab, Key::Backspace, Key::Up, Key::Down, Key::Home, Key::End];
    let others = others.into_iter().chain([Key::Left, Key::Right, Key::PageUp, Key::PageDown, Key::F(1)]);
    let held = ['c', 'd', 'u', 'j', 'r', 'a', 'k', 'b', 'x', 'h'];
    let held = held.map(|c| Stroke { key: Key::Char(c), ctrl: true, alt: false });
    let any: Vec<Stroke> = letters.chain(others.map(Stroke::plain)).chain(held).collect();
    // What leads to a beginning comes often, so that the guards are met and not only the ways past them.
    let often = ['j', 'd', 'v', 'r'].map(|c| Stroke::plain(Key::Char(c)));
    let often = often.into_iter().chain([Key::Tab, Key::Enter, Key::Enter, Key::Esc].map(Stroke::plain));
    let stroke = prop_oneof![3 => prop::sample::select(any), 2 => prop::sample::select(often.collect::<Vec<_>>())];
    let after = prop_oneof![Just(1_u64), Just(30), Just(120), Just(260), Just(420), Just(700)];
    let repeat = prop_oneof![9 => Just(Repeat::Fresh), 1 => Just(Repeat::Held)];
    let key = (stroke, after, repeat).prop_map(|(stroke, after, repeat)| Input::Key { stroke, after, repeat });
    let size = prop_oneof![
        prop::sample::select(vec![(160_u16, 48_u16), (120, 36), (80, 24), (40, 12), (0, 0), (1, 1), (3, 2), (20, 4)]),
        (0_u16..220, 0_u16..70),
    ];
    let paste = prop::sample::select(vec!["production", "d\t\n", "staging\n", "\u{1b}[200~\u{202e}q", "שלום"]);
    let text = prop::sample::select(vec!["production", "staging", "mobile-lint", "it is known"]);
    let single = prop_oneof![
        40 => key,
        2 => text.prop_map(Input::Text),
        1 => paste.prop_map(Input::Paste),
        1 => size.prop_map(|(columns, lines)| Input::Size(columns, lines)),
    ];
    let input = prop_oneof![40 => single.prop_map(|input| vec![input]), 1 => way()];
    prop::collection::vec(input, 1..120).prop_map(|inputs| inputs.concat())
}

/// The way to a beginning, at every pace: by chance alone it is hardly ever found, and the guards never met.
fn way() -> impl Strategy<Value = Vec<Input>> {
    let key = |key: Key, after: u64| Input::Key { stroke: Stroke::plain(key), after, repeat: Repeat::Fresh };
    let pace = prop_oneof![Just(30_u64), Just(260), Just(420), Just(700)];
    (prop::sample::select(vec!['d', 'v', 'r']), pace.clone(), pace).prop_map(move |(letter, first, second)| {
        let home = [Key::Esc, Key::Esc, Key::Char('1'), Key::Char('j')].map(|k| key(k, 700));
        let rest = [key(Key::Char(letter), 700), key(Key::Tab, first), key(Key::Enter, second)];
        home.into_iter().chain(rest).collect()
    })
}

/// So many runs; PROPTEST_CASES asks for more.
fn config(cases: u32) -> Config {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    Config { cases: asked.unwrap_or(cases), failure_persistence: None, ..Config::default() }
}

#[test]
fn at_random_nothing_panics_and_nothing_begins_unconfirmed() {
    let begun = Cell::new(0);
    let mut runner = TestRunner::new(config(32));
    let result = runner.run(&inputs(), |inputs| {
        let mut watch = Watch::new();
        inputs.iter().for_each(|input| watch.take(input));
        begun.set(begun.get() + watch.begun);
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
    assert!(begun.get() > 0, "the guards were never met: no preview was confirmed in all the runs");
}

#[test]
fn before_the_engine_has_said_anything_no_key_begins_anything() {
    let mut runner = TestRunner::new(config(16));
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
    let piece = (prop::sample::select(vec!['a', 'W', 'j']), word.clone(), word, pace).prop_map(
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
    let decided = Cell::new(0);
    let mut runner = TestRunner::new(config(48));
    let result = runner.run(&haste(), |inputs| {
        let mut watch = Watch::new();
        let down = || Input::Key { stroke: Stroke::plain(Key::Char('j')), after: 500, repeat: Repeat::Fresh };
        [down(), down(), down()].iter().chain(&inputs).for_each(|input| watch.take(input));
        decided.set(decided.get() + watch.decided);
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
    assert!(decided.get() > 0, "the guards were never met: nothing was decided in all the runs");
}
