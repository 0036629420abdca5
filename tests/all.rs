//! The one integration test binary: each module is one part of the story.

mod adapters;
mod adversarial;
mod architecture;
mod cockpit;
mod contract;
mod docker;
mod docs;
mod domain;
mod engine;
mod flight;
mod init;
mod judge;
mod kills;
mod kinds;
mod licences;
mod lint;
mod nightly;
mod obeyed;
mod plan_file;
mod ports;
mod sandbox;
mod session;
mod slots;
mod terminal;
