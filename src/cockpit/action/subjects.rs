//! The actions by subject: one variant each, whose doc line is its help.

/// What an action may do to the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Risk {
    /// It looks, moves or opens something.
    Looks,
    /// It changes something, or records a decision.
    Changes,
}

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
        /// Leave the cockpit; it asks first while something runs.
        Quit = "app.quit", "quit", Looks;
        /// Go back to where you came from.
        Back = "app.back", "back", Looks;
        /// Show the keys that work here.
        Help = "app.help", "keys", Looks;
        /// Show why it is not GO.
        Reasons = "app.reasons", "why", Looks;
        /// List what runs, and what ran.
        Tasks = "app.tasks", "tasks", Looks;
        /// List what was said and refused, the newest first; errors stay until you read them.
        Messages = "app.messages", "messages", Looks;
        /// Find any action, environment or check by name, and run or open it.
        Palette = "app.palette", "actions", Looks;
        /// Show what happened while you were away.
        Meanwhile = "app.meanwhile", "meanwhile", Looks;
        /// List the exact calls that were made.
        Calls = "app.calls", "calls", Looks;
        /// List who is here: in which seat, where they look, and who cannot be told apart.
        People = "app.people", "people", Looks;
        /// Look at every target and the branch again, now.
        Refresh = "app.refresh", "look again", Looks;
        /// Redraw the whole screen after something else wrote on it.
        Redraw = "app.redraw", "redraw", Looks;
        /// Act under another name of the team; in a rehearsal only.
        ActAs = "app.act-as", "act as", Looks;
        /// Give the mouse to the terminal, which selects text with it, or take it back.
        Mouse = "app.mouse", "mouse", Looks;
        /// Turn read-only on or off: while it is on, no key changes anything.
        ReadOnly = "app.read-only", "read-only", Looks;
        /// Suspend the cockpit; `fg` brings it back.
        Suspend = "app.suspend", "suspend", Looks;
        /// Close what is open; never an action, and never the cockpit.
        Interrupt = "app.interrupt", "close", Looks;
    }
}

actions! {
    /// Which view is shown.
    ViewAction {
        /// Show everything at a glance.
        Overview = "view.overview", "overview", Looks;
        /// Show every environment: what runs there, what was done, and the rollback.
        Environments = "view.environments", "environments", Looks;
        /// Show the newest log lines of every source.
        Logs = "view.logs", "logs", Looks;
        /// Show every check of every phase.
        Checklist = "view.checklist", "checklist", Looks;
        /// Show the branch, the versions and the clock of the release.
        Release = "view.release", "release", Looks;
        /// Show the horizons of verification, with their numbers.
        Verify = "view.verify", "verify", Looks;
        /// Show what is wrong, since when, and the ways out.
        Incident = "view.incident", "incident", Looks;
        /// Show what happened, fact by fact.
        Journal = "view.journal", "journal", Looks;
    }
}

actions! {
    /// Moving between panes.
    PaneAction {
        /// Go to the next pane.
        Next = "pane.next", "next pane", Looks;
        /// Go to the previous pane.
        Previous = "pane.previous", "previous pane", Looks;
        /// Give the pane the whole screen, in the overview then half of it; then share it again.
        Zoom = "pane.zoom", "zoom", Looks;
        /// Open what is selected.
        Open = "pane.open", "open", Looks;
        /// Open the whole text in your pager.
        Read = "pane.read", "pager", Looks;
        /// Go to what the entry is about: its action, check, environment or release.
        Subject = "pane.subject", "what it is about", Looks;
    }
}

actions! {
    /// Moving inside a pane.
    ListAction {
        /// Move one line down.
        Down = "list.down", "down", Looks;
        /// Move one line up.
        Up = "list.up", "up", Looks;
        /// Go to the first line.
        Top = "list.top", "top", Looks;
        /// Go to the last line.
        Bottom = "list.bottom", "bottom", Looks;
        /// Move half a page down.
        HalfDown = "list.half-down", "half page down", Looks;
        /// Move half a page up.
        HalfUp = "list.half-up", "half page up", Looks;
        /// Copy the selected line.
        Copy = "list.copy", "copy", Looks;
    }
}

actions! {
    /// The log lines.
    LogsAction {
        /// Follow the newest line, or pause.
        Follow = "logs.follow", "follow/pause", Looks;
        /// Go to the next error.
        NextError = "logs.next-error", "next error", Looks;
        /// Go to the previous error; while following, to the newest.
        PreviousError = "logs.previous-error", "error", Looks;
        /// Go to the next warning or error.
        NextWarning = "logs.next-warning", "next warning", Looks;
        /// Go to the previous warning or error; while following, to the newest.
        PreviousWarning = "logs.previous-warning", "warning", Looks;
        /// Choose which sources are shown.
        Sources = "logs.sources", "sources", Looks;
        /// Clear the filter, and show every source again.
        Lift = "logs.lift", "show all", Looks;
        /// Wrap long lines, or cut them.
        Wrap = "logs.wrap", "wrap", Looks;
        /// Show the time of day, no time, the age, or date and zone.
        Time = "logs.time", "time", Looks;
        /// Scroll cut lines to the left.
        Left = "logs.left", "left", Looks;
        /// Scroll cut lines to the right.
        Right = "logs.right", "right", Looks;
        /// Copy the lines in sight, with time and source.
        CopyPane = "logs.copy-pane", "copy all in sight", Looks;
        /// Set a mark with the time after the newest line.
        Mark = "logs.mark", "mark", Looks;
        /// Begin a range of lines at the selected one, or end it; the pointer, dragged, does the same.
        Range = "logs.range", "range", Looks;
        /// Save the lines that are shown to a file, with time and source.
        Save = "logs.save", "save", Looks;
        /// Show the selected source, or hide it.
        TurnSource = "logs.turn-source", "show or hide", Looks;
        /// Show the selected source alone; again, every source.
        OnlySource = "logs.only-source", "only this one", Looks;
        /// Show every source.
        AllSources = "logs.all-sources", "all", Looks;
    }
}

actions! {
    /// Searching in a view.
    SearchAction {
        /// Search: a regular expression, ! finds lines without it.
        Open = "search.open", "search", Looks;
        /// Show only what matches: a regular expression, ! for what does not.
        Filter = "search.filter", "filter", Looks;
        /// Go to the next hit.
        Next = "search.next", "next hit", Looks;
        /// Go to the previous hit.
        Previous = "search.previous", "previous hit", Looks;
        /// Recall the previous search or filter.
        Earlier = "search.earlier", "earlier", Looks;
        /// Recall the next search or filter.
        Later = "search.later", "later", Looks;
        /// Take the line as it is written.
        Take = "search.take", "done", Looks;
    }
}

actions! {
    /// Acting on the release.
    ActAction {
        /// Preview a deploy to the selected environment.
        Deploy = "act.deploy", "deploy", Changes;
        /// Verify the selected environment.
        Verify = "act.verify", "verify", Changes;
        /// Preview a rollback of the selected environment.
        RollBack = "act.roll-back", "roll back", Changes;
        /// Approve the proposal that waits.
        Approve = "act.approve", "approve", Changes;
        /// Waive one check that the gate waits for, with a written reason.
        Waive = "act.waive", "waive", Changes;
        /// Lock the selected environment, unlock it, or take over its lock.
        Lock = "act.lock", "lock", Changes;
        /// Preview a build of the release's artifacts.
        Build = "act.build", "build", Changes;
    }
}

actions! {
    /// Checks.
    CheckAction {
        /// Run the selected check.
        Run = "check.run", "check", Changes;
        /// Run every check that is stale, missing or not good.
        RunAll = "check.run-all", "check all", Changes;
        /// Run every check of the selected group, or of the selected phase.
        RunGroup = "check.run-group", "check group", Changes;
        /// Cancel the selected check while it runs; it has no result then.
        Cancel = "check.cancel", "cancel", Changes;
        /// Cancel every check that runs or waits.
        CancelAll = "check.cancel-all", "cancel all", Changes;
        /// Answer the selected check, which only a person can answer.
        Answer = "check.answer", "answer", Changes;
        /// Fold the selected phase or group, or open it.
        Fold = "check.fold", "fold", Looks;
    }
}

actions! {
    /// An action that runs, or stands still.
    RunAction {
        /// Stop the action at the next step boundary; a build at once.
        Stop = "run.stop", "stop safely", Changes;
        /// Retry the failed step.
        Retry = "run.retry", "retry", Changes;
        /// Leave everything as it is, and end the action.
        Leave = "run.leave", "leave as it is", Changes;
        /// Accept an unclear step as done.
        Accept = "run.accept", "accept", Changes;
    }
}

actions! {
    /// Who drives.
    SeatAction {
        /// Ask for the driver's seat.
        Ask = "seat.ask", "ask to drive", Changes;
        /// Give the driver's seat to the person who asks, or to somebody you choose.
        Give = "seat.give", "let drive", Changes;
        /// Keep the driver's seat that somebody asks for.
        Decline = "seat.decline", "keep driving", Changes;
        /// Take the driver's seat when it is free, its driver is away, or your other terminal has it.
        Take = "seat.take", "take the seat", Changes;
    }
}

actions! {
    /// What was said.
    MessagesAction {
        /// Copy the selected message, whole.
        Copy = "messages.copy", "copy", Looks;
        /// Mark every message as read.
        ReadAll = "messages.read-all", "all read", Looks;
    }
}

actions! {
    /// A dialog.
    DialogAction {
        /// Close the dialog; nothing is done.
        Cancel = "dialog.cancel", "cancel", Looks;
        /// Go to the next button.
        Next = "dialog.next", "next button", Looks;
        /// Go to the previous button.
        Previous = "dialog.previous", "previous button", Looks;
        /// Press the button.
        Press = "dialog.press", "press", Changes;
        /// Show what is further down.
        Down = "dialog.down", "down", Looks;
        /// Show what is further up.
        Up = "dialog.up", "up", Looks;
        /// Complete what is typed to the name of the selected entry.
        Complete = "dialog.complete", "complete", Looks;
        /// Show the exact calls of a preview, or fold them away.
        Calls = "dialog.calls", "calls", Looks;
    }
}

actions! {
    /// A text that is written.
    TextAction {
        /// Take the text as it is.
        Submit = "text.submit", "done", Changes;
        /// Begin a new line.
        NewLine = "text.new-line", "new line", Looks;
        /// Go on writing in the editor that $VISUAL or $EDITOR names.
        Edit = "text.edit", "editor", Looks;
        /// Undo the last change of the text.
        Undo = "text.undo", "undo", Looks;
        /// Redo a change that was undone.
        Redo = "text.redo", "redo", Looks;
    }
}
