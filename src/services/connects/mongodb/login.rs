//! A login at a member of a MongoDB deployment by SCRAM-SHA-256.
//!
//! Source: the MongoDB specifications, "Authentication", SCRAM-SHA-256.

use super::super::scram::ScramExchange;
use super::bson::{BsonDocument, BsonValue};
use super::session::MemberSession;
use secrecy::SecretString;
use tminus_core::ports::{FailureKind, PortError};

/// The code of a wrong user or password.
const AUTHENTICATION_FAILED: i64 = 18;

/// Who logs in, and where.
pub(super) struct MongoLogin<'a> {
    /// The host, for messages.
    pub(super) host: &'a str,
    /// The user.
    pub(super) user: &'a str,
    /// The database that the user belongs to.
    pub(super) source: &'a str,
    /// The password.
    pub(super) password: &'a SecretString,
}

impl MongoLogin<'_> {
    /// Proves to a member who asks, and lets the member prove that it knows the password; returns why it refuses.
    pub(super) async fn run(&self, session: &mut MemberSession) -> Result<Result<(), String>, PortError> {
        let exchange = ScramExchange::begin(self.user).map_err(|why| session.senseless(&why))?;
        let options = BsonDocument::default().with("skipEmptyExchange", BsonValue::Flag(true));
        let start = BsonDocument::default()
            .with("saslStart", BsonValue::Number(1))
            .with("mechanism", BsonValue::Text("SCRAM-SHA-256".to_owned()))
            .with("payload", BsonValue::Bytes(exchange.first().into_bytes()))
            .with("options", BsonValue::Document(options));
        let begun = match session.ask(self.source, start).await? {
            Ok(begun) => begun,
            Err(refusal) => return self.refused(refusal.code, &refusal.says).map(Err),
        };
        let (challenge, conversation) = (payload(&begun), begun.number("conversationId").unwrap_or_default());
        let password = self.password.clone();
        let answered = tokio::task::spawn_blocking(move || exchange.answer(&challenge, &password)).await;
        let answered = answered.map_err(|error| session.senseless(&error.to_string()))?;
        let (answer, proof) = answered.map_err(|why| session.senseless(&why))?;
        let next = |payload: Vec<u8>| {
            BsonDocument::default()
                .with("saslContinue", BsonValue::Number(1))
                .with("conversationId", BsonValue::Number(conversation))
                .with("payload", BsonValue::Bytes(payload))
        };
        let ended = match session.ask(self.source, next(answer.into_bytes())).await? {
            Ok(ended) => ended,
            Err(refusal) => return self.refused(refusal.code, &refusal.says).map(Err),
        };
        if !proof.is_in(&payload(&ended)) {
            return Err(session.senseless("it does not prove that it knows the password"));
        }
        if ended.is_yes("done") {
            return Ok(Ok(()));
        }
        // One that does not know how to skip the empty message wants it.
        match session.ask(self.source, next(Vec::new())).await? {
            Ok(last) if last.is_yes("done") => Ok(Ok(())),
            Ok(_) => Err(session.senseless("it goes on asking after the login")),
            Err(refusal) => self.refused(refusal.code, &refusal.says).map(Err),
        }
    }

    /// Says what a refusal means: a wrong password is the server's answer, anything else tells nothing of it.
    fn refused(&self, code: i64, says: &str) -> Result<String, PortError> {
        let Self { host, user, source, .. } = self;
        if code == AUTHENTICATION_FAILED {
            return Ok(format!("{host} refuses the password of {user} in {source}"));
        }
        let failure = PortError::new(FailureKind::Rejected, format!("{host} does not begin a login by SCRAM-SHA-256"));
        Err(failure.because(format!("{says} ({code})")))
    }
}

fn payload(reply: &BsonDocument) -> String {
    String::from_utf8_lossy(reply.bytes("payload").unwrap_or_default()).into_owned()
}
