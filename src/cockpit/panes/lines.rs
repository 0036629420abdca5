//! Lines of which some lead somewhere: the cursor stands on those alone.

use crate::cockpit::state::State;
use crate::cockpit::view::View;
use crate::cockpit::widgets::{Cursor, Row, draw_list};
use crate::domain::names::EnvName;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// A line, what it is about, and what Enter opens on it.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) row: Row,
    /// The environment that action keys are about while the cursor is here.
    pub(crate) env: Option<EnvName>,
    pub(crate) opens: Option<View>,
}

impl Line {
    pub(super) const fn plain(row: Row) -> Self {
        Self { row, env: None, opens: None }
    }

    pub(super) const fn opening(row: Row, view: View) -> Self {
        Self { row, env: None, opens: Some(view) }
    }

    #[must_use]
    pub(super) fn about(mut self, env: &EnvName) -> Self {
        self.env = Some(env.clone());
        self
    }

    pub(super) fn faded(mut self) -> Self {
        self.row = self.row.faded();
        self
    }

    fn is_stop(&self) -> bool {
        self.opens.is_some() || self.env.is_some()
    }
}

/// Returns where the cursor stands: on the line that was asked for, else on the next that leads somewhere, else on the last.
pub(super) fn stop_at(lines: &[Line], row: usize) -> Option<usize> {
    let after = lines.iter().enumerate().skip(row).find(|(_, line)| line.is_stop());
    after.or_else(|| lines.iter().enumerate().rfind(|(_, line)| line.is_stop())).map(|(at, _)| at)
}

/// Returns the line that the cursor goes to when it is sent to one: never against the way it moves.
pub(super) fn step(lines: &[Line], (from, to): (usize, usize)) -> usize {
    let Some(here) = stop_at(lines, from) else { return to };
    let stops = || lines.iter().enumerate().filter(|(_, line)| line.is_stop()).map(|(at, _)| at);
    let target = here.saturating_add_signed(to as isize - from as isize).min(lines.len().saturating_sub(1));
    let found =
        if to >= from { stops().find(|at| *at >= target && *at > here) } else { stops().rfind(|at| *at <= target) };
    found.or_else(|| if to >= from { stops().next_back() } else { stops().next() }).unwrap_or(here)
}

/// Draws the lines with the cursor where it may stand.
pub(super) fn draw(state: &State, lines: &[Line], cursor: Cursor, (area, buffer): (Rect, &mut Buffer)) {
    let rows: Vec<Row> = lines.iter().map(|line| line.row.clone()).collect();
    match stop_at(lines, cursor.row) {
        Some(row) => draw_list(&rows, Cursor { row, ..cursor }, area, buffer, &state.palette),
        None => crate::cockpit::widgets::draw_page(&rows, cursor.row, area, buffer, &state.palette),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(stops: &str) -> Vec<Line> {
        let line = |letter| match letter {
            'x' => Line::opening(Row::new(), View::Reasons),
            _ => Line::plain(Row::new()),
        };
        stops.chars().map(line).collect()
    }

    #[test]
    fn the_cursor_stands_only_where_enter_leads_somewhere() {
        let all = lines("--x-x--");
        assert_eq!([0, 2, 3, 5, 99].map(|row| stop_at(&all, row)), [2, 2, 4, 4, 4].map(Some));
        assert_eq!(stop_at(&lines("--"), 0), None);
    }

    #[test]
    fn the_cursor_goes_from_stop_to_stop_and_stays_at_the_ends() {
        let all = lines("--x-x--x-");
        assert_eq!(step(&all, (0, 1)), 4);
        assert_eq!(step(&all, (4, 5)), 7);
        assert_eq!(step(&all, (7, 8)), 7);
        assert_eq!(step(&all, (7, 6)), 4);
        assert_eq!(step(&all, (2, 1)), 2);
        assert_eq!(step(&all, (2, 8)), 7);
        assert_eq!(step(&all, (7, 0)), 2);
    }
}
