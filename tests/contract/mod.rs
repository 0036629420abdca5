//! One contract for each port, run against every adapter and the rehearsal world.

pub mod acts;
pub mod builder;
pub mod metrics;
pub mod target;
