//! What changed lately, the newest first: deploys and rollbacks with what they moved, and what was seen to change without them.

use super::lines::Line;
use super::tasks;
use crate::cockpit::state::State;
use crate::cockpit::view::View;
use crate::cockpit::widgets::{Row, width};
use crate::config::theme::Role;
use crate::domain::action::Request;
use crate::domain::names::{ArtifactName, EnvName};
use crate::domain::release::{ActionState, Stay};
use crate::domain::situation::Situation;
use crate::domain::time::{age, brief};
use jiff::Timestamp;

/// Under this many columns only the versions are told.
const ROOMY: usize = 60;

/// Returns at most so many changes, in so many columns.
pub(super) fn newest(state: &State, situation: Situation<'_>, (most, room): (usize, usize)) -> Vec<Line> {
    let actions = situation.release.actions.iter().filter_map(|action| by_action(state, action, room));
    let mut all: Vec<(Timestamp, Line)> = actions.collect();
    for (env, known) in &situation.release.environments {
        for (artifact, place) in &known.places {
            let moves = place.stays.windows(2).filter_map(|pair| Some((pair.first()?, pair.last()?)));
            let unasked = moves.filter(|(_, to)| !was_asked_for(situation, (env, artifact), to));
            all.extend(unasked.map(|pair| (pair.1.since, by_sight(state, (env, artifact), pair, room))));
        }
    }
    all.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    all.into_iter().take(most).map(|(_, line)| line).collect()
}

fn by_action(state: &State, action: &ActionState, room: usize) -> Option<(Timestamp, Line)> {
    let (at, who) = action.started.as_ref()?;
    let (Request::Deploy { env, .. } | Request::RollBack { env, .. }) = &action.proposal.request else { return None };
    let moved = action.proposal.moves.iter().map(|m| {
        let from = m.from.as_ref().map_or("nothing", |d| d.version.as_str());
        moved(&m.artifact, &format!("{from} → {}", m.to.version), room)
    });
    let moved = moved.collect::<Vec<_>>().join(", ");
    let (sign, role, word) = tasks::standing(action, &state.palette);
    let verb = action.proposal.request.verb();
    let row = row(state, (sign, role), (*at, env), &moved);
    let row = row.put(format!("  {verb}: "), Role::Dim).put(word, role);
    let row = if room >= ROOMY { row.right(who.name.as_str(), Role::Dim) } else { row };
    Some((*at, Line::opening(row, View::Run(action.id.clone())).about(env)))
}

/// A target that carries no label of its action moved all the same because of it.
fn was_asked_for(situation: Situation<'_>, (env, artifact): (&EnvName, &ArtifactName), to: &Stay) -> bool {
    let mut begun = situation.release.actions.iter().filter(|a| a.started.is_some());
    begun.any(|action| {
        let is_labelled = to.action.as_ref() == Some(&action.id);
        let is_there = action.proposal.request.env() == Some(env);
        let brings =
            action.proposal.moves.iter().any(|m| &m.artifact == artifact && m.to.version == to.delivered.version);
        is_labelled || (is_there && brings)
    })
}

fn by_sight(
    state: &State,
    (env, artifact): (&EnvName, &ArtifactName),
    (from, to): (&Stay, &Stay),
    room: usize,
) -> Line {
    let versions = match from.delivered.version == to.delivered.version {
        true => format!("{}, another digest", to.delivered.version),
        false => format!("{} → {}", from.delivered.version, to.delivered.version),
    };
    let sign = (state.palette.sign("·", "."), Role::Dim);
    let row = row(state, sign, (to.since, env), &moved(artifact, &versions, room));
    let row = if room >= ROOMY { row.right("seen; not by tminus", Role::Dim) } else { row };
    Line::opening(row, View::Environment(env.clone())).about(env)
}

/// On a narrow screen the versions are told, and what they are of is on the page.
fn moved(artifact: &ArtifactName, versions: &str, room: usize) -> String {
    if room >= ROOMY { format!("{artifact} {versions}") } else { versions.to_owned() }
}

fn row(state: &State, (sign, role): (&str, Role), (at, env): (Timestamp, &EnvName), moved: &str) -> Row {
    let plan = state.world.as_ref().map(|w| &w.plan);
    let names = plan.into_iter().flat_map(|plan| &plan.environments).map(|e| width(e.name.as_str()));
    let column = names.max().unwrap_or(0) + 2;
    let row = Row::new().put(format!("{sign} "), role).put(format!("{:>4}  ", brief(age(state.now, at))), Role::Dim);
    row.column(env.as_str(), Role::Strong, column).put(moved, Role::Text)
}
