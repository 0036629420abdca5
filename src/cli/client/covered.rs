//! The files that a plan leans on and that `[trust] files` does not cover.

use super::project::Project;
use std::path::Path;
use tminus_core::situation::path_pattern;
use tminus_core::touches::Touch;
use tminus_services::trusted::is_outside;

/// Returns the files that a plan runs or reads by their content and that no pattern of it names: they may change unasked.
pub fn uncovered(project: &Project) -> Vec<String> {
    let plan = &project.file.plan;
    let patterns = plan.trust_files.iter().filter(|pattern| !is_outside(pattern));
    let globs: Vec<_> = patterns.filter_map(|pattern| path_pattern(pattern)).collect();
    let mut files: Vec<String> = plan.touches().iter().flat_map(Touch::leans_on).collect();
    // Of what lies elsewhere only files can be trusted by their content.
    let is_there = |file: &str| match is_outside(file) {
        true => Path::new(file).is_file() && !plan.trust_files.iter().any(|trusted| trusted == file),
        false => project.root.join(file).exists() && file != ".",
    };
    files.retain(|file| is_there(file) && (is_outside(file) || !globs.iter().any(|glob| glob.is_match(file))));
    files.sort();
    files.dedup();
    files
}
