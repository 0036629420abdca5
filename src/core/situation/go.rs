//! What going on from a preview would do: begin, check first, propose, or nothing, and why.

use super::{GateItem, ItemKind, Preview, Situation};
use crate::item_name::ItemName;

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

impl Situation<'_> {
    /// Says what opens a gate that waits for an item; nothing where only a waiver does.
    pub fn what_opens(&self, item: &GateItem) -> Option<String> {
        Some(match item.kind {
            ItemKind::After => {
                let ItemName::After(there) = ItemName::read(&item.item) else { return None };
                let runs_there = self.plan.environment(&there).is_some_and(|e| self.runs_it(e));
                if runs_there { format!("verify {there} first") } else { format!("deploy it to {there} first") }
            }
            ItemKind::Manual => "answer it".to_owned(),
            ItemKind::Empty => "require a check for it in the plan".to_owned(),
            ItemKind::Tag => "put it at the release's commit".to_owned(),
            ItemKind::Branch => "create it again at the release's commit".to_owned(),
            ItemKind::Runnable | ItemKind::Bad | ItemKind::Rollback | ItemKind::Start => return None,
        })
    }
}
