//! Registries of images, spoken to as the OCI distribution specification says: what a tag names, and who may ask.
//! Layers are never moved here; that is the engine's work.

mod ask;
mod challenge;
mod client;
mod config;
mod credentials;
mod image;
mod login;
mod name;
mod service;

pub use ask::Access;
pub use client::Registry;
pub use config::ClientConfig;
pub use credentials::Credentials;
pub use image::Image;
pub use login::Login;
pub use name::ImageName;
pub use service::open;
