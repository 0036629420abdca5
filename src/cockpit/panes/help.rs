//! The keys that work where one came from, made from the live keymap.

use super::page::page;
use crate::cockpit::action::{Action, Risk};
use crate::cockpit::state::State;
use crate::cockpit::widgets::Row;
use crate::config::keymap::chord_text;
use crate::config::theme::Role;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

pub(crate) fn rows(state: &State, contexts: &[&str]) -> Vec<Row> {
    let mut rows = Vec::new();
    for context in contexts {
        let lines: Vec<Row> = Action::all().into_iter().filter_map(|action| row(state, context, action)).collect();
        if !lines.is_empty() {
            rows.push(Row::heading(title_of(context)));
            rows.extend(lines);
            rows.push(Row::new());
        }
    }
    rows
}

fn row(state: &State, context: &str, action: Action) -> Option<Row> {
    let bound: Vec<_> = state.keymap.bindings(context).iter().filter(|b| b.run == action.id()).collect();
    let chords: Vec<String> = bound.iter().map(|b| chord_text(&b.chord)).collect();
    let help = bound.first()?.desc.as_deref().unwrap_or_else(|| action.help());
    let role = if action.risk() == Risk::Changes { Role::Warn } else { Role::Text };
    Some(Row::new().put("  ", Role::Text).column(chords.join("  "), Role::Key, 20).put(help, role))
}

fn title_of(context: &str) -> &str {
    match context {
        "global" => "Everywhere",
        "list" => "In a list or on a page",
        "view.overview" => "On the overview",
        "view.journal" => "In the journal",
        "view.run" => "While an action runs, or stands still",
        "view.check" | "pane.checklist" => "On a check",
        "view.verify" => "On verification",
        "view.fact" => "On a fact",
        "pane.logs" => "In the logs",
        other => other,
    }
}

pub(crate) fn draw(state: &State, contexts: &[&str], area: Rect, buffer: &mut Buffer) {
    let heading = Row::new().put(" Keys that work here ", Role::Title).right(" Esc goes back ", Role::Dim);
    page(state, &heading, &rows(state, contexts), area, buffer);
}
