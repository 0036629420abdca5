//! `with = "docker"`: one container on one engine, brought beside the one that serves and then put in its place.

pub(super) mod act;
mod delivery;
mod drive;
mod effective;
mod kept;
mod names;
mod order_containers;
mod port;
mod ready;
mod rollout;
mod script;
mod spec;
mod target;
mod tidy;

pub use delivery::{ContainerDelivery, ContainerDeps};
pub use target::ContainerTarget;
