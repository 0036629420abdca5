//! What stands in files of the checkout. They never lead out of it.

use crate::probe::CheckoutLease;
use crate::process::from_root;
use std::path::{Path, PathBuf};
use tminus_core::ports::{FailureKind, PortError};
use tokio::io::AsyncReadExt as _;

/// How much of a file is searched, in bytes.
const MOST: u64 = 8 << 20;

/// Returns the real path of a file in a folder, links followed; an error when that leads out, `None` when nothing is there.
pub(crate) fn inside(dir: &Path, path: &str) -> Result<Option<PathBuf>, PortError> {
    let unreadable = |error: std::io::Error| {
        PortError::new(FailureKind::Rejected, format!("{path} could not be read")).because(error.to_string())
    };
    let wanted = from_root(dir, Some(path))?;
    let real = match wanted.canonicalize() {
        Ok(real) => real,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(error)),
    };
    if real.starts_with(dir.canonicalize().map_err(unreadable)?) {
        Ok(Some(real))
    } else {
        Err(PortError::new(FailureKind::Rejected, format!("{path} leads out of the repository")))
    }
}

/// Reads the beginning of a text file, and says whether that was all of it. What is not found in another encoding would be
/// taken for missing.
pub(crate) async fn content(real: &Path, path: &str) -> Result<(String, bool), PortError> {
    let (bytes, is_whole) = bytes(real, path).await?;
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        // The beginning of a long file may end within a letter.
        Err(error) if !is_whole && error.utf8_error().error_len().is_none() => {
            String::from_utf8_lossy(error.as_bytes()).into_owned()
        }
        Err(_) => return Err(PortError::new(FailureKind::Malformed, format!("{path} is no text in UTF-8"))),
    };
    Ok((text, is_whole))
}

/// Reads the beginning of a file, and says whether that was all of it.
pub(crate) async fn bytes(real: &Path, path: &str) -> Result<(Vec<u8>, bool), PortError> {
    let unreadable = |error: std::io::Error| {
        PortError::new(FailureKind::Rejected, format!("{path} could not be read")).because(error.to_string())
    };
    // A pipe or a device would be read for ever, or change something by being read.
    if !tokio::fs::metadata(real).await.map_err(unreadable)?.is_file() {
        return Err(PortError::new(FailureKind::Malformed, format!("{path} is not a file")));
    }
    let mut bytes = Vec::new();
    let file = tokio::fs::File::open(real).await.map_err(unreadable)?;
    file.take(MOST + 1).read_to_end(&mut bytes).await.map_err(unreadable)?;
    let is_whole = bytes.len() as u64 <= MOST;
    Ok((bytes, is_whole))
}

/// Says why a file counts for nothing: it is not part of the commit, or a link leads to it that is not.
pub(crate) async fn stray(ground: &CheckoutLease, real: &Path, path: &str) -> Result<Option<String>, PortError> {
    let top = ground.dir().canonicalize().unwrap_or_else(|_| ground.dir().to_owned());
    let mut parts = vec![real.strip_prefix(&top).unwrap_or(real).to_string_lossy().into_owned()];
    let is_link = |path: &Path| top.join(path).symlink_metadata().is_ok_and(|about| about.is_symlink());
    let above = Path::new(path).ancestors().filter(|part| is_link(part));
    parts.extend(above.map(|part| part.to_string_lossy().into_owned()));
    for part in parts {
        if !ground.repository().is_tracked(&part, ground.commit()).await? {
            let short = ground.commit().short();
            return Ok(Some(format!(
                "{part} is not in the commit {short}: git does not track it, so it counts for nothing"
            )));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_text_in_another_encoding_is_not_read_as_if_it_lacked_something() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("notes.md");
        std::fs::write(&file, "## 1.0.0 – גרסה").unwrap();
        assert_eq!(content(&file, "notes.md").await.unwrap(), ("## 1.0.0 – גרסה".to_owned(), true));
        let utf_16: Vec<u8> = "\u{feff}## 1.0.0".encode_utf16().flat_map(u16::to_le_bytes).collect();
        std::fs::write(&file, utf_16).unwrap();
        assert_eq!(content(&file, "notes.md").await.unwrap_err().summary, "notes.md is no text in UTF-8");
        // A long file may be cut within a letter.
        std::fs::write(&file, "א".repeat(5 << 20)).unwrap();
        assert!(!content(&file, "notes.md").await.unwrap().1);
    }
}
