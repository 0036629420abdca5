//! Everything at a glance: which panes are shown where, by the size of the screen.

use super::{branch, checklist, environments, logs, way_back};
use crate::cockpit::state::{Pane, State, Zoom};
use crate::cockpit::view::View;
use crate::cockpit::widgets::Attention;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Returns what Enter opens in the pane that has the keys.
pub(crate) fn target(state: &State) -> Option<View> {
    match state.panes.focus {
        Pane::Environments | Pane::WayBack => state.environment().map(|e| View::Environment(e.name.clone())),
        Pane::Checklist => checklist::selected(state).map(|c| View::Check(c.name.clone())),
        Pane::Branch | Pane::Logs => None,
    }
}

pub(crate) fn draw(state: &State, area: Rect, buffer: &mut Buffer) {
    for (pane, place) in places(state, area) {
        let attention = Attention::of(|| state.panes.focus == pane);
        match pane {
            Pane::Environments => environments::draw(state, attention, place, buffer),
            Pane::Checklist => checklist::draw(state, attention, place, buffer),
            Pane::Branch => branch::draw(state, attention, place, buffer),
            Pane::WayBack => way_back::draw(state, attention, place, buffer),
            Pane::Logs => logs::draw(state, attention, place, buffer),
        }
    }
}

/// Returns which pane stands where. The pane that has the keys is always among them.
fn places(state: &State, area: Rect) -> Vec<(Pane, Rect)> {
    let focus = state.panes.focus;
    if state.panes.zoom == Zoom::Alone || area.width < 70 || area.height < 18 {
        return vec![(focus, area)];
    }
    let environments = state.world.as_ref().map_or(5, |w| w.plan.environments.len()) as u16;
    if area.width >= 100 && area.height >= 26 { wide(area, environments) } else { middle(area, environments, focus) }
}

fn wide(area: Rect, environments: u16) -> Vec<(Pane, Rect)> {
    let top = (environments + 3).clamp(10, (area.height / 3).max(10));
    let mid = 7.min(area.height / 5).max(6);
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

/// A smaller screen has one row of two panes; the branch takes the place of the way back while it has the keys.
fn middle(area: Rect, environments: u16, focus: Pane) -> Vec<(Pane, Rect)> {
    let (upper, rest) = split_down(area, (environments + 3).min(area.height / 2));
    let (middle, lower) = split_down(rest, (rest.height * 3 / 5).clamp(6, 10));
    let (left, right) = split_across(middle, area.width / 2);
    let second = if focus == Pane::Branch { Pane::Branch } else { Pane::WayBack };
    vec![(Pane::Environments, upper), (Pane::Checklist, left), (second, right), (Pane::Logs, lower)]
}

fn split_down(area: Rect, lines: u16) -> (Rect, Rect) {
    let lines = lines.min(area.height);
    (Rect { height: lines, ..area }, Rect { y: area.y + lines, height: area.height - lines, ..area })
}

fn split_across(area: Rect, columns: u16) -> (Rect, Rect) {
    let columns = columns.min(area.width);
    (Rect { width: columns, ..area }, Rect { x: area.x + columns, width: area.width - columns, ..area })
}
