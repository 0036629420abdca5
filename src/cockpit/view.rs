//! The views: what fills the screen between header and footer, and what each is about.

use super::panes::logs::LogEntry;
use std::sync::Arc;
use tminus_core::names::{ActionId, CheckName, EnvName};

/// Every view: its name, what it is about, its page among the panes, and the context of keys that is its own.
macro_rules! each_view {
    ($make:ident) => {
        $make! {
            Overview => overview::OverviewPage in "view.overview",
            Environments => everywhere::EnvironmentsPage in "view.environments",
            Release => release::ReleasePage in "view.release",
            Verify => verify::VerifyPage in "view.verify",
            Incident => incident::IncidentPage in "view.incident",
            Journal => journal::JournalPage in "view.journal",
            Run(action: ActionId) => running::RunPage in "view.run",
            Check(check: CheckName) => check::CheckPage in "view.check",
            Fact(seq: u64) => fact::FactPage in "view.fact",
            Tasks => tasks::TasksPage in "view.tasks",
            Messages => messages::MessagesPage in "view.messages",
            Calls => calls::CallsPage in "view.calls",
            /// The keys that work in the contexts one came from.
            Help(contexts: Vec<&'static str>) => help::HelpPage in "view.help",
            Environment(env: EnvName) => environment::EnvironmentPage in "view.page",
            /// Every look at an environment.
            Looks(env: EnvName) => looks::LooksPage in "view.page",
            /// One look at a check or a metric, by the fact that recorded it.
            Evidence(seq: u64) => evidence::EvidencePage in "view.page",
            Reasons => reasons::ReasonsPage in "view.page",
            /// A line of a log, whole.
            Line(entry: Arc<LogEntry>) => logs::LinePage in "view.page",
            /// Everybody who is here.
            People => people::PeoplePage in "view.page",
            Logs => logs::LogsPage in "pane.logs",
            Checklist => checklist::ChecklistPage in "pane.checklist",
        }
    };
}

macro_rules! views {
    (@subject) => { None };
    (@subject $of:ident) => { Some($of) };
    (@alone $view:ident) => { Some(Self::$view) };
    (@alone $view:ident $of:ident) => { None };
    ($($(#[$doc:meta])* $view:ident $(($of:ident: $subject:ty))? => $file:ident::$page:ident in $context:literal,)*) => {
        /// What fills the screen.
        #[derive(Clone, Debug, PartialEq)]
        pub(crate) enum View {
            $($(#[$doc])* $view $(($subject))?,)*
        }

        impl View {
            /// The context of keys of each view.
            pub(crate) const CONTEXTS: &'static [&'static str] = &[$($context),*];

            /// Returns the context of keys that is this view's own.
            pub(crate) const fn context(&self) -> &'static str {
                match self {
                    $(Self::$view { .. } => $context,)*
                }
            }

            /// Returns the views that are about nothing but themselves.
            pub(crate) fn alone() -> impl Iterator<Item = Self> {
                [$(views!(@alone $view $($of)?)),*].into_iter().flatten()
            }

            fn subject(&self) -> Option<&dyn ViewSubject> {
                match self {
                    $(Self::$view $(($of))? => views!(@subject $($of)?),)*
                }
            }
        }
    };
}

each_view!(views);
pub(crate) use each_view;

/// What a view can be about.
trait ViewSubject {
    fn env(&self) -> Option<&EnvName> {
        None
    }

    fn check(&self) -> Option<&CheckName> {
        None
    }

    fn action(&self) -> Option<&ActionId> {
        None
    }

    fn log_line(&self) -> Option<&Arc<LogEntry>> {
        None
    }

    fn contexts(&self) -> Option<&Vec<&'static str>> {
        None
    }
}

impl ViewSubject for EnvName {
    fn env(&self) -> Option<&EnvName> {
        Some(self)
    }
}

impl ViewSubject for CheckName {
    fn check(&self) -> Option<&CheckName> {
        Some(self)
    }
}

impl ViewSubject for ActionId {
    fn action(&self) -> Option<&ActionId> {
        Some(self)
    }
}

impl ViewSubject for Arc<LogEntry> {
    fn log_line(&self) -> Option<&Arc<LogEntry>> {
        Some(self)
    }
}

impl ViewSubject for Vec<&'static str> {
    fn contexts(&self) -> Option<&Vec<&'static str>> {
        Some(self)
    }
}

/// The number of a fact.
impl ViewSubject for u64 {}

impl View {
    /// Returns the environment whose page it is.
    pub(crate) fn env(&self) -> Option<&EnvName> {
        self.subject()?.env()
    }

    /// Returns the check whose page it is.
    pub(crate) fn check(&self) -> Option<&CheckName> {
        self.subject()?.check()
    }

    /// Returns the action that it shows.
    pub(crate) fn action(&self) -> Option<&ActionId> {
        self.subject()?.action()
    }

    /// Returns the line of a log that it shows.
    pub(crate) fn log_line(&self) -> Option<&Arc<LogEntry>> {
        self.subject()?.log_line()
    }

    /// Returns the contexts whose keys it tells.
    pub(crate) fn help(&self) -> Option<&Vec<&'static str>> {
        self.subject()?.contexts()
    }
}
