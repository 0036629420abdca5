//! Everything that the screen shows: what the engine told, and what is the screen's own (view, cursor, dialog).

use super::action::Action;
use super::dialogs::Dialog;
use super::gone::Gone;
use super::keys::Guard;
use super::known::Known;
use super::live::Live;
use super::looking::Looking;
use super::message::Mouse;
use super::opening::Housing;
use super::panes::logs::{Before, Logs};
use super::people::People;
use super::presence::OwnGlance;
use super::said::Said;
use super::theme::{Palette, Palettes};
use super::view::View;
use crate::config::keymap::{Keymap, Stroke};
use crate::config::theme::Background;
use crate::domain::fact::Who;
use crate::domain::meanwhile::Away;
use crate::domain::names::{ActionId, EnvName, SeatId, Version};
use crate::domain::plan::{Check, Environment, Plan};
use crate::domain::release::{ActionState, Release};
use crate::domain::situation::Situation;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::sync::Arc;

/// The whole state.
pub(crate) struct State {
    pub(crate) who: Who,
    /// One's own seat, at an engine that others may join too.
    pub(crate) seat: Option<SeatId>,
    /// What this seat told of where it looks.
    pub(crate) glance: OwnGlance,
    pub(crate) version: Version,
    pub(crate) rehearsal: Option<String>,
    /// What is opened, and what is being done to that end; absent once it is open.
    pub(crate) opening: Option<Stage>,
    pub(crate) zone: TimeZone,
    pub(crate) palette: Palette,
    pub(crate) palettes: Palettes,
    pub(crate) keymap: Keymap,
    pub(crate) now: Timestamp,
    pub(crate) world: Option<World>,
    /// What follows from the world now.
    pub(crate) known: Option<Known>,
    /// Whether the engine outlives this cockpit.
    pub(crate) housing: Housing,
    /// Since when the engine is gone, and what is done about it; absent while it is there.
    pub(crate) gone: Option<Gone>,
    pub(crate) live: Live,
    pub(crate) logs: Logs,
    /// How the lines were shown before what is being written at the foot.
    pub(crate) logs_before: Option<Before>,
    /// Where one is, and where one came from; never empty.
    pub(crate) trail: Vec<Spot>,
    /// Where one was in the numbered views that were left.
    pub(crate) places: Vec<Spot>,
    pub(crate) panes: Panes,
    pub(crate) dialog: Option<Dialog>,
    /// What was said to the person.
    pub(crate) said: Said,
    pub(crate) asked: Vec<Asked>,
    pub(crate) tickets: u64,
    pub(crate) guard: Guard,
    pub(crate) pending: Vec<Stroke>,
    /// What is searched, left out and folded.
    pub(crate) looking: Looking,
    /// A word for the footer about the last key, until the next one.
    pub(crate) hint: Option<String>,
    pub(crate) size: (u16, u16),
    pub(crate) gaze: Gaze,
    pub(crate) leaving: Leaving,
    /// What happened before one came back; absent where nothing did.
    pub(crate) meanwhile: Option<Meanwhile>,
    pub(crate) mouse: Mouse,
}

/// How far the opening has come.
#[derive(Clone, Debug)]
pub(crate) struct Stage {
    pub(crate) project: String,
    pub(crate) doing: &'static str,
}

/// Whether somebody may be looking, as far as the terminal tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gaze {
    Here,
    Elsewhere,
}

/// Since when nobody was here, and until which fact.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Meanwhile {
    pub(crate) away: Away,
    /// The last fact that belongs to it; absent until it was read.
    pub(crate) upto: Option<u64>,
}

/// Whether the cockpit leaves by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Leaving {
    #[default]
    Not,
    /// Once nothing runs any more.
    OnceOver,
}

/// What the engine told.
pub(crate) struct World {
    pub(crate) plan: Arc<Plan>,
    pub(crate) release: Arc<Release>,
}

/// A view with its cursors.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Spot {
    pub(crate) view: View,
    pub(crate) row: usize,
    /// The cursor of the second pane, in a view that has two.
    pub(crate) second_row: usize,
    /// Which of the two panes has the keys.
    pub(crate) side: Side,
    /// Whether that pane has the whole screen.
    pub(crate) zoom: Zoom,
    /// The environment that the action keys were said to be about, in a view that is about several.
    pub(crate) target: Option<EnvName>,
}

/// The panes of a view that has two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    First,
    Second,
}

impl Side {
    pub(crate) const fn other(self) -> Self {
        match self {
            Self::First => Self::Second,
            Self::Second => Self::First,
        }
    }
}

impl Spot {
    /// Begins at the top of a view.
    pub(crate) const fn top_of(view: View) -> Self {
        Self { view, row: 0, second_row: 0, side: Side::First, zoom: Zoom::Shared, target: None }
    }
}

/// The panes of the overview, and what each remembers.
#[derive(Clone, Debug)]
pub(crate) struct Panes {
    pub(crate) focus: Pane,
    pub(crate) zoom: Zoom,
    pub(crate) env: usize,
    pub(crate) check: usize,
    pub(crate) branch: usize,
    pub(crate) way_back: usize,
    /// How many lines up from its newest the output of a step is scrolled; 0 follows.
    pub(crate) output: usize,
}

/// Whether the pane with the keys has the whole screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Zoom {
    Shared,
    Alone,
}

impl Zoom {
    pub(crate) const fn other(self) -> Self {
        match self {
            Self::Shared => Self::Alone,
            Self::Alone => Self::Shared,
        }
    }
}

/// The panes of the overview.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pane {
    Environments,
    Checklist,
    Branch,
    WayBack,
    Logs,
}

impl Pane {
    pub(crate) const ALL: [Self; 5] = [Self::Environments, Self::Checklist, Self::Branch, Self::WayBack, Self::Logs];

    /// Returns the pane that comes so many after this one, around the end.
    pub(crate) fn after(self, by: usize) -> Self {
        let at = Self::ALL.iter().position(|pane| *pane == self).unwrap_or(0);
        Self::ALL[(at + by) % Self::ALL.len()]
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Environments => "Environments",
            Self::Checklist => "Checklist",
            Self::Branch => "Branch",
            Self::WayBack => "Way back",
            Self::Logs => "Logs",
        }
    }
}

/// A question that the engine has not answered yet.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) ticket: u64,
    /// In words, for the footer: `deploy staging`.
    pub(crate) what: String,
    pub(crate) since: Timestamp,
    /// Where a proposal is wanted, which the engine answers with a refusal that leaves it open.
    pub(crate) proposes: Option<EnvName>,
}

impl State {
    pub(crate) fn situation(&self) -> Option<Situation<'_>> {
        let world = self.world.as_ref()?;
        Some(Situation { plan: &world.plan, release: &world.release, version: &self.version, now: self.now })
    }

    /// Returns everybody who is here, as one sees it oneself.
    pub(crate) fn people(&self) -> Option<People<'_>> {
        let World { plan, release } = self.world.as_ref()?;
        let (seats, glances) = (&release.seats, &self.live.glances);
        Some(People { seats, plan, glances, own: self.seat.as_ref(), now: self.now })
    }

    pub(crate) fn spot(&self) -> &Spot {
        // The trail is never empty; the overview stands in for one that were.
        const OVERVIEW: &Spot = &Spot::top_of(View::Overview);
        self.trail.last().unwrap_or(OVERVIEW)
    }

    pub(crate) fn view(&self) -> &View {
        &self.spot().view
    }

    /// Returns where one is, and beneath the help, which is about it.
    pub(crate) fn beneath(&self) -> &Spot {
        let beneath = self.trail.iter().rev().find(|spot| !matches!(spot.view, View::Help(_)));
        beneath.unwrap_or_else(|| self.spot())
    }

    pub(crate) fn go(&mut self, view: View) {
        if self.view() != &view {
            self.panes.output = 0;
            self.begin(view);
        }
    }

    /// Enters a view where nobody has been.
    pub(crate) fn begin(&mut self, view: View) {
        self.enter(Spot::top_of(view));
        let row = super::panes::first(self);
        let is_incident = self.view() == &View::Incident;
        let target = if is_incident { super::panes::incident::worst(self) } else { None };
        if let Some(spot) = self.trail.last_mut() {
            (spot.row, spot.target) = (row, target);
        }
    }

    /// Enters a view; the way back to where one was is kept, as far as anybody goes back.
    pub(crate) fn enter(&mut self, spot: Spot) {
        const KEPT: usize = 24;
        self.trail.push(spot);
        if self.trail.len() > KEPT {
            // The overview stays at the beginning of every way.
            self.trail.remove(1);
        }
    }

    /// Returns where one is and what that was opened from, the nearest first, as far as the view with a key of its own:
    /// where one was before that is another matter.
    fn opened_from(&self) -> impl Iterator<Item = &Spot> {
        let from = self.trail.iter().rposition(|spot| spot.view.is_numbered()).unwrap_or(0);
        self.trail.iter().skip(from).rev()
    }

    /// Returns the environment that action keys are about: the one on the page, else the selected one.
    pub(crate) fn environment(&self) -> Option<&Environment> {
        let plan = &self.world.as_ref()?.plan;
        let of_action = |id| self.action(id).and_then(|a| a.proposal.request.env());
        if let (View::Tasks, Some(env)) =
            (&self.beneath().view, self.shown_action().and_then(|a| a.proposal.request.env()))
        {
            return plan.environment(env);
        }
        let shown = self.opened_from().find_map(|spot| match &spot.view {
            View::Incident => spot.target.clone(),
            other => other.env().or_else(|| other.action().and_then(of_action)).cloned(),
        });
        match shown {
            Some(env) => plan.environment(&env),
            None => plan.environments.get(self.panes.env.min(plan.environments.len().saturating_sub(1))),
        }
    }

    pub(crate) fn action(&self, id: &ActionId) -> Option<&ActionState> {
        self.world.as_ref()?.release.action(id)
    }

    /// Returns the action of the running view, or the selected one of the list.
    pub(crate) fn shown_action(&self) -> Option<&ActionState> {
        match &self.beneath().view {
            View::Tasks => super::panes::tasks::selected(self),
            view => view.action().and_then(|id| self.action(id)),
        }
    }

    /// Returns the check that check keys are about.
    pub(crate) fn check(&self) -> Option<&Check> {
        let plan = &self.world.as_ref()?.plan;
        match self.beneath().view.check() {
            Some(name) => plan.check(name),
            None => super::panes::checklist::selected(self),
        }
    }

    /// Says why an action cannot be taken now; `None` when it can.
    pub(crate) fn why_not(&self, action: Action) -> Option<String> {
        action.why_not(self)
    }

    /// Puts on the palette for a background; what the terminal did not tell changes nothing.
    pub(crate) fn dress(&mut self, background: Option<Background>) {
        if let Some(background) = background {
            self.palette = self.palettes.on(background).clone();
        }
    }

    /// Writes a moment as a time of day in the zone of the one who looks.
    pub(crate) fn time_of_day(&self, at: Timestamp) -> String {
        at.to_zoned(self.zone.clone()).strftime("%H:%M:%S").to_string()
    }

    /// Writes a moment as a time of day with its zone, and with its day where that is another one.
    pub(crate) fn moment(&self, at: Timestamp) -> String {
        let (at, now) = (at.to_zoned(self.zone.clone()), self.now.to_zoned(self.zone.clone()));
        at.strftime(if at.date() == now.date() { "%H:%M:%S %Z" } else { "%d %b %H:%M:%S %Z" }).to_string()
    }

    /// Writes a moment as people name a day: `Sun 22 Nov 13:23 UTC`.
    pub(crate) fn day_and_time(&self, at: Timestamp) -> String {
        at.to_zoned(self.zone.clone()).strftime("%a %d %b %H:%M %Z").to_string()
    }

    /// Writes a moment with its date.
    pub(crate) fn date_and_time(&self, at: Timestamp) -> String {
        at.to_zoned(self.zone.clone()).strftime("%Y-%m-%d %H:%M:%S %Z").to_string()
    }
}
