//! The system's users, as the kernel and the list of users have them.

use crate::domain::fact::Who;
use crate::domain::names::Person;
use std::fs;
use std::os::unix::fs::MetadataExt;

/// How long a name may be, in characters.
const LONGEST: usize = 64;

/// Returns the name of a system user, or `uid N` for one that is not in the system's list.
pub fn user_name(uid: u32) -> String {
    let known = fs::read_to_string("/etc/passwd").ok().and_then(|text| name_of(&text, uid));
    known.unwrap_or_else(|| format!("uid {uid}"))
}

/// Returns the user that this process acts as.
pub fn user_of() -> u32 {
    // The owner of one's own entry in /proc is the effective user.
    fs::metadata("/proc/self").map_or(u32::MAX, |m| m.uid())
}

/// Returns the number of a group, where there is one of that name.
pub(super) fn group_of(name: &str) -> Option<u32> {
    let groups = fs::read_to_string("/etc/group").ok()?;
    groups.lines().find_map(|line| {
        let mut fields = line.split(':');
        (fields.next()? == name).then(|| fields.nth(1)?.parse().ok()).flatten()
    })
}

/// Returns who a client is: the user as the kernel says, beside the name that they chose.
///
/// In a rehearsal people are played, and have users that no system has: `played:dana`.
pub(super) fn admitted(claimed: &Who, (uid, host): (u32, &str), is_rehearsal: bool) -> Who {
    let name: String = claimed.name.as_str().chars().filter(|c| !c.is_control()).take(LONGEST).collect();
    let user = match claimed.user.strip_prefix("played:") {
        Some(played) if is_rehearsal && !played.is_empty() => claimed.user.chars().take(LONGEST).collect(),
        Some(_) | None => user_name(uid),
    };
    let name = if name.trim().is_empty() { user.clone() } else { name };
    Who { name: Person::new(name), user, host: host.to_owned() }
}

fn name_of(users: &str, uid: u32) -> Option<String> {
    users.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)?.parse() == Ok(uid)).then(|| name.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claimed(name: &str, user: &str) -> Who {
        Who { name: Person::new(name), user: user.to_owned(), host: "elsewhere".to_owned() }
    }

    #[test]
    fn a_user_is_found_by_their_number_and_not_by_a_name_that_looks_like_it() {
        let users = "root:x:0:0::/root:/bin/sh\n1000:x:7:7::/:/bin/sh\ndana:x:1000:1000::/home/dana:/bin/sh\n";
        assert_eq!(name_of(users, 1000).as_deref(), Some("dana"));
        assert_eq!(name_of(users, 42), None);
    }

    #[test]
    fn the_user_is_the_kernels_word_and_only_the_name_is_the_clients() {
        let who = admitted(&claimed("Dana", "omer"), (0, "here"), false);
        assert_eq!((who.name.as_str(), who.user.as_str(), who.host.as_str()), ("Dana", "root", "here"));
    }

    #[test]
    fn somebody_is_played_only_in_a_rehearsal() {
        assert_eq!(admitted(&claimed("dana", "played:dana"), (0, "here"), true).user, "played:dana");
        assert_eq!(admitted(&claimed("dana", "played:dana"), (0, "here"), false).user, "root");
    }

    #[test]
    fn a_name_is_plain_short_and_never_empty() {
        assert_eq!(admitted(&claimed("\u{1b}[2J", "x"), (0, "here"), false).name.as_str(), "[2J");
        assert_eq!(admitted(&claimed(" ", "x"), (0, "here"), false).name.as_str(), "root");
        let long = admitted(&claimed(&"a".repeat(1_000), "x"), (0, "here"), false);
        assert_eq!(long.name.as_str().len(), LONGEST);
    }
}
