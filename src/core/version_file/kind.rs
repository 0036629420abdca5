//! The kinds of file that a version can be read from, by the file's name.

use super::jsonc;
use super::language::{self, Language};
use super::lines::Dialect;
use crate::debian::is_debian_changelog;
use std::path::Path;

/// How a file is read.
#[derive(Clone, Copy, Debug)]
pub enum VersionFileKind {
    /// TOML.
    Toml,
    /// JSON.
    Json,
    /// JSON whose reader leaves out comments.
    CommentedJson,
    /// A property list, as XML or binary.
    Plist,
    /// YAML.
    Yaml,
    /// XML: the key is the path of elements.
    Xml,
    /// `key = value` lines.
    Lines(#[doc(hidden)] Dialect),
    /// A program, or a build file that is one.
    Source(#[doc(hidden)] &'static Language),
    /// The version alone.
    Plain,
    /// The changelog of a Debian package: the version of its first entry.
    DebianChangelog,
}

/// The kinds of file, for the reference and for refusals.
pub const KINDS: &str = "A file that carries the version, read by its ending: TOML, JSON (.jsonc, tsconfig.json and deno.json with comments), YAML, XML (the path of \
     elements), property lists, .properties, .ini, .cfg, .env, .xcconfig, .pbxproj, Gradle, sbt, Python, Ruby, .gemspec, \
     .podspec, Go, Rust, JavaScript, TypeScript, Swift, Kotlin, Java, Scala, C, C++, C#, Dart, Elixir, PHP, .proto, MSBuild, \
     debian/changelog, or a file without an ending, .txt or .version that holds the version alone.";

impl VersionFileKind {
    /// Returns how a file is read; nothing for a kind that tminus does not know.
    pub fn of(file: &str) -> Option<Self> {
        let path = Path::new(file);
        let name = path.file_name()?.to_str()?.to_ascii_lowercase();
        if name == ".env" || name.starts_with(".env.") {
            return Some(Self::Lines(Dialect::Env));
        }
        if is_debian_changelog(file) {
            return Some(Self::DebianChangelog);
        }
        // A name that begins with a dot is all name.
        let Some(ending) = Path::new(name.trim_start_matches('.')).extension().and_then(|e| e.to_str()) else {
            return Some(Self::Plain);
        };
        Some(match ending {
            "toml" => Self::Toml,
            "lock" if name == "cargo.lock" || name == "poetry.lock" || name == "uv.lock" => Self::Toml,
            "jsonc" => Self::CommentedJson,
            "json" if jsonc::takes_comments(&name) => Self::CommentedJson,
            "json" => Self::Json,
            "plist" => Self::Plist,
            "yaml" | "yml" => Self::Yaml,
            "xml" | "csproj" | "fsproj" | "vbproj" | "props" | "targets" | "nuspec" => Self::Xml,
            "properties" => Self::Lines(Dialect::Properties),
            "cfg" | "ini" => Self::Lines(Dialect::Ini),
            "env" => Self::Lines(Dialect::Env),
            "xcconfig" => Self::Lines(Dialect::Xcconfig),
            "txt" | "version" => Self::Plain,
            other => Self::Source(language::language(other)?),
        })
    }
}

/// Says that a file is of no known kind.
pub fn refusal(file: &str) -> String {
    let ending = Path::new(file).extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    format!("tminus does not read a version from a .{ending} file")
}
