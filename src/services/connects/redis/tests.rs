//! Against servers of the test's own on the loopback, which answer what they are told to.

use super::*;
use rcgen::{CertificateParams, CertifiedIssuer, KeyPair};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use secrecy::SecretString;
use tminus_core::mask::Mask;
use tminus_core::ports::FailureKind;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// Answers one command after another, and then closes the connection.
async fn play(mut stream: impl AsyncRead + AsyncWrite + Unpin, answers: Vec<&'static [u8]>) -> Vec<u8> {
    let mut heard = Vec::new();
    for answer in answers {
        let mut command = vec![0; 4096];
        let Ok(length) = stream.read(&mut command).await else { break };
        heard.extend_from_slice(&command[..length]);
        if stream.write_all(answer).await.is_err() {
            break;
        }
    }
    heard
}

/// Asks a server that gives these answers, at an address with these credentials; returns what it heard too.
async fn asked(
    (credentials, path): (&str, &str),
    answers: Vec<&'static [u8]>,
) -> (Result<ConnectAnswer, PortError>, Vec<u8>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("redis://{credentials}{}{path}", listener.local_addr().unwrap());
    let served = async { play(listener.accept().await.unwrap().0, answers).await };
    tokio::join!(answer_at(&address, WireTrust::default()), served)
}

async fn answer_at(address: &str, trust: WireTrust) -> Result<ConnectAnswer, PortError> {
    let address = SecretString::from(address.to_owned());
    let place = ServerAddress::read(&address, (&["redis", "rediss"], 6379), &Mask::new())?;
    let mut wire = Wire::dial(&place.host, place.port).await?;
    if place.scheme == "rediss" {
        wire = wire.secured(&trust).await?;
    }
    said(&mut wire, &place).await
}

#[tokio::test]
async fn a_server_that_takes_the_password_and_answers_ping_lets_in() {
    let (answer, heard) = asked(("deploy:s3cret@", "/2"), vec![b"+OK\r\n", b"+OK\r\n", b"+PONG\r\n"]).await;
    assert_eq!(answer.unwrap(), Ok("it answers PING, and takes the password of deploy".to_owned()));
    let wanted =
        "*3\r\n$4\r\nAUTH\r\n$6\r\ndeploy\r\n$6\r\ns3cret\r\n*2\r\n$6\r\nSELECT\r\n$1\r\n2\r\n*1\r\n$4\r\nPING\r\n";
    assert_eq!(String::from_utf8(heard).unwrap(), wanted);
    let (answer, _) = asked(("", ""), vec![b"+PONG\r\n"]).await;
    assert_eq!(answer.unwrap(), Ok("it answers PING, and asks for no password".to_owned()));
}

#[tokio::test]
async fn every_refusal_has_its_own_words() {
    let with = "deploy:s3cret@";
    for (credentials, path, answers, says) in [
        (with, "", vec![&b"-WRONGPASS invalid username-password pair\r\n"[..]], "refuses the password of deploy"),
        (":s3cret@", "", vec![b"-ERR invalid password\r\n"], "refuses the password of the default user"),
        ("", "", vec![b"-NOAUTH Authentication required.\r\n"], "wants a password, and the address has none"),
        (
            ":s3cret@",
            "",
            vec![b"-ERR AUTH <password> called without any password configured for the default user.\r\n"],
            "has no password, and the address names one",
        ),
        (
            with,
            "",
            vec![b"+OK\r\n", b"-LOADING Redis is loading the dataset in memory\r\n"],
            "is still loading its data",
        ),
        (with, "", vec![b"+OK\r\n", b"-MASTERDOWN Link with MASTER is down\r\n"], "has lost its master"),
        (with, "", vec![b"+OK\r\n", b"-NOPERM this user has no permissions\r\n"], "who may not use PING"),
        (with, "/99", vec![b"+OK\r\n", b"-ERR DB index is out of range\r\n"], "refuses SELECT: ERR DB index is out of"),
        ("", "", vec![b"-ERR max number of clients reached\r\n"], "refuses PING: ERR max number of clients reached"),
    ] {
        let (answer, _) = asked((credentials, path), answers).await;
        let why = answer.unwrap().unwrap_err();
        assert!(why.starts_with("127.0.0.1 ") && why.contains(says) && !why.contains("s3cret"), "{why}");
    }
}

#[tokio::test]
async fn a_server_that_is_none_says_nothing() {
    for (answers, says) in [
        (vec![&b"HTTP/1.1 400 Bad Request\r\n\r\n"[..]], "does not speak the protocol of Redis"),
        (vec![b"+OK\r\n"], "it answers another question"),
        (vec![b"+PONG"], "closed the connection before it had answered"),
        (vec![], "closed the connection before it had answered"),
        (vec![&[b'+'; 4000]], "a line without an end"),
        (vec![b"$-1\r\n"], "does not speak the protocol of Redis"),
    ] {
        let (answer, _) = asked(("", ""), answers).await;
        let why = answer.unwrap_err().sentence();
        assert!(why.contains(says) || why.contains("broke"), "{says}: {why}");
    }
}

#[tokio::test]
async fn a_closed_port_is_no_answer() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("redis://{}", listener.local_addr().unwrap());
    drop(listener);
    let failure = answer_at(&address, WireTrust::default()).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Unreachable);
    assert!(failure.sentence().contains("cannot be reached"), "{failure:?}");
}

#[tokio::test]
async fn over_tls_only_a_certificate_that_is_trusted_gets_the_password() {
    let root = CertifiedIssuer::self_signed(CertificateParams::new(Vec::new()).unwrap(), KeyPair::generate().unwrap());
    let (root, key) = (root.unwrap(), KeyPair::generate().unwrap());
    let leaf = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap().signed_by(&key, &root).unwrap();
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let server = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()));
    let server = server.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
    let acceptor = TlsAcceptor::from(Arc::new(server.with_single_cert(vec![leaf.der().clone()], key).unwrap()));
    let asked = async |trust: WireTrust| {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("rediss://:s3cret@{}", listener.local_addr().unwrap());
        let served = async {
            let stream = acceptor.accept(listener.accept().await.unwrap().0).await.ok()?;
            Some(play(stream, vec![b"+OK\r\n", b"+PONG\r\n"]).await)
        };
        tokio::join!(answer_at(&address, trust), served)
    };
    let mut roots = RootCertStore::empty();
    roots.add(AsRef::<rcgen::Certificate>::as_ref(&root).der().clone()).unwrap();
    let client = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()));
    let client = client.with_safe_default_protocol_versions().unwrap();
    let trusting = WireTrust(Some(Arc::new(client.with_root_certificates(roots).with_no_client_auth())));
    assert_eq!(asked(trusting).await.0.unwrap(), Ok("it answers PING, and takes the password".to_owned()));
    let (answer, heard) = asked(WireTrust::default()).await;
    assert!(answer.unwrap_err().sentence().contains("no trusted connection to 127.0.0.1"));
    assert_eq!(heard, None, "nothing was sent");
}
