//! From the text of a plan file to validated values, with every mistake at its place; its reference and schema.

mod addresses;
mod deliveries;
pub mod effects;
mod guards;
pub mod loose;
mod placeholders;
pub mod plan;
mod reference;
mod schema;
pub mod text;

pub use reference::reference;
pub use schema::schema;
