//! Everything at a glance: which panes are shown where, by the size of the screen.

use super::framing::draw_next;
use super::offers::{DECIDE, acts};
use super::page::{CursorPlace, Enter, Page, Sifting, Tab};
use super::{branch, checklist, environments, logs, way_back};
use crate::action::{ActAction, Action, AppAction, PaneAction, ViewAction};
use crate::layout::view_area;
use crate::look::Look;
use crate::spot::{Pane, Zoom};
use crate::view::View;
use crate::widgets::Row;
use crate::widgets::{Focus, split_across, split_down};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Everything at a glance.
pub(crate) struct OverviewPage;

impl Page for OverviewPage {
    fn name(&self) -> String {
        "overview".to_owned()
    }

    fn is_numbered(&self) -> bool {
        true
    }

    fn draw(&self, look: &Look, area: Rect, buffer: &mut Buffer) {
        let places = places(look, area);
        let next = look.panes.focus.after(1);
        for (pane, place) in places.iter().copied() {
            let attention = Focus::of(|| look.panes.focus == pane);
            match pane {
                Pane::Environments => environments::draw(look, attention, place, buffer),
                Pane::Checklist => checklist::draw(look, attention, place, buffer),
                Pane::Branch => branch::draw(look, attention, place, buffer),
                Pane::WayBack => way_back::draw(look, attention, place, buffer),
                Pane::Logs => logs::draw(look, attention, place, buffer),
            }
            if attention == Focus::Here && places.iter().all(|(other, _)| *other != next) {
                draw_next(look, next.name(), place, buffer);
            }
        }
    }

    fn keys(&self, look: &Look) -> Vec<Action> {
        let [reasons, help, palette, quit] =
            [AppAction::Reasons, AppAction::Help, AppAction::Palette, AppAction::Quit].map(Action::App);
        let [journal, zoom] = [Action::View(ViewAction::Journal), Action::Pane(PaneAction::Zoom)];
        let rest = [reasons, palette, journal, zoom, Action::Act(ActAction::Build), quit];
        acts(look).into_iter().chain([help]).chain(DECIDE).chain(rest).collect()
    }

    fn rows(&self, look: &Look) -> Vec<Row> {
        match look.panes.focus {
            Pane::Environments => environments::texts(look),
            Pane::Checklist => checklist::texts(look),
            Pane::Branch => branch::rows(look, room(look, Pane::Branch)),
            Pane::WayBack => way_back::here(look, room(look, Pane::WayBack)),
            Pane::Logs => Vec::new(),
        }
    }

    fn enter(&self, look: &Look) -> Enter {
        match look.panes.focus {
            Pane::Environments | Pane::WayBack => look.environment().map(|e| View::Environment(e.name.clone())).into(),
            Pane::Checklist => checklist::enter(look),
            Pane::Branch => Enter::View(View::Release),
            Pane::Logs => Enter::LogLine,
        }
    }

    fn cursor(&self, look: &Look) -> CursorPlace {
        match look.panes.focus {
            Pane::Environments => CursorPlace::Environment,
            Pane::Checklist => checklist::cursor(look),
            Pane::Branch => CursorPlace::Branch,
            Pane::WayBack => CursorPlace::Rollback,
            Pane::Logs => CursorPlace::Spot,
        }
    }

    fn tab(&self) -> Tab {
        Tab::Panes
    }

    fn sifting(&self, look: &Look) -> Sifting {
        match look.panes.focus {
            Pane::Logs => Sifting::LogLines,
            Pane::Checklist if look.panes.zoom == Zoom::Alone => Sifting::Checks,
            Pane::Environments | Pane::Checklist | Pane::Branch | Pane::WayBack => Sifting::None,
        }
    }

    fn inner_context(&self, look: &Look) -> Option<&'static str> {
        Some(look.panes.focus.context())
    }

    fn lit(&self, look: &Look, area: Rect) -> Rect {
        let mut places = places(look, area).into_iter();
        places.find(|(pane, _)| *pane == look.panes.focus).map_or(area, |(_, place)| place)
    }
}

/// Returns how many columns of text a pane has now.
pub(super) fn room(look: &Look, pane: Pane) -> usize {
    let all = places(look, view_area(look));
    all.into_iter().find(|(at, _)| *at == pane).map_or(0, |(_, place)| usize::from(place.width.saturating_sub(4)))
}

/// Returns where a pane stands in an area; nowhere where there is no room for it.
pub(crate) fn place(look: &Look, pane: Pane, area: Rect) -> Rect {
    places(look, area).into_iter().find(|(at, _)| *at == pane).map_or(Rect::ZERO, |(_, place)| place)
}

/// Returns which pane stands where. The pane that has the keys is always among them.
pub(crate) fn places(look: &Look, area: Rect) -> Vec<(Pane, Rect)> {
    let focus = look.panes.focus;
    if look.panes.zoom == Zoom::Alone || area.width < 50 {
        return vec![(focus, area)];
    }
    let environments = environments::height(look, area.width);
    match (area.width, area.height) {
        (_, HALVES..) if look.panes.zoom == Zoom::Half => halves(area, focus),
        (120.., 26..) => wide(look, area),
        (_, TALL..) => stacked(look, area),
        (70.., 18..) => middle(area, environments, focus),
        (_, height) if height >= environments + 6 => low(area, environments, focus),
        (_, _) => vec![(focus, area)],
    }
}

/// From so many lines on, a screen that is too narrow for two columns has room for every pane in one.
const TALL: u16 = 40;
/// From so many lines on, half of them are worth something.
const HALVES: u16 = 12;

/// The lower half is the pane's that has the keys; above it stand the environments and the rollback, or the checklist where one
/// of them has the keys.
fn halves(area: Rect, focus: Pane) -> Vec<(Pane, Rect)> {
    let (upper, lower) = split_down(area, area.height / 2);
    let mut above = [Pane::Environments, Pane::WayBack, Pane::Checklist].into_iter().filter(|pane| *pane != focus);
    let (Some(first), Some(second)) = (above.next(), above.next()) else { return vec![(focus, area)] };
    if area.width < 80 {
        return vec![(first, upper), (focus, lower)];
    }
    let (left, right) = split_across(upper, area.width / 2 + area.width / 20);
    vec![(first, left), (second, right), (focus, lower)]
}

/// How many lines the logs keep, whatever else would like them.
const LOGS: u16 = 8;
const FRAME: u16 = 2;

/// Returns how many lines a pane of the overview needs for all that it has to say now.
fn needed(look: &Look, pane: Pane, columns: u16) -> u16 {
    let room = usize::from(columns.saturating_sub(4));
    let lines = match pane {
        Pane::Environments => return environments::height(look, columns),
        Pane::Checklist => checklist::texts(look).len(),
        Pane::Branch => branch::rows(look, room).len(),
        Pane::WayBack => way_back::here(look, room).len(),
        Pane::Logs => usize::from(LOGS),
    };
    u16::try_from(lines).unwrap_or(u16::MAX - FRAME).max(1) + FRAME
}

/// Two columns, each with two panes as high as what they have to say; the logs have the rest.
fn wide(look: &Look, area: Rect) -> Vec<(Pane, Rect)> {
    let (left, right) = split_across(area, area.width / 2 + area.width / 20);
    let need = |pane, column: Rect| needed(look, pane, column.width);
    let [environments, branch] = [Pane::Environments, Pane::Branch].map(|pane| need(pane, left));
    let [checklist, way_back] = [Pane::Checklist, Pane::WayBack].map(|pane| need(pane, right));
    let most = area.height.saturating_sub(LOGS).min(area.height * 2 / 3);
    let high = (environments + branch).max(checklist.saturating_add(way_back)).min(most);
    let (upper, logs) = split_down(area, high);
    let (left, right) = split_across(upper, left.width);
    // The environments and the way back are told whole; what is beside them gives way.
    let (environments, branch) = split_down(left, environments.min(high.saturating_sub(FRAME + 1)));
    let way_back = way_back.min(high / 2).max(high.saturating_sub(checklist));
    let (checklist, way_back) = split_down(right, high - way_back);
    vec![
        (Pane::Environments, environments),
        (Pane::Checklist, checklist),
        (Pane::Branch, branch),
        (Pane::WayBack, way_back),
        (Pane::Logs, logs),
    ]
}

/// Every pane under another, each as high as what it has to say; the checklist gives way first.
fn stacked(look: &Look, area: Rect) -> Vec<(Pane, Rect)> {
    let need = |pane| needed(look, pane, area.width);
    let [environments, branch, way_back] = [Pane::Environments, Pane::Branch, Pane::WayBack].map(need);
    let fixed = environments + branch + way_back + LOGS;
    let checklist = need(Pane::Checklist).min(area.height.saturating_sub(fixed)).max(FRAME + 1);
    let heights = [environments, checklist, branch, way_back, area.height];
    let mut rest = area;
    let place = |(pane, height): (Pane, u16)| {
        let (here, below) = split_down(rest, height);
        rest = below;
        (pane, here)
    };
    Pane::ALL.into_iter().zip(heights).map(place).collect()
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
