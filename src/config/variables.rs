//! Which variables of a process matter to a plan: those that it names, those that its files and scripts could fill in, and
//! those by which programs choose a place or a login. Values are not looked at here.

use crate::domain::plan::Plan;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// How long a file may be that is looked through for names, in bytes.
const LONGEST: u64 = 256 * 1024;

/// What variables begin with by which `docker`, Compose and the programs of clusters and clouds choose where they work.
const PLACES: [&str; 3] = ["DOCKER_", "COMPOSE_", "KUBE"];

/// More variables by which programs choose where they work.
const PLACE_NAMES: [&str; 8] = [
    "AWS_PROFILE",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "CLOUDSDK_ACTIVE_CONFIG_NAME",
    "CLOUDSDK_CORE_PROJECT",
    "GOOGLE_CLOUD_PROJECT",
    "AZURE_CONFIG_DIR",
    "ARM_SUBSCRIPTION_ID",
];

/// What variables begin with that programs read which a plan may run: of builds, clouds and stores of secrets.
const FAMILIES: [&str; 12] = [
    "BUILDX_",
    "BUILDKIT_",
    "AWS_",
    "GOOGLE_",
    "CLOUDSDK_",
    "AZURE_",
    "ARM_",
    "VAULT_",
    "OP_",
    "BW_",
    "PASSWORD_STORE_",
    "SOPS_",
];

/// More variables that such programs read.
const OF_PROGRAMS: [&str; 3] = ["GH_TOKEN", "GITHUB_TOKEN", "GNUPGHOME"];

/// Variables that tminus reads, or `git` and `ssh` do for it, whatever a plan says.
const USUAL: [&str; 15] = [
    "HOME",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "no_proxy",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "GIT_SSH",
    "GIT_SSH_COMMAND",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_COUNT",
];

/// Where the person's SSH agent listens: it differs with each login, and matters where `ssh` may be run.
pub const AGENT: &str = "SSH_AUTH_SOCK";

/// Programs that log in by SSH.
const BY_SSH: [&str; 8] = ["ssh", "scp", "sftp", "rsync", "git", "ansible", "autossh", "mosh"];

/// Keys of the plan under which a command stands.
const COMMANDS: [&str; 6] = ["run", "Run", "current", "deploy", "undo", "Command"];

/// Variables of a shell, a terminal or a session, which differ between any two; `PATH` is compared by what it leads to.
const OF_A_SHELL: [&str; 27] = [
    "_",
    "PATH",
    "PWD",
    "OLDPWD",
    "SHLVL",
    "SHELL",
    "TERM",
    "COLUMNS",
    "LINES",
    "COLORTERM",
    "TMUX",
    "TMUX_PANE",
    "STY",
    "WINDOWID",
    "SSH_TTY",
    "SSH_CLIENT",
    "SSH_CONNECTION",
    "XDG_SESSION_ID",
    "XDG_RUNTIME_DIR",
    "INVOCATION_ID",
    "JOURNAL_STREAM",
    "LS_COLORS",
    "GPG_TTY",
    "DISPLAY",
    "PS1",
    "IFS",
    "MAIL",
];

/// Programs that tminus itself starts.
const OWN_PROGRAMS: [&str; 8] = [
    "docker",
    "docker-compose",
    "git",
    "ssh",
    "docker-credential-pass",
    "docker-credential-secretservice",
    "docker-credential-ecr-login",
    "docker-credential-gcloud",
];

/// The variables that matter to a plan, and the programs that it may start.
#[derive(Clone, Debug, Default)]
pub struct VariableNames {
    named: BTreeSet<String>,
    programs: BTreeSet<String>,
    runs_programs: bool,
    may_use_ssh: bool,
}

impl VariableNames {
    /// Finds them for a plan in the folder of its file.
    ///
    /// The plan's own serialised form is walked, so that no kind of check, delivery or service has to be listed here. Every
    /// word of a command or a file that could be a name counts: one that no environment sets makes no difference.
    pub fn of(plan: &Plan, root: &Path) -> Self {
        let mut names = Self::default();
        names.programs.extend(OWN_PROGRAMS.map(str::to_owned));
        names.walk(&serde_json::to_value(plan).unwrap_or_default(), root);
        names.may_use_ssh |= BY_SSH.iter().any(|program| names.named.contains(*program));
        names
    }

    /// Says whether a variable matters.
    pub fn has(&self, name: &str) -> bool {
        let is_of_programs = || FAMILIES.iter().any(|family| name.starts_with(family)) || OF_PROGRAMS.contains(&name);
        let is_read = USUAL.contains(&name) || is_place(name) || (self.runs_programs && is_of_programs());
        let is_agent = name == AGENT && self.may_use_ssh;
        !OF_A_SHELL.contains(&name)
            && !name.starts_with("TMINUS_")
            && (is_read || is_agent || self.named.contains(name))
    }

    /// Says whether the plan, its files or its scripts name a variable.
    pub fn is_named(&self, name: &str) -> bool {
        self.named.contains(name) && self.has(name)
    }

    /// Returns what could be started, as far as words tell.
    pub fn programs(&self) -> impl Iterator<Item = &str> {
        self.programs.iter().map(String::as_str)
    }

    fn walk(&mut self, value: &Value, root: &Path) {
        match value {
            Value::Object(fields) => {
                for (key, field) in fields {
                    match (key.as_str(), field) {
                        // A secret of the environment.
                        ("Env", Value::String(name)) => drop(self.named.insert(name.clone())),
                        // The file of a delivery by Compose; what stands beside it is read with it.
                        ("file", Value::String(file)) => self.compose(&root.join(file)),
                        // A docker context may lead through SSH.
                        ("context", Value::String(_)) if !fields.contains_key("dockerfile") => self.may_use_ssh = true,
                        (key, field) => {
                            self.runs_programs |=
                                COMMANDS.contains(&key) && field.as_array().is_some_and(|a| !a.is_empty());
                            self.walk(field, root);
                        }
                    }
                }
            }
            Value::Array(items) => {
                for item in items {
                    match item {
                        Value::String(word) => self.word(word, root),
                        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
                            self.walk(item, root);
                        }
                    }
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    /// One word of a command, or of another list: itself, or the script or environment file that it names.
    fn word(&mut self, word: &str, root: &Path) {
        self.named.extend(identifiers(word));
        let is_of_a_program = |c: char| c.is_alphanumeric() || "-_./+".contains(c);
        self.programs.extend(word.split(|c| !is_of_a_program(c)).filter(|w| !w.is_empty()).map(str::to_owned));
        let file = if word == "make" { "Makefile" } else { word };
        self.named.extend(text(&root.join(file)).iter().flat_map(|text| identifiers(text)));
    }

    /// A compose file, the `.env` beside it, and the files there that it names.
    fn compose(&mut self, file: &Path) {
        let whole = text(file).unwrap_or_default();
        let others =
            whole.split(|c: char| c.is_whitespace() || "'\"[]{},".contains(c)).filter(|word| word.contains('.'));
        let beside = others.chain([".env"]).map(|name| file.with_file_name(name));
        for path in std::iter::once(file.to_owned()).chain(beside) {
            self.named.extend(text(&path).iter().flat_map(|text| identifiers(text)));
        }
    }
}

/// Says whether a variable chooses a place: with another value, something is done somewhere else.
pub fn is_place(name: &str) -> bool {
    PLACE_NAMES.contains(&name) || PLACES.iter().any(|family| name.starts_with(family))
}

/// Returns every word of a text that could be the name of a variable.
fn identifiers(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    words.filter(|word| word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')).map(str::to_owned).collect()
}

fn text(path: &Path) -> Option<String> {
    let is_short = fs::metadata(path).is_ok_and(|file| file.is_file() && file.len() <= LONGEST);
    is_short.then(|| fs::read_to_string(path).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAN: &str = r#"format = 1
[project]
name = "x"
[artifact.web]
image = "web:{version}"
[env.p]
deliver.web = { with = "compose", file = "ops/compose.yml", service = "web" }
gate = ["pre-deploy"]
[env.q]
deliver.web = { with = "docker", container = "q", env-file = ["q.env"] }
[check.token]
phase = "pre-deploy"
title = "TITLE is nothing"
run = ["sh", "-c", "curl -H \"$IN_WORDS\""]
env = { TOKEN = { env = "IN_PLAN" } }
[check.script]
phase = "pre-deploy"
title = "A script"
run = ["scripts/look.py"]
[check.http]
phase = "pre-deploy"
title = "It answers"
http = { get = "https://x.example.com", headers = { Authorization = { env = "IN_HEADER" } } }
[connect.slack]
kind = "slack"
url = { env = "IN_CONNECT" }
[log.web]
command = ["tail", "$IN_LOG"]
"#;

    fn names() -> (tempfile::TempDir, VariableNames) {
        let root = tempfile::tempdir().unwrap();
        for (name, text) in [
            ("ops/compose.yml", "services: {web: {environment: [PASSED, 'A=${FILLED:-x}']}}"),
            ("ops/.env", "A=$BESIDE"),
            ("scripts/look.py", "os.environ['IN_SCRIPT']"),
            ("q.env", "GIVEN\nB=1"),
        ] {
            let path = root.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let plan = crate::config::plan::read(Path::new("tminus.toml"), PLAN).unwrap().plan;
        let names = VariableNames::of(&plan, root.path());
        (root, names)
    }

    #[test]
    fn what_a_plan_its_files_and_its_scripts_name_matters() {
        let (_root, names) = names();
        for name in ["IN_PLAN", "IN_WORDS", "IN_HEADER", "IN_CONNECT", "IN_LOG", "IN_SCRIPT"] {
            assert!(names.has(name), "{name}");
        }
        for name in ["PASSED", "FILLED", "BESIDE", "GIVEN"] {
            assert!(names.has(name), "{name}");
        }
    }

    #[test]
    fn what_programs_read_anyway_matters_and_what_differs_between_any_two_shells_does_not() {
        let (_root, names) = names();
        for name in ["DOCKER_HOST", "COMPOSE_PROFILES", "AWS_PROFILE", "https_proxy", "HOME", "KUBECONFIG"] {
            assert!(names.has(name), "{name}");
        }
        for name in ["PWD", "TERM", "PATH", "SSH_TTY", "TMINUS_NAME", "TITLE", "EDITOR", "SSH_AUTH_SOCK"] {
            assert!(!names.has(name), "{name}");
        }
        assert!(is_place("DOCKER_HOST") && is_place("COMPOSE_PROJECT_NAME") && !is_place("SSH_AUTH_SOCK"));
        assert!(names.programs().any(|program| program == "curl"));
    }

    #[test]
    fn an_agent_matters_where_ssh_may_be_run() {
        let by = |plan: &str| {
            let plan = crate::config::plan::read(Path::new("tminus.toml"), plan).unwrap().plan;
            VariableNames::of(&plan, Path::new("/nonexistent")).has(AGENT)
        };
        assert!(!by(PLAN));
        assert!(by(&PLAN.replace("curl -H", "rsync -a")));
        assert!(by(&PLAN.replace(r#"container = "q","#, r#"container = "q", context = "ssh://shop","#)));
    }
}
