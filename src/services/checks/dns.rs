//! `dns`: one question to each resolver, over UDP, and over TCP where the answer does not fit; no cache, no search list.

use super::measured::{MeasureContext, MeasuredCheck};
use crate::probe::{ProbeDeps, limit};
use async_trait::async_trait;
use futures::future::join_all;
use hickory_proto::op::{Message, MessageType, Query, ResponseCode};
use hickory_proto::rr::{Name, RData, RecordType};
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr as _;
use std::time::Duration;
use tminus_core::kinds::check::{DnsAnswer, DnsCheck, DnsReading};
use tminus_core::measurement::{Measurement, Reading};
use tminus_core::plan::UnknownPlaceholder;
use tminus_core::ports::{FailureKind, PortError};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpStream, UdpSocket, lookup_host};
use tokio::time::timeout;

/// How long an answer is waited for, and how often the question is sent: a datagram may be lost.
const PATIENCE: Duration = Duration::from_secs(2);
const TRIES: usize = 3;

/// How long a chain of aliases may be.
const ALIASES: usize = 16;

/// Where this machine names its resolvers.
const RESOLVERS: &str = "/etc/resolv.conf";

#[async_trait]
impl MeasuredCheck for DnsCheck {
    async fn measure(
        &self,
        MeasureContext { around, check, ask, .. }: &MeasureContext<'_>,
    ) -> Result<Measurement, PortError> {
        let malformed =
            |why: String| PortError::new(FailureKind::Malformed, "the name cannot be asked for").because(why);
        let name = self.name.fill(&ask.values).map_err(|unknown: UnknownPlaceholder| malformed(unknown.to_string()))?;
        let question = question(&name, &self.record).map_err(malformed)?;
        // What each resolver said is worth more than that all of it took too long.
        let within = limit(check).saturating_sub(Duration::from_millis(200));
        let said = match self.resolvers.as_slice() {
            [] => vec![first_of(&resolvers_of_this_machine().await?, &question, within).await],
            named => join_all(named.iter().map(|resolver| said_by(resolver, &question, within))).await,
        };
        let asked = format!(
            "{} {name} at {}",
            self.record,
            said.iter().map(|(at, _)| at.as_str()).collect::<Vec<_>>().join(", ")
        );
        Ok(masked(around, &asked, DnsReading { name, said }))
    }
}

fn masked(around: &ProbeDeps, asked: &str, read: DnsReading) -> Measurement {
    let mask = around.secrets.mask();
    let hide = |answer: DnsAnswer| match answer {
        DnsAnswer::Records(records) => DnsAnswer::Records(records.iter().map(|record| mask.apply(record)).collect()),
        DnsAnswer::None(why) => DnsAnswer::None(mask.apply(&why)),
        DnsAnswer::NoSuchAlias(alias) => DnsAnswer::NoSuchAlias(mask.apply(&alias)),
        DnsAnswer::NoSuchName => DnsAnswer::NoSuchName,
    };
    let said = read.said.into_iter().map(|(resolver, answer)| (resolver, hide(answer))).collect();
    Measurement::quiet(mask.apply(asked), Reading::own(&DnsReading { name: mask.apply(&read.name), said }))
}

/// Makes the question, with an id that nobody can guess.
fn question(name: &str, record: &str) -> Result<Message, String> {
    let mut name = Name::from_utf8(name.trim()).map_err(|error| error.to_string())?;
    name.set_fqdn(true);
    if name.is_root() {
        return Err("it is empty".to_owned());
    }
    let mut message = Message::query();
    message.metadata.recursion_desired = true;
    message.add_query(Query::query(name, RecordType::from_str(record).map_err(|error| error.to_string())?));
    Ok(message)
}

/// Returns the resolvers that this machine asks.
async fn resolvers_of_this_machine() -> Result<Vec<String>, PortError> {
    let unknown = |why: String| {
        let summary = "the resolvers of this machine are not known: name some in `resolvers`";
        PortError::new(FailureKind::Unavailable, summary).because(why)
    };
    let text = tokio::fs::read_to_string(RESOLVERS).await.map_err(|error| unknown(format!("{RESOLVERS}: {error}")))?;
    let named = named_in(&text);
    if named.is_empty() { Err(unknown(format!("{RESOLVERS} names none"))) } else { Ok(named) }
}

fn named_in(text: &str) -> Vec<String> {
    let named = |line: &str| Some(line.trim().strip_prefix("nameserver")?.split_whitespace().next()?.to_owned());
    text.lines().filter_map(named).collect()
}

/// Asks one after another until one answers, as a program of this machine does; the last one speaks for all that are silent.
async fn first_of(resolvers: &[String], question: &Message, within: Duration) -> (String, DnsAnswer) {
    let each = within / u32::try_from(resolvers.len().max(1)).unwrap_or(1);
    let mut last = (RESOLVERS.to_owned(), DnsAnswer::None("names no resolver".to_owned()));
    for resolver in resolvers {
        last = said_by(resolver, question, each).await;
        if !matches!(last.1, DnsAnswer::None(_)) {
            break;
        }
    }
    last
}

/// Returns the records of a name, as the resolvers of this machine say.
///
/// # Errors
/// [`FailureKind::NotFound`] when there is no such name.
pub(crate) async fn records_of(name: &str, record: &str, within: Duration) -> Result<Vec<String>, PortError> {
    let summary = format!("{record} of {name} was not found");
    let failed = |kind, why: String| PortError::new(kind, summary.clone()).because(why);
    let question = question(name, record).map_err(|why| failed(FailureKind::Malformed, why))?;
    let (resolver, answer) = first_of(&resolvers_of_this_machine().await?, &question, within).await;
    match answer {
        DnsAnswer::Records(records) => Ok(records),
        DnsAnswer::NoSuchName => Err(failed(FailureKind::NotFound, format!("{resolver} knows no such name"))),
        DnsAnswer::NoSuchAlias(alias) => Err(failed(FailureKind::NotFound, format!("{alias} does not exist"))),
        DnsAnswer::None(why) => Err(failed(FailureKind::Unreachable, format!("{resolver} {why}"))),
    }
}

/// Asks one resolver.
async fn said_by(resolver: &str, question: &Message, within: Duration) -> (String, DnsAnswer) {
    let answer = timeout(within, answer_of(resolver, question)).await;
    let answer = answer.unwrap_or_else(|_elapsed| Err("did not answer in time".to_owned()));
    (resolver.to_owned(), answer.unwrap_or_else(DnsAnswer::None))
}

async fn answer_of(resolver: &str, question: &Message) -> Result<DnsAnswer, String> {
    let unreachable = |error: io::Error| format!("cannot be reached: {error}");
    let address = address_of(resolver).await?;
    let sent = question.to_vec().map_err(|error| error.to_string())?;
    let Some(answer) = over_udp(address, question, (&sent, PATIENCE)).await.map_err(unreachable)? else {
        return Err("did not answer".to_owned());
    };
    if !answer.metadata.truncation {
        return Ok(read(question, &answer));
    }
    let whole = timeout(PATIENCE, over_tcp(address, &sent)).await;
    let whole = whole.map_err(|_elapsed| "cut its answer short, and did not answer over TCP".to_owned())?;
    let whole = whole.map_err(|error| format!("cut its answer short, and cannot be reached over TCP: {error}"))?;
    match Message::from_vec(&whole) {
        Ok(whole) if is_answer(question, &whole) => Ok(read(question, &whole)),
        Ok(_) => Err("answered another question over TCP".to_owned()),
        Err(error) => Err(format!("sent an answer that cannot be read: {error}")),
    }
}

/// Returns the address of a resolver: `ADDRESS`, `ADDRESS:PORT`, `NAME`, `NAME:PORT`.
async fn address_of(resolver: &str) -> Result<SocketAddr, String> {
    let resolver = resolver.trim();
    if let Ok(address) = resolver.parse::<SocketAddr>() {
        return Ok(address);
    }
    if let Ok(address) = resolver.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>() {
        return Ok(SocketAddr::new(address, 53));
    }
    let (name, port) = match resolver.rsplit_once(':') {
        // An address with a zone, `fe80::1%eth0`, which only the system can read.
        Some((before, _)) if before.contains(':') && !before.ends_with(']') => (resolver, 53),
        Some((name, port)) => (name, port.parse().map_err(|_| format!("has no port {port:?}"))?),
        None => (resolver, 53),
    };
    let mut found =
        lookup_host((name.trim_matches(['[', ']']), port)).await.map_err(|error| format!("was not found: {error}"))?;
    found.next().ok_or_else(|| "has no address".to_owned())
}

/// Sends the question until an answer to it comes from whom it was sent to; what else comes is not heard.
async fn over_udp(
    address: SocketAddr,
    question: &Message,
    (sent, patience): (&[u8], Duration),
) -> io::Result<Option<Message>> {
    let own: IpAddr = if address.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
    let socket = UdpSocket::bind((own, 0)).await?;
    socket.connect(address).await?;
    let mut buffer = vec![0; 65_535];
    for _ in 0..TRIES {
        socket.send(sent).await?;
        let heard = timeout(patience, async {
            loop {
                let length = socket.recv(&mut buffer).await?;
                match Message::from_vec(&buffer[..length]) {
                    Ok(answer) if is_answer(question, &answer) => return Ok(answer),
                    Ok(_) | Err(_) => {}
                }
            }
        });
        match heard.await {
            Ok(answer) => return answer.map(Some),
            Err(_elapsed) => {}
        }
    }
    Ok(None)
}

async fn over_tcp(address: SocketAddr, sent: &[u8]) -> io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(address).await?;
    let length = u16::try_from(sent.len()).map_err(io::Error::other)?;
    stream.write_all(&[&length.to_be_bytes(), sent].concat()).await?;
    let mut answer = vec![0; stream.read_u16().await?.into()];
    stream.read_exact(&mut answer).await?;
    Ok(answer)
}

/// Says whether a message answers a question: its id and the question itself come back.
fn is_answer(question: &Message, answer: &Message) -> bool {
    let is_same = answer.metadata.id == question.metadata.id && answer.queries == question.queries;
    is_same && answer.metadata.message_type == MessageType::Response
}

fn without_dot(name: &Name) -> String {
    name.to_string().trim_end_matches('.').to_owned()
}

/// Reads what an answer says of the name that was asked for, along its aliases.
fn read(question: &Message, answer: &Message) -> DnsAnswer {
    let Some(query) = question.queries.first() else { return DnsAnswer::None("was asked nothing".to_owned()) };
    let is_absent = match answer.metadata.response_code {
        ResponseCode::NoError => false,
        ResponseCode::NXDomain => true,
        other => return DnsAnswer::None(format!("does not answer: {other}")),
    };
    let mut owner = query.name().clone();
    for _ in 0..ALIASES {
        let own = answer.answers.iter().filter(|record| record.name == owner);
        let is_asked = |record: &&hickory_proto::rr::Record| record.record_type() == query.query_type();
        let records: Vec<String> = own.clone().filter(is_asked).map(|record| record.data.to_string()).collect();
        if !records.is_empty() {
            return DnsAnswer::Records(records);
        }
        let alias =
            own.clone().find_map(|record| if let RData::CNAME(alias) = &record.data { Some(&alias.0) } else { None });
        match alias {
            Some(alias) => owner = alias.clone(),
            // That a name does not exist is said of the last one that the aliases lead to (RFC 6604, section 3).
            None if is_absent && owner == *query.name() => return DnsAnswer::NoSuchName,
            None if is_absent => return DnsAnswer::NoSuchAlias(without_dot(&owner)),
            None if owner != *query.name() && !answer.metadata.recursion_available => {
                let says = format!("says that it is an alias for {}, and does not resolve that", without_dot(&owner));
                return DnsAnswer::None(says);
            }
            None if !answer.metadata.authoritative && !answer.metadata.recursion_available => {
                return DnsAnswer::None("neither knows the name nor asks others".to_owned());
            }
            None => return DnsAnswer::Records(Vec::new()),
        }
    }
    DnsAnswer::None("leads from alias to alias without an end".to_owned())
}

#[cfg(test)]
mod tests;
