//! `versions`: the version as it stands in each file of `[release] versions`.

use super::check::{Surroundings, quiet};
use super::{file, ground, yaml};
use crate::config::loose;
use crate::domain::measurement::{Ask, FoundVersion, Measurement, Reading};
use crate::domain::plan::{Check, VersionFile};
use crate::ports::PortError;
use std::path::Path;

/// Reads every file; what cannot be read says so in its own place.
pub(super) async fn measure(around: &Surroundings, check: &Check, ask: &Ask) -> Result<Measurement, PortError> {
    let files: Vec<&str> = around.rules.versions.iter().map(|place| place.file.as_str()).collect();
    let what = format!("the version in {}", files.join(", "));
    if files.is_empty() {
        return Ok(quiet(what, Reading::Unmeasured("[release] names no `versions`".to_owned())));
    }
    let ground = match ground::find(around, check, ask).await? {
        Ok(ground) => ground,
        Err(why) => return Ok(quiet(what, Reading::Unmeasured(why))),
    };
    let mut found = Vec::new();
    for place in &around.rules.versions {
        found.push(FoundVersion {
            file: place.file.clone(),
            key: place.key.clone(),
            found: look(ground.dir(), place).await,
        });
    }
    Ok(quiet(what, ground.moved().await?.map_or(Reading::Versions(found), Reading::Unmeasured)))
}

async fn look(dir: &Path, place: &VersionFile) -> Result<String, String> {
    let real = file::inside(dir, &place.file).map_err(|failure| failure.sentence())?;
    let real = real.ok_or_else(|| "it is not there".to_owned())?;
    let (text, is_whole) = file::content(&real, &place.file).await.map_err(|failure| failure.sentence())?;
    if !is_whole {
        return Err("it is too long for a file with a version".to_owned());
    }
    let version = version_in(&place.file, &text, &place.key)?;
    match version.trim() {
        "" => Err(format!("{} is empty", place.key)),
        setting if setting.starts_with("$(") => Err(format!("{} is the build setting {setting}", place.key)),
        version => Ok(version.to_owned()),
    }
}

/// Reads one key of a file by the file's ending: TOML, JSON, property list, YAML, or `key = value` lines; a file
/// without a known ending holds the version alone.
fn version_in(file: &str, text: &str, key: &str) -> Result<String, String> {
    let absent = || format!("it has no {key}");
    let ending = Path::new(file).extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    match ending.to_ascii_lowercase().as_str() {
        "toml" => {
            let value = loose::toml(text).ok_or_else(|| "it is not TOML".to_owned())?;
            plain(descend(Some(&value), key).ok_or_else(absent)?)
        }
        "json" => {
            let value: serde_json::Value = serde_json::from_str(text).map_err(|_| "it is not JSON".to_owned())?;
            plain(descend(Some(&value), key).ok_or_else(absent)?)
        }
        "plist" => {
            let list: plist::Value =
                plist::from_bytes(text.as_bytes()).map_err(|_| "it is no property list".to_owned())?;
            let found = key.split('.').try_fold(&list, |at, part| at.as_dictionary()?.get(part)).ok_or_else(absent)?;
            found.as_string().map(str::to_owned).ok_or_else(|| format!("{key} is not text"))
        }
        "yaml" | "yml" => yaml::value(text, key).ok_or_else(absent),
        "gradle" | "kts" | "properties" | "cfg" | "ini" | "py" | "env" => assigned(text, key).ok_or_else(absent),
        _ => text.lines().next().map(|line| line.trim().to_owned()).ok_or_else(|| "it is empty".to_owned()),
    }
}

/// Goes down the parts of a key; a key with dots in its own name is found too.
fn descend<'a>(value: Option<&'a serde_json::Value>, key: &str) -> Option<&'a serde_json::Value> {
    let value = value?;
    value.get(key).or_else(|| key.split('.').try_fold(value, |at, part| at.get(part)))
}

fn plain(value: &serde_json::Value) -> Result<String, String> {
    match value {
        serde_json::Value::String(text) => Ok(text.clone()),
        serde_json::Value::Number(number) => Ok(number.to_string()),
        other => Err(format!("it is {}, not text", if other.is_object() { "a table" } else { "something else" })),
    }
}

/// Reads `version = "1.0.0"`, `versionName "1.0.0"`, `version=1.0.0`, the first that has the key.
fn assigned(text: &str, key: &str) -> Option<String> {
    let value = |line: &str| {
        let rest = line.trim().strip_prefix(key)?;
        let is_separated = rest.starts_with([' ', '\t', '=', ':']);
        let value = rest.trim_start_matches([' ', '\t', '=', ':']);
        let unquoted = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => value[1..].split(quote).next()?,
            _ => value.split([' ', '\t', '#']).next()?,
        };
        is_separated.then(|| unquoted.to_owned())
    };
    text.lines().find_map(value)
}

#[cfg(test)]
mod tests {
    use super::version_in;

    #[test]
    fn each_kind_of_file_is_read_by_its_own_rules() {
        let plist =
            "<?xml version=\"1.0\"?><plist version=\"1.0\"><dict><key>V</key><string>1.0.0</string></dict></plist>";
        for (file, text, key) in [
            ("pyproject.toml", "[tool.poetry]\nversion = \"1.0.0\"", "tool.poetry.version"),
            ("package.json", r#"{"version": "1.0.0"}"#, "version"),
            ("Info.plist", plist, "V"),
            ("chart.yaml", "name: x\napp:\n  version: \"1.0.0\" # now\n", "app.version"),
            ("build.gradle", "android {\n  versionCode 4\n  versionName \"1.0.0\"\n}", "versionName"),
            ("gradle.properties", "versionOther=2\nversion=1.0.0", "version"),
            ("VERSION", "1.0.0\n", ""),
        ] {
            assert_eq!(version_in(file, text, key), Ok("1.0.0".to_owned()), "{file}");
        }
    }

    #[test]
    fn a_missing_key_and_a_broken_file_say_so() {
        assert_eq!(version_in("a.toml", "x = 1", "version"), Err("it has no version".to_owned()));
        assert_eq!(version_in("a.json", "{", "version"), Err("it is not JSON".to_owned()));
        assert_eq!(version_in("a.json", r#"{"version": {}}"#, "version"), Err("it is a table, not text".to_owned()));
        assert_eq!(version_in("a.plist", "<plist>", "V"), Err("it is no property list".to_owned()));
    }
}
