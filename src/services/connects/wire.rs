//! One connection to a server, plain or over TLS. What the server sends is read up to a limit that the caller names; how long
//! all of it may take is the caller's too.

use rustls::ClientConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::ServerName;
use rustls_platform_verifier::Verifier;
use std::io;
use std::sync::Arc;
use tminus_core::ports::{FailureKind, PortError};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// What bytes go through, both ways.
trait Duplex: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Duplex for T {}

/// What a certificate is verified by: this machine, where nothing else is named.
#[derive(Clone, Default)]
pub(super) struct WireTrust(pub(super) Option<Arc<ClientConfig>>);

/// A connection.
pub(super) struct Wire {
    stream: Box<dyn Duplex>,
    host: String,
}

impl Wire {
    /// Connects to the first address of a host that takes the connection.
    pub(super) async fn dial(host: &str, port: u16) -> Result<Self, PortError> {
        let stream = TcpStream::connect((host, port)).await;
        let stream = stream.map_err(|error| unreachable(&format!("{host}:{port} cannot be reached"), &error))?;
        Ok(Self { stream: Box::new(stream), host: host.to_owned() })
    }

    /// Goes on over TLS; a certificate that is not trusted ends it.
    pub(super) async fn secured(self, trust: &WireTrust) -> Result<Self, PortError> {
        let Self { stream, host } = self;
        let connector = TlsConnector::from(trust.config().await?);
        let named = ServerName::try_from(host.clone());
        let named = named.map_err(PortError::by(FailureKind::Malformed, format!("{host} is no name of a host")))?;
        let stream = connector.connect(named, stream).await;
        let stream = stream.map_err(|error| unreachable(&format!("no trusted connection to {host}"), &error))?;
        Ok(Self { stream: Box::new(stream), host })
    }

    /// Sends bytes.
    pub(super) async fn send(&mut self, bytes: &[u8]) -> Result<(), PortError> {
        let sent = async {
            self.stream.write_all(bytes).await?;
            self.stream.flush().await
        };
        sent.await.map_err(|error| self.broke(&error))
    }

    /// Reads so many bytes; who asks bounds them.
    pub(super) async fn exactly(&mut self, length: usize) -> Result<Vec<u8>, PortError> {
        let mut bytes = vec![0; length];
        match self.stream.read_exact(&mut bytes).await {
            Ok(_) => Ok(bytes),
            Err(error) => Err(self.broke(&error)),
        }
    }

    /// Reads a line that ends with CR LF, without that.
    pub(super) async fn line(&mut self, longest: usize) -> Result<Vec<u8>, PortError> {
        let mut line = Vec::new();
        while !line.ends_with(b"\r\n") {
            if line.len() >= longest {
                return Err(self.senseless("it sent a line without an end"));
            }
            line.extend(self.exactly(1).await?);
        }
        line.truncate(line.len() - 2);
        Ok(line)
    }

    /// Says that an answer is none of the protocol.
    pub(super) fn senseless(&self, why: &str) -> PortError {
        PortError::new(FailureKind::Malformed, format!("the answer of {} makes no sense", self.host)).because(why)
    }

    fn broke(&self, error: &io::Error) -> PortError {
        if error.kind() == io::ErrorKind::UnexpectedEof {
            let summary = format!("{} closed the connection before it had answered", self.host);
            return PortError::new(FailureKind::Unreachable, summary);
        }
        unreachable(&format!("the connection to {} broke", self.host), error)
    }
}

fn unreachable(summary: &str, error: &io::Error) -> PortError {
    PortError::new(FailureKind::Unreachable, summary).because(error.to_string())
}

impl WireTrust {
    async fn config(&self) -> Result<Arc<ClientConfig>, PortError> {
        if let Some(config) = &self.0 {
            return Ok(config.clone());
        }
        let unusable = "the certificates that this machine trusts could not be read";
        let config = tokio::task::spawn_blocking(of_this_machine).await;
        let config = config.map_err(PortError::by(FailureKind::Unavailable, unusable))?;
        config.map_err(PortError::by(FailureKind::Unavailable, unusable))
    }
}

fn of_this_machine() -> Result<Arc<ClientConfig>, rustls::Error> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let verifier = Arc::new(Verifier::new(provider.clone())?);
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    Ok(Arc::new(config.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth()))
}
