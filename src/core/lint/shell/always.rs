//! Calls that end with 0 whatever they find, by what is known of programs and their options.

use super::tree::ShellCall;
use super::wrapped::is_shell;

/// Says whether a call ends with 0 whatever it finds.
pub(super) fn is_always_good(call: &ShellCall, is_piped: bool) -> bool {
    let has_one = |words: &[&str]| {
        words.iter().any(|w| call.has(w) || call.arguments().iter().any(|a| a.starts_with(&format!("{w}="))))
    };
    if only_describes_itself(call) || is_told_to_be_good(call) {
        return true;
    }
    match call.program() {
        "true" | ":" | "echo" | "printf" | "date" | "pwd" | "sleep" => true,
        "export" | "local" | "readonly" | "declare" | "typeset" | "set" | "shopt" | "trap" | "alias" | "unset" => true,
        "tail" | "head" | "tee" | "sort" | "cat" | "wc" | "cut" | "tr" | "column" | "uniq" | "less" | "more" | "nl"
        | "fold" | "ts" | "tac" | "rev" | "strings" | "xxd" | "base64" | "pr" | "fmt" => is_piped,
        "sed" | "awk" | "gawk" => is_piped && !call.words.iter().any(|w| w.contains("exit") || w.contains('q')),
        "jq" | "yq" => is_piped && !(call.has("--exit-status") || call.has_letter('e')),
        "ls" | "dir" | "cd" => call.arguments().iter().all(|word| word.starts_with('-') || word == "."),
        "id" | "whoami" | "hostname" | "uname" | "clear" | "at" | "batch" => true,
        "git" => only_reports(call),
        "curl" => !is_failing_curl(call),
        "find" => !call.has("+"),
        "ps" | "df" | "du" | "free" | "uptime" | "env" | "printenv" => {
            call.arguments().iter().all(|w| w.starts_with('-'))
        }
        "docker" | "podman" => {
            matches!(call.arguments(), [first, ..] if matches!(first.as_str(), "ps" | "images"))
                || call.is(&[call.program(), "compose", "ps"])
        }
        "docker-compose" => call.is(&["docker-compose", "ps"]),
        "trivy" => value_of(call, &["--exit-code"]).is_none_or(is_zero),
        "npm" | "pnpm" => value_of(call, &["--audit-level"]).is_some_and(|level| level == "none"),
        "grype" => !has_one(&["--fail-on", "-f"]),
        "semgrep" => !has_one(&["--error"]) && !call.is(&["semgrep", "ci"]),
        "gofmt" | "goimports" => true,
        "prettier" => !has_one(&["--check", "-c", "--list-different", "-l"]),
        "black" | "isort" => !has_one(&["--check", "--check-only", "-c", "--diff"]),
        "make" | "gmake" => {
            has_one(&["--ignore-errors", "--dry-run", "--just-print"]) || call.has_letter('i') || call.has("-n")
        }
        "pylint" | "flake8" | "ruff" | "bandit" | "codespell" => has_one(&["--exit-zero", "-e0"]),
        "mvn" | "mvnw" => {
            has_one(&["-Dmaven.test.failure.ignore", "-fn", "--fail-never", "-DskipTests", "-Dmaven.test.skip"])
        }
        "hadolint" => has_one(&["--no-fail"]),
        "gitleaks" => value_of(call, &["--exit-code"]).is_some_and(is_zero),
        "tflint" => has_one(&["--force"]),
        "golangci-lint" => value_of(call, &["--issues-exit-code"]).is_some_and(is_zero),
        "xargs" | "parallel" => starts_what_is_good(call),
        "python" | "python3" | "py" | "node" | "perl" | "ruby" | "php" => drops_a_status(call),
        program => is_shell(program) && call.has_letter('n') && call.has_letter('c'),
    }
}

/// Says whether a search takes every line that there is for a find.
pub(super) fn takes_any_line(call: &ShellCall) -> bool {
    let is_any = |word: &String| matches!(word.as_str(), "" | "." | ".*" | ".+" | "^" | "$" | "^.*" | ".*$" | "^.*$");
    let pattern = call.arguments().iter().find(|word| !word.starts_with('-'));
    call.program().ends_with("grep") && !call.has_letter('f') && pattern.is_some_and(is_any)
}

fn only_reports(call: &ShellCall) -> bool {
    let judges = ["--exit-code", "--quiet", "--check", "--error-unmatch"].iter().any(|word| call.has(word));
    let mut words = call.arguments().iter();
    let mut subcommand = "";
    while let Some(word) = words.next() {
        match word.as_str() {
            "-C" | "-c" => {
                words.next();
            }
            word if word.starts_with('-') => {}
            word => {
                subcommand = word;
                break;
            }
        }
    }
    !judges && matches!(subcommand, "log" | "status" | "diff" | "branch" | "ls-files" | "for-each-ref")
}

/// Says whether curl was told to fail on an error status.
fn is_failing_curl(call: &ShellCall) -> bool {
    let long = ["--fail", "--fail-with-body", "--fail-early"];
    long.iter().any(|word| call.has(word)) || call.has_letter('f')
}

/// Returns the value of an option, behind `=` or as the next word.
fn value_of<'c>(call: &'c ShellCall, options: &[&str]) -> Option<&'c str> {
    let words = call.arguments();
    words.iter().enumerate().find_map(|(at, word)| match word.split_once('=') {
        Some((name, value)) if options.contains(&name) => Some(value),
        _ if options.contains(&word.as_str()) => Some(words.get(at + 1).map_or("", String::as_str)),
        _ => None,
    })
}

fn is_zero(value: &str) -> bool {
    value.trim() == "0"
}

/// Programs of everybody's machine: what they say of themselves is nothing about the release.
const TOOLS: [&str; 44] = [
    "cargo",
    "rustc",
    "rustup",
    "go",
    "node",
    "npm",
    "npx",
    "yarn",
    "pnpm",
    "bun",
    "deno",
    "python",
    "python3",
    "pip",
    "pip3",
    "poetry",
    "uv",
    "ruby",
    "bundle",
    "gem",
    "php",
    "composer",
    "java",
    "javac",
    "mvn",
    "gradle",
    "make",
    "cmake",
    "gcc",
    "clang",
    "docker",
    "docker-compose",
    "podman",
    "kubectl",
    "helm",
    "terraform",
    "git",
    "gh",
    "aws",
    "gcloud",
    "curl",
    "jq",
    "dotnet",
    "flutter",
];

/// Programs that print their version when `version` is all that they are told.
const TELL_THEIR_VERSION: [&str; 6] = ["go", "terraform", "helm", "cargo", "deno", "flutter"];

/// Says whether a call prints a tool's help or version: it ends with 0 wherever that is installed.
///
/// A program of the project that is asked for its version has at least been started, which is something.
pub(in crate::lint) fn only_describes_itself(call: &ShellCall) -> bool {
    let words = call.arguments();
    let own = words.iter().position(|word| word == "--").map_or(words, |end| &words[..end]);
    let program = call.program();
    let asks = |word: &String| word == "--help" || word == "--version";
    if super::programs::judges(&call.words)
        && (own.iter().any(asks) || matches!(own, [only] if only == "-h" || only == "-V"))
    {
        return true;
    }
    let is_tool = TOOLS.contains(&program) && call.words.first().is_some_and(|word| !word.contains('/'));
    let is_runner = super::programs::is_runner(program);
    let is_alone = |options: &[&str]| matches!(own, [only] if options.contains(&only.as_str()));
    let is_short = match program {
        "node" | "npm" | "yarn" | "pnpm" | "ruby" | "php" | "docker" | "docker-compose" => is_alone(&["-v", "-h"]),
        "java" | "javac" => is_alone(&["-version"]),
        _ => is_alone(&["-V", "-h"]),
    };
    let asks_it = is_short || (is_alone(&["version", "help"]) && TELL_THEIR_VERSION.contains(&program));
    (is_tool || is_runner) && (own.iter().take(2).any(asks) || asks_it)
}

/// Options with which a program that finds faults ends with 0 all the same.
const GOOD_WHATEVER: [&str; 9] = [
    "--no-fail",
    "-no-fail",
    "--nofail",
    "--exit-zero",
    "--soft-fail",
    "--no-exit-code",
    "--no-error-exit-code",
    "--allow-failure",
    "--ignore-failures",
];

/// Says whether a program that finds faults was told to end with 0 whatever it finds.
fn is_told_to_be_good(call: &ShellCall) -> bool {
    super::programs::judges(&call.words) && GOOD_WHATEVER.iter().any(|option| call.has(option))
}

/// Says whether `xargs` starts only what ends with 0; without a program it prints.
fn starts_what_is_good(call: &ShellCall) -> bool {
    let mut words = call.arguments().iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "-n" | "-P" | "-I" | "-d" | "-L" | "-s" | "-E" | "-a" | "-j" | "--max-args" | "--max-procs"
            | "--delimiter" => {
                words.next();
            }
            word if word.starts_with('-') => {}
            word => return matches!(word.rsplit('/').next().unwrap_or(word), "true" | "echo" | "printf" | ":"),
        }
    }
    call.program() == "xargs"
}

/// What starts another program from a script and does not fail with it.
const DROPS: [&str; 11] = [
    "os.system(",
    "os.popen(",
    "subprocess.call(",
    "subprocess.run(",
    "subprocess.Popen(",
    "child_process').exec(",
    "child_process\").exec(",
    "spawnSync(",
    "system(",
    "shell_exec(",
    "passthru(",
];

/// What a script does about a status.
const MINDS: [&str; 13] = [
    "exit",
    "raise",
    "check=",
    "check =",
    "check_",
    "assert",
    "returncode",
    "throw",
    "or die",
    "|| die",
    "abort",
    "status",
    "exception: true",
];

/// Says whether a program on the command line starts another one and drops how that ended.
fn drops_a_status(call: &ShellCall) -> bool {
    let text = value_of(call, &["-c", "-e", "-r", "--eval"]).unwrap_or_default();
    // What `os.system` returns is 256 times the status, and a process ends with the lowest eight bits of that.
    let folds =
        text.contains("exit(os.system(") && ![">>", "!=", "bool(", "waitstatus"].iter().any(|sign| text.contains(sign));
    folds || (DROPS.iter().any(|start| text.contains(start)) && !MINDS.iter().any(|word| text.contains(word)))
}
