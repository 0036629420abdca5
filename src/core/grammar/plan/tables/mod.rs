//! One file per kind of table: its description, and how a domain value is built from it.

mod artifact;
mod check;
mod connect;
mod deliver;
mod environment;
pub(crate) mod expect;
mod incident;
mod logs;
mod metric;
mod release;
mod root;

pub(crate) use release::usual_rules;
pub(crate) use root::ROOT;
pub(super) use root::build;
