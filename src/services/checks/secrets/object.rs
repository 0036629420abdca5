//! The name of an object, in the few bytes that it is.

use std::fmt;

/// The name of an object: 20 bytes, or 32 where the repository uses SHA-256.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct ObjectName {
    bytes: [u8; 32],
    length: u8,
}

impl ObjectName {
    /// Reads 40 or 64 hexadecimal digits.
    pub(super) fn parse(text: &[u8]) -> Option<Self> {
        let length = u8::try_from(text.len() / 2)
            .ok()
            .filter(|length| text.len().is_multiple_of(2) && matches!(length, 20 | 32))?;
        let digit = |byte: u8| char::from(byte).to_digit(16);
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(text.chunks_exact(2)) {
            *byte = u8::try_from(digit(pair[0])? << 4 | digit(pair[1])?).ok()?;
        }
        Some(Self { bytes, length })
    }

    /// Takes the bytes of a name.
    pub(super) fn of(raw: &[u8]) -> Option<Self> {
        let length = u8::try_from(raw.len()).ok().filter(|length| matches!(length, 20 | 32))?;
        let mut bytes = [0; 32];
        bytes[..raw.len()].copy_from_slice(raw);
        Some(Self { bytes, length })
    }

    /// Returns the bytes.
    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.length)]
    }
}

impl fmt::Display for ObjectName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_bytes().iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ObjectName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_back_as_it_was_in_both_lengths() {
        for text in ["0123456789abcdef0123456789abcdef01234567", &"ab".repeat(32)] {
            let name = ObjectName::parse(text.as_bytes()).unwrap();
            assert_eq!(name.to_string(), *text);
            assert_eq!(ObjectName::of(name.as_bytes()), Some(name));
        }
        assert_eq!(ObjectName::parse(b"0123"), None);
        assert_eq!(ObjectName::parse("zz".repeat(20).as_bytes()), None);
    }
}
