//! What is asked, how it is answered, and what the answer leads to. The cockpit draws a question as a box, `--plain` prints it.

use crate::action::Request;
use crate::adoption::Adoptable;
use crate::command::Command;
use crate::names::{ActionId, CheckName, EnvName, Version};

/// A question to a person.
#[derive(Clone, Debug, PartialEq)]
pub struct PersonQuestion {
    /// In one line.
    pub title: String,
    /// What a person should know first.
    pub lines: Vec<QuestionLine>,
    /// How it is answered.
    pub answer: AnswerKind,
}

/// A line of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QuestionLine {
    /// What is true.
    Says(String),
    /// What cannot be undone.
    CannotBeUndone(String),
}

/// How a question is answered.
#[derive(Clone, Debug, PartialEq)]
pub enum AnswerKind {
    /// With a text.
    Text {
        /// Whether there must be one.
        need: TextNeed,
        /// What tminus knows, as a suggestion.
        known: Option<String>,
        /// What it is for.
        purpose: TextPurpose,
    },
    /// With a yes; nothing is done without one.
    Yes {
        /// What the yes does: `Waive it`.
        go: &'static str,
        /// The name that is typed instead of a yes.
        type_name: Option<String>,
        /// What the engine is asked then.
        asks: QuestionCommand,
    },
}

/// Whether something must be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextNeed {
    /// An empty text does nothing.
    Required,
    /// An empty text will do.
    Optional,
}

/// What the engine is asked.
#[derive(Clone, Debug, PartialEq)]
pub struct QuestionCommand {
    /// In words: `deploy staging`.
    pub what: String,
    /// The command.
    pub command: Box<Command>,
    /// Where a proposal is wanted, which the engine answers with a refusal that leaves it open.
    pub proposes: Option<EnvName>,
}

impl QuestionCommand {
    /// Makes what is asked for a command, with its words.
    pub fn new(what: String, command: Command) -> Self {
        Self { what, command: Box::new(command), proposes: None }
    }
}

/// What an answer leads to.
#[derive(Clone, Debug, PartialEq)]
pub enum AfterAnswer {
    /// Another question.
    Question(Box<PersonQuestion>),
    /// The preview of an action.
    Preview(Request),
    /// The engine is asked.
    Ask(QuestionCommand),
}

impl From<PersonQuestion> for AfterAnswer {
    fn from(question: PersonQuestion) -> Self {
        Self::Question(Box::new(question))
    }
}

impl PersonQuestion {
    pub(super) fn new(title: String, answer: AnswerKind) -> Self {
        Self { title, lines: Vec::new(), answer }
    }

    /// Makes one that is answered with a text.
    pub(super) fn text(title: impl Into<String>, need: TextNeed, purpose: TextPurpose) -> Self {
        Self::new(title.into(), AnswerKind::Text { need, known: None, purpose })
    }

    /// Makes one that is answered with a yes, or a name.
    pub(super) fn yes(
        title: impl Into<String>,
        (go, type_name): (&'static str, Option<String>),
        asks: QuestionCommand,
    ) -> Self {
        Self::new(title.into(), AnswerKind::Yes { go, type_name, asks })
    }

    #[must_use]
    pub(super) fn says(mut self, line: impl Into<String>) -> Self {
        self.lines.push(QuestionLine::Says(line.into()));
        self
    }
}

/// What a text is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TextPurpose {
    /// What is wrong with what runs in an environment, and the version to go to, where one was named.
    RollBack {
        /// The environment.
        env: EnvName,
        /// The version.
        to: Option<Version>,
    },
    /// Why to go on without an item of a gate.
    Waive {
        /// The environment whose gate it is.
        env: EnvName,
        /// The item.
        item: String,
    },
    /// Why to adopt what tminus did not bring.
    Adopt {
        /// The environment.
        env: EnvName,
        /// What the person was shown.
        seen: Adoptable,
    },
    /// A note on a check that a person answers.
    Answer {
        /// The check.
        check: CheckName,
        /// Whether it is true.
        yes: bool,
    },
    /// A note on an approval.
    Approve(ActionId),
    /// What was seen of an unclear step.
    Accept(ActionId),
    /// Why to lock an environment.
    Lock(EnvName),
    /// Why to take a lock over.
    TakeOver {
        /// The environment.
        env: EnvName,
        /// Its holder.
        from: String,
    },
}

impl TextPurpose {
    /// Says whether a preview or another question follows.
    pub const fn is_asked_again(&self) -> bool {
        match self {
            Self::RollBack { .. } | Self::Waive { .. } | Self::Adopt { .. } => true,
            Self::Approve(_) | Self::TakeOver { .. } => true,
            Self::Lock(_) | Self::Answer { .. } | Self::Accept(_) => false,
        }
    }

    /// Returns what ending the text does.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::RollBack { .. } => "to the preview",
            Self::Waive { .. } | Self::Adopt { .. } | Self::Approve(_) | Self::TakeOver { .. } => "goes on to confirm",
            Self::Lock(_) => "locks it",
            Self::Answer { .. } => "answers",
            Self::Accept(_) => "accepts",
        }
    }
}
