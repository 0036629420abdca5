//! What a test needs on the machine: it is left out, and says so, where that is missing; never when `TMINUS_CI` is set.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Returns where a program is.
///
/// # Panics
/// When it is missing and `TMINUS_CI` is set.
pub fn need(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    // What an administrator runs is in no other person's path.
    let folders = std::env::split_paths(&path).chain([PathBuf::from("/usr/sbin"), PathBuf::from("/sbin")]);
    present(program, folders.map(|folder| folder.join(program)).find(|place| place.is_file()))
}

/// Returns where compose of version 2 is: a plug-in of the docker client, no program of its own.
///
/// # Panics
/// When it is missing and `TMINUS_CI` is set.
pub fn compose_two() -> Option<PathBuf> {
    let config = std::env::var_os("DOCKER_CONFIG").map(PathBuf::from);
    let home = std::env::var_os("HOME").map(|home| Path::new(&home).join(".docker"));
    let system = ["/usr/local/lib/docker", "/usr/local/libexec/docker", "/usr/lib/docker", "/usr/libexec/docker"];
    let folders = config.into_iter().chain(home).chain(system.map(PathBuf::from));
    let place = folders.map(|folder| folder.join("cli-plugins/docker-compose")).find(|place| place.is_file());
    present("docker compose (version 2)", place)
}

/// Returns `ip` and `nsenter` when a network of its own may be made.
///
/// # Panics
/// When it may not and `TMINUS_CI` is set.
pub fn netns() -> Option<(PathBuf, PathBuf)> {
    let (ip, nsenter) = (need("ip")?, need("nsenter")?);
    present("the right to make a network namespace (root)", is_root().then_some((ip, nsenter)))
}

/// Returns `unshare` when processes of its own, numbered anew, may be made.
///
/// # Panics
/// When it may not and `TMINUS_CI` is set.
pub fn pidns() -> Option<PathBuf> {
    let unshare = need("unshare")?;
    present("the right to make a process namespace (root)", is_root().then_some(unshare))
}

fn is_root() -> bool {
    Command::new("id").arg("-u").stderr(Stdio::null()).output().unwrap().stdout == b"0\n"
}

/// Passes on what is there; says that the test is left out when it is not.
///
/// # Panics
/// When it is missing and `TMINUS_CI` is set.
pub fn present<T>(what: &str, there: Option<T>) -> Option<T> {
    if there.is_none() {
        assert!(
            std::env::var_os("TMINUS_CI").is_none(),
            "{what} is missing, and TMINUS_CI forbids to leave a test out"
        );
        let test = std::thread::current().name().unwrap_or("a test").to_owned();
        // Past the capture of a test that passes: a skip is said.
        let line = format!("{test} is skipped: {what} is missing\n");
        std::io::stderr().write_all(line.as_bytes()).unwrap();
    }
    there
}
