//! Making an image of a commit, and bringing it to its registry: one file for each stage and what it needs.

mod build;
mod builder;
mod context;
mod found;
mod ignore;
mod inspect;
mod output;
mod pack;
mod port;
mod push;
mod transfer;
mod work;

pub(super) use build::builder;
pub use builder::{BuildDeps, ImageBuilder, Recipe};
pub use inspect::{Inspected, inspected};
