//! A chain of certificates: what this machine says of it, and when it ends.
//!
//! A server may send anything, so what is looked at is bounded, and every certificate is read once.

use super::words::{CertificateWords, cut, says};
use jiff::Timestamp;
use rustls::Error;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tminus_core::kinds::check::ShownCertificate;
use tminus_core::time::Span;
use x509_parser::prelude::{ASN1Time, FromDer as _, X509Certificate};

/// How many certificates of a server are looked at: chains that are in use have up to five.
pub(super) const LONGEST: usize = 16;

/// The roots by their names as they stand in a certificate, each with the end of the last of that name, and whose it is.
type Roots = HashMap<Vec<u8>, (Timestamp, String)>;

/// What this machine trusts: its verifier, and the roots, whose end that does not look at.
pub(super) struct Trusted {
    pub(super) verifier: Arc<dyn ServerCertVerifier>,
    roots: Roots,
}

impl Trusted {
    pub(super) fn new(verifier: Arc<dyn ServerCertVerifier>, roots: &[CertificateDer<'_>]) -> Self {
        let mut by_name = Roots::new();
        for root in parsed(roots) {
            let (until, whose) = end(&root);
            let last = by_name.entry(root.subject().as_raw().to_vec()).or_insert_with(|| (until, whose.clone()));
            if until > last.0 {
                *last = (until, whose);
            }
        }
        Self { verifier, roots: by_name }
    }
}

pub(super) fn trusted_by_this_machine() -> Result<Trusted, Error> {
    let verifier = Arc::new(rustls_platform_verifier::Verifier::new(provider())?);
    Ok(Trusted::new(verifier, &rustls_native_certs::load_native_certs().certs))
}

pub(super) fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}

/// For whom a chain should be, and when.
pub(super) struct ChainQuestion {
    pub(super) name: ServerName<'static>,
    pub(super) host: String,
    pub(super) now: Timestamp,
}

/// Asks what this machine trusts about a chain, and says in words what is wrong with it.
pub(super) fn judged_by(
    trusted: &Trusted,
    ChainQuestion { name, host, now }: &ChainQuestion,
    chain: &[CertificateDer<'_>],
) -> Result<ShownCertificate, String> {
    let now = *now;
    if chain.len() > LONGEST {
        return Err(format!("showed {} certificates, and no more than {LONGEST} are looked at", chain.len()));
    }
    let Some((leaf, above)) = chain.split_first() else { return Err("showed no certificate".to_owned()) };
    let unread = |error: &dyn std::fmt::Display| format!("showed a certificate that cannot be read: {error}");
    let (_, parsed) = X509Certificate::from_der(leaf).map_err(|error| unread(&error))?;
    let (from, until) = (moment(parsed.validity().not_before), moment(parsed.validity().not_after));
    let verified = |at: Timestamp| {
        let at = UnixTime::since_unix_epoch(Duration::from_secs(at.as_second().max(0).unsigned_abs()));
        trusted.verifier.verify_server_cert(leaf, above, name, &[], at).err()
    };
    let words =
        |error: Error| says(&error, &CertificateWords { parsed: &parsed, above: above.len(), host, now, from, until });
    let mut wrong = Vec::from_iter(verified(now).map(words));
    // One that is out of its time may be wrong in another way too.
    if !wrong.is_empty() && (now > until || now < from) {
        let inside = if now > until { until } else { from };
        wrong.extend(verified(inside).map(words));
        wrong.dedup();
    }
    let is_valid = |at: Timestamp| verified(at).is_none();
    let issuer = if wrong.is_empty() { first_to_end(&parsed, (above, &trusted.roots), now, is_valid) } else { None };
    Ok(ShownCertificate { from, until, wrong, issuer })
}

/// Reads a moment of a certificate; `9999-12-31`, which stands for no end, is later than a timestamp can be.
fn moment(time: ASN1Time) -> Timestamp {
    let seconds = time.timestamp();
    Timestamp::from_second(seconds).unwrap_or(if seconds < 0 { Timestamp::MIN } else { Timestamp::MAX })
}

/// Returns the end of the first certificate above the server's own that ends before it, and whose it is.
///
/// One between counts where the chain is not valid without it. A root, whose end the verifier does not ask for, counts where it
/// has the name at which the chain arrives; of several, as there are when one was renewed, the last to end.
fn first_to_end(
    leaf: &X509Certificate<'_>,
    (above, roots): (&[CertificateDer<'_>], &Roots),
    now: Timestamp,
    is_valid: impl Fn(Timestamp) -> bool,
) -> Option<(Timestamp, String)> {
    let until = moment(leaf.validity().not_after);
    let above = parsed(above);
    let mut between: Vec<_> = above.iter().map(end).filter(|(end, _)| (now..until).contains(end)).collect();
    between.sort();
    let between = between.into_iter().find(|(end, _)| !is_valid(Span::seconds(1).after(*end)));
    let mut issuer = leaf.issuer().as_raw();
    for _ in 0..above.len() {
        let next = above.iter().find(|one| one.subject().as_raw() == issuer);
        match next.filter(|_| !roots.contains_key(issuer)) {
            Some(next) => issuer = next.issuer().as_raw(),
            None => break,
        }
    }
    let root = roots.get(issuer).cloned();
    between.into_iter().chain(root.filter(|(end, _)| *end < until)).min()
}

fn end(one: &X509Certificate<'_>) -> (Timestamp, String) {
    (moment(one.validity().not_after), cut(one.subject()))
}

fn parsed<'a>(all: &'a [CertificateDer<'_>]) -> Vec<X509Certificate<'a>> {
    all.iter().filter_map(|one| Some(X509Certificate::from_der(one).ok()?.1)).collect()
}
