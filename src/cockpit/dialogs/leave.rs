//! Leaving while something runs: what runs, and the ways to go. Where the engine works on, detaching comes first.

use super::dialog::{Dialog, Pressed, Way};
use super::shape::{DialogSheet, body_height, text_width};
use crate::look::Look;
use crate::opening::EngineLocation;
use crate::panes::actions;
use crate::settings::theme::Role;
use crate::widgets::{Focus, Row, fold_lines, width};
use jiff::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use tminus_core::release::ActionState;
use tminus_core::time::{age, brief};

/// The question, and which way is chosen.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct LeaveDialog {
    pub(crate) row: usize,
    pub(crate) farewell: Farewell,
}

/// What comes of the question once what ran has ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Farewell {
    /// It has not ended.
    #[default]
    NotYet,
    /// The cockpit leaves by itself then.
    At(Timestamp),
    /// A key was pressed: whoever asked decides.
    Kept,
}

impl Way {
    /// Returns the ways, the first of which Enter takes: one that does no harm.
    fn all(look: &Look) -> Vec<Self> {
        match (look.is_working(), look.housing) {
            // Whatever ran has ended meanwhile: there is nothing to wait for, and nothing to stop.
            (false, EngineLocation::Elsewhere) => vec![Self::Leave, Self::Stay],
            (false, EngineLocation::Here) => vec![Self::Stay, Self::Leave],
            (true, EngineLocation::Elsewhere) => vec![Self::Leave, Self::Wait, Self::Stop, Self::Stay],
            (true, EngineLocation::Here) => vec![Self::Stay, Self::Wait, Self::Stop, Self::Leave],
        }
    }

    fn words(self, look: &Look) -> (&'static str, &'static str) {
        match (self, look.housing) {
            (Self::Leave, _) if !look.is_working() => ("Leave", "nothing is running"),
            (Self::Leave, EngineLocation::Elsewhere) => ("Detach", "leave; the engine continues"),
            (Self::Leave, EngineLocation::Here) => ("Leave", "it stops here; the next start resumes it"),
            (Self::Wait, _) => ("Wait", "leave when it is over"),
            (Self::Stop, _) => ("Stop safely", "at the next step; stay and watch"),
            (Self::Stay, _) => ("Cancel", "stay"),
        }
    }
}

impl Dialog for LeaveDialog {
    fn context(&self) -> &'static str {
        "dialog.choose"
    }

    fn turn(&mut self, _: &Look, by: isize, _: usize) {
        self.row = self.row.saturating_add_signed(by).min(3);
    }

    fn press(&mut self, look: &Look) -> Pressed {
        Pressed::Leaves(self.way(look))
    }

    fn draw(&self, look: &Look, area: Rect, buffer: &mut Buffer) {
        let columns = text_width(area);
        let foot = self.foot(look, columns);
        let mut body = running(look, columns);
        if body.is_empty() {
            body.push(Row::dim("What ran has ended."));
            if let Farewell::At(_) = self.farewell {
                body.push(Row::new().put("tminus leaves in a moment; any key keeps it open.", Role::Warn));
            }
        } else if look.housing == EngineLocation::Here {
            let says =
                "The engine runs in this process: what runs stops with the cockpit, and the next start resumes it.";
            body.push(Row::new());
            body.extend(fold_lines(says, columns).iter().map(Row::dim));
        }
        let room = body_height(area, foot.len());
        if body.len() > room && room > 1 {
            let more = body.len() - (room - 1);
            body.truncate(room - 1);
            body.push(Row::dim(format!("{} {more} more lines", look.palette.sign("↓", "v"))));
        }
        let heading = if look.is_working() { " Leave while this runs? " } else { " Leave? " };
        let heading = Row::new().put(heading, Role::Title);
        DialogSheet { heading, body: &body, first: 0, foot: &foot, attention: Focus::Here }.draw(look, area, buffer);
    }
}

impl LeaveDialog {
    /// Returns the way that is chosen: to stay, where the one that was is offered no more.
    fn way(self, look: &Look) -> Way {
        Way::all(look).get(self.row).copied().unwrap_or(Way::Stay)
    }

    fn foot(self, look: &Look, columns: usize) -> Vec<Row> {
        let chosen = self.way(look);
        let row = |way: Way| {
            let (name, says) = way.words(look);
            let is_chosen = way == chosen;
            let mark = if is_chosen { look.palette.sign("▸ ", "> ") } else { "  " };
            let (name_role, says_role) = if is_chosen { (Role::Button, Role::Text) } else { (Role::Text, Role::Dim) };
            let row = Row::new().put(mark, Role::Accent).put(format!(" {name} "), name_role);
            let gap = " ".repeat(16_usize.saturating_sub(row.width()));
            let fits = row.width() + width(&gap) + width(says) <= columns;
            if fits { row.put(gap, Role::Text).put(says, says_role) } else { row }
        };
        Way::all(look).into_iter().map(row).collect()
    }
}

/// Lists what runs: what it is, its id, at which step, for how long.
fn running(look: &Look, columns: usize) -> Vec<Row> {
    let Some(world) = &look.world else { return Vec::new() };
    let mut rows: Vec<Row> = Vec::new();
    for action in world.release.active_actions() {
        let (sign, role, word) = actions::standing(action, look);
        rows.push(Row::new().put(format!("{sign} "), role).put(actions::what(action), Role::Strong).right(word, role));
        let says = format!("{}, {}", action.id, step(look, action));
        let lines = fold_lines(&says, columns.saturating_sub(2));
        rows.extend(lines.iter().map(|line| Row::dim(format!("  {line}"))));
    }
    let checks = world.release.checks.values().flatten();
    for (name, (since, _)) in checks.filter_map(|(name, check)| Some((name, check.running.as_ref()?))) {
        let (sign, role) = (look.palette.sign("◌", "o"), Role::Busy);
        let row = Row::new().put(format!("{sign} "), role).put(format!("check {name}"), Role::Strong);
        rows.push(row.right(format!("running, {}", brief(age(look.now, *since))), role));
    }
    rows
}

/// Says at which step an action is, and since when it runs.
fn step(look: &Look, action: &ActionState) -> String {
    let since = format!("since {}", look.time_of_day(action.since()));
    match action.current() {
        Some((at, _)) => format!("step {} of {}, {since}", at + 1, action.steps.len()),
        None => since,
    }
}
