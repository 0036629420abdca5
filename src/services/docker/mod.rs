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
mod health;
mod labels;
mod link;
mod lives;
mod logs;
mod look;
mod mounted;
mod name;
mod open;
mod picture;
mod ports;
mod pull;
mod rehearsal;
mod rivals;
mod sent;
mod ship;
mod stats;
mod tunnel;
mod watch;
mod watched_place;

pub use about::{address as engine_address, compose as compose_version, engine as engine_version};
pub use compose::{
    ComposeDelivery, ComposeDeps, ComposeTarget, PROGRAMS as COMPOSE_PROGRAMS, Renderings, compose_file, learn_compose,
};
pub use container::{ContainerDelivery, ContainerDeps, ContainerTarget};
pub use drive::{DockerOrders, recorded};
pub use link::Link;
pub use logs::ContainerLog;
pub use open::{builders, compose, open_compose, open_container, open_log};
pub use rehearsal::{DemoContainer, DemoContainers};
pub use rivals::{Rival, RivalPlace, Rivals};
pub use ship::{BuildDeps, ImageBuilder, Inspected, Recipe, inspected};
pub use watch::watch;
pub use watched_place::WatchedPlace;
