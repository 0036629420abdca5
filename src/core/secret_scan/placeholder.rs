//! What stands where a secret would, and is none: `changeme`, `${VAR}`, `xxxxxxxx`, `your-token-here`.

/// Words that no secret of twenty letters holds by chance.
const PLAIN: &[&str] = &["example", "changeme", "change-me", "change_me", "placeholder", "redacted", "0123456789"];

/// Words that only a value which a person wrote holds: a random one may hold them by chance.
const WRITTEN: &[&str] = &[
    "your", "dummy", "sample", "insert", "replace", "fixme", "todo", "fake", "-here", "_here", "not-a-", "not_a_",
    "xxx", "***", "...", "1234567", "abcdefg",
];

/// Values that are no more than the name of what belongs there.
const NAMES: &[&str] =
    &["password", "passwd", "pass", "pwd", "secret", "token", "test", "user", "username", "null", "none", "undefined"];

/// How many equal letters in a row no secret has.
const RUN: usize = 8;

/// Says whether a value of a service's own shape is a placeholder.
pub(super) fn is_placeholder(value: &[u8]) -> bool {
    has_any(value, PLAIN) || value.windows(RUN).any(|run| run.iter().all(|byte| *byte == run[0]))
}

/// Says whether a value that a person chose is a placeholder, or is filled in from elsewhere.
pub(super) fn is_written_placeholder(value: &[u8]) -> bool {
    let begins = |mark: &[u8]| value.starts_with(mark);
    let is_filled = begins(b"$") || begins(b"<") || begins(b"{") || begins(b"%(") || begins(b"%{") || begins(b"[");
    let holds = |mark: &[u8]| value.windows(mark.len()).any(|part| part == mark);
    let is_filled = is_filled || [&b"${"[..], b"{{", b"$(", b"#{", b"<%"].iter().any(|mark| holds(mark));
    let is_name = NAMES.iter().any(|name| value.eq_ignore_ascii_case(name.as_bytes()));
    let is_one = value.iter().all(|byte| Some(byte) == value.first());
    is_filled || is_name || is_one || has_any(value, WRITTEN) || is_placeholder(value)
}

fn has_any(value: &[u8], words: &[&str]) -> bool {
    words.iter().any(|word| value.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word.as_bytes())))
}

/// Returns Shannon's entropy of a value, in bits a byte.
#[expect(clippy::cast_precision_loss, reason = "a value has no more than a few hundred bytes")]
pub(super) fn entropy(value: &[u8]) -> f64 {
    let mut counts = [0_u32; 256];
    value.iter().for_each(|byte| counts[usize::from(*byte)] += 1);
    let share = |count: &u32| f64::from(*count) / value.len() as f64;
    counts.iter().filter(|count| **count > 0).map(share).map(|share| -share * share.log2()).sum()
}

/// Says whether a value looks as if nobody had thought of it: long, mixed, and not made of words.
pub(super) fn is_random(value: &[u8]) -> bool {
    let has = |kind: fn(&u8) -> bool| value.iter().any(kind);
    let is_hex = value.iter().all(|byte| byte.is_ascii_hexdigit() || *byte == b'-');
    let least = if is_hex { 3.0 } else { 3.5 };
    let is_mixed = has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic);
    value.len() >= 16 && is_mixed && !is_worded(value) && entropy(value) >= least
}

/// Says whether a value looks like a password that a person chose well: eight letters of three kinds.
pub(super) fn is_strong_password(value: &[u8]) -> bool {
    let kinds: [fn(&u8) -> bool; 4] =
        [u8::is_ascii_lowercase, u8::is_ascii_uppercase, u8::is_ascii_digit, u8::is_ascii_punctuation];
    let of = kinds.iter().filter(|kind| value.iter().any(kind)).count();
    value.len() >= 8 && of >= 3 && !is_worded(value) && entropy(value) >= 2.5
}

/// Says whether every part of a value is a word, with a number of up to four digits behind it: `app-tls-2024`.
fn is_worded(value: &[u8]) -> bool {
    let is_word = |part: &[u8]| {
        let letters = part.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        let digits = part.len() - letters;
        digits <= 4 && part[letters..].iter().all(u8::is_ascii_digit)
    };
    value.split(|byte| !byte.is_ascii_alphanumeric()).all(is_word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_person_puts_in_the_place_of_a_secret_is_none() {
        for text in [
            "changeme",
            "${DB_PASSWORD}",
            "$TOKEN",
            "{{ token }}",
            "<your-token>",
            "xxxxxxxx",
            "your-api-key-here",
            "********",
            "password",
            "$(pass show x)",
            "%(token)s",
            "AKIAIOSFODNN7EXAMPLE",
        ] {
            assert!(is_written_placeholder(text.as_bytes()), "{text}");
        }
        for text in ["hunter2-hunter2", "Tr0ub4dor&3", "q8Zk3vB1xW9mN4tR"] {
            assert!(!is_written_placeholder(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn a_random_value_is_told_from_words() {
        for text in ["q8Zk3vB1xW9mN4tR7yLp", "9f86d081884c7d659a2feaa0c55ad015", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzq9K3"]
        {
            assert!(is_random(text.as_bytes()), "{text}");
        }
        for text in [
            "bayit-backend-secrets-v2",
            "app/config/settings2024.yaml",
            "aaaaaaaaaaaaaaaaaaa1",
            "short1",
            "ThisIsNoSecretAtAll",
        ] {
            assert!(!is_random(text.as_bytes()), "{text}");
        }
        assert!(
            is_strong_password(b"Tr0ub4dor&3")
                && !is_strong_password(b"correct")
                && !is_strong_password(b"Release-2024")
        );
    }
}
