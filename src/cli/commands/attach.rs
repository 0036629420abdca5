//! `tminus attach`: joins the engine that runs, and starts none.

use super::cockpit;
use crate::cli::args::{AttachArgs, Global};
use crate::cli::client::{Project, engine_of};
use crate::cli::exit::{Done, Stop};
use tminus_core::seat::Wish;

/// Opens the cockpit on the running engine.
pub async fn run(global: &Global, args: &AttachArgs) -> Done {
    let project = Project::find(global).await?;
    if engine_of(&project).await?.is_none() {
        return Err(Stop::refused("no engine runs here to be joined; `tminus` opens the cockpit and starts one"));
    }
    let wish = if args.observe { Wish::Observe } else { Wish::Act };
    cockpit::run(global, wish).await
}
