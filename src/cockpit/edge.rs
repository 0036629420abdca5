//! The right edge of the footer: what is asked, lost or unread, how old what is shown is, and the clock.

use super::action::{Action, AppAction};
use super::message::Mouse;
use super::panes;
use super::update::State;
use super::words::in_steps;
use crate::settings::theme::Role;
use std::time::Duration;
use tminus_core::time::{age, brief};

/// From so many columns on, there is room for the age of what is shown.
const WIDE: u16 = 100;

/// From so many columns on, the clock is there whatever else is said, with its zone.
pub(super) const ZONED: u16 = 60;

/// Returns what stands at the right edge: what is asked, lost or unread, how old everything is, and the clock.
pub(super) fn right(state: &State, columns: u16) -> Vec<(String, Role)> {
    let mut pieces = Vec::new();
    if state.leaves_once_over() {
        let key = state.key_to(Action::App(AppAction::Back));
        let says = if columns < 60 { "leaving" } else { "leaves when it is over" };
        pieces.push((format!("{} {says}, {key} stays   ", state.palette.sign("◌", "o")), Role::Busy));
    } else if let Some(asked) = state.first_asked() {
        let since = brief(age(state.now, asked.since));
        pieces.push((format!("{} {} {since}   ", state.palette.sign("◌", "o"), asked.what), Role::Busy));
    } else if state.gone.is_some() {
        pieces.push(("the engine has ended   ".to_owned(), Role::Fail));
    } else if let Some(failure) = &state.live.journal_lost {
        pieces.push((format!("{}   ", failure.sentence()), Role::Fail));
    }
    let messages = state.chord_of(Action::App(AppAction::Messages), &["global"]);
    if let (unread @ 1.., Some(key)) = (state.said.unread(), messages) {
        pieces.push((format!("{unread} unread · {key}   "), Role::Warn));
    }
    // What is said, and how a chord goes on, needs the room more.
    let is_calm = pieces.is_empty() && state.hint().is_none() && state.pending().is_empty();
    let old = too_old(state).filter(|_| is_calm && columns < WIDE);
    if let (Some(old), 60..) = (&old, columns) {
        pieces.push((format!("data {old} old · "), Role::Warn));
    } else if let Some(old) = &old {
        // It stands where the clock stood, and costs no key its room.
        pieces.push((format!("{old} old "), Role::Warn));
    } else if pieces.is_empty() && columns >= WIDE {
        pieces.push((format!("{} · ", data_age(state)), Role::Dim));
    }
    if columns < ZONED && !pieces.is_empty() {
        return pieces;
    }
    if let (Mouse::Left, 60..) = (state.mouse, columns) {
        let key = state.key_to(Action::App(AppAction::Mouse));
        pieces.insert(0, (format!("{key} mouse off · "), Role::Dim));
    }
    let clock = state.now.to_zoned(state.zone.clone());
    // Beside an age the zone gives way.
    let has_zone = columns >= ZONED && old.is_none();
    let clock = clock.strftime(if has_zone { "%H:%M:%S %Z " } else { "%H:%M:%S " }).to_string();
    pieces.push((clock, Role::Dim));
    pieces
}

fn data_age(state: &State) -> String {
    if state.world.is_none() {
        return String::new();
    }
    oldest(state).map_or_else(|| "no data yet".to_owned(), |age| format!("data {} old", brief(age)))
}

/// Returns the age of the environment that was looked at longest ago.
fn oldest(state: &State) -> Option<Duration> {
    let world = state.world.as_ref()?;
    let looks = world.plan.environments.iter().filter_map(|e| state.live.looked_at_env(&e.name, &world.release));
    looks.min().map(|oldest| age(state.now, oldest))
}

/// Returns the age of what is shown where some of it is too old to be taken for what is now.
fn too_old(state: &State) -> Option<String> {
    oldest(state).filter(|age| *age > panes::OLD).map(in_steps)
}
