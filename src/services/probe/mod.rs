//! Probes for the ways of knowing that need no outside service but HTTP: one file each.

mod check;
mod file;
mod given;
mod ground;
mod http;
mod ignored;
mod image;
mod lines;
mod outside;
mod repository;
mod run;
mod surroundings;
mod versions;

pub use check::RealProbe;
pub use surroundings::{Stock, Surroundings};
