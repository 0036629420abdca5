//! What the placeholders in a plan's lines stand for: addresses, images, tags and branches.

use crate::plan::{ArtifactKind, Environment, Plan};
use crate::touches::words::plain;

/// Says what the placeholders of some lines stand for: another address or name there is another effect.
pub(super) fn meanings(plan: &Plan, lines: &[String]) -> Vec<String> {
    let has = |words: &[&str]| lines.iter().any(|line| words.iter().any(|word| line.contains(word)));
    let (rules, usual) = (&plan.release, crate::grammar::plan::usual_rules());
    let mut meant = Vec::new();
    // What is released comes from there; a check in the worktree runs the code of that branch.
    let is_told = has(&["{branch}"]) || plan.checks.iter().any(|check| check.in_worktree);
    if is_told || (&rules.branch, &rules.base) != (&usual.branch, &usual.base) {
        meant.push(format!("release.branch is {}, cut from {}", rules.branch, rules.base));
    }
    if is_told || rules.hotfix != usual.hotfix {
        meant.push(format!("release.hotfix is {}", rules.hotfix));
    }
    // The version before is read from the tags.
    if has(&["{tag}", "{previous-tag}", "{previous}"]) || rules.tag != usual.tag {
        meant.push(format!("release.tag is {}", rules.tag));
    }
    if rules.remote != usual.remote {
        meant.push(format!("release.remote is {}", plain(&rules.remote)));
    }
    meant.extend(plan.artifacts.iter().filter_map(|artifact| match &artifact.kind {
        ArtifactKind::Image { image, .. } => Some(format!("artifact.{} is {image}", artifact.name)),
        ArtifactKind::App { .. } => None,
    }));
    let address = |env: &Environment| Some(format!("env.{} is at {}", env.name, env.url.as_ref()?));
    meant.extend(plan.environments.iter().filter_map(address));
    meant
}
