//! Who acts: the system user, the machine, and the name that goes beside them.

use super::exit::Stop;
use std::fs;
use tminus_core::names::Person;
use tminus_core::notation::is_unprintable;
use tminus_core::who::Who;
use tminus_engine::session::{user_name, user_of};

/// How long a name may be, in letters.
const LONGEST: usize = 64;

/// Returns who runs this process.
///
/// The user is the owner of the process as the kernel has it, looked up in the system's list of users; what the
/// environment says is not asked. The name is `$TMINUS_NAME`, or the user's.
pub fn local() -> Who {
    let user = user_name(user_of());
    let plain = |name: String| name.trim().chars().filter(|c| !is_unprintable(*c)).take(LONGEST).collect::<String>();
    let chosen = std::env::var("TMINUS_NAME").ok().map(plain).filter(|name| !name.is_empty());
    Who { name: Person::new(chosen.unwrap_or_else(|| user.clone())), user, host: host() }
}

/// Returns a played person with a name and user of their own, so that two of them differ.
pub fn played(name: &str) -> Result<Who, Stop> {
    let is_plain =
        !name.is_empty() && name.len() <= 64 && name.chars().all(|c| c.is_alphanumeric() || "-_. ".contains(c));
    if !is_plain {
        return Err(Stop::wrong(format!("{name:?} is no name: letters, digits, dashes, dots and spaces")));
    }
    Ok(Who { name: Person::new(name), user: format!("played:{name}"), host: host() })
}

/// Returns where this process sits: its terminal, and what lies between that and the person.
pub fn place() -> String {
    let terminal = fs::read_link("/proc/self/fd/0").ok().and_then(|path| path.to_str().map(str::to_owned));
    let terminal = terminal.unwrap_or_else(|| "a terminal".to_owned());
    let mut words = vec![terminal.strip_prefix("/dev/").unwrap_or(&terminal).to_owned()];
    if std::env::var_os("TMUX").is_some() {
        words.push("in tmux".to_owned());
    }
    // sshd(8): the client's address and port, then this side's.
    let client = std::env::var("SSH_CONNECTION").ok().and_then(|c| c.split(' ').next().map(str::to_owned));
    words.extend(client.map(|address| format!("from {address}")));
    words.join(" ")
}

/// Returns the machine's name.
pub fn host() -> String {
    let name = fs::read_to_string("/proc/sys/kernel/hostname").map(|text| text.trim().to_owned());
    name.ok().filter(|n| !n.is_empty()).unwrap_or_else(|| "this host".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_played_person_has_a_user_of_their_own() {
        let (dana, omer) = (played("dana").unwrap(), played("omer").unwrap());
        assert_ne!(dana.user, omer.user);
        assert!(played("dana\u{1b}[2J").is_err());
    }
}
