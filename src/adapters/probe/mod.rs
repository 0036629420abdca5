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
mod versions;

pub use check::{RealProbe, Surroundings};
pub use image::Stock;
