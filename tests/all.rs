//! The one integration test binary: each module is one part of the story.
mod architecture;
mod init;
mod judge;
mod licences;
mod lint;
mod plan_file;

mod sandbox;
