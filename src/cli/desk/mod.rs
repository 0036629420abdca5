//! What a command works at: the project, the world behind its ports, the engine.

mod adoption;
mod agree;
mod clock_mark;
mod covered;
mod engine;
mod environment;
mod environment_mark;
mod follow;
mod known;
mod losses;
mod masked;
mod open;
mod own;
mod places;
mod practice;
mod program;
mod project;
mod real;
mod rehearsal;
mod unavailable;
mod unopened;

pub use covered::uncovered;
pub use engine::{
    LOG_KEPT, Started, open_door, require_own_place, running as engine_of, say_ended, socket as socket_of,
    stop as stop_engine, tell_of_squatter,
};
pub use environment::EngineEnvironment;
pub use follow::{Followed, Interrupted, follow};
pub use losses::Losses;
pub use open::{Desk, Need, require_may_take_up};
pub use own::open_own;
pub use project::{Kind, Project, named};
pub use real::{is_delivered, is_measured, is_read, unset_variables};
pub use rehearsal::{mark, observe_past};
pub use unavailable::unavailable;
pub use unopened::Unopened;
