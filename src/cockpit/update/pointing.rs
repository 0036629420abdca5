//! The mouse: a click selects what is under it, and never confirms anything; the wheel scrolls what is under it.

use super::state::State;
use crate::action::{DialogAction, ListAction};
use crate::layout;
use crate::message::{Effect, Pointed};
use crate::panes;
use crate::screen;
use crate::settings::theme::Role;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use std::time::Instant;

/// How many lines the wheel scrolls.
const WHEEL: usize = 3;

impl State {
    /// Takes what the mouse did.
    pub(crate) fn point(&mut self, what: Pointed, (column, line): (u16, u16), at: Instant) -> Vec<Effect> {
        self.hint = None;
        self.pending.clear();
        self.guard.now = Some(at);
        if self.dialog.is_some() {
            self.point_at_dialog(what);
            return Vec::new();
        }
        if what != Pointed::Drag {
            self.focus_at(column, line);
        }
        match what {
            Pointed::Click if self.is_in_logs() => self.select_line_at(line),
            Pointed::Drag if self.is_in_logs() => self.drag_to(line),
            Pointed::Click => self.select_at(column, line),
            // Elsewhere there is nothing to be dragged over.
            Pointed::Drag => {}
            Pointed::WheelUp => self.wheel(ListAction::Up),
            Pointed::WheelDown => self.wheel(ListAction::Down),
        }
        Vec::new()
    }

    /// Selects the log line under the pointer; lines that go by stand still for it.
    fn select_line_at(&mut self, line: u16) {
        if let Some(number) = panes::logs::number_at(self, line) {
            self.look.logs.end_range();
            self.look.logs.select(number);
        }
    }

    /// Selects every log line from the one that was clicked on to the one under the pointer; beyond the pane, to its edge.
    fn drag_to(&mut self, line: u16) {
        if let Some(number) = panes::logs::number_at(self, line) {
            self.look.logs.begin_range();
            self.look.logs.select(number);
            self.hint = self.range_words();
        }
    }

    /// In a dialog only the wheel counts: what a button does wants a key that was meant.
    fn point_at_dialog(&mut self, what: Pointed) {
        match what {
            Pointed::Drag => {}
            Pointed::Click => self.hint = Some("a dialog is answered with keys: nothing was done".to_owned()),
            Pointed::WheelUp => drop(self.act_dialog(DialogAction::Up)),
            Pointed::WheelDown => drop(self.act_dialog(DialogAction::Down)),
        }
    }

    fn wheel(&mut self, way: ListAction) {
        for _ in 0..WHEEL {
            self.act_list(way);
        }
    }

    /// Gives the pane under the pointer the keys.
    fn focus_at(&mut self, column: u16, line: u16) {
        if !self.is_overview() {
            return;
        }
        let places = panes::overview::places(self, layout::view_area(self));
        if let Some((pane, _)) = places.into_iter().find(|(_, place)| place.contains(Position::new(column, line))) {
            self.look.panes.focus = pane;
        }
    }

    /// Selects the row under the pointer: the one whose mark is seen there once it is selected. Which row stands on which line
    /// only the panes know, so that they are asked by drawing.
    fn select_at(&mut self, column: u16, line: u16) {
        let before = self.row();
        let count = self.here().count(self);
        let mut row = before.min(count.saturating_sub(1));
        // Each try is nearer; a list that scrolls under the pointer needs some.
        for _ in 0..TRIES {
            self.move_to(row);
            let Some(seen) = self.marked_line(column) else { break };
            let away = isize::try_from(i32::from(line) - i32::from(seen)).unwrap_or(0);
            if away == 0 {
                return;
            }
            let next = row.saturating_add_signed(away).min(count.saturating_sub(1));
            if next == row {
                break;
            }
            row = next;
        }
        // Under the pointer is no row: a heading, or a gap.
        self.move_to(before);
    }

    /// Returns the line on which the selected row is seen in a column.
    fn marked_line(&self, column: u16) -> Option<u16> {
        let mut buffer = Buffer::empty(self.area());
        screen::draw(self, self.area(), &mut buffer);
        let marked = self.palette.style(Role::Selection);
        let body = layout::view_area(self);
        (body.top()..body.bottom()).find(|line| {
            let cell = buffer.cell(Position::new(column, *line));
            cell.is_some_and(|cell| {
                cell.modifier.contains(marked.add_modifier) && marked.bg.is_none_or(|bg| cell.bg == bg)
            })
        })
    }

    fn area(&self) -> Rect {
        Rect { x: 0, y: 0, width: self.size.0, height: self.size.1 }
    }
}

/// How often the row under the pointer is looked for.
const TRIES: usize = 24;
