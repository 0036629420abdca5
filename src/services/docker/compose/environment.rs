//! The environment files that Compose fills a compose file from, and what they say of a variable. Those that a service or an
//! `include` names are not among them: Compose makes no secret and no name of a project of what they say.

use crate::dotenv::{self, DotenvStatement};
use std::path::{Path, PathBuf};

/// The variable that names the files which the second Compose reads in the place of `.env`.
const FILES: &str = "COMPOSE_ENV_FILES";

/// The variable by which the second Compose reads no `.env`.
const DISABLED: &str = "COMPOSE_DISABLE_ENV_FILE";

/// Returns the file that both Composes read: the first one reads no other.
pub(super) fn beside(root: &Path, file: &str) -> PathBuf {
    root.join(file).with_file_name(".env")
}

/// Returns the files that the second Compose reads in this process's environment, the last of which counts.
pub(super) fn files(root: &Path, file: &str) -> Vec<PathBuf> {
    files_of(root, file, |name| std::env::var(name).ok())
}

fn files_of(root: &Path, file: &str, of_process: impl Fn(&str) -> Option<String>) -> Vec<PathBuf> {
    let named = of_process(FILES).unwrap_or_default();
    let named: Vec<&str> = named.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
    let is_disabled = || of_process(DISABLED).is_some_and(|set| matches!(set.to_lowercase().as_str(), "1" | "true"));
    match named.as_slice() {
        [] if is_disabled() => Vec::new(),
        [] => vec![beside(root, file)],
        // Compose is run from the root.
        named => named.iter().map(|name| root.join(name)).collect(),
    }
}

/// Returns what files say of a variable, the one that counts first.
pub(super) fn values(files: &[PathBuf], name: &str) -> Vec<String> {
    let read = |file: &PathBuf| dotenv::statements(&std::fs::read_to_string(file).unwrap_or_default());
    let of_name = files.iter().flat_map(read).filter(|statement: &DotenvStatement| statement.name == name);
    let mut values: Vec<String> = of_name.filter_map(|statement| statement.value).collect();
    values.reverse();
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_compose_is_told_to_read_is_read() {
        let root = Path::new("/srv");
        let files = |of: &[(&str, &str)]| {
            files_of(root, "ops/c.yml", |name| {
                of.iter().find(|(set, _)| *set == name).map(|(_, value)| (*value).to_owned())
            })
        };
        assert_eq!(files(&[]), [Path::new("/srv/ops/.env")]);
        assert_eq!(files(&[(FILES, "")]), [Path::new("/srv/ops/.env")]);
        let two = [Path::new("/srv/prod.env"), Path::new("/etc/two.env")];
        assert_eq!(files(&[(FILES, "prod.env,/etc/two.env"), (DISABLED, "1")]), two);
        assert_eq!(files(&[(DISABLED, "true")]), [] as [PathBuf; 0]);
    }

    #[test]
    fn the_last_value_of_the_last_file_counts() {
        let root = tempfile::tempdir().unwrap();
        let [one, two] = ["one.env", "two.env"].map(|name| root.path().join(name));
        std::fs::write(&one, "TOKEN=a\nTOKEN='b'\nKEY=\"x\nINNER=1\n\"\n").unwrap();
        std::fs::write(&two, "export TOKEN: c # d\nALONE\n").unwrap();
        let files = [one, two, root.path().join("missing.env")];
        assert_eq!(values(&files, "TOKEN"), ["c", "b", "a"]);
        assert!(values(&files, "ALONE").is_empty() && values(&files, "INNER").is_empty(), "neither has a value");
    }
}
