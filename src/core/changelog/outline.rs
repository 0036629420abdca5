//! Where a heading stands: under which others, and beside which. One pass answers that for all headings.

use super::headings::Heading;
use super::names::{self, HeadingName};
use super::status;
use std::cell::OnceCell;
use std::collections::HashMap;

/// The headings of a text on the way through them.
pub(super) struct Outline<'a> {
    headings: &'a [Heading],
    /// Those that the present one stands under, the nearest last.
    above: Vec<Ancestor<'a>>,
    things: OnceCell<ThingCounts>,
}

/// A heading that others stand under; what is read from it is read once.
struct Ancestor<'a> {
    heading: &'a Heading,
    is_other: OnceCell<bool>,
    unreleased: OnceCell<Option<String>>,
    planned: OnceCell<Option<String>>,
}

/// How many headings of each level have a version, and how many of them name a thing before it.
#[derive(Default)]
struct ThingCounts {
    all: HashMap<usize, usize>,
    of_thing: HashMap<(usize, String), usize>,
}

impl<'a> Outline<'a> {
    pub(super) fn of(headings: &'a [Heading]) -> Self {
        Self { headings, above: Vec::new(), things: OnceCell::new() }
    }

    /// Goes on to the next heading: what is not above its level is left.
    pub(super) fn enter(&mut self, level: usize) {
        while self.above.pop_if(|last| last.heading.level >= level).is_some() {}
    }

    /// Notes that what follows may stand under a heading.
    pub(super) fn leave(&mut self, heading: &'a Heading) {
        let (is_other, unreleased, planned) = Default::default();
        self.above.push(Ancestor { heading, is_other, unreleased, planned });
    }

    /// Says whether the present heading stands under that of another version.
    pub(super) fn is_under_another(&self, version: &str, tag: &str) -> bool {
        let is_other = |one: &Ancestor<'_>| *one.is_other.get_or_init(|| is_other(one.heading, version, tag));
        self.above.iter().any(is_other)
    }

    /// Returns the word of the headings above that says that what stands under them is not out, of the nearest first.
    pub(super) fn not_out(&self) -> Option<String> {
        let unreleased =
            |one: &Ancestor<'_>| one.unreleased.get_or_init(|| names::unreleased(&one.heading.text)).clone();
        let planned = |one: &Ancestor<'_>| one.planned.get_or_init(|| status::planned(&one.heading.text)).clone();
        let above = || self.above.iter().rev();
        above().find_map(unreleased).or_else(|| above().find_map(planned))
    }

    /// Says whether a heading names a thing before its version that no other version beside it names: `lodash 2.0.0` between
    /// `1.9.0` and `1.8.0` is what somebody took in.
    pub(super) fn is_foreign(&self, heading: &Heading) -> bool {
        let Some(own) = names::thing(&heading.text).filter(|thing| !thing.is_empty()) else { return false };
        let counts = self.things.get_or_init(|| ThingCounts::of(self.headings));
        let all = counts.all.get(&heading.level).copied().unwrap_or_default();
        all > 1 && counts.of_thing.get(&(heading.level, own)) == Some(&1)
    }
}

impl ThingCounts {
    fn of(headings: &[Heading]) -> Self {
        let mut counts = Self::default();
        for heading in headings {
            if let Some(thing) = names::thing(&heading.text) {
                *counts.all.entry(heading.level).or_default() += 1;
                *counts.of_thing.entry((heading.level, thing)).or_default() += 1;
            }
        }
        counts
    }
}

/// Says whether a heading is that of another version; `1.x` is above `1.2.0`.
fn is_other(heading: &Heading, version: &str, tag: &str) -> bool {
    names::first_version(&heading.text).is_some_and(|there| {
        let series = there.trim_end_matches(['x', 'X', '*']).trim_end_matches('.');
        !matches!(names::of(&heading.text, version, tag), HeadingName::Section)
            && !version.strip_prefix(series).is_some_and(|rest| rest.starts_with('.'))
    })
}
