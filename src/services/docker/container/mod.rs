//! `with = "docker"`: one container on one engine, brought beside the one that serves and then put in its place.

pub(super) mod act;
mod drive;
mod effective;
pub(super) mod environment;
pub(super) mod health;
mod kept;
mod make;
mod names;
pub(super) mod pull;
mod ready;
mod scene;
mod script;
mod spec;
mod target;
mod tidy;
mod voyage;

pub use target::{ContainerTarget, Delivery, Ground};
