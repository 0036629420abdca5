//! What the checkout holds that its commit does not, as `git status` says it, with everything looked through that makes
//! git look away: flags in the index, modes, submodules that are ignored, untracked files that are not shown.

use super::GitRepository;
use super::filters;
use super::program::{Filters, GitProgram, entries};
use super::tree::resolve;
use std::collections::BTreeSet;
use std::path::Path;
use tminus_core::names::Commit;
use tminus_core::ports::{FailureKind, PortError};

/// Where a checkout stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckoutStatus {
    /// The commit that is checked out; absent before the first commit.
    pub commit: Option<Commit>,
    /// In what it differs from it, files that git neither tracks nor ignores included; absent in a bare repository.
    pub changed: Option<Vec<Difference>>,
}

/// One thing in which a checkout differs from its commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Where, from the top of the checkout.
    pub path: String,
    /// In what way.
    pub kind: DifferenceKind,
}

/// The ways in which a checkout differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DifferenceKind {
    /// Git neither tracks nor ignores it.
    Untracked,
    /// It holds something else, or is not there.
    Changed,
    /// Only its mode is another.
    Mode,
    /// It holds something else, and a flag in the index hides that.
    Hidden,
    /// It is not there, because the checkout is sparse.
    Sparse,
    /// A submodule at another commit, or with changes of its own.
    Submodule,
}

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let how = match self.kind {
            DifferenceKind::Untracked => "not tracked: commit it, or let git ignore it",
            DifferenceKind::Changed => "changed: commit it, or undo it",
            DifferenceKind::Mode => "another mode than in the commit",
            DifferenceKind::Hidden => "changed, and hidden by assume-unchanged or skip-worktree",
            DifferenceKind::Sparse => "not checked out, because the checkout is sparse",
            DifferenceKind::Submodule => "a submodule at another commit or with changes: `git submodule update`",
        };
        write!(f, "{} ({how})", self.path)
    }
}

/// Reads where the checkout stands.
pub(super) fn standing(git: &GitProgram, about: &GitRepository) -> Result<CheckoutStatus, PortError> {
    if about.is_bare {
        return Ok(CheckoutStatus { commit: resolve(git, "HEAD")?, changed: None });
    }
    let seen = look(git, about.filters, &about.git_dir)?;
    Ok(CheckoutStatus { commit: seen.commit, changed: Some(seen.changed) })
}

struct CheckoutLook {
    commit: Option<Commit>,
    changed: Vec<Difference>,
}

/// Looks at one checkout, and at those of its submodules.
fn look(git: &GitProgram, may: Filters, git_dir: &Path) -> Result<CheckoutLook, PortError> {
    let mut git = git.clone().set("core.fileMode=true").set("core.symlinks=true");
    if may == Filters::Withheld {
        git = filters::withheld(git)?;
    }
    let index = Index::read(&git)?;
    // Where nothing is hidden the index is read as it lies there.
    let copy = if index.hidden.is_empty() { None } else { Some(index.without_flags(&git, git_dir)?) };
    let asked = match &copy {
        Some(copy) => unsparse(git.clone()).variable("GIT_INDEX_FILE", copy.path().join("index")),
        None => git.clone(),
    };
    let mut seen = read(&asked, &index.hidden)?;
    if seen.changed.iter().any(|d| d.kind == DifferenceKind::Hidden) && is_sparse(&git)? {
        let is_absent = |path: &str| std::fs::symlink_metadata(git.dir().join(path)).is_err();
        let absent = seen.changed.iter_mut().filter(|d| d.kind == DifferenceKind::Hidden && is_absent(&d.path));
        absent.for_each(|d| d.kind = DifferenceKind::Sparse);
    }
    for path in &index.submodules {
        let dir = git.dir().join(path);
        if !dir.join(".git").exists() || seen.changed.iter().any(|d| &d.path == path) {
            continue;
        }
        let inside = GitProgram::at(&dir);
        let own = inside.line(&["rev-parse", "--absolute-git-dir"])?;
        let within = look(&inside, may, Path::new(&own))?.changed;
        seen.changed.extend(within.into_iter().map(|d| Difference { path: format!("{path}/{}", d.path), ..d }));
    }
    Ok(seen)
}

/// What the index says beside the names of files.
struct Index {
    /// Files that git does not look at.
    hidden: BTreeSet<String>,
    submodules: Vec<String>,
}

impl Index {
    fn read(git: &GitProgram) -> Result<Self, PortError> {
        let mut index = Self { hidden: BTreeSet::new(), submodules: Vec::new() };
        for line in entries(&git.read(&["ls-files", "-v", "-s", "-z"])?) {
            let Some((about, path)) = line.split_once('\t') else { continue };
            let mut about = about.split(' ');
            let tag = about.next().unwrap_or_default();
            if tag == "S" || tag.starts_with(|c: char| c.is_ascii_lowercase()) {
                index.hidden.insert(path.to_owned());
            }
            if about.next() == Some("160000") {
                index.submodules.push(path.to_owned());
            }
        }
        Ok(index)
    }

    /// Copies the index, and takes the flags off the copy.
    fn without_flags(&self, git: &GitProgram, git_dir: &Path) -> Result<tempfile::TempDir, PortError> {
        let failed = PortError::by(FailureKind::Rejected, "the index could not be copied");
        let dir = tempfile::tempdir().map_err(&failed)?;
        let (from, to) = (git_dir.join("index"), dir.path().join("index"));
        std::fs::copy(&from, &to).map_err(&failed)?;
        // Git looks again at what changed no earlier than the index did, so the copy is as old as the original.
        let written = std::fs::metadata(&from).and_then(|about| about.modified()).map_err(&failed)?;
        let file = std::fs::File::options().write(true).open(&to).map_err(&failed)?;
        file.set_modified(written).map_err(&failed)?;
        let git = unsparse(git.clone()).variable("GIT_INDEX_FILE", to);
        let paths: Vec<u8> = self.hidden.iter().flat_map(|path| path.bytes().chain([0])).collect();
        for flag in ["--no-assume-unchanged", "--no-skip-worktree"] {
            let answer = git.read_with(&["update-index", flag, "-z", "--stdin"], &paths)?;
            answer.good()?;
        }
        Ok(dir)
    }
}

/// Makes git look at the whole tree.
fn unsparse(git: GitProgram) -> GitProgram {
    git.set("core.sparseCheckout=false").set("index.sparse=false")
}

fn is_sparse(git: &GitProgram) -> Result<bool, PortError> {
    let answer = git.answer(&["config", "--type=bool", "--get", "core.sparseCheckout"])?;
    Ok(answer.is_good() && answer.text() == "true")
}

/// Asks for the status, and reads it.
fn read(git: &GitProgram, hidden: &BTreeSet<String>) -> Result<CheckoutLook, PortError> {
    let words = [
        "status",
        "--porcelain=v2",
        "-z",
        "--branch",
        "--no-ahead-behind",
        "--untracked-files=all",
        "--ignored=no",
        // Their own content is looked at by `look`, each checkout by itself: a git that is started inside one by this
        // one would run that one's filters.
        "--ignore-submodules=dirty",
        "--no-renames",
    ];
    let mut seen = CheckoutLook { commit: None, changed: Vec::new() };
    for entry in entries(&git.read(&words)?) {
        if let Some(id) = entry.strip_prefix("# branch.oid ") {
            seen.commit = (id != "(initial)").then(|| Commit::new(id));
        } else if !entry.starts_with('#') {
            seen.changed.extend(difference(&entry, hidden));
        }
    }
    Ok(seen)
}

/// Reads one entry of `--porcelain=v2`.
fn difference(entry: &str, hidden: &BTreeSet<String>) -> Option<Difference> {
    let (kind, rest) = entry.split_once(' ')?;
    let fields = match kind {
        "?" => return Some(Difference { path: rest.to_owned(), kind: DifferenceKind::Untracked }),
        "1" => 8,
        "2" => 9,
        "u" => 10,
        _ => return None,
    };
    let fields: Vec<&str> = rest.splitn(fields, ' ').collect();
    let (state, sub, path) = (*fields.first()?, *fields.get(1)?, *fields.last()?);
    let is_other_mode = kind == "1" && state == ".M" && fields.get(3) != fields.get(4);
    let kind = if sub.starts_with('S') {
        DifferenceKind::Submodule
    } else if hidden.contains(path) {
        DifferenceKind::Hidden
    } else if is_other_mode {
        DifferenceKind::Mode
    } else {
        DifferenceKind::Changed
    };
    Some(Difference { path: path.to_owned(), kind })
}
