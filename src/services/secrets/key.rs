//! A hash of a value that nobody can guess the value by who does not have the key: it says later whether a value is another.

use sha2::{Digest as _, Sha256};
use std::io::Read as _;
use std::path::Path;
use tminus_core::hex::sha256;
use tminus_storage::paths::write_private;

/// How long a key is, in bytes.
const KEY: usize = 32;
/// How long a block of SHA-256 is, in bytes.
const BLOCK: usize = 64;

/// The key that values are hashed with, kept in the owner's state.
#[derive(Clone, PartialEq, Eq)]
pub struct ValueKey([u8; KEY]);

impl std::fmt::Debug for ValueKey {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.write_str("ValueKey(•••)")
    }
}

impl ValueKey {
    /// Returns the key of a file, made at its first use; nothing where it cannot be kept.
    pub fn kept_at(path: &Path) -> Option<Self> {
        let mut key = [0; KEY];
        if let Ok(known) = std::fs::read(path) {
            return known.try_into().ok().map(Self);
        }
        std::fs::File::open("/dev/urandom").ok()?.read_exact(&mut key).ok()?;
        let own = path.with_extension(std::process::id().to_string());
        write_private(&own, &key).ok()?;
        // Of two that start at once the first one's is kept, and both hash with it.
        drop(std::fs::hard_link(&own, path));
        drop(std::fs::remove_file(&own));
        std::fs::read(path).ok()?.try_into().ok().map(Self)
    }

    /// Returns the keyed hash (HMAC, RFC 2104, with SHA-256) of a variable.
    pub fn hash(&self, name: &str, value: &[u8]) -> String {
        let padded =
            |with: u8| self.0.iter().copied().chain([0; BLOCK - KEY]).map(|byte| byte ^ with).collect::<Vec<u8>>();
        let text = [name.as_bytes(), b"=", value].concat();
        let inner = Sha256::digest([padded(0x36), text].concat());
        sha256([padded(0x5c), inner.to_vec()].concat())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_tells_of_another_value_and_not_of_the_value() {
        let dir = tempfile::tempdir().unwrap();
        let (path, other) = (dir.path().join("key"), dir.path().join("other"));
        let own = ValueKey::kept_at(&path).unwrap();
        let of = |key: &ValueKey, value: &str| key.hash("PIN", value.as_bytes());
        assert_eq!(ValueKey::kept_at(&path), Some(own.clone()), "it is kept");
        assert_eq!(of(&own, "1234"), of(&own, "1234"));
        assert_ne!(of(&own, "1234"), of(&own, "1235"));
        assert_ne!(
            of(&ValueKey::kept_at(&other).unwrap(), "1234"),
            of(&own, "1234"),
            "without the key nobody can try values"
        );
        let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&path).unwrap().permissions());
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_keyed_hash_is_hmac() {
        // As `printf A=b | openssl dgst -sha256 -mac HMAC -macopt hexkey:0b0b…` says.
        let hash = ValueKey([0x0b; KEY]).hash("A", b"b");
        assert_eq!(hash, "ae67e548299f6b2badb9e8eafdf6fc9876accd6950c92316092d46aab9886b61");
    }
}
