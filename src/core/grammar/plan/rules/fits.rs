//! What goes with what: a way of delivery with its artifact, a comparison with what it compares.

use super::super::document::{KeyEntry, TomlNode};
use super::super::leaf;
use super::super::nearest::quote;
use super::super::shape::Checker;
use super::super::source::Problem;
use crate::kinds::tool::tool;
use crate::plan::Limit;

pub(super) fn check(checker: &mut Checker<'_>, root: &TomlNode) {
    for env in root.entries_of("env") {
        env.node.entries_of("deliver").iter().for_each(|d| delivery(checker, root, d));
    }
    for check in root.entries_of("check") {
        comparison(checker, &check.node);
        source_of_truth(checker, root, &check.node);
        image(checker, root, &check.node);
    }
    for metric in root.entries_of("metric") {
        limit(checker, metric);
    }
    for connect in root.entries_of("connect") {
        api_key(checker, connect);
    }
}

/// Returns `image` or `app`, as the artifact says it.
fn kind_of(root: &TomlNode, artifact: &str) -> Option<&'static str> {
    let table = root.get("artifact")?.get(artifact)?;
    let mut kinds = ["image", "app"].into_iter().filter(|kind| table.get(kind).is_some());
    // One that says both has its own error.
    kinds.next().filter(|_| kinds.next().is_none())
}

fn delivery(checker: &mut Checker<'_>, root: &TomlNode, deliver: &KeyEntry) {
    let Some(with) = deliver.node.get("with") else { return };
    let wants = match with.text() {
        Some("docker" | "compose" | "kubernetes") => "image",
        Some("testflight" | "app-store") => "app",
        _ => return,
    };
    let Some(is) = kind_of(root, &deliver.key).filter(|is| *is != wants) else { return };
    let way = quote(with.text().unwrap_or_default());
    let says = format!("{way} delivers an {wants}, and artifact {} is an {is}", quote(&deliver.key));
    checker.problems.push(Problem::new(with.span.clone(), says));
}

/// `above`, `below` and `is` compare the first group of `matches`, or a number of a tool.
fn comparison(checker: &mut Checker<'_>, check: &TomlNode) {
    let Some(expect) = check.get("expect").filter(|_| check.get("run").is_some()) else { return };
    if expect.get("tool").is_some() || expect.get("of").is_some() {
        return number_of_tool(checker, expect);
    }
    let compared: Vec<&KeyEntry> =
        expect.entries().iter().filter(|e| matches!(e.key.as_str(), "above" | "below" | "is")).collect();
    let Some(first) = compared.first() else { return };
    let says = match expect.get("matches") {
        Some(pattern) => {
            let groups = pattern.text().and_then(|p| regex::Regex::new(p).ok()).map(|r| r.captures_len());
            if groups != Some(1) {
                return;
            }
            format!("{} compares the first group of `matches`, which has none", quote(&first.key))
        }
        None => format!("{} has nothing to compare", quote(&first.key)),
    };
    let help = "write what to look for, with a group: matches = '(\\d+)%'".to_owned();
    checker.problems.push(Problem::new(first.key_span.clone(), says).help(help));
}

/// A tool's number is compared by its name; beside a tool, no other text is.
fn number_of_tool(checker: &mut Checker<'_>, expect: &TomlNode) {
    let Some(word) = expect.get("tool") else {
        if let Some(of) = expect.entry("of") {
            checker
                .problems
                .push(Problem::new(of.key_span.clone(), "`of` names a number of a tool, and there is no `tool`"));
        }
        return;
    };
    // A word that is not known has its own error.
    let Some(known) = word.text().and_then(tool) else { return };
    let numbers = known.numbers.join(", ");
    for key in ["matches", "is", "empty"] {
        if let Some(entry) = expect.entry(key) {
            let says = format!("{} and `tool` are two questions: write one check for each", quote(key));
            checker.problems.push(Problem::new(entry.key_span.clone(), says));
        }
    }
    let limit = expect.entry("above").or_else(|| expect.entry("below"));
    match (expect.get("of"), limit) {
        (Some(of), _) if of.text().is_some_and(|name| !known.numbers.contains(&name)) => {
            let says = format!("{} does not report {}", known.word, quote(of.text().unwrap_or_default()));
            checker.problems.push(Problem::new(of.span.clone(), says).help(format!("it reports {numbers}")));
        }
        (Some(of), None) => {
            let says = "`of` names a number, and nothing compares it".to_owned();
            checker.problems.push(Problem::new(of.span.clone(), says).help("write `above` or `below`".to_owned()));
        }
        (None, Some(limit)) if known.usual.is_none() => {
            let says = format!("{} does not say which number of {} it is about", quote(&limit.key), known.word);
            let help = format!("write `of` with one of {numbers}");
            checker.problems.push(Problem::new(limit.key_span.clone(), says).help(help));
        }
        (Some(_) | None, Some(_) | None) => {}
    }
}

/// `versions` and `changelog` are checked against what `[release]` names.
fn source_of_truth(checker: &mut Checker<'_>, root: &TomlNode, check: &TomlNode) {
    for key in ["versions", "changelog"] {
        let Some(entry) = check.entry(key) else { continue };
        let named = root.get("release").and_then(|release| release.get(key));
        let is_empty =
            named.is_none_or(|n| matches!(&n.value, super::super::document::TomlValue::List(l) if l.is_empty()));
        if is_empty {
            let says = format!("there is nothing to check: [release] has no {}", quote(key));
            checker.problems.push(Problem::new(entry.key_span.clone(), says));
        }
    }
}

fn image(checker: &mut Checker<'_>, root: &TomlNode, check: &TomlNode) {
    let Some(artifact) = check.get("image").and_then(|image| image.get("artifact")) else { return };
    let Some(name) = artifact.text().filter(|name| kind_of(root, name) == Some("app")) else { return };
    let says = format!("artifact {} is an app, and an image belongs here", quote(name));
    checker.problems.push(Problem::new(artifact.span.clone(), says));
}

/// An API key is sent somehow, and `limited` names statuses.
fn api_key(checker: &mut Checker<'_>, connect: &KeyEntry) {
    if connect.node.get("kind").and_then(TomlNode::text) != Some("api-key") {
        return;
    }
    if connect.node.get("header").is_none_or(|header| header.entries().is_empty())
        && connect.node.get("token").is_none()
    {
        let says = format!("connect {} sends no key", quote(&connect.key));
        let help = "write `token`, or the header that carries it: header = { x-api-key = { env = \"NAME\" } }";
        checker.problems.push(Problem::new(connect.key_span.clone(), says).help(help.to_owned()));
    }
    let ok = connect.node.get("ok").map(TomlNode::items).unwrap_or_default();
    let is_ok = |status: i64| {
        if ok.is_empty() { status == 200 } else { ok.iter().any(|n| leaf::integer(n, status, status).is_ok()) }
    };
    for limited in connect.node.entries_of("limited") {
        let status = limited.key.parse::<i64>().ok().filter(|status| (100..=599).contains(status));
        let says = match status {
            Some(status) if is_ok(status) => format!("{status} already says that the key is valid"),
            Some(_) if limited.node.text().is_some_and(|text| text.trim().is_empty()) => {
                "every answer holds an empty text, also that to a wrong key".to_owned()
            }
            Some(_) => continue,
            None => format!("{} is no status of an answer", quote(&limited.key)),
        };
        let help =
            "write a status from 100 to 599 with a text of its answer: limited = { 401 = \"missing_permissions\" }";
        checker.problems.push(Problem::new(limited.key_span.clone(), says).help(help.to_owned()));
    }
}

/// `good` and `bad` make a share of what they count: a limit in another unit would hold, or not, whatever happens.
fn share(checker: &mut Checker<'_>, metric: &KeyEntry) {
    let Some(form) = ["good", "bad"].into_iter().find(|form| metric.node.get(form).is_some()) else { return };
    for node in ["below", "above"].into_iter().filter_map(|key| metric.node.get(key)) {
        if leaf::limit(node).is_ok_and(|limit| !matches!(limit, Limit::Share(_))) {
            let says = format!("{} makes a share, and this is none", quote(form));
            let help = "write it in percent: below = \"0.1%\"".to_owned();
            checker.problems.push(Problem::new(node.span.clone(), says).help(help));
        }
    }
}

fn limit(checker: &mut Checker<'_>, metric: &KeyEntry) {
    share(checker, metric);
    // A key that is not known may be a misspelt limit: it has its own error.
    let known = ["title", "from", "query", "good", "bad", "count", "absent", "horizons"];
    if metric.node.entries().iter().all(|e| known.contains(&e.key.as_str())) && !metric.node.entries().is_empty() {
        let says = format!("metric {} has no limit, so it can never fail", quote(&metric.key));
        let help = "write `below`, `above` or `baseline`".to_owned();
        checker.problems.push(Problem::new(metric.key_span.clone(), says).help(help));
    }
}
