//! `kind = "postgresql"`: the start of a session, the password, and one query.
//!
//! A password in the clear goes only over TLS with a trusted certificate, or stays on this machine. MD5 is not spoken: whoever
//! hears it can log in with what is stored on the server, and PostgreSQL itself has it deprecated.
//!
//! Source: postgresql.org, "Frontend/Backend Protocol", version 3.0.

use super::asked::{ConnectAnswer, ConnectedService};
use super::scram::{ScramExchange, ServerProof};
use super::server_address::ServerAddress;
use super::wire::{Wire, WireTrust};
use crate::deps::Deps;
use crate::secrets::Secrets;
use async_trait::async_trait;
use secrecy::{ExposeSecret as _, SecretString};
use std::sync::Arc;
use std::time::Duration;
use tminus_core::kinds::connect::{ConnectKind, PostgreSqlConnect};
use tminus_core::ports::{FailureKind, PortError};

/// Asks for TLS, before anything else is said.
const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];
/// The version of the protocol: 3.0.
const VERSION: [u8; 4] = [0, 3, 0, 0];
/// How long a message may be, and how many may come before what is waited for.
const LONGEST: usize = 16 * 1024;
const MANY: usize = 256;
/// How many letters of an error are told.
const WORDS: usize = 200;
const QUERY: &str = "SELECT pg_catalog.pg_is_in_recovery()";
const SCRAM: &str = "SCRAM-SHA-256";

/// Options that change who the server is to prove to be, or how, and that tminus does not obey.
const NOT_OBEYED: [&str; 5] = ["sslrootcert", "sslcert", "sslkey", "sslcrl", "channel_binding"];

/// Opens a PostgreSQL database of the plan.
pub fn open_postgresql(kind: &ConnectKind, deps: &Deps) -> Option<Arc<dyn ConnectedService>> {
    let ConnectKind::PostgreSql(settings) = kind else { return None };
    let (settings, secrets) = (settings.clone(), deps.secrets.clone());
    Some(Arc::new(PostgreSqlService { settings, secrets, trust: WireTrust::default() }))
}

struct PostgreSqlService {
    settings: PostgreSqlConnect,
    secrets: Arc<Secrets>,
    trust: WireTrust,
}

#[async_trait]
impl ConnectedService for PostgreSqlService {
    fn question(&self) -> String {
        format!("{QUERY} of the PostgreSQL server")
    }

    async fn connect(&self, _within: Duration) -> Result<ConnectAnswer, PortError> {
        let address = self.secrets.resolve(&self.settings.url).await?;
        let place = ServerAddress::read(&address, (&["postgresql", "postgres"], 5432), self.secrets.mask())?;
        said(&place, &self.trust).await
    }
}

/// Whether the connection goes over TLS.
#[derive(Clone, Copy, PartialEq, Eq)]
enum TlsUse {
    Never,
    WhereOffered,
    Always,
}

impl TlsUse {
    /// Reads `sslmode`. TLS is always verified in full; on this machine it is used where the address asks for it.
    fn of(place: &ServerAddress) -> Result<Self, PortError> {
        let malformed = |why: String| {
            PortError::new(FailureKind::Malformed, "the address of the server cannot be used").because(why)
        };
        if let Some(option) = NOT_OBEYED.iter().find(|option| place.option(option).is_some()) {
            return Err(malformed(format!("`{option}` is not available in this build")));
        }
        match place.option("sslmode") {
            Some("disable") => Ok(Self::Never),
            Some("require" | "verify-ca" | "verify-full") => Ok(Self::Always),
            None | Some("allow" | "prefer") if place.is_loopback() => Ok(Self::Never),
            None | Some("allow" | "prefer") => Ok(Self::WhereOffered),
            Some(_) => Err(malformed("its `sslmode` is none of PostgreSQL".to_owned())),
        }
    }
}

/// Connects, and says everything to a server.
async fn said(place: &ServerAddress, trust: &WireTrust) -> Result<ConnectAnswer, PortError> {
    let tls = TlsUse::of(place)?;
    let Some(user) = place.user.as_deref() else {
        let summary = "the address of the server cannot be used";
        return Err(PortError::new(FailureKind::Malformed, summary).because("it names no user"));
    };
    let database = if place.path.is_empty() { user } else { &place.path };
    let mut wire = Wire::dial(&place.host, place.port).await?;
    let mut is_private = place.is_loopback();
    if tls != TlsUse::Never {
        wire.send(&SSL_REQUEST).await?;
        match (wire.exactly(1).await?.as_slice(), tls) {
            (b"S", _) => {
                wire = wire.secured(trust).await?;
                is_private = true;
            }
            (b"N", TlsUse::Always) => {
                return Ok(Err(format!("{} offers no TLS, and the address wants it", place.host)));
            }
            (b"N", TlsUse::WhereOffered | TlsUse::Never) => {}
            _ => return Err(wire.senseless("it does not speak the protocol of PostgreSQL")),
        }
    }
    let mut session = PostgreSqlSession { wire, place, user, database, is_private };
    let ended = session.run().await;
    // A server that is told goodbye logs no error; nothing depends on whether it hears it.
    let _ = session.send(b'X', &[]).await;
    match ended {
        Ok(says) => Ok(Ok(says)),
        Err(SessionEnd::Refused(why)) => Ok(Err(why)),
        Err(SessionEnd::Failed(failure)) => Err(failure),
    }
}

/// Why a session did not come to its end.
enum SessionEnd {
    /// The server says no.
    Refused(String),
    /// It said nothing of use.
    Failed(PortError),
}

impl From<PortError> for SessionEnd {
    fn from(failure: PortError) -> Self {
        Self::Failed(failure)
    }
}

struct PostgreSqlSession<'a> {
    wire: Wire,
    place: &'a ServerAddress,
    user: &'a str,
    database: &'a str,
    is_private: bool,
}

impl PostgreSqlSession<'_> {
    async fn run(&mut self) -> Result<String, SessionEnd> {
        self.start().await?;
        let accepted = self.log_in().await?;
        self.wait_until_ready().await?;
        let is_standby = self.query().await?;
        if !is_standby {
            return Ok(format!("it answers a query, and {accepted}"));
        }
        if matches!(self.place.option("target_session_attrs"), Some("read-write" | "primary")) {
            let why = format!("{} is a standby in recovery, and the address wants a primary", self.place.host);
            return Err(SessionEnd::Refused(why));
        }
        Ok(format!("it answers a query as a standby in recovery, which only reads, and {accepted}"))
    }

    async fn start(&mut self) -> Result<(), SessionEnd> {
        let mut body = VERSION.to_vec();
        for text in ["user", self.user, "database", self.database, "application_name", "tminus"] {
            body.extend(self.text(text)?);
        }
        body.push(0);
        let length = (body.len() + 4) as u32;
        Ok(self.wire.send(&[&length.to_be_bytes()[..], &body].concat()).await?)
    }

    /// Proves who asks, as the server wants it; returns how in words.
    async fn log_in(&mut self) -> Result<String, SessionEnd> {
        let body = self.next(b'R').await?;
        match authentication(&body) {
            Some((0, _)) => Ok("asks for no password".to_owned()),
            Some((3, _)) if !self.is_private => Err(SessionEnd::Refused(format!(
                "{} wants the password in the clear over a connection without TLS: it was not sent",
                self.place.host
            ))),
            Some((3, _)) => {
                let password = self.password()?;
                let text = self.text(password.expose_secret())?;
                self.send(b'p', &text).await?;
                self.accepted().await
            }
            Some((10, mechanisms)) if mechanisms.split(|byte| *byte == 0).any(|name| name == SCRAM.as_bytes()) => {
                self.scram().await
            }
            Some((5, _)) => Err(self.unspoken("an MD5 password").into()),
            Some((7..=9, _)) => Err(self.unspoken("GSSAPI or SSPI").into()),
            Some((10, _)) => Err(self.unspoken("another mechanism than SCRAM-SHA-256").into()),
            Some(_) | None => Err(self.wire.senseless("it asks for a password in a way that is not known").into()),
        }
    }

    fn unspoken(&self, what: &str) -> PortError {
        let summary = format!("{} asks for {what}, which tminus does not speak", self.place.host);
        PortError::new(FailureKind::Unavailable, summary).because("whether it takes the password is not known")
    }

    async fn scram(&mut self) -> Result<String, SessionEnd> {
        let password = self.password()?;
        // The name that counts is that of the start of the session.
        let exchange = ScramExchange::begin("").map_err(|why| self.wire.senseless(&why))?;
        let first = exchange.first();
        let mut body = self.text(SCRAM)?;
        body.extend((first.len() as u32).to_be_bytes());
        body.extend(first.as_bytes());
        self.send(b'p', &body).await?;
        let challenge = self.sasl(11).await?;
        let answered = tokio::task::spawn_blocking(move || exchange.answer(&challenge, &password)).await;
        let answered = answered.map_err(|error| self.wire.senseless(&error.to_string()))?;
        let (answer, proof): (String, ServerProof) = answered.map_err(|why| self.wire.senseless(&why))?;
        self.send(b'p', answer.as_bytes()).await?;
        if !proof.is_in(&self.sasl(12).await?) {
            return Err(self.wire.senseless("it does not prove that it knows the password").into());
        }
        self.accepted().await
    }

    /// Reads a step of the exchange.
    async fn sasl(&mut self, wanted: u32) -> Result<String, SessionEnd> {
        let body = self.next(b'R').await?;
        match authentication(&body) {
            Some((code, says)) if code == wanted => Ok(String::from_utf8_lossy(says).into_owned()),
            Some(_) | None => Err(self.wire.senseless("it leaves out a step of the exchange of passwords").into()),
        }
    }

    async fn accepted(&mut self) -> Result<String, SessionEnd> {
        let body = self.next(b'R').await?;
        match authentication(&body) {
            Some((0, _)) => Ok(format!("takes the password of {}", self.user)),
            Some(_) | None => Err(self.wire.senseless("it asks for a password twice").into()),
        }
    }

    fn password(&self) -> Result<SecretString, SessionEnd> {
        let none = || SessionEnd::Refused(format!("{} wants a password, and the address has none", self.place.host));
        self.place.password.clone().ok_or_else(none)
    }

    /// Waits until the server takes a query.
    async fn wait_until_ready(&mut self) -> Result<(), SessionEnd> {
        self.next(b'Z').await.map(|_| ())
    }

    /// Asks whether the server is in recovery.
    async fn query(&mut self) -> Result<bool, SessionEnd> {
        let text = self.text(QUERY)?;
        self.send(b'Q', &text).await?;
        let row = self.next(b'D').await?;
        self.wait_until_ready().await?;
        match row.as_slice() {
            [0, 1, 0, 0, 0, 1, b't'] => Ok(true),
            [0, 1, 0, 0, 0, 1, b'f'] => Ok(false),
            _ => Err(self.wire.senseless("it answers another question").into()),
        }
    }

    async fn send(&mut self, kind: u8, body: &[u8]) -> Result<(), PortError> {
        let length = (body.len() + 4) as u32;
        self.wire.send(&[&[kind][..], &length.to_be_bytes(), body].concat()).await
    }

    /// Reads until a message of a kind comes; an error that comes first ends the session.
    async fn next(&mut self, wanted: u8) -> Result<Vec<u8>, SessionEnd> {
        for _ in 0..MANY {
            let head = self.wire.exactly(5).await?;
            let [kind, length @ ..] = head.as_slice() else { break };
            let length = length.iter().fold(0, |sum: usize, byte| sum << 8 | usize::from(*byte));
            if !kind.is_ascii_alphabetic() || !(4..=LONGEST).contains(&length) {
                return Err(self.wire.senseless("it does not speak the protocol of PostgreSQL").into());
            }
            let body = self.wire.exactly(length - 4).await?;
            match kind {
                b'E' => return Err(SessionEnd::Refused(self.refused(&body))),
                kind if *kind == wanted => return Ok(body),
                // Notices, settings of the server, the key to cancel by, what a row consists of, that a query is done.
                b'N' | b'S' | b'K' | b'T' | b'C' => {}
                _ => break,
            }
        }
        Err(self.wire.senseless("it answers another question").into())
    }

    /// Says what an error means.
    fn refused(&self, body: &[u8]) -> String {
        let field = |name: u8| {
            let fields = body.split(|byte| *byte == 0);
            let found = fields.into_iter().find_map(|field| field.strip_prefix(&[name]));
            String::from_utf8_lossy(found.unwrap_or_default()).chars().take(WORDS).collect::<String>()
        };
        let (host, user, code, says) = (&self.place.host, self.user, field(b'C'), field(b'M'));
        match code.as_str() {
            "28P01" => format!("{host} refuses the password of {user}"),
            "28000" => format!("{host} does not let {user} in: {says}"),
            "3D000" => format!("{host} has no database {}", self.database),
            "53300" => format!("{host} has too many connections: {says}"),
            // Starting up, shutting down, in recovery.
            "57P03" => format!("{host} takes no connection yet: {says}"),
            _ => format!("{host} refuses: {says} ({code})"),
        }
    }

    /// Returns a text as the protocol has it, with its end.
    fn text(&self, text: &str) -> Result<Vec<u8>, PortError> {
        if text.contains('\0') {
            let summary = "the address of the server cannot be used";
            return Err(PortError::new(FailureKind::Malformed, summary).because("a part of it holds a NUL"));
        }
        Ok([text.as_bytes(), &[0]].concat())
    }
}

/// Takes a request for authentication apart: its code, and what follows.
fn authentication(body: &[u8]) -> Option<(u32, &[u8])> {
    let (code, rest) = body.split_first_chunk::<4>()?;
    Some((u32::from_be_bytes(*code), rest))
}

#[cfg(test)]
mod tests;
