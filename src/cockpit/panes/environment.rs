//! One environment: what runs there, the way back, the horizons, what is under way, what was.

use super::page::page;
use super::{environments, tasks, way_back};
use crate::cockpit::state::State;
use crate::cockpit::widgets::Row;
use crate::config::theme::Role;
use crate::domain::names::EnvName;
use crate::domain::plan::Environment;
use crate::domain::situation::Situation;
use crate::domain::time::{age, brief};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

pub(crate) fn draw(state: &State, env: &EnvName, area: Rect, buffer: &mut Buffer) {
    let protected = state.environment().is_some_and(|e| e.protected);
    let role = if protected { Role::Protected } else { Role::Title };
    let mut heading = Row::new().put(format!(" {env} "), role);
    if protected {
        heading = heading.right(" protected ", Role::Protected);
    }
    page(state, &heading, &rows(state, env), area, buffer);
}

pub(crate) fn rows(state: &State, env: &EnvName) -> Vec<Row> {
    let Some(situation) = state.situation() else { return Vec::new() };
    let Some(environment) = situation.plan.environment(env) else {
        return vec![Row::text("the plan no longer has it")];
    };
    let mut rows = about(environment);
    rows.extend(runs(state, situation, environment));
    rows.push(Row::new());
    rows.push(Row::heading("Way back"));
    rows.extend(way_back::rows(state));
    rows.extend(horizons(state, situation, env));
    rows.extend(history(state, situation, env));
    rows
}

fn about(environment: &Environment) -> Vec<Row> {
    let mut rows = Vec::new();
    let words = [&environment.purpose, &environment.audience, &environment.cadence];
    let words: Vec<&str> = words.into_iter().flatten().map(String::as_str).collect();
    if !words.is_empty() {
        rows.push(Row::dim(words.join(" · ")));
    }
    rows.extend(environment.url.as_ref().map(|url| Row::labelled("url", url)));
    if let Some(rule) = &environment.approvals {
        let from = rule.from.as_ref().map(|t| format!(" of {t}")).unwrap_or_default();
        rows.push(Row::labelled("approvals", format!("{}{from}", rule.count)));
    }
    rows
}

fn runs(state: &State, situation: Situation<'_>, environment: &Environment) -> Vec<Row> {
    let mut rows = vec![Row::new(), Row::heading("What runs")];
    let known = situation.release.environments.get(&environment.name);
    for delivery in &environment.deliver {
        let row = Row::new().column(format!("{} ({})", delivery.artifact, delivery.kind.word()), Role::Text, 24);
        let Some(place) = known.and_then(|k| k.places.get(&delivery.artifact)) else {
            rows.push(row.put("not seen yet", Role::Dim));
            continue;
        };
        let running = place.running();
        let version = running.as_ref().map_or_else(|| "nothing".to_owned(), |r| r.version.to_string());
        let digest = running.and_then(|r| r.digest).map(|d| d.short()).unwrap_or_default();
        let (sign, role) = state.palette.health(place.health());
        let words = place.seen.as_ref().and_then(|(_, s)| s.words.clone()).unwrap_or_default();
        let row = row.column(version, Role::Strong, 12).column(digest, Role::Dim, 18);
        let row = row.put(format!("{sign} {}", place.health().word()), role).put(format!("  {words}"), Role::Text);
        let looked = state.live.looked(&environment.name, &delivery.artifact, place);
        rows.push(
            row.right(
                looked.map(|at| format!("seen {} ago", brief(age(state.now, at)))).unwrap_or_default(),
                Role::Dim,
            ),
        );
        if let Some((since, failure)) = &place.lost {
            rows.push(Row::new().put(
                format!("  ? cannot be seen for {}: {}", brief(age(state.now, *since)), failure.sentence()),
                Role::Warn,
            ));
        }
    }
    let faded = environments::is_out_of_sight(state, situation, &environment.name);
    if faded { rows.into_iter().map(Row::faded).collect() } else { rows }
}

fn horizons(state: &State, situation: Situation<'_>, env: &EnvName) -> Vec<Row> {
    let due = situation.due(env);
    if due.is_empty() {
        return Vec::new();
    }
    let mut rows = vec![Row::new(), Row::heading("Verified at")];
    rows.extend(due.iter().map(|due| {
        let row = Row::new().column(format!("+{}", due.horizon), Role::Text, 8);
        match due.outcome {
            Some(outcome) => {
                let (sign, role, word) = tasks::outcome(outcome, &state.palette);
                row.put(format!("{sign} {word}"), role)
            }
            None if due.at > state.now => row.put(format!("due in {}", brief(age(due.at, state.now))), Role::Dim),
            None => row.put(format!("due since {}", brief(age(state.now, due.at))), Role::Warn),
        }
    }));
    rows
}

fn history(state: &State, situation: Situation<'_>, env: &EnvName) -> Vec<Row> {
    let mut rows = vec![Row::new(), Row::heading("What was done here")];
    let actions = situation.release.actions.iter().rev().filter(|a| a.proposal.request.env() == Some(env));
    rows.extend(actions.map(|action| {
        let (sign, role, word) = tasks::standing(action, &state.palette);
        let summary = action.ended.as_ref().map(|e| e.summary.as_str()).unwrap_or_default();
        let row =
            Row::new().put(format!("{sign} "), role).column(tasks::what(action), Role::Text, 34).column(word, role, 15);
        row.put(summary, Role::Dim).right(format!("{} ago", brief(age(state.now, action.proposed))), Role::Dim)
    }));
    let stays = situation.release.environments.get(env).into_iter().flat_map(|e| &e.places);
    let mut past: Vec<Row> = Vec::new();
    for (artifact, place) in stays {
        past.extend(place.stays.iter().rev().map(|stay| {
            let was = if stay.was_healthy { "was seen healthy" } else { "was never seen healthy" };
            let bad = situation
                .release
                .bad
                .get(&stay.delivered.version)
                .map(|b| format!("  marked bad: {}", b.reason))
                .unwrap_or_default();
            let row = Row::new().column(artifact.as_str(), Role::Text, 14).column(
                stay.delivered.version.as_str(),
                Role::Strong,
                12,
            );
            row.column(format!("since {}", state.date_and_time(stay.since)), Role::Dim, 32)
                .put(was, Role::Dim)
                .put(bad, Role::Fail)
        }));
    }
    if !past.is_empty() {
        rows.push(Row::new());
        rows.push(Row::heading("What ran here"));
        rows.extend(past);
    }
    rows
}
