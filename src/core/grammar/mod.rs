//! From the text of a plan file to validated values, with every mistake at its place; its reference and schema.

mod guards;
pub mod loose;
mod placeholders;
pub mod plan;
mod reference;
mod schema;
mod secret_rules;
pub mod text;
mod trusted;

pub use reference::reference;
pub use schema::schema;
pub use secret_rules::{LONGEST_RULES, read_secret_rules};
pub use trusted::trusted_lines;
