//! What a person must have done before anything may be asked of the engine, kept apart from what the cockpit thinks of it:
//! it goes by the keys, the clock and what stood on the screen.

use super::ways::Input;
use super::{Seat, preview};
use std::collections::VecDeque;
use std::time::{Duration, Instant};
use tminus_cockpit::settings::keymap::{Key, Stroke, parse_chord};
use tminus_cockpit::{Effect, Message, Press, Repeat};
use tminus_core::action::{Proposal, Request};
use tminus_core::command::{ActionCommand, CheckCommand, Command, GateCommand};
use tminus_core::lock::LockCommand;
use tminus_core::seat::SeatCommand;

pub struct Watch {
    seat: Seat,
    size: (u16, u16),
    /// The preview that is on the screen, and since when.
    shown: Option<(Proposal, Instant)>,
    /// The letters since then.
    letters: String,
    /// What stood on the screen in the last moments, each with when it came.
    pictures: VecDeque<(Instant, String)>,
    /// The last keys.
    strokes: Vec<Stroke>,
    /// Since when there is a moment in which keys do not count.
    disturbed: Instant,
    last: Instant,
    /// When Enter was pressed last: what it opened is not answered in its dead time.
    entered: Instant,
    judging: Judging,
    /// What was asked of the engine, each by a word.
    pub asked: Vec<&'static str>,
}

/// A screen that has room for every title, and is painted quickly.
const ROOM: (u16, u16) = (110, 16);
const DEAD_TIME: Duration = Duration::from_millis(400);
const READING: Duration = Duration::from_millis(250);

/// A key that asked for something, and how it was pressed.
#[derive(Clone, Copy)]
struct By {
    stroke: Stroke,
    repeat: Repeat,
    since_last: Duration,
}

/// What is judged: by chance, what only a person may mean; on the ways to it, also what a key alone asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judging {
    Meant,
    All,
}

/// Says whether a key of its own asks for it, with no question before: to look, to measure, to stop, to come and go.
const fn is_keyed_alone(command: &Command) -> bool {
    match command {
        Command::Refresh | Command::Seat(_) => true,
        Command::Check(CheckCommand::Run { .. } | CheckCommand::Cancel { .. } | CheckCommand::ReadOutput { .. }) => {
            true
        }
        Command::Action(action) => matches!(action, ActionCommand::Stop { .. }),
        Command::Check(CheckCommand::Say { .. }) | Command::Gate(_) | Command::Lock(_) | Command::Release(_) => false,
    }
}

impl Watch {
    pub fn new(seat: Seat, judging: Judging) -> Self {
        let at = seat.at;
        let (size, letters, strokes, asked) = ((80, 24), String::new(), Vec::new(), Vec::new());
        let mut watch = Self {
            seat,
            size,
            shown: None,
            letters,
            pictures: VecDeque::new(),
            strokes,
            disturbed: at,
            last: at,
            entered: at,
            judging,
            asked,
        };
        watch.look();
        watch
    }

    pub fn take(&mut self, input: &Input) {
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
                let paste = Message::Paste { text: (*text).to_owned(), at: self.seat.at };
                let effects = self.seat.cockpit.take(paste);
                assert!(effects.iter().all(|e| matches!(e, Effect::Look(_))), "a paste asks for {effects:?}");
                self.disturbed = self.seat.at;
            }
            Input::Size(columns, lines) => {
                self.size = (*columns, *lines);
                self.seat.cockpit.take(Message::Size(*columns, *lines));
            }
        }
        self.seat.screen(self.size.0, self.size.1);
        self.look();
    }

    /// Keeps what stands on the screen now, on a screen that has room for every title.
    fn look(&mut self) {
        let at = self.seat.at;
        self.pictures.push_back((at, self.seat.screen(ROOM.0, ROOM.1)));
        while self.pictures.get(1).is_some_and(|(since, _)| at - *since >= DEAD_TIME) {
            self.pictures.pop_front();
        }
    }

    /// Says whether a text has stood on the screen for as long as the dead time takes.
    fn was_read(&self, text: &str) -> bool {
        let since = |(since, _): &&(Instant, String)| self.seat.at - *since >= DEAD_TIME;
        let begin = self.pictures.iter().rposition(|picture| since(&picture));
        begin.is_some_and(|begin| self.pictures.range(begin..).all(|(_, picture)| picture.contains(text)))
    }

    fn key(&mut self, stroke: Stroke, repeat: Repeat) {
        let (at, since_last) = (self.seat.at, self.seat.at - self.last);
        self.last = at;
        self.strokes.push(stroke);
        let effects = self.seat.cockpit.take(Message::Key(Press { stroke, repeat, at }));
        if let Key::Char(letter) = stroke.key {
            self.letters.push(letter);
        }
        for effect in effects {
            match &effect {
                Effect::Command { command, .. } => {
                    let word = self.judge(command, By { stroke, repeat, since_last });
                    self.asked.push(word);
                }
                Effect::Preview { version, request, .. } => {
                    self.shown = preview(version, request).ok().map(|p| (p.proposal, at));
                    self.letters.clear();
                }
                Effect::Copy(_) | Effect::Edit { .. } | Effect::Page { .. } | Effect::Call(_) | Effect::Mouse(_) => {}
                Effect::Look(_)
                | Effect::ReadOutput { .. }
                | Effect::Redraw
                | Effect::Rejoin
                | Effect::Suspend
                | Effect::Quit => {}
                Effect::Save { .. } => {}
            }
            self.seat.answer(&effect);
        }
        if stroke.key == Key::Enter {
            self.entered = at;
        }
        self.look();
    }

    /// Fails where something is asked for that nobody confirmed in its own way, and returns the word for it.
    fn judge(&self, command: &Command, by: By) -> &'static str {
        if self.judging == Judging::Meant && is_keyed_alone(command) {
            return "another";
        }
        // To look again changes nothing, however often it is asked for.
        let is_look = matches!(command, Command::Refresh);
        assert!(is_look || by.repeat == Repeat::Fresh, "a key that is held asks for {command:?}");
        assert!(is_look || self.seat.at - self.disturbed >= DEAD_TIME, "{command:?} in the dead time of a paste");
        match command {
            Command::Action(action) => self.judge_action(action, by),
            Command::Gate(gate) => self.judge_gate(gate, by),
            Command::Lock(lock) => self.judge_lock(lock, by),
            Command::Seat(seat) => self.judge_seat(seat, by),
            Command::Check(CheckCommand::Run { .. }) => {
                self.is_keyed(&["c", "C", "R"], by);
                "run"
            }
            Command::Check(CheckCommand::Cancel { .. }) => {
                self.is_keyed(&["x", "X"], by);
                "cancel"
            }
            Command::Check(read @ CheckCommand::ReadOutput { .. }) => panic!("no key asks for {read:?}"),
            Command::Check(CheckCommand::Say { yes, note, .. }) => {
                self.is_written(if *yes { "Yes: you may write a note" } else { "No: what is missing" }, by);
                assert!(*yes || !note.is_empty(), "a no without what is missing");
                "answer"
            }
            Command::Refresh => {
                self.is_keyed(&["ctrl-r"], by);
                "refresh"
            }
            Command::Release(release) => panic!("the cockpit has no key for {release:?}"),
        }
    }

    fn judge_action(&self, action: &ActionCommand, by: By) -> &'static str {
        match action {
            ActionCommand::Start { request, consent, .. } => {
                let (proposal, since) = self.shown.as_ref().expect("something begins that was never shown");
                assert_eq!(consent.seen.as_ref(), Some(proposal), "another thing begins than was shown");
                assert_eq!(request, &proposal.request);
                assert_eq!(by.stroke.key, Key::Enter, "another key than Enter");
                assert!(self.seat.at - *since >= DEAD_TIME, "it begins in the dead time of its preview");
                match named(&proposal.request) {
                    Some(name) if consent.typed.is_some() => {
                        assert_eq!(consent.typed.as_deref(), Some(name));
                        self.is_named(name);
                    }
                    Some(_) | None => assert!(by.since_last >= READING, "a button pressed on the heels of another key"),
                }
                "start"
            }
            // To stop is never too soon: it has no question of its own.
            ActionCommand::Stop { .. } if self.was_read("Leave while this runs?") => "stop",
            ActionCommand::Stop { .. } => {
                self.is_keyed(&["x"], by);
                "stop"
            }
            ActionCommand::Retry { .. } => {
                self.is_confirmed("Try the failed step again?", by);
                "retry"
            }
            ActionCommand::Leave { .. } => {
                self.is_confirmed("Leave everything as it is, and end the action?", by);
                "leave"
            }
            ActionCommand::Accept { note, .. } => {
                self.is_written("What shows that the step is done?", by);
                assert!(!note.is_empty(), "a step is done, and nobody wrote what they saw");
                "accept"
            }
        }
    }

    /// Fails where something is let through without that its name was typed for it.
    fn judge_gate(&self, gate: &GateCommand, by: By) -> &'static str {
        let (name, word) = match gate {
            GateCommand::Waive { item, reason, .. } => {
                assert!(!reason.is_empty(), "a waiver without a reason");
                (Some(item.as_str()), "waive")
            }
            GateCommand::Adopt { env, typed, reason, .. } => {
                assert!(!reason.is_empty(), "an adoption without a reason");
                assert!(env.as_str() != "production" || typed.is_some(), "an adoption without the name of production");
                (typed.as_deref(), "adopt")
            }
            GateCommand::Approve { .. } => (Some("production"), "approve"),
        };
        name.into_iter().for_each(|name| self.is_named(name));
        assert_eq!(by.stroke.key, Key::Enter, "another key than Enter");
        assert!(self.seat.at - self.entered >= DEAD_TIME, "it is let through in the dead time of its question");
        word
    }

    fn judge_lock(&self, lock: &LockCommand, by: By) -> &'static str {
        match lock {
            LockCommand::Take { env, reason, .. } => {
                self.is_written(&format!("Lock {env}: why"), by);
                assert!(!reason.is_empty(), "a lock without a reason");
                "lock"
            }
            LockCommand::TakeOver { env, from, reason, typed, .. } => {
                assert!(!reason.is_empty() && self.was_read(&format!("Take {env} over from {from}")), "{lock:?}");
                match typed {
                    Some(name) => {
                        assert_eq!(name, env.as_str());
                        self.is_named(name);
                        assert!(self.seat.at - self.entered >= DEAD_TIME, "in the dead time of its question");
                    }
                    None => self.is_confirmed("Take it over", by),
                }
                "take over"
            }
            LockCommand::Release { env } => {
                self.is_confirmed(&format!("Unlock {env}?"), by);
                "unlock"
            }
        }
    }

    fn judge_seat(&self, seat: &SeatCommand, by: By) -> &'static str {
        match seat {
            SeatCommand::Ask => {
                self.is_keyed(&["S a"], by);
                "ask"
            }
            SeatCommand::Take => {
                self.is_keyed(&["S t"], by);
                "take"
            }
            SeatCommand::Give { .. } if self.was_read("Give the driver's seat to") => "give",
            SeatCommand::Give { .. } => {
                self.is_keyed(&["S y"], by);
                "give"
            }
            SeatCommand::Decline { .. } if self.was_read("Keep driving, and tell") => "decline",
            SeatCommand::Decline { .. } => {
                self.is_keyed(&["S n"], by);
                "decline"
            }
            SeatCommand::Sit { .. } | SeatCommand::Rise { .. } => panic!("the cockpit has no key for {seat:?}"),
        }
    }

    /// Its own keys, or Enter on its line in the list of all keys.
    fn is_keyed(&self, chords: &[&str], by: By) {
        let is_listed = [" Actions ", " Keys that work here "].iter().any(|list| self.was_read(list));
        let is_own = chords.iter().any(|chord| self.strokes.ends_with(&parse_chord(chord).unwrap()));
        let is_run = by.stroke.key == Key::Enter && is_listed;
        assert!(is_own || is_run, "{:?} is none of {chords:?}", by.stroke);
    }

    /// A question of its own that stood there long enough, and its button pressed by somebody who read it.
    fn is_confirmed(&self, title: &str, by: By) {
        self.is_written(title, by);
        assert!(by.since_last >= READING, "a button pressed on the heels of another key");
    }

    fn is_written(&self, title: &str, by: By) {
        assert_eq!(by.stroke.key, Key::Enter, "another key than Enter");
        assert!(self.was_read(title), "\"{title}\" did not stand there:\n{}", self.pictures.back().unwrap().1);
    }

    fn is_named(&self, name: &str) {
        assert!(self.letters.ends_with(name), "{name} was not typed: {}", self.letters);
    }
}

fn named(request: &Request) -> Option<&str> {
    request.env().map(|env| env.as_str())
}
