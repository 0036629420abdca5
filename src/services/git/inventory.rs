//! What a repository has by name: branches, remotes, files.

use super::GitRepository;
use super::program::entries;
use std::collections::BTreeSet;
use tminus_core::ports::PortError;

/// The names that a plan may mean.
#[derive(Clone, Debug, Default)]
pub struct Inventory {
    /// Branches, here and at the remote of the plan.
    pub branches: BTreeSet<String>,
    /// Remotes.
    pub remotes: BTreeSet<String>,
    /// Files that are tracked, from the root.
    pub files: BTreeSet<String>,
}

impl GitRepository {
    /// Returns the names of branches, remotes and files.
    pub async fn inventory(&self) -> Result<Inventory, PortError> {
        self.ask("the names in the repository could not be read", |git, about| {
            let lines = |out: Vec<u8>| String::from_utf8_lossy(&out).lines().map(str::to_owned).collect::<Vec<_>>();
            let mut found = Inventory::default();
            let of_remote = format!("refs/remotes/{}/", about.remote);
            for name in lines(git.read(&["for-each-ref", "--format=%(refname)", "refs/heads", "refs/remotes"])?) {
                let branch = name.strip_prefix("refs/heads/").or(name.strip_prefix(&of_remote));
                found.branches.extend(branch.map(str::to_owned));
            }
            found.remotes = lines(git.read(&["remote"])?).into_iter().collect();
            found.files = entries(&git.read(&["ls-files", "-z"])?).collect();
            Ok(found)
        })
        .await
    }
}
