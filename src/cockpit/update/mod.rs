//! From actions to changes of the state, and to what the engine is asked. Routers only route.

mod acting;
mod answering;
mod calling;
mod catch_up;
mod checking;
mod cockpit;
mod dialog;
mod engine_gone;
mod finding;
mod following;
mod going;
mod keys;
mod leaving;
mod logs;
mod moving;
mod news;
mod outside;
mod placing;
mod pointing;
mod presence;
mod press;
mod searching;
mod seats;
mod session;
mod sifting;
mod state;
mod viewing;
mod writing;

pub use cockpit::Cockpit;
pub(crate) use state::State;
