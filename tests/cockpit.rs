//! The cockpit as a person meets it: its screens at every size, its keys, and what no key may do by accident.

mod acting;
mod alarm;
mod away;
mod branch_log;
mod calling;
mod checks;
mod containers;
mod day;
mod deciding;
mod every;
mod fields;
mod finding;
mod fixture;
mod holding;
mod keys;
mod logs;
mod looks;
mod picture;
mod places;
mod random;
mod screens;
mod seats;
mod sight;
mod sizes;
mod themes;
mod unjoined;
mod verifying;
mod watch;
mod ways;
mod ways_on;

use crate::slots::{Scarce, Slot, take};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use std::time::{Duration, Instant};
use tminus_cockpit::settings::keymap::{Key, Stroke, parse_chord};
use tminus_cockpit::{Answer, Cockpit, CockpitSettings, Effect, Message, Press, Repeat, Reply};
use tminus_core::action::Request;
use tminus_core::command::{ActionCommand, Command};
use tminus_core::situation::{CallsOf, Preview, Situation};

/// A cockpit whose engine is this test: it answers previews from the fold, and keeps what it was asked.
struct Seat {
    cockpit: Cockpit,
    at: Instant,
    asked: Vec<Effect>,
    _slot: Slot,
}

struct NoCalls;

impl CallsOf for NoCalls {
    fn calls_of(
        &self,
        _: Option<&tminus_core::names::ArtifactName>,
        order: &tminus_core::order::Order,
    ) -> Vec<tminus_core::order::Call> {
        let words = ["deploy", order.env.as_ref().map_or("", |env| env.as_str())].map(str::to_owned).to_vec();
        vec![tminus_core::order::Call::Process { words, dir: None }]
    }
}

impl Seat {
    fn new(settings: &CockpitSettings) -> Self {
        Self::of(fixture::snapshot(), settings)
    }

    /// A cockpit that joins an engine whose release stands so.
    fn of(world: tminus_engine::Snapshot, settings: &CockpitSettings) -> Self {
        let _slot = take(Scarce::Processor);
        let mut cockpit = Cockpit::new(fixture::who("dana"), fixture::version("1.0.0"), fixture::now(), settings)
            .rehearsing(Some("bad-release".to_owned()));
        cockpit.take(Message::Joined(Box::new(world)));
        cockpit.take(Message::News(Box::new(fixture::branch_still_so())));
        for news in fixture::still_so() {
            cockpit.take(Message::News(Box::new(news)));
        }
        for _ in 0..8 {
            cockpit.take(Message::Second(fixture::now()));
        }
        Self { cockpit, at: Instant::now(), asked: Vec::new(), _slot }
    }

    /// A cockpit to which the engine has not spoken yet.
    fn unjoined(settings: &CockpitSettings) -> Self {
        let _slot = take(Scarce::Processor);
        let (who, version) = (fixture::who("dana"), fixture::version("1.0.0"));
        let cockpit = Cockpit::new(who, version, fixture::now(), settings);
        Self { cockpit, at: Instant::now(), asked: Vec::new(), _slot }
    }

    /// Makes another cockpit of it: in another house, in a seat.
    fn change(&mut self, change: impl FnOnce(Cockpit) -> Cockpit) {
        let (who, version) = (fixture::who("nobody"), fixture::version("1.0.0"));
        let blank = Cockpit::new(who, version, fixture::now(), &CockpitSettings::default());
        self.cockpit = change(std::mem::replace(&mut self.cockpit, blank));
    }

    fn wait(&mut self, millis: u64) {
        self.at += Duration::from_millis(millis);
    }

    fn stroke(&mut self, stroke: Stroke, repeat: Repeat) {
        let effects = self.cockpit.take(Message::Key(Press { stroke, repeat, at: self.at }));
        for effect in effects {
            self.answer(&effect);
            self.asked.push(effect);
        }
    }

    /// Presses keys at a calm pace: each after the dead time of what came before.
    fn keys(&mut self, chord: &str) {
        for stroke in parse_chord(chord).unwrap() {
            self.wait(500);
            self.stroke(stroke, Repeat::Fresh);
        }
    }

    fn letters(&mut self, text: &str) {
        for letter in text.chars() {
            self.wait(500);
            self.stroke(Stroke::plain(Key::Char(letter)), Repeat::Fresh);
        }
    }

    fn paste(&mut self, text: &str) {
        self.cockpit.take(Message::Paste { text: text.to_owned(), at: self.at });
    }

    fn answer(&mut self, effect: &Effect) {
        let Effect::Preview { ticket, version, request } = effect else { return };
        let preview = preview(version, request);
        let answer = Answer::Preview(Box::new(preview));
        self.cockpit.take(Message::Reply(Box::new(Reply { ticket: *ticket, at: self.at, answer })));
    }

    fn started(&self) -> Vec<&ActionCommand> {
        let commands = self.asked.iter().filter_map(|e| match e {
            Effect::Command { command, .. } => Some(command.as_ref()),
            Effect::Preview { .. } | Effect::Copy(_) | Effect::Edit { .. } | Effect::Page { .. } => None,
            Effect::Save { .. } => None,
            Effect::Call(_) | Effect::Mouse(_) | Effect::Look(_) | Effect::ReadOutput { .. } => None,
            Effect::Redraw | Effect::Rejoin | Effect::Suspend | Effect::Quit => None,
        });
        commands
            .filter_map(|c| match c {
                Command::Action(action @ ActionCommand::Start { .. }) => Some(action),
                _ => None,
            })
            .collect()
    }

    fn screen(&self, columns: u16, lines: u16) -> String {
        let mut terminal = Terminal::new(TestBackend::new(columns, lines)).unwrap();
        terminal.draw(|frame| self.cockpit.draw(frame)).unwrap();
        if columns == 0 {
            return String::new();
        }
        let text = terminal.backend().to_string();
        text.lines().map(|l| l.trim_matches('"').trim_end()).collect::<Vec<_>>().join("\n")
    }
}

fn preview(version: &tminus_core::names::Version, request: &Request) -> Result<Preview, tminus_core::command::Refusal> {
    let world = fixture::snapshot();
    let situation = Situation { plan: &world.plan, release: &world.release, version, now: fixture::now() };
    let proposal = situation.propose(request)?;
    situation.preview(&proposal, &NoCalls)
}
