//! What a plan touches, one line each: the lines that a person trusts.
//!
//! [`Touches`] is the one place that knows. Trust asks again when a line of it changes; the mask learns its secrets and its
//! environment files before anything is shown. Every part of a plan is taken apart whole, so that a new kind or key does
//! not compile before it is said here what it touches.

use super::{deliveries, guards, placeholders};
use crate::grammar::addresses::address_of;
use crate::grammar::deliveries::in_folder;
use crate::plan::{
    Artifact, ArtifactKind, Check, CommandLine, Connect, Environment, ExtraStep, HttpCheck, LogOrigin, LogStream,
    Method, Plan, Runbook, RunbookTask, Secret, Setting, Undo, Way,
};

/// What a plan does to the machine that it is read on, and what it promises.
#[derive(Debug, Default)]
pub struct Touches<'a> {
    /// What it runs, reads, sends, asks and opens, each once, in the order of the documentation.
    pub acts: Vec<String>,
    /// What stands between a person and a deploy: gates, checks, approvals, teams. Without an act there is nothing to guard.
    pub guards: Vec<String>,
    /// The secrets that it reads.
    pub secrets: Vec<&'a Secret>,
    /// The environment files that it hands on.
    pub env_files: Vec<&'a str>,
    /// What may be a file of the repository that is read or run by its content: words of commands, build and Compose files.
    pub leans_on: Vec<String>,
}

impl<'a> Touches<'a> {
    /// Goes through a plan.
    pub fn of(plan: &'a Plan) -> Self {
        let Plan {
            project: _,
            release: _,
            milestones: _,
            teams: _,
            artifacts,
            environments,
            phases: _,
            checks,
            metrics,
            connects,
            logs,
            flags,
            severities: _,
            runbooks,
            session_group,
            // Whoever reads the repository adds their content: it is no part of the plan.
            trust_files: _,
            lint_ok: _,
            limits: _,
        } = plan;
        let mut touches = Self::default();
        artifacts.iter().for_each(|a| touches.artifact(a));
        environments.iter().for_each(|env| touches.environment(env));
        checks.iter().for_each(|c| touches.check(c));
        for metric in metrics {
            let count = metric.count.as_ref().map(|count| format!(", and {count}")).unwrap_or_default();
            touches.act(format!("metric.{} asks {} for {}{count}", metric.name, metric.from, metric.query));
        }
        connects.iter().for_each(|c| touches.connect(c));
        logs.iter().for_each(|log| touches.log(log));
        for flag in flags {
            let (project, key) = (deliveries::plain(&flag.project), deliveries::plain(&flag.key));
            touches.act(format!("flag.{} switches {key} of {project} through {}", flag.name, flag.connect));
        }
        runbooks.iter().for_each(|r| touches.runbook(r));
        if let Some(group) = session_group {
            touches.act(format!("session lets everybody in the group {} join the engine", deliveries::plain(group)));
        }
        touches.acts = [placeholders::meanings(plan, &touches.acts), std::mem::take(&mut touches.acts)].concat();
        touches.guards = guards::lines(plan);
        for lines in [&mut touches.acts, &mut touches.guards] {
            let mut seen = std::collections::BTreeSet::new();
            lines.retain(|line| seen.insert(line.clone()));
        }
        touches
    }

    /// Returns all lines that are trusted together; none where the plan touches nothing.
    pub fn lines(&self) -> Vec<String> {
        if self.acts.is_empty() { Vec::new() } else { [self.acts.as_slice(), self.guards.as_slice()].concat() }
    }

    fn act(&mut self, line: String) {
        self.acts.push(line);
    }

    fn run(&mut self, does: &str, run: &CommandLine, dir: Option<&str>) {
        self.act(format!("{does} {}", in_folder(run, dir)));
        run.0.iter().for_each(|word| self.lean_on(word.as_str(), dir));
    }

    fn lean_on(&mut self, file: &str, folder: Option<&str>) {
        let folder =
            folder.filter(|_| !file.starts_with('/')).map(|folder| format!("{}/", folder.trim_end_matches('/')));
        let path = format!("{}{}", folder.unwrap_or_default(), file.trim_start_matches("./"));
        self.leans_on.push(path.trim_start_matches("./").to_owned());
    }

    fn artifact(&mut self, Artifact { name, kind }: &Artifact) {
        match kind {
            ArtifactKind::Image { image, build, registry } => {
                if let Some(build) = build {
                    // Where the one ends and the other begins is part of what is trusted.
                    let (context, dockerfile) =
                        (deliveries::plain(&build.context), deliveries::plain(&build.dockerfile));
                    let args: Vec<String> =
                        build.args.iter().map(|(name, value)| format!("{name}={value:?}")).collect();
                    let args = if args.is_empty() { String::new() } else { format!(", with {}", args.join(", ")) };
                    self.act(format!("artifact.{name} builds {image} from {context}, by {dockerfile}{args}"));
                    self.lean_on(&build.dockerfile, Some(&build.context));
                }
                if let Some(registry) = registry {
                    self.act(format!("artifact.{name} is looked up and pushed as {registry} says"));
                }
            }
            ArtifactKind::App { app: _, build } => {
                if let Some(build) = build {
                    self.run(&format!("artifact.{name} runs"), &build.run, build.dir.as_deref());
                }
            }
        }
    }

    fn environment(&mut self, env: &'a Environment) {
        for deliver in &env.deliver {
            let subject = format!("env.{}.deliver.{}", env.name, deliver.artifact);
            deliveries::lines(&subject, &deliver.kind, &mut self.acts);
            self.env_files.extend(deliveries::env_files(&deliver.kind));
            for (word, folder) in deliveries::leans_on(&deliver.kind) {
                self.lean_on(word, folder);
            }
        }
        for (index, step) in env.steps.iter().enumerate() {
            let ExtraStep { at: _, title: _, run, dir, env: variables, undo, timeout: _ } = step;
            let subject = format!("env.{}.step {}", env.name, index + 1);
            self.run(&format!("{subject} runs"), run, dir.as_deref());
            if let Undo::Run(undo) = undo {
                self.run(&format!("{subject} undoes with"), undo, dir.as_deref());
            }
            self.settings(&subject, variables);
        }
    }

    fn check(&mut self, check: &'a Check) {
        let subject = format!("check.{}", check.name);
        let says = match &check.way {
            Way::Run { run, dir } => {
                let does = if check.in_worktree { "runs, in a checkout of its own," } else { "runs" };
                self.run(&format!("{subject} {does}"), run, dir.as_deref());
                None
            }
            Way::Dotenv(dotenv) => Some(format!("reads the names in {}", dotenv.file)),
            Way::Http(http) => {
                self.act(format!("{subject} {}", asked(http)));
                self.settings(&subject, &http.headers);
                None
            }
            Way::File(file) => Some(format!("reads {}", file.path)),
            Way::Connects(name) => Some(format!("connects to {name}")),
            Way::Tls(tls) => Some(format!("asks {} for its certificate", tls.host)),
            Way::Dns(dns) => Some(format!("asks {} for {} {}", resolvers(&dns.resolvers), dns.record, dns.name)),
            Way::Image(image) => Some(format!("looks at the image of {}", image.artifact)),
            Way::Log(log) => Some(format!("searches the log {}", log.source)),
            Way::Metric(name) => Some(format!("measures {name}")),
            // They look at what git tracks, and a person answers.
            Way::Versions | Way::Ignored(_) | Way::Secrets(_) | Way::Changelog | Way::Manual { .. } => None,
        };
        if let Some(says) = says {
            self.act(format!("{subject} {says}"));
        }
        self.settings(&subject, &check.env);
    }

    fn settings(&mut self, subject: &str, settings: &'a [(String, Setting)]) {
        for (name, setting) in settings {
            match setting {
                Setting::Plain(text) => self.act(format!("{subject} sets {name} to {text}")),
                Setting::Secret(secret) => {
                    self.act(format!("{subject} gives {name} {}", source(secret)));
                    self.secrets.push(secret);
                }
            }
        }
    }

    fn connect(&mut self, Connect { name, kind }: &'a Connect) {
        let subject = format!("connect.{name} ({})", kind.word());
        let (address, secrets) = match address_of(kind) {
            Ok(reach) => reach,
            Err(run) => return self.run(&format!("{subject} runs"), run, None),
        };
        if secrets.is_empty() {
            self.act(format!("{subject} asks {address}"));
        }
        for secret in secrets {
            self.act(format!("{subject} sends {} to {address}", source(secret)));
            self.secrets.push(secret);
        }
    }

    fn log(&mut self, LogStream { name, origin, format: _, mask: _, keep: _ }: &LogStream) {
        let details =
            |context: Option<&String>| context.map(|c| format!(" through the context {c:?}")).unwrap_or_default();
        let what = match origin {
            LogOrigin::Command(run) => return self.run(&format!("log.{name} reads what this prints:"), run, None),
            LogOrigin::File(file) => format!("the file {file}"),
            LogOrigin::Container { container, context } => {
                format!("the container {}{}", deliveries::plain(container), details(context.as_ref()))
            }
            LogOrigin::Kubernetes { context, namespace, selector, container } => {
                let container = container.as_ref().map(|c| format!(", container {c:?}")).unwrap_or_default();
                let place = format!("{namespace:?}{container}{}", details(context.as_ref()));
                format!("the pods {selector:?} of {place}")
            }
            LogOrigin::CloudWatch { connect, group, filter } => {
                let filter = filter.as_ref().map(|f| format!(" where {f:?}")).unwrap_or_default();
                format!("{group:?}{filter} through {connect}")
            }
        };
        self.act(format!("log.{name} reads {what}"));
    }

    fn runbook(&mut self, runbook: &Runbook) {
        for step in &runbook.steps {
            let says = match &step.task {
                RunbookTask::Run(run) => {
                    self.run(&format!("runbook.{} runs", runbook.name), run, None);
                    continue;
                }
                RunbookTask::Flag { flag, on } => format!("switches {flag} {}", if *on { "on" } else { "off" }),
                RunbookTask::Rollback(env) => format!("rolls {env} back"),
                RunbookTask::Check(_) | RunbookTask::Manual => continue,
            };
            self.act(format!("runbook.{} {says}", runbook.name));
        }
    }
}

/// Returns the lines that a person trusts in a plan.
pub fn effects_of(plan: &Plan) -> Vec<String> {
    Touches::of(plan).lines()
}

fn asked(http: &HttpCheck) -> String {
    match (http.method, &http.body) {
        (Method::Get | Method::Head, _) => format!("asks {}", http.url),
        (Method::Post, None) => format!("posts to {}", http.url),
        (Method::Post, Some(body)) => format!("posts {body} to {}", http.url),
    }
}

fn resolvers(named: &[String]) -> String {
    if named.is_empty() { "the resolver of this machine".to_owned() } else { named.join(", ") }
}

fn source(secret: &Secret) -> String {
    match secret {
        Secret::Env(name) => format!("the secret in ${name}"),
        Secret::Dotenv { file, key } => format!("the secret {key} of {file}"),
        Secret::Command(run) => format!("what `{}` prints", run.display()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grammar::plan::read;
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
            "env.production is gated by pre-deploy",
            "check.it must pass in pre-deploy",
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
            "env.production is gated by pre-deploy",
            "check.it must pass in pre-deploy",
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

    const GUARDED: &str = r#"format = 1
[project]
name = "x"
[release]
versions = [{ file = "a.toml", key = "a" }, { file = "b.toml", key = "b" }]
changelog = "CHANGES.md"
[artifact.app]
image = "127.0.0.1:1/x/app:{version}"
build = { context = ".", args = { A = "b" } }
registry = "reg"
[env.staging]
url = "http://127.0.0.1:1"
gate = ["pre-deploy"]
protected = true
approvals = { count = 2, from = "t" }
deliver.app = { with = "docker", container = "x" }
verify = ["r"]
[team.t]
members = ["a", "b"]
[check.r]
phase = "post-deploy"
title = "r"
run = ["sh", "s.sh"]
timeout = "5s"
[check.g]
phase = "pre-deploy"
title = "g"
owner = "t"
file = { path = "s.sh", has = "x" }
[check.v]
phase = "pre-deploy"
title = "v"
versions = true
[check.n]
phase = "pre-deploy"
title = "n"
changelog = true
[check.h]
phase = "pre-deploy"
title = "h"
http = { get = "http://127.0.0.1:1/", tries = 9 }
[connect.reg]
kind = "registry"
url = "https://reg.example.com"
user = "u"
password = { env = "HOME" }
[log.d]
container = "x"
"#;

    #[test]
    fn what_opens_a_connection_widens_the_socket_or_loosens_a_gate_asks_again() {
        for (before, after) in [
            ("[log.d]\ncontainer = \"x\"", "[log.d]\ncontainer = \"x\"\ncontext = \"ssh://evil@attacker\""),
            ("[log.d]", "[session]\ngroup = \"root\"\n[log.d]"),
            ("approvals = { count = 2, from = \"t\" }\n", ""),
            ("count = 2", "count = 1"),
            ("gate = [\"pre-deploy\"]\n", ""),
            ("protected = true\n", ""),
            ("[\"a\", \"b\"]", "[\"mallory\", \"m2\"]"),
            ("A = \"b\"", "A = \"evil\""),
            ("context = \".\",", "context = \".\", dockerfile = \"evil\","),
            ("user = \"u\"", "user = \"evil\""),
            ("https://reg.example.com", "https://evil.example.com"),
            ("127.0.0.1:1/x", "127.0.0.1:2/x"),
            ("with = \"docker\",", "with = \"docker\", context = \"tcp://127.0.0.1:9\","),
            ("registry = \"reg\"\n", ""),
            ("timeout = \"5s\"\n", "timeout = \"5s\"\nin = \"worktree\"\n"),
            ("[release]", "[release]\nbase = \"evil\""),
            ("[release]", "[release]\nremote = \"evil\""),
            ("[log.d]", "[log.s]\nfile = \"app.log\"\n[log.d]"),
            ("[log.d]", "[check.c]\nphase = \"pre-deploy\"\ntitle = \"c\"\nconnects = \"reg\"\n[log.d]"),
            ("title = \"g\"\n", "title = \"g\"\nrequired = false\n"),
            ("has = \"x\"", "has = \"y\""),
            ("verify = [\"r\"]\n", ""),
            ("owner = \"t\"\n", ""),
            (", { file = \"b.toml\", key = \"b\" }", ""),
            ("changelog = \"CHANGES.md\"", "changelog = \"README.md\""),
            (", tries = 9", ""),
        ] {
            let changed = GUARDED.replacen(before, after, 1);
            assert_ne!(changed, GUARDED, "{before}");
            assert_ne!(lines(&changed), lines(GUARDED), "{after}");
        }
    }

    #[test]
    fn a_log_of_a_container_and_an_open_socket_are_not_nothing() {
        let plan = "format = 1\n[project]\nname = \"x\"\n[env.staging]\nurl = \"https://s.example.com\"\n";
        for more in
            ["[log.d]\ncontainer = \"x\"\ncontext = \"ssh://evil@attacker\"\n", "[session]\ngroup = \"users\"\n"]
        {
            assert_ne!(lines(&format!("{plan}{more}")), Vec::<String>::new(), "{more}");
        }
    }

    #[test]
    fn the_secrets_the_files_and_what_may_be_a_script_are_known_from_the_same_place() {
        let plan = read(Path::new("tminus.toml"), GUARDED).unwrap().plan;
        let touches = Touches::of(&plan);
        assert_eq!(touches.secrets, [&Secret::Env("HOME".to_owned())]);
        assert!(touches.leans_on.contains(&"s.sh".to_owned()) && touches.leans_on.contains(&"Dockerfile".to_owned()));
    }

    #[test]
    fn a_plan_that_does_nothing_has_nothing_to_trust() {
        let plan = "format = 1\n[project]\nname = \"x\"\n[env.staging]\nurl = \"https://s.example.com\"\n";
        assert_eq!(lines(plan), Vec::<String>::new());
    }
}
