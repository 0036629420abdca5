//! Against a member of the test's own on the loopback, which does the server's side of SCRAM truly.

use super::address::MongoAddress;
use super::bson::{BsonDocument, BsonValue};
use super::service::said;
use crate::connects::ConnectAnswer;
use crate::connects::wire::WireTrust;
use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign};
use aws_lc_rs::{digest, pbkdf2};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use secrecy::SecretString;
use std::num::NonZeroU32;
use tminus_core::mask::Mask;
use tminus_core::ports::PortError;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

const SALT: &[u8] = b"sixteen bytes of";

/// What a member says of itself.
#[derive(Clone, Default)]
struct Played {
    /// What `hello` answers beside `ok`.
    hello: BsonDocument,
    /// The password of `deploy`, where there is a login.
    password: Option<&'static str>,
    /// Whether its last message proves nothing.
    is_impostor: bool,
}

fn text(text: &str) -> BsonValue {
    BsonValue::Text(text.to_owned())
}

fn document() -> BsonDocument {
    BsonDocument::default()
}

fn ok() -> BsonDocument {
    document().with("ok", BsonValue::Number(1))
}

fn refusal(code: i64, says: &str) -> BsonDocument {
    document().with("ok", BsonValue::Number(0)).with("errmsg", text(says)).with("code", BsonValue::Number(code))
}

fn primary() -> BsonDocument {
    document().with("isWritablePrimary", BsonValue::Flag(true))
}

/// One login: what both sides sign, and what the password makes of it.
#[derive(Default)]
struct PlayedLogin {
    bare: String,
    challenge: String,
}

impl PlayedLogin {
    fn begin(&mut self, payload: &[u8]) -> Vec<u8> {
        self.bare = String::from_utf8_lossy(payload).strip_prefix("n,,").unwrap().to_owned();
        let nonce = self.bare.split("r=").nth(1).unwrap();
        self.challenge = format!("r={nonce}server,s={},i=4096", BASE64_STANDARD.encode(SALT));
        self.challenge.clone().into_bytes()
    }

    /// Checks the client's proof as RFC 5802 says; returns the server's own.
    fn end(&self, payload: &[u8], password: &str) -> Option<Vec<u8>> {
        let last = String::from_utf8_lossy(payload).into_owned();
        let (without, proof) = last.split_once(",p=")?;
        let mut salted = [0; 32];
        let rounds = NonZeroU32::new(4096).unwrap();
        pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, rounds, SALT, password.as_bytes(), &mut salted);
        let hmac = |key: &[u8], text: &[u8]| sign(&Key::new(HMAC_SHA256, key), text).as_ref().to_vec();
        let stored = digest::digest(&digest::SHA256, &hmac(&salted, b"Client Key"));
        let signed = format!("{},{},{without}", self.bare, self.challenge);
        let signature = hmac(stored.as_ref(), signed.as_bytes());
        let proof = BASE64_STANDARD.decode(proof).ok()?;
        let key: Vec<u8> = proof.iter().zip(&signature).map(|(proof, sign)| proof ^ sign).collect();
        let is_known = digest::digest(&digest::SHA256, &key).as_ref() == stored.as_ref();
        let server = hmac(&hmac(&salted, b"Server Key"), signed.as_bytes());
        is_known.then(|| format!("v={}", BASE64_STANDARD.encode(server)).into_bytes())
    }
}

async fn read(stream: &mut TcpStream) -> Option<(Vec<u8>, BsonDocument)> {
    let length = stream.read_u32_le().await.ok()? as usize;
    let mut rest = vec![0; length - 4];
    stream.read_exact(&mut rest).await.ok()?;
    Some((rest[..4].to_vec(), BsonDocument::decoded(&rest[17..]).unwrap()))
}

async fn serve(mut stream: TcpStream, played: Played) {
    let (mut login, mut is_known) = (PlayedLogin::default(), played.password.is_none());
    while let Some((id, command)) = read(&mut stream).await {
        let payload = command.bytes("payload").unwrap_or_default();
        let step = |payload: Vec<u8>, done| {
            let step = ok().with("conversationId", BsonValue::Number(1)).with("done", BsonValue::Flag(done));
            step.with("payload", BsonValue::Bytes(payload))
        };
        let reply = if command.number("hello").is_some() {
            played.hello.clone().with("ok", BsonValue::Number(1))
        } else if command.number("saslStart").is_some() {
            step(login.begin(payload), false)
        } else if command.number("saslContinue").is_some() {
            match login.end(payload, played.password.unwrap_or_default()) {
                Some(_) if played.is_impostor => step(b"v=AAAA".to_vec(), true),
                Some(proof) => {
                    is_known = true;
                    step(proof, true)
                }
                None => refusal(18, "Authentication failed."),
            }
        } else if command.number("listDatabases").is_some() && !is_known {
            refusal(13, "Command listDatabases requires authentication")
        } else {
            ok()
        };
        let body = reply.encoded();
        let mut bytes = ((21 + body.len()) as u32).to_le_bytes().to_vec();
        bytes.extend([0; 4]);
        bytes.extend(id);
        bytes.extend(2013_u32.to_le_bytes());
        bytes.extend([0; 5]);
        bytes.extend(body);
        if stream.write_all(&bytes).await.is_err() {
            return;
        }
    }
}

/// Asks a member that is played so, with this before and after its address.
async fn asked((before, after): (&str, &str), played: Played) -> Result<ConnectAnswer, PortError> {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("mongodb://{before}{}{after}", listener.local_addr().unwrap());
    let served = async {
        loop {
            serve(listener.accept().await.unwrap().0, played.clone()).await;
        }
    };
    tokio::select! { answer = ask(&address) => answer, () = served => unreachable!() }
}

async fn ask(address: &str) -> Result<ConnectAnswer, PortError> {
    let address = MongoAddress::read(&SecretString::from(address.to_owned()), &Mask::new())?;
    said(&address, &WireTrust::default()).await
}

const WITH: &str = "deploy:correct-horse@";

#[tokio::test]
async fn the_right_password_lets_in_and_a_wrong_one_does_not() {
    let played = Played { hello: primary(), password: Some("correct-horse"), is_impostor: false };
    let right = asked((WITH, "/?authSource=admin"), played.clone()).await;
    assert_eq!(right.unwrap(), Ok("the server answers ping, and takes the password of deploy".to_owned()));
    let wrong = asked(("deploy:wrong-horse@", "/shop"), played.clone()).await.unwrap().unwrap_err();
    assert!(wrong.contains("refuses the password of deploy in shop") && !wrong.contains("wrong-horse"), "{wrong}");
    let none = asked(("", ""), played.clone()).await.unwrap().unwrap_err();
    assert!(none.contains("wants a login, and the connection string names no user"), "{none}");
    let half = asked(("deploy@", ""), played).await.unwrap().unwrap_err();
    assert!(half.contains("names the user deploy and no password"), "{half}");
}

#[tokio::test]
async fn a_server_without_logins_says_so() {
    let answer = asked(("", ""), Played { hello: primary(), ..Played::default() }).await;
    assert_eq!(answer.unwrap(), Ok("the server answers ping, and wants no login".to_owned()));
}

#[tokio::test]
async fn a_server_that_does_not_know_the_password_itself_is_not_believed() {
    let played = Played { hello: primary(), password: Some("correct-horse"), is_impostor: true };
    let failure = asked((WITH, ""), played).await.unwrap_err();
    assert!(failure.sentence().contains("does not prove that it knows the password"), "{failure:?}");
}

#[tokio::test]
async fn a_user_of_another_mechanism_is_not_asked_for() {
    let mechanisms = BsonValue::Document(document().with("0", text("SCRAM-SHA-1")));
    let hello = primary().with("saslSupportedMechs", mechanisms);
    let failure = asked((WITH, ""), Played { hello, ..Played::default() }).await.unwrap_err();
    assert!(failure.sentence().contains("knows deploy by SCRAM-SHA-1"), "{failure:?}");
}

#[tokio::test]
async fn the_replica_set_and_its_primary_are_looked_for() {
    let named = || Played { hello: primary().with("setName", text("rs0")), ..Played::default() };
    let right = asked(("", "/?replicaSet=rs0"), named()).await;
    assert_eq!(right.unwrap(), Ok("the primary of rs0 answers ping, and wants no login".to_owned()));
    let other = asked(("", "/?replicaSet=rs1"), named()).await.unwrap().unwrap_err();
    assert!(other.contains("belongs to the replica set rs0, and not to rs1"), "{other}");
    let none = asked(("", "/?replicaSet=rs1"), Played { hello: primary(), ..Played::default() }).await;
    assert!(none.unwrap().unwrap_err().contains("belongs to no replica set"));
    let secondary = || Played { hello: document().with("setName", text("rs0")), ..Played::default() };
    let alone = asked(("", ""), secondary()).await.unwrap().unwrap_err();
    assert!(alone.contains("there is no primary"), "{alone}");
    let direct = asked(("", "/?directConnection=true"), secondary()).await;
    let says = "the member of rs0 that is not its primary answers ping, and wants no login";
    assert_eq!(direct.unwrap(), Ok(says.to_owned()));
}

#[tokio::test]
async fn a_secondary_leads_to_the_primary() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let place = listener.local_addr().unwrap().to_string();
    let served = async {
        let hello = primary().with("setName", text("rs0"));
        serve(listener.accept().await.unwrap().0, Played { hello, ..Played::default() }).await;
        std::future::pending::<()>().await
    };
    let hello = document().with("setName", text("rs0")).with("primary", text(&place));
    let asks = asked(("", ""), Played { hello, ..Played::default() });
    let answer = tokio::select! { answer = asks => answer, () = served => unreachable!() };
    assert_eq!(answer.unwrap(), Ok("the primary of rs0 answers ping, and wants no login".to_owned()));
}

#[tokio::test]
async fn what_is_no_member_says_nothing() {
    for (answer, says) in [
        (&b"HTTP/1.1 400 Bad Request\r\n\r\n"[..], "does not speak the protocol of MongoDB"),
        (&[0xff; 64][..], "does not speak the protocol of MongoDB"),
        (&b""[..], "closed the connection before it had answered"),
        // A reply of no command: a header of the right kind, and no document.
        (b"\x1a\0\0\0\0\0\0\0\x01\0\0\0\xdd\x07\0\0\0\0\0\0\0\x05\0\0\0\x01", "it answers another question"),
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("mongodb://{}", listener.local_addr().unwrap());
        let served = async {
            let mut stream = listener.accept().await.unwrap().0;
            let _ = stream.read(&mut [0; 4096]).await;
            let _ = stream.write_all(answer).await;
        };
        let (answer, ()) = tokio::join!(ask(&address), served);
        let why = answer.unwrap_err().sentence();
        assert!(why.contains(says) || why.contains("broke"), "{says}: {why}");
    }
}
