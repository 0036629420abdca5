//! The ways one secret may be written.

use crate::clean;
use crate::hex::hex;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// A line of a longer secret counts alone from this length on; shorter ones are too common to be hidden.
const LINE: usize = 16;

/// The password of an address counts alone from this length on: shorter ones are words, such as that of a test's database.
const PASSWORD: usize = 8;

/// Returns a value in every way that it may be written, itself among them.
pub(super) fn forms(value: &str) -> Vec<String> {
    let trimmed = value.trim();
    let mut forms = vec![value.to_owned(), trimmed.to_owned()];
    for plain in [value, trimmed] {
        forms.extend(encoded(plain));
    }
    // What is printed is cleaned before it is looked at.
    forms.extend([clean::line(value).into_owned(), clean::line(trimmed).into_owned()]);
    forms.extend(folded(trimmed));
    forms.extend(password(trimmed));
    forms.extend(trimmed.lines().map(str::trim).filter(|line| line.len() >= LINE).map(str::to_owned));
    forms
}

/// Returns the writings of a value that may come in pieces: what escapes it breaks it up already.
pub(super) fn unescaped(value: &str) -> Vec<String> {
    let value = value.trim();
    let cores = (0..3).map(|shift| base64_core(value.as_bytes(), shift));
    let mut forms: Vec<String> = cores.chain([hex(value).to_uppercase(), hex(value)]).collect();
    forms.extend(password(value));
    forms.extend(value.lines().map(|line| line.trim().to_owned()));
    forms
}

/// Returns the lines of the Base64 of a value as `base64`, `openssl` and MIME fold it.
fn folded(value: &str) -> Vec<String> {
    let core = base64_core(value.as_bytes(), 0);
    let widths = [64, 76].into_iter().filter(|width| core.len() > *width);
    let all = widths.flat_map(|width| core.as_bytes().chunks(width)).filter(|line| line.len() >= LINE);
    all.map(|line| String::from_utf8_lossy(line).into_owned()).collect()
}

/// Returns the password of an address, `scheme://user:password@host`: it may be printed alone.
pub(super) fn password(value: &str) -> Option<String> {
    let (_, rest) = value.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let (_, password) = authority.rsplit_once('@')?.0.split_once(':')?;
    (password.chars().count() >= PASSWORD).then(|| password.to_owned())
}

fn encoded(value: &str) -> Vec<String> {
    // Too short to be known again once it is cut or spelled otherwise.
    if value.chars().count() < 4 {
        return Vec::new();
    }
    let mut forms = vec![percent(value, |byte| format!("%{byte:02X}")), percent(value, |byte| format!("%{byte:02x}"))];
    forms.extend([hex(value).to_uppercase(), hex(value)]);
    for shift in 0..3 {
        let core = base64_core(value.as_bytes(), shift);
        forms.push(core.replace('+', "-").replace('/', "_"));
        forms.push(core);
    }
    forms.push(STANDARD.encode(value));
    forms.extend(respelled(value));
    forms
}

/// A value in other letters counts from this length on: a shorter one is a word.
const RESPELLED: usize = 8;

/// Returns a value in capitals and in small letters, and in Base32.
fn respelled(value: &str) -> Vec<String> {
    if value.chars().count() < RESPELLED {
        return Vec::new();
    }
    let base32 = base32(value.as_bytes());
    vec![value.to_uppercase(), value.to_lowercase(), base32.to_lowercase(), base32]
}

/// Encodes bytes in Base32 (RFC 4648, section 6), without what fills it up.
fn base32(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let (mut text, mut held, mut bits) = (String::new(), 0_u32, 0);
    for byte in bytes {
        held = ((held << 8) | u32::from(*byte)) & 0xffff;
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            text.push(char::from(DIGITS[((held >> bits) & 31) as usize]));
        }
    }
    if bits > 0 {
        text.push(char::from(DIGITS[((held << (5 - bits)) & 31) as usize]));
    }
    text
}

/// Encodes a value as forms send it (`+` for a space), which is not read back: a `+` may be one.
fn percent(value: &str, escape: fn(u8) -> String) -> String {
    let each = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        b' ' => "+".to_owned(),
        _ => escape(byte),
    };
    value.bytes().map(each).collect()
}

/// Returns the part of the Base64 of `…value…` that the value alone decides, when it starts `shift` bytes into a group.
///
/// So a password is also found within the Base64 of `user:password`.
fn base64_core(bytes: &[u8], shift: usize) -> String {
    let padded: Vec<u8> = std::iter::repeat_n(0, shift).chain(bytes.iter().copied()).collect();
    let first = (shift * 8).div_ceil(6);
    let last = padded.len() * 8 / 6;
    STANDARD.encode(padded).get(first..last.max(first)).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::Mask;
    use super::*;

    #[test]
    fn base32_is_that_of_the_standard() {
        // RFC 4648, section 10.
        let vectors = [("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("foobar", "MZXW6YTBOI")];
        vectors.iter().for_each(|(plain, encoded)| assert_eq!(base32(plain.as_bytes()), *encoded));
    }

    #[test]
    fn a_value_is_known_in_other_letters_in_mail_and_in_a_dump() {
        let mask = Mask::new();
        mask.learn("Zq7=k&tail-42xY");
        for form in [
            "ZQ7=K&TAIL-42XY",
            "zq7=k&tail-42xy",
            "LJYTOPLLEZ2GC2LMFU2DE6CZ",
            "Zq7=3Dk&tail-42xY",
            "Zq7=3Dk=26tail=2D42xY",
            "5a:71:37:3d:6b:26:74:61:69:6c:2d:34:32:78:59",
            "5a71 373d 6b26 7461 696c 2d34 3278 59",
            "5A 71 37 3D 6B 26 74 61",
        ] {
            assert_eq!(mask.apply(&format!("it: {form}")), "it: •••", "{form}");
        }
    }

    #[test]
    fn a_core_stands_in_the_base64_of_whatever_is_around_it() {
        for before in 0..7 {
            for after in 0..4 {
                let text = format!("{}s3cret-Value{}", "x".repeat(before), "y".repeat(after));
                let whole = STANDARD.encode(text);
                assert!(whole.contains(&base64_core(b"s3cret-Value", before % 3)), "{whole}");
            }
        }
    }

    #[test]
    fn a_long_line_of_a_key_counts_alone() {
        let key = "-----BEGIN-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\nab\n";
        let forms = forms(key);
        assert!(forms.contains(&"MIIEvQIBADANBgkqhkiG9w0BAQEFAASC".to_owned()));
        assert!(!forms.contains(&"ab".to_owned()));
    }
}
