//! `tls`: one handshake with every address of a host, and what there is to say of the certificate that it shows.
//!
//! The handshake takes any certificate, and the verifier of this machine looks at the chain afterwards: so one that has
//! expired still says for whom it is and how long it was valid. What is to be trusted is never decided here.

use super::measured::{Asking, MeasuredCheck};
use crate::probe::limit;
use async_trait::async_trait;
use futures::future::join_all;
use jiff::Timestamp;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, SignatureScheme};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tminus_core::kinds::check::{ShownCertificate, TlsCheck, TlsReading};
use tminus_core::measurement::{Measurement, Reading};
use tminus_core::plan::UnknownPlaceholder;
use tminus_core::ports::{FailureKind, PortError};
use tminus_core::time::Span;
use tokio::net::{TcpStream, lookup_host};
use tokio_rustls::TlsConnector;
use x509_parser::prelude::{FromDer as _, GeneralName, X509Certificate};

/// How many addresses of a host are asked.
const ADDRESSES: usize = 16;

/// How many names of a certificate are told.
const NAMES: usize = 8;

#[async_trait]
impl MeasuredCheck for TlsCheck {
    async fn measure(&self, Asking { around, check, ask, .. }: &Asking<'_>) -> Result<Measurement, PortError> {
        let malformed = |unknown: UnknownPlaceholder| PortError::new(FailureKind::Malformed, unknown.to_string());
        let place = Place::read(&self.host.fill(&ask.values).map_err(malformed)?)?;
        let verifier = tokio::task::spawn_blocking(verifier_of_this_machine).await;
        let verifier =
            verifier.map_err(|error| unusable(&error.to_string()))?.map_err(|error| unusable(&error.to_string()))?;
        // What is said of each address is worth more than that all of it took too long.
        let within = limit(check).saturating_sub(Duration::from_millis(200));
        let shown = shown_by(&place, &verifier, (around.clock.now(), within)).await?;
        let mask = around.secrets.mask();
        let hidden = |words: Vec<String>| -> Vec<String> { words.iter().map(|word| mask.apply(word)).collect() };
        let shown = shown.into_iter().map(|(address, shown)| match shown {
            Ok(shown) => (address, Ok(ShownCertificate { wrong: hidden(shown.wrong), ..shown })),
            Err(why) => (address, Err(mask.apply(&why))),
        });
        let host = mask.apply(&place.to_string());
        let asked = format!("the certificate of {host}");
        Ok(Measurement::quiet(
            asked,
            Reading::own(&TlsReading { at: around.clock.now(), host, shown: shown.collect() }),
        ))
    }
}

fn unusable(why: &str) -> PortError {
    PortError::new(FailureKind::Unavailable, "the certificates that this machine trusts could not be read").because(why)
}

fn verifier_of_this_machine() -> Result<Arc<dyn ServerCertVerifier>, Error> {
    Ok(Arc::new(rustls_platform_verifier::Verifier::new(provider())?))
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}

/// A host and a port.
struct Place {
    host: String,
    port: u16,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

impl Place {
    /// Reads `HOST`, `HOST:PORT` or `https://HOST:PORT`.
    fn read(text: &str) -> Result<Self, PortError> {
        let address = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
        let summary = "the host whose certificate is asked for cannot be used";
        let malformed = |why: &str| PortError::new(FailureKind::Malformed, summary).because(why);
        let url = reqwest::Url::parse(&address).map_err(|error| malformed(&error.to_string()))?;
        if url.scheme() != "https" || !url.username().is_empty() || url.password().is_some() {
            return Err(malformed("it is a host, a host with a port, or an https address without credentials"));
        }
        let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else {
            return Err(malformed("it has no host"));
        };
        Ok(Self { host: host.to_owned(), port })
    }

    /// Returns the host without the brackets of an address.
    fn bare(&self) -> &str {
        self.host.trim_start_matches('[').trim_end_matches(']')
    }
}

type Shown = Result<ShownCertificate, String>;

/// Asks every address of a host at once.
async fn shown_by(
    place: &Place,
    verifier: &Arc<dyn ServerCertVerifier>,
    (now, within): (Timestamp, Duration),
) -> Result<Vec<(String, Shown)>, PortError> {
    let unreachable = |kind, why: String| PortError::new(kind, format!("{} was not found", place.bare())).because(why);
    let found = tokio::time::timeout(within, lookup_host((place.bare(), place.port))).await;
    let found =
        found.map_err(|_elapsed| unreachable(FailureKind::Timeout, "no resolver answered in time".to_owned()))?;
    let mut addresses: Vec<SocketAddr> =
        found.map_err(|error| unreachable(FailureKind::Unreachable, error.to_string()))?.collect();
    addresses.dedup();
    addresses.truncate(ADDRESSES);
    let asked = addresses.iter().map(|address| async move {
        let shown = tokio::time::timeout(within, shown_at(*address, place, verifier, now)).await;
        shown.unwrap_or_else(|_elapsed| Err(Unseen::Says(format!("did not answer within {}", Span::from(within)))))
    });
    let all: Vec<_> = addresses.iter().zip(join_all(asked).await).collect();
    // A family that this machine has no way to says nothing about the host, as long as there is the other one.
    let is_all_out = all.iter().all(|(_, shown)| matches!(shown, Err(Unseen::NoWay(_))));
    let kept = all.into_iter().filter_map(|(address, shown)| match shown {
        Ok(shown) => Some((address.to_string(), Ok(shown))),
        Err(Unseen::NoWay(why)) => is_all_out.then(|| (address.to_string(), Err(why))),
        Err(Unseen::Says(why)) => Some((address.to_string(), Err(why))),
    });
    Ok(kept.collect())
}

/// Why no certificate was seen.
enum Unseen {
    /// This machine has no way to such an address.
    NoWay(String),
    /// Something else, in words that follow the address.
    Says(String),
}

async fn shown_at(
    address: SocketAddr,
    place: &Place,
    verifier: &Arc<dyn ServerCertVerifier>,
    now: Timestamp,
) -> Result<ShownCertificate, Unseen> {
    let says = |why: String| Unseen::Says(why);
    let stream = TcpStream::connect(address).await.map_err(|error| {
        let why = format!("cannot be reached: {error}");
        match error.kind() {
            io::ErrorKind::NetworkUnreachable | io::ErrorKind::AddrNotAvailable => Unseen::NoWay(why),
            _ => Unseen::Says(why),
        }
    })?;
    let name = ServerName::try_from(place.bare().to_owned()).map_err(|error| says(error.to_string()))?;
    let config = ClientConfig::builder_with_provider(provider()).with_safe_default_protocol_versions();
    let config = config.map_err(|error| says(error.to_string()))?.dangerous();
    let config = config.with_custom_certificate_verifier(Arc::new(AnyCertificate(verifier.clone())));
    let connector = TlsConnector::from(Arc::new(config.with_no_client_auth()));
    let stream = connector.connect(name.clone(), stream).await.map_err(|error| says(no_handshake(&error)))?;
    let chain = stream.get_ref().1.peer_certificates().unwrap_or_default();
    judged_by((verifier.as_ref(), &name, now), chain, place.bare()).map_err(says)
}

/// Says why no handshake came about.
fn no_handshake(error: &io::Error) -> String {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()) {
        Some(Error::AlertReceived(alert)) => format!("refused the handshake: {alert:?}"),
        Some(Error::InvalidMessage(_)) => "does not speak TLS".to_owned(),
        Some(error) => format!("broke the handshake: {error}"),
        None => format!("hung up during the handshake: {error}"),
    }
}

/// Asks a verifier about a chain, and says in words what is wrong with it.
fn judged_by(
    (verifier, name, now): (&dyn ServerCertVerifier, &ServerName<'_>, Timestamp),
    chain: &[CertificateDer<'_>],
    host: &str,
) -> Result<ShownCertificate, String> {
    let Some((leaf, above)) = chain.split_first() else { return Err("showed no certificate".to_owned()) };
    let unread = |error: &dyn std::fmt::Display| format!("showed a certificate that cannot be read: {error}");
    let (_, parsed) = X509Certificate::from_der(leaf).map_err(|error| unread(&error))?;
    let moment = |seconds: i64| Timestamp::from_second(seconds).map_err(|error| unread(&error));
    let validity = parsed.validity();
    let (from, until) = (moment(validity.not_before.timestamp())?, moment(validity.not_after.timestamp())?);
    let verified = |at: Timestamp| {
        let at = UnixTime::since_unix_epoch(Duration::from_secs(at.as_second().max(0).unsigned_abs()));
        verifier.verify_server_cert(leaf, above, name, &[], at).err()
    };
    let words = |error: Error| says(&error, &Seen { parsed: &parsed, above: above.len(), host, now, from, until });
    let mut wrong = Vec::from_iter(verified(now).map(words));
    // One that is out of its time may be wrong in another way too.
    if !wrong.is_empty() && (now > until || now < from) {
        let inside = if now > until { until } else { from };
        wrong.extend(verified(inside).map(words));
        wrong.dedup();
    }
    Ok(ShownCertificate { from, until, wrong })
}

/// What the words about a certificate are made of.
struct Seen<'a> {
    parsed: &'a X509Certificate<'a>,
    above: usize,
    host: &'a str,
    now: Timestamp,
    from: Timestamp,
    until: Timestamp,
}

fn says(error: &Error, seen: &Seen<'_>) -> String {
    let Error::InvalidCertificate(cause) = error else { return format!("its certificate cannot be verified: {error}") };
    let day = |at: Timestamp| at.strftime("%Y-%m-%d").to_string();
    match cause {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } if seen.now > seen.until => {
            format!("its certificate expired on {}", day(seen.until))
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "a certificate above its own in the chain has expired".to_owned()
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } if seen.now < seen.from => {
            format!("its certificate is not valid before {}", day(seen.from))
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            format!("its certificate is for {}, not for {}", names(seen.parsed), seen.host)
        }
        CertificateError::UnknownIssuer => untrusted(seen),
        CertificateError::BadSignature => {
            format!("its certificate was not signed by the {} whom this machine trusts", seen.parsed.issuer())
        }
        CertificateError::Revoked => "its certificate was revoked".to_owned(),
        other => format!("its certificate is not to be trusted: {other}"),
    }
}

/// Says why nobody vouches for a certificate.
fn untrusted(seen: &Seen<'_>) -> String {
    let issuer = seen.parsed.issuer();
    if issuer == seen.parsed.subject() {
        return "its certificate is signed by itself, and this machine does not trust it".to_owned();
    }
    let missing = match seen.above {
        0 => ": the server sends no certificate of its issuer, so the chain may be incomplete",
        _ => "",
    };
    format!("its certificate was issued by {issuer}, for whom nobody vouches whom this machine trusts{missing}")
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
        GeneralName::DNSName(name) => Some((*name).to_owned()),
        GeneralName::IPAddress(bytes) => {
            let short = <[u8; 4]>::try_from(*bytes).map(IpAddr::from);
            let long = || <[u8; 16]>::try_from(*bytes).map(IpAddr::from);
            short.or_else(|_| long()).ok().map(|address| address.to_string())
        }
        _ => None,
    }
}

/// Takes any certificate, so that the handshake ends and its chain can be looked at; that the server holds the key is
/// verified as always.
#[derive(Debug)]
struct AnyCertificate(Arc<dyn ServerCertVerifier>);

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.0.verify_tls12_signature(message, cert, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.0.verify_tls13_signature(message, cert, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_verify_schemes()
    }
}

#[cfg(test)]
mod tests;
