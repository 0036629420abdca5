//! `tminus release hotfix VERSION`: a release of its own, from the tag of one that is out, beside the one that is on its way.

use super::cut::carry_out;
use super::opening::say;
use super::release_base::found;
use super::release_tag::require_free;
use crate::cli::args::{Global, GoAhead};
use crate::cli::client::{Client, OpenNeed, Project};
use crate::cli::exit::{Done, Exit, Stop};
use serde_json::json;
use std::collections::BTreeMap;
use tminus_core::changelog::last_release;
use tminus_core::command::ReleaseCommand;
use tminus_core::decide::hotfix_begins;
use tminus_core::names::{Commit, Version};
use tminus_core::plan::Placeholder;
use tminus_core::ports::PortError;

/// What was asked for.
pub struct HotfixRequest {
    /// Its version.
    pub version: Version,
    /// The tag that it mends; that of the last release when absent.
    pub from: Option<String>,
    /// Whether it begins.
    pub go: GoAhead,
}

/// A hotfix as it would begin.
struct HotfixBeginning {
    version: Version,
    tag: String,
    before: Version,
    branch: String,
    commit: Commit,
}

/// Creates the branch of a hotfix, and opens it.
pub async fn run(global: &Global, asked: HotfixRequest) -> Done {
    let need = if asked.go.begins() { OpenNeed::Act } else { OpenNeed::Preview };
    let mut desk = Client::open(Project::find(global).await?, need).await?;
    let done = at(global, &mut desk, asked).await;
    desk.close().await;
    done
}

async fn at(global: &Global, desk: &mut Client, HotfixRequest { version, from, go }: HotfixRequest) -> Done {
    let hotfix = beginning(desk, version, from).await?;
    if go.begins() {
        let HotfixBeginning { version, tag, before, branch, commit } = hotfix;
        let (previous, hotfix_of) = (Some(before), Some(tag));
        let cut = ReleaseCommand::Cut { version, branch, commit: commit.clone(), previous, hotfix_of };
        return carry_out(global, desk, (cut, commit)).await;
    }
    if !go.preview {
        return Err(Stop::refused("nothing was done: `--preview` shows the steps, `--yes` begins"));
    }
    let HotfixBeginning { version, tag, branch, commit, .. } = &hotfix;
    let base = &desk.project.file.plan.release.base;
    let words = format!(
        "would open {version} as a hotfix of {tag}\n  1. create the branch {branch} at {}, and check it out\n     undo: `git switch {base} && \
         git branch -D {branch}`, then `tminus --release {version} release close`",
        commit.short()
    );
    let value = json!({ "preview": { "release": version, "from": tag, "branch": branch, "commit": commit } });
    say(global, &words, value);
    Ok(Exit::Good)
}

/// Finds where it begins, and refuses what the engine would refuse.
async fn beginning(desk: &Client, version: Version, from: Option<String>) -> Result<HotfixBeginning, Stop> {
    let (snapshot, _) = desk.handle.attach().await.map_err(Stop::cannot_tell)?;
    let plan = &desk.project.file.plan;
    let rules = &plan.release;
    let tags = desk.repository.tags().await?;
    let last = || last_release(tags.iter().map(|(tag, _)| tag.as_str()), &rules.tag, &version).map(str::to_owned);
    let tag = from.or_else(last).ok_or_else(|| {
        let form = rules.tag.as_str();
        Stop::wrong(format!(
            "no release was opened: the repository has no tag of a release ({form}) that {version} could mend"
        ))
    })?;
    let commit = found(&format!("tag {tag}"), desk.repository.resolve(&format!("refs/tags/{tag}")).await?)?;
    let before = rules.tag.version_in(&tag);
    hotfix_begins((plan, &snapshot.release), &version, (&tag, before.as_ref()))?;
    let values = BTreeMap::from([(Placeholder::Version, version.to_string())]);
    let branch = rules.hotfix.fill(&values).map_err(Stop::wrong)?;
    require_free(desk, &version, &commit).await?;
    let refused = |failure: PortError| Stop::refused(format!("no release was opened: {}", failure.sentence()));
    desk.repository.try_branch(&branch, &commit).await.map_err(refused)?;
    let before = before.ok_or_else(|| Stop::wrong(format!("{tag} is the tag of no version")))?;
    Ok(HotfixBeginning { version, tag, before, branch, commit })
}
