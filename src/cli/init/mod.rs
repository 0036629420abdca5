//! `tminus init`: a first plan from what a repository holds.

mod compose;
mod delivery;
mod environments;
mod found;
mod kubernetes;
mod look;
mod propose;
mod sources;
mod text;
mod verify;
mod write;

pub use found::{
    Compose, Dockerfile, DotenvFile, GitFindings, InfoPlist, InitFindings, Manifest, NodeProject, Python, Service,
    Workload,
};
pub use look::look;
pub use propose::propose;
pub use write::{AlreadyThere, WrittenPlan, run};
