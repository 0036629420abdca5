//! The ports of a host that deliveries publish: an engine gives each to one container only. Pure.

use std::fmt;

/// Ports of a host, as they are written for `docker run -p` and in a compose file.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HostPorts {
    /// The address that they are published at; every address where there is none.
    address: Option<String>,
    first: u16,
    last: u16,
    protocol: String,
}

impl HostPorts {
    /// Reads `[[host address:]host port:]port[/protocol]`; `None` where the engine chooses the host's port, and for what is
    /// filled in later.
    pub fn read(entry: &str) -> Option<Self> {
        let (rest, protocol) = entry.split_once('/').unwrap_or((entry, "tcp"));
        let (rest, inner) = rest.rsplit_once(':')?;
        let (address, outer) = rest.rsplit_once(':').unwrap_or(("", rest));
        // What is filled in later is no address yet.
        if address.contains('$') {
            return None;
        }
        let ((first, last), inner) = (range(outer)?, range(inner)?);
        // Of more ports than the container has, the engine takes one that is free.
        (last - first == inner.1 - inner.0).then(|| Self {
            address: specific(address),
            first,
            last,
            protocol: protocol.to_ascii_lowercase(),
        })
    }

    /// Makes it of one port as an engine tells it.
    pub fn one(address: &str, port: u16, protocol: &str) -> Self {
        let (address, protocol) = (specific(address), protocol.to_ascii_lowercase());
        Self { address, first: port, last: port, protocol }
    }

    /// Returns what both would publish; `None` where they are apart.
    pub fn shared(&self, other: &Self) -> Option<Self> {
        let address = match (&self.address, &other.address) {
            (Some(one), Some(two)) if one != two => return None,
            (one, two) => one.as_ref().or(two.as_ref()).cloned(),
        };
        let (first, last) = (self.first.max(other.first), self.last.min(other.last));
        let is_shared = first <= last && self.protocol == other.protocol;
        is_shared.then(|| Self { address, first, last, protocol: self.protocol.clone() })
    }
}

impl fmt::Display for HostPorts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.address {
            Some(address) if address.contains(':') => write!(f, "[{address}]:")?,
            Some(address) => write!(f, "{address}:")?,
            None => {}
        }
        write!(f, "{}", self.first)?;
        if self.last != self.first {
            write!(f, "-{}", self.last)?;
        }
        if self.protocol == "tcp" { Ok(()) } else { write!(f, "/{}", self.protocol) }
    }
}

/// Returns an address that is not every address of its host.
fn specific(address: &str) -> Option<String> {
    let address = address.trim_start_matches('[').trim_end_matches(']');
    (!matches!(address, "" | "0.0.0.0" | "::")).then(|| address.to_ascii_lowercase())
}

fn range(text: &str) -> Option<(u16, u16)> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (first, last) = (first.parse().ok()?, last.parse().ok()?);
    (0 < first && first <= last).then_some((first, last))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shared(one: &str, two: &str) -> Option<String> {
        let read = |entry: &str| HostPorts::read(entry).unwrap();
        assert_eq!(read(one).shared(&read(two)), read(two).shared(&read(one)));
        Some(read(one).shared(&read(two))?.to_string())
    }

    #[test]
    fn one_port_of_a_host_is_shared_whatever_it_leads_to() {
        assert_eq!(shared("80:8000", "80:9000").as_deref(), Some("80"));
        assert_eq!(shared("127.0.0.1:80:8000", "80:80").as_deref(), Some("127.0.0.1:80"));
        assert_eq!(shared("0.0.0.0:80:8000", "[::1]:80:80").as_deref(), Some("[::1]:80"));
        assert_eq!(shared("80-85:1-6/udp", "84-90:1-7/udp").as_deref(), Some("84-85/udp"));
        for (one, two) in
            [("80:80", "81:80"), ("80:80", "80:80/udp"), ("127.0.0.1:80:80", "127.0.0.2:80:80"), ("1-2:1-2", "3-4:1-2")]
        {
            assert_eq!(shared(one, two), None, "{one} {two}");
        }
    }

    #[test]
    fn a_port_that_the_engine_chooses_is_nobodys() {
        for entry in ["8000", "127.0.0.1::8000", "8000-8010:80", "${PORT}:80", "${IP}:80:80", "x:80", "", "0:80"] {
            assert_eq!(HostPorts::read(entry), None, "{entry}");
        }
    }
}
