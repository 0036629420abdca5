//! Where an engine's socket is: in a runtime folder for its owner alone, or for one group where the plan opens it.

use super::people::{group_of, user_name, user_of};
use rustix::fs::{Gid, chown};
use rustix::io::Errno;
use std::fs::{self, DirBuilder, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use tokio::net::UnixListener;

/// How long a socket's path may be, in bytes: unix(7).
const LONGEST: usize = 107;

/// The folder and the socket of one project's engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnginePlace {
    folder: PathBuf,
    socket: PathBuf,
    group: Option<String>,
}

/// The place cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    /// Something there could not be made, or looked at.
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
    /// The folder belongs to somebody else.
    #[error("{} belongs to {}; no engine is looked for or opened there (--solo needs no such folder)", path.display(), user_name(*.owner))]
    NotOurs {
        /// Which.
        path: PathBuf,
        /// Whose.
        owner: u32,
    },
    /// Something else lies where the folder should be: a link could lead anywhere.
    #[error("{} is no folder; no engine is looked for or opened there", .0.display())]
    NoFolder(PathBuf),
    /// Others may put another folder in its place.
    #[error("everybody may rename what lies in {}; run chmod +t on it", .0.display())]
    Loose(PathBuf),
    /// The engine is open to a group that this user is not in.
    #[error("the engine of {keeper} is open to the group {group}, and {user} is not in it", keeper = user_name(*.keeper), user = user_name(user_of()))]
    NotMember {
        /// The group.
        group: String,
        /// Whose engine it is.
        keeper: u32,
    },
    /// The listener does not own the folder.
    #[error(
        "{} belongs to {}, who does not own its folder: tminus does not connect to it",
        path.display(),
        user_name(*.listener)
    )]
    Stranger {
        /// The socket.
        path: PathBuf,
        /// Who listens.
        listener: u32,
    },
    /// The engine's own user may not give it to the group.
    #[error("the plan opens the engine to the group {0}, which you are not in")]
    NotGiven(String),
    /// Somebody else may write there.
    #[error("{} is open to others (mode {mode:03o}); run chmod {wanted:03o} on it", path.display())]
    Open {
        /// Which.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
        /// What they should be.
        wanted: u32,
    },
    /// The plan names a group that the system does not know.
    #[error("the plan opens the engine to the group {0}, which this system does not know")]
    NoGroup(String),
    /// The path is too long for a socket.
    #[error("{} is too long for a socket: at most {LONGEST} bytes", .0.display())]
    TooLong(PathBuf),
}

impl std::fmt::Display for EnginePlace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let user = user_name(user_of());
        match &self.group {
            Some(group) => write!(f, "{}, for {user} and the group {group}", self.socket.display()),
            None => write!(f, "{}, for {user} alone", self.socket.display()),
        }
    }
}

impl EnginePlace {
    /// Returns the place of a project's engine below a runtime folder; creates nothing.
    pub fn of(runtime: &Path, project: &str, group: Option<&str>) -> Self {
        let folder = runtime.to_owned();
        Self { socket: folder.join(format!("{project}.sock")), folder, group: group.map(str::to_owned) }
    }

    /// Returns the socket's path.
    pub fn socket(&self) -> &Path {
        &self.socket
    }

    /// Says whether a socket can be there at all.
    pub fn is_possible(&self) -> bool {
        self.socket.as_os_str().len() <= LONGEST
    }

    /// Makes the folder and binds the socket in it. The caller holds the journal, so a socket found there is left over.
    pub(super) fn bind(&self) -> Result<UnixListener, PlaceError> {
        if !self.is_possible() {
            return Err(PlaceError::TooLong(self.socket.clone()));
        }
        let io = |doing, path: &Path| {
            let path = path.to_owned();
            move |source| PlaceError::Io { doing, path, source }
        };
        DirBuilder::new().recursive(true).mode(0o700).create(&self.folder).map_err(io("creating", &self.folder))?;
        if !looked_at(&self.folder)?.is_dir() {
            return Err(PlaceError::NoFolder(self.folder.clone()));
        }
        self.give(&self.folder, 0o700, 0o750)?;
        self.check()?;
        if let Some(owner) = self.keeper() {
            return Err(PlaceError::NotOurs { path: self.folder.clone(), owner });
        }
        match fs::remove_file(&self.socket) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(io("removing", &self.socket)(error)),
            Ok(()) | Err(_) => {}
        }
        // Nobody else gets through the folder before the socket has its own mode.
        let listener = UnixListener::bind(&self.socket).map_err(io("binding", &self.socket))?;
        self.give(&self.socket, 0o600, 0o660)?;
        Ok(listener)
    }

    /// Gives a file to the owner alone, or to the group as well.
    fn give(&self, path: &Path, alone: u32, shared: u32) -> Result<(), PlaceError> {
        let io = |source: io::Error| PlaceError::Io { doing: "opening to its owner", path: path.to_owned(), source };
        if fs::symlink_metadata(path).map_err(io)?.uid() != user_of() {
            return self.check();
        }
        let mode = match &self.group {
            None => alone,
            Some(name) => {
                let group = group_of(name).ok_or_else(|| PlaceError::NoGroup(name.clone()))?;
                match chown(path, None, Some(Gid::from_raw(group))) {
                    Ok(()) => shared,
                    Err(Errno::PERM) => return Err(PlaceError::NotGiven(name.clone())),
                    Err(error) => return Err(io(error.into())),
                }
            }
        };
        fs::set_permissions(path, Permissions::from_mode(mode)).map_err(io)
    }

    /// Refuses a folder of somebody else's, one that others may write, or enter, and one that others may put another in place of.
    pub(super) fn check(&self) -> Result<(), PlaceError> {
        let path = self.folder.clone();
        let found = looked_at(&self.folder)?;
        let group = self.group.as_deref().and_then(group_of);
        let (is_ours, is_groups) = (found.uid() == user_of(), group == Some(found.gid()));
        if !found.is_dir() {
            return Err(PlaceError::NoFolder(path));
        }
        if !(is_ours || is_groups) {
            return Err(PlaceError::NotOurs { path, owner: found.uid() });
        }
        let wanted = if is_groups { 0o750 } else { 0o700 };
        let mode = found.mode() & 0o777;
        if mode & !wanted != 0 {
            return Err(PlaceError::Open { path, mode, wanted });
        }
        self.check_above()
    }

    /// Refuses a folder above in which others may rename: what was looked at would not be what is opened.
    fn check_above(&self) -> Result<(), PlaceError> {
        let Some(above) = self.folder.parent() else { return Ok(()) };
        // Sticky: who may write there may rename only what is theirs (inode(7)).
        let found = fs::metadata(above);
        let found = found.map_err(|source| PlaceError::Io { doing: "looking at", path: above.to_owned(), source })?;
        let is_loose = found.mode() & 0o002 != 0 && found.mode() & 0o1000 == 0;
        if is_loose { Err(PlaceError::Loose(above.to_owned())) } else { Ok(()) }
    }

    /// Returns whose the folder is, where it is there, open to the group, and somebody else's; refuses one that is not to be used.
    pub fn kept_by(&self) -> Result<Option<String>, PlaceError> {
        let Some(keeper) = self.keeper() else { return Ok(None) };
        self.check()?;
        Ok(Some(user_name(keeper)))
    }

    /// Returns whose the folder is, where it is somebody else's.
    pub fn whose(&self) -> Option<String> {
        self.keeper().map(user_name)
    }

    fn keeper(&self) -> Option<u32> {
        looked_at(&self.folder).ok().map(|found| found.uid()).filter(|uid| *uid != user_of())
    }

    /// Says why somebody may not connect: the group that this is open to is not theirs, or the place is none to look at.
    pub(super) fn closed(&self) -> Option<PlaceError> {
        let checked = self.check().err();
        let (Some(group), Some(keeper), None) = (&self.group, self.keeper(), &checked) else { return checked };
        Some(PlaceError::NotMember { group: group.clone(), keeper })
    }

    /// Refuses a socket whose listener does not own the folder.
    pub(super) fn check_listener(&self, listener: u32) -> Result<(), PlaceError> {
        match looked_at(&self.folder)?.uid() == listener {
            true => Ok(()),
            false => Err(PlaceError::Stranger { path: self.socket.clone(), listener }),
        }
    }

    /// Takes the socket away, where it is there.
    pub(super) fn clear(&self) {
        // One that cannot be removed refuses connections, which is what a client asks about.
        drop(fs::remove_file(&self.socket));
    }
}

/// Looks at the folder itself, and through no link.
fn looked_at(folder: &Path) -> Result<fs::Metadata, PlaceError> {
    let io = |source| PlaceError::Io { doing: "looking at", path: folder.to_owned(), source };
    fs::symlink_metadata(folder).map_err(io)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().mode() & 0o777
    }

    #[tokio::test]
    async fn a_socket_is_for_its_owner_alone() {
        let dir = tempfile::tempdir().unwrap();
        let place = EnginePlace::of(&dir.path().join("run"), "shop", None);
        let _listener = place.bind().unwrap();
        assert_eq!((mode(&dir.path().join("run")), mode(place.socket())), (0o700, 0o600));
    }

    #[tokio::test]
    async fn a_group_of_the_plan_may_come_in_and_nobody_else() {
        let dir = tempfile::tempdir().unwrap();
        // The group of one's own files is one that every user may give them to.
        let gid = fs::metadata(dir.path()).unwrap().gid();
        let groups = fs::read_to_string("/etc/group").unwrap();
        let name = groups.lines().find(|l| l.split(':').nth(2) == Some(&gid.to_string())).unwrap();
        let place = EnginePlace::of(&dir.path().join("run"), "shop", name.split(':').next());
        let _listener = place.bind().unwrap();
        assert_eq!((mode(&dir.path().join("run")), mode(place.socket())), (0o750, 0o660));
    }

    #[tokio::test]
    async fn a_group_that_is_not_there_is_an_error_in_words() {
        let dir = tempfile::tempdir().unwrap();
        let place = EnginePlace::of(&dir.path().join("run"), "shop", Some("no-such-group"));
        assert!(matches!(place.bind(), Err(PlaceError::NoGroup(name)) if name == "no-such-group"));
    }

    #[test]
    fn a_folder_that_others_may_enter_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("run");
        fs::create_dir(&folder).unwrap();
        fs::set_permissions(&folder, Permissions::from_mode(0o755)).unwrap();
        let refused = EnginePlace::of(&folder, "shop", None).check().unwrap_err();
        assert!(matches!(refused, PlaceError::Open { mode: 0o755, wanted: 0o700, .. }), "{refused}");
    }

    #[test]
    fn a_folder_of_another_user_is_refused() {
        // Where everybody is root nothing belongs to another; /proc/1 belongs to root for everybody else.
        let folder = Path::new("/proc/1");
        if fs::metadata(folder).unwrap().uid() != user_of() {
            assert!(matches!(EnginePlace::of(folder, "shop", None).check(), Err(PlaceError::NotOurs { .. })));
        }
        let dir = tempfile::tempdir().unwrap();
        let link = dir.path().join("link");
        std::os::unix::fs::symlink(dir.path(), &link).unwrap();
        assert!(
            matches!(EnginePlace::of(&link, "shop", None).check(), Err(PlaceError::NoFolder(_))),
            "a link may lead anywhere"
        );
    }
}
