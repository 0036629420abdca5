//! Which values of an environment file are secret: such a file holds both, and does not say which.

use super::key::has_key_block;
use super::names::NAMES;

/// Further parts of names whose values are secret in such a file, where a value that is none costs only a word in a log.
const PARTS: [&str; 9] = ["PASS", "PWD", "DSN", "URI", "AUTH", "PRIVATE", "SALT", "SIGNATURE", "WEBHOOK"];

/// Words of names whose values are secret, where they stand alone between `_`.
const WORDS: [&str; 3] = ["PIN", "OTP", "PSK"];

/// Ends of names whose values are hidden however short they are.
const ENDS: [&str; 6] = ["PASSWORD", "PASSWD", "PASSPHRASE", "PASS", "PWD", "SECRET"];

/// How short any other value may be that is hidden wherever it is printed; a shorter one would hide ordinary words.
const SHORTEST: usize = 8;

/// From this length on a value without capitals, too, looks like nothing that a person would name something.
const LONG: usize = 20;

/// Says whether a value of an environment file is hidden: by its name, or because it looks like one that was made up.
///
/// What a person reads in a log all the time stays: words, numbers, hosts, paths, addresses without a password.
pub(super) fn is_secret(name: &str, value: &str) -> bool {
    let value = value.trim().trim_matches(['"', '\'']);
    let name = name.to_ascii_uppercase();
    if value.chars().count() < SHORTEST {
        return ENDS.iter().any(|end| name.ends_with(end));
    }
    let is_named =
        NAMES.iter().chain(&PARTS).any(|part| name.contains(part)) || name.split('_').any(|word| WORDS.contains(&word));
    // Of a value of several lines one is enough: a key is one value, whatever it is called.
    is_named
        || has_key_block(value)
        || value.lines().map(str::trim).any(|line| line.chars().count() >= SHORTEST && is_made_up(line))
}

fn is_made_up(value: &str) -> bool {
    let has = |is: fn(&char) -> bool| value.chars().any(|c| is(&c));
    let is_spoken = value.contains(char::is_whitespace) || value.starts_with(['/', '.', '~']) || value.contains("://");
    let is_host = value.contains('.') && !value.contains(|c: char| !(c.is_ascii_alphanumeric() || "-.:,".contains(c)));
    let is_image = value.contains('/') && value.contains(':');
    let is_mixed = has(char::is_ascii_digit) && has(char::is_ascii_alphabetic);
    is_mixed && !is_spoken && !is_host && !is_image && (has(char::is_ascii_uppercase) || value.len() >= LONG)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_named_a_secret_or_looks_made_up_is_one() {
        for (name, value) in [
            ("APP_PIN", "efSecret-Value-4711-xyz"),
            ("OTHER", "efSecret-Value-4711-xyz"),
            ("SSH_ID", "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\n-----END RSA PRIVATE KEY-----"),
            ("OTHER", "\"9f86d081884c7d659a2feaa0c55ad015\""),
            ("DB_PASSWORD", "correct horse"),
            ("STRIPE_KEY", "sk-abcdefgh"),
            ("LOGIN_PIN", "12345678"),
            ("DB_PASSWORD", "hunter2"),
        ] {
            assert!(is_secret(name, value), "{name}={value}");
        }
    }

    #[test]
    fn what_a_person_reads_all_the_time_is_none() {
        for (name, value) in [
            ("PORT", "8000"),
            ("MODE", "production"),
            ("AWS_REGION", "eu-central-1"),
            ("HOST", "db-1.internal.example.com:5432"),
            ("HOME_URL", "https://shop.example.com/A1"),
            ("DATA", "/var/lib/shop2/Data"),
            ("IMAGE", "registry.example.com/Api2:1.0.0"),
            ("SPINNER", "12345678"),
            ("GREETING", "Hello 2 all of you"),
            ("KEY_PREFIX", "shop"),
            ("AUTH", "basic"),
            ("MOTD", "Hello 2 all of you\nPORT 8000"),
        ] {
            assert!(!is_secret(name, value), "{name}={value}");
        }
    }
}
