//! Docker: engines, what is built and pushed with them, and what is delivered to them, alone or by Compose.

mod about;
mod compose;
mod container;
mod contexts;
mod drive;
mod failure;
mod find;
mod frames;
mod gone;
mod labels;
mod link;
mod lives;
mod logs;
mod look;
mod mounted;
mod name;
mod picture;
mod ports;
mod rehearsal;
mod rivals;
mod sent;
mod ship;
mod stats;
mod tunnel;
mod watch;

/// Lets the mask learn what is secret in compose files, in what they are filled from, and in what was delivered by them.
pub async fn learn_compose(files: &[&str], (state, secrets): (&std::path::Path, &crate::secrets::Secrets)) {
    let files: Vec<String> = files.iter().map(|file| (*file).to_owned()).collect();
    if !files.is_empty() {
        compose::learn_files(secrets.root(), &files, secrets.mask()).await;
        compose::learn_served(state, secrets.mask());
    }
}

pub use about::{address as engine_address, compose as compose_version, engine as engine_version};
pub use compose::{Compose, ComposeGround, ComposeTarget, PROGRAMS as COMPOSE_PROGRAMS, Renderings, compose_file};
pub use container::{ContainerTarget, Delivery as ContainerDelivery, Ground as ContainerGround};
pub use drive::{Flights, recorded};
pub use link::Link;
pub use logs::ContainerLog;
pub use rehearsal::{Actor, Stage};
pub use rivals::{Rival, RivalPlace, Rivals};
pub use ship::{ImageBuilder, Inspected, Recipe, Yard, inspected};
pub use watch::{Place, watch};
