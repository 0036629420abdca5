//! What must be true: checks made of test tools, version files, environment files and health checks.

use super::delivery::ProposedDelivery;
use super::found::{InitFindings, NodeProject, NodeScript, Python};
use super::text::{list, name, quoted, unique};

/// Returns the checks that a gate waits for; nothing where none was found.
pub(super) fn before_deploy(found: &InitFindings) -> String {
    let mut taken = vec!["health".to_owned()];
    let mut written = String::new();
    for python in found.python.iter().filter(|p| p.has_pytest) {
        pytest(python, &mut taken, &mut written);
    }
    for node in &found.node {
        scripts(node, &mut taken, &mut written);
    }
    if !found.versions().is_empty() {
        check(
            "version",
            "Version and documents",
            "One version in every file",
            "versions = true",
            &mut taken,
            &mut written,
        );
    }
    if found.changelog.is_some() && found.git.is_some() {
        check(
            "changelog",
            "Version and documents",
            "The change log has this version",
            "changelog = true",
            &mut taken,
            &mut written,
        );
    }
    dotenv(found, &mut taken, &mut written);
    written
}

/// Writes the checks before the gate of the last environment, and the health check of those with an address.
pub(super) fn write(checks: &str, delivery: &ProposedDelivery, text: &mut String) {
    text.push_str("# ── What must be true ──\n");
    match (checks.is_empty(), delivery.last()) {
        (true, _) => text.push_str(NO_CHECK),
        // without a gate nobody would wait for them
        (false, None) => text.push_str(&commented(NO_GATE, checks)),
        (false, Some(_)) => text.push_str(checks),
    }
    health(delivery, text);
}

const NO_CHECK: &str = "\
# Nothing was found that can be checked before a deploy:
# [check.tests]
# phase   = \"pre-deploy\"
# title   = \"The tests pass\"
# run     = [\"make\", \"test\"]
# timeout = \"15m\"

";

/// Turns tables into comments, with the reason.
fn commented(head: &str, tables: &str) -> String {
    let lines =
        tables.trim_end().lines().map(|line| if line.is_empty() { "#\n".to_owned() } else { format!("# {line}\n") });
    format!("{head}{}\n", lines.collect::<String>())
}

fn check(wanted: &str, group: &str, title: &str, way: &str, taken: &mut Vec<String>, text: &mut String) {
    let name = unique(wanted.to_owned(), taken);
    text.push_str(&format!(
        "[check.{name}]\nphase = \"pre-deploy\"\ngroup = {}\ntitle = {}\n{way}\n\n",
        quoted(group),
        quoted(title)
    ));
}

fn label(dir: &str) -> String {
    let folder = dir.rsplit('/').next().filter(|f| *f != ".");
    folder.map(|f| name(f, "project")).unwrap_or_default()
}

fn named(dir: &str, what: &str) -> String {
    match label(dir).as_str() {
        "" => what.to_owned(),
        label => format!("{label}-{what}"),
    }
}

fn place(dir: &str) -> String {
    if dir == "." { String::new() } else { format!("dir = {}\n", quoted(dir)) }
}

/// Writes what is run and where, with the tool that says how it went.
fn way(run: &[&str], dir: &str, tool: Option<&str>) -> String {
    let tool = tool.map(|tool| format!("expect = {{ tool = {} }}\n", quoted(tool)));
    format!("run = {}\n{}{}timeout = \"15m\"", list(run.iter().copied()), place(dir), tool.unwrap_or_default())
}

fn pytest(python: &Python, taken: &mut Vec<String>, text: &mut String) {
    let run: &[&str] = if python.has_poetry { &["poetry", "run", "pytest"] } else { &["python3", "-m", "pytest"] };
    let way = way(run, &python.dir, Some("pytest"));
    let title = match python.dir.as_str() {
        "." => "The tests pass".to_owned(),
        dir => format!("The tests of {dir} pass"),
    };
    check(&named(&python.dir, "tests"), "Code quality", &title, &way, taken, text);
}

fn scripts(node: &NodeProject, taken: &mut Vec<String>, text: &mut String) {
    for NodeScript { name: script, tool } in &node.scripts {
        let way = way(&[node.runner, "run", script], &node.dir, *tool);
        let title = match node.dir.as_str() {
            "." => format!("{} run {script} passes", node.runner),
            dir => format!("{} run {script} passes in {dir}", node.runner),
        };
        check(&named(&node.dir, &name(script, "script")), "Code quality", &title, &way, taken, text);
    }
}

fn dotenv(found: &InitFindings, taken: &mut Vec<String>, text: &mut String) {
    if found.dotenv.is_empty() || found.git.is_none() {
        return;
    }
    let mut way = format!("ignored = {}", list(found.dotenv.iter().map(|d| d.file.as_str())));
    if found.dotenv.iter().any(|d| !d.is_ignored) {
        way.push_str("  # today at least one of them is not");
    }
    check("dotenv-ignored", "Security", "Environment files are ignored by git", &way, taken, text);
}

/// Writes the health check that a compose file has, or shows it where no address is known.
fn health(delivery: &ProposedDelivery, text: &mut String) {
    let asked = delivery.environments.iter().filter(|e| e.health.is_some());
    let Some(env) = asked.clone().find(|e| e.url.is_some()).or_else(|| asked.clone().next()) else { return };
    let (title, note) = match env.health.as_deref() {
        Some("/") => ("It answers", "  # a path that says how it is tells more"),
        Some(_) | None => ("It says that it is healthy", ""),
    };
    let table = format!(
        "[check.health]\nphase = \"post-deploy\"\ngroup = \"Endpoints\"\ntitle = \"{title}\"\n\
         http = {{ get = {}, tries = 3 }}{note}\nexpect = {{ status = 200 }}\ntimeout = \"30s\"\n\n",
        quoted(&format!("{{url}}{}", env.health.as_deref().unwrap_or_default()))
    );
    match env.url {
        Some(_) => text.push_str(&table),
        None => text.push_str(&commented(NO_ADDRESS, &table)),
    }
}

const NO_ADDRESS: &str = "# Give an environment its url, and put this into its verify:\n";
const NO_GATE: &str =
    "# These take effect with the first environment: a check that no gate waits for protects nothing.\n";
