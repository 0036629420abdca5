//! Raising the version of one file in place: only the bytes of the value change.
//!
//! The format's own reader finds those bytes: they belong to the key if replacing them changes what the reader finds there. So
//! no format needs a writer, and what was written is read again.

use super::matches::{self, Match, UnreadVersion};
use super::read::places;
use super::{VersionFileKind, WrittenVersion};
use crate::names::Version;
use crate::version_text::{WrittenAs, compare};

/// How often a file is read to find the places; each halving of the candidates takes two readings.
const MOST_READINGS: usize = 600;

/// The longest text that is taken for a version.
const LONGEST: usize = 64;

/// A value that was raised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RaisedValue {
    /// The line that it stands in, counted from 1.
    pub(super) line: usize,
    /// What it was.
    pub(super) from: String,
    /// What it is.
    pub(super) to: String,
}

/// Raises what a file has under a key; nothing is returned where it says the version already.
///
/// # Errors
/// When the file does not say one version plainly, or it cannot be changed without a guess.
pub(super) fn raise(
    (file, bytes, key): (&str, &[u8], &str),
    (to, tag): (&Version, Option<&str>),
) -> Result<(Vec<u8>, Vec<RaisedValue>), UnreadVersion> {
    let found = places(file, bytes, key)?;
    let written = matches::one(found.clone(), key)?;
    if compare(&written.version, to.as_str(), tag) == WrittenAs::Same {
        return Ok((bytes.to_vec(), Vec::new()));
    }
    let no = |why: String| UnreadVersion { line: written.line, why };
    may_change(file, bytes).map_err(|why| no(why.to_owned()))?;
    let new = spelled(&written, to).map_err(no)?;
    let text = std::str::from_utf8(bytes).map_err(|_| UnreadVersion::whole("it is not UTF-8 text"))?;
    let old = written.version.as_str();
    let mut search = PlaceSearch { file, key, text, old, new: &new, found: &found, at: Vec::new(), readings: 0 };
    let candidates: Vec<usize> =
        text.match_indices(old).map(|(at, _)| at).filter(|at| is_whole(text, *at, old)).collect();
    search.among(&candidates)?;
    let at = search.at;
    let lines: Vec<usize> = at.iter().map(|at| line_of(text, *at)).collect();
    stands_there((&found, &lines), (file, text)).map_err(|(line, why)| UnreadVersion { line, why })?;
    let raised = replaced(text, &at, (old, &new));
    match matches::one(places(file, raised.as_bytes(), key)?, key) {
        Ok(again) if again.version == new => {}
        Ok(_) | Err(_) => return Err(no(format!("it would not be read as {new} once it is written"))),
    }
    let value = |line| RaisedValue { line, from: old.to_owned(), to: new.clone() };
    Ok((raised.into_bytes(), lines.into_iter().map(value).collect()))
}

/// Says why a kind of file is not changed in place.
fn may_change(file: &str, bytes: &[u8]) -> Result<(), &'static str> {
    match VersionFileKind::of(file) {
        Some(VersionFileKind::DebianChangelog) => {
            Err("it is a history: a new entry is written by `dch`, no old one changed")
        }
        Some(VersionFileKind::Plist) if bytes.starts_with(b"bplist") => {
            Err("it is a binary property list: `plutil -convert xml1` makes one that can be changed in place")
        }
        Some(
            VersionFileKind::Toml
            | VersionFileKind::Json
            | VersionFileKind::CommentedJson
            | VersionFileKind::Plist
            | VersionFileKind::Yaml
            | VersionFileKind::Xml
            | VersionFileKind::Lines(_)
            | VersionFileKind::Source(_)
            | VersionFileKind::Plain,
        )
        | None => Ok(()),
    }
}

/// Spells the new version as the old one is spelled.
fn spelled(written: &WrittenVersion, to: &Version) -> Result<String, String> {
    let (old, to) = (written.version.as_str(), to.as_str());
    let bare = old.strip_prefix('v').unwrap_or(old);
    let is_plain = |c: char| c.is_ascii_alphanumeric() || ".-+_~!".contains(c);
    if !bare.starts_with(|c: char| c.is_ascii_digit()) || !bare.chars().all(is_plain) || old.len() > LONGEST {
        let shown: String = old.chars().take(LONGEST).collect();
        return Err(format!("it says {shown:?}, which is more than a version, or none"));
    }
    if bare.contains('+') && !to.contains('+') {
        return Err(format!("it says {old:?}, and which build follows is for a person to say"));
    }
    let is_behind_v = bare.len() < old.len() && to.starts_with(|c: char| c.is_ascii_digit());
    Ok(if is_behind_v { format!("v{to}") } else { to.to_owned() })
}

/// Says whether a text stands alone, and is no part of a longer word or version.
fn is_whole(text: &str, at: usize, old: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || "._+-".contains(c);
    !text[..at].ends_with(is_part) && !text[at + old.len()..].starts_with(is_part)
}

fn line_of(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

fn replaced(text: &str, at: &[usize], (old, new): (&str, &str)) -> String {
    let (mut out, mut from) = (String::with_capacity(text.len() + at.len() * new.len()), 0);
    for at in at {
        out.push_str(&text[from..*at]);
        out.push_str(new);
        from = at + old.len();
    }
    out.push_str(&text[from..]);
    out
}

/// Looks for the texts that the reader takes for the value.
struct PlaceSearch<'a> {
    file: &'a str,
    key: &'a str,
    text: &'a str,
    old: &'a str,
    new: &'a str,
    found: &'a [Match],
    at: Vec<usize>,
    readings: usize,
}

impl PlaceSearch<'_> {
    /// Keeps those of some candidates that count: where nothing changes for the reader, none of them does.
    fn among(&mut self, candidates: &[usize]) -> Result<(), UnreadVersion> {
        if candidates.is_empty() {
            return Ok(());
        }
        self.readings += 1;
        if self.readings > MOST_READINGS {
            let why = format!("{:?} occurs too often in it to tell which one counts", self.old);
            return Err(UnreadVersion::whole(why));
        }
        let changed = replaced(self.text, candidates, (self.old, self.new));
        let read = places(self.file, changed.as_bytes(), self.key);
        match (read, candidates) {
            (Ok(read), _) if read == self.found => {}
            (Ok(read), [at]) => self.at.extend(self.is_one_place(&read).then_some(*at)),
            (Err(_), [_]) => {}
            (Ok(_) | Err(_), _) => {
                let (first, second) = candidates.split_at(candidates.len() / 2);
                self.among(first)?;
                self.among(second)?;
            }
        }
        Ok(())
    }

    /// Says whether exactly one place says something else, and that is the new version.
    fn is_one_place(&self, read: &[Match]) -> bool {
        let mut others = self.found.iter().zip(read).filter(|(before, after)| before != after);
        let one =
            others.next().is_some_and(|(_, after)| after.value.as_ref().is_ok_and(|value| value.trim() == self.new));
        one && others.next().is_none() && read.len() == self.found.len()
    }
}

/// Says whether the texts that count are the places themselves: one for each, at it or behind it. An alias repeats what stands
/// somewhere else, and belongs to another name.
fn stands_there(
    (found, lines): (&[Match], &[usize]),
    (file, text): (&str, &str),
) -> Result<(), (Option<usize>, String)> {
    let is_yaml = matches!(VersionFileKind::of(file), Some(VersionFileKind::Yaml));
    if found.len() != lines.len() {
        let why = "it is not written out plainly there".to_owned();
        return Err((found.first().and_then(|place| place.line), why));
    }
    let mut known: Vec<usize> = found.iter().filter_map(|place| place.line).collect();
    known.sort_unstable();
    for (at, (line, place)) in lines.iter().zip(&known).enumerate() {
        let next = known.get(at + 1).filter(|next| *next > place);
        let written = text.lines().nth(line - 1).unwrap_or_default();
        let is_repeated = is_yaml && written.contains('&') && written.contains('*');
        if line < place || next.is_some_and(|next| line >= next) || is_repeated {
            return Err((Some(*place), format!("it repeats what line {line} says, which belongs to another name")));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raised(file: &str, key: &str, text: &str) -> Result<String, String> {
        let to = Version::parse("1.0.0").unwrap();
        let raised = raise((file, text.as_bytes(), key), (&to, Some("v1.0.0")));
        raised.map(|(bytes, _)| String::from_utf8(bytes).unwrap()).map_err(|unread| match unread.line {
            Some(line) => format!("{line}: {}", unread.why),
            None => unread.why,
        })
    }

    /// `@` stands for the version that is raised; everything else must come out as it went in.
    #[test]
    fn only_the_bytes_of_the_value_change_in_every_kind_of_file() {
        for (file, key, text) in [
            (
                "Cargo.toml",
                "package.version",
                "[dependencies]\na = \"0.9.4\"\n[package]\nversion = \"@\" # was 0.9.4\n",
            ),
            ("Cargo.toml", "package.version", "package = { name = \"a\", version = '@' }\nx = { version = '0.9.4' }"),
            ("Cargo.toml", "workspace.package.version", "\u{feff}[workspace.package]\r\nversion = \"@\"\r\n"),
            ("Cargo.toml", "package.version", "[package]\nversion = \"v@\"\n"),
            (
                "pyproject.toml",
                "project.version",
                "[project]\nname = \"0.9.4\"\nversion = \"@\"\n[tool.x]\nversion = \"0.9.4\"",
            ),
            ("pyproject.toml", "tool.poetry.version", "[tool.poetry]\nversion = \"\"\"@\"\"\"\n"),
            ("package.json", "version", "{\"name\":\"0.9.4\",\"version\":\"@\",\"a\":{\"version\":\"0.9.4\"}}"),
            ("package.json", "version", "{\r\n  \"x\": [\"0.9.4\"],\r\n  \"version\" : \"@\"\r\n}"),
            ("package.json", "version", "{\"version\":\"@\",\"version\":\"@\"}"),
            ("app.jsonc", "version", "{ // \"version\": \"0.9.4\"\n \"version\": \"@\", /* 0.9.4 */ }"),
            (
                "Info.plist",
                "CFBundleShortVersionString",
                "<plist version=\"1.0\"><dict><key>a</key><string>0.9.4</string>\n<!-- 0.9.4 -->\n<key>CFBundleShortVersionString</key>\n\t<string>@</string></dict></plist>",
            ),
            (
                "project.pbxproj",
                "MARKETING_VERSION",
                "{ a = { MARKETING_VERSION = @; x = 0.9.4; };\n b = { MARKETING_VERSION = @; }; }",
            ),
            (
                "chart.yaml",
                "version",
                "# 0.9.4\ndependencies:\n  - version: 0.9.4\nversion: @ # 0.9.4\nappVersion: \"0.9.4\"\n",
            ),
            ("chart.yaml", "appVersion", "version: 0.9.4\nappVersion: '@'"),
            (
                "build.gradle",
                "android.defaultConfig.versionName",
                "android {\n  defaultConfig {\n    // versionName \"0.9.4\"\n    versionName \"@\"\n  }\n}\ndependencies { implementation 'x:0.9.4' }\n",
            ),
            ("build.gradle.kts", "version", "version = \"@\"\nval other = \"0.9.4\"\n"),
            (
                "pom.xml",
                "project.version",
                "<project><parent><version>0.9.4</version></parent><version>@</version></project>",
            ),
            ("gradle.properties", "VERSION_NAME", "#VERSION_NAME=0.9.4\r\nOTHER=0.9.4\r\nVERSION_NAME=@\r\n"),
            ("setup.cfg", "metadata.version", "[other]\nversion = 0.9.4\n[metadata]\nversion = @\n"),
            ("App.xcconfig", "MARKETING_VERSION", "MARKETING_VERSION = @ // 0.9.4\n"),
            ("src/a/__init__.py", "__version__", "\"\"\"0.9.4\"\"\"\n__version__ = '@'  # 0.9.4\n"),
            ("version.go", "Version", "package a\n\n// 0.9.4\nconst Version = \"@\"\n"),
            ("VERSION", "version", "@"),
            ("VERSION", "version", "\u{feff}\r\n@\r\n"),
        ] {
            let before = text.replace('@', "0.9.4");
            assert_eq!(raised(file, key, &before), Ok(text.replace('@', "1.0.0")), "{file}: {before}");
        }
    }

    #[test]
    fn a_file_that_says_the_version_in_its_own_spelling_is_left_alone() {
        for (file, text) in [("VERSION", "v1.0.0\n"), ("VERSION", "1.0.0"), ("pubspec.yaml", "version: 1.0.0+4\n")] {
            assert_eq!(raised(file, "version", text).as_deref(), Ok(text));
        }
    }

    #[test]
    fn what_would_be_a_guess_is_refused_with_its_line() {
        for (file, key, text, says) in [
            ("a.yaml", "version", "image: &v 0.9.4\nversion: *v\n", "2: it repeats what line 1 says"),
            ("a.yaml", "version", "{image: &v 0.9.4, version: *v}\n", "1: it repeats"),
            ("a.yaml", "version", "version: 0.9.4\n---\nversion: 0.9.3\n", "3: version occurs 2 times"),
            ("package.json", "version", "{\"version\":\"0.9.4\",\"version\":\"0.9.3\"}", "version occurs 2 times"),
            ("package.json", "version", "{\"version\":\"0\\u002e9.4\"}", "it is not written out plainly there"),
            ("Cargo.toml", "package.version", "[package]\nversion.workspace = true\n", "2: package.version is a table"),
            ("pyproject.toml", "project.version", "[project]\ndynamic = [\"version\"]\n", "it has no project.version"),
            (
                "p.pbxproj",
                "MARKETING_VERSION",
                "{ a = { MARKETING_VERSION = 0.9.4; };\n b = { MARKETING_VERSION = 0.9.3; }; }",
                "2: MARKETING_VERSION occurs 2 times",
            ),
            ("build.gradle", "version", "version = \"0.9\" + \".4\"\n", "1: version is computed"),
            ("a.py", "__version__", "__version__ = '0.9.4'\n__version__ += '.1'\n", "2: __version__"),
            ("debian/changelog", "version", "a (0.9.4-1) unstable; urgency=low\n", "1: it is a history"),
            ("pubspec.yaml", "version", "version: 0.9.4+3\n", "1: it says \"0.9.4+3\", and which build follows"),
            ("VERSION", "version", "dev\n", "1: it says \"dev\", which is more than a version, or none"),
            ("a.yaml", "version", "version: ${TAG}\n", "1: version is \"${TAG}\""),
        ] {
            let refused = raised(file, key, text).unwrap_err();
            assert!(refused.starts_with(says), "{file}: {text}: {refused}");
        }
    }

    #[test]
    fn a_version_that_stands_in_thousands_of_places_is_found_among_them() {
        let others: String = (0..5_000).map(|at| format!("\"p{at}\":{{\"version\":\"1\"}},")).collect();
        let text = format!("{{{others}\"version\":\"1\"}}");
        let (head, _) = text.rsplit_once(":\"1\"").unwrap();
        assert_eq!(raised("package-lock.json", "version", &text), Ok(format!("{head}:\"1.0.0\"}}")));
    }
}
