//! What a registry asks for when it answers 401: `WWW-Authenticate`, taken apart (RFC 9110, 11.6.1).

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
    let all: Vec<Challenge> = values.filter_map(|(_, value)| one(value)).collect();
    all.iter().find(|challenge| matches!(challenge, Challenge::Bearer { .. })).or_else(|| all.first()).cloned()
}

fn one(value: &str) -> Option<Challenge> {
    let value = value.trim();
    let (scheme, rest) = value.split_once(' ').unwrap_or((value, ""));
    if scheme.eq_ignore_ascii_case("basic") {
        return Some(Challenge::Basic);
    }
    if !scheme.eq_ignore_ascii_case("bearer") {
        return None;
    }
    let parameters = parameters(rest);
    let find = |name: &str| parameters.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, v)| v.clone());
    Some(Challenge::Bearer { realm: find("realm")?, service: find("service"), scope: find("scope") })
}

/// Reads `name=value` and `name="value"`, apart by commas; a comma within quotes is text.
fn parameters(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((name, after)) = rest.split_once('=') {
        let name = name.trim_matches([',', ' ', '\t']).to_owned();
        let (value, after) = match after.trim_start().strip_prefix('"') {
            Some(quoted) => quoted_text(quoted),
            None => {
                let end = after.find(',').unwrap_or(after.len());
                (after[..end].trim().to_owned(), &after[end..])
            }
        };
        found.push((name, value));
        rest = after;
    }
    found
}

fn quoted_text(quoted: &str) -> (String, &str) {
    let mut value = String::new();
    let mut is_escaped = false;
    for (at, c) in quoted.char_indices() {
        match (is_escaped, c) {
            (false, '"') => return (value, &quoted[at + 1..]),
            (false, '\\') => is_escaped = true,
            (_, c) => {
                value.push(c);
                is_escaped = false;
            }
        }
    }
    (value, "")
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
        assert_eq!(read_one("bearer realm=http://x, service=s"), Some(bare));
    }

    #[test]
    fn what_cannot_be_met_is_no_challenge() {
        for text in ["", "Negotiate", "Bearer", "Bearer service=\"x\"", "Digest realm=\"x\""] {
            assert_eq!(read_one(text), None, "{text}");
        }
    }
}
