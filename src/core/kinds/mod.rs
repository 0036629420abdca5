//! The kinds by which tminus grows: one pure file for each, and one line in the list of its family.
//!
//! A kind's file holds its settings, its keys in the plan file, and everything that others ask of it without knowing which
//! kind it is. What talks to the world stands in the services' list.

pub mod check;
pub mod connect;
mod context;
pub mod deliver;
mod family;
pub mod log;
pub mod repository;
mod settings;
pub mod tool;
