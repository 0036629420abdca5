//! How images and ports are written: what a person writes, and what the engine answers, compared.

use tminus_core::names::Version;
use tminus_core::plan::Template;

/// Returns the repository of a reference: without its tag and digest.
pub(super) fn repository(reference: &str) -> &str {
    let bare = reference.split_once('@').map_or(reference, |(bare, _digest)| bare);
    let name = bare.rfind('/').map_or(0, |slash| slash + 1);
    bare[name..].rfind(':').map_or(bare, |colon| &bare[..name + colon])
}

/// Returns a repository as the engine writes it: `docker.io/library/nginx` is `nginx`.
pub(super) fn familiar(repository: &str) -> &str {
    let hub = ["docker.io/", "index.docker.io/", "registry-1.docker.io/"];
    let short = hub.into_iter().find_map(|host| repository.strip_prefix(host)).unwrap_or(repository);
    short.strip_prefix("library/").unwrap_or(short)
}

/// Returns the version that a reference carries where the template has `{version}`.
pub(super) fn version(image: &Template, reference: &str) -> Option<Version> {
    let reference = reference.split_once('@').map_or(reference, |(bare, _digest)| bare);
    let (before, after) = image.as_str().split_once("{version}")?;
    let text = familiar(reference).strip_prefix(familiar(before))?.strip_suffix(after)?;
    Version::parse(text).ok()
}

/// Writes a port that is bound on the host: `127.0.0.1:8000→8000/tcp`.
pub(super) fn port(host: &str, outer: &str, inner: &str) -> String {
    match host {
        "" | "0.0.0.0" | "::" => format!("{outer}→{inner}"),
        host if host.contains(':') => format!("[{host}]:{outer}→{inner}"),
        host => format!("{host}:{outer}→{inner}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repository_is_a_reference_without_tag_and_digest() {
        for (reference, name) in [
            ("nginx", "nginx"),
            ("nginx:1.27", "nginx"),
            ("127.0.0.1:5000/a/b", "127.0.0.1:5000/a/b"),
            ("127.0.0.1:5000/a/b:{version}", "127.0.0.1:5000/a/b"),
            ("127.0.0.1:5000/b:1@sha256:ab", "127.0.0.1:5000/b"),
        ] {
            assert_eq!(repository(reference), name, "{reference}");
        }
    }

    #[test]
    fn a_version_is_what_stands_in_its_place_and_nothing_else() {
        let image = Template::new("docker.io/shop/backend:v{version}-slim");
        assert_eq!(version(&image, "shop/backend:v1.0.0-slim").map(|v| v.to_string()), Some("1.0.0".to_owned()));
        for other in ["shop/backend:v1.0.0", "shop/other:v1.0.0-slim", "shop/backend@sha256:ab", "sha256:ab", ""] {
            assert_eq!(version(&image, other), None, "{other}");
        }
    }
}
