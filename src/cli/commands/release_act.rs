//! `tminus release tag` and the like: an action on the repository, previewed, done, or taken back.

use super::opening::say;
use super::{act, preview};
use crate::cli::appearance::editor;
use crate::cli::args::{ActArgs, ActCmd, Global};
use crate::cli::ask;
use crate::cli::client::Client;
use crate::cli::exit::{Done, Exit, Stop};
use crate::cli::interrupt::or_interrupted;
use serde_json::json;
use tminus_core::action::Request;
use tminus_core::command::Consent;
use tminus_core::kinds::repository::Direction;
use tminus_core::situation::Preview;

/// Does it for the release that is named, or the open one.
pub async fn run(global: &Global, ActCmd { kind, args, edit }: ActCmd) -> Done {
    let ActArgs { version, detach, timeout: _, go, undo } = args;
    if let (Some(named), Some(other)) = (&version, &global.release)
        && named != other
    {
        return Err(Stop::wrong(format!("{named} and --release {other} name two releases")));
    }
    let release = version.or_else(|| global.release.clone());
    let global = &Global { release, ..global.clone() };
    // Who has read what they wrote is asked, where they have not said yes before.
    let is_asked = edit && !go.yes && !go.preview;
    let mut desk = if is_asked { act::desk(global).await? } else { act::asked(global, go).await? };
    let direction = if undo { Direction::Back } else { Direction::Forward };
    let mut request = Request::Act { version: desk.focus().await?, act: kind, direction, text: None };
    if edit {
        request = match written(&mut desk, request, is_asked).await {
            Ok(request) => request,
            Err(stop) => {
                desk.close().await;
                return Err(stop);
            }
        };
    }
    if !edit && !undo && (go.begins() || go.preview) {
        match needless(&desk, &request).await {
            Ok(None) => {}
            Ok(Some(says)) => {
                desk.close().await;
                say(global, &says, json!({ "needless": says }));
                return Ok(Exit::Good);
            }
            Err(stop) => {
                desk.close().await;
                return Err(stop);
            }
        }
    }
    if !go.begins() && !is_asked {
        return preview::instead(global, desk, request, go).await;
    }
    let waiting = act::waiting(&desk, &detach)?;
    act::act(global, desk, request, (Consent::default(), waiting)).await
}

/// Says that there is nothing to do, where that is so: a script may ask again.
async fn needless(desk: &Client, request: &Request) -> Result<Option<String>, Stop> {
    let version = desk.focus_of(request).await?;
    let shown = or_interrupted(desk.handle.preview(&version, request.clone())).await??;
    let all: Option<Vec<String>> = shown.steps.iter().map(|step| step.task.acts()?.is_needless()).collect();
    Ok(all.filter(|all| !all.is_empty()).map(|all| all.join("; ")))
}

/// Lets the person write the draft on, and say yes where that is to be asked. A branch that moved meanwhile has other commits than
/// the draft.
async fn written(desk: &mut Client, request: Request, is_asked: bool) -> Result<Request, Stop> {
    let version = desk.focus_of(&request).await?;
    let draft = or_interrupted(desk.handle.preview(&version, request.clone())).await??;
    let begins = |preview: &Preview| preview.steps.iter().find_map(|step| step.task.acts()?.begins_at());
    let mut request = edited(&draft, request).await?;
    if is_asked {
        request = agreed(desk, request).await?;
    }
    let now = or_interrupted(desk.handle.preview(&version, request.clone())).await??;
    match (begins(&draft), begins(&now)) {
        (before, after) if before == after => Ok(request),
        _ => Err(Stop::refused("nothing was done: the branch moved while you wrote, and the draft lacks what came")),
    }
}

async fn edited(draft: &Preview, request: Request) -> Result<Request, Stop> {
    let Some(text) = draft.steps.iter().find_map(|step| step.task.acts()?.draft()).map(str::to_owned) else {
        return Err(Stop::refused(draft.blockers.join("; ")));
    };
    let editor = editor();
    let edit = move || tminus_cockpit::edit(&editor, &text, &mut || {});
    let left = tokio::task::spawn_blocking(edit).await.map_err(Stop::cannot_tell)?.map_err(Stop::refused)?;
    if left.trim().is_empty() {
        return Err(Stop::refused("nothing was written: the text that was saved is empty"));
    }
    let Request::Act { version, act, direction, text: _ } = request else { return Ok(request) };
    Ok(Request::Act { version, act, direction, text: Some(left) })
}

/// Shows what comes of it, and asks.
async fn agreed(desk: &mut Client, request: Request) -> Result<Request, Stop> {
    let version = desk.focus_of(&request).await?;
    let shown = or_interrupted(desk.handle.preview(&version, request.clone())).await??;
    preview::print_preview(&shown);
    if !shown.blockers.is_empty() || !ask::yes("Commit this?").await? {
        return Err(Stop::refused("nothing was done"));
    }
    Ok(request)
}
