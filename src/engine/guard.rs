//! What keeps a client from beginning anything: the engine would act in another environment than the client's own.
//!
//! It is the client's own guard, for its own sake: the engine does not know of it.

use tminus_core::action::Request;
use tminus_core::command::{ActionCommand, CheckCommand, Command, GateCommand, Refusal, ReleaseCommand};
use tminus_core::lock::LockCommand;

/// How an engine's environment differs from that of a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvironmentGuard {
    /// What differs, whose it is, and what to do.
    pub says: String,
    /// How far it matters.
    pub stops: GuardedActs,
}

/// What is not begun from a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GuardedActs {
    /// Nothing at all: it would be done somewhere else.
    All,
    /// What fills in or sends a value. A rollback and a cut are begun, and their preview says what differs.
    WhatUsesValues,
    /// Everything is begun, and a preview says whose environment it is.
    Nothing,
}

impl EnvironmentGuard {
    /// Says why no go is taken from what the engine sees, where that may be another place than the one that is meant here.
    pub(super) fn doubt(&self) -> Option<String> {
        let is_elsewhere = matches!(self.stops, GuardedActs::All);
        is_elsewhere.then(|| format!("what was looked at may be at another place: {}", self.says))
    }

    pub(super) fn refuses(&self, command: &Command) -> Option<Refusal> {
        match command {
            Command::Action(ActionCommand::Start { request, .. }) => self.refuses_request(request),
            Command::Action(ActionCommand::Retry { .. } | ActionCommand::Accept { .. })
            | Command::Check(CheckCommand::Run { .. }) => self.refusal(Uses::Values),
            Command::Release(ReleaseCommand::Cut { .. }) => self.refusal(Uses::PlacesAlone),
            // These are recorded, or end something: nothing is begun.
            Command::Action(ActionCommand::Stop { .. } | ActionCommand::Leave { .. })
            | Command::Check(
                CheckCommand::Say { .. } | CheckCommand::Cancel { .. } | CheckCommand::ReadOutput { .. },
            )
            | Command::Release(
                ReleaseCommand::Open { .. }
                | ReleaseCommand::Schedule { .. }
                | ReleaseCommand::Reach { .. }
                | ReleaseCommand::Close { .. },
            )
            | Command::Gate(GateCommand::Approve { .. } | GateCommand::Waive { .. } | GateCommand::Adopt { .. })
            | Command::Lock(LockCommand::Take { .. } | LockCommand::Release { .. } | LockCommand::TakeOver { .. })
            | Command::Seat(_)
            | Command::Refresh => None,
        }
    }

    pub(super) fn refuses_request(&self, request: &Request) -> Option<Refusal> {
        self.refusal(match request {
            Request::Deploy { .. } | Request::Verify { .. } | Request::Build { .. } => Uses::Values,
            Request::RollBack { .. } | Request::Cut { .. } | Request::Act { .. } => Uses::PlacesAlone,
        })
    }

    fn refusal(&self, uses: Uses) -> Option<Refusal> {
        let is_stopped = match (self.stops, uses) {
            (GuardedActs::All, _) | (GuardedActs::WhatUsesValues, Uses::Values) => true,
            (GuardedActs::WhatUsesValues, Uses::PlacesAlone) | (GuardedActs::Nothing, _) => false,
        };
        is_stopped.then(|| Refusal::held(self.says.clone()))
    }
}

/// What an act takes from its environment.
#[derive(Clone, Copy)]
enum Uses {
    Values,
    /// Where it is done, and what was recorded before.
    PlacesAlone,
}

#[cfg(test)]
mod tests {
    use super::*;
    use tminus_core::command::Consent;
    use tminus_core::names::{ActionId, CheckName, Commit, EnvName, Version};

    fn version() -> Version {
        Version::parse("1.0.0").unwrap()
    }

    fn begins() -> Vec<(Command, [bool; 3])> {
        let (release, env) = (version(), EnvName::new("staging"));
        let start = |request| {
            Command::Action(ActionCommand::Start { release: version(), request, consent: Consent::default() })
        };
        let action = ActionId::new("a1");
        let cut = ReleaseCommand::Cut {
            version: version(),
            branch: "release/1.0.0".to_owned(),
            commit: Commit::new("ab"),
            previous: None,
            hotfix_of: None,
        };
        let back = Request::RollBack { env: env.clone(), to: None, reason: String::new() };
        let run = CheckCommand::Run { release: release.clone(), checks: vec![CheckName::new("tests")] };
        vec![
            (start(Request::Deploy { env, version: version() }), [true, true, false]),
            (start(Request::Build { version: version(), artifact: None }), [true, true, false]),
            (start(back), [true, false, false]),
            (start(Request::Cut { version: version() }), [true, false, false]),
            (Command::Release(cut), [true, false, false]),
            (Command::Check(run), [true, true, false]),
            (Command::Action(ActionCommand::Retry { action: action.clone() }), [true, true, false]),
            (Command::Action(ActionCommand::Stop { action: action.clone() }), [false, false, false]),
            (Command::Action(ActionCommand::Leave { action }), [false, false, false]),
            (
                Command::Release(ReleaseCommand::Close { version: release, note: String::new(), unmerged: None }),
                [false, false, false],
            ),
            (Command::Refresh, [false, false, false]),
        ]
    }

    #[test]
    fn nothing_is_begun_at_another_place_and_a_cut_is_something() {
        for (command, refused) in begins() {
            let stops = [GuardedActs::All, GuardedActs::WhatUsesValues, GuardedActs::Nothing];
            let is_refused =
                stops.map(|stops| EnvironmentGuard { says: String::new(), stops }.refuses(&command).is_some());
            assert_eq!(is_refused, refused, "{command:?}");
        }
    }
}
