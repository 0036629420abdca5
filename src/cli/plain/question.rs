//! A question that is open between the two that talk, and what its answer is for.

use tminus_core::command::{Command, Refusal};
use tminus_core::names::{ActionId, CheckName, EnvName, Version};
use tminus_core::situation::Preview;
use tminus_engine::Accepted;

/// What is open between the two that talk.
pub(super) enum Asked {
    Nothing,
    /// The engine has a question.
    Engine,
    /// A person is to write a text.
    Text(Text),
    /// A person is to say yes, or the name.
    Consent(Box<Preview>),
    /// A person is to type a word: yes, or the name of what is at stake.
    Sure(String, Box<Command>),
    /// A person is to type a word too, and may write a note behind it.
    Approval(String, ActionId),
    /// A person is to say yes or no, and may write behind it what they saw.
    Truth(CheckName),
    /// A person is to say whether to leave what runs.
    Quit,
}

/// What a text is for.
pub(super) enum Text {
    /// What is wrong with what runs there, and the version to go to, where one was named.
    RollBack(EnvName, Option<Version>),
    /// Why to go on in an environment without an item of its gate.
    Waive(EnvName, String),
    /// What was seen of an unclear step.
    Accept(ActionId),
    /// Why to hold an environment.
    Lock(EnvName),
    /// Why to take an environment over, and from whom.
    TakeOver(EnvName, String),
}

/// What the engine answered, and what it was asked for.
pub(super) enum Answer {
    Preview(Ahead, Box<Result<Preview, Refusal>>),
    Command(After, Result<Accepted, Refusal>),
}

/// What a preview is for.
pub(super) enum Ahead {
    Act,
    Approve(ActionId),
}

/// What is printed when a command is done.
pub(super) enum After {
    Nothing,
    Status,
    Checks(Vec<CheckName>),
    /// It was proposed: that it has not begun is no surprise.
    Proposal(EnvName),
}
