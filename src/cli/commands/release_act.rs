//! `tminus release tag` and the like: an action on the repository, previewed, done, or taken back.

use super::{act, preview};
use crate::cli::args::{ActArgs, ActCmd, Global};
use crate::cli::exit::Done;
use tminus_core::action::Request;
use tminus_core::command::Consent;
use tminus_core::kinds::repository::Direction;

/// Does it for the release that is named, or the open one.
pub async fn run(global: &Global, ActCmd { kind, args }: ActCmd) -> Done {
    let ActArgs { version, detach, timeout: _, go, undo } = args;
    let release = version.or_else(|| global.release.clone());
    let global = &Global { release, ..global.clone() };
    let desk = act::asked(global, go).await?;
    let direction = if undo { Direction::Back } else { Direction::Forward };
    let request = Request::Act { version: desk.focus().await?, act: kind, direction };
    if !go.begins() {
        return preview::instead(global, desk, request, go).await;
    }
    let waiting = act::waiting(&desk, &detach)?;
    act::act(global, desk, request, (Consent::default(), waiting)).await
}
