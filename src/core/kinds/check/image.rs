//! `image`: what is in an image.

use super::kind::{CheckTouch, JudgedBy, KindOfCheck, PlanPart, Renewal};
use crate::evidence::MeasuredNumber;
use crate::grammar::plan::{Noun, ValueKind, places};
use crate::judge::{JudgedFinding as ExpectationResult, Judgement, short};
use crate::kinds::settings::settings;
use crate::measurement::{FoundImage, Reading};
use crate::names::ArtifactName;
use crate::plan::{ReleaseRules, Template};
use crate::size::size;
use crate::time::Span;

settings! {
    /// What is in an image.
    pub struct ImageCheck = "image": "The image, and what must be true of it." {
        /// The artifact.
        artifact: ArtifactName = must("artifact", ValueKind::Name(Noun::Artifact)),
        /// How large it may be.
        max_size: Option<u64> = may("max-size", ValueKind::Size),
        /// The user that it runs as.
        user: Option<String> = may("user", ValueKind::Text),
        /// Labels that it must carry.
        labels: Vec<(String, Template)> = may("labels", ValueKind::Texts(places::RELEASE)),
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

    fn renewal(&self) -> Renewal {
        Renewal::EverySurvey
    }

    fn usual_limit(&self) -> Span {
        Span::seconds(30)
    }

    /// Its size, whom it runs as, and its labels, each alone.
    fn judge(&self, reading: &Reading, JudgedBy { values, .. }: &JudgedBy<'_>) -> Option<Judgement> {
        let Reading::Image(image) = reading else { return None };
        let mut expected = Vec::new();
        let mut findings = Vec::new();
        if let Some(most) = self.max_size {
            expected.push(format!("at most {}", size(most)));
            let says = format!("it has {}", size(image.size));
            // Two sizes that read the same would explain nothing.
            let says =
                if size(most) == size(image.size) { format!("it has {} of {most} bytes", image.size) } else { says };
            findings.push(if image.size <= most {
                ExpectationResult::pass(says)
            } else {
                ExpectationResult::fail(says)
            });
        }
        if let Some(user) = &self.user {
            expected.push(format!("runs as {user}"));
            let says = format!("it runs as {}", short(runs_as(&image.user)));
            findings.push(if is_user(user, &image.user) {
                ExpectationResult::pass(says)
            } else {
                ExpectationResult::fail(says)
            });
        }
        for (name, template) in &self.labels {
            let Ok(wanted) = template.fill(values) else {
                let why = format!("{:?} cannot be filled here", template.as_str());
                return Some(Judgement::no_data(format!("the label {name}"), why));
            };
            expected.push(format!("{name} is {wanted:?}"));
            findings.push(match image.labels.iter().find(|(label, _)| label == name) {
                Some((_, there)) if *there == wanted => ExpectationResult::pass(format!("{name} is {wanted:?}")),
                Some((_, there)) => ExpectationResult::fail(format!("{name} is {:?}", short(there))),
                None => ExpectationResult::fail(format!("it has no label {name}")),
            });
        }
        if findings.is_empty() {
            expected.push("an image".to_owned());
            findings.push(ExpectationResult::pass(format!("it is there, with {}", size(image.size))));
        }
        Some(Judgement::of(expected, findings, vec![number(self, image)]))
    }
}

#[expect(clippy::cast_precision_loss, reason = "no image has so many bytes that one of them would be missed")]
fn number(asked: &ImageCheck, image: &FoundImage) -> MeasuredNumber {
    MeasuredNumber {
        name: "size".to_owned(),
        value: image.size as f64,
        shown: size(image.size),
        limit: asked.max_size.map(|most| format!("at most {}", size(most))),
        samples: None,
        baseline: None,
    }
}

/// An image that names nobody runs as root.
fn runs_as(user: &str) -> &str {
    if user.is_empty() { "root" } else { user }
}

/// A group may stand behind the user; the plan asks about the user unless it names a group too.
fn is_user(wanted: &str, there: &str) -> bool {
    let there = runs_as(there);
    let bare = there.split(':').next().unwrap_or(there);
    let is_root = |user: &str| matches!(user, "root" | "0");
    there == wanted || bare == wanted || (is_root(bare) && is_root(wanted))
}
