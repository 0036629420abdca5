//! Where tminus keeps what is its own: private files and folders, what a project is known by, and which plans are trusted.

pub mod identity;
pub mod paths;
pub mod trust;
