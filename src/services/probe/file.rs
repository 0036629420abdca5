//! `file`, `changelog` and `dotenv`: what stands in files of the checkout. They never lead out of it.

use super::ground::{Ground, GroundOrReason};
use super::surroundings::{Surroundings, quiet};
use crate::dotenv as environment;
use crate::process::from_root;
use jiff::Timestamp;
use std::path::{Path, PathBuf};
use tminus_core::changelog::{ChangelogFormat, section};
use tminus_core::dotenv::{DotenvValue, look_up};
use tminus_core::judge::holds;
use tminus_core::measurement::{Ask, Measurement, Reading};
use tminus_core::plan::{DotenvCheck, FileCheck, Placeholder};
use tminus_core::ports::{FailureKind, PortError};
use tminus_core::time::{Span, age};
use tokio::io::AsyncReadExt as _;

/// How much of a file is searched, in bytes.
const MOST: u64 = 8 << 20;

/// How far the clocks of two machines may lie apart.
const SKEW: Span = Span::seconds(300);

/// Looks at a file: whether it is there, holds the text, is newer than a span or than another file.
pub(super) async fn measure(
    around: &Surroundings,
    (ask, ground): (&Ask, &GroundOrReason),
    asked: &FileCheck,
) -> Result<Measurement, PortError> {
    let malformed =
        |unknown: tminus_core::plan::UnknownPlaceholder| PortError::new(FailureKind::Malformed, unknown.to_string());
    let path = asked.path.fill(&ask.values).map_err(malformed)?;
    let has = asked.has.as_ref().map(|has| has.fill(&ask.values)).transpose().map_err(malformed)?;
    let what = format!("the file {path}");
    let ground = match ground {
        Ok(ground) => ground,
        Err(why) => return Ok(quiet(what, Reading::Unmeasured(why.clone()))),
    };
    let reading = match inside(ground.dir(), &path)? {
        None => Reading::File { exists: false, has: None, newer: None },
        Some(real) if !real.is_file() => {
            let kind = if real.is_dir() { "a folder" } else { "something else" };
            return Err(PortError::new(FailureKind::Malformed, format!("{path} is {kind}, not a file")));
        }
        Some(real) if let Some(why) = stray(ground, &real, &path).await? => Reading::Unmeasured(why),
        Some(real) => Reading::File {
            exists: true,
            has: match &has {
                Some(text) => search(&real, &path, |content| holds(content, text)).await?,
                None => None,
            },
            newer: match &asked.newer_than {
                Some(than) => is_newer(around, ground, &path, than).await?,
                None => None,
            },
        },
    };
    Ok(quiet(what, reading))
}

/// Looks for the section of the version in the changelog.
pub(super) async fn changelog(
    around: &Surroundings,
    ask: &Ask,
    ground: &GroundOrReason,
) -> Result<Measurement, PortError> {
    let what = "the changelog";
    let Some(path) = &around.rules.changelog else {
        return Ok(quiet(what, Reading::Unmeasured("[release] names no `changelog`".to_owned())));
    };
    let Some(version) = ask.values.get(&Placeholder::Version) else {
        return Ok(quiet(what, Reading::Unmeasured("there is no release whose section it could have".to_owned())));
    };
    let ground = match ground {
        Ok(ground) => ground,
        Err(why) => return Ok(quiet(what, Reading::Unmeasured(why.clone()))),
    };
    let tag = ask.values.get(&Placeholder::Tag).unwrap_or(version);
    let today = around.clock.now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let reading = match inside(ground.dir(), path)? {
        None => Reading::Changelog(None),
        Some(real) if let Some(why) = stray(ground, &real, path).await? => Reading::Unmeasured(why),
        Some(real) => match content(&real, path).await? {
            (text, true) => match section(&text, ChangelogFormat::of(path), (version, tag), today) {
                Ok(section) => Reading::Changelog(Some(section)),
                Err(why) => Reading::Unmeasured(format!("{path}: {why}")),
            },
            (_, false) => Reading::Unmeasured(format!("{path} is too long to be read to its end")),
        },
    };
    Ok(quiet(format!("the section {version} of {path}"), reading))
}

/// Looks for the names that are needed; the values are only looked at for being there, and go nowhere.
pub(super) async fn dotenv(ground: &GroundOrReason, asked: &DotenvCheck) -> Result<Measurement, PortError> {
    let what = names_in(asked);
    let ground = match ground {
        Ok(ground) => ground,
        Err(why) => return Ok(quiet(what, Reading::Unmeasured(why.clone()))),
    };
    let reading = names(ground.dir(), asked).await?;
    Ok(quiet(what, reading))
}

/// Looks once more: the file is no part of the commit, so it does not matter what else is in the checkout.
pub(super) async fn dotenv_again(around: &Surroundings, asked: &DotenvCheck) -> Result<Measurement, PortError> {
    Ok(quiet(names_in(asked), names(&around.root, asked).await?))
}

fn names_in(asked: &DotenvCheck) -> String {
    format!("the names in {}", asked.file)
}

async fn names(dir: &Path, asked: &DotenvCheck) -> Result<Reading, PortError> {
    let Some(real) = inside(dir, &asked.file)? else {
        return Err(PortError::new(FailureKind::NotFound, format!("{} is not there", asked.file)));
    };
    let entries = environment::entries(&real, &asked.file).await?;
    let (mut missing, mut empty, mut doubtful) = (Vec::new(), Vec::new(), Vec::new());
    for name in &asked.needs {
        match look_up(&entries, name) {
            DotenvValue::Missing => missing.push(name.clone()),
            DotenvValue::Empty => empty.push(name.clone()),
            DotenvValue::Doubtful(doubt) => doubtful.push(doubt),
            DotenvValue::Set | DotenvValue::Reserved(_) => {}
        }
    }
    Ok(Reading::Dotenv { missing, empty, doubtful })
}

/// Returns the real path of a file in a folder, links followed; an error when that leads out, `None` when nothing is there.
pub(super) fn inside(dir: &Path, path: &str) -> Result<Option<PathBuf>, PortError> {
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

/// Reads the beginning of a text file, and says whether that was all of it.
async fn content(real: &Path, path: &str) -> Result<(String, bool), PortError> {
    let (bytes, is_whole) = bytes(real, path).await?;
    Ok((String::from_utf8_lossy(&bytes).into_owned(), is_whole))
}

/// Reads the beginning of a file, and says whether that was all of it.
pub(super) async fn bytes(real: &Path, path: &str) -> Result<(Vec<u8>, bool), PortError> {
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

/// Searches a file; `None` when it was not found in the part that was read, and that was not all.
async fn search(real: &Path, path: &str, found: impl Fn(&str) -> bool) -> Result<Option<bool>, PortError> {
    let (text, is_whole) = content(real, path).await?;
    Ok((found(&text) || is_whole).then(|| found(&text)))
}

/// Compares with a span back from now, or with another file; `None` when one of them cannot be dated.
async fn is_newer(around: &Surroundings, ground: &Ground, path: &str, than: &str) -> Result<Option<bool>, PortError> {
    let now = around.clock.now();
    let Some(changed) = changed_at(ground, path).await? else {
        return Ok(None);
    };
    possible(path, changed, now)?;
    if let Ok(span) = Span::parse(than) {
        return Ok(Some(age(now, changed) <= span.duration()));
    }
    let Some(other) = changed_at(ground, than).await? else {
        return Ok(None);
    };
    possible(than, other, now)?;
    Ok(Some(changed > other))
}

/// Refuses a date that has not come yet: of such a file nobody can tell when it was changed.
fn possible(path: &str, changed: Timestamp, now: Timestamp) -> Result<(), PortError> {
    if changed <= SKEW.after(now) {
        return Ok(());
    }
    let summary = format!("{path} was last changed on {changed:.0}, which is in the future: its age cannot be told");
    Err(PortError::new(FailureKind::Malformed, summary))
}

/// Dates a file by the commit that gave it its content; the date on disk says nothing.
async fn changed_at(ground: &Ground, path: &str) -> Result<Option<Timestamp>, PortError> {
    ground.repository().changed_at(path, ground.commit()).await
}

/// Says why a file counts for nothing: it is not part of the commit, or a link leads to it that is not.
pub(super) async fn stray(ground: &Ground, real: &Path, path: &str) -> Result<Option<String>, PortError> {
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
