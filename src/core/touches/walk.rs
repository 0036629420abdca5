//! The walk over a plan, in the order of the documentation.

use super::words::{in_folder, plain, source};
use super::{FileUse, RunRole, Touch, TouchKind, TouchedCommand};
use crate::kinds::check::CheckTouch;
use crate::kinds::connect::Reach;
use crate::plan::{
    Artifact, ArtifactKind, Check, CommandLine, Connect, EnvValue, Environment, ExtraStep, Flag, LogStream, Metric,
    MetricForm, Plan, Runbook, RunbookTask, Undo,
};

impl Plan {
    /// Returns everything that the plan touches.
    pub fn touches(&self) -> Vec<Touch<'_>> {
        let Self {
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
            asked: _,
        } = self;
        let mut walk = TouchWalk(Vec::new());
        artifacts.iter().for_each(|artifact| walk.artifact(artifact));
        environments.iter().for_each(|env| walk.0.extend(env.touches()));
        checks.iter().for_each(|check| walk.check(check));
        metrics.iter().for_each(|metric| walk.metric(metric));
        connects.iter().for_each(|connect| walk.connect(connect));
        logs.iter().for_each(|log| walk.log(log));
        flags.iter().for_each(|flag| walk.flag(flag));
        runbooks.iter().for_each(|runbook| walk.runbook(runbook));
        if let Some(group) = session_group {
            let line = format!("session lets everybody in the group {} join the engine", plain(group));
            walk.touch("session.group".to_owned(), TouchKind::Changes, line);
        }
        walk.0
    }
}

impl Environment {
    /// Returns everything that a deploy here, a rollback from here, and a look at what is here touch.
    pub fn touches(&self) -> Vec<Touch<'_>> {
        let mut walk = TouchWalk(Vec::new());
        for deliver in &self.deliver {
            let at = format!("env.{}.deliver.{}", self.name, deliver.artifact);
            walk.0.extend(deliver.kind.touches(&at));
        }
        for (index, step) in self.steps.iter().enumerate() {
            let ExtraStep { at: _, title: _, run: line, dir, env, undo, timeout: _ } = step;
            let (at, subject) =
                (format!("env.{}.step[{index}]", self.name), format!("env.{}.step {}", self.name, index + 1));
            let run = TouchedCommand { line, dir: dir.as_deref(), role: RunRole::Step(undo), env };
            walk.run(format!("{at}.run"), run, &format!("{subject} runs"));
            if let Undo::Run(line) = undo {
                let run = TouchedCommand { line, role: RunRole::Undo, ..run };
                walk.run(format!("{at}.undo"), run, &format!("{subject} undoes with"));
            }
            walk.settings(&format!("{at}.env"), env, &subject);
        }
        walk.0
    }
}

struct TouchWalk<'a>(Vec<Touch<'a>>);

impl<'a> TouchWalk<'a> {
    fn touch(&mut self, at: String, kind: TouchKind<'a>, line: String) {
        self.0.push(Touch { at, kind, line });
    }

    fn run(&mut self, at: String, run: TouchedCommand<'a>, does: &str) {
        self.touch(at, TouchKind::Runs(run), format!("{does} {}", in_folder(run.line, run.dir)));
    }

    fn run_bare(&mut self, at: String, (line, role): (&'a CommandLine, RunRole<'a>), does: &str) {
        self.run(at, TouchedCommand { line, dir: None, role, env: &[] }, does);
    }

    fn settings(&mut self, at: &str, settings: &'a [(String, EnvValue)], subject: &str) {
        for (name, setting) in settings {
            let (kind, line) = match setting {
                EnvValue::Plain(text) => (TouchKind::Sets, format!("{subject} sets {name} to {text}")),
                EnvValue::Secret(secret) => {
                    (TouchKind::Gives(secret), format!("{subject} gives {name} {}", source(secret)))
                }
            };
            self.touch(format!("{at}.{name}"), kind, line);
        }
    }

    fn artifact(&mut self, Artifact { name, kind }: &'a Artifact) {
        let at = format!("artifact.{name}");
        match kind {
            ArtifactKind::Image { image, build, registry } => {
                if let Some(build) = build {
                    // Where the one ends and the other begins is part of what is trusted.
                    let (context, dockerfile) = (plain(&build.context), plain(&build.dockerfile));
                    let args: Vec<String> =
                        build.args.iter().map(|(name, value)| format!("{name}={value:?}")).collect();
                    let args = if args.is_empty() { String::new() } else { format!(", with {}", args.join(", ")) };
                    let line = format!("{at} builds {image} from {context}, by {dockerfile}{args}");
                    let file = TouchKind::Reads(&build.dockerfile, FileUse::Dockerfile(&build.context));
                    self.touch(format!("{at}.build"), TouchKind::Engine(None), line.clone());
                    self.touch(format!("{at}.build.dockerfile"), file, line);
                }
                if let Some(registry) = registry {
                    let line = format!("{at} is looked up and pushed as {registry} says");
                    self.touch(format!("{at}.registry"), TouchKind::Asks, line);
                }
            }
            ArtifactKind::App { app: _, build } => {
                if let Some(build) = build {
                    let run =
                        TouchedCommand { line: &build.run, dir: build.dir.as_deref(), role: RunRole::Build, env: &[] };
                    self.run(format!("{at}.build"), run, &format!("{at} runs"));
                }
            }
        }
    }

    fn check(&mut self, check: &'a Check) {
        let subject = format!("check.{}", check.name);
        let at = format!("{subject}.{}", check.way.word());
        let touched = match check.way.touch() {
            CheckTouch::Runs(line, dir) => {
                let does = if check.in_worktree { "runs, in a checkout of its own," } else { "runs" };
                let run = TouchedCommand { line, dir, role: RunRole::Check(check), env: &check.env };
                Some((TouchKind::Runs(run), format!("{does} {}", in_folder(line, dir))))
            }
            CheckTouch::Reads(file, says) => Some((TouchKind::Reads(file, FileUse::Checked), says)),
            CheckTouch::Asks(says) => Some((TouchKind::Asks, says)),
            CheckTouch::Engine(says) => Some((TouchKind::Engine(None), says)),
            CheckTouch::Nothing => None,
        };
        if let Some((kind, says)) = touched {
            self.touch(at.clone(), kind, format!("{subject} {says}"));
        }
        self.settings(&format!("{at}.headers"), check.way.headers(), &subject);
        self.settings(&format!("{subject}.env"), &check.env, &subject);
    }

    fn metric(&mut self, metric: &Metric) {
        // What it is held against stands among the guards.
        let Metric { name, title: _, from, query, form, absent_is_zero, count, .. } = metric;
        let at = format!("metric.{name}");
        let form = match form {
            MetricForm::Number => String::new(),
            MetricForm::Good | MetricForm::Bad => format!(" ({})", form.key()),
        };
        let count = count.as_ref().map(|count| format!(", and {count}")).unwrap_or_default();
        let absent = if *absent_is_zero { "; no series counts as zero" } else { "" };
        let line = format!("{at} asks {from} for {query}{form}{count}{absent}");
        self.touch(at, TouchKind::Asks, line);
    }

    fn connect(&mut self, Connect { name, kind }: &'a Connect) {
        let at = format!("connect.{name}");
        let subject = format!("{at} ({})", kind.word());
        let (address, secrets) = match kind.reach() {
            Reach::Address(address, secrets) => (address, secrets),
            Reach::Command(line) => return self.run_bare(at, (line, RunRole::Connect), &format!("{subject} runs")),
        };
        if secrets.is_empty() {
            self.touch(at.clone(), TouchKind::Asks, format!("{subject} asks {address}"));
        }
        for secret in secrets {
            let line = format!("{subject} sends {} to {address}", source(secret));
            self.touch(at.clone(), TouchKind::Gives(secret), line);
        }
    }

    fn log(&mut self, LogStream { name, origin, format: _, mask: _, keep: _ }: &'a LogStream) {
        let (kind, what) = origin.touch();
        self.touch(format!("log.{name}.{}", origin.word()), kind, format!("log.{name} reads {what}"));
    }

    fn flag(&mut self, Flag { name, title: _, connect, project, key }: &Flag) {
        let line = format!("flag.{name} switches {} of {} through {connect}", plain(key), plain(project));
        self.touch(format!("flag.{name}"), TouchKind::Changes, line);
    }

    fn runbook(&mut self, runbook: &'a Runbook) {
        let subject = format!("runbook.{}", runbook.name);
        for (index, step) in runbook.steps.iter().enumerate() {
            let at = format!("{subject}.step[{index}]");
            let says = match &step.task {
                RunbookTask::Run(line) => {
                    let does = format!("{subject} runs");
                    self.run_bare(format!("{at}.run"), (line, RunRole::Runbook), &does);
                    continue;
                }
                RunbookTask::Flag { flag, on } => format!("switches {flag} {}", if *on { "on" } else { "off" }),
                RunbookTask::Rollback(env) => format!("rolls {env} back"),
                RunbookTask::Check(_) | RunbookTask::Manual => continue,
            };
            self.touch(at, TouchKind::Changes, format!("{subject} {says}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::grammar::plan::read;
    use std::path::Path;

    const PLAN: &str = r#"format = 1
[project]
name = "x"
[artifact.api]
image = "api:{version}"
build = { context = "api" }
[artifact.app]
app = "com.example.app"
build = { run = ["make"], dir = "app" }
[artifact.web]
image = "web:{version}"
[env.s]
url = "https://s.example.com"
gate = ["pre-deploy"]
deliver.api = { with = "docker", container = "x", env-file = ".env.app", context = "far" }
deliver.app = { with = "command", current = [["show"]], deploy = [["up"]], undo = [["down"]] }
deliver.web = { with = "compose", file = "c.yml", service = "web" }
[[env.s.step]]
at = "before"
title = "Migrate"
run = ["up"]
undo = ["down"]
env = { A = "b" }
[check.run]
phase = "pre-deploy"
title = "run"
run = ["make"]
env = { KEY = { env = "KEY" } }
[check.asks]
phase = "pre-deploy"
title = "asks"
http = { get = "{url}", headers = { X = "y" } }
[connect.slack]
kind = "slack"
url = { env = "HOOK" }
[log.far]
container = "x"
context = "far"
[session]
group = "staff"
"#;

    #[test]
    fn each_touch_says_where_it_stands_in_the_plan() {
        let plan = read(Path::new("tminus.toml"), PLAN).unwrap().plan;
        let places: Vec<String> = plan.touches().into_iter().map(|touch| touch.at).collect();
        let wanted = [
            "artifact.api.build",
            "artifact.api.build.dockerfile",
            "artifact.app.build",
            "env.s.deliver.api",
            "env.s.deliver.api.env-file",
            "env.s.deliver.app.current[0]",
            "env.s.deliver.app.deploy[0]",
            "env.s.deliver.app.undo[0]",
            "env.s.deliver.web",
            "env.s.deliver.web.file",
            "env.s.step[0].run",
            "env.s.step[0].undo",
            "env.s.step[0].env.A",
            "check.run.run",
            "check.run.env.KEY",
            "check.asks.http",
            "check.asks.http.headers.X",
            "connect.slack",
            "log.far.container",
            "session.group",
        ];
        assert_eq!(places, wanted);
    }

    #[test]
    fn a_deploy_runs_what_delivers_and_takes_back_and_no_look_at_what_is_there() {
        let plan = read(Path::new("tminus.toml"), PLAN).unwrap().plan;
        let touches = plan.touches();
        let actions = touches.iter().filter_map(|touch| touch.action());
        assert_eq!(actions.map(|run| run.line.display()).collect::<Vec<_>>(), ["up", "down", "up", "down"]);
        let engines: Vec<_> = touches.iter().filter_map(|touch| touch.engine()).collect();
        assert_eq!(engines, [None, Some("far"), None, Some("far")]);
    }
}
