//! Where the plan file is.

use std::path::{Path, PathBuf};

/// What a plan file is called.
pub const FILE_NAME: &str = "tminus.toml";

/// Returns the nearest `tminus.toml` of a folder or of one above it.
pub fn find(from: &Path) -> Option<PathBuf> {
    let whole = from.canonicalize().unwrap_or_else(|_| from.to_owned());
    whole.ancestors().map(|folder| folder.join(FILE_NAME)).find(|file| file.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_plan_upwards_is_found() {
        let root = tempfile::tempdir().unwrap();
        let inner = root.path().join("a/b");
        std::fs::create_dir_all(&inner).unwrap();
        std::fs::write(root.path().join(FILE_NAME), "format = 1").unwrap();
        assert_eq!(find(&inner), Some(root.path().canonicalize().unwrap().join(FILE_NAME)));
        std::fs::write(inner.join(FILE_NAME), "format = 1").unwrap();
        assert_eq!(find(&inner), Some(inner.canonicalize().unwrap().join(FILE_NAME)));
    }
}
