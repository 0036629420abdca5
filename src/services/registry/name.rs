//! The name of an image, read by docker's own rules.

use tminus_core::names::Digest;
use tminus_core::ports::{FailureKind, PortError};

/// The registry that a name without a host belongs to.
pub(super) const HUB: &str = "docker.io";

/// The longest a repository may be, host included, in bytes.
const LONGEST: usize = 255;

/// An image's name, taken apart: where it lies, what it is called there, and its tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageName {
    /// The registry, with its port: `registry.example.com:5000`; `docker.io` where the name says none.
    pub host: String,
    /// The repository on it: `shop/backend`, `library/busybox`.
    pub path: String,
    /// The tag; `latest` where the name says none.
    pub tag: String,
}

impl ImageName {
    /// Reads a name. The first component is a host when it has a dot or a colon, or is `localhost`.
    ///
    /// # Errors
    /// [`FailureKind::Malformed`] for a text that docker would not take, and for a name with a digest.
    pub fn parse(text: &str) -> Result<Self, PortError> {
        let refused =
            |why: &str| PortError::new(FailureKind::Malformed, format!("{text:?} is no name of an image")).because(why);
        if text.contains('@') {
            return Err(refused("a name with a tag is wanted, not one with a digest"));
        }
        let (host, rest) = match text.split_once('/') {
            Some((first, rest)) if is_host(first) => (first, rest),
            _ => (HUB, text),
        };
        let host = host_of(host);
        let (path, tag) = rest.rsplit_once(':').unwrap_or((rest, "latest"));
        let path = if host == HUB && !path.contains('/') { format!("library/{path}") } else { path.to_owned() };
        if !is_host_name(host) {
            return Err(refused("its host is no host"));
        }
        if !path.split('/').all(is_component) || host.len() + path.len() >= LONGEST {
            return Err(refused("its path is of lower-case letters and digits, with `.`, `_`, `-` between them"));
        }
        if !is_tag(tag) {
            return Err(refused("its tag is of letters, digits, `_`, `.` and `-`, at most 128"));
        }
        Ok(Self { host: host.to_owned(), path, tag: tag.to_owned() })
    }

    /// Returns the repository as an engine writes it: without the host and `library/` where these are understood.
    pub fn repository(&self) -> String {
        match (self.host.as_str(), self.path.strip_prefix("library/")) {
            (HUB, Some(short)) => short.to_owned(),
            (HUB, None) => self.path.clone(),
            (host, _) => format!("{host}/{}", self.path),
        }
    }

    /// Returns the name with its tag, as an engine writes it.
    pub fn tagged(&self) -> String {
        format!("{}:{}", self.repository(), self.tag)
    }

    /// Returns the name by digest: what is delivered.
    pub fn reference(&self, digest: &Digest) -> String {
        format!("{}@{digest}", self.repository())
    }
}

/// Returns the host, with its port, of a registry's address or host; docker's client writes the Hub under its old name.
pub(super) fn host_of(address: &str) -> &str {
    let bare = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://")).unwrap_or(address);
    let host = bare.split('/').next().unwrap_or(bare);
    if host == "index.docker.io" { HUB } else { host }
}

/// Returns what docker's client calls a host: the Hub by its old address.
pub(super) fn key_of(host: &str) -> &str {
    if host == HUB { "https://index.docker.io/v1/" } else { host }
}

/// Says whether the first component of a name is a host, by docker's rule.
fn is_host(first: &str) -> bool {
    first.contains(['.', ':']) || first == "localhost" || first.chars().any(|c| c.is_ascii_uppercase())
}

fn is_host_name(host: &str) -> bool {
    let (name, port) = match host.strip_prefix('[') {
        Some(rest) => {
            let Some((address, after)) = rest.split_once(']') else { return false };
            if address.parse::<std::net::Ipv6Addr>().is_err() {
                return false;
            }
            ("v6", after)
        }
        None => host.split_at(host.find(':').unwrap_or(host.len())),
    };
    let is_label = |label: &str| {
        !label.is_empty()
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let is_port = port.is_empty() || port.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok());
    is_port && name.split('.').all(is_label)
}

/// Letters and digits, with one `.`, one or two `_`, or any number of `-` between them.
fn is_component(text: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let is_separator = |run: &str| matches!(run, "" | "." | "_" | "__") || run.chars().all(|c| c == '-');
    text.starts_with(is_plain) && text.ends_with(is_plain) && text.split(is_plain).all(is_separator)
}

fn is_tag(text: &str) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.len() <= 128 && text.starts_with(is_word) && text.chars().all(|c| is_word(c) || matches!(c, '.' | '-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_taken_apart_by_dockers_rules() {
        for (text, host, path, tag) in [
            ("busybox", "docker.io", "library/busybox", "latest"),
            ("shop/backend:1.0", "docker.io", "shop/backend", "1.0"),
            ("index.docker.io/shop/backend", "docker.io", "shop/backend", "latest"),
            ("registry.example.com/backend:1.0.0", "registry.example.com", "backend", "1.0.0"),
            ("localhost/backend", "localhost", "backend", "latest"),
            ("localhost:5000/a/b__c/d--e:x", "localhost:5000", "a/b__c/d--e", "x"),
            ("[::1]:5000/a:1", "[::1]:5000", "a", "1"),
            ("registry:5000/a", "registry:5000", "a", "latest"),
        ] {
            let name = ImageName::parse(text).unwrap();
            assert_eq!((name.host.as_str(), name.path.as_str(), name.tag.as_str()), (host, path, tag), "{text}");
        }
    }

    #[test]
    fn what_docker_would_not_take_is_refused() {
        for text in [
            "",
            "/",
            "a//b",
            "a/B",
            "a:",
            "a:1.0+2",
            "a:-x",
            "-a",
            "a___b",
            "a b",
            "a@sha256:00",
            "host.com:99999/a",
            "ho_st.com/a",
            "a.com/../b",
        ] {
            assert!(ImageName::parse(text).is_err(), "{text}");
        }
        assert!(ImageName::parse(&format!("a.com/{}", "a".repeat(256))).is_err());
    }

    #[test]
    fn an_engine_leaves_out_what_is_understood() {
        let written = |text: &str| ImageName::parse(text).unwrap().repository();
        assert_eq!(written("docker.io/library/busybox:1"), "busybox");
        assert_eq!(written("shop/backend"), "shop/backend");
        assert_eq!(written("a.com:5000/library/b"), "a.com:5000/library/b");
        let digest = Digest::new("sha256:12");
        assert_eq!(ImageName::parse("a.com/b:1").unwrap().reference(&digest), "a.com/b@sha256:12");
    }
}
