//! Questions to a person before anything is done.

mod asker;
mod next;
mod types;

pub use asker::{Asker, Settling};
pub use types::{AfterAnswer, AnswerKind, PersonQuestion, QuestionCommand, QuestionLine, TextNeed, TextPurpose};
