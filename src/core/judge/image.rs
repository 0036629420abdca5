//! The rules for images, and for services that let tminus in.

use super::judgement::{Finding, Judgement, short};
use crate::evidence::Number;
use crate::kinds::check::ImageCheck;
use crate::measurement::FoundImage;
use crate::names::ConnectName;
use crate::plan::Placeholder;
use crate::size::size;
use std::collections::BTreeMap;

/// Judges an image: its size, whom it runs as, and its labels, each alone.
pub(super) fn judge_image(asked: &ImageCheck, image: &FoundImage, values: &BTreeMap<Placeholder, String>) -> Judgement {
    let mut expected = Vec::new();
    let mut findings = Vec::new();
    if let Some(most) = asked.max_size {
        expected.push(format!("at most {}", size(most)));
        let says = format!("it has {}", size(image.size));
        // Two sizes that read the same would explain nothing.
        let says = if size(most) == size(image.size) { format!("it has {} of {most} bytes", image.size) } else { says };
        findings.push(if image.size <= most { Finding::pass(says) } else { Finding::fail(says) });
    }
    if let Some(user) = &asked.user {
        expected.push(format!("runs as {user}"));
        let says = format!("it runs as {}", short(runs_as(&image.user)));
        findings.push(if is_user(user, &image.user) { Finding::pass(says) } else { Finding::fail(says) });
    }
    for (name, template) in &asked.labels {
        let Ok(wanted) = template.fill(values) else {
            return Judgement::no_data(
                format!("the label {name}"),
                format!("{:?} cannot be filled here", template.as_str()),
            );
        };
        expected.push(format!("{name} is {wanted:?}"));
        findings.push(match image.labels.iter().find(|(label, _)| label == name) {
            Some((_, there)) if *there == wanted => Finding::pass(format!("{name} is {wanted:?}")),
            Some((_, there)) => Finding::fail(format!("{name} is {:?}", short(there))),
            None => Finding::fail(format!("it has no label {name}")),
        });
    }
    if findings.is_empty() {
        expected.push("an image".to_owned());
        findings.push(Finding::pass(format!("it is there, with {}", size(image.size))));
    }
    Judgement::of(expected, findings, vec![number(asked, image)])
}

/// Judges whether a service lets tminus in; one that gave no answer is no data.
pub(super) fn judge_connects(name: &ConnectName, answered: &Result<String, String>) -> Judgement {
    let finding = match answered {
        Ok(words) => Finding::pass(words.clone()),
        Err(words) => Finding::fail(words.clone()),
    };
    Judgement::of(vec![format!("{name} lets tminus in")], vec![finding], Vec::new())
}

#[expect(clippy::cast_precision_loss, reason = "no image has so many bytes that one of them would be missed")]
fn number(asked: &ImageCheck, image: &FoundImage) -> Number {
    Number {
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
