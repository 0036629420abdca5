//! Against real servers on the loopback, each with certificates of its own.

use super::*;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};
use rustls::client::WebPkiServerVerifier;
use rustls::pki_types::PrivateKeyDer;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::{RootCertStore, ServerConfig};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

type Ca = CertifiedIssuer<'static, KeyPair>;
type Identity = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

/// The day on which everybody here looks.
fn today() -> Timestamp {
    "2030-01-31T12:00:00Z".parse().unwrap()
}

fn params(name: &str, names: &[&str]) -> CertificateParams {
    let names: Vec<String> = names.iter().map(ToString::to_string).collect();
    let mut params = CertificateParams::new(names).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    (params.not_before, params.not_after) = (date_time_ymd(2030, 1, 1), date_time_ymd(2030, 4, 1));
    params
}

fn of_an_issuer(name: &str) -> CertificateParams {
    let mut params = params(name, &[]);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    (params.not_before, params.not_after) = (date_time_ymd(2020, 1, 1), date_time_ymd(2040, 1, 1));
    params
}

fn root() -> Ca {
    root_of("a root")
}

fn root_of(name: &str) -> Ca {
    CertifiedIssuer::self_signed(of_an_issuer(name), KeyPair::generate().unwrap()).unwrap()
}

fn below(root: &Ca) -> Ca {
    CertifiedIssuer::signed_by(of_an_issuer("an intermediate"), KeyPair::generate().unwrap(), root).unwrap()
}

fn der(ca: &Ca) -> CertificateDer<'static> {
    let certificate: &rcgen::Certificate = ca.as_ref();
    certificate.der().clone()
}

fn issued(params: &CertificateParams, by: &Ca, above: &[&Ca]) -> Identity {
    let key = KeyPair::generate().unwrap();
    let chain = std::iter::once(params.signed_by(&key, by).unwrap().der().clone());
    let chain = chain.chain(above.iter().map(|ca| der(ca))).collect();
    (chain, PrivateKeyDer::try_from(key.serialize_der()).unwrap())
}

fn trusts(root: &Ca) -> Trusted {
    let mut roots = RootCertStore::empty();
    roots.add(der(root)).unwrap();
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider()).build().unwrap();
    Trusted::new(verifier, &[der(root)])
}

/// Shows an identity to whoever asks for the right name; to others it refuses the handshake.
#[derive(Debug)]
struct OnlyFor(Option<&'static str>, Arc<CertifiedKey>);

impl ResolvesServerCert for OnlyFor {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        (self.0.is_none() || hello.server_name() == self.0).then(|| self.1.clone())
    }
}

async fn serves(identity: Identity, only_for: Option<&'static str>) -> u16 {
    let key = CertifiedKey::from_der(identity.0, identity.1, &provider()).unwrap();
    let config = ServerConfig::builder_with_provider(provider()).with_safe_default_protocol_versions().unwrap();
    let config = config.with_no_client_auth().with_cert_resolver(Arc::new(OnlyFor(only_for, Arc::new(key))));
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move { acceptor.accept(stream).await.map(drop) });
        }
    });
    port
}

async fn shown(host: &str, port: u16, root: &Ca) -> HandshakeResult {
    let place = HostPort::read(&format!("{host}:{port}")).unwrap();
    let within = (today(), Duration::from_secs(20));
    let (all, _) = shown_by(&place, &Arc::new(trusts(root)), within).await.unwrap();
    all.into_iter().find(|(address, _)| address.starts_with("127.0.0.1:")).unwrap().1
}

/// Returns what is said to be wrong with what a server shows.
async fn wrong(identity: Identity, root: &Ca) -> Vec<String> {
    shown("127.0.0.1", serves(identity, None).await, root).await.unwrap().wrong
}

#[tokio::test]
async fn a_good_certificate_says_how_long_it_is_valid() {
    let root = root();
    let between = below(&root);
    let port = serves(issued(&params("api", &["127.0.0.1"]), &between, &[&between]), None).await;
    let seen = shown("127.0.0.1", port, &root).await.unwrap();
    assert_eq!(seen.wrong, [""; 0]);
    assert_eq!(
        (seen.from.to_string(), seen.until.to_string()),
        ("2030-01-01T00:00:00Z".into(), "2030-04-01T00:00:00Z".into())
    );
}

fn question() -> ChainQuestion {
    let host = "127.0.0.1".to_owned();
    ChainQuestion { name: ServerName::try_from(host.clone()).unwrap(), host, now: today() }
}

/// Returns when a chain ends before its first certificate does, and whose certificate ends it.
fn ends(chain: &[CertificateDer<'_>], root: &Ca) -> Option<(String, String)> {
    let shown = judged_by(&trusts(root), &question(), chain).unwrap();
    assert_eq!(shown.wrong, [""; 0]);
    shown.issuer.map(|(end, whose)| (end.strftime("%Y-%m-%d").to_string(), whose))
}

#[test]
fn a_chain_ends_with_the_first_certificate_that_it_needs() {
    let until = |name: &str, (year, month, day): (i32, u8, u8)| {
        let mut params = of_an_issuer(name);
        params.not_after = date_time_ymd(year, month, day);
        params
    };
    let own = |params| CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let under = |params, by: &Ca| CertifiedIssuer::signed_by(params, KeyPair::generate().unwrap(), by).unwrap();
    let root = root();
    let api = params("api", &["127.0.0.1"]);
    let soon = under(until("soon", (2030, 2, 2)), &root);
    let (needed, _) = issued(&api, &soon, &[&soon]);
    assert_eq!(ends(&needed, &root), Some(("2030-02-02".to_owned(), "CN=soon".to_owned())));
    let (beside, _) = issued(&api, &root, &[&soon]);
    assert_eq!(ends(&beside, &root), None, "the chain is valid without it");
    let brief = own(until("brief", (2030, 3, 1)));
    let between = under(until("between", (2035, 1, 1)), &brief);
    let (above, _) = issued(&api, &between, &[&between]);
    assert_eq!(ends(&above, &brief), Some(("2030-03-01".to_owned(), "CN=brief".to_owned())));
    let mut forever = api;
    forever.not_after = date_time_ymd(9999, 12, 31);
    let (endless, _) = issued(&forever, &root, &[]);
    assert_eq!(ends(&endless, &root), Some(("2040-01-01".to_owned(), "CN=a root".to_owned())));
}

#[test]
fn a_server_that_shows_more_certificates_than_any_chain_has_is_not_judged() {
    let root = root();
    let between = below(&root);
    let chain = |count: usize| issued(&params("api", &["127.0.0.1"]), &between, &vec![&between; count]).0;
    let judged = |count: usize| judged_by(&trusts(&root), &question(), &chain(count));
    assert_eq!(judged(chain::LONGEST - 1).unwrap().wrong, [""; 0]);
    let says = format!("showed {} certificates, and no more than {} are looked at", chain::LONGEST + 1, chain::LONGEST);
    assert_eq!(judged(chain::LONGEST).unwrap_err(), says);
}

#[tokio::test]
async fn a_chain_that_is_too_long_is_no_data() {
    let root = root();
    let between = below(&root);
    let many = issued(&params("api", &["127.0.0.1"]), &between, &[&between; 40]);
    let says = shown("127.0.0.1", serves(many, None).await, &root).await.unwrap_err();
    assert!(says.starts_with("showed 41 certificates"), "{says}");
}

#[test]
fn what_a_router_says_is_not_taken_for_a_missing_route_of_this_machine() {
    assert_eq!(route_to("127.0.0.1:443".parse().unwrap()), LocalRoute::There);
    for errno in [Errno::NETUNREACH, Errno::ADDRNOTAVAIL] {
        let error = io::Error::from_raw_os_error(errno.raw_os_error());
        let of = |route| matches!(unreached(&error, || route), Unseen::NoWay(_));
        assert!(!of(LocalRoute::There), "{error}");
        assert!(of(LocalRoute::Missing), "{error}");
    }
    let refused = io::Error::from_raw_os_error(Errno::CONNREFUSED.raw_os_error());
    assert!(matches!(unreached(&refused, || LocalRoute::Missing), Unseen::Says(_)));
}

#[test]
fn no_route_to_a_family_is_told_from_an_address_that_cannot_be_reached() {
    let no_way = || Err(Unseen::NoWay("cannot be reached".to_owned()));
    let moment = today();
    let good = || Ok(ShownCertificate { from: moment, until: moment, wrong: Vec::new(), issuer: None });
    let of = |all: Vec<(&str, Result<ShownCertificate, Unseen>)>| {
        let (shown, unrouted) =
            by_family(all.into_iter().map(|(address, shown)| (address.parse().unwrap(), shown)).collect());
        (shown.into_iter().map(|(address, shown)| (address, shown.is_ok())).collect::<Vec<_>>(), unrouted)
    };
    let (one, two, six) = ("10.0.0.1:443", "10.0.0.2:443", "[2001:db8::1]:443");
    assert_eq!(of(vec![(one, good()), (six, no_way())]), (vec![(one.to_owned(), true)], vec![six.to_owned()]));
    let both = vec![(one.to_owned(), true), (two.to_owned(), false)];
    assert_eq!(of(vec![(one, good()), (two, no_way())]), (both, Vec::new()));
    let none = vec![(one.to_owned(), false), (six.to_owned(), false)];
    assert_eq!(of(vec![(one, no_way()), (six, no_way())]), (none, Vec::new()));
}

#[tokio::test]
async fn the_host_is_asked_for_by_its_name() {
    let root = root();
    let port = serves(issued(&params("api", &["localhost"]), &root, &[]), Some("localhost")).await;
    assert_eq!(shown("localhost", port, &root).await.unwrap().wrong, [""; 0]);
    let refused = shown("127.0.0.1", port, &root).await.unwrap_err();
    assert!(refused.starts_with("refused the handshake: "), "{refused}");
}

#[tokio::test]
async fn a_certificate_that_is_out_of_its_time_says_so_and_whatever_else_is_wrong() {
    let root = root();
    let of = |from, until, names: &[&str]| {
        let mut params = params("api", names);
        (params.not_before, params.not_after) = (from, until);
        issued(&params, &root, &[])
    };
    let expired = of(date_time_ymd(2029, 1, 1), date_time_ymd(2030, 1, 30), &["127.0.0.1"]);
    assert_eq!(wrong(expired, &root).await, ["its certificate expired on 2030-01-30"]);
    let early = of(date_time_ymd(2030, 2, 1), date_time_ymd(2031, 1, 1), &["127.0.0.1"]);
    assert_eq!(wrong(early, &root).await, ["its certificate is not valid before 2030-02-01"]);
    let both = of(date_time_ymd(2029, 1, 1), date_time_ymd(2030, 1, 30), &["old.example.com"]);
    let says = ["its certificate expired on 2030-01-30", "its certificate is for old.example.com, not for 127.0.0.1"];
    assert_eq!(wrong(both, &root).await, says);
}

#[tokio::test]
async fn a_certificate_for_another_name_says_for_which() {
    let root = root();
    let other = issued(&params("api", &["shop.example.com", "10.0.0.1"]), &root, &[]);
    let says = ["its certificate is for shop.example.com, 10.0.0.1, not for 127.0.0.1"];
    assert_eq!(wrong(other, &root).await, says);
    let long = format!("{0}.{0}.{0}.example.com", "a".repeat(60));
    let says = wrong(issued(&params("api", &[&long]), &root, &[]), &root).await.join("");
    assert_eq!(says, format!("its certificate is for {}…, not for 127.0.0.1", &long[..super::words::LENGTH]));
}

#[tokio::test]
async fn a_certificate_of_an_issuer_that_is_not_trusted_says_so() {
    let root = root();
    let key = KeyPair::generate().unwrap();
    let own = params("api", &["127.0.0.1"]).self_signed(&key).unwrap().der().clone();
    let own = (vec![own], PrivateKeyDer::try_from(key.serialize_der()).unwrap());
    assert_eq!(wrong(own, &root).await, ["its certificate is self-signed, and this machine does not trust it"]);
    let between = below(&root);
    let incomplete = wrong(issued(&params("api", &["127.0.0.1"]), &between, &[]), &root).await.join("");
    assert!(incomplete.contains("issued by CN=an intermediate"), "{incomplete}");
    assert!(incomplete.ends_with("the server sends no issuer certificate, so the chain may be incomplete"));
    let strange = root_of("another root");
    let foreign = wrong(issued(&params("api", &["127.0.0.1"]), &strange, &[&strange]), &root).await.join("");
    assert_eq!(foreign, "its certificate was issued by CN=another root, which this machine does not trust");
    let namesake = self::root();
    let forged = wrong(issued(&params("api", &["127.0.0.1"]), &namesake, &[]), &root).await;
    assert_eq!(forged, ["its certificate names CN=a root as its issuer, and is not signed by it"]);
}

/// Serves every connection in a way that shows no certificate.
async fn answers(with: &'static [u8], stays: bool) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let mut open = Vec::new();
        while let Ok((mut stream, _)) = listener.accept().await {
            stream.write_all(with).await.ok();
            open.extend(stays.then_some(stream));
        }
    });
    port
}

#[tokio::test]
async fn who_shows_no_certificate_says_why() {
    let root = root();
    let no_tls = shown("127.0.0.1", answers(b"220 mail.example.com ESMTP\r\n", true).await, &root).await.unwrap_err();
    assert_eq!(no_tls, "does not speak TLS");
    let gone = shown("127.0.0.1", answers(b"", false).await, &root).await.unwrap_err();
    assert!(gone.starts_with("closed the connection during the handshake: "), "{gone}");
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let closed = shown("127.0.0.1", closed, &root).await.unwrap_err();
    assert!(closed.starts_with("cannot be reached: "), "{closed}");
}

#[tokio::test]
async fn a_server_that_is_silent_is_waited_for_no_longer_than_its_time() {
    let place = HostPort::read(&format!("127.0.0.1:{}", answers(b"", true).await)).unwrap();
    let (all, _) = shown_by(&place, &Arc::new(trusts(&root())), (today(), Duration::from_secs(1))).await.unwrap();
    assert_eq!(all[0].1, Err("did not answer within 1s".to_owned()));
}

#[tokio::test]
async fn a_host_that_nobody_knows_is_not_found() {
    let place = HostPort::read("no-such-host.invalid").unwrap();
    let failure = shown_by(&place, &Arc::new(trusts(&root())), (today(), Duration::from_secs(5))).await.unwrap_err();
    assert!(matches!(failure.kind, FailureKind::Unreachable | FailureKind::Timeout), "{failure:?}");
    assert_eq!(failure.summary, "no-such-host.invalid was not found");
}

#[test]
fn a_host_is_read_with_its_port_and_an_address_with_credentials_is_refused() {
    let read = |text: &str| HostPort::read(text).map(|place| place.to_string()).map_err(|failure| failure.kind);
    assert_eq!(read("api.example.com"), Ok("api.example.com:443".to_owned()));
    assert_eq!(read("API.example.com:8443"), Ok("api.example.com:8443".to_owned()));
    assert_eq!(read("https://api.example.com/health"), Ok("api.example.com:443".to_owned()));
    assert_eq!(read("[::1]:8443"), Ok("[::1]:8443".to_owned()));
    assert_eq!(read("bücher.example"), Ok("xn--bcher-kva.example:443".to_owned()));
    for bad in ["", "http://api.example.com", "https://me:pw@api.example.com", "api.example.com:99999", "a b"] {
        assert_eq!(read(bad), Err(FailureKind::Malformed), "{bad}");
    }
}
