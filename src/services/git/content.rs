//! Single files of a commit, and what else of it is no file here.

use super::GitRepository;
use super::tree::{entry_at, list};
use tminus_core::names::Commit;
use tminus_core::ports::{FailureKind, PortError};

impl GitRepository {
    /// Returns what a commit holds in a file, by its path from where the repository was opened; nothing where there is none.
    ///
    /// # Errors
    /// One that is a folder or a link, and one that is too long.
    pub(crate) async fn content_at(
        &self,
        commit: &Commit,
        path: &str,
        most: usize,
    ) -> Result<Option<Vec<u8>>, PortError> {
        let (file, commit, named) = (format!("{}{path}", self.prefix()), commit.clone(), path.to_owned());
        self.ask(&format!("{path} could not be read"), move |git, _| {
            let git = git.clone().variable("GIT_LITERAL_PATHSPECS", "1");
            let Some(entry) = entry_at(&git, &commit, &file)? else { return Ok(None) };
            if !entry.mode.starts_with("100") {
                return Err(PortError::new(
                    FailureKind::Malformed,
                    format!("{named} is not a file in {}", commit.short()),
                ));
            }
            let size = git.line(&["cat-file", "-s", &entry.id])?;
            if size.parse().is_ok_and(|size: usize| size <= most) {
                return git.read(&["cat-file", "blob", &entry.id]).map(Some);
            }
            Err(PortError::new(
                FailureKind::Malformed,
                format!("{named} has {size} bytes, and at most {most} are read"),
            ))
        })
        .await
    }

    /// Counts the submodules of a commit.
    pub(crate) async fn submodules_at(&self, commit: &Commit) -> Result<usize, PortError> {
        let commit = commit.clone();
        self.ask("the submodules could not be listed", move |git, _| {
            Ok(list(git, &commit)?.iter().filter(|entry| entry.is_submodule()).count())
        })
        .await
    }
}
