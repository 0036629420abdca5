//! The environments: what runs where, how it is, since when, and whether there is a way back.

use super::environment_row::{EnvironmentColumns, row};
use super::framing::{nothing, sifted};
use super::health::{HealthText, OLD, health};
use super::versions::running;
use crate::look::Look;
use crate::settings::theme::Role;
use crate::view::View;
use crate::widgets::{Focus, ListCursor, Row, draw_long_list, frame, mark};
use crate::words;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use tminus_core::names::EnvName;
use tminus_core::plan::Environment;
use tminus_core::time::{age, brief};

pub(crate) fn count(look: &Look) -> usize {
    look.world.as_ref().map_or(0, |w| w.plan.environments.len())
}

/// Returns which environments are shown, by their place in the plan.
pub(crate) fn shown(look: &Look) -> Vec<usize> {
    let all = look.world.iter().flat_map(|w| &w.plan.environments).enumerate();
    let is_shown = |name: &EnvName| is_let_through(look, name);
    all.filter(|(_, environment)| is_shown(&environment.name)).map(|(at, _)| at).collect()
}

/// In the view of its own the list can be filtered; the overview shows every environment.
fn is_let_through(look: &Look, env: &EnvName) -> bool {
    look.view() != &View::Environments || look.lets_through(&View::Environments, &words(look, env))
}

/// Writes an environment in words, as a filter and a search read it.
fn words(look: &Look, env: &EnvName) -> String {
    let health = look.situation().map(|situation| health(look, situation, env).text(usize::MAX)).unwrap_or_default();
    format!("{env}  {}  {health}", running(look, env).unwrap_or_default()).trim_end().to_owned()
}

/// Returns every environment in words, as a search reads them and a copy takes them.
pub(super) fn texts(look: &Look) -> Vec<Row> {
    let all = look.world.iter().flat_map(|w| &w.plan.environments);
    all.map(|e| Row::text(words(look, &e.name))).collect()
}

/// Returns the environment that the cursor goes to, past those that are not shown.
pub(super) fn stop(look: &Look, (from, to): (usize, usize)) -> usize {
    let shown = shown(look);
    let next = if to >= from { shown.iter().find(|at| **at >= to) } else { shown.iter().rfind(|at| **at <= to) };
    next.copied().unwrap_or(from)
}

pub(crate) fn draw(look: &Look, attention: Focus, area: Rect, buffer: &mut Buffer) {
    let (seen, role) = seen(look);
    let heading = Row::new().put(" Environments ", Role::Title);
    let heading = if look.view() == &View::Environments { sifted(look, &View::Environments, heading) } else { heading };
    let heading = heading.right(format!(" {seen} "), role);
    let inside = frame(area, &heading, attention, buffer, &look.palette);
    let Some(situation) = look.situation() else {
        return Row::dim("reading the journal…").draw(inside, buffer, &look.palette);
    };
    let environments = &situation.plan.environments;
    let columns = EnvironmentColumns::of(look, situation, usize::from(inside.width));
    let told: Vec<HealthText> = environments.iter().map(|e| health(look, situation, &e.name)).collect();
    let reasons: Vec<Option<Row>> = told.iter().map(|told| reason(look, told, &columns)).collect();
    let head = u16::from(inside.height > 3);
    // A reason stands beneath its row where all of them have room, else behind the word as far as it goes.
    let has_room =
        told.len() + reasons.iter().flatten().count() <= usize::from(inside.height - head.min(inside.height));
    let shown = shown(look);
    let rows: Vec<(Row, Option<Row>)> = environments
        .iter()
        .zip(told)
        .zip(reasons)
        .enumerate()
        .filter(|(at, _)| shown.contains(at))
        .map(|(_, ((e, told), reason))| {
            let reason = reason.filter(|_| has_room);
            let told = if reason.is_some() { told.in_a_word() } else { told };
            (row(look, (situation, e, &told), &columns), reason)
        })
        .collect();
    if rows.is_empty() {
        let says = nothing(look, &View::Environments, "the plan has no environment");
        return Row::dim(says).draw(inside, buffer, &look.palette);
    }
    if head > 0 {
        columns.head(look).draw(inside, buffer, &look.palette);
    }
    let list = Rect { y: inside.y + head, height: inside.height.saturating_sub(head), ..inside };
    // The sign of the selected one stands in its row, whichever pane has the keys: they act on it.
    let row = shown.iter().position(|at| *at >= look.panes.env).unwrap_or(shown.len());
    let cursor = ListCursor { row, attention };
    if !has_room {
        return draw_long_list(rows.len(), cursor, |at| rows[at].0.clone(), (list, buffer, &look.palette));
    }
    let mut y = list.y;
    for (at, (row, reason)) in rows.iter().enumerate() {
        let place = Rect { y, height: 1, ..list };
        if at == cursor.row.min(rows.len() - 1) {
            mark(place, attention, buffer, &look.palette);
        }
        row.draw(place, buffer, &look.palette);
        if let Some(reason) = reason {
            y += 1;
            reason.draw(Rect { y, height: 1, ..list }, buffer, &look.palette);
        }
        y += 1;
    }
}

/// Returns how many lines the pane needs in so many columns.
pub(super) fn height(look: &Look, columns: u16) -> u16 {
    const AROUND: u16 = 3;
    let Some(situation) = look.situation() else { return 5 + AROUND };
    let columns = EnvironmentColumns::of(look, situation, usize::from(columns.saturating_sub(4)));
    let environments = &situation.plan.environments;
    let told = environments.iter().map(|e| health(look, situation, &e.name));
    let reasons = told.filter(|told| reason(look, told, &columns).is_some()).count();
    u16::try_from(environments.len().min(100) + reasons).unwrap_or(u16::MAX) + AROUND
}

/// Returns the line beneath a row that tells why something is not well there, where the row has no room for all of it.
fn reason(look: &Look, told: &HealthText, columns: &EnvironmentColumns) -> Option<Row> {
    let why = told.reason_beyond(columns.health)?;
    let sign = look.palette.sign("└ ", "  ");
    Some(Row::text("    ").put(sign, Role::Dim).put(why, Role::Fail))
}

/// Says when the environments were looked at, and how many were not for too long.
fn seen(look: &Look) -> (String, Role) {
    let Some(world) = &look.world else { return (String::new(), Role::Dim) };
    let looked = |env: &Environment| look.live.looked_at_env(&env.name, &world.release);
    let looks: Vec<_> = world.plan.environments.iter().map(looked).collect();
    let is_fresh = |at: &jiff::Timestamp| age(look.now, *at) <= OLD;
    let fresh: Vec<_> = looks.iter().flatten().copied().filter(is_fresh).collect();
    let ago = fresh.iter().min().map(|at| words::seen_ago(age(look.now, *at)));
    match (ago, looks.len() - fresh.len()) {
        (Some(ago), 0) => (ago, Role::Dim),
        (Some(ago), unseen) => (format!("{ago}, {unseen} unseen"), Role::Warn),
        (None, _) => match looks.iter().flatten().min() {
            Some(at) => (format!("? last seen {} ago", brief(age(look.now, *at))), Role::Warn),
            None => ("not seen yet".to_owned(), Role::Dim),
        },
    }
}
