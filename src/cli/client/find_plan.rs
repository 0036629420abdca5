//! Where the plan is: the nearest `tminus.toml`, upwards from a folder.

use std::io;
use std::path::{Path, PathBuf};
use tminus_core::grammar::plan::FILE_NAME;

/// What lies under the plan's name and is no plan that may be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} {why}", path.display())]
pub struct NoPlan {
    path: PathBuf,
    why: String,
}

/// Finds the plan file in a folder or the nearest one above it.
///
/// # Errors
/// When what is nearest is no file, or a link that leads nowhere or out of the repository.
pub fn find(from: &Path) -> Result<Option<PathBuf>, NoPlan> {
    let whole = from.canonicalize().unwrap_or_else(|_| from.to_owned());
    let there = whole.ancestors().map(|folder| folder.join(FILE_NAME)).find(|path| path.symlink_metadata().is_ok());
    let Some(path) = there else { return Ok(None) };
    match doubt(&path) {
        None => Ok(Some(path)),
        Some(why) => Err(NoPlan { path, why }),
    }
}

fn doubt(path: &Path) -> Option<String> {
    let target = match path.canonicalize() {
        Ok(target) => target,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Some("is a link that leads nowhere".to_owned());
        }
        Err(error) => return Some(format!("cannot be followed: {error}")),
    };
    let folder = path.parent().unwrap_or(path);
    let repository = folder.ancestors().find(|folder| folder.join(".git").symlink_metadata().is_ok()).unwrap_or(folder);
    if !target.starts_with(repository) {
        return Some("is a link that leads out of the repository: put the plan itself there".to_owned());
    }
    let about = target.metadata().ok()?;
    match (about.is_file(), about.is_dir()) {
        (true, _) => None,
        (false, true) => Some("is a folder, not a file".to_owned()),
        (false, false) => Some("is no regular file".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn the_nearest_plan_upwards_is_found() {
        let root = tempfile::tempdir().unwrap();
        let inner = root.path().join("a/b");
        std::fs::create_dir_all(&inner).unwrap();
        std::fs::write(root.path().join(FILE_NAME), "format = 1").unwrap();
        assert_eq!(find(&inner), Ok(Some(root.path().canonicalize().unwrap().join(FILE_NAME))));
        std::fs::write(inner.join(FILE_NAME), "format = 1").unwrap();
        assert_eq!(find(&inner), Ok(Some(inner.canonicalize().unwrap().join(FILE_NAME))));
    }

    #[test]
    fn what_is_no_plan_of_the_repository_is_refused_by_name() {
        let root = tempfile::tempdir().unwrap();
        let (inside, outside) = (root.path().join("inside"), root.path().join("outside.toml"));
        std::fs::create_dir_all(inside.join("plans/.keep")).unwrap();
        std::fs::create_dir(inside.join(".git")).unwrap();
        std::fs::write(&outside, "").unwrap();
        std::fs::write(inside.join("plans/a.toml"), "").unwrap();
        let plan = inside.join(FILE_NAME);
        let said = |target: &str| {
            symlink(target, &plan).unwrap();
            let said = find(&inside).map(|_| ()).map_err(|no| no.to_string());
            std::fs::remove_file(&plan).unwrap();
            said.err().unwrap_or_default()
        };
        assert!(
            said("../outside.toml")
                .ends_with("tminus.toml is a link that leads out of the repository: put the plan itself there")
        );
        assert!(said("none.toml").ends_with("tminus.toml is a link that leads nowhere"));
        assert!(said("plans").ends_with("tminus.toml is a folder, not a file"));
        assert_eq!(said("plans/a.toml"), "");
        std::fs::create_dir(&plan).unwrap();
        assert!(find(&inside).unwrap_err().to_string().ends_with("tminus.toml is a folder, not a file"));
    }
}
