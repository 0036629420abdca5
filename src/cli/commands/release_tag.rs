//! Whether a version is out already: its tag names another commit, here or on the remote.

use crate::cli::client::{Client, ProjectKind};
use crate::cli::exit::Stop;
use crate::cli::show;
use std::collections::BTreeMap;
use tminus_core::names::{Commit, Version};
use tminus_core::plan::Placeholder;
use tminus_storage::trust::TrustState;

/// Stops where the tag of a version is at another commit than the release would be at.
pub(super) async fn require_free(desk: &Client, version: &Version, commit: &Commit) -> Result<(), Stop> {
    let values = BTreeMap::from([(Placeholder::Version, version.to_string())]);
    let tag = desk.project.file.plan.release.tag.fill(&values).map_err(Stop::wrong)?;
    let here = desk.repository.resolve(&format!("refs/tags/{tag}")).await?;
    is_at(version, (&tag, "this repository"), here.as_ref(), commit)?;
    let Some(repository) =
        desk.project.repository.as_ref().ok().filter(|_| matches!(desk.project.kind, ProjectKind::Real))
    else {
        return Ok(());
    };
    let remote = &desk.project.file.plan.release.remote;
    // Where there is nothing to trust, nobody has said yet that the repository may lead to another machine, or start programs.
    if !matches!(desk.project.trust()?, TrustState::Trusted { .. }) {
        show::hint(&format!(
            "{remote} was not asked whether it has the tag {tag}: this repository is not trusted (`tminus trust --yes`)"
        ));
        return Ok(());
    }
    match repository.as_ref().clone().trusted().remote_tag(&tag).await {
        Ok(there) => is_at(version, (&tag, remote), there.as_ref(), commit),
        // A release may begin offline: only a known tag speaks against it.
        Err(failure) => {
            show::hint(&failure.sentence());
            Ok(())
        }
    }
}

fn is_at(version: &Version, (tag, place): (&str, &str), there: Option<&Commit>, commit: &Commit) -> Result<(), Stop> {
    match there {
        Some(there) if there != commit => Err(Stop::refused(format!(
            "no release was opened: {version} is out already. The tag {tag} of {place} is at {}, and the release would be \
             at {}. Take the next version, or remove the tag if it is a mistake.",
            there.short(),
            commit.short()
        ))),
        Some(_) | None => Ok(()),
    }
}
