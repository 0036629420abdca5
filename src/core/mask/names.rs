//! Names that secrets go by: one list for the plan, the shell and environment files. What a value looks like is not its story.

/// What the names of secrets end with, part by part.
pub(super) const NAMES: [&str; 9] =
    ["PASSWORD", "PASSWD", "PASSPHRASE", "TOKEN", "SECRET", "KEY", "CREDENTIAL", "COOKIE", "AUTHORIZATION"];

/// Says whether a name is one that secrets go by: `DB_PASSWORD`, `apiKey`, `Authorization`.
pub fn is_secret_name(name: &str) -> bool {
    let upper = name.to_uppercase();
    let mut parts = upper.split(|c: char| !c.is_ascii_alphanumeric());
    parts.any(|part| {
        let singular = part.strip_suffix('S').unwrap_or(part);
        NAMES.iter().any(|end| part.ends_with(end) || singular.ends_with(end))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_known_by_its_name() {
        for name in ["DB_PASSWORD", "API_KEY", "apikey", "SENTRY_AUTH_TOKEN", "Authorization", "x-api-key", "secrets"] {
            assert!(is_secret_name(name), "{name} passed as harmless");
        }
        for name in ["KEYCLOAK_URL", "PORT", "MODE", "TOKENIZER", "SECRETARY", "KEYBOARD_LAYOUT"] {
            assert!(!is_secret_name(name), "{name} was taken for a secret");
        }
    }

    #[test]
    fn what_the_plan_calls_a_secret_is_one_in_an_environment_file_as_well() {
        for name in NAMES {
            assert!(super::super::setting::is_secret(&format!("MY_{name}S"), "abcdefgh"), "{name}");
        }
    }
}
