//! How a way of delivery is played in a rehearsal: by one of a few courses, in the words of its service.

use crate::order::{Call, Delivered};
use crate::plan::{Placeholder, Template};
use std::collections::BTreeMap;

/// How the place of a delivery is played.
#[derive(Clone, Copy, Debug)]
pub struct PlayedPlace<'a> {
    /// The service, as an error calls it.
    pub service: &'static str,
    /// Where an artifact is kept for all.
    pub far: &'static str,
    /// Where it is kept on the spot.
    pub near: Option<&'static str>,
    /// How a delivery goes.
    pub course: PlayedCourse<'a>,
}

/// The courses that deliveries take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlayedCourse<'a> {
    /// The old container stops, the new one starts.
    Host,
    /// This workload of a cluster is rolled out, one replica after another.
    Cluster(&'a str),
    /// Testers get it, after a review.
    Beta,
    /// Everybody gets it, after a review, and nobody an earlier one again.
    Store,
}

/// An order to bring a version somewhere, or to bring it back.
pub struct PlayedOrder<'a> {
    /// The word of the way.
    pub way: &'static str,
    /// What is brought.
    pub to: &'a Delivered,
    /// Whether it goes back to it.
    pub is_back: bool,
    /// The reference of the image, with its digest where that is known.
    pub image: String,
    /// The label that says which action brought it.
    pub label: String,
}

impl PlayedOrder<'_> {
    /// Makes a request to the service.
    pub(super) fn request(&self, line: String, body: String) -> Call {
        let body = Some(body).filter(|body| !body.is_empty());
        Call::Request { service: format!("{} (rehearsed)", self.way), line, body }
    }

    /// Names the build of an app.
    pub(super) fn build(&self) -> String {
        let build = self.to.digest.as_ref().map_or("that is uploaded", |build| build.as_str());
        format!("{} build {build}", self.to.version)
    }
}

/// Fills the version into a text; what else has no value in a rehearsal is left as it stands.
pub fn filled(text: &Template, to: &Delivered) -> String {
    let digest = to.digest.as_ref().map(|digest| digest.as_str().to_owned()).unwrap_or_default();
    let version = to.version.as_str().to_owned();
    let mut values: BTreeMap<_, _> =
        Placeholder::ALL.iter().copied().map(|p| (p, format!("{{{}}}", p.word()))).collect();
    values.extend([
        (Placeholder::Version, version.clone()),
        (Placeholder::Previous, version),
        (Placeholder::Digest, digest),
    ]);
    text.fill(&values).unwrap_or_else(|_| text.as_str().to_owned())
}
