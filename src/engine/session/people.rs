//! The system's users and groups, as the kernel tells them and the system's directories name them.

use nix::unistd::{Group, Uid, User};
use std::fs;
use std::os::unix::fs::MetadataExt;
use tminus_core::names::Person;
use tminus_core::notation::is_unprintable;
use tminus_core::who::Who;

/// How long a name may be, in characters.
const LONGEST: usize = 64;

/// Returns the name of a system user, or `uid N` for one that the system does not name. A directory elsewhere may be slow.
pub fn user_name(uid: u32) -> String {
    let known = User::from_uid(Uid::from_raw(uid)).ok().flatten();
    known.map_or_else(|| format!("uid {uid}"), |user| user.name)
}

/// Returns the user that this process acts as.
pub fn user_of() -> u32 {
    // The owner of one's own entry in /proc is the effective user.
    fs::metadata("/proc/self").map_or(u32::MAX, |m| m.uid())
}

/// Returns the number of a group, where there is one of that name. A directory elsewhere may be slow.
pub(super) fn group_of(name: &str) -> Option<u32> {
    Group::from_name(name).ok().flatten().map(|group| group.gid.as_raw())
}

/// Returns who a client is: the user as the kernel says, beside the name that they chose.
///
/// In a rehearsal people are played, and have users that no system has: `played:dana`.
pub(super) fn admitted(claimed: &Who, (user, host): (&str, &str), is_rehearsal: bool) -> Who {
    let name: String = claimed.name.as_str().chars().filter(|c| !is_unprintable(*c)).take(LONGEST).collect();
    let user = match claimed.user.strip_prefix("played:") {
        Some(played) if is_rehearsal && !played.is_empty() => claimed.user.chars().take(LONGEST).collect(),
        Some(_) | None => user.to_owned(),
    };
    let name = if name.trim().is_empty() { user.clone() } else { name };
    Who { name: Person::new(name), user, host: host.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claimed(name: &str, user: &str) -> Who {
        Who { name: Person::new(name), user: user.to_owned(), host: "elsewhere".to_owned() }
    }

    #[test]
    fn a_user_is_found_by_their_number() {
        assert_eq!(user_name(0), "root");
        // The last number but one; the last is no user's.
        assert_eq!(user_name(u32::MAX - 1), format!("uid {}", u32::MAX - 1));
    }

    #[test]
    fn a_group_is_found_by_its_name() {
        assert_eq!(group_of("root"), Some(0));
        assert_eq!(group_of("no such group"), None);
    }

    #[test]
    fn the_user_is_the_kernels_word_and_only_the_name_is_the_clients() {
        let who = admitted(&claimed("Dana", "omer"), ("root", "here"), false);
        assert_eq!((who.name.as_str(), who.user.as_str(), who.host.as_str()), ("Dana", "root", "here"));
    }

    #[test]
    fn somebody_is_played_only_in_a_rehearsal() {
        assert_eq!(admitted(&claimed("dana", "played:dana"), ("root", "here"), true).user, "played:dana");
        assert_eq!(admitted(&claimed("dana", "played:dana"), ("root", "here"), false).user, "root");
    }

    #[test]
    fn a_name_is_plain_short_and_never_empty() {
        assert_eq!(admitted(&claimed("\u{1b}[2J", "x"), ("root", "here"), false).name.as_str(), "[2J");
        assert_eq!(admitted(&claimed(" ", "x"), ("root", "here"), false).name.as_str(), "root");
        let long = admitted(&claimed(&"a".repeat(1_000), "x"), ("root", "here"), false);
        assert_eq!(long.name.as_str().len(), LONGEST);
    }
}
