//! Environment files as `docker run --env-file` reads them, which knows no quotes and no value of several lines: what stands
//! behind the `=` is handed on as it is. All others are read by `dotenv`. Nothing of a value ever comes into an error.

/// Reads `NAME=value`, and `NAME` alone, which stands for what this process has under it; an error is a line's number.
pub(super) fn parse(text: &str, own: impl Fn(&str) -> Option<String>) -> Result<Vec<(String, String)>, usize> {
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
