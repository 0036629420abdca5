//! One call to the world, as a person reads it before it is made.

use crate::notation::shell_line;
use serde::{Deserialize, Serialize};

/// One call exactly as it will be made: the preview's text, and what is executed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Call {
    /// A process is started.
    Process {
        /// The words.
        words: Vec<String>,
        /// Where, from the root of the repository.
        dir: Option<String>,
    },
    /// A request is sent.
    Request {
        /// To which service.
        service: String,
        /// Method and address.
        line: String,
        /// What is sent with it, secrets left out.
        body: Option<String>,
    },
    /// A call that is made only under a condition, which is not known before.
    When {
        /// The condition: `unless the host has it`, `if it does not get healthy`.
        condition: String,
        /// The call.
        call: Box<Self>,
    },
}

impl Call {
    /// Makes it one that is only done under a condition.
    #[must_use]
    pub fn when(self, condition: &str) -> Self {
        Self::When { condition: condition.to_owned(), call: Box::new(self) }
    }

    /// Writes the call in one line.
    pub fn display(&self) -> String {
        match self {
            Self::Process { words, dir: None } => shell_text(words),
            Self::Process { words, dir: Some(dir) } => format!("(in {dir}) {}", shell_text(words)),
            Self::Request { service, line, body: None } => format!("{service}: {line}"),
            Self::Request { service, line, body: Some(body) } => format!("{service}: {line} {body}"),
            Self::When { condition, call } => format!("({condition}) {}", call.display()),
        }
    }
}

fn shell_text(words: &[String]) -> String {
    shell_line(words.iter().map(String::as_str), "-_./:=@,+%")
}
