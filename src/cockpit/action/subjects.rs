//! The actions by subject: one variant each, whose doc line is its help.

use super::registry::Risk;

macro_rules! actions {
    ($(#[$doc:meta])* $name:ident { $(#[doc = $help:literal] $variant:ident = $id:literal, $word:literal, $risk:ident;)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name { $(#[doc = $help] $variant,)* }

        impl $name {
            pub(super) const ALL: &'static [Self] = &[$(Self::$variant,)*];

            pub(super) const fn id(self) -> &'static str {
                match self { $(Self::$variant => $id,)* }
            }

            pub(super) const fn help(self) -> &'static str {
                match self { $(Self::$variant => $help,)* }
            }

            pub(super) const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            pub(super) const fn risk(self) -> Risk {
                match self { $(Self::$variant => Risk::$risk,)* }
            }
        }
    };
}

actions! {
    /// The program as a whole.
    AppAction {
        /// Leaves the cockpit; asks first while something runs.
        Quit = "app.quit", "quit", Looks;
        /// Goes back to where one came from.
        Back = "app.back", "back", Looks;
        /// Shows the keys that work here.
        Help = "app.help", "keys", Looks;
        /// Shows why it is not go.
        Reasons = "app.reasons", "why", Looks;
        /// Lists what runs, and what ran.
        Tasks = "app.tasks", "tasks", Looks;
        /// Lists what was said and refused, the newest first; errors stay until they are read.
        Messages = "app.messages", "messages", Looks;
        /// Finds any action, environment or check by name, and runs or opens it.
        Palette = "app.palette", "actions", Looks;
        /// Filters the keys that work here while one types, and runs one.
        Narrow = "app.narrow", "filter", Looks;
        /// Shows what happened before one came back.
        Meanwhile = "app.meanwhile", "meanwhile", Looks;
        /// Lists the exact calls that were made.
        Calls = "app.calls", "calls", Looks;
        /// Lists who is here: in which seat, where they look, and who cannot be told apart.
        People = "app.people", "people", Looks;
        /// Looks at every target and the branch again, now.
        Refresh = "app.refresh", "look again", Looks;
        /// Draws the whole screen again, where something else has written on it.
        Redraw = "app.redraw", "redraw", Looks;
        /// Acts under another name of the team; in a rehearsal only.
        ActAs = "app.act-as", "act as", Looks;
        /// Takes the mouse, or gives it back to the terminal, which selects text with it.
        Mouse = "app.mouse", "mouse", Looks;
        /// Stops the cockpit, and gives the terminal to the shell until it goes on (`fg`).
        Suspend = "app.suspend", "suspend", Looks;
        /// Closes what is open; never an action, and never the cockpit.
        Interrupt = "app.interrupt", "close", Looks;
    }
}

actions! {
    /// Which view is shown.
    ViewAction {
        /// Shows everything at a glance.
        Overview = "view.overview", "overview", Looks;
        /// Shows every environment: what runs where, what was done there, and the way back.
        Environments = "view.environments", "environments", Looks;
        /// Shows the newest log lines of every source.
        Logs = "view.logs", "logs", Looks;
        /// Shows every check of every phase.
        Checklist = "view.checklist", "checklist", Looks;
        /// Shows the branch, the versions and the clock of the release.
        Release = "view.release", "release", Looks;
        /// Shows the horizons of verification, with their numbers.
        Verify = "view.verify", "verify", Looks;
        /// Shows what is known while something is wrong.
        Incident = "view.incident", "incident", Looks;
        /// Shows what happened, fact by fact.
        Journal = "view.journal", "journal", Looks;
    }
}

actions! {
    /// Moving between panes.
    PaneAction {
        /// Goes to the next pane.
        Next = "pane.next", "next pane", Looks;
        /// Goes to the previous pane.
        Previous = "pane.previous", "previous pane", Looks;
        /// Gives the pane the whole screen, or takes it back.
        Zoom = "pane.zoom", "zoom", Looks;
        /// Opens what is selected.
        Open = "pane.open", "open", Looks;
        /// Opens the whole text of what has the keys in your pager.
        Read = "pane.read", "pager", Looks;
        /// Goes to what the entry is about: its action, check, environment or release.
        Subject = "pane.subject", "what it is about", Looks;
    }
}

actions! {
    /// Moving inside a pane.
    ListAction {
        /// Goes one line down.
        Down = "list.down", "down", Looks;
        /// Goes one line up.
        Up = "list.up", "up", Looks;
        /// Goes to the first line.
        Top = "list.top", "top", Looks;
        /// Goes to the last line.
        Bottom = "list.bottom", "bottom", Looks;
        /// Goes half a page down.
        HalfDown = "list.half-down", "half page down", Looks;
        /// Goes half a page up.
        HalfUp = "list.half-up", "half page up", Looks;
        /// Sends the selected line to the clipboard.
        Copy = "list.copy", "copy", Looks;
    }
}

actions! {
    /// The log lines.
    LogsAction {
        /// Follows the newest line, or stands still.
        Follow = "logs.follow", "follow/pause", Looks;
        /// Goes to the next line that says it is an error.
        NextError = "logs.next-error", "next error", Looks;
        /// Goes to the previous line that says it is an error; while following, to the newest.
        PreviousError = "logs.previous-error", "error", Looks;
        /// Goes to the next warning or error.
        NextWarning = "logs.next-warning", "next warning", Looks;
        /// Goes to the previous warning or error; while following, to the newest.
        PreviousWarning = "logs.previous-warning", "warning", Looks;
        /// Chooses which sources are shown.
        Sources = "logs.sources", "sources", Looks;
        /// Lifts the filter, and shows every source again.
        Lift = "logs.lift", "show all", Looks;
        /// Folds long lines, or cuts them.
        Wrap = "logs.wrap", "wrap", Looks;
        /// Shows the time of day, no time, the age, or date and zone.
        Time = "logs.time", "time", Looks;
        /// Looks further to the left of lines that are cut.
        Left = "logs.left", "left", Looks;
        /// Looks further to the right of lines that are cut.
        Right = "logs.right", "right", Looks;
        /// Sends the lines in sight to the clipboard, with time and source.
        CopyPane = "logs.copy-pane", "copy all in sight", Looks;
        /// Sets a mark with the time behind the newest line.
        Mark = "logs.mark", "mark", Looks;
        /// Shows the selected source, or hides it.
        TurnSource = "logs.turn-source", "show or hide", Looks;
        /// Shows the selected source alone; again, every source.
        OnlySource = "logs.only-source", "only this one", Looks;
        /// Shows every source.
        AllSources = "logs.all-sources", "all", Looks;
    }
}

actions! {
    /// Searching in a view.
    SearchAction {
        /// Searches for a text.
        Open = "search.open", "search", Looks;
        /// Shows only what a filter lets through; in the logs, the lines that match a regular expression.
        Filter = "search.filter", "filter", Looks;
        /// Goes to the next line that has it.
        Next = "search.next", "next hit", Looks;
        /// Goes to the previous line that has it.
        Previous = "search.previous", "previous hit", Looks;
        /// Takes the line as it is written.
        Take = "search.take", "done", Looks;
    }
}

actions! {
    /// Acting on the release.
    ActAction {
        /// Shows what a build of the release's artifacts would do.
        Build = "act.build", "build", Changes;
        /// Shows what a deploy to the selected environment would do.
        Deploy = "act.deploy", "deploy", Changes;
        /// Shows what a verification of the selected environment would measure.
        Verify = "act.verify", "verify", Changes;
        /// Shows what a rollback of the selected environment would do.
        RollBack = "act.roll-back", "roll back", Changes;
        /// Approves the proposal that waits: in the selected environment, or where one does.
        Approve = "act.approve", "approve", Changes;
        /// Goes on without one thing that the gate waits for, with a written reason.
        Waive = "act.waive", "waive", Changes;
        /// Locks the selected environment, unlocks it for who holds it, or takes it over from them.
        Lock = "act.lock", "lock", Changes;
    }
}

actions! {
    /// Checks.
    CheckAction {
        /// Runs the selected check.
        Run = "check.run", "check", Changes;
        /// Runs every check that is stale, missing or not good.
        RunAll = "check.run-all", "check all", Changes;
        /// Answers the selected check, which only a person can.
        Answer = "check.answer", "answer", Changes;
        /// Folds the selected phase or group of the checklist, or opens it.
        Fold = "check.fold", "fold", Looks;
    }
}

actions! {
    /// An action that runs, or stands still.
    RunAction {
        /// Stops the action at the next step boundary; a build at once.
        Stop = "run.stop", "stop safely", Changes;
        /// Tries the failed step again.
        Retry = "run.retry", "retry", Changes;
        /// Leaves everything as it is, and ends the action.
        Leave = "run.leave", "leave as it is", Changes;
        /// Says that a step whose end nobody saw is done.
        Accept = "run.accept", "accept", Changes;
    }
}

actions! {
    /// Who drives.
    SeatAction {
        /// Asks whoever drives for the driver's seat.
        Ask = "seat.ask", "ask to drive", Changes;
        /// Gives the driver's seat to who asks for it, or to somebody chosen.
        Give = "seat.give", "let drive", Changes;
        /// Tells who asks for the driver's seat that one goes on driving.
        Decline = "seat.decline", "go on driving", Changes;
        /// Takes the driver's seat: where nobody drives, from who is away, or from one's own other terminal.
        Take = "seat.take", "take the seat", Changes;
    }
}

actions! {
    /// What was said.
    MessagesAction {
        /// Copies the selected message, whole.
        Copy = "messages.copy", "copy", Looks;
        /// Marks every message as read.
        ReadAll = "messages.read-all", "all read", Looks;
    }
}

actions! {
    /// A dialog.
    DialogAction {
        /// Closes the dialog; nothing is done.
        Cancel = "dialog.cancel", "cancel", Looks;
        /// Goes to the next button.
        Next = "dialog.next", "next button", Looks;
        /// Goes to the previous button.
        Previous = "dialog.previous", "previous button", Looks;
        /// Presses the button.
        Press = "dialog.press", "press", Changes;
        /// Shows what is further down.
        Down = "dialog.down", "down", Looks;
        /// Shows what is further up.
        Up = "dialog.up", "up", Looks;
        /// Shows the exact calls of a preview, or folds them away.
        Calls = "dialog.calls", "calls", Looks;
    }
}

actions! {
    /// A text that is written.
    TextAction {
        /// Takes the text as it is.
        Submit = "text.submit", "done", Changes;
        /// Begins a new line.
        NewLine = "text.new-line", "new line", Looks;
        /// Goes on writing in the editor that $VISUAL or $EDITOR names.
        Edit = "text.edit", "editor", Looks;
        /// Takes the last change of the text back.
        Undo = "text.undo", "undo", Looks;
        /// Makes a change again that was taken back.
        Redo = "text.redo", "redo", Looks;
    }
}
