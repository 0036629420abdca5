//! `tminus release tag` and the like: an action on the repository, previewed, done, or taken back.

use super::{act, preview};
use crate::cli::args::{ActArgs, ActCmd, Global};
use crate::cli::exit::{Done, Stop};
use tminus_core::action::Request;
use tminus_core::command::Consent;
use tminus_core::kinds::repository::Direction;

/// Does it for the release that is named, or the open one.
pub async fn run(global: &Global, ActCmd { kind, args }: ActCmd) -> Done {
    let ActArgs { version, detach, timeout: _, preview, yes, undo } = args;
    let release = version.or_else(|| global.release.clone());
    let global = &Global { release, ..global.clone() };
    let desk = match yes && !preview {
        true => act::desk(global).await?,
        false => act::previewing(global).await?,
    };
    let direction = if undo { Direction::Back } else { Direction::Forward };
    let request = Request::Act { version: desk.focus().await?, act: kind, direction };
    if preview {
        return preview::preview(global, desk, request).await;
    }
    if !yes {
        desk.close().await;
        return Err(Stop::refused("nothing was done: `--preview` shows what would be, `--yes` does it"));
    }
    let waiting = act::waiting(&desk, &detach)?;
    act::act(global, desk, request, (Consent::default(), waiting)).await
}
