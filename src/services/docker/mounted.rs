//! What a container gets of the checkout itself: files and folders that are mounted into it. A rollback brings back an image
//! and a configuration; these stay as they lie there by then, and that is said.

use crate::content::FolderContent;
use crate::secrets::{Secrets, ValueKey};
use bollard::Docker;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use tminus_core::names::Version;

/// How many digits of a hash are kept.
const DIGITS: usize = 16;

/// What stands for a path where nothing lies.
const MISSING: &str = "missing";

/// What each mounted path held, by its name from the root of the checkout: a part of a keyed hash, as it may be a secret; empty
/// where that is unknown.
pub(super) type Mounted = BTreeMap<String, String>;

/// Looks at those of some paths that lie in the checkout, off the async threads.
pub(super) async fn look(secrets: &Secrets, paths: &[PathBuf]) -> Mounted {
    let (root, key) = (secrets.root(), secrets.key().cloned());
    let real = root.canonicalize().unwrap_or_else(|_| root.to_owned());
    let named = |path: &PathBuf| {
        let inside = path.strip_prefix(root).or_else(|_| path.strip_prefix(&real)).ok()?;
        Some((format!("./{}", inside.display()), path.clone()))
    };
    let inside: Vec<(String, PathBuf)> = paths.iter().filter_map(named).collect();
    let look = move || {
        inside
            .into_iter()
            .map(|(name, path)| {
                let mark = mark(&path, (&name, key.as_ref()));
                (name, mark)
            })
            .collect()
    };
    tokio::task::spawn_blocking(look).await.unwrap_or_default()
}

fn mark(path: &Path, (name, key): (&str, Option<&ValueKey>)) -> String {
    let Some(key) = key else { return String::new() };
    match FolderContent::of(path) {
        FolderContent::Hash(hash) => key.hash(name, hash.as_bytes()).chars().take(DIGITS).collect(),
        FolderContent::Missing => MISSING.to_owned(),
        FolderContent::TooLarge | FolderContent::Unreadable(_) => String::new(),
    }
}

/// Says what a rollback to a version leaves as it is, given what was there when that was delivered, where it is known.
pub(super) fn left_as_is(version: &Version, then: Option<&Mounted>, now: &Mounted) -> Vec<String> {
    let says = |(name, mark): (&String, &String)| {
        let then = then.and_then(|then| then.get(name)).filter(|then| !then.is_empty() && !mark.is_empty());
        let is = format!("{name} is mounted from the checkout");
        match then {
            Some(then) if then == mark => None,
            Some(_) if mark == MISSING => Some(format!("{name} was mounted from the checkout, and is gone")),
            Some(_) => Some(format!("{is}, changed since {version} was delivered, and stays as it is now")),
            None => Some(format!("{is}, and stays as it is now")),
        }
    };
    now.iter().filter_map(says).collect()
}

/// Names what a version was given of the checkout when it was delivered, and what does not lie there any more: a rollback would
/// bring back something else.
pub(super) fn gone(then: Option<&Mounted>, now: &Mounted) -> Vec<String> {
    let was_there =
        |name: &String| then.and_then(|then| then.get(name)).is_some_and(|mark| !mark.is_empty() && mark != MISSING);
    let is_gone = |(name, mark): &(&String, &String)| *mark == MISSING && was_there(name);
    now.iter().filter(is_gone).map(|(name, _)| name.clone()).collect()
}

/// Says that a file which a version was given is gone.
pub(super) fn put_back(name: &str, version: &Version) -> String {
    format!("{name} is gone, which is mounted into {version}: put it back first")
}

/// Returns what of the host's files volumes with a name lead to: one of the `local` driver may be made of a folder. A volume
/// that cannot be looked at leads nowhere that is known.
pub(super) async fn behind(docker: &Docker, volumes: &[String]) -> Vec<PathBuf> {
    let mut folders = Vec::new();
    for volume in volumes {
        let Ok(found) = docker.inspect_volume(volume).await else { continue };
        let is_bind = found.options.get("o").is_some_and(|o| o.split(',').any(|it| matches!(it, "bind" | "rbind")));
        let device = found.options.get("device").filter(|device| is_bind && device.starts_with('/'));
        folders.extend(device.map(PathBuf::from));
    }
    folders
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secrets::Permission;
    use tminus_core::mask::Mask;

    #[tokio::test]
    async fn what_lies_in_the_checkout_and_changed_or_cannot_be_compared_is_named() {
        let root = tempfile::tempdir().unwrap();
        let at = |name: &str| root.path().join(name);
        std::fs::create_dir(at("conf")).unwrap();
        std::fs::write(at("conf/c"), "one").unwrap();
        std::fs::write(at("same"), "one").unwrap();
        let paths = [at("conf"), at("same"), PathBuf::from("/etc/hosts")];
        let key = ValueKey::kept_at(&root.path().join("key"));
        let secrets = Secrets::new(root.path(), Permission::Trusted, Mask::new()).keyed(key);
        let then = look(&secrets, &paths).await;
        std::fs::write(at("conf/c"), "two").unwrap();
        let now = look(&secrets, &paths).await;
        let version = Version::parse("1.0.0").unwrap();
        assert!(left_as_is(&version, Some(&then), &then).is_empty());
        assert_eq!(
            left_as_is(&version, Some(&then), &now),
            ["./conf is mounted from the checkout, changed since 1.0.0 was delivered, and stays as it is now"]
        );
        std::fs::remove_file(at("same")).unwrap();
        let now = look(&secrets, &paths).await;
        assert_eq!(gone(Some(&then), &now), ["./same"]);
        assert!(gone(None, &now).is_empty() && gone(Some(&now), &now).is_empty());
        assert!(
            left_as_is(&version, Some(&then), &now)
                .contains(&"./same was mounted from the checkout, and is gone".to_owned())
        );
        let unknown =
            ["./conf", "./same"].map(|name| format!("{name} is mounted from the checkout, and stays as it is now"));
        assert_eq!(left_as_is(&version, None, &now), unknown);
    }
}
