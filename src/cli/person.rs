//! Who acts: the system user, the machine, and the name that goes beside them.

use super::exit::Stop;
use crate::domain::fact::Who;
use crate::domain::names::Person;
use std::fs;
use std::os::unix::fs::MetadataExt;

/// Returns who runs this process.
///
/// The user is the owner of the process as the kernel has it, looked up in the system's list of users; what the
/// environment says is not asked. The name is `$TMINUS_NAME`, or the user's.
pub fn local() -> Who {
    let user = user();
    let chosen = std::env::var("TMINUS_NAME").ok().map(|n| n.trim().to_owned()).filter(|n| !n.is_empty());
    Who { name: Person::new(chosen.unwrap_or_else(|| user.clone())), user, host: host() }
}

/// Returns somebody who is played: a name and user of their own, so that two of them are two.
pub fn played(name: &str) -> Result<Who, Stop> {
    let is_plain =
        !name.is_empty() && name.len() <= 64 && name.chars().all(|c| c.is_alphanumeric() || "-_. ".contains(c));
    if !is_plain {
        return Err(Stop::wrong(format!("{name:?} is no name: letters, digits, dashes, dots and spaces")));
    }
    Ok(Who { name: Person::new(name), user: format!("played:{name}"), host: host() })
}

fn user() -> String {
    // The owner of one's own entry in /proc is the effective user.
    let uid = fs::metadata("/proc/self").map(|m| m.uid()).unwrap_or(u32::MAX);
    let known = fs::read_to_string("/etc/passwd").ok().and_then(|text| name_of(&text, uid));
    known.unwrap_or_else(|| format!("uid {uid}"))
}

fn name_of(users: &str, uid: u32) -> Option<String> {
    users.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)?.parse() == Ok(uid)).then(|| name.to_owned())
    })
}

fn host() -> String {
    let name = fs::read_to_string("/proc/sys/kernel/hostname").map(|text| text.trim().to_owned());
    name.ok().filter(|n| !n.is_empty()).unwrap_or_else(|| "this host".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_found_by_their_number_and_not_by_a_name_that_looks_like_it() {
        let users = "root:x:0:0::/root:/bin/sh\n1000:x:7:7::/:/bin/sh\ndana:x:1000:1000::/home/dana:/bin/sh\n";
        assert_eq!(name_of(users, 1000).as_deref(), Some("dana"));
        assert_eq!(name_of(users, 42), None);
    }

    #[test]
    fn a_played_person_has_a_user_of_their_own() {
        let (dana, omer) = (played("dana").unwrap(), played("omer").unwrap());
        assert_ne!(dana.user, omer.user);
        assert!(played("dana\u{1b}[2J").is_err());
    }
}
