//! The release as a whole: the moments of its T-clock, and its branch with what is written in it.

use super::framing::draw_next;
use super::lines::{self, Line};
use super::{branch, clock};
use crate::layout::view_area;
use crate::look::Look;
use crate::spot::{Pane, Side, Zoom};
use crate::view::View;
use crate::widgets::{Attention, Cursor, split_across, split_down};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

pub(crate) fn draw(look: &Look, area: Rect, buffer: &mut Buffer) {
    let spot = look.spot();
    let places = places(look, area);
    for (side, place) in places.iter().copied() {
        let attention = Attention::of(|| spot.side == side);
        match side {
            Side::First => clock::draw(look, Cursor { row: spot.row, attention }, (place, buffer)),
            Side::Second => branch::draw_whole(look, Cursor { row: spot.second_row, attention }, (place, buffer)),
        }
        if places.len() == 1 {
            let other = if side == Side::First { Pane::Branch.name() } else { "T-clock" };
            draw_next(look, other, place, buffer);
        }
    }
}

/// Returns the lines of the pane that has the keys.
pub(crate) fn lines(look: &Look) -> Vec<Line> {
    let side = look.spot().side;
    let place = places(look, view_area(look)).into_iter().find(|(at, _)| *at == side);
    let room = place.map_or(0, |(_, place)| usize::from(place.width.saturating_sub(4)));
    match side {
        Side::First => clock::lines(look, room),
        Side::Second => branch::lines(look, room),
    }
}

/// Returns what Enter opens on the selected line.
pub(crate) fn target(look: &Look) -> Option<View> {
    let spot = look.spot();
    let row = if spot.side == Side::First { spot.row } else { spot.second_row };
    let all = lines(look);
    lines::about(&all, row).and_then(|line| line.opens.clone())
}

fn places(look: &Look, area: Rect) -> Vec<(Side, Rect)> {
    let spot = look.spot();
    if spot.zoom == Zoom::Alone || area.width < 50 || area.height < 14 || (area.width < 110 && area.height < 20) {
        return vec![(spot.side, area)];
    }
    let (clock, branch) = match area.width {
        0..110 => split_down(area, area.height * 3 / 5),
        _ => split_across(area, area.width * 11 / 20),
    };
    vec![(Side::First, clock), (Side::Second, branch)]
}
