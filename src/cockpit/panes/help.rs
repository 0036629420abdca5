//! The keys that work where one came from, made from the live keymap; each can be run from here.

use crate::cockpit::action::{Action, AppAction, PaneAction, Risk};
use crate::cockpit::state::State;
use crate::cockpit::widgets::{Attention, Cursor, Row, draw_list, frame};
use crate::config::keymap::chord_text;
use crate::config::theme::Role;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// A line of the help.
enum Line {
    Heading(&'static str),
    Key { action: Action, chords: String, help: String },
    Gap,
}

fn lines(state: &State, contexts: &[&'static str]) -> Vec<Line> {
    let mut lines = Vec::new();
    for context in contexts {
        let keys: Vec<Line> = Action::all().into_iter().filter_map(|action| key(state, context, action)).collect();
        if !keys.is_empty() {
            lines.push(Line::Heading(title_of(context)));
            lines.extend(keys);
            lines.push(Line::Gap);
        }
    }
    lines.pop();
    lines
}

fn key(state: &State, context: &str, action: Action) -> Option<Line> {
    let bound: Vec<_> = state.keymap.bindings(context).iter().filter(|b| b.run == action.id()).collect();
    let chords: Vec<String> = bound.iter().map(|b| chord_text(&b.chord)).collect();
    let help = bound.first()?.desc.clone().unwrap_or_else(|| action.help().to_owned());
    Some(Line::Key { action, chords: chords.join("  "), help })
}

fn keys(state: &State, contexts: &[&'static str]) -> Vec<(usize, Action)> {
    let lines = lines(state, contexts).into_iter().enumerate();
    lines.filter_map(|(at, line)| if let Line::Key { action, .. } = line { Some((at, action)) } else { None }).collect()
}

pub(crate) fn count(state: &State, contexts: &[&'static str]) -> usize {
    keys(state, contexts).len()
}

/// Returns the action of the selected key.
pub(crate) fn selected(state: &State, contexts: &[&'static str]) -> Option<Action> {
    let keys = keys(state, contexts);
    keys.get(state.spot().row.min(keys.len().saturating_sub(1))).map(|(_, action)| *action)
}

/// Returns each key with its help, as a copy takes them.
pub(super) fn texts(state: &State, contexts: &[&'static str]) -> Vec<Row> {
    let lines = lines(state, contexts).into_iter();
    lines
        .filter_map(|line| match line {
            Line::Key { chords, help, .. } => Some(Row::text(format!("{chords}  {help}"))),
            Line::Heading(_) | Line::Gap => None,
        })
        .collect()
}

fn row(state: &State, line: &Line, columns: usize) -> Row {
    let (action, chords, help) = match line {
        Line::Heading(title) => return Row::heading(title),
        Line::Gap => return Row::new(),
        Line::Key { action, chords, help } => (*action, chords, help),
    };
    let sign = if action.risk() == Risk::Changes { state.palette.sign("▲ ", "! ") } else { "  " };
    let row = Row::new().put(sign, Role::Warn).column(chords, Role::Key, if columns < 60 { 10 } else { 20 });
    match state.why_not(action) {
        Some(why) => row.put("not now: ", Role::Warn).put(why, Role::Dim),
        None => row.put(help, Role::Text),
    }
}

const fn title_of(context: &'static str) -> &'static str {
    match context.as_bytes() {
        b"global" => "Everywhere",
        b"list" => "In a list or on a page",
        b"view.overview" => "On the overview",
        b"view.environments" | b"pane.environments" => "On an environment",
        b"view.release" => "On the release",
        b"view.incident" => "While something is wrong",
        b"view.journal" => "In the journal",
        b"view.run" => "While an action runs, or stands still",
        b"view.tasks" => "On a task",
        b"view.messages" => "On a message",
        b"view.check" | b"pane.checklist" => "On a check",
        b"view.verify" => "On verification",
        b"view.fact" => "On a fact",
        b"view.calls" => "On a call",
        b"view.help" => "Among the keys",
        b"view.page" => "On a page",
        b"pane.branch" => "On the branch",
        b"pane.way-back" => "On the way back",
        b"pane.logs" => "In the logs",
        b"dialog.confirm" => "Before something is done",
        b"dialog.choose" => "Where one of several is chosen",
        b"dialog.write" => "Where a text is written",
        b"dialog.message" => "On a message that is open",
        b"dialog.prompt" => "Where a line is written",
        b"dialog.palette" => "Among the actions",
        b"dialog.sources" => "Among the sources of lines",
        _ => context,
    }
}

pub(crate) fn draw(state: &State, contexts: &[&'static str], area: Rect, buffer: &mut Buffer) {
    let heading = Row::new().put(" Keys that work here ", Role::Title);
    let filter = state.chord_of(Action::App(AppAction::Narrow), &["view.help"]);
    let heading = heading.right(format!(" {} runs it ", state.key_to(Action::Pane(PaneAction::Open))), Role::Dim);
    let heading = match filter {
        Some(key) => heading.right(format!(" {key}"), Role::Key).right(" filters ", Role::Dim),
        None => heading,
    };
    let inside = frame(area, &heading, Attention::Here, buffer, &state.palette);
    let lines = lines(state, contexts);
    let rows: Vec<Row> = lines.iter().map(|line| row(state, line, usize::from(inside.width))).collect();
    let keys = keys(state, contexts);
    let at = keys.get(state.spot().row.min(keys.len().saturating_sub(1))).map_or(0, |(at, _)| *at);
    draw_list(&rows, Cursor { row: at, attention: Attention::Here }, inside, buffer, &state.palette);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cockpit::keys::CONTEXTS;

    #[test]
    fn every_context_has_a_title_in_words() {
        for context in CONTEXTS {
            let title = title_of(context);
            assert!(title.starts_with(char::is_uppercase), "{context} stands there as {title}");
        }
    }
}
