//! A question that is open between the two that talk, and what its answer is for.

use tminus_core::command::Refusal;
use tminus_core::names::{ActionId, CheckName, EnvName};
use tminus_core::question::PersonQuestion;
use tminus_core::situation::Preview;
use tminus_engine::Accepted;

/// What is open between the two that talk.
pub(super) enum OpenQuestion {
    Nothing,
    /// The engine has a question.
    Engine,
    /// A person is to write a text, or to type a yes or a name.
    Question(Box<PersonQuestion>),
    /// A person is to say yes, or the name.
    Consent(Box<Preview>),
    /// A person is to say whether to leave what runs.
    Quit,
}

/// What the engine answered, and what it was asked for.
pub(super) enum PlainAnswer {
    Preview(Ahead, Box<Result<Preview, Refusal>>),
    Command(OnDone, Result<Accepted, Refusal>),
}

/// What a preview is for.
pub(super) enum Ahead {
    Act,
    Approve(ActionId),
}

/// What is printed when a command is done.
pub(super) enum OnDone {
    Nothing,
    Status,
    Checks(Vec<CheckName>),
    /// It was proposed: that it has not begun is no surprise.
    Proposal(EnvName),
}
