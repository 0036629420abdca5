//! What commands need to be started, as their words say.

use tminus_core::lint::needs_of;
use tminus_core::need::Need;
use tminus_core::plan::{CommandLine, EnvValue, Secret, Template};
use tminus_core::touches::{RunRole, TouchedCommand};

fn line(words: &[&str]) -> CommandLine {
    CommandLine(words.iter().map(|word| Template::new(*word)).collect())
}

fn shown(need: Need) -> String {
    match need {
        Need::Program { name, path, is_late } => {
            let path = path.map(|path| format!(" on {path}")).unwrap_or_default();
            format!("{name}{path}{}", if is_late { " late" } else { "" })
        }
        Need::File { path, kind, is_late } => format!("{kind:?} {path}{}", if is_late { " late" } else { "" }),
        Need::Value(secret) => format!("{secret:?}"),
        Need::Variable(name) => format!("${name}"),
    }
}

fn needs(lines: &[&[&str]], dir: Option<&str>, env: &[(String, EnvValue)]) -> Vec<String> {
    let lines: Vec<CommandLine> = lines.iter().map(|words| line(words)).collect();
    let runs = lines.iter().map(|line| TouchedCommand { line, dir, role: RunRole::Undo, env });
    needs_of(runs).into_iter().map(shown).collect()
}

#[track_caller]
fn says(words: &[&str], wanted: &[&str]) {
    assert_eq!(needs(&[words], None, &[]), wanted, "{words:?}");
}

fn script(text: &str, wanted: &[&str]) {
    let found = needs(&[&["sh", "-c", text]], None, &[]);
    assert_eq!(found[1..], *wanted, "{text}");
}

#[test]
fn a_command_needs_its_program_and_the_script_that_it_is_given() {
    says(&["kubectl", "undo"], &["kubectl"]);
    says(&["./undo.sh", "{previous}"], &["Executed undo.sh"]);
    says(&["/opt/undo"], &["Executed /opt/undo"]);
    says(&["sh", "-eu", "ops/undo.sh"], &["sh", "Script ops/undo.sh"]);
    says(&["bash", "-o", "pipefail", "undo.sh"], &["bash", "Script undo.sh"]);
    says(&["bash", "-s"], &["bash"]);
    says(&["python3.11", "-u", "undo.py"], &["python3.11", "Given undo.py"]);
    says(&["php", "artisan", "migrate:rollback"], &["php", "Given artisan"]);
    says(&["node", "undo"], &["node"]);
    says(&["python3", "-m", "undo"], &["python3"]);
    says(&["deno", "task", "undo"], &["deno"]);
    says(&["sh", "{version}.sh"], &["sh"]);
    says(&["ops/../undo.sh"], &["Executed undo.sh"]);
    says(&["../undo.sh"], &[]);
}

#[test]
fn what_only_starts_another_program_is_seen_through_where_that_is_looked_for_as_before() {
    for starter in [&["env", "A=1"][..], &["timeout", "-k", "5", "9"], &["nice", "-n", "5"], &["nohup"]] {
        let words = [starter, &["ops/undo.sh"]].concat();
        assert_eq!(needs(&[&words], None, &[]), [starter[0], "Started ops/undo.sh"], "{starter:?}");
    }
    says(&["sudo", "undo"], &["sudo"]);
    says(&["sudo", "./undo"], &["sudo"]);
    says(&["env", "PATH=/x", "undo"], &["env"]);
    says(&["env", "-C", "ops", "./undo"], &["env"]);
    says(&["env", "-S", "undo now"], &["env"]);
    says(&["poetry", "run", "undo"], &["poetry"]);
    says(&["npx", "undo"], &["npx"]);
    says(&["ssh", "host", "./undo"], &["ssh"]);
}

#[test]
fn files_that_options_name_are_needed() {
    says(&["make", "-f", "ops/Makefile", "undo"], &["make", "Given ops/Makefile"]);
    says(&["make", "-C", "ops", "undo"], &["make", "Folder ops", "Makefile ops"]);
    says(&["psql", "-f", "undo.sql"], &["psql", "Given undo.sql"]);
    says(&["kubectl", "apply", "-f", "deploy/"], &["kubectl", "Given deploy"]);
    says(&["kubectl", "apply", "-f", "https://example.com/x.yml"], &["kubectl"]);
    says(&["kubectl", "logs", "-f", "pod"], &["kubectl"]);
    says(&["docker", "compose", "-f", "c.yml", "logs", "-f", "web"], &["docker", "Given c.yml"]);
    says(&["docker", "run", "-f", "x"], &["docker"]);
}

#[test]
fn a_script_needs_what_surely_runs() {
    script("ops/undo.sh && kubectl get pods", &["Started ops/undo.sh", "kubectl late"]);
    script("cd ops && ./undo.sh", &["Folder ops", "Started ops/undo.sh"]);
    script("(cd ops; true); ./undo.sh", &["Folder ops", "Started undo.sh"]);
    script("./undo.sh || exit 1", &["Started undo.sh"]);
    script("./undo.sh || true", &[]);
    script("if [ -x undo.sh ]; then ./undo.sh; fi", &[]);
    script("exit 0; ./undo.sh", &[]);
    script("exec ./undo.sh; ./never", &["Started undo.sh"]);
    script("undo() { ./x; }; undo", &[]);
    script(". ops/lib.sh && undo", &["Script ops/lib.sh"]);
    script(". venv/bin/activate && migrate; ./undo.sh", &["Script venv/bin/activate"]);
    script("eval \"$(rbenv init -)\" && bundle exec undo", &[]);
    says(&["bash", "-lc", "undo"], &["bash"]);
    says(&["bash", "-ec", "undo"], &["bash", "undo"]);
    script("[ -x hook ] && ./hook; ./undo.sh", &["Started undo.sh late"]);
    script("[ -f .env ] && . ./.env; undo", &[]);
    script("command -v helm && helm list; ./undo.sh", &["Started undo.sh late"]);
    script("cd ops && ./first; true", &["Folder ops"]);
    script("psql < ops/undo.sql", &["Given ops/undo.sql", "psql"]);
    script("$TOOL undo; \"$HOME/undo\"; ops/*.sh", &[]);
    script("PATH=/x:$PATH; undo", &[]);
    script("echo x | ./undo.sh", &["Started undo.sh"]);
}

#[test]
fn what_an_earlier_program_may_make_is_not_needed_or_needed_late() {
    script("curl -o undo.sh https://example.com/undo.sh; sh undo.sh", &["curl"]);
    script("git checkout {previous-tag} && ./undo.sh", &["git"]);
    script("git status && ./undo.sh", &["git", "Started undo.sh late"]);
    script("make tools && ./bin/undo", &["make", "Makefile ", "Started bin/undo late"]);
    script("make tools && /tmp/undo", &["make", "Makefile "]);
    script("make install && mytool", &["make", "Makefile "]);
    script("npm ci && undo", &["npm"]);
    script("git status && undo", &["git", "undo"]);
    assert_eq!(needs(&[&["tar", "xf", "a.tar"], &["./undo"]], None, &[]), ["tar"]);
    assert_eq!(needs(&[&["a"], &["./undo"]], None, &[]), ["a", "Executed undo late"]);
}

#[test]
fn the_folder_the_path_and_the_values_of_a_command_count() {
    assert_eq!(needs(&[&["./undo"]], Some("ops/"), &[]), ["Folder ops", "Executed ops/undo"]);
    let env = |value| vec![("PATH".to_owned(), EnvValue::Plain(Template::new(value)))];
    assert_eq!(needs(&[&["undo"]], None, &env("/x")), ["undo on /x"]);
    assert_eq!(needs(&[&["undo"]], None, &env("/x/{version}")), Vec::<String>::new());
    let secret = |secret| vec![("KEY".to_owned(), EnvValue::Secret(secret))];
    assert_eq!(needs(&[&["undo"]], None, &secret(Secret::Env("TOK".to_owned()))), ["Env(\"TOK\")", "undo"]);
    assert_eq!(needs(&[&["undo"]], None, &secret(Secret::Command(line(&["op", "read"])))), ["op", "undo"]);
}

#[test]
fn what_flock_starts_is_behind_its_lock() {
    says(&["flock", "-w", "5", "/tmp/lock", "ops/undo.sh"], &["flock", "Started ops/undo.sh"]);
    says(&["flock", "-n", "lock", "sudo", "undo"], &["flock", "sudo"]);
    says(&["flock", "lock", "-c", "ops/undo.sh"], &["flock"]);
    script("flock 9 && ./undo.sh", &["flock", "Started undo.sh late"]);
}

#[test]
fn what_every_branch_needs_is_needed_where_one_of_them_surely_runs() {
    script("case $A in x) kubectl a ;; *) kubectl b ;; esac", &["kubectl"]);
    script("case $A in x) ./one.sh ;; *) ./other.sh ;; esac", &[]);
    script("case $A in x) kubectl a ;; y) kubectl b ;; esac", &[]);
    script("if [ -f a ]; then ./undo.sh a; else ./undo.sh; fi", &["Started undo.sh"]);
    script("if [ -f a ]; then ./undo.sh a; fi", &[]);
}

#[test]
fn what_a_command_prints_is_no_file() {
    script("kubectl apply -f <(envsubst < app.yaml)", &["kubectl"]);
    script("bash <(./gen.sh)", &["bash"]);
    script(". <(./gen.sh); kubectl undo", &[]);
}

#[test]
fn a_shell_that_stops_without_a_variable_needs_it_unless_something_may_set_it() {
    script("kubectl undo \"${TARGET:?say which}\"", &["$TARGET", "kubectl"]);
    script(": \"${TARGET:?}\" && kubectl undo", &["$TARGET", "kubectl"]);
    for honest in [
        "TARGET=a; kubectl \"${TARGET:?}\"",
        "read TARGET; kubectl \"${TARGET:?}\"",
        "export TARGET=a; kubectl \"${TARGET:?}\"",
        ": \"${TARGET:=a}\"; kubectl \"${TARGET:?}\"",
        "kubectl \"${TARGET:-a}\" $OTHER",
        "for TARGET in a b; do true; done; kubectl \"${TARGET:?}\"",
    ] {
        script(honest, &["kubectl"]);
    }
    script(". ./env.sh; kubectl \"${TARGET:?}\"", &["Script env.sh"]);
    for given in ["kubectl \"${1:?version}\"", "kubectl \"${TMINUS_ENV:?}\"", "kubectl \"${HOSTNAME:?}\""] {
        script(given, &["kubectl"]);
    }
    says(&["env", "TARGET=prod", "sh", "-c", "kubectl ${TARGET:?}"], &["env", "sh", "kubectl"]);
    let set = [("TARGET".to_owned(), EnvValue::Plain(Template::new("a")))];
    assert_eq!(needs(&[&["sh", "-c", "kubectl ${TARGET:?}"]], None, &set), ["sh", "kubectl"]);
}

#[test]
fn a_program_that_a_script_before_it_may_install_is_a_late_one() {
    script("./setup.sh; kubectl undo", &["Started setup.sh", "kubectl late"]);
    script("docker push a; kubectl undo", &["docker", "kubectl"]);
}
