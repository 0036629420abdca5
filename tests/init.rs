//! `tminus init`: a plan from what a repository holds is valid as it stands, whatever it holds.

use std::fs;
use std::path::Path;
use tempfile::TempDir;
use tminus::cli::init::{self, InitFindings};
use tminus_core::grammar::plan::{PlanFile, read};
use tminus_core::kinds::check::CheckKind;
use tminus_core::kinds::deliver::{DeliverKind, KubernetesDeliver};
use tminus_core::lint::{LintContext, lint};
use tminus_core::names::{ArtifactName, EnvName};

fn lay(root: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

fn repository(files: &[(&str, &str)], branches: &[&str], tags: &[&str]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    lay(dir.path(), files);
    let mut options = git2::RepositoryInitOptions::new();
    let repository = git2::Repository::init_opts(dir.path(), options.initial_head("main")).unwrap();
    let who = git2::Signature::now("dana", "dana@example.com").unwrap();
    let tree = repository.find_tree(repository.index().unwrap().write_tree().unwrap()).unwrap();
    let commit = repository.commit(Some("HEAD"), &who, &who, "begin", &tree, &[]).unwrap();
    let commit = repository.find_commit(commit).unwrap();
    for branch in branches {
        repository.branch(branch, &commit, false).unwrap();
    }
    for tag in tags {
        repository.tag_lightweight(tag, commit.as_object(), false).unwrap();
    }
    dir
}

fn parsed(text: &str) -> PlanFile {
    read(Path::new("tminus.toml"), text).unwrap_or_else(|mistakes| panic!("{mistakes}\n{text}"))
}

/// Says what the linter finds, knowing that there were versions before.
fn found_by_lint(plan: &PlanFile) -> Vec<String> {
    let surroundings = LintContext { earlier_tags: Some(vec!["v0.9.4".to_owned()]), ..LintContext::default() };
    lint(&plan.plan, &surroundings).iter().map(|f| format!("{} {}", f.rule, f.subject)).collect()
}

const COMPOSE: &str = "services:
  backend:
    image: registry.example.com/bayitplus/backend:1.0.0
    build: ./backend
    container_name: bayitplus-backend
    ports: ['8000:8000']
    healthcheck: { test: [CMD, curl, -f, 'http://localhost:8000/api/health'] }
  nginx: { image: 'nginx:alpine', ports: ['80:80'] }
";

const PLIST: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict>
<key>CFBundleShortVersionString</key><string>0.9.4</string>
<key>CFBundleIdentifier</key><string>com.bayitplus.app</string>
</dict></plist>"#;

fn guide() -> TempDir {
    let files = [
        ("backend/Dockerfile", "FROM python:3.11\n"),
        (
            "backend/pyproject.toml",
            "[tool.poetry]\nname = 'b'\nversion = '0.9.4'\n[tool.poetry.dependencies]\npytest = '*'\n",
        ),
        ("backend/.env.production", "SECRET_KEY=x\n"),
        (
            "mobile-app/package.json",
            r#"{"version": "0.9.4", "scripts": {"lint": "eslint .", "test": "jest", "start": "x"}}"#,
        ),
        ("mobile-app/ios/BayitPlus/Info.plist", PLIST),
        ("mobile-app/node_modules/x/package.json", r#"{"version": "7.0.0"}"#),
        ("docker-compose.yml", COMPOSE),
        ("docker-compose.staging.yml", COMPOSE),
        ("k8s/deployment.yaml", "kind: Deployment\nmetadata: {name: backend, namespace: bayitplus}\n"),
        ("CHANGELOG.md", "# 0.9.4\n"),
        (".gitignore", ".env*\n"),
    ];
    repository(&files, &["develop", "release/0.9.4"], &["v0.9.3", "v0.9.4", "nightly-2"])
}

#[test]
fn the_guides_repository_gives_a_plan_that_delivers_it() {
    let dir = guide();
    let written = init::run(dir.path()).unwrap();
    let plan = parsed(&written.text).plan;
    assert_eq!((plan.release.base.as_str(), plan.release.tag.as_str()), ("main", "v{version}"));
    assert_eq!(plan.release.branch.as_str(), "release/{version}");
    let files: Vec<&str> = plan.release.versions.iter().map(|v| v.file.as_str()).collect();
    assert_eq!(files, ["backend/pyproject.toml", "mobile-app/package.json", "mobile-app/ios/BayitPlus/Info.plist"]);
    let environments: Vec<&str> = plan.environments.iter().map(|e| e.name.as_str()).collect();
    assert_eq!(environments, ["development", "staging", "production"]);
    let production = plan.environment(&EnvName::new("production")).unwrap();
    let kind = &production.delivery(&ArtifactName::new("backend")).unwrap().kind;
    assert!(
        matches!(kind, DeliverKind::Kubernetes(KubernetesDeliver { workload, .. }) if workload == "deployment/backend"),
        "{kind:?}"
    );
    assert!(production.protected && production.gate.len() == 1);
    let logs: Vec<&str> = plan.logs.iter().map(|l| l.name.as_str()).collect();
    assert_eq!((logs, plan.environments[0].logs.len()), (vec!["backend"], 1));
    let checks: Vec<&str> = plan.checks.iter().map(|c| c.name.as_str()).collect();
    let wanted =
        ["backend-tests", "mobile-app-lint", "mobile-app-test", "version", "changelog", "dotenv-ignored", "health"];
    assert_eq!(checks, wanted);
    let tools: Vec<&str> = plan.checks.iter().filter_map(|c| c.expect.tool.as_deref()).collect();
    // `eslint .` prints nothing where it finds nothing, so its status is all that there is.
    assert_eq!(tools, ["pytest", "jest"]);
    assert_eq!(found_by_lint(&parsed(&written.text)), Vec::<String>::new());
}

#[test]
fn a_service_with_a_port_gives_a_log_source_and_a_check_over_http() {
    let compose = "name: shop\nservices:\n  web:\n    image: shop/web:1.0.0\n    build: .\n    ports: ['8080:80']\n";
    let dir = repository(&[("docker-compose.yml", compose), ("Dockerfile", "FROM scratch\n")], &[], &[]);
    let text = init::propose(&init::look(dir.path()).unwrap());
    let plan = parsed(&text).plan;
    let check =
        plan.checks.iter().find(|c| matches!(c.way, CheckKind::Http(_))).unwrap_or_else(|| panic!("no check:\n{text}"));
    let environment = plan.environments.first().unwrap();
    assert_eq!(environment.url.as_deref(), Some("http://127.0.0.1:8080"), "{text}");
    assert!(environment.verify.iter().any(|name| name == check.name.as_str()), "{text}");
    assert_eq!(environment.logs.len(), 1, "{text}");
    assert!(text.contains("[log.web]\ncontainer = \"shop-web-1\""), "{text}");
    let quiet = "name: shop\nservices:\n  web:\n    image: shop/web:1.0.0\n    build: .\n";
    let dir = repository(&[("docker-compose.yml", quiet), ("Dockerfile", "FROM scratch\n")], &[], &[]);
    let plan = parsed(&init::propose(&init::look(dir.path()).unwrap())).plan;
    assert!(!plan.checks.iter().any(|c| matches!(c.way, CheckKind::Http(_))), "nothing says where it would be asked");
}

#[test]
fn what_is_written_is_what_is_said_and_nothing_is_overwritten() {
    let dir = guide();
    let written = init::run(&dir.path().join("backend")).unwrap();
    assert_eq!(written.path, fs::canonicalize(dir.path()).unwrap().join("tminus.toml"));
    assert_eq!(fs::read_to_string(&written.path).unwrap(), written.text);
    fs::write(&written.path, "mine").unwrap();
    let refused = init::run(dir.path()).unwrap_err().to_string();
    assert!(refused.contains("is there already"), "{refused}");
    assert_eq!(fs::read_to_string(&written.path).unwrap(), "mine");
}

#[test]
fn a_link_in_the_place_of_the_plan_is_not_followed() {
    let dir = tempfile::tempdir().unwrap();
    let outside = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(outside.path().join("planted"), dir.path().join("tminus.toml")).unwrap();
    assert!(init::run(dir.path()).is_err());
    assert!(!outside.path().join("planted").exists());
}

#[test]
fn an_empty_folder_gives_a_plan_that_fools_nobody() {
    let dir = tempfile::tempdir().unwrap();
    let plan = parsed(&init::run(dir.path()).unwrap().text);
    assert_eq!(found_by_lint(&plan), Vec::<String>::new());
    assert_eq!(parsed(&init::propose(&InitFindings::default())).plan.project, "project");
}

#[test]
fn checks_without_an_environment_wait_in_comments() {
    let dir = repository(&[("package.json", r#"{"scripts": {"test": "jest"}}"#)], &[], &[]);
    let text = init::run(dir.path()).unwrap().text;
    assert!(text.contains("# [check.test]"), "{text}");
    assert_eq!(found_by_lint(&parsed(&text)), Vec::<String>::new());
}

#[test]
fn branches_and_tags_are_named_as_they_were() {
    let dir = repository(&[], &["release-v1.0.0", "hotfix/1.0.1"], &["app-1.0.0", "app-0.9", "v2"]);
    let plan = parsed(&init::run(dir.path()).unwrap().text).plan;
    let rules = (plan.release.branch.as_str(), plan.release.hotfix.as_str(), plan.release.tag.as_str());
    assert_eq!(rules, ("release-v{version}", "hotfix/{version}", "app-{version}"));
}

#[test]
fn a_tag_is_named_as_the_newest_ones_are() {
    let pattern = |tags: &[&str]| {
        parsed(&init::run(repository(&[], &[], tags).path()).unwrap().text).plan.release.tag.as_str().to_owned()
    };
    assert_eq!(pattern(&["1.0.0", "1.1.0", "1.2.0", "v2.0.0", "v2.1.0"]), "v{version}");
    assert_eq!(pattern(&["app@1.0.0", "app@1.1.0"]), "app@{version}");
    assert_eq!(pattern(&["v1.0.0", "v1.1.0", "v1.1.0-rc.1", "weekly-2026.11"]), "v{version}");
}

#[test]
fn an_override_file_is_no_environment_of_its_own() {
    let service = "services: { web: { build: ., image: shop } }\n";
    let files =
        [("Dockerfile", "FROM scratch\n"), ("docker-compose.yml", service), ("docker-compose.override.yml", service)];
    let plan = parsed(&init::run(repository(&files, &[], &[]).path()).unwrap().text);
    let environments: Vec<_> = plan.plan.environments.iter().map(|env| env.name.as_str()).collect();
    assert_eq!(environments, ["development"]);
}

#[test]
fn hostile_names_and_contents_stay_inside_their_quotes() {
    let evil = "x\"\n[check.evil]\nrun = [\"rm\"]\n#";
    let compose = format!(
        "services:\n  \"a\\\"] evil = [\": {{ build: '{{evil}}', image: '${{IMAGE}}' }}\n  \"\\e[2J\": {{ build: x }}\n  b: {{ build: ../../.. }}\n{}",
        "x: &x [*x]\n"
    );
    let json = serde_json::json!({"version": evil, "scripts": {"test": "\u{1b}[2J", "lint; rm -rf": "x"}}).to_string();
    let dir = repository(
        &[
            ("{evil}/Dockerfile", ""),
            ("we ird \"dir\"/package.json", &json),
            ("a\nb/Dockerfile", ""),
            ("\u{202e}x/pyproject.toml", "[project]\nversion = '1'\n"),
            ("{version}/pyproject.toml", &format!("[project]\nversion = {evil:?}\n# pytest")),
            ("docker-compose.{x}.yml", &compose),
            ("compose.yaml", &"[".repeat(10_000)),
            (".env.\"]", ""),
            (
                "k8s/a.yaml",
                "kind: Deployment\nmetadata: {name: \"x\\ny\"}\n---\nkind: Deployment\nmetadata: {name: '\"{evil}'}\n",
            ),
            ("Info.plist", "<plist><dict><key>CFBundleShortVersionString</key><string>\u{7}</string></dict>"),
        ],
        &["release/1.0\"x"],
        &["\"v1.0", "{version}1.0"],
    );
    let text = init::run(dir.path()).unwrap().text;
    let plan = parsed(&text).plan;
    assert!(!plan.checks.iter().any(|c| c.name.as_str() == "evil"), "{text}");
    assert!(text.chars().all(|c| c == '\n' || !c.is_control()) && !text.contains('\u{202e}'), "{text:?}");
}

#[test]
fn links_and_pipes_are_not_read() {
    let dir = tempfile::tempdir().unwrap();
    let outside = tempfile::tempdir().unwrap();
    lay(outside.path(), &[("package.json", r#"{"version": "6.6.6"}"#)]);
    std::os::unix::fs::symlink(outside.path(), dir.path().join("linked")).unwrap();
    std::os::unix::fs::symlink(outside.path().join("package.json"), dir.path().join("package.json")).unwrap();
    assert_eq!(init::look(dir.path()).unwrap().node, Vec::new());
}

#[test]
fn every_kind_of_file_that_says_the_version_is_proposed_and_examples_are_not() {
    let files = [
        ("Cargo.toml", "[package]\nname = \"x\"\nversion = \"1.2.0\"\n"),
        ("VERSION", "1.2.0\n"),
        ("charts/Chart.yaml", "name: x\nversion: 0.1.0\nappVersion: \"1.2.0\"\n"),
        ("app/build.gradle", "android { defaultConfig { versionName \"1.2.0\" } }\n"),
        ("composer.json", r#"{"version": "1.2.0"}"#),
        ("x/__init__.py", "__version__ = \"1.2.0\"\n"),
        ("y/__init__.py", "from .z import z\n"),
        ("examples/a/package.json", r#"{"version": "0.0.1"}"#),
        ("playground/Cargo.toml", "[package]\nversion = \"0.0.1\"\n"),
        ("tests/x/pyproject.toml", "[project]\nversion = \"0.0.1\"\n"),
    ];
    let dir = repository(&files, &[], &[]);
    let plan = parsed(&init::run(dir.path()).unwrap().text).plan;
    let mut places: Vec<_> = plan.release.versions.iter().map(|v| (v.file.as_str(), v.key.as_str())).collect();
    places.sort_unstable();
    let wanted = [
        ("Cargo.toml", "package.version"),
        ("VERSION", "version"),
        ("app/build.gradle", "versionName"),
        ("charts/Chart.yaml", "appVersion"),
        ("composer.json", "version"),
        ("x/__init__.py", "__version__"),
    ];
    assert_eq!(places, wanted);
}
