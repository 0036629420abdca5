//! The whole screen: header, view, footer, and the dialog over it.

use super::alarm;
use super::footer;
use super::header;
use super::layout::{above, above_footer, body};
use super::update::State;
use super::widgets::{Row, light};
use ratatui::buffer::Buffer;
use ratatui::layout::{Margin, Rect};
use tminus_logs::pattern::Pattern;

/// Draws everything; reads, and changes nothing.
pub(crate) fn draw(state: &State, area: Rect, buffer: &mut Buffer) {
    let area = area.intersection(buffer.area);
    if area.is_empty() {
        return;
    }
    let (top, alarm) = above(state, area);
    let foot = u16::from(area.height > 3);
    let header = Rect { height: top, ..area };
    let alarms = Rect { y: area.y + top, height: alarm.len() as u16, ..area };
    let body = body(area, top + alarms.height);
    let footer = Rect { y: area.bottom() - foot, height: foot, ..area };
    header::draw(state, header, buffer);
    alarm::draw(state, &alarm, alarms, buffer);
    draw_view(state, body, buffer);
    light_hits(state, body, buffer);
    state.fade(body, buffer);
    footer::draw(state, footer, buffer);
    if let Some(dialog) = state.dialog() {
        let beneath = above_footer(area);
        // What only tells something leaves what is wrong as loud as it is.
        let lit = if dialog.is_only_read() { alarms } else { Rect::ZERO };
        for place in beneath.positions().filter(|place| !lit.contains(*place)) {
            buffer.cell_mut(place).into_iter().for_each(|cell| state.palette.shade(cell));
        }
        dialog.draw(state, beneath, buffer);
    }
}

fn draw_view(state: &State, area: Rect, buffer: &mut Buffer) {
    if area.width < 4 || area.height < 2 {
        // Nothing is cut without a sign.
        return Row::dim(state.palette.sign("…", "~")).draw(area, buffer, &state.palette);
    }
    state.here().draw(state, area, buffer);
}

/// Lights what is searched, in what has the keys; log lines light their own.
fn light_hits(state: &State, area: Rect, buffer: &mut Buffer) {
    let searched = state.searched();
    if searched.is_empty() || state.is_in_logs() {
        return;
    }
    let Ok(Some(pattern)) = Pattern::query(searched) else { return };
    let place = state.here().lit(state, area);
    light(&pattern, place.inner(Margin { horizontal: 2, vertical: 1 }), buffer, &state.palette);
}
