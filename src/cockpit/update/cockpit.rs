//! The cockpit without its terminal and its engine: messages in, effects out, and a draw that only reads.

use super::state::{Attending, Leaving, State};
use crate::action::{Action, AppAction};
use crate::ask::background;
use crate::guard::Guard;
use crate::keymaps::keymap_of;
use crate::live::Live;
use crate::look::{Look, OpeningStage};
use crate::looking::Looking;
use crate::message::{Effect, Message};
use crate::opening::{CockpitSettings, EngineLocation, Opening};
use crate::panes;
use crate::presence::OwnGlance;
use crate::screen;
use crate::session::Session;
use crate::settings::keymap::{Keymap, KeymapProblem};
use crate::settings::theme::Background;
use crate::spot::{Pane, Panes, Spot, Zoom};
use crate::theme::Palettes;
use crate::view::View;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use ratatui::Frame;
use ratatui::buffer::Buffer;
use std::collections::{BTreeMap, BTreeSet};
use tminus_core::command::Refusal;
use tminus_core::names::{ActionId, Person, SeatId, Version};
use tminus_core::read_only::ReadOnly;
use tminus_core::who::Who;

/// The cockpit's state with its two doors: [`Cockpit::take`] and [`Cockpit::draw`].
pub struct Cockpit {
    state: State,
    /// What is wrong in what somebody set, until the keys are learned and all of it is said.
    wrong: Vec<String>,
}

impl Cockpit {
    /// Makes a cockpit that knows nothing yet. What is wrong in the settings, the keys or the theme is shown, and the rest
    /// of them counts.
    pub fn new(who: Who, version: Version, now: Timestamp, settings: &CockpitSettings) -> Self {
        let mut cockpit = Self::opening(String::new(), now, settings);
        cockpit.learn_keys(settings);
        cockpit.state.look.opening = None;
        (cockpit.state.look.oneself, cockpit.state.look.who, cockpit.state.look.version) = (who.clone(), who, version);
        cockpit
    }

    /// Makes the cockpit that is seen while everything is read. It knows no keys yet: reading them takes as long as the
    /// first frame.
    pub fn opening(project: String, now: Timestamp, settings: &CockpitSettings) -> Self {
        let (palettes, mistakes) = Palettes::new(settings);
        let mut wrong = settings.problems.clone();
        wrong.extend(mistakes.iter().map(|m| format!("{}:{}: {}", m.file.display(), m.line, m.says)));
        let nobody = Who { name: Person::new(""), user: String::new(), host: String::new() };
        let look = Look {
            oneself: nobody.clone(),
            who: nobody,
            seat: None,
            version: Version::UNKNOWN,
            rehearsal: None,
            opening: Some(OpeningStage { project, doing: "opening" }),
            zone: TimeZone::UTC,
            palette: palettes.on(Background::Dark).clone(),
            keymap: Keymap::default(),
            now,
            world: None,
            known: None,
            housing: EngineLocation::default(),
            gone: None,
            doubt: None,
            live: Live::default(),
            logs: panes::logs::Logs::default(),
            read_only: settings.read_only,
            time_format: settings.time_format.clone(),
            trail: vec![Spot::top_of(View::Overview)],
            places: Vec::new(),
            panes: first_panes(),
            said: crate::notices::Notices::default(),
            looking: Looking::default(),
            size: (80, 24),
            waited: Vec::new(),
            meanwhile: None,
            mouse: settings.mouse,
            is_covered: false,
        };
        let state = State {
            look,
            glance: OwnGlance::default(),
            output_read: None,
            palettes,
            dressed: (Background::Dark, false),
            before_prompt: None,
            session: None,
            read_only_set: ReadOnly::Off,
            dialog: None,
            why_back: BTreeMap::new(),
            unheard: None,
            asked: Vec::new(),
            tickets: 0,
            guard: Guard::default(),
            pending: Vec::new(),
            pending_for: 0,
            hint: None,
            hinted: None,
            gaze: Attending::Untold,
            leaving: Leaving::default(),
        };
        Self { state, wrong }
    }

    /// Learns the keys, and says what of all that somebody set does not count.
    pub(crate) fn learn_keys(&mut self, settings: &CockpitSettings) {
        let (keymap, problems) = keymap_of(&settings.keymap, &settings.keymaps);
        self.state.look.keymap = keymap;
        self.wrong.extend(problems.iter().filter_map(KeymapProblem::mistake));
        if !self.wrong.is_empty() {
            let says = "Some of your settings are ignored; the rest apply. tminus config lists them.";
            self.state.refuse_settings(Refusal::unknown(says).with(std::mem::take(&mut self.wrong)));
        }
    }

    /// Takes how somebody looked the last time; it counts once the engine has told how everything is.
    pub(crate) fn restore(&mut self, session: Session) {
        self.state.session = Some(session);
    }

    /// Returns how somebody looks now, for the next time.
    pub(crate) fn session(&self) -> Session {
        self.state.session_now()
    }

    /// Returns the actions whose end was waited for, where the cockpit left by itself.
    pub(crate) fn waited_for(&self) -> Vec<ActionId> {
        self.state.waited_for()
    }

    /// Takes what was opened.
    pub(crate) fn open(&mut self, opening: Opening, zone: TimeZone) {
        let Opening { project, handle, who, version, rehearsal, housing, session: _ } = opening;
        (self.state.look.housing, self.state.look.seat) = (housing, handle.seat().cloned());
        self.state.look.doubt = handle.doubt();
        // A seat at another engine has told nothing yet.
        self.state.glance = OwnGlance::default();
        // Its name stands there until the engine's own account of it comes.
        self.state.look.opening = Some(OpeningStage { project, doing: "reading the journal" });
        self.state.look.oneself = who.clone();
        (self.state.look.who, self.state.look.version, self.state.look.rehearsal) = (who, version, rehearsal);
        self.state.look.zone = zone;
    }

    /// Goes on with another engine: who looks at what stays as it is.
    pub(crate) fn open_again(&mut self, opening: &Opening) {
        self.state.look.seat = opening.handle.seat().cloned();
        self.state.look.doubt = opening.handle.doubt();
        self.state.glance.tell_anew();
    }

    /// Says that this is the rehearsal of a scenario.
    #[must_use]
    pub fn rehearsing(mut self, scenario: Option<String>) -> Self {
        self.state.look.rehearsal = scenario;
        self
    }

    /// Says which seat this is.
    #[must_use]
    pub fn seated(mut self, seat: SeatId) -> Self {
        self.state.look.seat = Some(seat);
        self
    }

    /// Says where the engine works.
    #[must_use]
    pub fn housed(mut self, housing: EngineLocation) -> Self {
        self.state.look.housing = housing;
        self
    }

    /// Takes a message in, and returns what is to be done about it.
    pub fn take(&mut self, message: Message) -> Vec<Effect> {
        if is_by_hand(&message) {
            self.state.glance.pressed(self.state.now);
        }
        let mut effects = self.take_in(message);
        self.state.look.is_covered = self.state.dialog.is_some();
        self.state.place_logs();
        self.state.dress_for_environment();
        effects.extend(self.state.read_output());
        effects.extend(self.state.tell_glance());
        effects
    }

    fn take_in(&mut self, message: Message) -> Vec<Effect> {
        match message {
            Message::Key(press) => return self.state.press(&press),
            Message::Poured(presses) => return self.state.poured(&presses),
            Message::Pointer { what, column, line, at } => return self.state.point(what, (column, line), at),
            Message::News(news) => return self.state.hear(*news),
            Message::Paste { text, at } => self.state.paste(&text, at),
            Message::FocusGained => self.state.look(Attending::Here),
            Message::FocusLost => self.state.look(Attending::Elsewhere),
            Message::Told(told) => self.state.dress(background(told)),
            Message::Edited(left) => self.state.edited(left),
            Message::Paged(read) => self.state.paged(read),
            Message::Copied(sent) => self.state.copied(sent),
            Message::Saved(saved) => self.state.saved(saved),
            Message::NoShell => self.state.no_shell(),
            Message::NotStopped(why) => self.state.not_stopped(&why),
            Message::Size(columns, lines) => self.state.look.size = (columns, lines),
            Message::Doing(doing) => self.state.doing(doing),
            Message::Joined(snapshot) => self.state.join(*snapshot),
            Message::Reply(reply) => self.state.answered(*reply),
            Message::EngineGone => self.state.lose_engine(),
            Message::Rejoining(what) => self.state.rejoining(what),
            Message::Second(now) => return self.state.second(now),
            Message::Leapt(by) => self.state.leap(by),
        }
        Vec::new()
    }

    /// Returns why the process must not stop now; nothing where it may.
    pub(crate) fn why_not_stop(&self) -> Option<String> {
        Action::App(AppAction::Suspend).why_not(&self.state)
    }

    /// Returns the containers whose rows are on the screen: only their load needs to be measured.
    pub fn in_sight(&self) -> BTreeSet<String> {
        self.state.here().containers(&self.state)
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

/// Returns the panes of the overview as they are before anybody has moved.
const fn first_panes() -> Panes {
    Panes { focus: Pane::Environments, zoom: Zoom::Shared, env: 0, check: 0, branch: 0, way_back: 0, output: 0 }
}

/// Says whether somebody sits there who sent it.
const fn is_by_hand(message: &Message) -> bool {
    match message {
        Message::Key(_) | Message::Paste { .. } | Message::Poured(_) | Message::Pointer { .. } => true,
        Message::FocusGained
        | Message::FocusLost
        | Message::Told(_)
        | Message::Edited(_)
        | Message::Paged(_)
        | Message::Copied(_)
        | Message::Saved(_)
        | Message::Size(..)
        | Message::Doing(_)
        | Message::Joined(_)
        | Message::News(_)
        | Message::Reply(_)
        | Message::NoShell
        | Message::NotStopped(_)
        | Message::Leapt(_)
        | Message::EngineGone
        | Message::Rejoining(_)
        | Message::Second(_) => false,
    }
}
