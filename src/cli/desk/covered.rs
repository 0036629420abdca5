//! The files that are trusted by their content, `[trust] files`: one line for each tracked file that a pattern names.

use super::project::Project;
use crate::adapters::git::GitRepository;
use crate::config::effects::Touches;
use crate::domain::situation::path_pattern;
use crate::ports::PortError;
use sha2::{Digest as _, Sha256};
use std::path::Path;

/// Reads the files that some patterns name; a file that cannot be read, and no repository, have a line of their own.
///
/// What lies in the checkout counts, because that is what a command of the plan runs.
pub(super) async fn lines(repository: Result<&GitRepository, &PortError>, patterns: &[String]) -> Vec<String> {
    if patterns.is_empty() {
        return Vec::new();
    }
    let found = match repository {
        Ok(repository) => repository.inventory().await.map(|found| (repository.root().to_owned(), found.files)),
        Err(failure) => Err(failure.clone()),
    };
    let (root, files) = match found {
        Ok(found) => found,
        Err(failure) => return vec![format!("trust.files could not be looked up: {}", failure.sentence())],
    };
    let globs: Vec<_> = patterns.iter().filter_map(|pattern| path_pattern(pattern)).collect();
    let named = files.into_iter().filter(move |file| globs.iter().any(|glob| glob.is_match(file)));
    let named: Vec<String> = named.collect();
    let read =
        move || named.iter().map(|file| format!("trust.files has {file:?}: {}", content(&root.join(file)))).collect();
    tokio::task::spawn_blocking(read).await.unwrap_or_else(|_| vec!["trust.files could not be read".to_owned()])
}

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

/// Says what a file is, so that another content is another line. A link is what it points to, and not followed.
fn content(path: &Path) -> String {
    let hash = |bytes: &[u8]| Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    match std::fs::symlink_metadata(path) {
        Ok(about) if about.is_symlink() => match std::fs::read_link(path) {
            Ok(target) => format!("a link to {:?}", target.display().to_string()),
            Err(error) => format!("a link that cannot be read: {error}"),
        },
        Ok(about) if about.is_file() => std::fs::read(path)
            .map_or_else(|error| format!("cannot be read: {error}"), |bytes| format!("sha256 {}", hash(&bytes))),
        Ok(_) => "no file".to_owned(),
        Err(_) => "missing".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_content_is_another_line_and_a_link_is_not_followed() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("s.sh");
        std::fs::write(&file, "echo x").unwrap();
        let before = content(&file);
        std::fs::write(&file, "echo y").unwrap();
        assert_ne!(content(&file), before);
        std::os::unix::fs::symlink("/etc/shadow", dir.path().join("l.sh")).unwrap();
        assert_eq!(content(&dir.path().join("l.sh")), "a link to \"/etc/shadow\"");
        assert_eq!(content(&dir.path().join("none")), "missing");
    }
}
