//! What a plan would do to the machine that it is read on, one line each: the lines that a person trusts.
//!
//! Commands, secrets that are read, places that secrets are sent to, what is given to an engine or a cluster, and what
//! the places to fill in stand for. A change of any of them asks for trust again; a change of a title or a limit does not.

use super::deliveries;
use crate::domain::plan::{
    Artifact, ArtifactKind, Check, CommandLine, Connect, ConnectKind, Environment, LogOrigin, Method, Plan,
    RunbookTask, Secret, Setting, Undo, Way,
};

/// Returns every command, secret and delivery of a plan, each once, in the order of the documentation.
pub fn effects_of(plan: &Plan) -> Vec<String> {
    let mut lines = Vec::new();
    lines.extend(plan.artifacts.iter().filter_map(build));
    plan.environments.iter().for_each(|env| environment(env, &mut lines));
    plan.checks.iter().for_each(|c| check(c, &mut lines));
    plan.connects.iter().for_each(|c| connect(c, &mut lines));
    for log in &plan.logs {
        lines.extend(origin(&log.origin).map(|what| format!("log.{} reads {what}", log.name)));
    }
    for runbook in &plan.runbooks {
        for step in &runbook.steps {
            if let RunbookTask::Run(run) = &step.task {
                lines.push(format!("runbook.{} runs {}", runbook.name, run.display()));
            }
        }
    }
    let mut lines = [filled_in(plan, &lines), lines].concat();
    let mut seen = std::collections::BTreeSet::new();
    lines.retain(|line| seen.insert(line.clone()));
    lines
}

/// Says what the places to fill in of some lines stand for: another address or name there is another effect.
///
/// Without a line there is nothing to fill in, and nothing to trust.
fn filled_in(plan: &Plan, lines: &[String]) -> Vec<String> {
    if lines.is_empty() {
        return Vec::new();
    }
    let has = |words: &[&str]| lines.iter().any(|line| words.iter().any(|word| line.contains(word)));
    let rules = &plan.release;
    let mut meant = Vec::new();
    // A check in the worktree runs the code of that branch.
    if has(&["{branch}"]) || plan.checks.iter().any(|check| check.in_worktree) {
        meant.push(format!("release.branch is {}, cut from {}", rules.branch, rules.base));
        meant.push(format!("release.hotfix is {}", rules.hotfix));
    }
    // The version before is read from the tags.
    if has(&["{tag}", "{previous-tag}", "{previous}"]) {
        meant.push(format!("release.tag is {}", rules.tag));
    }
    meant.extend(plan.artifacts.iter().filter_map(|artifact| match &artifact.kind {
        ArtifactKind::Image { image, .. } => Some(format!("artifact.{} is {image}", artifact.name)),
        ArtifactKind::App { .. } => None,
    }));
    let address = |env: &Environment| Some(format!("env.{} is at {}", env.name, env.url.as_ref()?));
    meant.extend(plan.environments.iter().filter_map(address));
    meant
}

fn build(artifact: &Artifact) -> Option<String> {
    match &artifact.kind {
        ArtifactKind::Image { build, image, .. } => {
            let build = build.as_ref()?;
            // Where the one ends and the other begins is part of what is trusted.
            let (context, dockerfile) = (deliveries::plain(&build.context), deliveries::plain(&build.dockerfile));
            Some(format!("artifact.{} builds {image} from {context}, by {dockerfile}", artifact.name))
        }
        ArtifactKind::App { build, .. } => {
            let build = build.as_ref()?;
            Some(format!("artifact.{} runs {}", artifact.name, in_folder(&build.run, build.dir.as_deref())))
        }
    }
}

fn environment(env: &Environment, lines: &mut Vec<String>) {
    for deliver in &env.deliver {
        deliveries::lines(&format!("env.{}.deliver.{}", env.name, deliver.artifact), &deliver.kind, lines);
    }
    for (index, step) in env.steps.iter().enumerate() {
        let subject = format!("env.{}.step {}", env.name, index + 1);
        lines.push(format!("{subject} runs {}", in_folder(&step.run, step.dir.as_deref())));
        if let Undo::Run(undo) = &step.undo {
            lines.push(format!("{subject} undoes with {}", in_folder(undo, step.dir.as_deref())));
        }
        settings(&subject, &step.env, lines);
    }
}

fn check(check: &Check, lines: &mut Vec<String>) {
    let subject = format!("check.{}", check.name);
    match &check.way {
        Way::Run { run, dir } => lines.push(format!("{subject} runs {}", in_folder(run, dir.as_deref()))),
        Way::Dotenv(dotenv) => lines.push(format!("{subject} reads the names in {}", dotenv.file)),
        Way::Http(http) => {
            lines.push(match (http.method, &http.body) {
                (Method::Get | Method::Head, _) => format!("{subject} asks {}", http.url),
                (Method::Post, None) => format!("{subject} posts to {}", http.url),
                (Method::Post, Some(body)) => format!("{subject} posts {body} to {}", http.url),
            });
            settings(&subject, &http.headers, lines);
        }
        Way::File(file) => lines.push(format!("{subject} reads {}", file.path)),
        Way::Versions
        | Way::Ignored(_)
        | Way::Secrets(_)
        | Way::Changelog
        | Way::Connects(_)
        | Way::Tls(_)
        | Way::Dns(_)
        | Way::Image(_)
        | Way::Log(_)
        | Way::Metric(_)
        | Way::Manual { .. } => {}
    }
    settings(&subject, &check.env, lines);
}

fn settings(subject: &str, settings: &[(String, Setting)], lines: &mut Vec<String>) {
    for (name, setting) in settings {
        match setting {
            Setting::Plain(text) => lines.push(format!("{subject} sets {name} to {text}")),
            Setting::Secret(secret) => lines.push(format!("{subject} gives {name} {}", source(secret))),
        }
    }
}

fn connect(connect: &Connect, lines: &mut Vec<String>) {
    let subject = format!("connect.{} ({})", connect.name, connect.kind.word());
    let (address, secrets): (&str, Vec<&Secret>) = match &connect.kind {
        ConnectKind::Registry { url, password, .. } => (url.as_str(), password.iter().collect()),
        ConnectKind::Prometheus { url, password, token, .. } => (url.as_str(), token.iter().chain(password).collect()),
        ConnectKind::Http { url, token } => (url.as_str(), token.iter().collect()),
        ConnectKind::Sentry { url, token, .. } => (url.as_deref().unwrap_or("sentry.io"), vec![token]),
        ConnectKind::GitHub { url, token, .. } => (url.as_deref().unwrap_or("api.github.com"), vec![token]),
        ConnectKind::LaunchDarkly { url, token } => (url.as_deref().unwrap_or("app.launchdarkly.com"), vec![token]),
        ConnectKind::Unleash { url, token } => (url.as_str(), vec![token]),
        ConnectKind::AppStoreConnect { key, .. } => ("api.appstoreconnect.apple.com", vec![key]),
        ConnectKind::MongoDb { uri } => ("the address in it", vec![uri]),
        ConnectKind::Slack { url } => ("the address in it", vec![url]),
        ConnectKind::PagerDuty { key } => ("events.pagerduty.com", vec![key]),
        ConnectKind::CloudWatch { region, profile } => {
            return lines.push(format!("{subject} asks {region} with the profile {profile:?}"));
        }
        ConnectKind::Command { run } => return lines.push(format!("{subject} runs {}", run.display())),
    };
    if secrets.is_empty() {
        lines.push(format!("{subject} asks {address}"));
    }
    lines.extend(secrets.into_iter().map(|secret| format!("{subject} sends {} to {address}", source(secret))));
}

fn origin(origin: &LogOrigin) -> Option<String> {
    match origin {
        LogOrigin::Command(run) => Some(format!("what this prints: {}", run.display())),
        LogOrigin::File(file) => Some(format!("the file {file}")),
        LogOrigin::Container { .. } | LogOrigin::Kubernetes { .. } | LogOrigin::CloudWatch { .. } => None,
    }
}

fn source(secret: &Secret) -> String {
    match secret {
        Secret::Env(name) => format!("the secret in ${name}"),
        Secret::Dotenv { file, key } => format!("the secret {key} of {file}"),
        Secret::Command(run) => format!("what `{}` prints", run.display()),
    }
}

pub(super) fn in_folder(run: &CommandLine, folder: Option<&str>) -> String {
    match folder {
        Some(folder) => format!("{} (in {folder})", run.display()),
        None => run.display(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::plan::read;
    use std::path::Path;

    const PLAN: &str = r#"format = 1
[project]
name = "x"
[env.production]
url = "https://p.example.com"
gate = ["pre-deploy"]
[[env.production.step]]
at = "before"
title = "Migrate"
run = ["./migrate", "up"]
undo = ["./migrate", "down"]
[check.it]
phase = "pre-deploy"
title = "It holds"
run = ["make", "a b"]
env = { KEY = { env = "API_KEY" } }
[connect.unleash]
kind = "unleash"
url = "https://flags.example.com"
token = { dotenv = ".env", key = "TOKEN" }
"#;

    fn lines(text: &str) -> Vec<String> {
        effects_of(&read(Path::new("tminus.toml"), text).unwrap().plan)
    }

    #[test]
    fn commands_secrets_and_where_they_go_are_listed() {
        let wanted = [
            "env.production is at https://p.example.com",
            "env.production.step 1 runs ./migrate up",
            "env.production.step 1 undoes with ./migrate down",
            "check.it runs make 'a b'",
            "check.it gives KEY the secret in $API_KEY",
            "connect.unleash (unleash) sends the secret TOKEN of .env to https://flags.example.com",
        ];
        assert_eq!(lines(PLAN), wanted);
    }

    #[test]
    fn a_title_changes_nothing_and_an_address_that_gets_a_secret_does() {
        assert_eq!(lines(&PLAN.replace("It holds", "It is so")), lines(PLAN));
        assert_ne!(lines(&PLAN.replace("flags.example.com", "flags.example.net")), lines(PLAN));
    }

    const DELIVERED: &str = r#"format = 1
[project]
name = "x"
[release]
tag = "v{version}"
[artifact.api]
image = "registry.example.com/api:{version}"
[env.production]
url = "https://p.example.com"
gate = ["pre-deploy"]
[env.production.deliver.api]
with = "command"
current = [["show", "{env}"]]
deploy = [["up", "{image}"]]
undo = [["up", "{previous}"]]
[check.it]
phase = "pre-deploy"
title = "It answers"
http = { get = "{url}/x", headers = { Authorization = { env = "TOKEN" } } }
"#;

    #[test]
    fn what_a_place_to_fill_in_stands_for_is_listed_with_the_role_of_each_command() {
        let wanted = [
            "release.tag is v{version}",
            "artifact.api is registry.example.com/api:{version}",
            "env.production is at https://p.example.com",
            "env.production.deliver.api current runs show {env}",
            "env.production.deliver.api deploy runs up {image}",
            "env.production.deliver.api undo runs up {previous}",
            "check.it asks {url}/x",
            "check.it gives Authorization the secret in $TOKEN",
        ];
        assert_eq!(lines(DELIVERED), wanted);
    }

    #[test]
    fn another_address_image_tag_or_role_asks_again() {
        for (before, after) in [
            ("https://p.example.com", "https://evil.example.net"),
            ("registry.example.com/api", "evil.example.net/api"),
            ("v{version}", "w{version}"),
            ("get = ", "post = "),
        ] {
            assert_ne!(lines(&DELIVERED.replace(before, after)), lines(DELIVERED), "{after}");
        }
        let swapped =
            DELIVERED.replace("deploy = ", "was = ").replace("undo = ", "deploy = ").replace("was = ", "undo = ");
        assert_ne!(lines(&swapped), lines(DELIVERED));
    }

    #[test]
    fn a_plan_that_does_nothing_has_nothing_to_trust() {
        let plan = "format = 1\n[project]\nname = \"x\"\n[env.staging]\nurl = \"https://s.example.com\"\n";
        assert_eq!(lines(plan), Vec::<String>::new());
    }
}
