//! More clients on one engine: the socket, who may come in, and the client's side, which holds the engine's own handle.
//!
//! What goes over the socket is in [`wire`]. No client is silently behind: the engine tells one that was too slow, which
//! then begins again with a snapshot.

mod attention;
mod client;
mod clients;
mod connection;
mod joining;
mod outbox;
mod pace;
mod people;
mod place;
mod presence_update;
mod server;
pub mod wire;

pub use clients::Terms;
pub use joining::{EnginePeer, JoinError, Joined, join};
pub use people::{user_name, user_of};
pub use place::{EnginePlace, PlaceError};
pub use server::{DoorError, Server};
