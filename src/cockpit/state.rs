//! Everything that the screen shows: what the engine told, and what is the screen's own (view, cursor, dialog).

use super::dialogs::Dialog;
use super::gone::Gone;
use super::keys::Guard;
use super::known::Known;
use super::live::Live;
use super::looking::Looking;
use super::message::Mouse;
use super::opening::Housing;
use super::panes::logs::Logs;
use super::people::People;
use super::presence::OwnGlance;
use super::said::{Entry, Said};
use super::session::Session;
use super::spot::{Panes, Spot};
use super::theme::{Palette, Palettes};
use super::update::BeforePrompt;
use crate::config::keymap::{Keymap, Stroke};
use crate::config::theme::Background;
use crate::domain::meanwhile::Away;
use crate::domain::names::{ActionId, EnvName, SeatId, Version};
use crate::domain::plan::Plan;
use crate::domain::read_only::ReadOnly;
use crate::domain::release::Release;
use crate::domain::seat;
use crate::domain::situation::Situation;
use crate::domain::who::Who;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The whole state.
pub(crate) struct State {
    pub(crate) who: Who,
    /// One's own seat, at an engine that others may join too.
    pub(crate) seat: Option<SeatId>,
    /// What this seat told of where it looks.
    pub(crate) glance: OwnGlance,
    /// Whoever opened the cockpit, whomever they play now.
    pub(crate) oneself: Who,
    pub(crate) version: Version,
    pub(crate) rehearsal: Option<String>,
    /// What is opened, and what is being done to that end; absent once it is open.
    pub(crate) opening: Option<Stage>,
    pub(crate) zone: TimeZone,
    pub(crate) palette: Palette,
    pub(crate) palettes: Palettes,
    /// What the palette that is on was chosen for: the background, and whether a protected environment is acted on.
    pub(crate) dressed: (Background, bool),
    pub(crate) keymap: Keymap,
    pub(crate) now: Timestamp,
    pub(crate) world: Option<World>,
    /// What follows from the world now.
    pub(crate) known: Option<Known>,
    /// Whether the engine outlives this cockpit.
    pub(crate) housing: Housing,
    /// Since when the engine is gone, and what is done about it; absent while it is there.
    pub(crate) gone: Option<Gone>,
    /// Why no go is taken from what the engine sees: it may be at another place than the one that is meant here.
    pub(crate) doubt: Option<String>,
    pub(crate) live: Live,
    pub(crate) logs: Logs,
    /// How everything was before what is being written at the foot.
    pub(crate) before_prompt: Option<BeforePrompt>,
    /// How somebody looked the last time, until that counts again.
    pub(crate) session: Option<Session>,
    /// Whether the cockpit may change anything.
    pub(crate) read_only: ReadOnly,
    /// What the key that turns it goes back to; off where that is everything.
    pub(crate) read_only_set: ReadOnly,
    /// How the time of a log line is written; as the room allows when absent.
    pub(crate) time_format: Option<String>,
    /// Where one is, and where one came from; never empty.
    pub(crate) trail: Vec<Spot>,
    /// Where one was in the numbered views that were left.
    pub(crate) places: Vec<Spot>,
    pub(crate) panes: Panes,
    pub(crate) dialog: Option<Dialog>,
    /// What was said to the person.
    pub(crate) said: Said,
    /// Why somebody wanted to go back from an environment, until that has begun.
    pub(crate) why_back: BTreeMap<EnvName, String>,
    /// What was answered to a proposal that has not been heard of yet.
    pub(crate) unheard: Option<Entry>,
    pub(crate) asked: Vec<Asked>,
    pub(crate) tickets: u64,
    pub(crate) guard: Guard,
    pub(crate) pending: Vec<Stroke>,
    /// For how many seconds it has been pending.
    pub(crate) pending_for: u8,
    /// What is searched, left out and folded.
    pub(crate) looking: Looking,
    /// A word for the footer about the last key, until the next one, or until it has stood long enough to be read.
    pub(crate) hint: Option<String>,
    /// The word that stood there at the last second, and since when.
    pub(crate) hinted: Option<(String, Timestamp)>,
    pub(crate) size: (u16, u16),
    pub(crate) gaze: Gaze,
    pub(crate) leaving: Leaving,
    /// What is waited for before it leaves.
    pub(crate) waited: Vec<ActionId>,
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

/// Who presses no key for so long may look elsewhere: reading a screen takes no longer.
const STILL: SignedDuration = SignedDuration::from_secs(30);

/// Whether somebody may be looking, as far as the terminal tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gaze {
    /// It has told nothing yet: tmux tells nothing by itself, and others only when it changes.
    Untold,
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

    /// Returns whoever sits here, by their own name.
    pub(crate) fn own(&self) -> Option<&Who> {
        let world = self.world.as_ref()?;
        let seat = world.release.seats.own(self.seat.as_ref()).ok().map(|seat| &seat.who);
        // Who is alone with their engine sits nowhere.
        seat.or_else(|| self.seat.is_none().then_some(&self.oneself))
    }

    /// Says whether one only looks.
    pub(crate) fn is_observer(&self) -> bool {
        let own = self.world.as_ref().and_then(|world| world.release.seats.own(self.seat.as_ref()).ok());
        own.is_some_and(|seat| seat.role == seat::Role::Observer)
    }

    /// Returns whom one plays in a rehearsal, where that is somebody else than oneself.
    pub(crate) fn played(&self) -> Option<&str> {
        let name = &self.who.name;
        self.own().filter(|own| own.name != *name).map(|_| name.as_str())
    }

    /// Says whether the person looks elsewhere. Where the terminal has never told, whoever pressed no key for a while does.
    pub(crate) fn is_elsewhere(&self) -> bool {
        match self.gaze {
            Gaze::Here => false,
            Gaze::Elsewhere => true,
            Gaze::Untold => self.glance.rests(self.now) >= STILL,
        }
    }

    /// Puts on the palette for a background; what the terminal did not tell changes nothing.
    pub(crate) fn dress(&mut self, background: Option<Background>) {
        if let Some(background) = background {
            self.dressed.0 = background;
            self.palette = self.palettes.on(background).clone();
            self.dressed.1 = false;
        }
    }

    /// Puts on the palette that a protected environment has of its own while the keys act on one, and takes it off again.
    pub(crate) fn dress_for_environment(&mut self) {
        let (background, was_protected) = self.dressed;
        let Some(guarded) = self.palettes.guarded_on(background) else { return };
        let is_protected = self.environment().is_some_and(|environment| environment.protected);
        if is_protected != was_protected {
            let next = if is_protected { guarded } else { self.palettes.on(background) };
            self.palette = next.clone();
            self.dressed.1 = is_protected;
        }
    }
}
