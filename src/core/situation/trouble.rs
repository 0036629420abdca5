//! What is wrong where something runs: what, since when, what changed before it, and what ends it. Told the same on every screen,
//! in every line.

use super::{Situation, WayBack, WayBackState};
use crate::action::{Move, Outcome, Request};
use crate::failure::FailureKind;
use crate::names::EnvName;
use crate::order::Health;
use crate::plan::Environment;
use crate::release::{ActionState, EnvState, PlaceState};
use crate::time::{Span, age, spoken};
use jiff::Timestamp;

/// What is said of a version that tminus did not bring.
const FIRST_SEEN: &str = "first seen";

/// What is wrong in one environment now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvTrouble {
    /// Where.
    pub env: EnvName,
    /// What.
    pub kind: TroubleKind,
    /// Since when.
    pub since: Timestamp,
    /// What changed there before it, and what serves; empty where nothing is known.
    pub before: Vec<String>,
    /// What ends it.
    pub remedy: Remedy,
}

/// The kinds of trouble, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TroubleKind {
    /// It answers badly.
    Unhealthy,
    /// Nothing answers.
    Down,
    /// An action stopped half-way, and waits for a person.
    Halted(&'static str),
    /// It was verified, and is not good.
    NotGood,
    /// What was wrong there is being rolled back: it is not over before that has ended.
    RollingBack,
    /// Nobody can see how it is.
    Unseen,
}

/// What ends a trouble.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// A rollback.
    RollBack {
        /// To which version.
        to: String,
        /// About how long it takes.
        takes: Option<Span>,
        /// Whether everything that it needs was seen to be there.
        is_ready: bool,
    },
    /// It is being ended by what runs there now.
    UnderWay(String),
    /// A decision about the action that stopped: there is no rollback.
    Decide,
    /// Nothing that a key could do, and why.
    Nothing(String),
}

/// What a person presses or types for each remedy.
#[derive(Clone, Copy, Debug)]
pub struct RemedyKeys<'a> {
    /// Opens the rollback.
    pub roll_back: &'a str,
    /// Opens the action that waits for a decision.
    pub decide: &'a str,
}

impl TroubleKind {
    /// Says whether it is known that something is wrong; what nobody can see may be well.
    pub const fn is_certain(self) -> bool {
        match self {
            Self::Unhealthy | Self::Down | Self::Halted(_) | Self::NotGood | Self::RollingBack => true,
            Self::Unseen => false,
        }
    }

    /// Says it of an environment, with the time of day at which it began.
    fn words(self, env: &EnvName, time: &str) -> String {
        match self {
            Self::Unhealthy => format!("{env} unhealthy since {time}"),
            Self::Down => format!("{env} down since {time}"),
            Self::Halted(what) => format!("{what} {env} stopped at {time}"),
            Self::NotGood => format!("{env} failed its verification at {time}"),
            Self::RollingBack => format!("{env} rolling back since {time}"),
            Self::Unseen => format!("{env} unreachable since {time}"),
        }
    }
}

impl EnvTrouble {
    /// Returns what there is to say, in pieces: what and since when first, what ends it last.
    pub fn pieces(&self, time: &dyn Fn(Timestamp) -> String, keys: RemedyKeys<'_>) -> Vec<String> {
        let what = self.kind.words(&self.env, &time(self.since));
        let remedy = self.remedy.words(keys);
        std::iter::once(what).chain(self.before.iter().cloned()).chain(std::iter::once(remedy)).collect()
    }

    /// Says what is wrong in as few words as there are: `production unhealthy`.
    pub fn in_short(&self) -> String {
        let env = &self.env;
        match self.kind {
            TroubleKind::Unhealthy => format!("{env} unhealthy"),
            TroubleKind::Down => format!("{env} down"),
            TroubleKind::Halted(what) => format!("{what} {env} stopped"),
            TroubleKind::NotGood => format!("{env} not good"),
            TroubleKind::RollingBack => format!("{env} rolling back"),
            TroubleKind::Unseen => format!("{env} unreachable"),
        }
    }
}

impl Remedy {
    /// Says what ends it, and about how long that takes.
    fn words(&self, keys: RemedyKeys<'_>) -> String {
        match self {
            Self::RollBack { to, takes, is_ready: true } => {
                let takes = takes.map(|takes| format!(", about {}", spoken(takes.duration()))).unwrap_or_default();
                format!("{} rolls back to {to}{takes}", keys.roll_back)
            }
            Self::RollBack { to, is_ready: false, .. } => {
                format!("{} rolls back to {to}, if that is still there", keys.roll_back)
            }
            Self::UnderWay(what) => what.clone(),
            Self::Decide => format!("{}: retry it, or leave it as it is", keys.decide),
            Self::Nothing(why) => why.clone(),
        }
    }
}

impl<'a> Situation<'a> {
    /// Returns what is wrong anywhere, worst first: what is known before what nobody can see, protected environments before
    /// others.
    pub fn troubles(&self) -> Vec<EnvTrouble> {
        let mut all: Vec<(bool, EnvTrouble)> =
            self.plan.environments.iter().filter_map(|e| Some((!e.protected, self.trouble(e)?))).collect();
        all.sort_by_key(|(is_open, trouble)| (!trouble.kind.is_certain(), *is_open, trouble.kind));
        all.into_iter().map(|(_, trouble)| trouble).collect()
    }

    fn trouble(&self, environment: &Environment) -> Option<EnvTrouble> {
        let env = &environment.name;
        let known = self.release.environments.get(env)?;
        let (kind, since) = self.what_is_wrong(env, known)?;
        let before = match kind {
            TroubleKind::Halted(_) => self.what_serves(environment, known).into_iter().collect(),
            TroubleKind::Unhealthy | TroubleKind::Down | TroubleKind::NotGood => {
                self.what_changed(env, known, since).into_iter().collect()
            }
            TroubleKind::RollingBack => self.release.active(env).map(what_is_left).into_iter().collect(),
            TroubleKind::Unseen => last_seen(known).into_iter().collect(),
        };
        Some(EnvTrouble { env: env.clone(), kind, since, before, remedy: self.remedy(env, kind) })
    }

    fn what_is_wrong(&self, env: &EnvName, known: &EnvState) -> Option<(TroubleKind, Timestamp)> {
        let action = self.release.active(env);
        if let Some((halted, at)) = action.filter(|a| a.is_stuck()).and_then(|a| Some((a, halted_at(a)?))) {
            return Some((TroubleKind::Halted(named(&halted.proposal.request)), at));
        }
        if let Some((at, _)) = action.filter(|a| self.ends_trouble(a)).and_then(|a| a.started.as_ref()) {
            return Some((TroubleKind::RollingBack, *at));
        }
        // What is being replaced is stopped on the way.
        let is_changing = action.is_some_and(|a| a.proposal.request.is_changing());
        let since = |of: Health| {
            let ill = known.places.values().filter(|p| p.lost.is_none() && p.health() == of);
            ill.filter_map(|p| p.unwell.or_else(|| p.seen.as_ref().map(|(at, _)| *at))).min()
        };
        let unhealthy = || since(Health::Unhealthy).map(|at| (TroubleKind::Unhealthy, at));
        let down = || since(Health::Stopped).filter(|_| !is_changing).map(|at| (TroubleKind::Down, at));
        let not_good = || {
            let last = self.told_last(env)?;
            (last.outcome == Outcome::NotGood).then_some((TroubleKind::NotGood, last.at))
        };
        let lost = || known.places.values().filter_map(|p| p.lost.as_ref()).map(|(at, _)| *at).min();
        unhealthy().or_else(down).or_else(not_good).or_else(|| Some((TroubleKind::Unseen, lost()?)))
    }

    /// Says whether an action takes back what was not well.
    fn ends_trouble(&self, action: &ActionState) -> bool {
        let Request::RollBack { env, .. } = &action.proposal.request else { return false };
        let was_bad = |m: &Move| {
            let place = self.release.environments.get(env).and_then(|e| e.places.get(&m.artifact));
            let stays = place.into_iter().flat_map(|p| p.stays.iter());
            let was_unwell = stays.rev().find(|s| Some(&s.delivered) == m.from.as_ref()).is_some_and(|s| s.was_unwell);
            let from = m.from.as_ref().filter(|from| **from != m.to);
            from.is_some_and(|from| was_unwell || self.verified_as(env, &m.artifact, from) == Some(Outcome::NotGood))
        };
        action.proposal.moves.iter().any(was_bad)
    }

    /// Says what serves while an action stands half-way.
    fn what_serves(&self, environment: &Environment, known: &EnvState) -> Option<String> {
        let beside = known.places.iter().find(|(_, p)| p.serves_instead().is_some());
        if let Some(place) = beside {
            let how = self.how_it_is(environment, place);
            return Some(how.more.map_or(how.word.clone(), |more| format!("{} · {more}", how.word)));
        }
        let (_, place) = known.places.iter().next()?;
        let running = place.running()?;
        let (word, _) = place.in_words();
        Some(format!("{} runs there, {word}", running.version))
    }

    /// Says what was brought there before it went wrong, and how long before.
    fn what_changed(&self, env: &EnvName, known: &EnvState, since: Timestamp) -> Option<String> {
        let mut versions: Vec<String> =
            known.places.values().filter_map(PlaceState::running).map(|r| r.version.to_string()).collect();
        versions.dedup();
        let runs = |m: &Move| known.places.get(&m.artifact).and_then(PlaceState::running).as_ref() == Some(&m.to);
        let brought = |a: &&ActionState| {
            let request = &a.proposal.request;
            let is_here = request.env() == Some(env) && request.is_changing() && a.started.is_some();
            is_here && a.proposal.moves.iter().any(runs)
        };
        let by = self.release.actions.iter().rev().find(brought);
        let by = by.filter(|_| self.drift(env).is_empty());
        let verb = match by.map(|a| &a.proposal.request) {
            Some(Request::Deploy { .. }) => "deployed",
            Some(Request::RollBack { .. }) => "rolled back to",
            Some(Request::Verify { .. } | Request::Build { .. } | Request::Cut { .. } | Request::Act { .. }) | None => {
                FIRST_SEEN
            }
        };
        let arrived = self.brought(env)?;
        // What goes wrong while it is being brought was begun before that.
        let began = by.and_then(|a| a.started.as_ref()).map(|(at, _)| *at);
        let at = if arrived <= since { arrived } else { began.filter(|at| *at <= since)? };
        // What was unwell when it was first seen may have been there for any time.
        let is_first_look = verb == FIRST_SEEN && at == since;
        let when = if is_first_look { String::new() } else { format!(", {verb} {} earlier", spoken(age(since, at))) };
        Some(format!("{}{when}", versions.join("/")))
    }

    /// Says what has to be done where neither another try nor a rollback helps: a store takes no rejected build again.
    pub fn next_step(&self, action: &ActionState) -> Option<&'static str> {
        let env = action.proposal.request.env().filter(|_| action.is_stuck() || action.ended.is_some())?;
        let failed = action.current().and_then(|(_, step)| step.failure.as_ref())?;
        let is_rejected = failed.kind == FailureKind::Rejected
            && self.plan.environment(env)?.deliver.iter().any(|delivery| delivery.kind.is_reviewed());
        is_rejected.then_some("fix what the review names, build again under a higher build number, and deploy that")
    }

    /// Returns where the release goes next once a build or a verification ended well: the first place that comes after it, and does
    /// not have it yet.
    pub fn comes_next(&self, action: &ActionState) -> Option<&'a EnvName> {
        action.ended.as_ref().filter(|e| e.outcome == Outcome::Good && &action.proposal.release == self.version)?;
        let follows = |e: &Environment| match &action.proposal.request {
            Request::Verify { env, .. } => e.after.iter().any(|after| &after.env == env),
            Request::Build { .. } => e.after.is_empty(),
            Request::Deploy { .. } | Request::RollBack { .. } | Request::Cut { .. } | Request::Act { .. } => false,
        };
        let mut all = self.plan.environments.iter().filter(|e| !e.deliver.is_empty() && follows(e));
        all.find(|e| !self.runs_it(e)).map(|e| &e.name)
    }

    fn remedy(&self, env: &EnvName, kind: TroubleKind) -> Remedy {
        if let Some(action) = self.release.active(env).filter(|a| a.proposal.request.is_changing() && !a.is_stuck()) {
            let step = action.current().map(|(at, _)| format!("step {} of {}", at + 1, action.steps.len()));
            let doing = format!("{} now", action.proposal.request.doing());
            return Remedy::UnderWay(match (kind, step) {
                (TroubleKind::RollingBack, Some(step)) => step,
                (_, Some(step)) => format!("{doing}, {step}"),
                (_, None) => doing,
            });
        }
        if kind == TroubleKind::Unseen {
            return Remedy::Nothing("tminus keeps looking".to_owned());
        }
        if let Some(next) = self.release.active(env).and_then(|action| self.next_step(action)) {
            return Remedy::Nothing(next.to_owned());
        }
        let way = self.way_back(env);
        match (way.state, way.leads_to()) {
            (WayBackState::Ready | WayBackState::Unknown, Some(to)) => {
                Remedy::RollBack { to, takes: way.takes, is_ready: way.state == WayBackState::Ready }
            }
            (_, _) if matches!(kind, TroubleKind::Halted(_)) => Remedy::Decide,
            (_, _) => Remedy::Nothing(why_none(&way)),
        }
    }
}

fn why_none(way: &WayBack) -> String {
    way.reasons.first().map_or_else(|| "no rollback target".to_owned(), |why| format!("no rollback: {why}"))
}

/// Says what a rollback takes away, and what it brings.
fn what_is_left(action: &ActionState) -> String {
    let from = |m: &Move| m.from.as_ref().map_or_else(|| "nothing".to_owned(), |from| from.version.to_string());
    let mut moves: Vec<String> =
        action.proposal.moves.iter().map(|m| format!("{} to {}", from(m), m.to.version)).collect();
    moves.dedup();
    moves.join(", ")
}

/// Returns when an action stopped half-way.
fn halted_at(action: &ActionState) -> Option<Timestamp> {
    let (_, step) = action.current()?;
    step.ended.or(step.began).or_else(|| Some(action.since()))
}

/// Names an action before its environment: `deploy to`.
const fn named(request: &Request) -> &'static str {
    match request {
        Request::Deploy { .. } => "deploy to",
        Request::Verify { .. } => "verification of",
        Request::RollBack { .. } => "rollback of",
        Request::Build { .. } => "build of",
        Request::Cut { .. } => "cut of",
        Request::Act { .. } => request.verb(),
    }
}

/// Says what was last seen where nothing can be seen now.
fn last_seen(known: &EnvState) -> Option<String> {
    let (_, seen) = known.places.values().filter(|p| p.lost.is_some()).find_map(|p| p.seen.as_ref())?;
    let version = seen.version.as_ref()?;
    Some(format!("{version} was {} when last seen", seen.health.word()))
}
