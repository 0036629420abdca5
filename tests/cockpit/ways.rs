//! The ways by keys to everything that changes something: by chance alone they are hardly ever found, and the guards never met.

use super::day::{self, Day};
use super::{Seat, every, seats};
use tminus_cockpit::settings::keymap::{Key, Stroke, parse_chord};
use tminus_cockpit::{CockpitSettings, Repeat};

/// One thing that happens at the terminal.
#[derive(Clone, Debug)]
pub enum Input {
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

/// A piece of a way: keys, or a text that is typed.
#[derive(Clone, Copy, Debug)]
pub enum Piece {
    Keys(&'static str),
    Text(&'static str),
}

use Piece::{Keys, Text};

/// What is asked in the end, where it begins, and the keys to it from the overview.
pub type Way = (&'static str, fn() -> Seat, &'static [Piece]);

/// What opens a dialog first.
pub const ASKED_FIRST: [Way; 12] = [
    ("start", alone, &[Keys("j d tab enter")]),
    ("retry", alone, &[Keys("T j R tab enter")]),
    ("leave", alone, &[Keys("T j L tab enter")]),
    ("stop", alone, &[Keys("q j j enter")]),
    ("accept", alone, &[Keys("T j A"), Text("it answers"), Keys("enter")]),
    ("lock", alone, &[Keys("H"), Text("it is known"), Keys("enter")]),
    ("unlock", alone, &[Keys("j H tab enter")]),
    ("take over", alone, &[Keys("j j j H"), Text("it is known"), Keys("enter"), Text("production"), Keys("enter")]),
    ("approve", alone, &[Keys("j j j a enter"), Text("production"), Keys("enter")]),
    ("waive", alone, &[Keys("j j j W enter"), Text("it is known"), Keys("enter"), Text("mobile-lint"), Keys("enter")]),
    ("answer", alone, &[Keys("4 /"), Text("privacy"), Keys("enter m enter"), Text("it is known"), Keys("enter")]),
    ("give", unasked, &[Keys("S y enter")]),
];

/// What a key asks for at once.
pub const AT_ONCE: [Way; 7] = [
    ("run", alone, &[Keys("C")]),
    ("refresh", alone, &[Keys("ctrl-r")]),
    ("stop", alone, &[Keys("T x")]),
    ("give", driving, &[Keys("S y")]),
    ("decline", driving, &[Keys("S n")]),
    ("ask", navigating, &[Keys("S a")]),
    ("take", navigating, &[Keys("S t")]),
];

/// Alone, on a day on which something runs, fails, waits and is held.
pub fn alone() -> Seat {
    let mut seat = Seat::new(&CockpitSettings::default());
    busy(&mut seat);
    seat
}

/// At the wheel, and somebody asks for it.
pub fn driving() -> Seat {
    let mut seat = Seat::new(&CockpitSettings::default());
    day::wants_a_person(&mut seat);
    seats::asked(&mut seat);
    every::locked(&mut seat);
    seat
}

/// At the wheel, and nobody asks for it.
fn unasked() -> Seat {
    let mut seat = Seat::new(&CockpitSettings::default());
    seats::sit(&mut seat);
    seat
}

/// Beside one who has not pressed a key for long.
pub fn navigating() -> Seat {
    let mut seat = seats::beside();
    busy(&mut seat);
    seat
}

fn busy(seat: &mut Seat) {
    day::wants_a_person(seat);
    every::locked(seat);
}

/// A day on which nothing but an approval is waited for.
pub fn waiting() -> Seat {
    let mut seat = Seat::new(&CockpitSettings::default());
    Day::of(&mut seat).proposes(120, "deploy-production-202", &day::deploy("production"));
    seat
}

/// Makes a way of what happens at the terminal, from wherever one is, with so many milliseconds between its keys.
pub fn inputs(pieces: &[Piece], pace: u64) -> Vec<Input> {
    let key = |stroke, after| Input::Key { stroke, after, repeat: Repeat::Fresh };
    let home = [Key::Esc, Key::Esc, Key::Esc, Key::Char('1'), Key::Char('g'), Key::Char('g')];
    let home = home.map(|k| key(Stroke::plain(k), 700));
    let rest = pieces.iter().flat_map(|piece| match piece {
        Keys(chord) => parse_chord(chord).unwrap().into_iter().map(|stroke| key(stroke, pace)).collect(),
        Text(text) => vec![Input::Text(text)],
    });
    home.into_iter().chain(rest).collect()
}
