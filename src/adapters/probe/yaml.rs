//! One value out of a YAML file: block mappings and plain or quoted scalars, which is how versions are written.
//!
//! It is not a YAML parser: flow style, anchors and block text are not read, and then the key is not found.

/// Finds the value of a key with dots between its parts; the first one counts.
pub(super) fn value(text: &str, key: &str) -> Option<String> {
    let wanted: Vec<&str> = key.split('.').collect();
    let mut path: Vec<(usize, String)> = Vec::new();
    for line in text.lines() {
        let bare = line.trim_start_matches(' ');
        let indent = line.len() - bare.len();
        if bare.is_empty() || bare.starts_with(['#', '-']) {
            continue;
        }
        let Some((name, rest)) = bare.split_once(':') else {
            continue;
        };
        if !rest.is_empty() && !rest.starts_with([' ', '\t']) {
            continue;
        }
        path.retain(|(depth, _)| *depth < indent);
        path.push((indent, name.trim().trim_matches(['"', '\'']).to_owned()));
        if path.iter().map(|(_, name)| name.as_str()).eq(wanted.iter().copied()) {
            return scalar(rest.trim());
        }
    }
    None
}

fn scalar(text: &str) -> Option<String> {
    let value = match text.chars().next()? {
        quote @ ('"' | '\'') => text[1..].split(quote).next()?,
        '|' | '>' | '[' | '{' | '&' | '*' | '#' => return None,
        _ => text.split(" #").next()?.trim_end(),
    };
    Some(value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::value;

    #[test]
    fn a_key_is_found_only_at_its_own_place() {
        let text = "version: 1\nimage:\n  tag: 'x'\n  deep:\n    version: 2.0.0\nother:\n  version: 3\n";
        assert_eq!(value(text, "version").as_deref(), Some("1"));
        assert_eq!(value(text, "image.deep.version").as_deref(), Some("2.0.0"));
        assert_eq!(value(text, "other.version").as_deref(), Some("3"));
        assert_eq!(value(text, "image.version"), None);
        assert_eq!(value("version: |\n  1.0.0\n", "version"), None);
    }
}
