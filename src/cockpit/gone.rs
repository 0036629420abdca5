//! The engine has gone: since when, what is done about it, and how the screen says that what stands on it is old.

use super::action::{Action, AppAction};
use super::dialogs::Dialog;
use super::message::{Effect, Rejoining};
use super::said::{Entry, Tone};
use super::state::State;
use super::widgets::Row;
use crate::config::theme::Role;
use crate::domain::time::{age, brief};
use jiff::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};

/// An engine that has gone.
#[derive(Clone, Debug)]
pub(crate) struct Gone {
    pub(crate) since: Timestamp,
    /// What is done about it.
    pub(crate) again: Rejoining,
    /// Whether a person wants to hear what the next try comes to.
    asked: Asked,
    /// Why the last try came to nothing, as it was told: the same is not told at each of them.
    told: Option<String>,
}

/// Whether a person asked for the try that is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    Yes,
    No,
}

impl State {
    pub(crate) fn lose_engine(&mut self) {
        self.gone = Some(Gone { since: self.now, again: Rejoining::Never, asked: Asked::No, told: None });
        self.logs.change_engine();
        let says = "has ended; what was begun is in the journal";
        self.said.keep(Entry::new(self.now, Tone::Trouble, "the engine", says));
    }

    pub(crate) fn rejoining(&mut self, what: Rejoining) {
        let Some(gone) = &mut self.gone else { return };
        let before = std::mem::replace(&mut gone.again, what.clone());
        match (before, what) {
            (Rejoining::Trying, Rejoining::Later { why, .. }) => self.tell_why_not(&why),
            (_, Rejoining::Never | Rejoining::Trying | Rejoining::Later { .. } | Rejoining::Stopped { .. }) => {}
        }
    }

    /// Tells why a try came to nothing: once, and again whenever it is another reason, or a person asked for the try.
    fn tell_why_not(&mut self, why: &str) {
        let Some(gone) = &mut self.gone else { return };
        let is_known = gone.told.as_deref() == Some(why);
        let asked = std::mem::replace(&mut gone.asked, Asked::No);
        if is_known && asked == Asked::No {
            return;
        }
        gone.told = Some(why.to_owned());
        let mut lines = why.lines().map(str::trim).filter(|line| !line.is_empty());
        let says = format!("was not joined again, nor started: {}", lines.next().unwrap_or("nobody says why"));
        let reasons = lines.map(str::to_owned).collect();
        if asked == Asked::Yes {
            self.hint = Some(says.clone());
        }
        self.said.keep(Entry { reasons, ..Entry::new(self.now, Tone::Trouble, "the engine", says) });
    }

    /// Says whether another engine can be joined, or is being.
    pub(crate) fn is_away_from_engine(&self) -> bool {
        self.gone.as_ref().is_some_and(|gone| gone.again != Rejoining::Never)
    }

    /// Asks for an engine now: a person does not want to wait for the next try.
    pub(crate) fn rejoin(&mut self) -> Vec<Effect> {
        self.rejoining(Rejoining::Trying);
        if let Some(gone) = &mut self.gone {
            gone.asked = Asked::Yes;
        }
        vec![Effect::Rejoin]
    }

    /// An engine is there again: what was asked of the one before it has no answer any more.
    /// Returns since when the one before it was gone, and the last fact that was seen of it.
    pub(crate) fn find_engine(&mut self) -> Option<(Timestamp, u64)> {
        let since = self.gone.take()?.since;
        for asked in std::mem::take(&mut self.asked) {
            let says = "was asked of an engine that has ended since: look at what is true now, and ask again";
            self.said.keep(Entry::new(self.now, Tone::Trouble, asked.what, says));
        }
        if let Some(Dialog::Preview(dialog)) = &mut self.dialog {
            // Its answer is waited for no longer; the next second asks this engine, where it is missing or old.
            dialog.answered = dialog.ticket;
        }
        self.say(Tone::Done, "the engine", "is joined again");
        Some((since, self.world.as_ref().map_or(0, |world| world.release.seq)))
    }

    /// Says why nothing can be asked of the engine now; nothing while it is there.
    pub(crate) fn engineless(&self) -> Option<String> {
        let gone = self.gone.as_ref()?;
        let key = || self.key_to(Action::App(AppAction::Refresh));
        Some(match &gone.again {
            Rejoining::Never => "the engine has ended; what was begun is in the journal".to_owned(),
            Rejoining::Trying => "the engine has ended, and is being joined again: nothing was done".to_owned(),
            Rejoining::Later { .. } => {
                format!("the engine has ended: nothing was done; {} joins again now", key())
            }
            Rejoining::Stopped { by } => format!("{by} stopped the engine: nothing was done; {} starts one", key()),
        })
    }

    /// Returns the line that nobody may miss while the engine is gone, as long as there is room for it.
    pub(super) fn banner(&self, columns: usize) -> Option<Row> {
        let gone = self.gone.as_ref()?;
        let since = brief(age(self.now, gone.since));
        let key = self.key_to(Action::App(AppAction::Refresh));
        let (sign, role) = match &gone.again {
            Rejoining::Never | Rejoining::Trying | Rejoining::Later { .. } => (self.palette.sign("✗", "x"), Role::Fail),
            Rejoining::Stopped { .. } => (self.palette.sign("■", "#"), Role::Warn),
        };
        let says = match &gone.again {
            Rejoining::Never => [
                format!("the engine ended {since} ago; what was begun is in the journal"),
                format!("the engine ended {since} ago"),
                format!("engine ended {since} ago"),
            ],
            Rejoining::Trying => [
                format!("the engine ended {since} ago; joining again"),
                format!("engine ended {since} ago; joining again"),
                format!("engine ended {since} ago"),
            ],
            Rejoining::Later { why, at } => {
                let wait = brief(age(*at, self.now));
                let why = why.lines().next().unwrap_or_default();
                [
                    format!("the engine ended {since} ago; {why}; again in {wait}, or now with {key}"),
                    format!("engine ended {since} ago; again in {wait}, or {key}"),
                    format!("engine ended {since} ago; {key}"),
                ]
            }
            Rejoining::Stopped { by } => [
                format!("{by} stopped the engine {since} ago; the next one is joined, and {key} starts one"),
                format!("{by} stopped the engine; {key} starts one"),
                format!("engine stopped; {key}"),
            ],
        };
        let old = format!("as of {} ", self.time_of_day(gone.since));
        let rows = says.map(|says| Row::new().put(format!("{sign} {says}"), role));
        let [.., shortest] = rows.clone();
        let aged = rows.iter().map(|row| row.clone().right(&old, Role::Dim)).find(|row| row.needs() <= columns);
        Some(aged.or_else(|| rows.into_iter().find(|row| row.width() <= columns)).unwrap_or(shortest))
    }

    /// Dims what is not known to be so any more. What stands on a ground keeps its ink: the dim one may not be readable there.
    pub(super) fn fade(&self, area: Rect, buffer: &mut Buffer) {
        if self.gone.is_none() {
            return;
        }
        let dim = Style { bg: None, ..self.palette.style(Role::Dim) }.remove_modifier(Modifier::BOLD);
        for place in area.intersection(buffer.area).positions() {
            if let Some(cell) = buffer.cell_mut(place).filter(|cell| cell.bg == Color::Reset) {
                cell.set_style(dim);
            }
        }
    }
}
