//! `tminus rollback ENV`.

use super::deploy::{WaiverArgs, waive};
use super::{act, preview};
use crate::cli::args::{Global, RollbackArgs, env};
use crate::cli::exit::Done;
use tminus_core::action::Request;

/// Brings a version back to an environment: the one that is named, or the last that was good there.
pub async fn run(global: &Global, args: RollbackArgs) -> Done {
    // Words that are wrong are wrong before anything is opened.
    let waivers = WaiverArgs::all(&args.waive)?;
    let desk = act::asked(global, args.confirm.go).await?;
    desk.project.environment(&args.env)?;
    let request = Request::RollBack { env: env(&args.env), to: args.to, reason: args.reason };
    if !args.confirm.go.begins() {
        return preview::instead(global, desk, request, args.confirm.go).await;
    }
    let waiting = act::waiting(&desk, &args.detach)?;
    waive(&desk, (&request, &args.env), waivers).await?;
    act::act(global, desk, request, (args.confirm.consent(), waiting)).await
}
