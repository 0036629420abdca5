//! What was found under a key, and whether it comes to one version.

/// A version, and the line that it stands in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenVersion {
    /// The version as it is written.
    pub version: String,
    /// The line, counted from 1, where the kind of file has lines.
    pub line: Option<usize>,
}

/// Why a file does not say one version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreadVersion {
    /// The line, counted from 1, where one is to blame.
    pub line: Option<usize>,
    /// Why, in a sentence that begins after the file's name.
    pub why: String,
}

impl UnreadVersion {
    pub(super) fn whole(why: impl Into<String>) -> Self {
        Self { line: None, why: why.into() }
    }

    pub(super) fn at(line: usize, why: impl Into<String>) -> Self {
        Self { line: Some(line), why: why.into() }
    }
}

/// One place that has the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Match {
    pub(super) line: Option<usize>,
    /// What it says; an error says why that is not known.
    pub(super) value: Result<String, String>,
}

impl Match {
    pub(super) fn says(line: usize, value: impl Into<String>) -> Self {
        Self { line: Some(line), value: Ok(value.into()) }
    }

    pub(super) fn unknown(line: usize, why: impl Into<String>) -> Self {
        Self { line: Some(line), value: Err(why.into()) }
    }
}

/// Returns the one version that the places come to; several places must agree.
pub(super) fn one(found: Vec<Match>, key: &str) -> Result<WrittenVersion, UnreadVersion> {
    let name = if key.is_empty() { "the version" } else { key };
    let Some(first) = found.first() else {
        return Err(UnreadVersion::whole(format!("it has no {name}")));
    };
    if let Some((line, why)) = found.iter().find_map(|place| Some((place.line, place.value.as_ref().err()?))) {
        return Err(UnreadVersion { line, why: format!("{name} {why}") });
    }
    if let Some(other) = found.iter().find(|place| place.value != first.value) {
        let says = |place: &Match| {
            let value = place.value.as_deref().unwrap_or_default().trim();
            place.line.map_or_else(|| format!("{value:?}"), |line| format!("{value:?} in line {line}"))
        };
        let why = format!(
            "{name} occurs {} times, and {} is not {}: name one of them, or make them agree",
            found.len(),
            says(first),
            says(other)
        );
        return Err(UnreadVersion { line: other.line, why });
    }
    let line = first.line;
    let version = first.value.as_deref().unwrap_or_default().trim().to_owned();
    match doubt(&version) {
        Some(why) => Err(UnreadVersion { line, why: format!("{name} {why}") }),
        None => Ok(WrittenVersion { version, line }),
    }
}

/// Says why a text is no version that anybody ships.
fn doubt(version: &str) -> Option<String> {
    let is_filled_in = ["$(", "${", "{{", "<%", "#{"].iter().any(|sign| version.contains(sign))
        || (version.len() > 1 && version.starts_with(['@', '%']) && version.ends_with(['@', '%']));
    if version.is_empty() {
        Some("is empty".to_owned())
    } else if is_filled_in {
        Some(format!("is {version:?}, which a build fills in"))
    } else if version.split_whitespace().nth(1).is_some() {
        Some(format!("is {:?}, which is not one word", version.lines().next().unwrap_or_default()))
    } else {
        None
    }
}
