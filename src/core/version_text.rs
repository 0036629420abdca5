//! A version as files write it, against the release's: `v1.0.0`, `"1.0.0"`, `1.0.0+4` and `1.0.0rc1` of Python all have
//! another spelling for the same thing.

/// How a written version stands to the one that is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WrittenAs {
    /// It means that version.
    Same,
    /// It means another one.
    Other,
    /// Tools do not agree whether it does, and why.
    Unclear(&'static str),
}

/// Compares what a file says with a version; the tag that the version gets means it too.
pub fn compare(written: &str, version: &str, tag: Option<&str>) -> WrittenAs {
    let bare = unquoted(written);
    if bare == version || Some(bare) == tag {
        return WrittenAs::Same;
    }
    if !bare.contains(|c: char| c.is_ascii_digit()) {
        return WrittenAs::Unclear("it names no version: a build may put one there");
    }
    if bare.chars().any(|c| c.is_control() || !c.is_ascii()) {
        return WrittenAs::Unclear("it has a character that no version has");
    }
    let (there, wanted) = (without_v(bare), without_v(version));
    let ((there_core, there_build), (wanted_core, wanted_build)) = (split_build(there), split_build(wanted));
    let (there_parts, wanted_parts) = (parts(there_core), parts(wanted_core));
    let is_whole = there.starts_with(|c: char| c.is_ascii_alphanumeric());
    if is_whole && !is_written_out(there_core, there_build) {
        return WrittenAs::Unclear("something is missing or left over in it");
    }
    if is_whole && there_parts == wanted_parts {
        return match (there_build, wanted_build) {
            // The build is counted beside the version: `version: 1.0.0+4` of a pubspec.
            (_, None) => WrittenAs::Same,
            (Some(there), Some(wanted)) if there == wanted => WrittenAs::Same,
            (Some(_), Some(_)) => WrittenAs::Other,
            (None, Some(_)) => WrittenAs::Unclear("it names no build"),
        };
    }
    if is_whole && padded(&there_parts) == padded(&wanted_parts) {
        return WrittenAs::Unclear("it differs only in trailing zeros, which not every tool ignores");
    }
    let ending = there_parts.split_last().filter(|(last, _)| FINAL.contains(&last.as_str()));
    if ending.is_some_and(|(_, before)| before == wanted_parts) {
        return WrittenAs::Unclear("some tools read its ending as that very version");
    }
    let is_behind = |name: &str| {
        let before = bare.strip_suffix(name)?;
        let is_sign = before.ends_with(|c: char| !c.is_ascii_alphanumeric() && c != '.');
        // `^1.0.0` and `app-1.0.0`, and no version that ends like it: `2-1.0.0`.
        Some((is_sign || before.ends_with('v')) && !before.contains(|c: char| c.is_ascii_digit()))
    };
    if is_behind(wanted).unwrap_or(false) {
        return WrittenAs::Unclear("there is text before the version");
    }
    WrittenAs::Other
}

/// Says whether letters and digits stand on both sides of every sign, and the build names something: `1.0.0-` and `1.0.0+` are
/// half written.
fn is_written_out(core: &str, build: Option<&str>) -> bool {
    let is_word = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric());
    let build_is_word = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    core.split(['.', '-', '_', '~']).all(is_word)
        && build.is_none_or(|build| build.split(['.', '_']).all(build_is_word))
}

/// Endings that Maven and its kind put behind a version that is out.
const FINAL: [&str; 3] = ["final", "release", "ga"];

fn unquoted(text: &str) -> &str {
    let text = text.trim();
    let inner = ['"', '\'', '`'].iter().find_map(|quote| text.strip_prefix(*quote)?.strip_suffix(*quote));
    inner.map_or(text, unquoted)
}

fn without_v(text: &str) -> &str {
    let rest = text.strip_prefix(['v', 'V']).unwrap_or(text);
    if rest.starts_with(|c: char| c.is_ascii_digit()) { rest } else { text }
}

fn split_build(text: &str) -> (&str, Option<&str>) {
    text.split_once('+').map_or((text, None), |(core, build)| (core, Some(build)))
}

/// Splits a version where digits and letters meet; what stands beside letters separates nothing: `1.0.0-rc.1` is
/// `1.0.0rc1` (PEP 440), and `1.0-1` is not `1.0.1`.
fn parts(text: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut separator = None;
    for c in text.chars() {
        if !c.is_ascii_alphanumeric() {
            separator = Some(c);
            continue;
        }
        let c = c.to_ascii_lowercase();
        let is_digit = c.is_ascii_digit();
        let before = parts.last().map(|part| part.ends_with(|c: char| c.is_ascii_digit()));
        if before == Some(is_digit) && separator.is_none() {
            parts.last_mut().into_iter().for_each(|part| part.push(c));
        } else {
            if let Some(other) = separator.filter(|sign| *sign != '.' && before == Some(true) && is_digit) {
                parts.push(other.to_string());
            }
            parts.push(c.to_string());
        }
        separator = None;
    }
    let named = |part: String| match part.as_str() {
        "alpha" => "a".to_owned(),
        "beta" => "b".to_owned(),
        "c" | "pre" | "preview" => "rc".to_owned(),
        _ => part,
    };
    parts.into_iter().map(named).collect()
}

/// Leaves out the zeros that some write and some do not: `1.0`, `1.0.0.0`, `2026.01.1`.
fn padded(parts: &[String]) -> Vec<String> {
    let numbers = parts.iter().take_while(|part| part.starts_with(|c: char| c.is_ascii_digit())).count();
    let (numbers, rest) = parts.split_at(numbers);
    let zero = |part: &&String| part.trim_start_matches('0').is_empty();
    let kept = numbers.len() - numbers.iter().rev().take_while(zero).count();
    let plain = numbers[..kept].iter().map(|part| part.trim_start_matches('0').to_owned());
    plain.chain(rest.iter().cloned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_version_are_that_version() {
        for written in
            ["1.0.0", " 1.0.0\n", "v1.0.0", "V1.0.0", "\"1.0.0\"", "'v1.0.0'", "1.0.0+4", "1.0.0+20261129.abc"]
        {
            assert_eq!(compare(written, "1.0.0", None), WrittenAs::Same, "{written}");
        }
        for written in ["1.0.0-rc.1", "1.0.0rc1", "1.0.0-rc1", "1.0.0.rc1", "1.0.0-RC1", "v1.0.0c1", "1.0.0-pre1"] {
            assert_eq!(compare(written, "1.0.0-rc.1", None), WrittenAs::Same, "{written}");
        }
        assert_eq!(compare("app-v1.0.0", "1.0.0", Some("app-v1.0.0")), WrittenAs::Same);
        assert_eq!(compare("1.0.0+4", "1.0.0+4", None), WrittenAs::Same);
    }

    #[test]
    fn what_tools_read_in_more_than_one_way_is_unclear() {
        let unclear = [
            "1.0",
            "1",
            "1.0.0.0",
            "1.0.00",
            "1.0.0.Final",
            "1.0.0.RELEASE",
            "^1.0.0",
            "app-1.0.0",
            "release/1.0.0",
            "=1.0.0",
            "~1.0.0",
        ];
        for written in unclear {
            assert!(matches!(compare(written, "1.0.0", None), WrittenAs::Unclear(_)), "{written}");
        }
        for written in ["", "v", "latest", "dev", "1.0.0\u{200b}", "1.0.0\0", "１.0.0", "1\u{ff0e}0.0"] {
            assert!(matches!(compare(written, "1.0.0", None), WrittenAs::Unclear(_)), "{written:?}");
        }
        let half =
            ["1.0.0+", "1.0.0-", "1.0.0-.", "1.0.0.", "1.0.0-+4", "1.0.0..", "1..0.0", "1.0.0/", "1.0.0)", "1.0.0;"];
        let more =
            ["1.0.0,", "1.0.0+a+b", "1.0.0+a..b", "1.0.0~", "1.0.0-.+4", "1.-0.0", "1.0.0+.", "1.0.0*", "1.0.0_"];
        for written in half.into_iter().chain(more) {
            assert!(matches!(compare(written, "1.0.0", None), WrittenAs::Unclear(_)), "{written}");
        }
        assert!(matches!(compare("1.0.0", "1.0.0+4", None), WrittenAs::Unclear(_)));
        assert!(matches!(compare("2026.1.1", "2026.01.1", None), WrittenAs::Unclear(_)));
    }

    #[test]
    fn another_version_is_another_one() {
        let others = [
            "0.9.0",
            "11.0.0",
            "1.0.1",
            "1.0.0-rc.1",
            "1.0.0rc1",
            "1.0.0-SNAPSHOT",
            "1.0.0.1",
            "2.1.0.0",
            "1.0-0",
            "1.0.0-1",
            "1.0.0.dev1",
            "2-1.0.0",
            "10.0",
            "1.0.0.post1",
        ];
        for written in others {
            assert_eq!(compare(written, "1.0.0", None), WrittenAs::Other, "{written}");
        }
        assert_eq!(compare("1.0.0+5", "1.0.0+4", None), WrittenAs::Other);
    }
}
