//! Read-only: what nobody changes from here, whatever their seat may do. One rule, for the cockpit, the talk and the commands.

use super::admit::Deed;
use super::names::EnvName;
use super::plan::Environment;

/// What may be changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReadOnly {
    /// Everything.
    #[default]
    Off,
    /// Nothing in a protected environment.
    Protected,
    /// Nothing.
    On,
}

/// Why something is not done while it is read-only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadOnlyBar {
    /// Nothing is changed.
    Everywhere,
    /// Nothing is changed in this environment.
    In(EnvName),
}

impl ReadOnly {
    /// Returns why a deed is not done in an environment; nothing where it may be. What is done in no environment names none.
    pub fn bars(self, deed: Deed, environment: Option<&Environment>) -> Option<ReadOnlyBar> {
        match (self, deed) {
            (Self::Off, _) | (_, Deed::Look) => None,
            (Self::On, _) => Some(ReadOnlyBar::Everywhere),
            (Self::Protected, _) => {
                environment.filter(|environment| environment.protected).map(|e| ReadOnlyBar::In(e.name.clone()))
            }
        }
    }
}

impl ReadOnlyBar {
    /// Says it.
    pub fn says(&self) -> String {
        match self {
            Self::Everywhere => "read-only: nothing is changed".to_owned(),
            Self::In(env) => format!("read-only in {env}, which is protected"),
        }
    }
}
