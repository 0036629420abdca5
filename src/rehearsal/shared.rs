//! The one owner of the world's state, in memory and on disk. What the state means is not its story.
//!
//! Every change is in `world.json` before anybody hears of it, written beside and renamed, so that a killed process
//! loses nothing that was begun. The file is a few kilobytes in a folder of the rehearsal's own; reading and writing it
//! takes microseconds, so it is done where it is needed and not on a thread of its own.

use super::script_input::TimeKind;
use super::world::PlayedWorld;
use crate::scenario::Scenario;
use jiff::{SignedDuration, Timestamp};
use std::fs::{self, File};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tminus_core::failure::{Failure, FailureKind};
use tminus_core::plan::Plan;
use tokio::sync::watch;

/// The world, as its targets, probes, logs and clock share it.
#[derive(Clone)]
pub struct SharedWorld(Arc<SharedState>);

struct SharedState {
    folder: PathBuf,
    plan: Plan,
    scenario: Scenario,
    time: TimeKind,
    /// How far the world's time is ahead of the machine's, where time is real.
    ahead: SignedDuration,
    state: Mutex<Loaded>,
    changes: watch::Sender<u64>,
}

/// The state, and which file it was read from.
struct Loaded {
    world: PlayedWorld,
    file: Option<(u64, u64, i64)>,
}

impl SharedWorld {
    /// Opens the world of a folder, or makes it when the folder has none.
    pub(crate) fn open(folder: &Path, plan: &Plan, scenario: &Scenario, time: TimeKind) -> Result<Self, Failure> {
        fs::create_dir_all(folder).map_err(|error| lost(folder, "made", &error))?;
        let lock = locked(folder)?;
        let machine = Timestamp::now();
        let mut world = match read(folder)? {
            Some(world) => world,
            None => PlayedWorld::new(plan, scenario, machine, time),
        };
        if world.scenario != scenario.name {
            let says = format!("the world in {} plays {}, not {}", folder.display(), world.scenario, scenario.name);
            return Err(Failure::new(FailureKind::Conflict, says));
        }
        go_on(&mut world, machine, time);
        world.extend(plan, scenario);
        write(folder, &world)?;
        drop(lock);
        let ahead = world.now.duration_since(machine).max(SignedDuration::ZERO);
        let state = Mutex::new(Loaded { file: stamp(folder), world });
        let (changes, _) = watch::channel(0);
        let (folder, plan, scenario) = (folder.to_owned(), plan.clone(), scenario.clone());
        Ok(Self(Arc::new(SharedState { folder, plan, scenario, time, ahead, state, changes })))
    }

    /// Returns a copy of the state as it is now on disk.
    pub fn snapshot(&self) -> Result<PlayedWorld, Failure> {
        self.read(PlayedWorld::clone)
    }

    /// Returns the time of the world.
    pub fn now(&self) -> Timestamp {
        let known = self.read(|world| world.now).unwrap_or_else(|_| self.state().world.now);
        match self.0.time {
            TimeKind::Virtual => known,
            TimeKind::Real => Timestamp::now().checked_add(self.0.ahead).unwrap_or(known).max(known),
        }
    }

    pub(crate) fn time(&self) -> TimeKind {
        self.0.time
    }

    pub(crate) fn scenario(&self) -> &Scenario {
        &self.0.scenario
    }

    pub(crate) fn plan(&self) -> &Plan {
        &self.0.plan
    }

    /// Hears of every change that this process makes, time included.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.0.changes.subscribe()
    }

    /// Reads the state; another process may have changed it since.
    pub(crate) fn read<T>(&self, ask: impl FnOnce(&PlayedWorld) -> T) -> Result<T, Failure> {
        let mut state = self.state();
        self.refresh(&mut state)?;
        Ok(ask(&state.world))
    }

    /// Changes the state; what was changed is on disk when this returns, and nothing is changed when it fails.
    pub(crate) fn change<T>(&self, make: impl FnOnce(&mut PlayedWorld) -> Result<T, Failure>) -> Result<T, Failure> {
        let made = {
            let mut state = self.state();
            let _lock = locked(&self.0.folder)?;
            self.refresh(&mut state)?;
            let mut next = state.world.clone();
            if self.0.time == TimeKind::Real {
                let machine = Timestamp::now();
                next.now = next.now.max(machine.checked_add(self.0.ahead).unwrap_or(next.now));
                next.machine = Some(machine);
            }
            let made = make(&mut next)?;
            write(&self.0.folder, &next)?;
            *state = Loaded { file: stamp(&self.0.folder), world: next };
            made
        };
        self.0.changes.send_modify(|count| *count += 1);
        Ok(made)
    }

    fn state(&self) -> MutexGuard<'_, Loaded> {
        // The state is replaced whole or not at all, so a panic elsewhere leaves it good.
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn refresh(&self, state: &mut Loaded) -> Result<(), Failure> {
        let file = stamp(&self.0.folder);
        if file == state.file {
            return Ok(());
        }
        let gone = || Failure::new(FailureKind::NotFound, format!("{} is gone", path(&self.0.folder).display()));
        *state = Loaded { world: read(&self.0.folder)?.ok_or_else(gone)?, file };
        Ok(())
    }
}

fn path(folder: &Path) -> PathBuf {
    folder.join("world.json")
}

/// Goes on from where a world was left, in a kind of time. Real time has passed since its time was kept last, also while
/// nobody played in it; virtual time has not.
fn go_on(world: &mut PlayedWorld, machine: Timestamp, time: TimeKind) {
    if world.time == TimeKind::Real {
        let passed = machine.duration_since(world.machine.unwrap_or(machine)).max(SignedDuration::ZERO);
        world.now = world.now.checked_add(passed).unwrap_or(world.now);
    }
    if time == TimeKind::Real {
        world.now = world.now.max(machine);
    }
    world.time = time;
    world.machine = Some(machine);
}

/// Which file it is: a rename gives another inode.
fn stamp(folder: &Path) -> Option<(u64, u64, i64)> {
    let file = fs::metadata(path(folder)).ok()?;
    Some((file.ino(), file.len(), file.mtime_nsec()))
}

fn locked(folder: &Path) -> Result<File, Failure> {
    let path = folder.join("world.lock");
    let lock = File::create(&path).map_err(|error| lost(&path, "opened", &error))?;
    lock.lock().map_err(|error| lost(&path, "locked", &error))?;
    Ok(lock)
}

fn read(folder: &Path) -> Result<Option<PlayedWorld>, Failure> {
    let path = path(folder);
    let text = match fs::read(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(lost(&path, "read", &error)),
    };
    let world: PlayedWorld = serde_json::from_slice(&text).map_err(|error| lost(&path, "understood", &error))?;
    if world.format == 1 {
        return Ok(Some(world));
    }
    let says = format!("{} has form {}, and this tminus knows form 1", path.display(), world.format);
    Err(Failure::new(FailureKind::Malformed, says))
}

fn write(folder: &Path, world: &PlayedWorld) -> Result<(), Failure> {
    let (path, beside) = (path(folder), folder.join("world.json.new"));
    let text = serde_json::to_vec_pretty(world).map_err(|error| lost(&path, "written", &error))?;
    fs::write(&beside, text).map_err(|error| lost(&beside, "written", &error))?;
    fs::rename(&beside, &path).map_err(|error| lost(&path, "replaced", &error))
}

fn lost(path: &Path, verb: &str, error: &(dyn std::error::Error + 'static)) -> Failure {
    let says = format!("the rehearsal world at {} could not be {verb}", path.display());
    Failure::new(FailureKind::Malformed, says).caused_by(error)
}
