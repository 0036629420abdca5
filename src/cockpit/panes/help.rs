//! The keys that work where one came from, made from the live keymap; each can be run from here.

use super::offers::{FILTER, OPEN, and_ways};
use super::page::{Enter, Page, Sifting};
use crate::action::{ActAction, Action, AppAction, ListAction, PaneAction, Risk};
use crate::look::Look;
use crate::settings::keymap::chord_text;
use crate::settings::theme::Role;
use crate::widgets::{Focus, ListCursor, Row, draw_list, draw_page, fold_lines, frame, split_down};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// The keys of some contexts.
pub(crate) struct HelpPage<'a>(pub(super) &'a Vec<&'static str>);

impl Page for HelpPage<'_> {
    fn name(&self) -> String {
        "keys".to_owned()
    }

    fn draw(&self, look: &Look, area: Rect, buffer: &mut Buffer) {
        let contexts = self.0;
        let heading = Row::new().put(" Keys that work here ", Role::Title).put("· by task ", Role::Dim);
        let open = look.key_to(Action::Pane(PaneAction::Open));
        let heading = heading.right(" type to filter ", Role::Key).right(format!("· {open} runs it "), Role::Dim);
        let inside = frame(area, &heading, Focus::Here, buffer, &look.palette);
        let lines = lines(look, contexts);
        let rows: Vec<Row> = lines.iter().map(|line| row(look, line, usize::from(inside.width))).collect();
        let keys = keys(look, contexts);
        let at = keys.get(look.spot().row.min(keys.len().saturating_sub(1))).map_or(0, |(at, _)| *at);
        // The line of the selected key that has no room for all of it stands whole beneath the list.
        let columns = usize::from(inside.width);
        let cut = rows.get(at).filter(|row| row.needs() > columns && inside.height > 8);
        let mut whole = cut.map(|row| fold_lines(row.whole().trim_start(), columns)).unwrap_or_default();
        let most = usize::from(inside.height / 2);
        if whole.len() > most {
            whole.truncate(most.saturating_sub(1));
            whole.push(look.palette.sign("…", "~").to_owned());
        }
        // Between them stands how many follow.
        let gap = u16::from(!whole.is_empty());
        let (list, beneath) = split_down(inside, inside.height - whole.len() as u16 - gap);
        let (_, beneath) = split_down(beneath, gap);
        draw_list(&rows, ListCursor { row: at, attention: Focus::Here }, list, buffer, &look.palette);
        draw_page(&whole.iter().map(Row::text).collect::<Vec<_>>(), 0, beneath, buffer, &look.palette);
    }

    fn keys(&self, _: &Look) -> Vec<Action> {
        and_ways([OPEN, FILTER])
    }

    fn rows(&self, look: &Look) -> Vec<Row> {
        let lines = lines(look, self.0).into_iter();
        lines
            .filter_map(|line| match line {
                HelpLine::Key { chords, help, .. } => Some(Row::text(format!("{chords}  {help}"))),
                HelpLine::Heading(_) | HelpLine::Gap => None,
            })
            .collect()
    }

    fn enter(&self, _: &Look) -> Enter {
        Enter::Key
    }

    fn sifting(&self, _: &Look) -> Sifting {
        Sifting::Rows
    }
}

/// What somebody wants who asks for keys, in the order in which it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum HelpTask {
    Deploy,
    GoBack,
    Look,
    Move,
    Program,
    Dialog,
}

impl HelpTask {
    const ALL: [Self; 6] = [Self::Deploy, Self::GoBack, Self::Look, Self::Move, Self::Program, Self::Dialog];

    const fn title(self) -> &'static str {
        match self {
            Self::Deploy => "Deploy",
            Self::GoBack => "Go back",
            Self::Look => "Look",
            Self::Move => "Move",
            Self::Program => "People and tminus itself",
            Self::Dialog => "In a dialog",
        }
    }

    const fn of(action: Action) -> Self {
        match action {
            Action::Act(ActAction::RollBack) | Action::Run(_) => Self::GoBack,
            Action::Act(_) | Action::Repository(_) | Action::Check(_) => Self::Deploy,
            Action::View(_) | Action::Logs(_) | Action::Search(_) | Action::Messages(_) => Self::Look,
            Action::Pane(PaneAction::Open | PaneAction::Read | PaneAction::Subject) => Self::Look,
            Action::List(ListAction::Copy) => Self::Look,
            Action::Pane(_) | Action::List(_) | Action::App(AppAction::Back) => Self::Move,
            Action::App(
                AppAction::Reasons
                | AppAction::Tasks
                | AppAction::Messages
                | AppAction::Meanwhile
                | AppAction::Calls
                | AppAction::Refresh,
            ) => Self::Look,
            Action::App(_) | Action::Seat(_) => Self::Program,
            Action::Dialog(_) | Action::Text(_) => Self::Dialog,
        }
    }
}

/// A line of the help.
enum HelpLine {
    Heading(&'static str),
    Key { action: Action, chords: String, help: String },
    Gap,
}

fn lines(look: &Look, contexts: &[&'static str]) -> Vec<HelpLine> {
    let mut lines = Vec::new();
    for task in HelpTask::ALL {
        let all = Action::all().into_iter().filter(|action| HelpTask::of(*action) == task);
        let keys: Vec<HelpLine> = all.filter_map(|action| key(look, contexts, action)).collect();
        if !keys.is_empty() {
            lines.push(HelpLine::Heading(task.title()));
            lines.extend(keys);
            lines.push(HelpLine::Gap);
        }
    }
    lines.pop();
    lines
}

fn key(look: &Look, contexts: &[&'static str], action: Action) -> Option<HelpLine> {
    let all = contexts.iter().flat_map(|context| look.keymap.bindings(context));
    let bound: Vec<_> = all.filter(|b| b.run == action.id()).collect();
    let mut chords: Vec<String> = bound.iter().map(|b| chord_text(&b.chord)).collect();
    chords.dedup();
    let help = bound.first()?.desc.clone().unwrap_or_else(|| action.help().to_owned());
    Some(HelpLine::Key { action, chords: chords.join("  "), help })
}

fn keys(look: &Look, contexts: &[&'static str]) -> Vec<(usize, Action)> {
    let lines = lines(look, contexts).into_iter().enumerate();
    lines
        .filter_map(|(at, line)| if let HelpLine::Key { action, .. } = line { Some((at, action)) } else { None })
        .collect()
}

/// Returns the action of the selected key.
pub(crate) fn selected(look: &Look, contexts: &[&'static str]) -> Option<Action> {
    let keys = keys(look, contexts);
    keys.get(look.spot().row.min(keys.len().saturating_sub(1))).map(|(_, action)| *action)
}

fn row(look: &Look, line: &HelpLine, columns: usize) -> Row {
    let (action, chords, help) = match line {
        HelpLine::Heading(title) => return Row::heading(title),
        HelpLine::Gap => return Row::new(),
        HelpLine::Key { action, chords, help } => (*action, chords, help),
    };
    let sign = if action.risk() == Risk::Changes { look.palette.sign("▲ ", "! ") } else { "  " };
    let row = Row::new().put(sign, Role::Warn).column(chords, Role::Key, if columns < 60 { 10 } else { 20 });
    match action.why_not(look) {
        Some(why) => row.put(help, Role::Dim).put("  not now: ", Role::Warn).put(why, Role::Dim),
        None => row.put(help, Role::Text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_the_release_is_told_first_and_nothing_is_left_out() {
        for action in Action::all() {
            let is_act = matches!(action, Action::Act(_) | Action::Repository(_) | Action::Check(_) | Action::Run(_));
            let is_first = matches!(HelpTask::of(action), HelpTask::Deploy | HelpTask::GoBack);
            assert_eq!(is_act, is_first, "{}", action.id());
        }
    }
}
