//! What keeps a client from beginning anything: the engine would act in another environment than the client's own.
//!
//! It is the client's own guard, for its own sake: the engine does not know of it.

use crate::domain::action::Request;
use crate::domain::command::{ActionCommand, CheckCommand, Command, Refusal};

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
    pub(super) fn refuses(&self, command: &Command) -> Option<Refusal> {
        match command {
            Command::Action(ActionCommand::Start { request, .. }) => self.refuses_request(request),
            Command::Action(ActionCommand::Retry { .. } | ActionCommand::Accept { .. })
            | Command::Check(CheckCommand::Run { .. }) => self.refusal(Uses::Values),
            Command::Action(ActionCommand::Stop { .. } | ActionCommand::Leave { .. })
            | Command::Check(CheckCommand::Say { .. })
            | Command::Release(_)
            | Command::Gate(_)
            | Command::Seat(_)
            | Command::Lock(_)
            | Command::Refresh => None,
        }
    }

    pub(super) fn refuses_request(&self, request: &Request) -> Option<Refusal> {
        self.refusal(match request {
            Request::Deploy { .. } | Request::Verify { .. } | Request::Build { .. } => Uses::Values,
            Request::RollBack { .. } | Request::Cut { .. } => Uses::PlacesAlone,
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
