//! The cockpit without its terminal and its engine: messages in, effects out, and a draw that only reads.

use super::keys::{Guard, default_keymap, read_keymap};
use super::live::Live;
use super::looking::Looking;
use super::message::{Effect, Message};
use super::opening::{CockpitError, CockpitSettings, Opening};
use super::panes;
use super::screen;
use super::state::{Gaze, Pane, Panes, Spot, Stage, State, Zoom};
use super::theme::{Colours, Palette};
use super::view::View;
use crate::config::keymap::Keymap;
use crate::config::theme::Theme;
use crate::domain::command::Refusal;
use crate::domain::fact::Who;
use crate::domain::names::{Person, Version};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use ratatui::Frame;
use ratatui::buffer::Buffer;
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
        let mut cockpit = Self::opening(String::new(), now, settings)?;
        cockpit.state.opening = None;
        (cockpit.state.who, cockpit.state.version) = (who, version);
        Ok(cockpit)
    }

    /// Makes the cockpit that is seen while everything is read.
    ///
    /// # Errors
    /// When there is no such theme.
    pub fn opening(project: String, now: Timestamp, settings: &CockpitSettings) -> Result<Self, CockpitError> {
        let palette = palette(settings)?;
        let (keymap, problems) = keymap(settings);
        let panes = Panes {
            focus: Pane::Environments,
            zoom: Zoom::Shared,
            env: 0,
            check: 0,
            branch: 0,
            way_back: 0,
            output: 0,
            log_end: None,
        };
        let nobody = Who { name: Person::new(""), user: String::new(), host: String::new() };
        let state = State {
            who: nobody,
            version: Version::UNKNOWN,
            rehearsal: None,
            opening: Some(Stage { project, doing: "opening" }),
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
            said: super::said::Said::default(),
            asked: Vec::new(),
            tickets: 0,
            guard: Guard::default(),
            pending: Vec::new(),
            looking: Looking::default(),
            hint: None,
            size: (80, 24),
            gaze: Gaze::Here,
            mouse: settings.mouse,
        };
        let mut cockpit = Self { state };
        if !problems.is_empty() {
            let says = "Some keys of your own do not work; the others do.";
            cockpit.state.refuse("keymap", Refusal::unknown(says).with(problems));
        }
        Ok(cockpit)
    }

    /// Takes what was opened.
    pub(crate) fn open(&mut self, opening: Opening) {
        let Opening { project, handle: _, who, version, rehearsal } = opening;
        // Its name stands there until the engine's own account of it comes.
        self.state.opening = Some(Stage { project, doing: "reading the journal" });
        (self.state.who, self.state.version, self.state.rehearsal) = (who, version, rehearsal);
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
            Message::Poured(presses) => return self.state.poured(&presses),
            Message::Pointer { what, column, line, at } => return self.state.point(what, (column, line), at),
            Message::News(news) => return self.state.hear(*news),
            Message::Paste { text, at } => self.state.paste(&text, at),
            Message::FocusGained => self.state.look(Gaze::Here),
            Message::FocusLost => self.state.look(Gaze::Elsewhere),
            // Nothing has been asked of the terminal.
            Message::Told(_) => {}
            Message::Edited(left) => self.state.edited(left),
            Message::Paged(read) => self.state.paged(read),
            Message::Copied(sent) => self.state.copied(sent),
            Message::Size(columns, lines) => self.state.size = (columns, lines),
            Message::Doing(doing) => self.state.doing(doing),
            Message::Joined(snapshot) => self.state.join(*snapshot),
            Message::Reply(reply) => self.state.answered(*reply),
            Message::EngineGone => self.state.lose_engine(),
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
        self.paint(frame.buffer_mut());
    }

    /// Draws everything into a buffer.
    pub fn paint(&self, buffer: &mut Buffer) {
        screen::draw(&self.state, buffer.area, buffer);
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
