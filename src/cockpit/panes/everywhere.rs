//! Every environment: the list, and beside or beneath it the page of the selected one.

use super::page::draw_next;
use super::{environment, environments};
use crate::cockpit::screen::view_area;
use crate::cockpit::spot::{Pane, Side, Zoom};
use crate::cockpit::state::State;
use crate::cockpit::widgets::{Attention, Cursor, split_across, split_down};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::collections::BTreeSet;

pub(crate) fn draw(state: &State, area: Rect, buffer: &mut Buffer) {
    let spot = state.spot();
    let places = Places::of(state, area);
    if let Some(list) = places.list {
        environments::draw(state, Attention::of(|| spot.side == Side::First), list, buffer);
    }
    if let (Some(page), Some(environment)) = (places.page, state.environment()) {
        let attention = Attention::of(|| spot.side == Side::Second);
        let cursor = Cursor { row: spot.second_row, attention };
        environment::draw_at(state, &environment.name, cursor, (page, buffer));
    }
    match (places.list, places.page, state.environment()) {
        (Some(list), None, Some(environment)) => draw_next(state, environment.name.as_str(), list, buffer),
        (None, Some(page), _) => draw_next(state, Pane::Environments.name(), page, buffer),
        (_, _, _) => {}
    }
}

/// Returns the containers whose rows are on the screen.
pub(crate) fn in_sight(state: &State) -> BTreeSet<String> {
    let page = Places::of(state, view_area(state)).page;
    let shown = page.zip(state.environment());
    let first = state.spot().second_row;
    shown.map(|(page, env)| environment::in_sight(state, &env.name, (first, page))).unwrap_or_default()
}

/// Where the list and the page stand; a screen with room for one shows the one that has the keys.
struct Places {
    list: Option<Rect>,
    page: Option<Rect>,
}

/// A page beside the list needs this many columns for both, or a screen too low for a page beneath.
const WIDE: u16 = 180;
const LOW: u16 = 20;

impl Places {
    fn of(state: &State, area: Rect) -> Self {
        let spot = state.spot();
        let one = match spot.side {
            Side::First => Self { list: Some(area), page: None },
            Side::Second => Self { list: None, page: Some(area) },
        };
        if spot.zoom == Zoom::Alone || environments::count(state) == 0 {
            return one;
        }
        let rows = environments::count(state) as u16 + 3;
        if area.width >= WIDE || (area.height < LOW && area.width >= 120) {
            let (list, page) = split_across(area, (area.width * 9 / 20).min(100));
            return Self { list: Some(list), page: Some(page) };
        }
        if area.height < 18 || area.width < 50 {
            return one;
        }
        let (list, page) = split_down(area, rows.min(area.height * 2 / 5).max(6));
        Self { list: Some(list), page: Some(page) }
    }
}
