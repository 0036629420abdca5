//! What the world shows at a moment: a pure function of its state and that moment.

use super::script::{Phase, Runs, ScriptEnding};
use super::script_input::TimeKind;
use super::world::{Begun, PlayedWorld, Site};
use jiff::Timestamp;
use std::time::Duration;
use tminus_core::names::{ActionId, Version};
use tminus_core::order::Delivered;
use tminus_core::time::age;

/// What a site shows at a moment.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SiteSnapshot {
    /// The version that is asked for there.
    pub shown: Option<Version>,
    /// Since when.
    pub since: Option<Timestamp>,
    /// The action that asked for it.
    pub action: Option<ActionId>,
    /// How it is.
    pub state: SiteState,
    /// What answers requests; absent when nothing does.
    pub serves: Option<ServingVersion>,
}

/// How a site is, apart from how well the version runs that serves there.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum SiteState {
    /// Nothing was ever delivered.
    Absent,
    /// It runs.
    Up,
    /// It runs, and something else is under way or has failed, in words.
    UpWith(String),
    /// The old one is stopped and the new one not started.
    Down,
    /// The new one is on its way up.
    Coming(String),
    /// The new one did not come up.
    Broken(String),
}

/// A version that serves.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ServingVersion {
    /// The version.
    pub version: Version,
    /// When it was started.
    pub since: Timestamp,
    /// When its delivery was over: events count from here.
    pub settled: Timestamp,
    /// The kind of time that it was delivered in.
    pub time: TimeKind,
}

impl Begun {
    /// Returns what the order brings, for one that delivers.
    pub fn brings(&self) -> Option<&Delivered> {
        self.order.task.brings()
    }

    /// Returns when it ends, or ended.
    pub fn ends(&self) -> Timestamp {
        self.cancelled.unwrap_or_else(|| self.itinerary.takes().after(self.at))
    }

    /// Says whether it is over at a moment.
    pub fn is_over(&self, at: Timestamp) -> bool {
        at >= self.ends()
    }

    /// Returns the phase that it is in, how many of what that phase counts are done, and when the next one will be.
    pub fn phase(&self, at: Timestamp) -> Option<(&Phase, u64, Timestamp)> {
        let mut begins = self.at;
        for phase in &self.itinerary.phases {
            let ends = phase.takes.after(begins);
            if at < ends {
                let each = (phase.takes.duration() / u32::try_from(phase.total.max(1)).unwrap_or(1))
                    .max(Duration::from_millis(1));
                let done = (age(at, begins).as_nanos() / each.as_nanos()) as u64;
                let next = tminus_core::time::Span::from(each * (done as u32 + 1)).after(begins).min(ends);
                return Some((phase, done.min(phase.total), next));
            }
            begins = ends;
        }
        None
    }

    /// Returns when what it brings is started.
    pub fn starts(&self) -> Timestamp {
        let is_before = |phase: &&Phase| matches!(phase.runs, Runs::Old | Runs::Nothing);
        let before: Duration = self.itinerary.phases.iter().take_while(is_before).map(|p| p.takes.duration()).sum();
        tminus_core::time::Span::from(before).after(self.at)
    }
}

/// Returns what a site shows at a moment.
pub(crate) fn stand(world: &PlayedWorld, site: &Site, at: Timestamp) -> SiteSnapshot {
    let landed = site.past.iter().rfind(|landed| landed.at <= at);
    let run = landed.map(|landed| ServingVersion {
        version: landed.version.clone(),
        since: landed.at,
        settled: landed.at,
        time: TimeKind::Virtual,
    });
    let begun = world.orders_of(site).filter(|begun| begun.at <= at);
    begun.fold(SiteSnapshot::of(run, None), |standing, begun| standing.after(begun, at))
}

impl SiteSnapshot {
    fn of(run: Option<ServingVersion>, action: Option<ActionId>) -> Self {
        let state = if run.is_some() { SiteState::Up } else { SiteState::Absent };
        let (shown, since) = (run.as_ref().map(|run| run.version.clone()), run.as_ref().map(|run| run.since));
        Self { shown, since, action, state, serves: run }
    }

    fn after(self, begun: &Begun, at: Timestamp) -> Self {
        let Some(to) = begun.brings() else { return self };
        if begun.cancelled.is_some_and(|cancelled| cancelled <= at) {
            return self;
        }
        match (begun.phase(at), &begun.itinerary.ending) {
            (Some((phase, done, _)), _) => self.during(begun, phase, done),
            (None, ScriptEnding::Good) => {
                let (since, settled) = (begun.starts(), begun.ends());
                let run = ServingVersion { version: to.version.clone(), since, settled, time: begun.time };
                Self::of(Some(run), Some(begun.order.action.clone()))
            }
            (None, ScriptEnding::Failed { leaves, words, .. }) => self.left(begun, leaves, words.clone()),
        }
    }

    fn during(self, begun: &Begun, phase: &Phase, done: u64) -> Self {
        let counted = format!("{done} of {} {}", phase.total, phase.of);
        match phase.runs {
            Runs::Old => Self { state: self.busy(&phase.title), ..self },
            Runs::Nothing => Self { state: SiteState::Down, serves: None, ..self },
            Runs::New => Self { serves: None, ..self.asked(begun, SiteState::Coming(phase.title.clone())) },
            Runs::Both => self.asked(begun, SiteState::Coming(counted)),
        }
    }

    fn left(self, begun: &Begun, leaves: &Runs, words: String) -> Self {
        match leaves {
            Runs::Old if self.serves.is_some() => Self { state: SiteState::UpWith(words), ..self },
            Runs::Old => self,
            Runs::Nothing => Self { state: SiteState::Down, serves: None, ..self },
            Runs::New => Self { serves: None, ..self.asked(begun, SiteState::Broken(words)) },
            Runs::Both => self.asked(begun, SiteState::Broken(words)),
        }
    }

    /// Something is under way beside what runs; nothing new is shown of it where nothing runs.
    fn busy(&self, title: &str) -> SiteState {
        match self.state {
            SiteState::Up | SiteState::UpWith(_) => SiteState::UpWith(title.to_owned()),
            SiteState::Absent | SiteState::Down | SiteState::Coming(_) | SiteState::Broken(_) => self.state.clone(),
        }
    }

    fn asked(self, begun: &Begun, state: SiteState) -> Self {
        Self {
            shown: begun.brings().map(|to| to.version.clone()),
            since: Some(begun.starts()),
            action: Some(begun.order.action.clone()),
            state,
            ..self
        }
    }
}
