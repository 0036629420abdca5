//! The address of a server with the credentials in it: `SCHEME://USER:PASSWORD@HOST:PORT/PATH?OPTION=VALUE`.
//!
//! All of it is a secret, so no error quotes it.

use percent_encoding::percent_decode_str;
use reqwest::Url;
use secrecy::{ExposeSecret as _, SecretString};
use tminus_core::mask::Mask;
use tminus_core::ports::{FailureKind, PortError};

/// An address, taken apart.
pub(super) struct ServerAddress {
    /// What stands before `://`.
    pub(super) scheme: String,
    /// The host, without the brackets of an address.
    pub(super) host: String,
    /// The port.
    pub(super) port: u16,
    /// Who asks.
    pub(super) user: Option<String>,
    /// What proves it.
    pub(super) password: Option<SecretString>,
    /// What stands after the host, without the slash.
    pub(super) path: String,
    /// The options.
    pub(super) options: Vec<(String, String)>,
}

impl ServerAddress {
    /// Reads an address of one of these schemes; the mask learns the password in it, as it stands there and as it is sent.
    pub(super) fn read(
        address: &SecretString,
        (schemes, usual_port): (&[&str], u16),
        mask: &Mask,
    ) -> Result<Self, PortError> {
        let malformed = |why: String| {
            PortError::new(FailureKind::Malformed, "the address of the server cannot be used").because(why)
        };
        let url = Url::parse(address.expose_secret()).map_err(|error| malformed(error.to_string()))?;
        if !schemes.contains(&url.scheme()) {
            return Err(malformed(format!("it begins with neither {}://", schemes.join(":// nor "))));
        }
        let decoded = |text: &str| -> Result<String, PortError> {
            let decoded = percent_decode_str(text).decode_utf8();
            decoded.map(|text| text.into_owned()).map_err(|_| malformed("a part of it is no UTF-8".to_owned()))
        };
        let host = url.host_str().filter(|host| !host.is_empty());
        let host = host.ok_or_else(|| malformed("it names no host".to_owned()))?;
        let password = url.password().filter(|password| !password.is_empty());
        let password = match password {
            Some(written) => {
                let sent = decoded(written)?;
                mask.learn(written);
                mask.learn(&sent);
                Some(SecretString::from(sent))
            }
            None => None,
        };
        let user = decoded(url.username())?;
        Ok(Self {
            scheme: url.scheme().to_owned(),
            host: host.trim_start_matches('[').trim_end_matches(']').to_owned(),
            port: url.port().unwrap_or(usual_port),
            user: Some(user).filter(|user| !user.is_empty()),
            password,
            path: decoded(url.path().trim_start_matches('/'))?,
            options: url.query_pairs().map(|(key, value)| (key.into_owned(), value.into_owned())).collect(),
        })
    }

    /// Returns the value of an option.
    pub(super) fn option(&self, name: &str) -> Option<&str> {
        self.options.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Says whether the server is on this machine.
    pub(super) fn is_loopback(&self) -> bool {
        let is_address = self.host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
        is_address || self.host.eq_ignore_ascii_case("localhost")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(address: &str) -> Result<ServerAddress, String> {
        let address = SecretString::from(address.to_owned());
        ServerAddress::read(&address, (&["redis", "rediss"], 6379), &Mask::new()).map_err(|failure| failure.sentence())
    }

    #[test]
    fn an_address_is_taken_apart_and_its_escapes_are_read() {
        let all = read("rediss://de%70loy:p%40ss%2Fword@[::1]:7000/2?a=b%20c").unwrap();
        assert_eq!((all.scheme.as_str(), all.host.as_str(), all.port, all.path.as_str()), ("rediss", "::1", 7000, "2"));
        assert_eq!((all.user.as_deref(), all.option("a"), all.is_loopback()), (Some("deploy"), Some("b c"), true));
        assert_eq!(all.password.unwrap().expose_secret(), "p@ss/word");
        let bare = read("redis://db.example.com").unwrap();
        assert_eq!((bare.port, bare.user, bare.path.as_str()), (6379, None, ""));
        assert!(bare.password.is_none());
    }

    #[test]
    fn what_is_wrong_with_an_address_is_said_without_it() {
        for wrong in ["hunter2hunter2", "http://u:hunter2hunter2@host", "redis://u:hunter2hunter2%FF@host", "redis://"]
        {
            let Err(why) = read(wrong) else { panic!("{wrong} was read") };
            assert!(why.contains("the address of the server cannot be used") && !why.contains("hunter2"), "{why}");
        }
    }

    #[test]
    fn a_password_is_masked_as_it_is_written_and_as_it_is_sent() {
        let mask = Mask::new();
        let address = SecretString::from("redis://:cor%2Drect-horse@h".to_owned());
        ServerAddress::read(&address, (&["redis"], 1), &mask).unwrap();
        let shown = mask.apply("cor-rect-horse cor%2Drect-horse");
        assert!(!shown.contains("rect-horse"), "{shown}");
    }
}
