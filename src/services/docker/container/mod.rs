//! `with = "docker"`: one container on one engine, brought beside the one that serves and then put in its place.

pub(super) mod act;
mod delivery;
mod drive;
mod effective;
mod kept;
mod names;
mod port;
mod ready;
mod scene;
mod script;
mod spec;
mod target;
mod tidy;
mod voyage;

pub use delivery::{Delivery, Ground};
pub use target::ContainerTarget;
