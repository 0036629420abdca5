//! Everything that panes and dialogs may read: what the engine said, and where one is. They change nothing.

use super::derived::Derived;
use super::live::Live;
use super::looking::Looking;
use super::lost_engine::LostEngine;
use super::message::Mouse;
use super::notices::Notices;
use super::opening::EngineLocation;
use super::panes::logs::Logs;
use super::people::People;
use super::spot::{Panes, Spot};
use super::theme::Palette;
use crate::settings::keymap::Keymap;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::sync::Arc;
use tminus_core::catch_up::Away;
use tminus_core::lock::Lock;
use tminus_core::names::{ActionId, EnvName, SeatId, Version};
use tminus_core::plan::Plan;
use tminus_core::read_only::ReadOnly;
use tminus_core::release::Release;
use tminus_core::seat;
use tminus_core::situation::{Outlook, Proof, Situation, WayBack};
use tminus_core::time::age;
use tminus_core::who::Who;

/// What is read to draw the screen; only the update writes it.
pub(crate) struct Look {
    pub(crate) who: Who,
    /// One's own seat, at an engine that others may join too.
    pub(crate) seat: Option<SeatId>,
    /// Whoever opened the cockpit, whomever they play now.
    pub(crate) oneself: Who,
    pub(crate) version: Version,
    pub(crate) rehearsal: Option<String>,
    /// What is opened, and what is being done to that end; absent once it is open.
    pub(crate) opening: Option<OpeningStage>,
    pub(crate) zone: TimeZone,
    pub(crate) palette: Palette,
    pub(crate) keymap: Keymap,
    pub(crate) now: Timestamp,
    pub(crate) world: Option<EngineState>,
    /// What follows from the world now.
    pub(crate) known: Option<Derived>,
    /// Whether the engine outlives this cockpit.
    pub(crate) housing: EngineLocation,
    /// Since when the engine is gone, and what is done about it; absent while it is there.
    pub(crate) gone: Option<LostEngine>,
    /// Why nothing the engine sees counts as a GO: it may look at another place than the one meant here.
    pub(crate) doubt: Option<String>,
    pub(crate) live: Live,
    pub(crate) logs: Logs,
    /// Whether the cockpit may change anything.
    pub(crate) read_only: ReadOnly,
    /// How the time of a log line is written; as the room allows when absent.
    pub(crate) time_format: Option<String>,
    /// Where one is, and where one came from; never empty.
    pub(crate) trail: Vec<Spot>,
    /// Where one was in the numbered views that were left.
    pub(crate) places: Vec<Spot>,
    pub(crate) panes: Panes,
    /// What was said to the person.
    pub(crate) said: Notices,
    /// What is searched, left out and folded.
    pub(crate) looking: Looking,
    pub(crate) size: (u16, u16),
    /// What is waited for before it leaves.
    pub(crate) waited: Vec<ActionId>,
    /// What happened before one came back; absent where nothing did.
    pub(crate) meanwhile: Option<Meanwhile>,
    pub(crate) mouse: Mouse,
    /// Whether a dialog lies over it: the keys that it names are not those that count then.
    pub(crate) is_covered: bool,
}

/// What the engine told.
pub(crate) struct EngineState {
    pub(crate) plan: Arc<Plan>,
    pub(crate) release: Arc<Release>,
}

/// How far the opening has come.
#[derive(Clone, Debug)]
pub(crate) struct OpeningStage {
    pub(crate) project: String,
    pub(crate) doing: &'static str,
}

/// Since when nobody was here, and until which fact.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Meanwhile {
    pub(crate) away: Away,
    /// The last fact that belongs to it; absent until it was read.
    pub(crate) upto: Option<u64>,
}

impl Look {
    pub(crate) fn situation(&self) -> Option<Situation<'_>> {
        let world = self.world.as_ref()?;
        Some(Situation { plan: &world.plan, release: &world.release, version: &self.version, now: self.now })
    }

    /// Returns everybody who is here, as one sees it oneself.
    pub(crate) fn people(&self) -> Option<People<'_>> {
        let EngineState { plan, release } = self.world.as_ref()?;
        let (seats, glances) = (&release.seats, &self.live.glances);
        Some(People { seats, plan, glances, own: self.seat.as_ref(), now: self.now })
    }

    /// Returns the person at this seat, by their own name.
    pub(crate) fn own(&self) -> Option<&Who> {
        let world = self.world.as_ref()?;
        let seat = world.release.seats.own(self.seat.as_ref()).ok().map(|seat| &seat.who);
        // Who is alone with their engine sits nowhere.
        seat.or_else(|| self.seat.is_none().then_some(&self.oneself))
    }

    /// Says whether one only looks.
    pub(crate) fn is_observer(&self) -> bool {
        let own = self.world.as_ref().and_then(|world| world.release.seats.own(self.seat.as_ref()).ok());
        own.is_some_and(|seat| seat.role == seat::SeatRole::Observer)
    }

    /// Returns whom one plays in a rehearsal, where that is somebody else than oneself.
    pub(crate) fn played(&self) -> Option<&str> {
        let name = &self.who.name;
        self.own().filter(|own| own.name != *name).map(|_| name.as_str())
    }

    /// Works it out again: the world has changed, or the second has.
    pub(crate) fn know(&mut self) {
        self.known = self.situation().map(|situation| Derived::of(situation, self.doubt.as_ref()));
    }

    /// Returns whether the release may go on, and why not.
    pub(crate) fn outlook(&self) -> Option<&Outlook> {
        self.known.as_ref().map(|known| &known.outlook)
    }

    /// Says whether nobody has verified what was brought to the environment that the keys act on.
    pub(crate) fn is_unverified_here(&self) -> bool {
        let situation = self.situation();
        situation.zip(self.environment()).is_some_and(|(s, environment)| s.proof(environment) == Proof::Missing)
    }

    /// Says whether the version that is looked at was rolled back where the keys act.
    pub(crate) fn was_rolled_back_here(&self) -> bool {
        let (Some(here), Some(outlook)) = (self.environment(), self.outlook()) else { return false };
        outlook.blocking.iter().any(|r| r.env.as_ref() == Some(&here.name) && r.subject == self.version.as_str())
    }

    /// Returns the way back of an environment.
    pub(crate) fn way_back(&self, env: &EnvName) -> Option<&WayBack> {
        self.known.as_ref()?.ways_back.get(env)
    }

    /// Returns what runs in an environment that tminus did not bring there.
    pub(crate) fn drift(&self, env: &EnvName) -> &[String] {
        self.known.as_ref().and_then(|known| known.drift.get(env)).map_or(&[], Vec::as_slice)
    }

    /// Returns who holds an environment, and when they pressed a key last, where they sit here and told.
    pub(crate) fn lock_words(&self, lock: &Lock) -> String {
        let seats = self.world.as_ref().into_iter().flat_map(|world| world.release.seats.iter());
        let own = seats.filter(|seat| seat.who == lock.holder);
        let key = own.filter_map(|seat| Some(self.live.glances.of(&seat.id)?.key)).max();
        let key = key.filter(|_| !lock.is_of(&self.who)).map(|at| age(self.now, at));
        lock.words_with(self.now, key)
    }

    /// Says whether anything is not over that leaving would leave behind.
    pub(crate) fn is_working(&self) -> bool {
        let Some(world) = &self.world else { return false };
        let is_checking = world.release.checks.values().flatten().any(|(_, check)| check.running.is_some());
        is_checking || world.release.active_actions().next().is_some()
    }
}
