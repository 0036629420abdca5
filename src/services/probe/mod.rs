//! Measuring the checks of a plan in the real world, whatever their kind: trust, time, the commit that it is measured on.

mod check;
pub(crate) mod given;
mod ground;
pub(crate) mod ignored;
mod metric;
mod outside;
mod surroundings;

pub use check::RealProbe;
pub(crate) use ground::{Ground, GroundOrReason};
pub(crate) use outside::{Owner, Scene};
pub(crate) use surroundings::limit;
pub use surroundings::{Stock, Surroundings};
