//! Who brings something about: a person under a name and a system user, or the engine.

use super::names::Person;
use serde::{Deserialize, Serialize};

/// Who brought a fact about.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Who {
    /// The name that they act under.
    pub name: Person,
    /// The system user, as the kernel tells it; two names of one user are one pair of eyes.
    pub user: String,
    /// The machine.
    pub host: String,
}

impl Who {
    /// The engine itself: what it observed, and what followed from an earlier command.
    pub fn engine() -> Self {
        Self { name: Person::new("tminus"), user: String::new(), host: String::new() }
    }

    /// Returns the name, with the system user beside it where that is called otherwise: a name is claimed, the user is the
    /// kernel's word. A person who is played has a user of the same name.
    pub fn label(&self) -> String {
        let user = self.system_user();
        match user.is_empty() || user == self.name.as_str() {
            true => self.name.to_string(),
            false => format!("{} (system user {user})", self.name),
        }
    }

    /// Returns the system user; of somebody who is played, the name of who they play.
    pub fn system_user(&self) -> &str {
        self.user.strip_prefix("played:").unwrap_or(&self.user)
    }

    /// Returns the name, with the user and the machine of a person; the engine has neither.
    pub fn in_full(&self) -> String {
        match (self.user.as_str(), self.host.as_str()) {
            ("", "") => self.name.to_string(),
            (user, host) => format!("{} ({user}@{host})", self.name),
        }
    }
}
