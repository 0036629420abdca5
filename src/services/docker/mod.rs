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
mod moved;
mod name;
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
    Compose, ComposeGround, ComposeTarget, PROGRAMS as COMPOSE_PROGRAMS, Renderings, compose_file, learn_compose,
};
pub use container::{ContainerTarget, Delivery as ContainerDelivery, Ground as ContainerGround};
pub use drive::{Flights, recorded};
pub use link::Link;
pub use logs::ContainerLog;
pub use rehearsal::{Actor, Stage};
pub use rivals::{Rival, RivalPlace, Rivals};
pub use ship::{ImageBuilder, Inspected, Recipe, Yard, inspected};
pub use watch::watch;
pub use watched_place::WatchedPlace;
