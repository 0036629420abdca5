//! What is said of a certificate, and why it is not trusted.

use jiff::Timestamp;
use rustls::{CertificateError, Error};
use std::net::IpAddr;
use x509_parser::prelude::{GeneralName, X509Certificate};

/// How many names of a certificate are told.
const NAMES: usize = 8;

/// How many characters of a name are told.
pub(super) const LENGTH: usize = 80;

/// Writes a name of a certificate, which may be of any length.
pub(super) fn cut(name: impl std::fmt::Display) -> String {
    let name = name.to_string();
    match name.char_indices().nth(LENGTH) {
        Some((at, _)) => format!("{}…", &name[..at]),
        None => name,
    }
}

/// What the words about a certificate are made of.
pub(super) struct CertificateWords<'a> {
    pub(super) parsed: &'a X509Certificate<'a>,
    pub(super) above: usize,
    pub(super) host: &'a str,
    pub(super) now: Timestamp,
    pub(super) from: Timestamp,
    pub(super) until: Timestamp,
}

pub(super) fn says(error: &Error, seen: &CertificateWords<'_>) -> String {
    let Error::InvalidCertificate(cause) = error else { return format!("its certificate cannot be verified: {error}") };
    let day = |at: Timestamp| at.strftime("%Y-%m-%d").to_string();
    match cause {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } if seen.now > seen.until => {
            format!("its certificate expired on {}", day(seen.until))
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "the certificate of an issuer in its chain has expired".to_owned()
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } if seen.now < seen.from => {
            format!("its certificate is not valid before {}", day(seen.from))
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            format!("its certificate is for {}, not for {}", names(seen.parsed), seen.host)
        }
        CertificateError::UnknownIssuer => untrusted(seen),
        CertificateError::BadSignature => {
            format!("its certificate names {} as its issuer, and is not signed by it", cut(seen.parsed.issuer()))
        }
        CertificateError::Revoked => "its certificate was revoked".to_owned(),
        other => format!("its certificate is not to be trusted: {other}"),
    }
}

/// Says why the issuer of a certificate is not trusted.
fn untrusted(seen: &CertificateWords<'_>) -> String {
    let issuer = seen.parsed.issuer();
    if issuer == seen.parsed.subject() {
        return "its certificate is self-signed, and this machine does not trust it".to_owned();
    }
    let missing = match seen.above {
        0 => ": the server sends no issuer certificate, so the chain may be incomplete",
        _ => "",
    };
    format!("its certificate was issued by {}, which this machine does not trust{missing}", cut(issuer))
}

/// Returns the names that a certificate is for.
fn names(certificate: &X509Certificate<'_>) -> String {
    let extension = certificate.subject_alternative_name().ok().flatten();
    let all = extension.map(|extension| extension.value.general_names.as_slice()).unwrap_or_default();
    let mut named: Vec<String> = all.iter().filter_map(name).collect();
    let more = named.len().saturating_sub(NAMES);
    named.truncate(NAMES);
    match (named.is_empty(), more) {
        (true, _) => "no name".to_owned(),
        (false, 0) => named.join(", "),
        (false, more) => format!("{} and {more} more", named.join(", ")),
    }
}

fn name(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(name) => Some(cut(name)),
        GeneralName::IPAddress(bytes) => {
            let short = <[u8; 4]>::try_from(*bytes).map(IpAddr::from);
            let long = || <[u8; 16]>::try_from(*bytes).map(IpAddr::from);
            short.or_else(|_| long()).ok().map(|address| address.to_string())
        }
        _ => None,
    }
}
