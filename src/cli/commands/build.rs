//! `tminus build [ARTIFACT]`.

use super::{act, preview};
use crate::cli::args::{BuildArgs, Global};
use crate::cli::exit::{Done, Stop};
use tminus_core::action::Request;
use tminus_core::command::Consent;
use tminus_core::names::ArtifactName;

/// Makes the release's artifacts of its commit, and brings them to their registries.
pub async fn run(global: &Global, args: BuildArgs) -> Done {
    let desk = match args.yes && !args.preview {
        true => act::desk(global).await?,
        false => act::previewing(global).await?,
    };
    if let Some(artifact) = &args.artifact {
        desk.project.artifact(artifact)?;
    }
    let request = Request::Build { version: desk.focus().await?, artifact: args.artifact.map(ArtifactName::new) };
    if args.preview {
        return preview::preview(global, desk, request).await;
    }
    if !args.yes {
        desk.close().await;
        return Err(Stop::refused("nothing was done: `--preview` shows the steps, `--yes` begins"));
    }
    let waiting = act::waiting(&desk, &args.detach)?;
    act::act(global, desk, request, (Consent::default(), waiting)).await
}
