//! Measuring the checks of a plan in the real world, whatever their kind: trust, time, the commit that it is measured on.

mod check;
mod checkout_lease;
pub(crate) mod given;
pub(crate) mod ignored;
mod metric;
mod outside;
mod probe_deps;

pub use check::RealProbe;
pub(crate) use checkout_lease::{CheckoutLease, GroundOrReason};
pub(crate) use outside::{CheckoutOwner, CommandPlace};
pub(crate) use probe_deps::limit;
pub use probe_deps::{ProbeDeps, Stock};
