//! The stage of `tminus demo --docker`: images made from this program, the containers that it begins with, and their
//! end. Everything here carries the demo's label, and nothing without it is touched.

mod elf;
mod own_image;
mod owner;
mod stage;

pub use stage::{Actor, Stage};
