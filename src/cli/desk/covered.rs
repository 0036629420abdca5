//! The files that a plan leans on and that `[trust] files` does not cover.

use super::project::Project;
use crate::config::effects::Touches;
use crate::domain::situation::path_pattern;
use std::path::Path;

/// Returns the files that a plan runs or reads by their content and that no pattern of it names: they may change unasked.
pub fn uncovered(project: &Project) -> Vec<String> {
    let plan = &project.file.plan;
    let globs: Vec<_> = plan.trust_files.iter().filter_map(|pattern| path_pattern(pattern)).collect();
    let mut files = Touches::of(plan).leans_on;
    files.retain(|file| project.root.join(file).exists() && file.as_str() != "." && !Path::new(file).is_absolute());
    files.retain(|file| !globs.iter().any(|glob| glob.is_match(file)));
    files.sort();
    files.dedup();
    files
}
