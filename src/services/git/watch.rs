//! Reports that something in the repository moved, where the file system notifies of changes.
//!
//! tminus watches git's own folder: `HEAD`, the index, the branches and tags (loose, packed, or in a reftable), what was fetched,
//! and the folder that all worktrees share. It does not watch the working tree, which may have any number of folders: each takes
//! a watch, and only `git status` knows which of its files count. The looks at intervals cover it.

use super::GitRepository;
use notify::event::{AccessKind, AccessMode, ModifyKind};
use notify::{Config, ErrorKind, Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tminus_core::ports::{FailureKind, PortError};
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::task::spawn_blocking;
use tokio::time::{Instant, timeout, timeout_at};

/// How long nothing may move before a move is reported: a fetch of many branches is one move.
const QUIET: Duration = Duration::from_millis(100);
/// How long a move may go on before it is reported all the same.
const LONGEST: Duration = Duration::from_secs(2);
/// The most folders that are watched; each takes one of the system's watches.
const FOLDERS: usize = 1_000;

/// Why the file system does not notify of changes.
const WATCHES: &str = "all file watches of this user are taken (fs.inotify.max_user_watches)";
const INSTANCES: &str = "all file watchers of this user are taken (fs.inotify.max_user_instances)";
const NETWORK: &str = "the repository lies on a network file system, which does not report what others change";

/// Reports every move until nobody listens; a failure says why no more moves are reported.
pub(super) async fn watch(repository: &GitRepository, moved: Sender<()>) -> Result<(), PortError> {
    let (wake, mut woken) = mpsc::channel(1);
    let about = repository.clone();
    let mut watched = blocking(move || GitWatch::begin(&about, wake)).await?;
    loop {
        // The first time too: what moved before the watch began was not reported.
        if moved.send(()).await.is_err() {
            return Ok(());
        }
        tokio::select! {
            () = moved.closed() => return Ok(()),
            woke = woken.recv() => woke.ok_or_else(|| unavailable("the watcher of the file system ended"))?,
        }
        settled(&mut woken).await;
        let about = repository.clone();
        watched = blocking(move || watched.renewed(&about)).await?;
    }
}

/// Waits until nothing has moved for `QUIET`, at most for `LONGEST`.
async fn settled(woken: &mut Receiver<()>) {
    let end = Instant::now() + LONGEST;
    let quiet = async { while timeout(QUIET, woken.recv()).await.is_ok_and(|woke| woke.is_some()) {} };
    let _is_late = timeout_at(end, quiet).await;
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, PortError> + Send + 'static,
) -> Result<T, PortError> {
    spawn_blocking(work).await.unwrap_or_else(|error| Err(unavailable(&error.to_string())))
}

fn unavailable(why: &str) -> PortError {
    PortError::new(FailureKind::Unavailable, why)
}

/// A watch over git's own folder.
struct GitWatch {
    watcher: RecommendedWatcher,
    folders: WatchedFolders,
}

/// The folders that are watched. The watcher forgets a folder that is removed or renamed, and so does this list: a folder made
/// anew at the same path is another one. Its inode cannot distinguish it, as a file system may use a number again.
#[derive(Clone, Default)]
struct WatchedFolders(Arc<Mutex<BTreeSet<PathBuf>>>);

impl WatchedFolders {
    /// Replaces the list, and returns which folders are no longer in it and which are new.
    fn replace(&self, now: BTreeSet<PathBuf>) -> (Vec<PathBuf>, Vec<PathBuf>) {
        let mut folders = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (gone, new) = (folders.difference(&now).cloned().collect(), now.difference(&folders).cloned().collect());
        *folders = now;
        (gone, new)
    }

    fn remove(&self, folder: &Path) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(folder);
    }

    /// Forgets the folders that the watcher no longer watches after this event.
    fn forget(&self, event: &Event) {
        let mut folders = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if event.need_rescan() {
            // Events were lost, and a removal may be among them. Watching a folder twice changes nothing.
            folders.clear();
        }
        if !matches!(event.kind, EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(_))) {
            return;
        }
        for path in &event.paths {
            if folders.remove(path) {
                folders.retain(|folder| !folder.starts_with(path));
            }
        }
    }
}

impl GitWatch {
    fn begin(about: &GitRepository, wake: Sender<()>) -> Result<Self, PortError> {
        if is_remote(&about.git_dir) || is_remote(&about.common_dir) {
            return Err(unavailable(NETWORK));
        }
        let folders = WatchedFolders::default();
        let watched = folders.clone();
        let notify = move |event: notify::Result<Event>| {
            if let Ok(event) = &event {
                watched.forget(event);
            }
            if event.map_or(true, |event| counts(&event)) {
                // A wake that is not taken yet stands for all that follow.
                let _is_sent = wake.try_send(());
            }
        };
        let watcher = RecommendedWatcher::new(notify, Config::default()).map_err(|error| why(&error))?;
        Self { watcher, folders }.renewed(about)
    }

    /// Watches the folders that exist now: a new branch `team/one` may be in a new folder.
    fn renewed(mut self, about: &GitRepository) -> Result<Self, PortError> {
        let now = folders(&about.git_dir, &about.common_dir)?;
        if !about.git_dir.is_dir() {
            return Err(unavailable("git's own folder is gone"));
        }
        // They are listed before they are watched, so that an event in between can still remove them from the list.
        let (gone, new) = self.folders.replace(now);
        for folder in gone {
            // The watcher may have forgotten it already.
            let _is_known = self.watcher.unwatch(&folder);
        }
        for folder in new {
            match self.watcher.watch(&folder, RecursiveMode::NonRecursive) {
                Ok(()) => {}
                // Removed since it was listed, so its removal may have come before it was in the list.
                Err(error) if is_gone(&error) && folder != about.git_dir => self.folders.remove(&folder),
                Err(error) => return Err(why(&error)),
            }
        }
        Ok(self)
    }
}

/// Lists the folders whose files hold the state of the repository.
fn folders(git_dir: &Path, common_dir: &Path) -> Result<BTreeSet<PathBuf>, PortError> {
    let mut found = BTreeSet::from([git_dir.to_owned(), common_dir.to_owned()]);
    let mut open: Vec<PathBuf> = ["refs", "reftable", "worktrees"].iter().map(|name| common_dir.join(name)).collect();
    open.extend((git_dir != common_dir).then(|| git_dir.join("refs")));
    let worktrees = common_dir.join("worktrees");
    while let Some(folder) = open.pop() {
        let Ok(inside) = std::fs::read_dir(&folder) else { continue };
        if found.len() >= FOLDERS {
            return Err(unavailable(&format!("it keeps its branches and tags in more than {FOLDERS} folders")));
        }
        // Another worktree's `HEAD` is in its folder; the folders inside are its own.
        if folder.parent() != Some(&worktrees) {
            let folders = inside.flatten().filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
            open.extend(folders.map(|entry| entry.path()));
        }
        found.insert(folder);
    }
    Ok(found)
}

/// Says whether an event changes what a look would see. Reads do not, nor do the locks that git takes for each write.
fn counts(event: &Event) -> bool {
    let is_written = match event.kind {
        EventKind::Access(kind) => kind == AccessKind::Close(AccessMode::Write),
        EventKind::Any | EventKind::Create(_) | EventKind::Modify(_) | EventKind::Remove(_) | EventKind::Other => true,
    };
    let is_lock = |path: &PathBuf| path.extension().is_some_and(|end| end == "lock");
    is_written && (event.paths.is_empty() || !event.paths.iter().all(is_lock))
}

fn is_gone(error: &notify::Error) -> bool {
    match &error.kind {
        ErrorKind::PathNotFound => true,
        ErrorKind::Io(error) => error.kind() == std::io::ErrorKind::NotFound,
        ErrorKind::Generic(_) | ErrorKind::WatchNotFound | ErrorKind::InvalidConfig(_) | ErrorKind::MaxFilesWatch => {
            false
        }
    }
}

/// Says why nothing can be watched.
fn why(error: &notify::Error) -> PortError {
    match &error.kind {
        ErrorKind::MaxFilesWatch => unavailable(WATCHES),
        ErrorKind::Io(error) if error.kind() == std::io::ErrorKind::StorageFull => unavailable(WATCHES),
        ErrorKind::Io(error) if error.raw_os_error() == Some(rustix::io::Errno::MFILE.raw_os_error()) => {
            unavailable(INSTANCES)
        }
        ErrorKind::Io(_)
        | ErrorKind::Generic(_)
        | ErrorKind::PathNotFound
        | ErrorKind::WatchNotFound
        | ErrorKind::InvalidConfig(_) => unavailable("the file system cannot be watched").because(error.to_string()),
    }
}

/// File systems on another machine, or in a program that may not report changes: NFS, SMB, CIFS, 9P, Ceph, AFS, FUSE.
#[cfg(target_os = "linux")]
const REMOTE: [u32; 8] = [0x6969, 0x517b, 0xff53_4d42, 0xfe53_4d42, 0x0102_1997, 0x00c3_6400, 0x5346_414f, 0x6573_5546];

#[cfg(target_os = "linux")]
fn is_remote(folder: &Path) -> bool {
    // The kernel's constants have 32 bits, whatever the width of the field.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "only the low 32 bits are the magic number"
    )]
    let kind = |found: rustix::fs::StatFs| found.f_type as u32;
    rustix::fs::statfs(folder).is_ok_and(|found| REMOTE.contains(&kind(found)))
}

#[cfg(not(target_os = "linux"))]
fn is_remote(_: &Path) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use notify::event::{CreateKind, RemoveKind};

    #[test]
    fn the_limits_of_the_system_are_reasons_in_words() {
        let full = notify::Error::new(ErrorKind::MaxFilesWatch);
        assert_eq!((why(&full).kind, why(&full).summary.as_str()), (FailureKind::Unavailable, WATCHES));
        let full = notify::Error::io(std::io::Error::from_raw_os_error(28));
        assert_eq!(why(&full).summary, WATCHES);
        let many = notify::Error::io(std::io::Error::from_raw_os_error(24));
        assert_eq!(why(&many).summary, INSTANCES);
    }

    #[test]
    fn reading_and_locking_move_nothing() {
        let event = |kind, name: &str| Event::new(kind).add_path(PathBuf::from(name));
        assert!(!counts(&event(EventKind::Access(AccessKind::Open(AccessMode::Any)), "HEAD")));
        assert!(!counts(&event(EventKind::Create(CreateKind::File), "index.lock")));
        assert!(counts(&event(EventKind::Remove(RemoveKind::File), "MERGE_HEAD")));
        assert!(counts(&event(EventKind::Access(AccessKind::Close(AccessMode::Write)), "refs/heads/main")));
        assert!(counts(&event(EventKind::Create(CreateKind::File), "index.lock").add_path("index".into())));
        assert!(counts(&Event::new(EventKind::Other)), "the queue overflowed");
    }

    #[test]
    fn more_folders_than_may_be_watched_are_a_reason_and_no_watch_is_taken() {
        let dir = tempfile::tempdir().unwrap();
        for number in 0..=FOLDERS {
            std::fs::create_dir_all(dir.path().join(format!("refs/heads/team{number}"))).unwrap();
        }
        let refused = folders(dir.path(), dir.path()).unwrap_err();
        assert_eq!(refused.kind, FailureKind::Unavailable);
    }

    #[tokio::test]
    async fn many_moves_at_once_are_one() {
        let (wake, mut woken) = mpsc::channel(1);
        let busy = tokio::spawn(async move {
            for _ in 0..50 {
                let _is_sent = wake.try_send(());
                tokio::task::yield_now().await;
            }
        });
        woken.recv().await.unwrap();
        settled(&mut woken).await;
        busy.await.unwrap();
        assert!(woken.try_recv().is_err());
    }
}
