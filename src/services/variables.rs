//! Which variables of a process matter to a plan: those that it, its files and its scripts name, and those by which Docker,
//! Compose, git, ssh, proxies and the known programs choose a place or a login. Any other variable does not: a version
//! manager, a prompt or a terminal may set it for its own use. Values are not looked at here.

pub use crate::variable_lists::AGENT;
use crate::variable_lists::{
    BY_SSH, COMMANDS, FAMILIES, OF_A_SHELL, OWN_PROGRAMS, PLACE_NAMES, PLACES, PLACES_OF_PROGRAMS, USUAL,
};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use tminus_core::plan::Plan;

/// How long a file may be that is looked through for names, in bytes.
const LONGEST: u64 = 256 * 1024;

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
        let is_of_a_family = || FAMILIES.iter().any(|family| name.starts_with(family));
        let is_of_programs = || self.runs_programs && (is_place(name) || is_of_a_family());
        let is_read = USUAL.contains(&name) || is_own_place(name) || is_of_programs();
        let is_agent = name == AGENT && self.may_use_ssh;
        !is_of_a_shell(name) && !name.starts_with("TMINUS_") && (is_read || is_agent || self.named.contains(name))
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
                // A command's words are read where it runs.
                let below = fields.get("dir").and_then(Value::as_str).map(|dir| root.join(dir));
                let at = below.as_deref().unwrap_or(root);
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
                            self.walk(field, at);
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

/// Says whether a variable differs between any two shells, and so says nothing of what is done.
pub fn is_of_a_shell(name: &str) -> bool {
    OF_A_SHELL.contains(&name)
}

/// Says whether a variable chooses a place: with another value, something is done somewhere else.
pub fn is_place(name: &str) -> bool {
    is_own_place(name) || PLACES_OF_PROGRAMS.contains(&name)
}

/// The same of the programs that tminus itself starts.
fn is_own_place(name: &str) -> bool {
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
[check.below]
phase = "pre-deploy"
title = "A script below"
run = ["./d.sh"]
dir = "ops"
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
            ("ops/d.sh", "echo $IN_SCRIPT_BELOW"),
            ("q.env", "GIVEN\nB=1"),
        ] {
            let path = root.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let plan = tminus_core::grammar::plan::read(Path::new("tminus.toml"), PLAN).unwrap().plan;
        let names = VariableNames::of(&plan, root.path());
        (root, names)
    }

    #[test]
    fn what_a_plan_its_files_and_its_scripts_name_matters() {
        let (_root, names) = names();
        for name in ["IN_PLAN", "IN_WORDS", "IN_HEADER", "IN_CONNECT", "IN_LOG", "IN_SCRIPT", "IN_SCRIPT_BELOW"] {
            assert!(names.is_named(name), "{name}");
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
        for name in ["PGHOST", "PGPASSWORD", "MYSQL_PWD", "TF_VAR_region", "FLY_APP", "NPM_TOKEN", "ANSIBLE_CONFIG"] {
            assert!(names.has(name) && !names.is_named(name), "{name}");
        }
        for name in ["PWD", "TERM", "PATH", "SSH_TTY", "TMINUS_NAME", "EDITOR", "SSH_AUTH_SOCK"] {
            assert!(!names.has(name), "{name}");
        }
        // The shim of a version manager sets the first two for its children; the others are of prompts and terminals.
        for name in ["PYENV_VERSION", "RBENV_DIR", "STARSHIP_SHELL", "VTE_VERSION", "X"] {
            assert!(!names.has(name), "{name}");
        }
        assert!(!names.is_named("TITLE"), "a title names nothing");
        assert!(is_place("DOCKER_HOST") && is_place("COMPOSE_PROJECT_NAME") && !is_place("SSH_AUTH_SOCK"));
        assert!(names.programs().any(|program| program == "curl"));
    }

    #[test]
    fn what_only_programs_read_matters_where_the_plan_runs_any() {
        let plan = "format = 1\n[project]\nname = \"x\"\n[artifact.web]\nimage = \"web:{version}\"\n";
        let plan = tminus_core::grammar::plan::read(Path::new("tminus.toml"), plan).unwrap().plan;
        let names = VariableNames::of(&plan, Path::new("/nonexistent"));
        assert!(!names.has("PGHOST") && !names.has("NPM_TOKEN") && names.has("DOCKER_HOST"));
    }

    #[test]
    fn what_a_shim_sets_matters_where_the_plan_or_a_script_names_it() {
        let plan = PLAN.replace("IN_WORDS", "PYENV_VERSION");
        let plan = tminus_core::grammar::plan::read(Path::new("tminus.toml"), &plan).unwrap().plan;
        assert!(VariableNames::of(&plan, Path::new("/nonexistent")).has("PYENV_VERSION"));
    }

    #[test]
    fn an_agent_matters_where_ssh_may_be_run() {
        let by = |plan: &str| {
            let plan = tminus_core::grammar::plan::read(Path::new("tminus.toml"), plan).unwrap().plan;
            VariableNames::of(&plan, Path::new("/nonexistent")).has(AGENT)
        };
        assert!(!by(PLAN));
        assert!(by(&PLAN.replace("curl -H", "rsync -a")));
        assert!(by(&PLAN.replace(r#"container = "q","#, r#"container = "q", context = "ssh://shop","#)));
    }
}
