//! How single values are written in a scenario file. Not for whole tables.

use serde::Deserialize;
use serde::de::{Deserializer, Error};
use tminus_core::fact::Fact;
use tminus_core::grammar::text::nearest::nearest;
use tminus_core::names::{EnvName, Version};
use tminus_core::time::Span;

/// The environments of the rehearsal project.
pub(super) const ENVIRONMENTS: [&str; 5] = ["development", "staging", "testflight", "production", "app-store"];

pub(super) const fn one() -> f64 {
    1.0
}

/// Says that a word names nothing, with the nearest name.
pub(super) fn known(word: &str, what: &str, names: &[&str]) -> Result<(), String> {
    if names.contains(&word) {
        return Ok(());
    }
    let near = nearest(word, names.iter().copied()).map(|near| format!("; did you mean `{near}`?"));
    Err(format!("no {what} is called `{word}`{}", near.unwrap_or_default()))
}

pub(super) fn env<'de, D: Deserializer<'de>>(from: D) -> Result<EnvName, D::Error> {
    let word = String::deserialize(from)?;
    known(&word, "environment of the rehearsal", &ENVIRONMENTS).map_err(D::Error::custom)?;
    Ok(EnvName::new(word))
}

pub(super) fn maybe_env<'de, D: Deserializer<'de>>(from: D) -> Result<Option<EnvName>, D::Error> {
    env(from).map(Some)
}

pub(super) fn kind<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let word = String::deserialize(from)?;
    known(&word, "kind of fact", &Fact::kinds()).map_err(D::Error::custom)?;
    Ok(word)
}

pub(super) fn version<'de, D: Deserializer<'de>>(from: D) -> Result<Version, D::Error> {
    Version::parse(&String::deserialize(from)?).map_err(D::Error::custom)
}

pub(super) fn maybe_version<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Version>, D::Error> {
    version(from).map(Some)
}

pub(super) fn maybe_span<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Span>, D::Error> {
    Span::parse(&String::deserialize(from)?).map(Some).map_err(D::Error::custom)
}

pub(super) fn maybe_share<'de, D: Deserializer<'de>>(from: D) -> Result<Option<f64>, D::Error> {
    let text = String::deserialize(from)?;
    let wrong = || D::Error::custom(format!("{text:?} is not a share: write it as `0.1%`, up to `100%`"));
    let digits = text.strip_suffix('%').ok_or_else(wrong)?;
    let percent: f64 = digits.trim().parse().map_err(|_| wrong())?;
    if (0.0..=100.0).contains(&percent) { Ok(Some(percent / 100.0)) } else { Err(wrong()) }
}
