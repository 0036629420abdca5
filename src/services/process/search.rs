//! Programs as the system looks for them.

use rustix::fs::{Access, AtFlags, CWD, accessat};
use std::path::{Path, PathBuf};

/// Where a program is looked for when nothing says so.
const USUAL_PATH: &str = "/bin:/usr/bin";

/// Returns the program that a bare name leads to: the first on the `PATH` that may be run. A relative folder of it counts from
/// where the program would run.
pub fn found_on_path(name: &str, path: Option<&str>, dir: &Path) -> Option<PathBuf> {
    let own = || std::env::var_os("PATH").unwrap_or_else(|| USUAL_PATH.into());
    let folders = path.map_or_else(own, Into::into);
    let is_program = |file: &PathBuf| file.is_file() && accessat(CWD, file, Access::EXEC_OK, AtFlags::EACCESS).is_ok();
    std::env::split_paths(&folders).map(|folder| dir.join(folder).join(name)).find(is_program)
}
