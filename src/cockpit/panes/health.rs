//! How an environment is, in one cell: the worst of what runs there, what is under way, what is not as it should be.

use super::containers::health_word;
use super::silence::silence;
use crate::look::Look;
use crate::settings::theme::Role;
use crate::widgets::{Row, width};
use std::time::Duration;
use tminus_core::names::{ArtifactName, EnvName};
use tminus_core::order::Health;
use tminus_core::plan::Environment;
use tminus_core::release::{ActionState, EnvState, PlaceState};
use tminus_core::situation::{By, HowItIs, LOOK_HOLDS, Situation, UNVERIFIED};
use tminus_core::telemetry::{Container, ContainerRole};
use tminus_core::time::{age, brief};

/// What was last seen longer ago than this is not taken for what is now.
pub(crate) const OLD: Duration = LOOK_HOLDS;

/// Says whether an environment cannot be seen now, or was not looked at for too long.
pub(super) fn is_out_of_sight(look: &Look, situation: Situation<'_>, env: &EnvName) -> bool {
    let Some(known) = situation.release.environments.get(env) else { return true };
    let is_lost = known.places.values().any(|p| p.lost.is_some());
    let looked = look.live.looked_at_env(env, situation.release);
    is_lost || looked.is_none_or(|at| age(look.now, at) > OLD)
}

/// How an environment is: in a word, and what else is said of it where there is room.
#[derive(Clone, Debug)]
pub(super) struct HealthText {
    /// A sign and a word: they are never cut where anything else can give way.
    word: String,
    more: Option<String>,
    /// What is said in place of the word where not all of it has room: that nobody has verified it matters more.
    instead: Option<String>,
    role: Role,
}

impl HealthText {
    fn word(word: impl Into<String>, role: Role) -> Self {
        Self { word: word.into(), more: None, instead: None, role }
    }

    /// Returns why it is not well, where so many columns have no room for that behind the word.
    pub(super) fn reason_beyond(&self, columns: usize) -> Option<&str> {
        let more = self.more.as_deref().filter(|_| self.role == Role::Fail)?;
        (width(&self.word) + 3 + width(more) >= columns).then_some(more)
    }

    /// Leaves out what is told elsewhere.
    pub(super) fn in_a_word(self) -> Self {
        Self { more: None, ..self }
    }

    /// Says whether all is well there, so that something else may be told in its place.
    pub(super) fn is_well(&self) -> bool {
        self.role == Role::Pass
    }

    /// Puts it with one column of air behind it.
    pub(super) fn put(&self, row: Row, columns: usize) -> Row {
        row.column(self.text(columns), self.role, columns)
    }

    /// Puts it where nothing stands behind it: it needs no air there.
    pub(super) fn put_last(&self, row: Row, columns: usize) -> Row {
        row.put(self.text(columns + 1), self.role)
    }

    /// Returns it for so many columns; what else is said is left out where hardly any of it would stand there.
    pub(super) fn text(&self, columns: usize) -> String {
        const WORTH: usize = 7;
        let word = width(&self.word) + 1;
        match (&self.more, &self.instead) {
            (Some(more), Some(instead)) if columns < word + 3 + width(more) => instead.clone(),
            (Some(more), _) if columns >= word + 3 + width(more).min(WORTH) => format!("{} · {more}", self.word),
            (None, Some(instead)) if columns < word => instead.clone(),
            (Some(_) | None, _) => self.word.clone(),
        }
    }
}

/// Says how an environment is.
pub(super) fn health(look: &Look, situation: Situation<'_>, env: &EnvName) -> HealthText {
    let Some(known) = situation.release.environments.get(env) else {
        return HealthText::word("? not seen yet", Role::Dim);
    };
    if let Some((since, _)) = known.places.values().find_map(|p| p.lost.as_ref()) {
        return HealthText::word(format!("? unreachable {}", brief(age(look.now, *since))), Role::Warn);
    }
    if let Some(action) = situation.release.active(env) {
        return match action.is_stuck() {
            true => stuck(look, situation, known, env),
            false if action.proposal.request.is_changing() => under_way(look, action),
            // A look changes nothing: how it is stays in sight.
            false => looked_at(look, situation, (env, known), action),
        };
    }
    let worst = known.places.iter().max_by_key(|(_, p)| badness(p.health()));
    if let Some(looked) = look.live.looked_at_env(env, situation.release).filter(|at| age(look.now, *at) > OLD) {
        return HealthText::word(format!("? {} old", brief(age(look.now, looked))), Role::Warn);
    }
    let Some((artifact, place)) = worst else { return HealthText::word("? not seen yet", Role::Dim) };
    if let (Health::Healthy | Health::Unknown, Some(notice)) = (place.health(), notice(look, env)) {
        return HealthText::word(notice, Role::Warn);
    }
    let Some(environment) = situation.plan.environment(env) else {
        return HealthText::word("? not in the plan", Role::Dim);
    };
    let ShownHealth { sign, role, word, more } = shown(look, situation, environment, (artifact, place));
    let instead = more.as_ref().filter(|more| *more == UNVERIFIED).map(|more| format!("{sign} {more}"));
    HealthText { word: format!("{sign} {word}"), more, instead, role }
}

/// Says that an action stands still; where an earlier version serves meanwhile, that is what matters most.
fn stuck(look: &Look, situation: Situation<'_>, known: &EnvState, env: &EnvName) -> HealthText {
    let beside = known.places.iter().find(|(_, p)| p.serves_instead().is_some());
    let Some((place, environment)) = beside.zip(situation.plan.environment(env)) else {
        let word = format!("{} stopped half-way", look.palette.sign("✗", "x"));
        let instead = Some(format!("{} stopped", look.palette.sign("✗", "x")));
        return HealthText { instead, ..HealthText::word(word, Role::Fail) };
    };
    let HowItIs { word, more, by: _ } = situation.how_it_is(environment, place);
    let sign = look.palette.sign("✗", "x");
    HealthText { word: format!("{sign} {word}"), more, instead: None, role: Role::Fail }
}

/// How a place is, as it is shown.
pub(super) struct ShownHealth {
    pub(super) sign: &'static str,
    pub(super) role: Role,
    pub(super) word: String,
    pub(super) more: Option<String>,
}

/// Returns how a place is, as every page shows it.
pub(super) fn shown(
    look: &Look,
    situation: Situation<'_>,
    environment: &Environment,
    place: (&ArtifactName, &PlaceState),
) -> ShownHealth {
    let HowItIs { by, word, more } = situation.how_it_is(environment, place);
    let (sign, role) = match by {
        By::Health(health) => look.palette.health(health),
        By::Verdict(verdict) => look.palette.verdict(verdict),
    };
    ShownHealth { sign, role, word, more }
}

/// Says how it is while it is verified.
fn looked_at(
    look: &Look,
    situation: Situation<'_>,
    (env, known): (&EnvName, &EnvState),
    action: &ActionState,
) -> HealthText {
    let told = under_way(look, action);
    let worst = known.places.iter().max_by_key(|(_, p)| badness(p.health()));
    let Some((place, environment)) = worst.zip(situation.plan.environment(env)) else { return told };
    let ShownHealth { sign, role, word, more: _ } = shown(look, situation, environment, place);
    let doing = told.more.unwrap_or_else(|| in_progress(action.proposal.request.verb()).to_owned());
    HealthText { word: format!("{sign} {word}"), more: Some(doing), instead: None, role }
}

/// Says what is done there, and that nothing was heard of it for long.
fn under_way(look: &Look, action: &ActionState) -> HealthText {
    let (sign, doing) = (look.palette.sign("◌", "o"), in_progress(action.proposal.request.verb()));
    match silence(look, action) {
        None => HealthText::word(format!("{sign} {doing}"), Role::Busy),
        Some(quiet) => HealthText {
            more: Some(doing.to_owned()),
            ..HealthText::word(format!("{sign} silent {quiet}"), Role::Warn)
        },
    }
}

/// Says what is not as it should be where the artifacts themselves are well.
fn notice(look: &Look, env: &EnvName) -> Option<String> {
    if !look.drift(env).is_empty() {
        return Some(format!("{} drift", look.palette.sign("≠", "!")));
    }
    ill(look, env)
}

/// Says which of its containers is not well, or was started again.
pub(super) fn ill(look: &Look, env: &EnvName) -> Option<String> {
    let places = look.live.containers.iter().filter(|((of, _), _)| of == env);
    let containers: Vec<&Container> = places.flat_map(|(_, (_, list))| list).collect();
    let is_ill =
        |c: &&&Container| c.role == ContainerRole::Beside && matches!(c.health, Health::Unhealthy | Health::Stopped);
    if let Some(ill) = containers.iter().find(is_ill) {
        let name = ill.service.as_ref().unwrap_or(&ill.name);
        return Some(format!("! {name} {}", health_word(ill)));
    }
    let serving = containers.iter().filter(|c| c.role == ContainerRole::Serves);
    let restarts: u64 = serving.map(|c| c.restarts).sum();
    match restarts {
        0 => None,
        1 => Some("! 1 restart".to_owned()),
        count => Some(format!("! {count} restarts")),
    }
}

fn in_progress(verb: &str) -> &'static str {
    match verb {
        "deploy" => "deploying",
        "verify" => "verifying",
        "roll back" => "rolling back",
        _ => "under way",
    }
}

const fn badness(health: Health) -> u8 {
    match health {
        Health::Healthy => 0,
        Health::Absent => 1,
        Health::Waiting => 2,
        Health::Starting => 3,
        Health::Unknown => 4,
        Health::Stopped => 5,
        Health::Unhealthy => 6,
    }
}
