//! What a registry asks for when it answers 401: `WWW-Authenticate`, taken apart (RFC 9110, 11.6.1).

use http_auth::{ChallengeParser, ChallengeRef};

/// One way to prove who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Challenge {
    /// User and password with each request.
    Basic,
    /// A token that is fetched at the realm.
    Bearer {
        /// Where.
        realm: String,
        /// For whom.
        service: Option<String>,
        /// For what.
        scope: Option<String>,
    },
}

/// Reads the first challenge of the headers that can be met; a Bearer before a Basic.
pub(super) fn read(headers: &[(String, String)]) -> Option<Challenge> {
    let values = headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("www-authenticate"));
    let all = values.flat_map(|(_, value)| ChallengeParser::new(value.trim()));
    let all: Vec<Challenge> = all.filter_map(|challenge| met(&challenge.ok()?)).collect();
    all.iter().find(|challenge| matches!(challenge, Challenge::Bearer { .. })).or_else(|| all.first()).cloned()
}

fn met(challenge: &ChallengeRef<'_>) -> Option<Challenge> {
    if challenge.scheme.eq_ignore_ascii_case("basic") {
        return Some(Challenge::Basic);
    }
    let find = |name: &str| challenge.params.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
    let find = |name: &str| find(name).map(|(_, value)| value.to_unescaped());
    let is_bearer = challenge.scheme.eq_ignore_ascii_case("bearer");
    is_bearer.then(|| find("realm")).flatten().map(|realm| Challenge::Bearer {
        realm,
        service: find("service"),
        scope: find("scope"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_one(value: &str) -> Option<Challenge> {
        read(&[("Www-Authenticate".to_owned(), value.to_owned())])
    }

    #[test]
    fn a_challenge_is_read_with_its_quotes_and_commas() {
        let bearer = Challenge::Bearer {
            realm: "https://auth.example.com/token".to_owned(),
            service: Some("registry".to_owned()),
            scope: Some("repository:a/b:pull,push".to_owned()),
        };
        let text =
            r#"Bearer realm="https://auth.example.com/token",service="registry",scope="repository:a/b:pull,push""#;
        assert_eq!(read_one(text), Some(bearer));
        assert_eq!(read_one("basic realm=\"x\""), Some(Challenge::Basic));
        let bare = Challenge::Bearer { realm: "http://x".to_owned(), service: Some("s".to_owned()), scope: None };
        assert_eq!(read_one("bearer realm=\"http://x\", service=s"), Some(bare.clone()));
        assert_eq!(
            read_one("Basic realm=\"a, b\", Bearer realm=\"http://x\",service=s"),
            Some(bare),
            "two in one line"
        );
    }

    #[test]
    fn what_cannot_be_met_is_no_challenge() {
        for text in ["", "Negotiate", "Bearer", "Bearer service=\"x\"", "Digest realm=\"x\""] {
            assert_eq!(read_one(text), None, "{text}");
        }
    }
}
