//! Filling a folder with exactly one commit, as `git checkout` would, with a small repository of its own beside it.
//!
//! Git works on the project's own repository, so filters, git-crypt's keys, the files of LFS and what a partial clone
//! fetches are found as they are there; the index and the folder are tminus's.

use super::filters;
use super::program::GitProgram;
use super::repository::{GitRepository, pulse};
use super::submodule::{self, Submodule, SubmoduleSource};
use super::tree::list;
use std::fs;
use std::path::{Path, PathBuf};
use tminus_core::hex::sha256;
use tminus_core::names::Commit;
use tminus_core::ports::{FailureKind, PortError};

/// Makes a folder hold exactly a commit: no change, nothing that git ignores, no repository in it but its own.
///
/// # Errors
/// What cannot be filled, by name.
pub(crate) fn fill(about: &GitRepository, dir: &Path, commit: &Commit) -> Result<(), PortError> {
    fs::create_dir_all(dir).map_err(|error| unwritable(dir, &error))?;
    remove_repositories(dir)?;
    let source = SubmoduleSource {
        common_dir: about.common_dir.clone(),
        git_dir: about.git_dir.clone(),
        root: about.root.clone(),
        filters: about.filters,
    };
    let index = index_of(dir, "");
    pour(&source, (dir, &index), commit)?;
    submodules(&source, (dir, ""), commit)?;
    own_repository(about, (dir, &index), commit)
}

/// Fills the submodules of a commit, and theirs.
fn submodules(source: &SubmoduleSource, (dir, above): (&Path, &str), commit: &Commit) -> Result<(), PortError> {
    for Submodule { path, commit, source } in submodule::all(source, above, commit)? {
        let into = dir.join(&path);
        let name = format!("{above}{path}");
        fs::create_dir_all(&into).map_err(|error| unwritable(&into, &error))?;
        pour(&source, (&into, &index_of(dir, &name)), &commit)?;
        submodules(&source, (&into, &format!("{name}/")), &commit)?;
    }
    Ok(())
}

/// Where the index of a filled folder is kept: beside it, where no check that runs in it would look.
fn index_of(dir: &Path, submodule: &str) -> PathBuf {
    let top = if submodule.is_empty() { "index".to_owned() } else { format!("index-{}", &sha256(submodule)[..12]) };
    dir.with_extension(top)
}

/// Writes a commit into a folder, and takes everything else away.
fn pour(source: &SubmoduleSource, (dir, index): (&Path, &Path), commit: &Commit) -> Result<(), PortError> {
    let git = GitProgram::at(dir)
        .variable("GIT_DIR", &source.common_dir)
        .variable("GIT_WORK_TREE", dir)
        .variable("GIT_INDEX_FILE", index)
        .set("core.fileMode=true")
        .set("core.symlinks=true")
        .set("core.sparseCheckout=false")
        .set("index.sparse=false")
        .set("core.splitIndex=false");
    filters::allowed(&git, source.filters)?;
    let git = filters::required(git.filling())?;
    let whole = |git: &GitProgram| {
        git.read(&["clean", "-ffdxq"])?;
        git.read(&["read-tree", "--reset", "-u", commit.as_str()])
    };
    if whole(&git).is_err() {
        // An index that an older commit, or a crash, left behind is not worth keeping.
        let _absent = fs::remove_file(index);
        whole(&git)?;
    }
    let tree = list(&git, commit)?;
    filters::are_done(&git, dir, &tree)
}

/// Removes every repository below a folder, and the folder's own: a check may have left one there.
fn remove_repositories(dir: &Path) -> Result<(), PortError> {
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        let found = fs::read_dir(&folder).map_err(|error| unwritable(&folder, &error))?;
        for entry in found.flatten() {
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            let removed = match (entry.file_name().eq_ignore_ascii_case(".git"), is_folder) {
                (true, true) => fs::remove_dir_all(entry.path()),
                (true, false) => fs::remove_file(entry.path()),
                (false, true) => {
                    folders.push(entry.path());
                    Ok(())
                }
                (false, false) => Ok(()),
            };
            removed.map_err(|error| unwritable(&entry.path(), &error))?;
        }
    }
    Ok(())
}

/// Gives the folder a repository of its own, so that `git describe` and the like answer there as they do in the project.
fn own_repository(about: &GitRepository, (dir, index): (&Path, &Path), commit: &Commit) -> Result<(), PortError> {
    let project = GitProgram::at(&about.root);
    let format = project.answer(&["rev-parse", "--show-object-format"])?.text();
    let references = project.read(&["for-each-ref", "--format=%(objectname) %(refname)"])?;
    let objects = about.common_dir.join("objects").canonicalize().map_err(|error| unwritable(dir, &error))?;
    let own = dir.join(".git");
    let written = || -> std::io::Result<()> {
        fs::create_dir_all(own.join("objects/info"))?;
        fs::create_dir_all(own.join("refs/heads"))?;
        let config = if format == "sha256" {
            "[core]\n\trepositoryformatversion = 1\n\tbare = false\n[extensions]\n\tobjectFormat = sha256\n"
        } else {
            "[core]\n\trepositoryformatversion = 0\n\tbare = false\n"
        };
        fs::write(own.join("config"), config)?;
        fs::write(own.join("objects/info/alternates"), format!("{}\n", objects.display()))?;
        fs::write(own.join("packed-refs"), references)?;
        if about.common_dir.join("shallow").exists() {
            fs::copy(about.common_dir.join("shallow"), own.join("shallow"))?;
        }
        fs::copy(index, own.join("index"))?;
        fs::write(own.join("HEAD"), format!("{commit}\n"))
    };
    written().map_err(|error| unwritable(&own, &error))
}

/// Returns what changes whenever another commit is checked out in a filled folder.
pub(crate) fn pulse_of(dir: &Path) -> String {
    pulse(&dir.join(".git"))
}

pub(super) fn unwritable(path: &Path, error: &std::io::Error) -> PortError {
    let summary = format!("{} could not be written", path.display());
    PortError::new(FailureKind::Rejected, summary).because(error.to_string())
}
