//! What was done in an environment, and what ran there.

use super::actions;
use crate::look::Look;
use crate::settings::theme::Role;
use crate::widgets::{Row, fold_lines};
use tminus_core::names::{ArtifactName, EnvName};
use tminus_core::release::{ActionState, Stay};
use tminus_core::situation::Situation;
use tminus_core::time::{age, brief};

/// Under this many columns a line of the history takes two.
const ROOMY: usize = 76;

pub(super) fn rows(look: &Look, situation: Situation<'_>, env: &EnvName, room: usize) -> Vec<Row> {
    let mut rows = vec![Row::new(), Row::heading("What was done here")];
    let actions = situation.release.actions.iter().rev().filter(|a| a.proposal.request.env() == Some(env));
    let done: Vec<Row> = actions.flat_map(|action| done(look, action, room)).collect();
    rows.extend(if done.is_empty() { vec![Row::dim("nothing yet")] } else { done });
    let places = situation.release.environments.get(env).into_iter().flat_map(|e| &e.places);
    let stays = places.flat_map(|(artifact, place)| place.stays.iter().rev().map(move |stay| (artifact, stay)));
    let past: Vec<Row> = stays.flat_map(|(artifact, stay)| ran(look, situation, (artifact, stay), room)).collect();
    if !past.is_empty() {
        rows.extend([Row::new(), Row::heading("What ran here")]);
        rows.extend(past);
    }
    rows
}

fn done(look: &Look, action: &ActionState, room: usize) -> Vec<Row> {
    let (sign, role, word) = actions::standing(action, look);
    let what = actions::what(action);
    let by = action.by().label();
    let ago = format!("{by}  {} ago", brief(age(look.now, action.since())));
    let summary = action.ended.as_ref().map(|e| e.summary.as_str()).unwrap_or_default();
    let row = Row::new().put(format!("{sign} "), role);
    if room >= ROOMY {
        let row = row.column(what, Role::Text, 34).column(word, role, 15);
        return vec![row.put(summary, Role::Dim).right(ago, Role::Dim)];
    }
    let mut rows = vec![row.put(format!("{what} "), Role::Text), Row::new().put(format!("  {word}"), role)];
    rows[1] = rows[1].clone().right(ago, Role::Dim);
    rows.extend(fold_lines(summary, room.saturating_sub(2)).into_iter().map(|line| Row::dim(format!("  {line}"))));
    rows
}

fn ran(look: &Look, situation: Situation<'_>, (artifact, stay): (&ArtifactName, &Stay), room: usize) -> Vec<Row> {
    let was = if stay.was_healthy { "was seen healthy" } else { "was never seen healthy" };
    let marks = situation.release.marks(&stay.delivered.version);
    let bad: Vec<String> = marks.iter().map(|mark| format!("marked bad in {}: {}", mark.env, mark.reason)).collect();
    let since = format!("since {}", look.date_and_time(stay.since));
    let version = stay.delivered.version.as_str();
    let row = Row::new().column(artifact.as_str(), Role::Text, 14).column(version, Role::Strong, 12);
    let indented = |text: &str, role| Row::new().put(format!("  {text}"), role);
    if room >= ROOMY {
        let mut rows = vec![row.column(since, Role::Dim, 32).put(was, Role::Dim)];
        rows.extend(bad.iter().map(|bad| indented(bad, Role::Fail)));
        return rows;
    }
    let mut rows = vec![row, indented(&since, Role::Dim), indented(was, Role::Dim)];
    rows.extend(bad.iter().map(|bad| indented(bad, Role::Fail)));
    rows
}
