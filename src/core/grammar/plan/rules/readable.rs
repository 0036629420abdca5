//! What nobody could read or answer when the time comes: version files of an unknown kind, a person's word in a verification.

use super::super::document::TomlNode;
use super::super::nearest::quote;
use super::super::shape::Checker;
use super::super::source::Problem;
use crate::version_file::{KINDS, VersionFileKind, refusal};

pub(super) fn check(checker: &mut Checker<'_>, root: &TomlNode) {
    for place in root.get("release").map(|release| release.items_of("versions")).unwrap_or_default() {
        version_file(checker, place);
    }
    for env in root.entries_of("env") {
        env.node.items_of("verify").iter().for_each(|name| measured(checker, root, name));
    }
}

fn version_file(checker: &mut Checker<'_>, place: &TomlNode) {
    let Some(node) = place.get("file") else { return };
    let Some(file) = node.text().filter(|file| VersionFileKind::of(file).is_none()) else { return };
    checker.problems.push(Problem::new(node.span.clone(), refusal(file)).help(KINDS.to_owned()));
}

/// A verification runs by itself, at any hour: nobody is there to say yes.
fn measured(checker: &mut Checker<'_>, root: &TomlNode, name: &TomlNode) {
    let Some(text) = name.text() else { return };
    if root.get("check").and_then(|checks| checks.get(text)).is_none_or(|check| check.get("manual").is_none()) {
        return;
    }
    let says = format!("{} is answered by a person, and a verification is measured", quote(text));
    let help = "put it into a phase that a `gate` waits for".to_owned();
    checker.problems.push(Problem::new(name.span.clone(), says).help(help));
}
