//! What a part of the history holds: its commits, and each object once, under the path and the commit that brought it first.

use super::object::ObjectName;
use crate::git::{GitOutput, GitProgram, GitRepository};
use std::collections::HashSet;
use std::io::{self, BufRead as _};
use tminus_core::names::Commit;
use tminus_core::notation::counted;
use tminus_core::ports::PortError;

/// A part of the history: a commit with all that it stands on, without what stands on others.
pub(super) struct HistoryPart {
    /// The commit.
    pub(super) until: Commit,
    /// The commits whose history does not belong to it.
    pub(super) without: Vec<Commit>,
}

/// An object of the history; whether it is a file is not known yet.
pub(super) struct ListedObject {
    pub(super) name: ObjectName,
    pub(super) path: Box<[u8]>,
    /// The commit that brought it, by its place in the list.
    pub(super) commit: usize,
}

/// What a part of the history holds.
#[derive(Default)]
pub(super) struct HistoryList {
    /// The commits, oldest first.
    pub(super) commits: Vec<ObjectName>,
    pub(super) objects: Vec<ListedObject>,
    missing: u64,
}

impl HistoryPart {
    /// Returns the commits as git is told them.
    pub(super) fn words(&self) -> Vec<String> {
        let without = self.without.iter().map(|commit| format!("^{commit}"));
        std::iter::once(self.until.to_string()).chain(without).collect()
    }

    /// Lists it. Nothing is fetched: what is not here is counted.
    pub(super) async fn list(&self, git: &GitProgram) -> Result<HistoryList, PortError> {
        // From the oldest on, each commit followed by what it has first: so it is known which one brought a file.
        let words = ["rev-list", "--objects", "--missing=print", "--in-commit-order", "--topo-order", "--reverse"];
        let words = words.iter().map(|word| (*word).to_owned()).chain(self.words()).collect::<Vec<_>>();
        git.stream(&words, Vec::new(), read).await
    }
}

fn read(out: &mut GitOutput) -> io::Result<HistoryList> {
    let mut list = HistoryList::default();
    let mut line = Vec::new();
    while out.read_until(b'\n', &mut line)? > 0 {
        list.add(line.strip_suffix(b"\n").unwrap_or(&line))?;
        line.clear();
    }
    Ok(list)
}

impl HistoryList {
    /// Adds a line of `git rev-list --objects`: a commit, an object with its path, or with `?` what is not here.
    fn add(&mut self, line: &[u8]) -> io::Result<()> {
        let unread = || io::Error::new(io::ErrorKind::InvalidData, "git listed something that is no object");
        if line.first() == Some(&b'?') {
            self.missing += 1;
            return Ok(());
        }
        let Some(end) = line.iter().position(|byte| *byte == b' ') else {
            self.commits.push(ObjectName::parse(line).ok_or_else(unread)?);
            return Ok(());
        };
        let name = ObjectName::parse(&line[..end]).ok_or_else(unread)?;
        let path = line[end + 1..].into();
        self.objects.push(ListedObject { name, path, commit: self.commits.len().saturating_sub(1) });
        Ok(())
    }

    /// Says why what was listed is not all that there is.
    pub(super) fn gaps(&self, repository: &GitRepository) -> Vec<String> {
        let mut gaps = Vec::new();
        if self.missing > 0 {
            let are = if self.missing == 1 { "is" } else { "are" };
            gaps.push(format!(
                "{} of the history {are} not here, as in a partial clone: `git fetch --refetch --no-filter` makes it whole",
                counted(self.missing, "object")
            ));
        }
        let ends = std::fs::read_to_string(repository.common_dir().join("shallow")).unwrap_or_default();
        let ends: HashSet<ObjectName> = ends.lines().filter_map(|end| ObjectName::parse(end.as_bytes())).collect();
        let cut = self.commits.iter().find(|commit| ends.contains(commit));
        gaps.extend(cut.map(|end| {
            let end = Commit::new(end.to_string());
            format!("the clone is shallow, and what was before {} is not here: `git fetch --unshallow`", end.short())
        }));
        gaps
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_object_belongs_to_the_commit_before_it_and_a_path_may_hold_any_byte() {
        let mut list = HistoryList::default();
        let id = |byte: &str| byte.repeat(20);
        for line in
            [id("aa"), format!("{} ", id("01")), format!("{} a b", id("02")), id("bb"), format!("?{}", id("03"))]
        {
            list.add(line.as_bytes()).unwrap();
        }
        list.add(&[id("04").as_bytes(), b" \xff.txt"].concat()).unwrap();
        let of: Vec<(usize, &[u8])> = list.objects.iter().map(|object| (object.commit, &*object.path)).collect();
        assert_eq!(of, [(0, &b""[..]), (0, b"a b"), (1, b"\xff.txt")]);
        assert_eq!((list.commits.len(), list.missing), (2, 1));
        assert!(list.add(b"warning: something").is_err());
    }
}
