//! Where tminus keeps things: the journal, the trust, log spools, worktrees, rehearsals. Not what is in them.

use crate::identity::{self, ProjectIdentity};
use directories::ProjectDirs;
use std::fs::{self, DirBuilder};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};
use tminus_core::hex::sha256;

/// The folders and files of one project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paths {
    home: PathBuf,
    state: PathBuf,
    /// What the project is known by now, its name first; absent for what is only played.
    identity: Option<(String, ProjectIdentity)>,
}

/// A folder or file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PathsError {
    /// There is no home folder to keep things in.
    #[error("no home folder is known: set HOME, or XDG_STATE_HOME and XDG_CONFIG_HOME")]
    NoHome,
    /// Reading, creating or writing failed.
    #[error("{doing} {} failed", path.display())]
    Io {
        /// What was being done.
        doing: &'static str,
        /// To what.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// Something else stands where a folder belongs.
    #[error("{} is no folder; move it away", .0.display())]
    NotAFolder(PathBuf),
    /// It belongs to somebody else.
    #[error("{} belongs to another user (id {owner}); nothing is kept there", path.display())]
    NotOurs {
        /// What.
        path: PathBuf,
        /// Whose.
        owner: u32,
    },
    /// Other people may write there.
    #[error("{} may be written by others (mode {mode:03o}); run chmod go-w on it", path.display())]
    OthersMayWrite {
        /// What.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
}

impl Paths {
    /// Returns the paths of a project below the user's own folders; creates nothing.
    ///
    /// State is kept in `$XDG_STATE_HOME/tminus/PROJECT`, or where the system keeps such things.
    pub fn of_project(name: &str, identity: ProjectIdentity) -> Result<Self, PathsError> {
        let folders = ProjectDirs::from("", "", "tminus").ok_or(PathsError::NoHome)?;
        let home = home(&folders);
        let state = home.join(identity::state_folder(&home, name, &identity));
        Ok(Self { home, state, identity: Some((name.to_owned(), identity)) })
    }

    /// Returns the first commits of the project that a repository was last opened as; none when that is not known.
    pub fn remembered_commits(name: &str, repository: &Path) -> Vec<String> {
        let folders = ProjectDirs::from("", "", "tminus");
        folders.map(|folders| identity::remembered_commits(&home(&folders), name, repository)).unwrap_or_default()
    }

    /// Returns the folder of the user's own settings; it may not be there.
    pub fn of_user() -> Result<PathBuf, PathsError> {
        let folders = ProjectDirs::from("", "", "tminus").ok_or(PathsError::NoHome)?;
        Ok(folders.config_dir().to_owned())
    }

    /// Returns paths that all lie below one folder, for rehearsals and tests; creates nothing.
    pub fn below(root: &Path) -> Self {
        Self { home: root.to_owned(), state: root.join("state"), identity: None }
    }

    /// Creates the state folders for the user alone, and refuses those that others own or may write.
    pub fn prepare(&self) -> Result<(), PathsError> {
        private_folder(&self.home)?;
        private_folder(&self.state)?;
        [self.logs(), self.worktrees(), self.rehearsals()].iter().try_for_each(|folder| private_folder(folder))?;
        let known_as =
            self.identity.as_ref().and_then(|(name, identity)| identity::remembered(&self.state, name, identity));
        known_as.map_or(Ok(()), |text| write_private(&self.state.join(identity::FILE), text.as_bytes()))
    }

    /// Returns the folder that keeps what belongs to no project: what a person saves, and what a crash leaves.
    pub fn of_state() -> Result<PathBuf, PathsError> {
        let folders = ProjectDirs::from("", "", "tminus").ok_or(PathsError::NoHome)?;
        Ok(home(&folders))
    }

    /// Returns the file that remembers how somebody looked at this project.
    pub fn session(&self) -> PathBuf {
        self.state.join("session.json")
    }

    /// Returns the folder of this project's state.
    pub fn state(&self) -> &Path {
        &self.state
    }

    /// Returns the journal's file.
    pub fn journal(&self) -> PathBuf {
        self.state.join("journal.db")
    }

    /// Returns the file in which a running engine says where it listens.
    pub fn engine(&self) -> PathBuf {
        self.state.join("engine.json")
    }

    /// Returns the key that values of the environment are hashed with, where they are compared later.
    pub fn environment_key(&self) -> PathBuf {
        self.state.join("environment.key")
    }

    /// Returns what an engine without a terminal says, and what went wrong in it.
    pub fn engine_log(&self) -> PathBuf {
        self.state.join("engine.log")
    }

    /// Returns the name of the engine's socket: one for each journal.
    pub fn engine_name(&self) -> String {
        sha256(self.state.as_os_str().as_encoded_bytes())[..16].to_owned()
    }

    /// Returns the folder of this user's sockets: `$XDG_RUNTIME_DIR/tminus`, or one below the system's temporary folder.
    pub fn runtime() -> Result<PathBuf, PathsError> {
        let own = directories::BaseDirs::new().and_then(|dirs| dirs.runtime_dir().map(|dir| dir.join("tminus")));
        if let Some(own) = own {
            return Ok(own);
        }
        let here = || PathBuf::from("a temporary file");
        let user =
            own_user().map_err(|source| PathsError::Io { doing: "finding out who owns", path: here(), source })?;
        Ok(std::env::temp_dir().join(format!("tminus-{user}")))
    }

    /// Returns the folder of an engine that is open to a group: every member finds it by the project alone.
    pub fn runtime_of_group(&self) -> PathBuf {
        let project = self.state.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        PathBuf::from("/tmp").join(format!("tminus-team-{project}"))
    }

    /// Returns the file that remembers which plans are trusted.
    pub fn trust(&self) -> PathBuf {
        self.state.join("trust.json")
    }

    /// Returns the folder of the log spools.
    pub fn logs(&self) -> PathBuf {
        self.state.join("logs")
    }

    /// Returns the folder of what the checks printed.
    pub fn outputs(&self) -> PathBuf {
        self.state.join("outputs")
    }

    /// Returns the folder of tminus's own clean worktrees.
    pub fn worktrees(&self) -> PathBuf {
        self.state.join("worktrees")
    }

    /// Returns the folder of the rehearsals.
    pub fn rehearsals(&self) -> PathBuf {
        self.state.join("rehearsals")
    }
}

fn home(folders: &ProjectDirs) -> PathBuf {
    folders.state_dir().unwrap_or_else(|| folders.data_local_dir()).to_owned()
}

/// Creates a folder that only its user may enter, parents too, and refuses one that others own or may write.
pub fn private_folder(path: &Path) -> Result<(), PathsError> {
    let created = DirBuilder::new().recursive(true).mode(0o700).create(path);
    created.map_err(|source| match source.kind() {
        io::ErrorKind::AlreadyExists => PathsError::NotAFolder(path.to_owned()),
        _ => PathsError::Io { doing: "creating the folder", path: path.to_owned(), source },
    })?;
    refuse_shared(path)
}

/// Refuses a file or folder that somebody else owns or that others may write.
pub fn refuse_shared(path: &Path) -> Result<(), PathsError> {
    let io = |doing| move |source| PathsError::Io { doing, path: path.to_owned(), source };
    let found = fs::metadata(path).map_err(io("looking at"))?;
    if found.mode() & 0o022 != 0 {
        return Err(PathsError::OthersMayWrite { path: path.to_owned(), mode: found.mode() & 0o777 });
    }
    if found.uid() != own_user().map_err(io("finding out who owns"))? {
        return Err(PathsError::NotOurs { path: path.to_owned(), owner: found.uid() });
    }
    Ok(())
}

/// Returns the user that files made by this program belong to.
fn own_user() -> io::Result<u32> {
    // a nameless file of our own tells it without unsafe code
    Ok(tempfile::tempfile()?.metadata()?.uid())
}

/// Writes a file for the user alone, whole or not at all: beside it first, synced, then renamed over it.
pub fn write_private(path: &Path, text: &[u8]) -> Result<(), PathsError> {
    let written = || -> io::Result<()> {
        let folder = path.parent().ok_or(io::ErrorKind::InvalidInput)?;
        let mut beside = tempfile::NamedTempFile::new_in(folder)?;
        beside.write_all(text)?;
        beside.as_file().sync_all()?;
        beside.persist(path).map_err(|failed| failed.error)?;
        fs::File::open(folder)?.sync_all()
    };
    written().map_err(|source| PathsError::Io { doing: "writing", path: path.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn what_is_created_is_for_its_user_alone() {
        let dir = tempfile::tempdir().unwrap();
        let paths = Paths::below(&dir.path().join("deep/down"));
        paths.prepare().unwrap();
        paths.prepare().unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().mode() & 0o777;
        for folder in [paths.state().to_owned(), paths.logs(), paths.worktrees(), paths.rehearsals()] {
            assert_eq!(mode(&folder), 0o700, "{}", folder.display());
        }
        write_private(&paths.trust(), b"{}").unwrap();
        assert_eq!(mode(&paths.trust()), 0o600);
    }

    #[test]
    fn a_folder_that_others_may_write_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let paths = Paths::below(dir.path());
        paths.prepare().unwrap();
        fs::set_permissions(paths.state(), fs::Permissions::from_mode(0o777)).unwrap();
        let refused = paths.prepare().unwrap_err();
        assert!(matches!(refused, PathsError::OthersMayWrite { mode: 0o777, .. }), "{refused}");
    }

    #[test]
    fn a_file_in_the_way_is_named() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("state"), "").unwrap();
        let refused = Paths::below(dir.path()).prepare().unwrap_err();
        assert!(matches!(refused, PathsError::NotAFolder(_)), "{refused}");
    }

    #[test]
    fn an_interrupted_write_leaves_the_old_file() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("trust.json");
        write_private(&path, b"old").unwrap();
        assert!(write_private(&dir.path().join("missing/trust.json"), b"new").is_err());
        assert_eq!(fs::read(&path).unwrap(), b"old");
    }
}
