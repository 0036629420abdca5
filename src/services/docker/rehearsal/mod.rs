//! What `tminus demo --docker` runs on: images made from this program, the containers that it begins with, and their
//! end. Everything here carries the demo's label, and nothing without it is touched.

mod containers;
mod elf;
mod own_image;
mod owner;

pub use containers::{DemoContainer, DemoContainers};
