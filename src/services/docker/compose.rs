//! `with = "compose"`: one service of a compose file, brought by the real `docker compose` or `docker-compose`.

mod bare;
mod beside;
mod calls;
mod changes;
mod children;
mod delivery;
mod environment;
mod file;
mod flight;
mod free;
mod ground;
mod inputs;
mod kept;
mod learned;
mod names;
mod needs;
mod passage;
mod pin;
mod ready;
mod rendered;
mod renderings;
mod seen;
mod served;
mod settings;
mod settled;
mod target;
mod tree;
mod unset;

pub use file::compose_file;
pub(super) use learned::{learn_files, learn_served};
pub use renderings::Renderings;
pub use settings::{Compose, PROGRAMS};
pub use target::{ComposeGround, ComposeTarget};
