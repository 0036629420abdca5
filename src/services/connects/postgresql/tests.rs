//! Against servers of the test's own on the loopback, which answer what they are told to; tests/adversarial asks a real one.

use super::*;
use tminus_core::mask::Mask;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    [&[kind][..], &((body.len() + 4) as u32).to_be_bytes(), body].concat()
}

fn error(code: &str, says: &str) -> Vec<u8> {
    message(b'E', format!("SFATAL\0C{code}\0M{says}\0\0").as_bytes())
}

/// Asks a server that gives these answers, one to each message; returns what it heard too.
async fn asked((credentials, rest): (&str, &str), answers: &[Vec<u8>]) -> (Result<ConnectAnswer, PortError>, Vec<u8>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("postgresql://{credentials}{}{rest}", listener.local_addr().unwrap());
    let served = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        let (mut heard, mut bytes) = (Vec::new(), vec![0; 4096]);
        for answer in answers {
            let Ok(length) = stream.read(&mut bytes).await else { break };
            heard.extend_from_slice(&bytes[..length]);
            if stream.write_all(answer).await.is_err() {
                break;
            }
        }
        heard
    };
    let asks = async {
        let address = SecretString::from(address.clone());
        let place = ServerAddress::read(&address, (&["postgresql"], 5432), &Mask::new()).unwrap();
        said(&place, &WireTrust::default()).await
    };
    tokio::join!(asks, served)
}

const WITH: &str = "deploy:s3cret@";
const OK: [u8; 9] = [b'R', 0, 0, 0, 8, 0, 0, 0, 0];
const READY: [u8; 6] = [b'Z', 0, 0, 0, 5, b'I'];

fn row(value: u8) -> Vec<u8> {
    [message(b'T', &[0, 0]), message(b'D', &[0, 1, 0, 0, 0, 1, value]), message(b'C', b"SELECT 1\0"), READY.to_vec()]
        .concat()
}

#[tokio::test]
async fn a_server_that_takes_the_password_and_answers_a_query_lets_in() {
    let settings = message(b'S', b"server_version\x0015\0");
    let in_clear = [message(b'R', &[0, 0, 0, 3]), [&OK[..], &settings, &READY].concat(), row(b'f')];
    let (answer, heard) = asked((WITH, "/shop"), &in_clear).await;
    assert_eq!(answer.unwrap(), Ok("it answers a query, and takes the password of deploy".to_owned()));
    let heard = String::from_utf8_lossy(&heard).into_owned();
    assert!(heard.contains("user\0deploy\0database\0shop\0") && heard.contains("s3cret\0"), "{heard:?}");
    let (answer, _) = asked((WITH, ""), &[[&OK[..], &READY].concat(), row(b't')]).await;
    let says = "it answers a query as a standby in recovery, which only reads, and asks for no password";
    assert_eq!(answer.unwrap(), Ok(says.to_owned()));
}

#[tokio::test]
async fn every_refusal_has_its_own_words() {
    let begun = || [&OK[..], &READY].concat();
    for (credentials, rest, answers, says) in [
        (WITH, "", vec![error("28P01", "password authentication failed")], "refuses the password of deploy"),
        (WITH, "", vec![error("28000", "no pg_hba.conf entry")], "does not let deploy in: no pg_hba.conf entry"),
        (WITH, "/shop", vec![error("3D000", "x")], "has no database shop"),
        (WITH, "", vec![error("53300", "sorry, too many clients already")], "has too many connections: sorry"),
        (WITH, "", vec![error("57P03", "the database system is starting up")], "takes no connection yet: the database"),
        ("deploy@", "", vec![message(b'R', &[0, 0, 0, 3])], "wants a password, and the address has none"),
        (WITH, "", vec![begun(), error("42501", "permission denied")], "refuses: permission denied (42501)"),
        (WITH, "?sslmode=require", vec![b"N".to_vec()], "offers no TLS, and the address wants it"),
        (
            WITH,
            "?target_session_attrs=read-write",
            vec![begun(), row(b't')],
            "is a standby in recovery, and the address wants a primary",
        ),
    ] {
        let (answer, _) = asked((credentials, rest), &answers).await;
        let why = answer.unwrap().unwrap_err();
        assert!(why.starts_with("127.0.0.1 ") && why.contains(says) && !why.contains("s3cret"), "{why}");
    }
}

#[tokio::test]
async fn an_answer_that_says_nothing_is_no_answer() {
    let scram = message(b'R', b"\0\0\0\x0aSCRAM-SHA-256\0\0");
    for (rest, answers, says) in [
        ("", vec![b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec()], "does not speak the protocol of PostgreSQL"),
        ("", vec![vec![b'R', 0xff, 0xff, 0xff, 0xff]], "does not speak the protocol of PostgreSQL"),
        ("", vec![message(b'R', &[0, 0, 0, 5, 1, 2, 3, 4])], "asks for an MD5 password, which tminus does not speak"),
        ("", vec![message(b'R', b"\0\0\0\x0aOTHER\0\0")], "another mechanism than SCRAM-SHA-256"),
        ("", vec![scram.clone(), OK.to_vec()], "leaves out a step of the exchange"),
        ("", vec![scram, message(b'R', b"\0\0\0\x0br=x,s=W22Z,i=4096")], "the challenge of somebody else"),
        ("", vec![OK.to_vec()], "closed the connection before it had answered"),
        ("", vec![[&OK[..], &READY].concat(), row(b'x')], "it answers another question"),
        ("", vec![message(b'N', b"\0").repeat(300)], "it answers another question"),
        ("?sslmode=require", vec![b"S".to_vec(), b"garbage".to_vec()], "no trusted connection to 127.0.0.1"),
        ("?sslrootcert=x", vec![], "`sslrootcert` is not available in this build"),
        ("?sslmode=maybe", vec![], "its `sslmode` is none of PostgreSQL"),
    ] {
        let listens = tokio::time::timeout(Duration::from_secs(20), asked((WITH, rest), &answers));
        let why = match answers.is_empty() {
            // Nobody is asked at all.
            true => unasked(rest).await,
            false => listens.await.unwrap().0.unwrap_err().sentence(),
        };
        assert!(why.contains(says) || why.contains("broke"), "{says}: {why}");
    }
}

async fn unasked(rest: &str) -> String {
    let address = SecretString::from(format!("postgresql://{WITH}127.0.0.1:1{rest}"));
    let place = ServerAddress::read(&address, (&["postgresql"], 5432), &Mask::new()).unwrap();
    said(&place, &WireTrust::default()).await.unwrap_err().sentence()
}
