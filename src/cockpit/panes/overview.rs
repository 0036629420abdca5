//! Everything at a glance: which panes are shown where, by the size of the screen.

use super::page::draw_next;
use super::{branch, checklist, environments, logs, way_back};
use crate::cockpit::screen::view_area;
use crate::cockpit::spot::{Pane, Zoom};
use crate::cockpit::state::State;
use crate::cockpit::view::View;
use crate::cockpit::widgets::{Attention, split_across, split_down};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Returns what Enter opens in the pane that has the keys.
pub(crate) fn target(state: &State) -> Option<View> {
    match state.panes.focus {
        Pane::Environments | Pane::WayBack => state.environment().map(|e| View::Environment(e.name.clone())),
        Pane::Checklist => checklist::target(state),
        Pane::Branch => Some(View::Release),
        Pane::Logs => None,
    }
}

pub(crate) fn draw(state: &State, area: Rect, buffer: &mut Buffer) {
    let places = places(state, area);
    let next = state.panes.focus.after(1);
    for (pane, place) in places.iter().copied() {
        let attention = Attention::of(|| state.panes.focus == pane);
        match pane {
            Pane::Environments => environments::draw(state, attention, place, buffer),
            Pane::Checklist => checklist::draw(state, attention, place, buffer),
            Pane::Branch => branch::draw(state, attention, place, buffer),
            Pane::WayBack => way_back::draw(state, attention, place, buffer),
            Pane::Logs => logs::draw(state, attention, place, buffer),
        }
        if attention == Attention::Here && places.iter().all(|(other, _)| *other != next) {
            draw_next(state, next.name(), place, buffer);
        }
    }
}

/// Returns how many columns of text a pane has now.
pub(super) fn room(state: &State, pane: Pane) -> usize {
    let all = places(state, view_area(state.size));
    all.into_iter().find(|(at, _)| *at == pane).map_or(0, |(_, place)| usize::from(place.width.saturating_sub(4)))
}

/// Returns where the pane stands that has the keys.
pub(crate) fn focused(state: &State, area: Rect) -> Rect {
    let mut places = places(state, area).into_iter();
    places.find(|(pane, _)| *pane == state.panes.focus).map_or(area, |(_, place)| place)
}

/// Returns where a pane stands in an area; nowhere where there is no room for it.
pub(crate) fn place(state: &State, pane: Pane, area: Rect) -> Rect {
    places(state, area).into_iter().find(|(at, _)| *at == pane).map_or(Rect::ZERO, |(_, place)| place)
}

/// Returns which pane stands where. The pane that has the keys is always among them.
pub(crate) fn places(state: &State, area: Rect) -> Vec<(Pane, Rect)> {
    let focus = state.panes.focus;
    let environments = state.world.as_ref().map_or(5, |w| w.plan.environments.len().min(100)) as u16 + 3;
    if state.panes.zoom == Zoom::Alone || area.width < 50 {
        return vec![(focus, area)];
    }
    match (area.width, area.height) {
        (120.., 26..) => wide(state, area, environments),
        (70.., 18..) => middle(area, environments, focus),
        (_, height) if height >= environments + 6 => low(area, environments, focus),
        (_, _) => vec![(focus, area)],
    }
}

fn wide(state: &State, area: Rect, environments: u16) -> Vec<(Pane, Rect)> {
    let checks = checklist::count(state).min(100) as u16 + 2;
    let top = environments.max(checks).clamp(10, (area.height / 3).max(10));
    let mid = 8.min(area.height / 5).max(6);
    let left = area.width / 2 + area.width / 20;
    let (upper, rest) = split_down(area, top);
    let (middle, lower) = split_down(rest, mid);
    let (environments, checklist) = split_across(upper, left);
    let (branch, way_back) = split_across(middle, left);
    vec![
        (Pane::Environments, environments),
        (Pane::Checklist, checklist),
        (Pane::Branch, branch),
        (Pane::WayBack, way_back),
        (Pane::Logs, lower),
    ]
}

/// A low screen keeps the environments in sight, and shows the pane that has the keys beneath them.
fn low(area: Rect, environments: u16, focus: Pane) -> Vec<(Pane, Rect)> {
    let (upper, lower) = split_down(area, environments);
    let second = if focus == Pane::Environments { Pane::Checklist } else { focus };
    vec![(Pane::Environments, upper), (second, lower)]
}

/// A smaller screen has one row of two panes; the branch takes the place of the way back while it has the keys.
fn middle(area: Rect, environments: u16, focus: Pane) -> Vec<(Pane, Rect)> {
    let (upper, rest) = split_down(area, environments.min(area.height / 2));
    let (middle, lower) = split_down(rest, (rest.height * 3 / 5).clamp(6, 10));
    let (left, right) = split_across(middle, area.width / 2);
    let second = if focus == Pane::Branch { Pane::Branch } else { Pane::WayBack };
    vec![(Pane::Environments, upper), (Pane::Checklist, left), (second, right), (Pane::Logs, lower)]
}
