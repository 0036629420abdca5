//! `kind = "mongodb"`: `hello` until a primary is found, a login, and `ping`.
//!
//! `hello` and `ping` need no login, so neither says anything of a password; where the connection string names no user, a command
//! that needs one shows whether the server wants a login.

use super::address::{MEMBERS, MongoAddress, host_of};
use super::bson::{BsonDocument, BsonValue};
use super::login::MongoLogin;
use super::seeds;
use super::session::MemberSession;
use crate::connects::wire::{Wire, WireTrust};
use crate::connects::{ConnectAnswer, ConnectedService};
use crate::deps::Deps;
use crate::secrets::Secrets;
use async_trait::async_trait;
use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;
use tminus_core::kinds::connect::{ConnectKind, MongoDbConnect};
use tminus_core::ports::{FailureKind, PortError};
use tokio::time::timeout;

/// How long one member may take to say what it is: another may be the primary.
const PATIENCE: Duration = Duration::from_secs(5);

/// The code of a command that needs a login.
const UNAUTHORIZED: i64 = 13;

/// Opens a MongoDB of the plan.
pub fn open_mongodb(kind: &ConnectKind, deps: &Deps) -> Option<Arc<dyn ConnectedService>> {
    let ConnectKind::MongoDb(settings) = kind else { return None };
    let (settings, secrets) = (settings.clone(), deps.secrets.clone());
    Some(Arc::new(MongoDbService { settings, secrets, trust: WireTrust::default() }))
}

struct MongoDbService {
    settings: MongoDbConnect,
    secrets: Arc<Secrets>,
    trust: WireTrust,
}

#[async_trait]
impl ConnectedService for MongoDbService {
    fn question(&self) -> String {
        "hello, login and ping of the MongoDB".to_owned()
    }

    async fn connect(&self, within: Duration) -> Result<ConnectAnswer, PortError> {
        let text = self.secrets.resolve(&self.settings.uri).await?;
        let mut address = MongoAddress::read(&text, self.secrets.mask())?;
        seeds::found(&mut address, within).await?;
        said(&address, &self.trust).await
    }
}

/// What a member says that it is.
struct MongoMember {
    session: MemberSession,
    host: String,
    hello: BsonDocument,
}

/// Asks one member after another until one is what is looked for.
pub(super) async fn said(address: &MongoAddress, trust: &WireTrust) -> Result<ConnectAnswer, PortError> {
    let mut waiting: VecDeque<(String, u16)> = address.hosts.iter().cloned().collect();
    let (mut asked, mut seen, mut away) = (BTreeSet::new(), Vec::new(), None);
    while let Some(place) = waiting.pop_front() {
        if asked.len() >= MEMBERS || !asked.insert(place.clone()) {
            continue;
        }
        let late = || PortError::new(FailureKind::Timeout, format!("{} did not answer in time", place.0));
        let member = match timeout(PATIENCE, member_at(&place, address, trust)).await.unwrap_or_else(|_| Err(late())) {
            Ok(member) => member,
            Err(failure) => {
                away = Some(failure);
                continue;
            }
        };
        if let Some(why) = wrong_set(address, &member) {
            return Ok(Err(why));
        }
        if address.is_direct() || member.hello.is_yes("isWritablePrimary") {
            return proved(member, address).await;
        }
        seen.push(member.host.clone());
        let primary = member.hello.text("primary").and_then(host_of);
        waiting.extend(member.hello.texts("hosts").into_iter().filter_map(host_of).take(MEMBERS));
        primary.into_iter().for_each(|primary| waiting.push_front(primary));
    }
    match (seen.is_empty(), away) {
        (true, Some(failure)) => Err(failure),
        (true, None) => Err(PortError::new(FailureKind::Malformed, "the connection string names no member")),
        (false, None) => Ok(Err(format!("there is no primary: {} is none", seen.join(", ")))),
        (false, Some(failure)) => {
            let says = format!("there is no primary that can be reached: {} is none", seen.join(", "));
            Ok(Err(format!("{says}, and {}", failure.sentence())))
        }
    }
}

async fn member_at(
    (host, port): &(String, u16),
    address: &MongoAddress,
    trust: &WireTrust,
) -> Result<MongoMember, PortError> {
    let mut wire = Wire::dial(host, *port).await?;
    if address.is_tls() {
        wire = wire.secured(trust).await?;
    }
    let mut session = MemberSession::over(wire);
    let mut hello = BsonDocument::default().with("hello", BsonValue::Number(1));
    if let Some(user) = &address.user {
        hello = hello.with("saslSupportedMechs", BsonValue::Text(format!("{}.{user}", address.auth_source())));
    }
    match session.ask("admin", hello).await? {
        Ok(hello) => Ok(MongoMember { session, host: format!("{host}:{port}"), hello }),
        Err(refusal) => {
            let failure = PortError::new(FailureKind::Rejected, format!("{host}:{port} refuses hello"));
            Err(failure.because(format!("{} ({})", refusal.says, refusal.code)))
        }
    }
}

/// Says why a member does not belong to the replica set that the connection string names.
fn wrong_set(address: &MongoAddress, MongoMember { host, hello, .. }: &MongoMember) -> Option<String> {
    let wanted = address.replica_set()?;
    match hello.text("setName") {
        Some(is) if is == wanted => None,
        Some(is) => Some(format!("{host} belongs to the replica set {is}, and not to {wanted}")),
        None => Some(format!("{host} belongs to no replica set, and the connection string names {wanted}")),
    }
}

/// Logs in at a member, or sees that it wants no login, and pings it.
async fn proved(mut member: MongoMember, address: &MongoAddress) -> Result<ConnectAnswer, PortError> {
    let accepted = match log_in(&mut member, address).await? {
        Ok(accepted) => accepted,
        Err(why) => return Ok(Err(why)),
    };
    let MongoMember { mut session, host, hello } = member;
    let role = match (hello.text("setName"), hello.is_yes("isWritablePrimary")) {
        (Some(set), true) => format!("primary of {set}"),
        (Some(set), false) => format!("member of {set} that is not its primary"),
        (None, _) => "server".to_owned(),
    };
    let ping = BsonDocument::default().with("ping", BsonValue::Number(1));
    Ok(match session.ask("admin", ping).await? {
        Ok(_) => Ok(format!("the {role} answers ping, and {accepted}")),
        Err(refusal) => Err(format!("{host} refuses ping: {} ({})", refusal.says, refusal.code)),
    })
}

async fn log_in(member: &mut MongoMember, address: &MongoAddress) -> Result<ConnectAnswer, PortError> {
    let MongoMember { session, host, hello } = member;
    let Some(user) = address.user.as_deref() else {
        let asks = BsonDocument::default()
            .with("listDatabases", BsonValue::Number(1))
            .with("nameOnly", BsonValue::Flag(true))
            .with("filter", BsonValue::Document(BsonDocument::default().with("name", BsonValue::Text("-".to_owned()))));
        return Ok(match session.ask("admin", asks).await? {
            Ok(_) => Ok("wants no login".to_owned()),
            Err(refusal) if refusal.code == UNAUTHORIZED => {
                Err(format!("{host} wants a login, and the connection string names no user"))
            }
            Err(refusal) => Err(format!("{host} refuses to be asked: {} ({})", refusal.says, refusal.code)),
        });
    };
    let Some(password) = &address.password else {
        return Ok(Err(format!("the connection string names the user {user} and no password")));
    };
    let known = hello.texts("saslSupportedMechs");
    if !known.is_empty() && !known.contains(&"SCRAM-SHA-256") {
        let summary = format!("{host} knows {user} by {}, and tminus speaks SCRAM-SHA-256", known.join(", "));
        return Err(PortError::new(FailureKind::Unavailable, summary));
    }
    let login = MongoLogin { host, user, source: address.auth_source(), password };
    Ok(login.run(session).await?.map(|()| format!("takes the password of {user}")))
}
