//! The release as a whole: the moments of its T-clock, and its branch with what is written in it.

use super::framing::draw_next;
use super::lines::{self, PageLine};
use super::offers::and_ways;
use super::page::{CursorPlace, Enter, Page};
use super::{branch, clock};
use crate::action::{Action, PaneAction};
use crate::layout::view_area;
use crate::look::Look;
use crate::spot::{Pane, PaneSide, Zoom};
use crate::widgets::{Focus, ListCursor, split_across, split_down};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// The T-clock, and the branch.
pub(crate) struct ReleasePage;

impl Page for ReleasePage {
    fn name(&self) -> String {
        "release".to_owned()
    }

    fn is_numbered(&self) -> bool {
        true
    }

    fn draw(&self, look: &Look, area: Rect, buffer: &mut Buffer) {
        let spot = look.spot();
        let places = places(look, area);
        for (side, place) in places.iter().copied() {
            let attention = Focus::of(|| spot.side == side);
            match side {
                PaneSide::First => clock::draw(look, ListCursor { row: spot.row, attention }, (place, buffer)),
                PaneSide::Second => {
                    branch::draw_whole(look, ListCursor { row: spot.second_row, attention }, (place, buffer))
                }
            }
            if places.len() == 1 {
                let other = if side == PaneSide::First { Pane::Branch.name() } else { "T-clock" };
                draw_next(look, other, place, buffer);
            }
        }
    }

    fn keys(&self, _: &Look) -> Vec<Action> {
        and_ways([PaneAction::Open, PaneAction::Next, PaneAction::Zoom].map(Action::Pane))
    }

    fn lines(&self, look: &Look) -> Option<Vec<PageLine>> {
        let side = look.spot().side;
        let place = places(look, view_area(look)).into_iter().find(|(at, _)| *at == side);
        let room = place.map_or(0, |(_, place)| usize::from(place.width.saturating_sub(4)));
        Some(match side {
            PaneSide::First => clock::lines(look, room),
            PaneSide::Second => branch::lines(look, room),
        })
    }

    fn enter(&self, look: &Look) -> Enter {
        let spot = look.spot();
        let row = if spot.side == PaneSide::First { spot.row } else { spot.second_row };
        let all = self.lines(look).unwrap_or_default();
        lines::about(&all, row).and_then(|line| line.opens.clone()).into()
    }

    fn cursor(&self, look: &Look) -> CursorPlace {
        match look.spot().side {
            PaneSide::First => CursorPlace::Spot,
            PaneSide::Second => CursorPlace::SecondPane,
        }
    }
}

fn places(look: &Look, area: Rect) -> Vec<(PaneSide, Rect)> {
    let spot = look.spot();
    if spot.zoom == Zoom::Alone || area.width < 50 || area.height < 14 || (area.width < 110 && area.height < 20) {
        return vec![(spot.side, area)];
    }
    let (clock, branch) = match area.width {
        0..110 => split_down(area, area.height * 3 / 5),
        _ => split_across(area, area.width * 11 / 20),
    };
    vec![(PaneSide::First, clock), (PaneSide::Second, branch)]
}
