//! What is known of programs: which of them find out whether something is well.

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

/// Says whether a program is there to find faults.
pub(super) fn is_runner(program: &str) -> bool {
    RUNNERS.contains(&program)
}

/// Says whether words run something that finds out whether all is well.
pub(super) fn judges(words: &[String]) -> bool {
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
