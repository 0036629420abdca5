//! The cockpit without its terminal and its engine: messages in, effects out, and a draw that only reads.

use super::keys::{Guard, default_keymap, read_keymap};
use super::live::Live;
use super::looking::Looking;
use super::message::{Effect, Message};
use super::opening::{CockpitError, CockpitSettings};
use super::panes;
use super::screen;
use super::state::{Pane, Panes, Spot, State, Zoom};
use super::theme::{Colours, Palette};
use super::view::View;
use crate::config::keymap::Keymap;
use crate::config::theme::Theme;
use crate::domain::command::Refusal;
use crate::domain::fact::Who;
use crate::domain::names::Version;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use ratatui::Frame;
use std::collections::BTreeSet;

/// The cockpit's state with its two doors: [`Cockpit::take`] and [`Cockpit::draw`].
pub struct Cockpit {
    state: State,
}

impl Cockpit {
    /// Makes a cockpit that knows nothing yet. What is wrong in a keymap file is shown, and the rest of it counts.
    ///
    /// # Errors
    /// When there is no such theme.
    pub fn new(who: Who, version: Version, now: Timestamp, settings: &CockpitSettings) -> Result<Self, CockpitError> {
        let palette = palette(settings)?;
        let (keymap, problems) = keymap(settings);
        let panes = Panes {
            focus: Pane::Environments,
            zoom: Zoom::Shared,
            env: 0,
            check: 0,
            branch: 0,
            way_back: 0,
            log_end: None,
        };
        let state = State {
            who,
            version,
            rehearsal: None,
            zone: TimeZone::UTC,
            palette,
            keymap,
            now,
            world: None,
            known: None,
            is_engine_gone: false,
            live: Live::default(),
            trail: vec![Spot::top_of(View::Overview)],
            places: Vec::new(),
            panes,
            dialog: None,
            unread: Vec::new(),
            asked: Vec::new(),
            tickets: 0,
            guard: Guard::default(),
            pending: Vec::new(),
            looking: Looking::default(),
            hint: None,
            size: (80, 24),
        };
        let mut cockpit = Self { state };
        if !problems.is_empty() {
            let says = "Some keys of your own do not work; the others do.";
            cockpit.state.refuse("keymap", Refusal::unknown(says).with(problems));
        }
        Ok(cockpit)
    }

    /// Says that this is the rehearsal of a scenario.
    #[must_use]
    pub fn rehearsing(mut self, scenario: Option<String>) -> Self {
        self.state.rehearsal = scenario;
        self
    }

    /// Sets the zone that times of day are shown in; UTC unless told.
    #[must_use]
    pub fn in_zone(mut self, zone: TimeZone) -> Self {
        self.state.zone = zone;
        self
    }

    /// Takes a message in, and returns what is to be done about it.
    pub fn take(&mut self, message: Message) -> Vec<Effect> {
        match message {
            Message::Key(press) => return self.state.press(&press),
            Message::Paste { text, at } => self.state.paste(&text, at),
            Message::Size(columns, lines) => self.state.size = (columns, lines),
            Message::Joined(snapshot) => self.state.join(*snapshot),
            Message::News(news) => self.state.hear(*news),
            Message::Reply(reply) => self.state.answered(*reply),
            Message::EngineGone => self.state.is_engine_gone = true,
            Message::Second(now) => self.state.second(now),
        }
        Vec::new()
    }

    /// Returns the containers whose rows are on the screen: only their load needs to be measured.
    pub fn in_sight(&self) -> BTreeSet<String> {
        let state = &self.state;
        if state.view() == &View::Environments {
            return panes::everywhere::in_sight(state);
        }
        let place = (state.spot().row, screen::view_area(state.size));
        let env = state.view().env();
        env.map(|env| panes::environment::in_sight(state, env, place)).unwrap_or_default()
    }

    /// Draws everything; reads, and changes nothing.
    pub fn draw(&self, frame: &mut Frame<'_>) {
        let area = frame.area();
        screen::draw(&self.state, area, frame.buffer_mut());
    }
}

fn palette(settings: &CockpitSettings) -> Result<Palette, CockpitError> {
    let name = settings.theme.as_deref().unwrap_or("dark");
    let built_in = Theme::built_in().into_iter().find(|(built_in, _)| *built_in == name);
    let (file, text) = built_in.ok_or_else(|| CockpitError::NoSuchTheme(name.to_owned()))?;
    let colours = if settings.no_color { Colours::LeftOut } else { Colours::Used };
    Ok(Palette::new(&Theme::read(text, file)?, colours, settings.signs))
}

fn keymap(settings: &CockpitSettings) -> (Keymap, Vec<String>) {
    let (mut keymap, problems) = default_keymap();
    let mut problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
    for file in &settings.keymaps {
        match std::fs::read_to_string(file) {
            Ok(text) => {
                let (over, more) = read_keymap(&text, file);
                keymap.merge(over);
                problems.extend(more.iter().map(ToString::to_string));
            }
            Err(error) => problems.push(format!("{}: {error}", file.display())),
        }
    }
    (keymap, problems)
}
