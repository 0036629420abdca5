//! What is known of programs: which of them find out whether something is well, which only prepare, whose status says nothing.

use super::tree::Call;

/// What the status of a call is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::domain::lint) enum Weight {
    /// It finds out whether something is well: a test, a linter, an audit.
    Judges,
    /// It may be what matters, or not.
    Unknown,
    /// It prepares, cleans up or asks the shell something; its status is seldom what the check is about.
    Prepares,
    /// It ends with 0 whatever it finds.
    AlwaysGood,
}

/// Says what the status of a call is worth; `is_piped` where it reads what the one before it prints.
pub(in crate::domain::lint) fn weight(call: &Call, is_piped: bool) -> Weight {
    if call.words.is_empty() {
        return Weight::Prepares;
    }
    if is_always_good(call, is_piped) {
        Weight::AlwaysGood
    } else if judges(&call.words) {
        Weight::Judges
    } else if prepares(call) {
        Weight::Prepares
    } else {
        Weight::Unknown
    }
}

const RUNNERS: [&str; 57] = [
    "pytest",
    "py.test",
    "tox",
    "nox",
    "unittest",
    "jest",
    "vitest",
    "mocha",
    "ava",
    "karma",
    "cypress",
    "playwright",
    "eslint",
    "stylelint",
    "biome",
    "oxlint",
    "tslint",
    "tsc",
    "vue-tsc",
    "svelte-check",
    "ruff",
    "flake8",
    "pylint",
    "mypy",
    "pyright",
    "bandit",
    "pip-audit",
    "safety",
    "semgrep",
    "trivy",
    "grype",
    "snyk",
    "gitleaks",
    "trufflehog",
    "hadolint",
    "shellcheck",
    "yamllint",
    "actionlint",
    "markdownlint",
    "golangci-lint",
    "staticcheck",
    "gosec",
    "govulncheck",
    "phpunit",
    "phpstan",
    "psalm",
    "rspec",
    "rubocop",
    "brakeman",
    "ctest",
    "bats",
    "detox",
    "maestro",
    "newman",
    "k6",
    "checkov",
    "tfsec",
];

const TARGETS: [&str; 16] = [
    "test",
    "tests",
    "check",
    "lint",
    "verify",
    "audit",
    "typecheck",
    "type-check",
    "e2e",
    "spec",
    "validate",
    "coverage",
    "integration",
    "unit",
    "ci",
    "smoke",
];

/// Says whether words run something that finds out whether all is well.
fn judges(words: &[String]) -> bool {
    let Some((first, rest)) = words.split_first() else { return false };
    let program = first.rsplit('/').next().unwrap_or(first);
    let second = rest.iter().find(|w| !w.starts_with('-') && !w.starts_with('+')).map_or("", String::as_str);
    let is_target =
        |word: &str| TARGETS.iter().any(|t| word == *t || word.split([':', '-', '_']).any(|part| part == *t));
    match program {
        _ if RUNNERS.contains(&program) => true,
        "npm" | "yarn" | "pnpm" | "bun" => {
            let script = rest.iter().filter(|w| !w.starts_with('-') && *w != "run").find(|w| *w != "workspaces");
            matches!(second, "t" | "tst" | "it") || script.is_some_and(|word| is_target(word) && word != "ci")
        }
        "make" | "gmake" | "just" | "task" | "rake" | "invoke" | "mage" => rest.iter().any(|word| is_target(word)),
        "cargo" => {
            matches!(second, "test" | "t" | "nextest" | "clippy" | "check" | "audit" | "deny")
                || (second == "fmt" && rest.iter().any(|w| w == "--check"))
        }
        "go" => matches!(second, "test" | "vet"),
        "mvn" | "mvnw" | "gradle" | "gradlew" | "sbt" | "bazel" | "bazelisk" | "dotnet" | "swift" | "flutter"
        | "dart" | "mix" | "ng" | "nx" | "turbo" | "deno" | "xcodebuild" | "rails" | "composer" | "helm"
        | "terraform" | "ansible-lint" => {
            rest.iter().any(|word| is_target(word.rsplit(':').next().unwrap_or(word)) || word == "analyze")
        }
        "manage.py" => second == "test" || rest.iter().any(|w| w == "--check"),
        "python" | "python3" => {
            rest.iter().any(|w| w.ends_with("manage.py")) && rest.iter().any(|w| w == "test" || w == "--check")
        }
        "black" | "isort" | "prettier" | "gofumpt" => {
            rest.iter().any(|w| matches!(w.as_str(), "--check" | "-c" | "--check-only"))
        }
        // what another machine or a container runs
        "docker" | "podman" | "docker-compose" | "kubectl" | "oc" | "xargs" | "cross-env" | "dotenv" | "doppler"
        | "op" => (0..rest.len()).any(|at| {
            let is_own = rest[at].starts_with('-') || RUNNERS.contains(&program);
            let is_program = |w: &str| {
                RUNNERS.contains(&w) || matches!(w, "npm" | "yarn" | "pnpm" | "cargo" | "go" | "make" | "mvn" | "rake")
            };
            !is_own && is_program(rest[at].rsplit('/').next().unwrap_or("")) && judges(&rest[at..])
        }),
        _ => false,
    }
}

const PREPARING: [&str; 44] = [
    "cd", "pushd", "popd", "export", "local", "readonly", "declare", "typeset", "set", "shopt", "unset", "source", ".",
    "mkdir", "rm", "cp", "mv", "ln", "touch", "chmod", "chown", "trap", "read", "mapfile", "kill", "killall", "pkill",
    "wait", "apt-get", "apt", "apk", "brew", "which", "command", "type", "hash", "umask", "alias", "shift", "ulimit",
    "break", "continue", "return", "exit",
];

/// Says whether a call prepares something, cleans up, or is the shell's own business.
fn prepares(call: &Call) -> bool {
    let program = call.program();
    let second = call.arguments().iter().find(|w| !w.starts_with('-')).map_or("", String::as_str);
    match program {
        _ if PREPARING.contains(&program) => true,
        "npm" | "yarn" | "pnpm" | "bun" => matches!(second, "ci" | "install" | "i" | "" | "add" | "link"),
        "pip" | "pip3" | "poetry" | "pipenv" | "uv" | "bundle" | "composer" | "gem" | "pdm" => {
            matches!(second, "install" | "sync" | "pip" | "lock" | "config" | "")
        }
        "go" => second == "mod",
        "git" => matches!(
            second,
            "fetch" | "checkout" | "switch" | "clean" | "config" | "pull" | "stash" | "clone" | "submodule"
        ),
        "docker" | "podman" => {
            let is_cleaning = |w: &String| {
                matches!(w.as_str(), "rm" | "stop" | "kill" | "down" | "prune" | "rmi" | "login" | "up" | "pull")
            };
            call.arguments().iter().any(is_cleaning)
        }
        "docker-compose" => matches!(second, "down" | "up" | "rm" | "stop" | "pull"),
        _ => false,
    }
}

/// Says whether a call ends with 0 whatever it finds.
fn is_always_good(call: &Call, is_piped: bool) -> bool {
    let has_one = |words: &[&str]| {
        words.iter().any(|w| call.has(w) || call.arguments().iter().any(|a| a.starts_with(&format!("{w}="))))
    };
    match call.program() {
        "true" | ":" | "echo" | "printf" | "date" | "pwd" | "sleep" => true,
        "export" | "local" | "readonly" | "declare" | "typeset" | "set" | "shopt" | "trap" | "alias" | "unset" => true,
        "tail" | "head" | "tee" | "sort" | "cat" | "wc" | "cut" | "tr" | "column" | "uniq" | "less" | "more" | "nl"
        | "fold" | "ts" | "tac" | "rev" | "strings" | "xxd" | "base64" | "pr" | "fmt" => is_piped,
        "sed" | "awk" | "gawk" => is_piped && !call.words.iter().any(|w| w.contains("exit") || w.contains('q')),
        "jq" | "yq" => is_piped && !(call.has("--exit-status") || call.has_letter('e')),
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
        "trivy" => !has_one(&["--exit-code"]),
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
        "gitleaks" => has_one(&["--exit-code=0"]),
        _ => false,
    }
}

fn only_reports(call: &Call) -> bool {
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
fn is_failing_curl(call: &Call) -> bool {
    let long = ["--fail", "--fail-with-body", "--fail-early"];
    long.iter().any(|word| call.has(word)) || call.has_letter('f')
}
