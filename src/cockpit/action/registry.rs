//! All actions under one roof: id, help, risk. What they do is in `update`, why they may not is in `why_not`.

use super::repository::RepositoryAction;
use super::subjects::{
    ActAction, AppAction, CheckAction, DialogAction, ListAction, LogsAction, MessagesAction, PaneAction, Risk,
    RunAction, SearchAction, SeatAction, TextAction, ViewAction,
};

/// What a key binding names, by subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// The program as a whole.
    App(AppAction),
    /// Which view is shown.
    View(ViewAction),
    /// Moving between panes.
    Pane(PaneAction),
    /// Moving inside one.
    List(ListAction),
    /// The log lines.
    Logs(LogsAction),
    /// Searching.
    Search(SearchAction),
    /// Acting on the release.
    Act(ActAction),
    /// Acting on the repository.
    Repository(RepositoryAction),
    /// Checks.
    Check(CheckAction),
    /// An action that runs.
    Run(RunAction),
    /// Who drives.
    Seat(SeatAction),
    /// What was said.
    Messages(MessagesAction),
    /// A dialog.
    Dialog(DialogAction),
    /// A text that is written.
    Text(TextAction),
}

macro_rules! each_subject {
    ($self:expr, $inner:ident => $what:expr) => {
        match $self {
            Action::App($inner) => $what,
            Action::View($inner) => $what,
            Action::Pane($inner) => $what,
            Action::List($inner) => $what,
            Action::Logs($inner) => $what,
            Action::Search($inner) => $what,
            Action::Act($inner) => $what,
            Action::Repository($inner) => $what,
            Action::Check($inner) => $what,
            Action::Run($inner) => $what,
            Action::Seat($inner) => $what,
            Action::Messages($inner) => $what,
            Action::Dialog($inner) => $what,
            Action::Text($inner) => $what,
        }
    };
}

impl Action {
    /// Returns every action, in the order of the help.
    pub fn all() -> Vec<Self> {
        let mut all: Vec<Self> = ActAction::ALL.iter().copied().map(Self::Act).collect();
        all.extend(RepositoryAction::all().map(Self::Repository));
        all.extend(RunAction::ALL.iter().copied().map(Self::Run));
        all.extend(CheckAction::ALL.iter().copied().map(Self::Check));
        all.extend(SeatAction::ALL.iter().copied().map(Self::Seat));
        all.extend(ViewAction::ALL.iter().copied().map(Self::View));
        all.extend(PaneAction::ALL.iter().copied().map(Self::Pane));
        all.extend(ListAction::ALL.iter().copied().map(Self::List));
        all.extend(LogsAction::ALL.iter().copied().map(Self::Logs));
        all.extend(SearchAction::ALL.iter().copied().map(Self::Search));
        all.extend(AppAction::ALL.iter().copied().map(Self::App));
        all.extend(MessagesAction::ALL.iter().copied().map(Self::Messages));
        all.extend(DialogAction::ALL.iter().copied().map(Self::Dialog));
        all.extend(TextAction::ALL.iter().copied().map(Self::Text));
        all
    }

    /// Finds the action of an id.
    pub fn find(id: &str) -> Option<Self> {
        Self::all().into_iter().find(|a| a.id() == id)
    }

    /// Returns the name that a keymap gives it: `list.top`.
    pub const fn id(self) -> &'static str {
        each_subject!(self, a => a.id())
    }

    /// Returns what it does, in one line.
    pub fn help(self) -> &'static str {
        each_subject!(self, a => a.help()).trim()
    }

    /// Returns the word for the footer: `deploy`.
    pub const fn word(self) -> &'static str {
        each_subject!(self, a => a.word())
    }

    /// Returns what it may do to the world.
    pub const fn risk(self) -> Risk {
        each_subject!(self, a => a.risk())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_has_an_id_of_its_own_and_a_sentence() {
        let all = Action::all();
        for (at, action) in all.iter().enumerate() {
            assert!(all[at + 1..].iter().all(|other| other.id() != action.id()), "{} twice", action.id());
            assert!(action.help().ends_with('.') && !action.word().is_empty(), "{}", action.id());
            assert_eq!(Action::find(action.id()), Some(*action));
        }
    }
}
