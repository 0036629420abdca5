//! `image`: what is in an image.

use super::kind::{CheckTouch, KindOfCheck, PlanPart, Renewal};
use crate::grammar::plan::{Cursor, Key, Kind, Noun, Table, Variant, leaf, may, must, places, plain, variant};
use crate::kinds::family::Described;
use crate::names::ArtifactName;
use crate::plan::{ReleaseRules, Setting, Template};
use crate::time::Span;
use serde::{Deserialize, Serialize};

/// `image = { artifact, max-size, user, labels }`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImageCheck {
    /// `artifact`.
    pub artifact: ArtifactName,
    /// `max-size` in bytes.
    pub max_size: Option<u64>,
    /// `user` that the image runs as.
    pub user: Option<String>,
    /// `labels` that it must carry.
    pub labels: Vec<(String, Template)>,
}

static IMAGE: Table = plain(
    "What is in an image.",
    &[
        must("artifact", Kind::Name(Noun::Artifact), "The artifact."),
        may("max-size", Kind::Size, "How large it may be."),
        may("user", Kind::Text, "The user that it runs as."),
        may("labels", Kind::Texts(places::RELEASE), "Labels that it must carry."),
    ],
);

static KEYS: [Key; 1] = [must("image", Kind::Table(&IMAGE), "The image, and what must be true of it.")];

impl Described for ImageCheck {
    const GRAMMAR: Variant = variant("image", "What is in an image.", &KEYS);

    fn read(check: Cursor<'_>) -> Option<Self> {
        let table = check.table("image")?;
        Some(Self {
            artifact: table.name("artifact")?,
            max_size: table.size("max-size"),
            user: table.text("user"),
            labels: table.pairs("labels", leaf::template),
        })
    }
}

impl KindOfCheck for ImageCheck {
    fn touch(&self) -> CheckTouch<'_> {
        CheckTouch::Engine(format!("looks at the image of {}", self.artifact))
    }

    fn leans_on(&self) -> Option<PlanPart<'_>> {
        Some(PlanPart::Artifact(&self.artifact))
    }

    fn asks(&self, _title: &str, _rules: &ReleaseRules) -> Vec<String> {
        let size = self.max_size.map(|most| format!("it is at most {most} bytes"));
        let user = self.user.as_ref().map(|user| format!("it runs as {user:?}"));
        let labels = self.labels.iter().map(|(label, text)| format!("its {label} is {:?}", text.as_str()));
        size.into_iter().chain(user).chain(labels).collect()
    }

    fn looks_outside(&self, _env: &[(String, Setting)]) -> bool {
        true
    }

    fn speaks_for_commit(&self) -> bool {
        true
    }

    fn renewal(&self) -> Renewal {
        Renewal::EverySurvey
    }

    fn usual_limit(&self) -> Span {
        Span::seconds(30)
    }
}
