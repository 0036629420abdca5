//! `tminus build [ARTIFACT]`.

use super::{act, preview};
use crate::cli::args::{BuildArgs, Global};
use crate::cli::exit::Done;
use tminus_core::action::Request;
use tminus_core::command::Consent;
use tminus_core::names::ArtifactName;

/// Makes the release's artifacts of its commit, and brings them to their registries.
pub async fn run(global: &Global, args: BuildArgs) -> Done {
    let desk = act::asked(global, args.go).await?;
    if let Some(artifact) = &args.artifact {
        desk.project.artifact(artifact)?;
    }
    let request = Request::Build { version: desk.focus().await?, artifact: args.artifact.map(ArtifactName::new) };
    if !args.go.begins() {
        return preview::instead(global, desk, request, args.go).await;
    }
    let waiting = act::waiting(&desk, &args.detach)?;
    act::act(global, desk, request, (Consent::default(), waiting)).await
}
