//! What `current` printed, read as what is there: a version and a digest on its last line, or in JSON where the plan says.

use serde_json::Value;
use tminus_core::json_tree::JsonTree;
use tminus_core::kinds::deliver::CurrentJson;
use tminus_core::names::{Digest, Version};
use tminus_core::order::{Health, Observation};
use tminus_core::plan::Template;
use tminus_core::ports::{FailureKind, PortError};

fn malformed(says: String) -> PortError {
    PortError::new(FailureKind::Malformed, says)
}

/// Reads the JSON that was printed, whole or as its last line. An image of another name than the artifact's is not its own.
pub(super) fn observation_of_json(
    printed: &str,
    (places, own): (&CurrentJson, Option<&Template>),
) -> Result<Observation, PortError> {
    let last_line = || JsonTree::parse(printed.trim().lines().last().unwrap_or_default());
    let found = JsonTree::parse(printed.trim()).or_else(|_| last_line());
    // Of a name that comes twice nobody knows which one counts.
    let found = found.and_then(JsonTree::into_value);
    let found = found.map_err(|why| malformed(format!("`current` printed no JSON that can be read: {why}")))?;
    let named = found.pointer(&places.version).and_then(Value::as_str);
    let named = named.ok_or_else(|| malformed(format!("`current` printed no text at {}", places.version)))?;
    // An image names its version in its tag, and its digest behind an @.
    let (image, digest) = named.split_once('@').map_or((named, None), |(image, digest)| (image, Some(digest)));
    let (name, tag) = match image.rsplit_once(':').filter(|(_, tag)| !tag.contains('/')) {
        Some((name, tag)) => (Some(name), tag),
        None => (None, image),
    };
    let health = match places.healthy.as_ref().and_then(|place| found.pointer(place)).and_then(Value::as_bool) {
        Some(true) => Health::Healthy,
        Some(false) => Health::Unhealthy,
        None => Health::Unknown,
    };
    let own = own.and_then(|own| own.as_str().rsplit_once(':')).map(|(own, _)| last(own));
    if let Some(name) = name.filter(|name| own.is_some_and(|own| own != last(name) && !own.contains('{'))) {
        let words = Some(format!("{name} runs there, which is another image"));
        return Ok(Observation { words, ..Observation::of(health) });
    }
    if name.is_none() && image.contains('/') {
        let words = Some(format!("{image} runs there, and names no version"));
        return Ok(Observation { words, ..Observation::of(health) });
    }
    let line = format!("{tag} {}", digest.unwrap_or_default());
    Ok(Observation { health, words: None, ..observation(&line)? })
}

/// Returns the last part of an image's name: from which registry it came, a tool need not say.
fn last(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

/// Reads the last line: a version alone, and a digest beside it where there is one. A sentence names no version, whatever
/// its first word is. A command says nothing about health. Where it prints nothing, nothing runs there.
///
/// # Errors
/// What is not one version: then nobody knows what runs there.
pub(super) fn observation(printed: &str) -> Result<Observation, PortError> {
    let line = printed.trim().lines().last().unwrap_or_default().trim();
    let (digests, others): (Vec<&str>, Vec<&str>) =
        line.split_whitespace().partition(|word| word.starts_with("sha256:"));
    let version = match others.as_slice() {
        [word] => named(word),
        _ => None,
    };
    let is_understood = version.is_some() || (others.is_empty() && digests.len() == 1);
    let shown: String = line.chars().take(80).collect();
    if line.is_empty() {
        return Ok(Observation::of(Health::Absent));
    }
    if !is_understood {
        return Err(malformed(format!("`current` printed {shown:?}, which is not one version")));
    }
    let digest = digests.first().filter(|_| digests.len() == 1).map(|digest| Digest::new(*digest));
    Ok(Observation { version, digest, words: Some(shown), ..Observation::of(Health::Unknown) })
}

/// Reads a word as a version: one has a digit in it, and `error` has none.
fn named(word: &str) -> Option<Version> {
    let word = word.trim_matches(['"', '\'']);
    let bare = word.strip_prefix('v').filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    Version::parse(bare.unwrap_or(word)).ok().filter(|version| version.as_str().contains(|c: char| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_names_version_digest_and_health_where_the_plan_says() {
        let places = CurrentJson { version: "/image".to_owned(), healthy: Some("/ready".to_owned()) };
        let of = |printed: &str| observation_of_json(printed, (&places, None));
        let seen = of("{\"image\": \"shop/web:v1.2.0@sha256:abc\", \"ready\": true}").unwrap();
        assert_eq!(seen.version.map(|v| v.to_string()), Some("1.2.0".to_owned()));
        assert_eq!((seen.digest.map(|d| d.to_string()), seen.health), (Some("sha256:abc".to_owned()), Health::Healthy));
        let seen = of("asking\n{\"image\": \"1.1.0\", \"ready\": false}\n").unwrap();
        assert_eq!((seen.version.map(|v| v.to_string()), seen.health), (Some("1.1.0".to_owned()), Health::Unhealthy));
        assert_eq!(of("{\"image\": \"1.1.0\", \"ready\": \"yes\"}").unwrap().health, Health::Unknown);
        assert_eq!(of("{\"image\": \"host:5000/web\"}").unwrap().version, None);
        let refused = |printed: &str| of(printed).unwrap_err().to_string();
        assert!(refused("up").contains("`current` printed no JSON"), "{}", refused("up"));
        assert!(refused("{}").contains("`current` printed no text at /image"), "{}", refused("{}"));
        let twice = "{\"image\": \"1.0.0\", \"ready\": false, \"ready\": true}";
        assert!(refused(twice).contains("\"ready\""), "{}", refused(twice));
    }

    #[test]
    fn the_last_line_names_version_and_digest() {
        let observation = |printed: &str| super::observation(printed).unwrap();
        let seen = observation("asking\nv1.0.0 sha256:abc\n");
        assert_eq!(seen.version.map(|v| v.to_string()), Some("1.0.0".to_owned()));
        assert_eq!(seen.digest.map(|d| d.to_string()), Some("sha256:abc".to_owned()));
        assert_eq!(observation("\"1.0.0\"").version.map(|v| v.to_string()), Some("1.0.0".to_owned()));
        assert_eq!(observation("sha256:abc").digest.map(|d| d.to_string()), Some("sha256:abc".to_owned()));
    }

    #[test]
    fn what_is_no_version_names_none_and_is_told() {
        let sentences = [
            "<html>",
            "error: no such deployment",
            "error",
            "none",
            "404 page not found",
            "1.0.0 is not running",
            "could not connect to 10.0.0.1",
            "{\"version\":\"1.0.0\"}",
            "1.0.0 0.9.4",
        ];
        for line in sentences {
            let failure = observation(line).unwrap_err();
            assert_eq!(failure.summary, format!("`current` printed {line:?}, which is not one version"));
        }
        assert_eq!(observation("").map(|seen| (seen.version, seen.health)), Ok((None, Health::Absent)));
    }

    #[test]
    fn another_image_of_the_same_tag_is_not_the_artifacts_own() {
        let places = CurrentJson { version: "/image".to_owned(), healthy: None };
        let version = |image: &str, own: &str| {
            let printed = format!("{{\"image\": {image:?}}}");
            let seen = observation_of_json(&printed, (&places, Some(&Template::new(own)))).unwrap();
            seen.version.map(|version| version.to_string())
        };
        assert_eq!(version("site:1.0.0", "site:{version}").as_deref(), Some("1.0.0"));
        assert_eq!(version("other:1.0.0", "site:{version}"), None);
        assert_eq!(version("registry:5000/site:1.0.0", "registry:5000/site:v{version}").as_deref(), Some("1.0.0"));
        assert_eq!(version("site:1.0.0", "registry:5000/shop/site:{version}").as_deref(), Some("1.0.0"));
        assert_eq!(version("registry:5000/other:1.0.0", "registry:5000/site:{version}"), None);
        assert_eq!(version("1.0.0", "site:{version}").as_deref(), Some("1.0.0"), "a version alone names no image");
    }
}
