//! Whether the plan is another one than the journal knows, and what is different about it.

use super::project::Project;
use similar::TextDiff;
use std::path::Path;
use tminus_core::grammar::plan::read;
use tminus_core::plan::loosened;
use tminus_core::release::Release;
use tminus_engine::PlanChange;

/// Returns what is new about the plan; nothing when the journal knows it.
pub(super) fn change(project: &Project, release: &Release) -> Option<PlanChange> {
    let (hash, text) = (project.file.hash.clone(), project.file.text.clone());
    let Some(known) = &release.plan else { return Some(PlanChange { hash, text, diff: None, loosened: Vec::new() }) };
    if known.hash == hash {
        return None;
    }
    let diff = TextDiff::from_lines(&known.text, &text).unified_diff().header("before", "now").to_string();
    // An earlier plan that this build can no longer read does not show what was loosened; the approvals lapse anyway.
    let before = read(Path::new("tminus.toml"), &known.text).ok();
    let loosened = before.map(|b| loosened(&b.plan, &project.file.plan)).unwrap_or_default();
    Some(PlanChange { hash, text, diff: Some(diff), loosened })
}
