//! A connection to one member of a MongoDB deployment: `OP_MSG` with one document each way.
//!
//! Source: the MongoDB manual, "MongoDB Wire Protocol", `OP_MSG`.

use super::super::wire::Wire;
use super::bson::{BsonDocument, BsonValue};
use tminus_core::ports::PortError;

const OP_MSG: u32 = 2013;
/// The header, the flags and the kind of a section.
const HEAD: usize = 21;
/// How long a reply may be: that of the largest replica set has some kilobytes.
const LONGEST: usize = 64 * 1024;
/// How many letters of an error are told.
const WORDS: usize = 200;

/// A connection to a member.
pub(super) struct MemberSession {
    wire: Wire,
    sent: u32,
}

/// What a member refused, with its code.
pub(super) struct MemberRefusal {
    /// The code, as `error_codes.yml` of the server has it.
    pub(super) code: i64,
    /// Its words.
    pub(super) says: String,
}

impl MemberSession {
    pub(super) const fn over(wire: Wire) -> Self {
        Self { wire, sent: 0 }
    }

    pub(super) fn senseless(&self, why: &str) -> PortError {
        self.wire.senseless(why)
    }

    /// Sends a command to a database, and reads the reply to it.
    pub(super) async fn ask(
        &mut self,
        database: &str,
        command: BsonDocument,
    ) -> Result<Result<BsonDocument, MemberRefusal>, PortError> {
        self.sent += 1;
        let body = command.with("$db", BsonValue::Text(database.to_owned())).encoded();
        let head = [(HEAD + body.len()) as u32, self.sent, 0, OP_MSG, 0].map(u32::to_le_bytes).concat();
        self.wire.send(&[&head, &[0][..], &body].concat()).await?;
        let head = self.wire.exactly(HEAD - 1).await?;
        let field = |at: usize| head[at..at + 4].iter().rev().fold(0, |sum: u32, byte| sum << 8 | u32::from(*byte));
        let (length, answers, kind, flags) = (field(0) as usize, field(8), field(12), field(16));
        if kind != OP_MSG || !(HEAD..=LONGEST).contains(&length) {
            return Err(self.senseless("it does not speak the protocol of MongoDB"));
        }
        let rest = self.wire.exactly(length - (HEAD - 1)).await?;
        // The first bit says that a checksum of four bytes follows; none other is ever asked for.
        let body = match (flags, rest.as_slice()) {
            (0, [0, body @ ..]) => Some(body),
            (1, [0, body @ .., _, _, _, _]) => Some(body),
            _ => None,
        };
        let reply = body.filter(|_| answers == self.sent).and_then(BsonDocument::decoded);
        let reply = reply.ok_or_else(|| self.senseless("it answers another question"))?;
        if reply.is_yes("ok") {
            return Ok(Ok(reply));
        }
        let Some(code) = reply.number("code") else { return Err(self.senseless("it neither obeys nor refuses")) };
        let says = reply.text("errmsg").unwrap_or_default().chars().take(WORDS).collect();
        Ok(Err(MemberRefusal { code, says }))
    }
}
