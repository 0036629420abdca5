//! Environment files as `docker run --env-file` reads them: a value is what stands behind the `=`, quotes and all.
//! Nothing of a value ever comes into an error.

use crate::adapters::dotenv::text;
use crate::adapters::process::from_root;
use crate::adapters::secrets::Secrets;
use crate::ports::{FailureKind, PortError};

/// Reads the files, the last of a name counting, and lets the mask learn what is secret in them.
///
/// # Errors
/// When a file is missing, or a line makes no sense: named by file and number.
pub(in crate::adapters::docker) async fn read(
    files: &[String],
    secrets: &Secrets,
) -> Result<Vec<(String, String)>, PortError> {
    let mut all: Vec<(String, String)> = Vec::new();
    for file in files {
        secrets.trust().allow(&format!("{file} was not read"))?;
        let text = text(&from_root(secrets.root(), Some(file))?, file).await?;
        let pairs = parse(&text, |name| std::env::var(name).ok()).map_err(|line| {
            PortError::new(FailureKind::Malformed, format!("line {line} of {file} makes no sense to docker"))
        })?;
        for (name, value) in pairs {
            all.retain(|(known, _)| *known != name);
            all.push((name, value));
        }
    }
    all.iter().for_each(|(name, value)| secrets.mask().learn_setting(name, value));
    Ok(all)
}

/// Reads `NAME=value`, and `NAME` alone, which stands for what this process has under it; an error is a line's number.
fn parse(text: &str, own: impl Fn(&str) -> Option<String>) -> Result<Vec<(String, String)>, usize> {
    let mut pairs = Vec::new();
    for (at, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let line = line.trim_start();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (name, value) = line.split_once('=').map_or((line, None), |(name, value)| (name, Some(value.to_owned())));
        if name.is_empty() || name.contains(char::is_whitespace) || line.contains('\0') {
            return Err(at + 1);
        }
        pairs.extend(value.or_else(|| own(name)).map(|value| (name.to_owned(), value)));
    }
    Ok(pairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_taken_as_they_stand() {
        let own = |name: &str| (name == "OWN").then(|| "mine".to_owned());
        let pairs = parse("\u{feff}A=\"q\" # no comment\n\n # c\r\n  B=\nOWN\nGONE\nC=a=b", own).unwrap();
        let wanted = [("A", "\"q\" # no comment"), ("B", ""), ("OWN", "mine"), ("C", "a=b")];
        assert_eq!(pairs, wanted.map(|(name, value)| (name.to_owned(), value.to_owned())));
        for (text, line) in [("A=1\nexport B=2", 2), ("=x", 1), ("A B", 1)] {
            assert_eq!(parse(text, own), Err(line), "{text}");
        }
    }
}
