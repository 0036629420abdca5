//! Registries of images, spoken to as the OCI distribution specification says: what a tag names, and who may ask.
//! Layers are never moved here; that is the engine's work.

mod ask;
mod challenge;
mod client;
mod config;
mod credentials;
mod image;
mod name;

pub use client::{Access, Registry};
pub use config::ClientConfig;
pub use credentials::{Credentials, Login};
pub use image::Image;
pub use name::ImageName;
