//! The members that `mongodb+srv://HOST` stands for, and the options that DNS adds.
//!
//! Source: the MongoDB specifications, "Initial DNS Seedlist Discovery".

use super::address::{MEMBERS, MongoAddress};
use crate::checks::dns::records_of;
use std::time::Duration;
use tminus_core::ports::{FailureKind, PortError};

/// The options that a TXT record may add.
const ADDED: [&str; 3] = ["authsource", "replicaset", "loadbalanced"];

/// Fills a connection string with the members that DNS names, where it leaves them to DNS.
pub(super) async fn found(address: &mut MongoAddress, within: Duration) -> Result<(), PortError> {
    let (true, [(host, _)]) = (address.is_srv, address.hosts.as_slice()) else { return Ok(()) };
    let host = host.clone();
    let members = records_of(&format!("_mongodb._tcp.{host}"), "SRV", within).await?;
    let texts = match records_of(&host, "TXT", within).await {
        Err(failure) if failure.kind == FailureKind::NotFound => Vec::new(),
        texts => texts?,
    };
    fill(address, &host, (&members, &texts))
}

fn fill(address: &mut MongoAddress, host: &str, (members, texts): (&[String], &[String])) -> Result<(), PortError> {
    let refused = |why: String| {
        PortError::new(FailureKind::Malformed, format!("DNS names no members for {host} that can be used")).because(why)
    };
    let read: Option<Vec<_>> = members.iter().map(|record| member(record)).collect();
    let read = read.filter(|read| !read.is_empty() && read.len() <= MEMBERS);
    let read = read.ok_or_else(|| refused(format!("there are {} records of SRV", members.len())))?;
    // Whoever may answer for another name could send the login elsewhere.
    let parent = host.split_once('.').map_or(host, |(_, parent)| parent).to_ascii_lowercase();
    let is_below = |name: &str| name.to_ascii_lowercase().strip_suffix(&parent).is_some_and(|own| own.ends_with('.'));
    if let Some((stranger, _)) = read.iter().find(|(name, _)| !is_below(name)) {
        return Err(refused(format!("{stranger} does not belong to {parent}")));
    }
    address.hosts = read;
    match texts {
        [] => Ok(()),
        [text] => {
            let query = text.trim_matches('"');
            let names = query.split('&').map(|pair| pair.split('=').next().unwrap_or_default().to_ascii_lowercase());
            if let Some(other) = names.into_iter().find(|name| !ADDED.contains(&name.as_str())) {
                return Err(refused(format!("its TXT record sets `{other}`, which it may not")));
            }
            address.add_options(query)
        }
        _ => Err(refused("it has more than one TXT record".to_owned())),
    }
}

/// Reads `PRIORITY WEIGHT PORT TARGET`.
fn member(record: &str) -> Option<(String, u16)> {
    let [_, _, port, target] = record.split_whitespace().collect::<Vec<_>>().try_into().ok()?;
    Some((target.trim_end_matches('.').to_owned(), port.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::SecretString;
    use tminus_core::mask::Mask;

    fn filled(members: &[&str], texts: &[&str]) -> Result<MongoAddress, String> {
        let text = SecretString::from("mongodb+srv://u:p@cluster0.example.com/".to_owned());
        let mut address = MongoAddress::read(&text, &Mask::new()).unwrap();
        let own = |all: &[&str]| all.iter().map(ToString::to_string).collect::<Vec<_>>();
        fill(&mut address, "cluster0.example.com", (&own(members), &own(texts)))
            .map(|()| address)
            .map_err(|failure| failure.sentence())
    }

    #[test]
    fn members_and_options_come_from_dns() {
        let address =
            filled(&["0 5 27018 a.example.com.", "0 5 27017 b.example.com."], &["\"replicaSet=rs&authSource=x\""]);
        let address = address.unwrap();
        assert_eq!(address.hosts, [("a.example.com".to_owned(), 27018), ("b.example.com".to_owned(), 27017)]);
        assert_eq!((address.replica_set(), address.auth_source(), address.is_tls()), (Some("rs"), "x", true));
    }

    #[test]
    fn what_dns_may_not_say_is_refused() {
        for (members, texts, says) in [
            (vec!["0 5 27017 a.evil.com."], vec![], "a.evil.com does not belong to example.com"),
            (vec!["0 5 27017 aexample.com."], vec![], "does not belong to example.com"),
            (vec![], vec![], "there are 0 records"),
            (vec!["0 5 x a.example.com."], vec![], "there are 1 records"),
            (vec!["0 5 1 a.example.com."], vec!["tls=false"], "its TXT record sets `tls`"),
            (vec!["0 5 1 a.example.com."], vec!["a", "b"], "more than one TXT record"),
        ] {
            let Err(why) = filled(&members, &texts) else { panic!("{members:?}") };
            assert!(why.contains(says), "{why}");
        }
    }
}
