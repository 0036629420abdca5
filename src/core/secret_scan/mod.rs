//! What a secret in a file looks like, and where in a text one stands. Which texts are read is not its story.
//!
//! The value that was found is handed on as a place in the text, never as text.

mod assigned;
mod block;
mod placeholder;
mod rules;
mod scanner;
mod shapes;
mod text;

pub use rules::{BadSecretRule, SecretRule, SecretRules};
pub use scanner::{SecretMatch, SecretScanner};
pub use text::ReadableText;
