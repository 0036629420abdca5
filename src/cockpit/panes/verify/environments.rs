//! The environments of the verify view: each with the horizon that matters there now.

use crate::look::Look;
use crate::settings::theme::Role;
use crate::widgets::{Focus, ListCursor, Row, draw_list, frame};
use crate::words;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use tminus_core::action::Outcome;
use tminus_core::names::EnvName;
use tminus_core::plan::Environment;
use tminus_core::situation::{DueHorizon, Situation};
use tminus_core::time::{age, brief};
use tminus_core::verdict::Verdict;

/// Where a horizon stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum HorizonState {
    Done(Outcome),
    Ahead,
    /// Its time has come, and it can still be looked at.
    Due,
    /// Nobody looked while what runs there was of that age.
    Missed,
    /// What runs there is not the release that is looked at.
    Other,
}

/// Returns where a horizon stands.
pub(super) fn standing(look: &Look, env: &EnvName, all: &[DueHorizon], at: usize) -> HorizonState {
    let due = all[at];
    match due.outcome {
        Some(outcome) => HorizonState::Done(outcome),
        None if !was_brought(look, env) => HorizonState::Other,
        None if due.at > look.now => HorizonState::Ahead,
        None if due.is_missed(look.now) => HorizonState::Missed,
        None => HorizonState::Due,
    }
}

/// Says whether what runs in an environment is looked after: the release, or what a rollback of it brought back.
fn was_brought(look: &Look, env: &EnvName) -> bool {
    let found = look.situation().and_then(|s| Some((s, s.plan.environment(env)?)));
    found.is_some_and(|(situation, environment)| situation.was_brought(environment))
}

/// Says whether the release that is looked at runs in an environment.
pub(super) fn is_ours(look: &Look, env: &EnvName) -> bool {
    let known = look.world.as_ref().and_then(|w| w.release.environments.get(env));
    let mut places = known.into_iter().flat_map(|e| e.places.values());
    places.any(|place| place.running().is_some_and(|running| running.version == look.version))
}

/// Returns the sign, the part and the words of a horizon.
pub(super) fn words(look: &Look, env: &EnvName, all: &[DueHorizon], at: usize) -> (&'static str, Role, String) {
    let due = all[at].at;
    match standing(look, env, all, at) {
        HorizonState::Done(outcome) => {
            let (sign, role, word) = words::outcome(outcome, &look.palette);
            (sign, role, word.to_owned())
        }
        HorizonState::Ahead => {
            (look.palette.sign("·", "."), Role::Dim, format!("due in {}", brief(age(due, look.now))))
        }
        HorizonState::Due => {
            (look.palette.sign("◌", "o"), Role::Warn, format!("due {} ago", brief(age(look.now, due))))
        }
        HorizonState::Other => (look.palette.sign("–", "-"), Role::Dim, "not this release".to_owned()),
        HorizonState::Missed => {
            let (sign, role) = look.palette.verdict(Verdict::NoData);
            (sign, role, "no-data: missed".to_owned())
        }
    }
}

pub(super) fn draw(look: &Look, area: Rect, buffer: &mut Buffer) {
    let heading = Row::new().put(" Verify ", Role::Title);
    let inside = frame(area, &heading, Focus::Here, buffer, &look.palette);
    let Some(situation) = look.situation() else {
        return Row::dim("reading the journal…").draw(inside, buffer, &look.palette);
    };
    let rows: Vec<Row> = situation.plan.environments.iter().map(|e| row(look, situation, e)).collect();
    draw_list(&rows, ListCursor { row: look.panes.env, attention: Focus::Here }, inside, buffer, &look.palette);
}

fn row(look: &Look, situation: Situation<'_>, environment: &Environment) -> Row {
    let role = if environment.protected { Role::Protected } else { Role::Text };
    let row = Row::new().column(environment.name.as_str(), role, 15);
    let env = &environment.name;
    let due = situation.due(env);
    let open = |at: &usize| {
        !matches!(standing(look, env, &due, *at), HorizonState::Done(Outcome::Good) | HorizonState::Missed)
    };
    let Some(at) = (0..due.len()).find(open).or(due.len().checked_sub(1)) else {
        return row.put(if environment.verify.is_empty() { "not verified" } else { "no horizon" }, Role::Dim);
    };
    let (sign, role, says) = words(look, env, &due, at);
    row.column(format!("+{}", due[at].horizon), Role::Dim, 6).put(format!("{sign} {says}"), role)
}
