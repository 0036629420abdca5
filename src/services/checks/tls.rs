//! `tls`: one handshake with every address of a host, and what there is to say of the certificate that it shows.
//!
//! The handshake takes any certificate, and the verifier of this machine looks at the chain afterwards: so one that has
//! expired still says for whom it is and how long it was valid. What is to be trusted is never decided here.

mod chain;
mod words;

use super::measured::{MeasureContext, MeasuredCheck};
use crate::probe::limit;
use async_trait::async_trait;
use chain::{ChainQuestion, Trusted, judged_by, provider, trusted_by_this_machine};
use futures::future::join_all;
use jiff::Timestamp;
use rustix::io::Errno;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, Error, SignatureScheme};
use std::collections::BTreeSet;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::time::Duration;
use tminus_core::kinds::check::{ShownCertificate, TlsCheck, TlsReading};
use tminus_core::measurement::{Measurement, Reading};
use tminus_core::plan::UnknownPlaceholder;
use tminus_core::ports::{FailureKind, PortError};
use tminus_core::time::Span;
use tokio::net::{TcpStream, lookup_host};
use tokio::time::{Instant, timeout_at};
use tokio_rustls::TlsConnector;

/// How many addresses of a host are asked.
const ADDRESSES: usize = 64;

#[async_trait]
impl MeasuredCheck for TlsCheck {
    async fn measure(
        &self,
        MeasureContext { around, check, ask, .. }: &MeasureContext<'_>,
    ) -> Result<Measurement, PortError> {
        let malformed = |unknown: UnknownPlaceholder| PortError::new(FailureKind::Malformed, unknown.to_string());
        let place = HostPort::read(&self.host.fill(&ask.values).map_err(malformed)?)?;
        let trusted = tokio::task::spawn_blocking(trusted_by_this_machine).await;
        let trusted =
            trusted.map_err(|error| unusable(&error.to_string()))?.map_err(|error| unusable(&error.to_string()))?;
        let trusted = Arc::new(trusted);
        // What is said of each address is worth more than that all of it took too long.
        let within = limit(check).saturating_sub(Duration::from_millis(200));
        let (shown, unrouted) = shown_by(&place, &trusted, (around.clock.now(), within)).await?;
        let mask = around.secrets.mask();
        let hidden = |words: Vec<String>| -> Vec<String> { words.iter().map(|word| mask.apply(word)).collect() };
        let shown = shown.into_iter().map(|(address, shown)| match shown {
            Ok(shown) => {
                let issuer = shown.issuer.map(|(end, whose)| (end, mask.apply(&whose)));
                (address, Ok(ShownCertificate { wrong: hidden(shown.wrong), issuer, ..shown }))
            }
            Err(why) => (address, Err(mask.apply(&why))),
        });
        let host = mask.apply(&place.to_string());
        let asked = format!("the certificate of {host}");
        Ok(Measurement::quiet(
            asked,
            Reading::own(&TlsReading { at: around.clock.now(), host, shown: shown.collect(), unrouted }),
        ))
    }
}

fn unusable(why: &str) -> PortError {
    PortError::new(FailureKind::Unavailable, "the certificates that this machine trusts could not be read").because(why)
}

/// A host and a port.
struct HostPort {
    host: String,
    port: u16,
}

impl std::fmt::Display for HostPort {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

impl HostPort {
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

type HandshakeResult = Result<ShownCertificate, String>;

/// Asks every address of a host at once; the name and all of them together have so long.
async fn shown_by(
    place: &HostPort,
    trusted: &Arc<Trusted>,
    (now, within): (Timestamp, Duration),
) -> Result<AllShown, PortError> {
    let until = Instant::now() + within;
    let unreachable = |kind, why: String| PortError::new(kind, format!("{} was not found", place.bare())).because(why);
    let found = timeout_at(until, lookup_host((place.bare(), place.port))).await;
    let found =
        found.map_err(|_elapsed| unreachable(FailureKind::Timeout, "no resolver answered in time".to_owned()))?;
    let found: BTreeSet<SocketAddr> =
        found.map_err(|error| unreachable(FailureKind::Unreachable, error.to_string()))?.collect();
    let asked = found.iter().take(ADDRESSES).map(|address| async move {
        let shown = timeout_at(until, shown_at(*address, place, trusted, now)).await;
        let late = |_elapsed| Err(Unseen::Says(format!("did not answer within {}", Span::from(within))));
        (*address, shown.unwrap_or_else(late))
    });
    let (mut shown, unrouted) = by_family(join_all(asked).await);
    if found.len() > ADDRESSES {
        let says = format!("has {} addresses, and only the first {ADDRESSES} were asked", found.len());
        shown.push((place.to_string(), Err(says)));
    }
    Ok((shown, unrouted))
}

/// What each address showed, and those that this machine has no route to.
type AllShown = (Vec<(String, HandshakeResult)>, Vec<String>);

/// Tells addresses of a family that this machine has no route to from single ones that cannot be reached: the first say nothing
/// about the host, as long as there is the other family.
fn by_family(all: Vec<(SocketAddr, Result<ShownCertificate, Unseen>)>) -> AllShown {
    let families = all.iter().filter(|(_, shown)| !matches!(shown, Err(Unseen::NoWay(_))));
    let routed: BTreeSet<bool> = families.map(|(address, _)| address.is_ipv4()).collect();
    let (mut seen, mut unrouted) = (Vec::new(), Vec::new());
    for (address, shown) in all {
        match shown {
            Err(Unseen::NoWay(_)) if !routed.is_empty() && !routed.contains(&address.is_ipv4()) => {
                unrouted.push(address.to_string());
            }
            Err(Unseen::NoWay(why) | Unseen::Says(why)) => seen.push((address.to_string(), Err(why))),
            Ok(shown) => seen.push((address.to_string(), Ok(shown))),
        }
    }
    (seen, unrouted)
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
    place: &HostPort,
    trusted: &Arc<Trusted>,
    now: Timestamp,
) -> Result<ShownCertificate, Unseen> {
    let says = |why: String| Unseen::Says(why);
    let stream = TcpStream::connect(address).await.map_err(|error| unreached(&error, || route_to(address)))?;
    let name = ServerName::try_from(place.bare().to_owned()).map_err(|error| says(error.to_string()))?;
    let config = ClientConfig::builder_with_provider(provider()).with_safe_default_protocol_versions();
    let config = config.map_err(|error| says(error.to_string()))?.dangerous();
    let config = config.with_custom_certificate_verifier(Arc::new(AnyCertificate(trusted.verifier.clone())));
    let connector = TlsConnector::from(Arc::new(config.with_no_client_auth()));
    let stream = connector.connect(name.clone(), stream).await.map_err(|error| says(no_handshake(&error)))?;
    let chain = stream.get_ref().1.peer_certificates().unwrap_or_default();
    let chain: Vec<_> = chain.iter().map(|one| one.clone().into_owned()).collect();
    let (trusted, question) = (trusted.clone(), ChainQuestion { name, host: place.bare().to_owned(), now });
    // Signatures are verified, and all of it is what a stranger sent: that is no work for the threads that wait.
    let judged = tokio::task::spawn_blocking(move || judged_by(&trusted, &question, &chain)).await;
    judged.map_err(|error| says(format!("showed certificates that could not be looked at: {error}")))?.map_err(says)
}

/// Whether this machine itself has a route to an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LocalRoute {
    /// It has one.
    There,
    /// It has none.
    Missing,
}

/// Asks the routing of this machine: to connect a datagram socket looks the route up, and sends nothing.
fn route_to(address: SocketAddr) -> LocalRoute {
    let own: SocketAddr = match address {
        SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
        SocketAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, 0).into(),
    };
    match UdpSocket::bind(own).and_then(|socket| socket.connect(address)) {
        Err(error) if is_no_way(&error) => LocalRoute::Missing,
        Ok(()) | Err(_) => LocalRoute::There,
    }
}

fn is_no_way(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NetworkUnreachable | io::ErrorKind::AddrNotAvailable)
        // A kernel without IPv6.
        || error.raw_os_error() == Some(Errno::AFNOSUPPORT.raw_os_error())
}

/// Says why an address was not reached. A router on the way may say the same as the own machine, and says it of the host.
fn unreached(error: &io::Error, route: impl FnOnce() -> LocalRoute) -> Unseen {
    let why = format!("cannot be reached: {error}");
    if is_no_way(error) && route() == LocalRoute::Missing { Unseen::NoWay(why) } else { Unseen::Says(why) }
}

/// Says why no handshake came about.
fn no_handshake(error: &io::Error) -> String {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()) {
        Some(Error::AlertReceived(alert)) => format!("refused the handshake: {alert:?}"),
        Some(Error::InvalidMessage(_)) => "does not speak TLS".to_owned(),
        Some(error) => format!("broke the handshake: {error}"),
        None => format!("closed the connection during the handshake: {error}"),
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
