//! What going on from a preview would do: begin, check first, propose, or nothing, and why.

use super::{GateItem, Preview};

/// What going on would do.
#[derive(Clone, Debug, PartialEq)]
pub enum Go {
    /// It begins.
    Start,
    /// So many checks run, then it begins.
    StartAfterChecks(usize),
    /// It is proposed, and waits for so many approvals.
    Propose(usize),
    /// Nothing: it cannot begin, and why.
    Held(String),
    /// Nothing: the gate waits for this.
    Closed(Box<GateItem>),
    /// Nothing: something could not be found out, and what.
    Unknown(String),
}

impl Go {
    /// Says whether anything would be done.
    pub const fn is_open(&self) -> bool {
        match self {
            Self::Start | Self::StartAfterChecks(_) | Self::Propose(_) => true,
            Self::Held(_) | Self::Closed(_) | Self::Unknown(_) => false,
        }
    }
}

impl Preview {
    /// Returns what going on would do.
    pub fn go(&self) -> Go {
        if let Some(blocker) = self.blockers.iter().find(|b| !self.unknown.contains(b)) {
            return Go::Held(blocker.clone());
        }
        if let Some(untold) = self.blockers.first() {
            return Go::Unknown(untold.clone());
        }
        let Some(gate) = &self.gate else { return Go::Start };
        let closed = gate.blocking().find(|item| !self.runs_first.contains(&item.item));
        if let Some(item) = closed {
            return Go::Closed(Box::new(item.clone()));
        }
        match (gate.approvals_missing(), self.runs_first.len()) {
            (0, 0) => Go::Start,
            (0, checks) => Go::StartAfterChecks(checks),
            (missing, _) => Go::Propose(missing),
        }
    }
}
