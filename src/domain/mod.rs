//! The release as pure values and pure functions: no file, no clock, no tokio.

pub mod action;
pub mod admit;
pub mod branch;
pub mod command;
pub mod decide;
pub mod fact;
pub mod failure;
pub mod judge;
pub mod lint;
pub mod lock;
pub mod mask;
pub mod meanwhile;
pub mod measurement;
pub mod names;
pub mod notation;
pub mod order;
pub mod plan;
pub mod release;
pub mod seat;
pub mod sentence;
pub mod situation;
pub mod size;
pub mod telemetry;
pub mod time;
pub mod verdict;
pub mod trail;
