//! SCRAM-SHA-256 from the client's side (RFC 5802, RFC 7677), without channel binding: each side proves that it knows the
//! password, and neither sends it.

use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign};
use aws_lc_rs::{constant_time, digest, pbkdf2};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use secrecy::{ExposeSecret as _, SecretString};
use std::num::NonZeroU32;

/// The header that says that no channel is bound.
const HEADER: &str = "n,,";

/// How often a password is hashed: fewer rounds make it easy to guess for who heard the exchange (RFC 7677, section 4), and a
/// server that asks for more than anybody uses only makes tminus compute.
const ROUNDS: std::ops::RangeInclusive<u32> = 4096..=1_000_000;

/// An exchange that has begun.
pub(super) struct ScramExchange {
    nonce: String,
    bare: String,
}

/// What the server must prove at the end.
pub(super) struct ServerProof(Vec<u8>);

impl ScramExchange {
    /// Begins for a user, with a nonce that nobody can guess.
    pub(super) fn begin(user: &str) -> Result<Self, String> {
        let mut nonce = [0; 18];
        aws_lc_rs::rand::fill(&mut nonce).map_err(|_| "this machine gives no random numbers".to_owned())?;
        Ok(Self::with_nonce(user, &BASE64_STANDARD.encode(nonce)))
    }

    fn with_nonce(user: &str, nonce: &str) -> Self {
        let user = user.replace('=', "=3D").replace(',', "=2C");
        Self { nonce: nonce.to_owned(), bare: format!("n={user},r={nonce}") }
    }

    /// Returns the first message.
    pub(super) fn first(&self) -> String {
        format!("{HEADER}{}", self.bare)
    }

    /// Returns the answer to the server's first message, and what the server must prove then. It computes for a while.
    pub(super) fn answer(&self, server_first: &str, password: &SecretString) -> Result<(String, ServerProof), String> {
        let field = |name: &str| server_first.split(',').find_map(|field| field.strip_prefix(name));
        let malformed = || "it sent a challenge that cannot be read".to_owned();
        let nonce = field("r=").ok_or_else(malformed)?;
        if nonce.len() <= self.nonce.len() || !nonce.starts_with(&self.nonce) {
            return Err("it answers the challenge of somebody else".to_owned());
        }
        let salt = field("s=").and_then(|salt| BASE64_STANDARD.decode(salt).ok()).ok_or_else(malformed)?;
        let rounds: u32 = field("i=").and_then(|rounds| rounds.parse().ok()).ok_or_else(malformed)?;
        let rounds = NonZeroU32::new(rounds).filter(|rounds| ROUNDS.contains(&rounds.get()));
        let rounds = rounds.ok_or_else(|| {
            format!("it asks to hash the password fewer than {} or more than {} times", ROUNDS.start(), ROUNDS.end())
        })?;
        let salted = salted(password.expose_secret(), &salt, rounds)?;
        let last = format!("c={},r={nonce}", BASE64_STANDARD.encode(HEADER));
        let signed = format!("{},{server_first},{last}", self.bare);
        let hmac = |key: &[u8], text: &[u8]| sign(&Key::new(HMAC_SHA256, key), text);
        let client_key = hmac(&salted, b"Client Key");
        let stored_key = digest::digest(&digest::SHA256, client_key.as_ref());
        let signature = hmac(stored_key.as_ref(), signed.as_bytes());
        let proof: Vec<u8> = client_key.as_ref().iter().zip(signature.as_ref()).map(|(key, sign)| key ^ sign).collect();
        let server = hmac(hmac(&salted, b"Server Key").as_ref(), signed.as_bytes());
        Ok((format!("{last},p={}", BASE64_STANDARD.encode(proof)), ServerProof(server.as_ref().to_vec())))
    }
}

impl ServerProof {
    /// Says whether the server's last message proves that it knows the password.
    pub(super) fn is_in(&self, server_final: &str) -> bool {
        let signature = server_final.split(',').find_map(|field| field.strip_prefix("v="));
        let signature = signature.and_then(|signature| BASE64_STANDARD.decode(signature).ok());
        signature.is_some_and(|signature| constant_time::verify_slices_are_equal(&signature, &self.0).is_ok())
    }
}

/// Hashes a password. One that SASLprep (RFC 4013) may change is refused: that is every one beyond printable ASCII.
fn salted(password: &str, salt: &[u8], rounds: NonZeroU32) -> Result<[u8; 32], String> {
    if !password.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Err(
            "the password has letters beyond printable ASCII, which tminus does not prepare for SCRAM".to_owned()
        );
    }
    let mut hashed = [0; 32];
    pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, rounds, salt, password.as_bytes(), &mut hashed);
    Ok(hashed)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SERVER_FIRST: &str = "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
    const SERVER_FINAL: &str = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

    fn answered(server_first: &str, password: &str) -> Result<(String, ServerProof), String> {
        let exchange = ScramExchange::with_nonce("user", "rOprNGfwEbeRWgbNEkqO");
        assert_eq!(exchange.first(), "n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
        exchange.answer(server_first, &SecretString::from(password.to_owned()))
    }

    #[test]
    fn the_exchange_of_rfc_7677_comes_out_as_it_is_printed_there() {
        let (answer, proof) = answered(SERVER_FIRST, "pencil").unwrap();
        let wanted = "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
        assert_eq!(answer, wanted);
        assert!(proof.is_in(SERVER_FINAL));
        assert!(!proof.is_in("v=AAAA") && !proof.is_in("e=other-error") && !proof.is_in(""));
        let (_, other) = answered(SERVER_FIRST, "pencils").unwrap();
        assert!(!other.is_in(SERVER_FINAL));
    }

    #[test]
    fn a_challenge_that_is_none_is_refused() {
        let why = |server_first: &str, password| answered(server_first, password).err().unwrap_or_default();
        assert!(why("r=somebodyelse,s=W22Z,i=4096", "x").contains("of somebody else"));
        assert!(why("r=rOprNGfwEbeRWgbNEkqO,s=W22Z,i=4096", "x").contains("of somebody else"));
        for challenge in ["", "s=W22Z,i=4096", "r=rOprNGfwEbeRWgbNEkqOx,i=4096", "r=rOprNGfwEbeRWgbNEkqOx,s=?,i=4096"] {
            assert!(why(challenge, "x").contains("cannot be read"), "{challenge}");
        }
        for rounds in ["1", "4095", "1000001"] {
            let challenge = format!("r=rOprNGfwEbeRWgbNEkqOx,s=W22Z,i={rounds}");
            assert!(why(&challenge, "x").contains("fewer than 4096"), "{rounds}");
        }
        assert!(why(SERVER_FIRST, "pässword").contains("beyond printable ASCII"));
    }
}
