//! `kind = "redis"`: `AUTH`, `SELECT` where the address names a database, and `PING`.
//!
//! Source: redis.io, "Redis serialization protocol specification"; the words of an error come first in its line.

use super::asked::{ConnectAnswer, ConnectedService};
use super::server_address::ServerAddress;
use super::wire::{Wire, WireTrust};
use crate::deps::Deps;
use crate::secrets::Secrets;
use async_trait::async_trait;
use secrecy::ExposeSecret as _;
use std::sync::Arc;
use std::time::Duration;
use tminus_core::kinds::connect::{ConnectKind, RedisConnect};
use tminus_core::ports::PortError;

/// How long a line of an answer may be.
const LINE: usize = 512;

/// Opens a Redis server of the plan.
pub fn open_redis(kind: &ConnectKind, deps: &Deps) -> Option<Arc<dyn ConnectedService>> {
    let ConnectKind::Redis(settings) = kind else { return None };
    let (settings, secrets) = (settings.clone(), deps.secrets.clone());
    Some(Arc::new(RedisService { settings, secrets, trust: WireTrust::default() }))
}

struct RedisService {
    settings: RedisConnect,
    secrets: Arc<Secrets>,
    trust: WireTrust,
}

#[async_trait]
impl ConnectedService for RedisService {
    fn question(&self) -> String {
        "AUTH and PING of the Redis server".to_owned()
    }

    async fn connect(&self, _within: Duration) -> Result<ConnectAnswer, PortError> {
        let address = self.secrets.resolve(&self.settings.url).await?;
        let place = ServerAddress::read(&address, (&["redis", "rediss"], 6379), self.secrets.mask())?;
        let mut wire = Wire::dial(&place.host, place.port).await?;
        if place.scheme == "rediss" {
            wire = wire.secured(&self.trust).await?;
        }
        said(&mut wire, &place).await
    }
}

/// Says everything to a server, and reads what it says.
async fn said(wire: &mut Wire, place: &ServerAddress) -> Result<ConnectAnswer, PortError> {
    let mut accepted = "and asks for no password".to_owned();
    if let Some(password) = &place.password {
        let user = place.user.iter().map(String::as_str);
        let words: Vec<&str> = ["AUTH"].into_iter().chain(user).chain([password.expose_secret()]).collect();
        if let Err(refusal) = reply(wire, &words, "OK").await? {
            return Ok(Err(refused(place, "AUTH", &refusal)));
        }
        accepted = match &place.user {
            Some(user) => format!("and takes the password of {user}"),
            None => "and takes the password".to_owned(),
        };
    }
    if !place.path.is_empty()
        && let Err(refusal) = reply(wire, &["SELECT", &place.path], "OK").await?
    {
        return Ok(Err(refused(place, "SELECT", &refusal)));
    }
    Ok(match reply(wire, &["PING"], "PONG").await? {
        Ok(()) => Ok(format!("it answers PING, {accepted}")),
        Err(refusal) => Err(refused(place, "PING", &refusal)),
    })
}

/// Sends a command, and reads whether it was obeyed with this word, or the error that came in its place.
async fn reply(wire: &mut Wire, words: &[&str], wanted: &str) -> Result<Result<(), String>, PortError> {
    wire.send(&command(words)).await?;
    let kind = wire.exactly(1).await?;
    match kind.as_slice() {
        b"+" if wire.line(LINE).await? == wanted.as_bytes() => Ok(Ok(())),
        b"+" => Err(wire.senseless("it answers another question")),
        b"-" => Ok(Err(String::from_utf8_lossy(&wire.line(LINE).await?).into_owned())),
        _ => Err(wire.senseless("it does not speak the protocol of Redis")),
    }
}

/// Returns a command as an array of bulk strings.
fn command(words: &[&str]) -> Vec<u8> {
    let mut bytes = format!("*{}\r\n", words.len()).into_bytes();
    for word in words {
        bytes.extend(format!("${}\r\n{word}\r\n", word.len()).into_bytes());
    }
    bytes
}

/// Says what an error means.
fn refused(place: &ServerAddress, command: &str, error: &str) -> String {
    let (host, word) = (&place.host, error.split_whitespace().next().unwrap_or_default());
    let user = place.user.as_deref().unwrap_or("the default user");
    match word {
        "WRONGPASS" => format!("{host} refuses the password of {user}"),
        "NOAUTH" if place.password.is_none() => format!("{host} wants a password, and the address has none"),
        "NOPERM" => format!("{host} takes the password of {user}, who may not use {command}"),
        "LOADING" => format!("{host} is still loading its data, and obeys no command yet"),
        "MASTERDOWN" => format!("{host} is a replica that has lost its master, and serves no old data"),
        // Before Redis 6, a wrong password was an error like any other.
        _ if error.starts_with("ERR invalid password") => format!("{host} refuses the password of {user}"),
        _ if command == "AUTH" && (error.contains("without any password") || error.contains("no password is set")) => {
            format!("{host} has no password, and the address names one")
        }
        _ => format!("{host} refuses {command}: {error}"),
    }
}

#[cfg(test)]
mod tests;
