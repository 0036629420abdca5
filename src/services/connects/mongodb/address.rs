//! The connection string of a MongoDB: `mongodb://USER:PASSWORD@HOST:PORT,HOST:PORT/DB?OPTION=VALUE`. It is a secret as a whole, so
//! no error quotes it.
//!
//! Source: the MongoDB specifications, "Connection String" and "Initial DNS Seedlist Discovery".

use percent_encoding::percent_decode_str;
use secrecy::{ExposeSecret as _, SecretString};
use tminus_core::mask::Mask;
use tminus_core::ports::{FailureKind, PortError};

/// How many members of a deployment are asked.
pub(super) const MEMBERS: usize = 16;

/// Options that change who is asked, or who proves what to whom, and that tminus does not obey.
const NOT_OBEYED: [&str; 10] = [
    "tlscafile",
    "tlscertificatekeyfile",
    "tlsinsecure",
    "tlsallowinvalidcertificates",
    "tlsallowinvalidhostnames",
    "sslinvalidcertificateallowed",
    "loadbalanced",
    "proxyhost",
    "srvservicename",
    "authmechanismproperties",
];

/// A connection string, taken apart.
pub(super) struct MongoAddress {
    /// Whether the members are found by DNS, at the one host.
    pub(super) is_srv: bool,
    /// Where members are.
    pub(super) hosts: Vec<(String, u16)>,
    /// Who asks.
    pub(super) user: Option<String>,
    /// What proves it.
    pub(super) password: Option<SecretString>,
    /// The database that the user belongs to, where one is named.
    database: Option<String>,
    /// The options, their names in small letters.
    options: Vec<(String, String)>,
}

impl MongoAddress {
    /// Reads a connection string; the mask learns the password in it, as it stands there and as it is sent.
    pub(super) fn read(address: &SecretString, mask: &Mask) -> Result<Self, PortError> {
        let text = address.expose_secret().trim();
        let (is_srv, rest) = match (text.strip_prefix("mongodb://"), text.strip_prefix("mongodb+srv://")) {
            (Some(rest), _) => (false, rest),
            (None, Some(rest)) => (true, rest),
            (None, None) => return Err(malformed("it begins with neither mongodb:// nor mongodb+srv://")),
        };
        let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (place, database) = place.split_once('/').unwrap_or((place, ""));
        let (who, hosts) = place.rsplit_once('@').map_or((None, place), |(who, hosts)| (Some(who), hosts));
        let (user, password) = who.map_or(("", ""), |who| who.split_once(':').unwrap_or((who, "")));
        let sent = decoded(password)?;
        if !password.is_empty() {
            mask.learn(password);
            mask.learn(&sent);
        }
        let hosts: Vec<_> = hosts.split(',').map(host_of).collect::<Option<_>>().unwrap_or_default();
        if hosts.is_empty() || hosts.len() > MEMBERS || (is_srv && hosts.len() != 1) {
            return Err(malformed("its hosts cannot be read, or are too many"));
        }
        let filled = |text: String| Some(text).filter(|text| !text.is_empty());
        let mut read = Self {
            is_srv,
            hosts,
            user: filled(decoded(user)?),
            password: filled(sent).map(SecretString::from),
            database: filled(decoded(database)?),
            options: Vec::new(),
        };
        read.add_options(query)?;
        Ok(read)
    }

    /// Adds options; what the connection string itself says stands first and counts.
    pub(super) fn add_options(&mut self, query: &str) -> Result<(), PortError> {
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let name = name.to_ascii_lowercase();
            if let Some(option) = NOT_OBEYED.iter().find(|option| **option == name) {
                return Err(malformed(&format!("`{option}` is not available in this build")));
            }
            self.options.push((name, decoded(value)?));
        }
        match self.option("authmechanism") {
            None | Some("SCRAM-SHA-256") => Ok(()),
            Some(_) => {
                Err(malformed("its `authMechanism` is not SCRAM-SHA-256, which alone is available in this build"))
            }
        }
    }

    fn option(&self, name: &str) -> Option<&str> {
        self.options.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Says whether it goes over TLS: as the string says, else where the members are found by DNS.
    pub(super) fn is_tls(&self) -> bool {
        self.option("tls").or_else(|| self.option("ssl")).map_or(self.is_srv, |tls| tls == "true")
    }

    /// Returns the name that the replica set must have.
    pub(super) fn replica_set(&self) -> Option<&str> {
        self.option("replicaset")
    }

    /// Says whether only the one host is asked, whatever it is.
    pub(super) fn is_direct(&self) -> bool {
        self.option("directconnection") == Some("true")
    }

    /// Returns the database that the user belongs to.
    pub(super) fn auth_source(&self) -> &str {
        self.option("authsource").or(self.database.as_deref()).unwrap_or("admin")
    }
}

/// Reads `HOST`, `HOST:PORT`, `[ADDRESS]:PORT`.
pub(super) fn host_of(text: &str) -> Option<(String, u16)> {
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => {
            let (host, after) = rest.split_once(']')?;
            (host, after.strip_prefix(':'))
        }
        None => text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port))),
    };
    let is_named = !host.is_empty() && host.len() <= 255 && !host.contains(['/', '@', '%']);
    let port = port.map_or(Some(27017), |port| port.parse().ok())?;
    is_named.then(|| (host.to_owned(), port))
}

fn decoded(text: &str) -> Result<String, PortError> {
    let decoded = percent_decode_str(text).decode_utf8().map(|text| text.into_owned());
    decoded.ok().filter(|text| !text.contains('\0')).ok_or_else(|| malformed("a part of it is no text"))
}

fn malformed(why: &str) -> PortError {
    PortError::new(FailureKind::Malformed, "the connection string cannot be used").because(why)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(address: &str) -> Result<MongoAddress, String> {
        MongoAddress::read(&SecretString::from(address.to_owned()), &Mask::new()).map_err(|failure| failure.sentence())
    }

    #[test]
    fn a_connection_string_is_taken_apart() {
        let all = read("mongodb://us%40er:p%3Ass@a.example.com:1,[::1]:2,c/shop?replicaSet=rs0&TLS=true").unwrap();
        let hosts = [("a.example.com", 1), ("::1", 2), ("c", 27017)].map(|(host, port)| (host.to_owned(), port));
        assert_eq!((all.hosts.as_slice(), all.user.as_deref()), (&hosts[..], Some("us@er")));
        assert_eq!(all.password.as_ref().unwrap().expose_secret(), "p:ss");
        assert_eq!((all.is_tls(), all.replica_set(), all.auth_source()), (true, Some("rs0"), "shop"));
        let srv = read("mongodb+srv://u:p@cluster.example.com/?authSource=other").unwrap();
        assert_eq!((srv.is_srv, srv.is_tls(), srv.auth_source(), srv.is_direct()), (true, true, "other", false));
        let bare = read("mongodb://localhost").unwrap();
        assert_eq!((bare.is_tls(), bare.auth_source(), bare.user.as_deref()), (false, "admin", None));
    }

    #[test]
    fn what_is_wrong_with_a_connection_string_is_said_without_it() {
        for (wrong, says) in [
            ("hunter2", "begins with neither"),
            ("mongodb://u:hunter2@", "hosts cannot be read"),
            ("mongodb://u:hunter2@h:port", "hosts cannot be read"),
            ("mongodb+srv://u:hunter2@a,b", "hosts cannot be read"),
            ("mongodb://u:hunter2%FF@h", "is no text"),
            ("mongodb://u:hunter2@h/?tlsCAFile=x", "`tlscafile` is not available in this build"),
            ("mongodb://u:hunter2@h/?authMechanism=MONGODB-X509", "is not SCRAM-SHA-256"),
        ] {
            let Err(why) = read(wrong) else { panic!("{wrong} was read") };
            assert!(why.contains(says) && !why.contains("hunter2"), "{why}");
        }
    }
}
