//! What kind of text a file is, and the bytes of it that are read.

use std::borrow::Cow;

/// How far a file is looked at for a zero byte, as git does it.
const BEGINNING: usize = 8_000;

/// How the pointer of a file begins that git-lfs keeps elsewhere.
const POINTER: &[u8] = b"version https://git-lfs.github.com/spec/";

/// A file as it is read.
#[derive(Debug, PartialEq, Eq)]
pub enum ReadableText<'a> {
    /// Text; that of UTF-16 as UTF-8.
    Text(Cow<'a, [u8]>),
    /// A pointer to a file that lies elsewhere.
    Pointer(&'a [u8]),
    /// No text.
    Binary,
}

impl<'a> ReadableText<'a> {
    /// Tells text from what is none.
    pub fn of(bytes: &'a [u8]) -> Self {
        if let Some(text) = utf16(bytes) {
            return Self::Text(Cow::Owned(text));
        }
        match bytes[..bytes.len().min(BEGINNING)].contains(&0) {
            true => Self::Binary,
            false if bytes.starts_with(POINTER) && bytes.len() < 1_024 => Self::Pointer(bytes),
            false => Self::Text(Cow::Borrowed(bytes)),
        }
    }
}

/// Reads UTF-16 that says so with its byte order mark.
fn utf16(bytes: &[u8]) -> Option<Vec<u8>> {
    let unit: fn([u8; 2]) -> u16 = match bytes {
        [0xff, 0xfe, ..] => u16::from_le_bytes,
        [0xfe, 0xff, ..] => u16::from_be_bytes,
        _ => return None,
    };
    let units = bytes[2..].chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    let text: String = char::decode_utf16(units).map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    Some(text.into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_told_from_binaries_and_pointers_and_utf_16_is_text() {
        assert_eq!(ReadableText::of(b"a\n"), ReadableText::Text(Cow::Borrowed(b"a\n")));
        assert_eq!(ReadableText::of(b"a\0b"), ReadableText::Binary);
        assert_eq!(ReadableText::of(b"\xff\xfea\0\n\0"), ReadableText::Text(Cow::Owned(b"a\n".to_vec())));
        assert_eq!(ReadableText::of(b"\xfe\xff\0a"), ReadableText::Text(Cow::Owned(b"a".to_vec())));
        let pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 1\n";
        assert_eq!(ReadableText::of(pointer), ReadableText::Pointer(pointer));
    }
}
