//! What the plan says of a container's ports, mounts and network, read as strictly as `docker run` reads it. Pure.

use bollard::models::{PortBinding, PortMap};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;
use std::path::{Component, Path};
use tminus_core::ports::{FailureKind, PortError};

/// The options that a mount may have.
const OPTIONS: [&str; 14] = [
    "ro",
    "rw",
    "z",
    "Z",
    "nocopy",
    "consistent",
    "cached",
    "delegated",
    "shared",
    "slave",
    "private",
    "rshared",
    "rslave",
    "rprivate",
];

/// How the container takes the place of the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Switch {
    /// Both run at once, and the name moves: nothing is lost.
    Beside,
    /// A published port can be had by one only: the new one proves itself without, then there is a short gap.
    Handover,
    /// It uses the network of the host, or of another container: two cannot run at once.
    Alone,
}

/// Mounts, apart as the engine wants them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Mounts {
    /// From a place of the host, or a volume with a name.
    pub binds: Vec<String>,
    /// Volumes without a name, by where they are mounted.
    pub nameless: Vec<String>,
}

/// Returns how a container is put in the place of the one before.
pub(super) fn switch<P>(ports: &[P], network: Option<&str>) -> Switch {
    match network {
        Some(network) if network == "host" || network.starts_with("container:") => Switch::Alone,
        Some(_) | None if ports.is_empty() => Switch::Beside,
        Some(_) | None => Switch::Handover,
    }
}

/// Reads `[[host address:][host port]:]port[/protocol]`, with ranges.
///
/// # Errors
/// [`FailureKind::Malformed`] names the entry and what is wrong with it.
pub(super) fn ports(entries: &[String]) -> Result<PortMap, PortError> {
    let mut map = PortMap::new();
    for entry in entries {
        for (inner, binding) in port(entry).map_err(|why| wrong("port", entry, why))? {
            let bindings = map.entry(inner).or_default().get_or_insert_default();
            bindings.push(binding);
        }
    }
    Ok(map)
}

/// Reads `[source:]target[:options]`; a source that begins with a dot counts from the root of the repository.
///
/// # Errors
/// [`FailureKind::Malformed`] names the entry and what is wrong with it.
pub(super) fn mounts(entries: &[String], root: &Path) -> Result<Mounts, PortError> {
    let mut mounts = Mounts::default();
    for entry in entries {
        let parts: Vec<&str> = entry.split(':').collect();
        let (source, target, options) = match parts.as_slice() {
            [target] => (None, *target, None),
            [source, target] => (Some(*source), *target, None),
            [source, target, options] => (Some(*source), *target, Some(*options)),
            _ => return Err(wrong("volume", entry, "it has more than three parts")),
        };
        let failed = |why| wrong("volume", entry, why);
        is_target(target).map_err(failed)?;
        if let Some(options) = options
            && !options.split(',').all(|option| OPTIONS.contains(&option))
        {
            return Err(failed("its options are none that docker knows"));
        }
        let Some(source) = source else {
            mounts.nameless.push(target.to_owned());
            continue;
        };
        let source = source_of(source, root).map_err(failed)?;
        mounts
            .binds
            .push([Some(source.as_str()), Some(target), options].into_iter().flatten().collect::<Vec<_>>().join(":"));
    }
    Ok(mounts)
}

fn is_target(target: &str) -> Result<(), &'static str> {
    match target.trim_end_matches('/') {
        "" if target.starts_with('/') => Err("it would hide everything in the container"),
        trimmed if trimmed.starts_with('/') => Ok(()),
        _ => Err("where it is mounted does not begin with `/`"),
    }
}

fn source_of(source: &str, root: &Path) -> Result<String, &'static str> {
    if source.starts_with('/') {
        return Ok(source.to_owned());
    }
    if source == "." || source.starts_with("./") {
        let inside = Path::new(source);
        let stays = inside.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
        let place: std::path::PathBuf = root.join(inside).components().filter(|p| *p != Component::CurDir).collect();
        return if stays { Ok(place.display().to_string()) } else { Err("it leads out of the repository") };
    }
    if source.starts_with("..") {
        return Err("it leads out of the repository");
    }
    let is_name = super::names::is_allowed(source);
    if is_name { Ok(source.to_owned()) } else { Err("its source is no path and no name of a volume") }
}

type PortBindings = Vec<(String, PortBinding)>;

fn port(entry: &str) -> Result<PortBindings, &'static str> {
    let (rest, protocol) = entry.split_once('/').unwrap_or((entry, "tcp"));
    if !["tcp", "udp", "sctp"].contains(&protocol) {
        return Err("its protocol is not tcp, udp or sctp");
    }
    let (rest, inner) = rest.rsplit_once(':').unwrap_or(("", rest));
    let (address, outer) = address(rest)?;
    let (first, last) = range(inner)?;
    let outer = if outer.is_empty() { None } else { Some(range(outer)?) };
    let binding = |port: Option<String>| PortBinding {
        host_ip: (!address.is_empty()).then(|| address.to_owned()),
        host_port: Some(port.unwrap_or_default()),
    };
    match outer {
        None => Ok((first..=last).map(|port| (format!("{port}/{protocol}"), binding(None))).collect()),
        Some((low, high)) if high - low == last - first => Ok((first..=last)
            .zip(low..=high)
            .map(|(i, o)| (format!("{i}/{protocol}"), binding(Some(o.to_string()))))
            .collect()),
        Some((low, high)) if first == last => {
            Ok(vec![(format!("{first}/{protocol}"), binding(Some(format!("{low}-{high}"))))])
        }
        Some(_) => Err("its two ranges are not of the same length"),
    }
}

/// Splits the address of the host from its port.
fn address(text: &str) -> Result<(&str, &str), &'static str> {
    let (address, port) = match text.strip_prefix('[') {
        Some(rest) => {
            let (address, rest) = rest.split_once(']').ok_or("its address has no closing bracket")?;
            (address, rest.strip_prefix(':').unwrap_or(rest))
        }
        None => text.rsplit_once(':').unwrap_or(("", text)),
    };
    if address.is_empty() || address.parse::<IpAddr>().is_ok() {
        Ok((address, port))
    } else {
        Err("its address is no IP address")
    }
}

fn range(text: &str) -> Result<(u16, u16), &'static str> {
    let number = |text: &str| match text.parse::<u16>() {
        Ok(port) if port > 0 && text.chars().all(|c| c.is_ascii_digit()) => Ok(port),
        Ok(_) | Err(_) => Err("a port is a number from 1 to 65535"),
    };
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (first, last) = (number(first)?, number(last)?);
    if first <= last { Ok((first, last)) } else { Err("its range runs backwards") }
}

fn wrong(what: &str, entry: &str, why: &str) -> PortError {
    PortError::new(FailureKind::Malformed, format!("the {what} {entry:?} of the plan makes no sense")).because(why)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn published(entry: &str) -> String {
        let mut all: Vec<String> = ports(&[entry.to_owned()])
            .unwrap()
            .into_iter()
            .flat_map(|(inner, bound)| bound.unwrap().into_iter().map(move |b| (inner.clone(), b)))
            .map(|(inner, b)| format!("{}|{}|{inner}", b.host_ip.unwrap_or_default(), b.host_port.unwrap()))
            .collect();
        all.sort();
        all.join(" ")
    }

    #[test]
    fn ports_are_read_as_docker_run_reads_them() {
        for (entry, meant) in [
            ("8000", "||8000/tcp"),
            ("80:8000", "|80|8000/tcp"),
            ("127.0.0.1:80:8000", "127.0.0.1|80|8000/tcp"),
            ("127.0.0.1::8000/udp", "127.0.0.1||8000/udp"),
            ("[::1]:80:8000", "::1|80|8000/tcp"),
            ("80-81:8000-8001", "|80|8000/tcp |81|8001/tcp"),
            ("80-90:8000", "|80-90|8000/tcp"),
        ] {
            assert_eq!(published(entry), meant, "{entry}");
        }
        for entry in
            ["", "x", "80:", "0", "65536", "80:8000/http", "host:80:8000", "81-80:1-2", "1-2:1-3", "+80", "[::1:80:80"]
        {
            let failure = ports(&[entry.to_owned()]).unwrap_err();
            assert_eq!(failure.kind, FailureKind::Malformed, "{entry}");
            assert!(failure.summary.contains(&format!("{entry:?}")), "{failure:?}");
        }
    }

    #[test]
    fn mounts_are_read_as_docker_run_reads_them() {
        let read = |entry: &str| mounts(&[entry.to_owned()], Path::new("/repo"));
        assert_eq!(read("./a/b:/c:ro").unwrap().binds, ["/repo/a/b:/c:ro"]);
        assert_eq!(read(".:/c").unwrap().binds, ["/repo:/c"]);
        assert_eq!(read("/etc/x:/c").unwrap().binds, ["/etc/x:/c"]);
        assert_eq!(read("data:/c:rw,nocopy").unwrap().binds, ["data:/c:rw,nocopy"]);
        assert_eq!(read("/c").unwrap().nameless, ["/c"]);
        for entry in ["", "c", "a:b", "../x:/c", "./../x:/c", "~/x:/c", "a:/", "a:/c:rx", "a:/c:ro:z", ":/c"] {
            assert_eq!(read(entry).unwrap_err().kind, FailureKind::Malformed, "{entry}");
        }
    }

    #[test]
    fn who_shares_a_network_cannot_run_beside_itself() {
        let port = ["8000".to_owned()];
        assert_eq!(switch::<String>(&[], Some("shop")), Switch::Beside);
        assert_eq!(switch(&port, Some("shop")), Switch::Handover);
        assert_eq!(switch::<String>(&[], None), Switch::Beside);
        assert_eq!(switch::<String>(&[], Some("host")), Switch::Alone);
        assert_eq!(switch::<String>(&[], Some("container:x")), Switch::Alone);
    }
}
