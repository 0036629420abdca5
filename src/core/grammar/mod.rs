//! From the text of a plan file to validated values, with every mistake at its place; its reference and schema.

pub mod loose;
pub mod plan;
mod reference;
mod schema;
pub mod text;

pub use reference::reference;
pub use schema::schema;
