//! Every environment: the list, and beside or beneath it the page of the selected one.

use super::framing::draw_next;
use super::offers::{DECIDE, acts, and_ways};
use super::page::{CursorPlace, Enter, Page, Sifting};
use super::{environment, environments};
use crate::action::Action;
use crate::layout::view_area;
use crate::look::Look;
use crate::spot::{Pane, PaneSide, Zoom};
use crate::view::View;
use crate::widgets::Row;
use crate::widgets::{Focus, ListCursor, split_across, split_down};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::collections::BTreeSet;

/// Every environment, and the page of the selected one.
pub(crate) struct EnvironmentsPage;

impl Page for EnvironmentsPage {
    fn name(&self) -> String {
        "environments".to_owned()
    }

    fn is_numbered(&self) -> bool {
        true
    }

    fn draw(&self, look: &Look, area: Rect, buffer: &mut Buffer) {
        let spot = look.spot();
        let places = Places::of(look, area);
        if let Some(list) = places.list {
            environments::draw(look, Focus::of(|| spot.side == PaneSide::First), list, buffer);
        }
        if let (Some(page), Some(environment)) = (places.page, look.environment()) {
            let attention = Focus::of(|| spot.side == PaneSide::Second);
            let cursor = ListCursor { row: spot.second_row, attention };
            environment::draw_at(look, &environment.name, cursor, (page, buffer));
        }
        match (places.list, places.page, look.environment()) {
            (Some(list), None, Some(environment)) => draw_next(look, environment.name.as_str(), list, buffer),
            (None, Some(page), _) => draw_next(look, Pane::Environments.name(), page, buffer),
            (_, _, _) => {}
        }
    }

    fn keys(&self, look: &Look) -> Vec<Action> {
        and_ways(acts(look).into_iter().chain(DECIDE))
    }

    fn rows(&self, look: &Look) -> Vec<Row> {
        match (look.spot().side, look.environment()) {
            (PaneSide::First, _) => environments::texts(look),
            (PaneSide::Second, None) => Vec::new(),
            (PaneSide::Second, Some(environment)) => environment::texts(look, &environment.name),
        }
    }

    fn stop(&self, look: &Look, (from, to): (usize, usize)) -> usize {
        match look.spot().side {
            PaneSide::First => environments::stop(look, (from, to)),
            PaneSide::Second => to,
        }
    }

    fn shown(&self, look: &Look) -> Option<Vec<usize>> {
        Some(environments::shown(look))
    }

    fn enter(&self, look: &Look) -> Enter {
        look.environment().map(|e| View::Environment(e.name.clone())).into()
    }

    fn cursor(&self, look: &Look) -> CursorPlace {
        match look.spot().side {
            PaneSide::First => CursorPlace::Environment,
            PaneSide::Second => CursorPlace::SecondPane,
        }
    }

    fn sifting(&self, _: &Look) -> Sifting {
        Sifting::Rows
    }

    fn containers(&self, look: &Look) -> BTreeSet<String> {
        let page = Places::of(look, view_area(look)).page;
        let shown = page.zip(look.environment());
        let first = look.spot().second_row;
        shown.map(|(page, env)| environment::in_sight(look, &env.name, (first, page))).unwrap_or_default()
    }
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
    fn of(look: &Look, area: Rect) -> Self {
        let spot = look.spot();
        let one = match spot.side {
            PaneSide::First => Self { list: Some(area), page: None },
            PaneSide::Second => Self { list: None, page: Some(area) },
        };
        if spot.zoom == Zoom::Alone || environments::count(look) == 0 {
            return one;
        }
        let rows = environments::count(look) as u16 + 3;
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
