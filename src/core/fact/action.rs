//! An action went its way, step by step.

use crate::action::{Outcome, Proposal, Step};
use crate::mask::SafeFailure;
use crate::names::{ActionId, OrderId};
use crate::order::{Receipt, Ticket};
use crate::verdict::Verdict;
use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantNames};

/// An action was proposed, begun, ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, IntoStaticStr, VariantNames)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case", const_into_str, prefix = "action.")]
pub enum ActionFact {
    /// Somebody asked for it, and it may wait for approvals.
    Proposed {
        /// The action.
        action: ActionId,
        /// What exactly was asked for.
        proposal: Proposal,
    },
    /// It goes ahead with these steps.
    Started {
        /// The action.
        action: ActionId,
        /// What exactly was asked for.
        proposal: Proposal,
        /// The steps, in order.
        steps: Vec<Step>,
    },
    /// Somebody asked it to stop at the next boundary.
    StopRequested {
        /// The action.
        action: ActionId,
    },
    /// It is over.
    Finished {
        /// The action.
        action: ActionId,
        /// How it ended.
        outcome: Outcome,
        /// In words.
        summary: String,
    },
}

/// A step went its way. `Started` is on disk before anything touches the world.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, IntoStaticStr, VariantNames)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case", const_into_str, prefix = "step.")]
pub enum StepFact {
    /// It is about to begin.
    Started {
        /// The action.
        action: ActionId,
        /// The step, counted from 0.
        step: usize,
        /// The order that a target gets; a new one for each attempt.
        order: OrderId,
    },
    /// Its order was begun, and can be followed.
    Ticketed {
        /// The action.
        action: ActionId,
        /// The step.
        step: usize,
        /// What to follow it by.
        ticket: Ticket,
    },
    /// It is done.
    Succeeded {
        /// The action.
        action: ActionId,
        /// The step.
        step: usize,
        /// What was done, in one sentence.
        summary: String,
        /// The verdict, for a step that measured something.
        verdict: Option<Verdict>,
        /// What the target gave, for a step that changed something.
        receipt: Option<Receipt>,
    },
    /// It failed.
    Failed {
        /// The action.
        action: ActionId,
        /// The step.
        step: usize,
        /// Why, in the service's own words.
        failure: SafeFailure,
    },
    /// tminus was interrupted, and nobody can tell whether the order was begun: a person must look.
    Unclear {
        /// The action.
        action: ActionId,
        /// The step.
        step: usize,
        /// What is known.
        reason: String,
    },
    /// The engine came back and follows an order that was begun before.
    Adopted {
        /// The action.
        action: ActionId,
        /// The step.
        step: usize,
    },
    /// A person looked, and says that the step is done.
    Accepted {
        /// The action.
        action: ActionId,
        /// The step.
        step: usize,
        /// What they wrote.
        note: String,
    },
}
