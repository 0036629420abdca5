//! Lines of which some lead somewhere: the cursor goes from one of those to the next.

use crate::look::Look;
use crate::settings::theme::Role;
use crate::view::View;
use crate::widgets::{ListCursor, Row, draw_long_list, fold_lines, point};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use tminus_core::names::EnvName;

/// A line, what it is about, and what Enter opens on it.
#[derive(Clone, Debug)]
pub(crate) struct PageLine {
    pub(crate) row: Row,
    /// The environment that it is about.
    pub(crate) env: Option<EnvName>,
    /// The environment that action keys are about once the cursor was here.
    pub(crate) chooses: Option<EnvName>,
    pub(crate) opens: Option<View>,
}

impl PageLine {
    pub(super) const fn plain(row: Row) -> Self {
        Self { row, env: None, chooses: None, opens: None }
    }

    pub(super) const fn opening(row: Row, view: View) -> Self {
        Self { row, env: None, chooses: None, opens: Some(view) }
    }

    #[must_use]
    pub(super) fn about(mut self, env: &EnvName) -> Self {
        self.env = Some(env.clone());
        self
    }

    #[must_use]
    pub(super) fn choosing(mut self, env: &EnvName) -> Self {
        self.chooses = Some(env.clone());
        self.about(env)
    }

    pub(super) fn faded(mut self) -> Self {
        self.row = self.row.faded();
        self
    }

    fn is_stop(&self) -> bool {
        self.opens.is_some() || self.env.is_some()
    }
}

/// Folds a text beside a label, which only its first line has.
pub(super) fn labelled(label: &str, text: &str, room: usize) -> Vec<Row> {
    labelled_as(label, (text, Role::Text), room)
}

/// Folds a text in a role of its own beside a label.
pub(super) fn labelled_as(label: &str, (text, role): (&str, Role), room: usize) -> Vec<Row> {
    let indent = Row::label("").width();
    let labels = std::iter::once(label).chain(std::iter::repeat(""));
    let lines = fold_lines(text, room.saturating_sub(indent));
    labels.zip(lines).map(|(label, line)| Row::label(label).put(line, role)).collect()
}

/// How many lines that lead nowhere are passed over at once; what is longer is read line by line.
const PASSED: usize = 4;

/// Returns the first line that leads somewhere: there the cursor begins.
pub(super) fn first(lines: &[PageLine]) -> usize {
    lines.iter().position(PageLine::is_stop).unwrap_or(0)
}

/// Returns the line that the cursor is about: its own, else the one above that it goes on, else the next.
pub(super) fn about(lines: &[PageLine], row: usize) -> Option<&PageLine> {
    let row = row.min(lines.len().saturating_sub(1));
    let above = lines.iter().take(row + 1).rfind(|line| line.is_stop());
    above.or_else(|| lines.iter().skip(row).find(|line| line.is_stop()))
}

/// Returns the line that the cursor goes to when it is sent from one to another.
pub(super) fn step(lines: &[PageLine], (from, to): (usize, usize)) -> usize {
    let stops = || lines.iter().enumerate().filter(|(_, line)| line.is_stop()).map(|(at, _)| at);
    let found = if to > from { stops().find(|at| *at >= to) } else { stops().rfind(|at| *at <= to) };
    found.filter(|at| at.abs_diff(to) <= PASSED && *at != from).unwrap_or(to)
}

/// Draws the lines with the cursor.
pub(super) fn draw(look: &Look, lines: &[PageLine], cursor: ListCursor, (area, buffer): (Rect, &mut Buffer)) {
    draw_long_list(lines.len(), cursor, |at| lines[at].row.clone(), (area, buffer, &look.palette));
    point(lines.len(), cursor, area, (buffer, &look.palette));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(stops: &str) -> Vec<PageLine> {
        let line = |letter| match letter {
            'x' => PageLine::opening(Row::new(), View::Reasons),
            _ => PageLine::plain(Row::new()),
        };
        stops.chars().map(line).collect()
    }

    #[test]
    fn the_cursor_begins_where_enter_leads_somewhere_and_is_about_what_it_goes_on() {
        let all = lines("--x-x--");
        assert_eq!(first(&all), 2);
        assert!(about(&all, 0).is_some_and(|line| line.opens.is_some()));
        assert!(about(&lines("--"), 0).is_none());
    }

    #[test]
    fn the_cursor_goes_from_stop_to_stop_and_reads_what_is_long_line_by_line() {
        let all = lines("--x-x--x-------x");
        assert_eq!(step(&all, (2, 3)), 4);
        assert_eq!(step(&all, (4, 5)), 7);
        assert_eq!(step(&all, (7, 6)), 4);
        assert_eq!(step(&all, (7, 8)), 8);
        assert_eq!(step(&all, (8, 9)), 9);
        assert_eq!(step(&all, (10, 11)), 15);
        // What stands above the first of them can still be read.
        assert_eq!(step(&all, (2, 1)), 1);
        assert_eq!(step(&all, (1, 0)), 0);
    }
}
