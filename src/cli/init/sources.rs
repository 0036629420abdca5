//! Reads what a source folder says about itself: pyproject.toml, package.json, Info.plist.

use super::found::{InfoPlist, NodeProject, NodeScript, Python, VersionPlace};
use super::text::may_stand;
use tminus_core::grammar::loose;
use tminus_core::version_file;

/// Reads a `pyproject.toml`; nothing when it is no TOML or describes no project.
pub(super) fn python(dir: &str, text: &str) -> Option<Python> {
    let table = loose::toml(text)?;
    let at = |keys: &[&str]| keys.iter().try_fold(&table, |value, key| value.get(key));
    let version_at = |keys: &[&str]| Some((keys.join("."), at(keys)?.as_str()?.to_owned()));
    let version = version_at(&["tool", "poetry", "version"]).or_else(|| version_at(&["project", "version"]));
    let is_project = table.get("project").is_some() || at(&["tool", "poetry"]).is_some();
    is_project.then(|| Python {
        dir: dir.to_owned(),
        version,
        has_poetry: at(&["tool", "poetry"]).is_some(),
        has_pytest: text.contains("pytest"),
    })
}

/// Scripts that check something, in the order that they are asked in.
const CHECKS: [&str; 5] = ["lint", "typecheck", "type-check", "test", "test:coverage"];

/// Reads a `package.json`; nothing when it is no JSON.
pub(super) fn node(dir: &str, text: &str, runner: &'static str) -> Option<NodeProject> {
    let value: serde_json::Value = serde_json::from_str(text).ok()?;
    let scripts = value.get("scripts");
    let script = |name: &str| {
        let text = scripts.and_then(|s| s.get(name))?.as_str()?;
        // npm init writes a test script that always fails
        let is_real = !text.trim().is_empty() && !text.contains("no test specified");
        is_real.then(|| NodeScript { name: name.to_owned(), tool: tool_of(text) })
    };
    Some(NodeProject {
        dir: dir.to_owned(),
        version: value.get("version").and_then(serde_json::Value::as_str).map(str::to_owned),
        scripts: CHECKS.into_iter().filter_map(script).collect(),
        runner,
    })
}

/// Returns the tool that a script is, where it is nothing else beside it; eslint says that it looked in JSON alone.
fn tool_of(script: &str) -> Option<&'static str> {
    let is_alone = !script.contains(['&', '|', ';']);
    let first = script.split_whitespace().find(|word| *word != "npx")?;
    let tells = |tool: &str| tool != "eslint" || script.split([' ', '=']).any(|word| word == "json");
    ["jest", "vitest", "eslint"].into_iter().find(|tool| is_alone && *tool == first && tells(tool))
}

/// Where other kinds of file say their version, by the name of the file.
const WRITTEN: [(&str, &[&str]); 11] = [
    ("Cargo.toml", &["package.version", "workspace.package.version"]),
    ("Chart.yaml", &["appVersion", "version"]),
    ("composer.json", &["version"]),
    ("VERSION", &["version"]),
    ("build.gradle", &["versionName", "version"]),
    ("build.gradle.kts", &["versionName", "version"]),
    ("gradle.properties", &["version", "VERSION_NAME"]),
    ("__init__.py", &["__version__"]),
    ("__about__.py", &["__version__"]),
    ("_version.py", &["__version__"]),
    ("pom.xml", &["project.version"]),
];

/// Says whether a file of this name may say a version.
pub(super) fn may_say_version(name: &str) -> bool {
    WRITTEN.iter().any(|(known, _)| *known == name)
}

/// Reads the version of such a file; nothing when it says none plainly.
pub(super) fn written(file: &str, name: &str, text: &str) -> Option<VersionPlace> {
    let (_, keys) = WRITTEN.iter().find(|(known, _)| *known == name)?;
    keys.iter().find_map(|key| {
        let version = version_file::read(file, text.as_bytes(), key).ok()?.version;
        let is_version =
            version.starts_with(|c: char| c.is_ascii_digit()) && version.contains('.') && may_stand(&version);
        is_version.then(|| VersionPlace { file: file.to_owned(), key: (*key).to_owned(), version })
    })
}

/// Reads an `Info.plist`; nothing when its version is a variable of the build or it has none.
pub(super) fn plist(file: &str, text: &str) -> Option<InfoPlist> {
    let value = plist::Value::from_reader_xml(std::io::Cursor::new(text.as_bytes())).ok()?;
    let says = |key: &str| {
        let said = value.as_dictionary()?.get(key)?.as_string()?;
        (!said.contains("$(") && !said.is_empty()).then(|| said.to_owned())
    };
    Some(InfoPlist {
        file: file.to_owned(),
        version: says("CFBundleShortVersionString")?,
        bundle: says("CFBundleIdentifier"),
    })
}
