//! The secrets of a trusted plan, so that nothing printed shows them: those in variables and files are read before anything
//! runs, those that a command prints before the first line from outside is shown.

use std::path::Path;
use std::time::Duration;
use tminus_core::plan::{Plan, Secret};
use tminus_core::touches::{FileUse, Touch};
use tminus_services::docker;
use tminus_services::secrets::Secrets;

/// How long the files of Compose may take altogether.
const READ: Duration = Duration::from_secs(5);

/// Lets the mask learn them. What needs a missing one reports it. What Compose delivered with lies in a
/// folder of the state.
pub(super) async fn learn(plan: &Plan, secrets: Secrets, served: &Path) -> Secrets {
    secrets.learn_shell();
    let touches = plan.touches();
    let files = |wanted| touches.iter().filter_map(move |touch| touch.file(wanted));
    let env_files = files(FileUse::EnvFile).map(str::to_owned).collect();
    secrets.to_know(touches.iter().filter_map(Touch::secret).cloned().collect(), env_files).await;
    // What a check reads is what a command beside it may print.
    for file in files(FileUse::Checked).chain([".env"]) {
        secrets.learn_file(file).await;
    }
    let compose: Vec<&str> = files(FileUse::Compose).collect();
    let _slow = tokio::time::timeout(READ, docker::learn_compose(&compose, (served, &secrets))).await;
    secrets
}

/// Lets the mask learn what stands in the files of a rehearsal project. No program is asked for a secret, and nothing there
/// needs one: its logs are played.
pub(super) async fn learn_rehearsed(plan: &Plan, secrets: Secrets) -> Secrets {
    for secret in plan.touches().iter().filter_map(Touch::secret) {
        if !matches!(secret, Secret::Command(_)) {
            drop(secrets.resolve(secret).await);
        }
    }
    secrets
}

#[cfg(test)]
mod tests {
    use super::*;
    use tminus_core::mask::Mask;
    use tminus_services::secrets::Permission;

    const PLAN: &str = r#"format = 1
[project]
name = "x"
[env.production]
gate = ["pre-deploy"]
[[env.production.step]]
at = "before"
title = "Migrate"
run = ["true"]
irreversible = "data"
env = { KEY = { dotenv = ".env", key = "STEP" }, NONE = { env = "TMINUS_TEST_NOT_SET" } }
[check.it]
phase = "pre-deploy"
title = "It answers"
http = { get = "https://x.example.com", headers = { Authorization = { dotenv = ".env", key = "HEADER" } } }
[connect.slack]
kind = "slack"
url = { dotenv = ".env", key = "HOOK" }
"#;

    #[tokio::test]
    async fn what_stands_in_environment_files_is_hidden_before_anything_asked_for_it() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join(".env"), "STEP=step-value\nHEADER=head-value\nHOOK=hook-value\n").unwrap();
        let plan = tminus_core::grammar::plan::read(Path::new("tminus.toml"), PLAN).unwrap().plan;
        let mask = Mask::new();
        learn(&plan, Secrets::new(dir.path(), Permission::Trusted, mask.clone()), dir.path()).await;
        assert_eq!(mask.apply("a step-value b head-value c hook-value"), "a ••• b ••• c •••");
    }

    #[tokio::test]
    async fn what_only_a_check_names_is_hidden_from_the_output_of_another_one() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("app.env"), "API_TOKEN=Zx9k2Lq8Vb3Nw7Rt5Ym1\nMODE=production\n").unwrap();
        std::fs::write(dir.path().join(".env"), "DB_PASSWORD=\"p@ss word9#Q\"\n").unwrap();
        let check = "[check.env]\nphase = \"pre-deploy\"\ntitle = \"env\"\ndotenv = { file = \"app.env\", needs = [\"MODE\"] }\n";
        let plan = format!("format = 1\n[project]\nname = \"x\"\n{check}");
        let plan = tminus_core::grammar::plan::read(Path::new("tminus.toml"), &plan).unwrap().plan;
        let mask = Mask::new();
        learn(&plan, Secrets::new(dir.path(), Permission::Trusted, mask.clone()), dir.path()).await;
        assert_eq!(mask.apply("Zx9k2Lq8Vb3Nw7Rt5Ym1 in production: p@ss word9#Q"), "••• in production: •••");
    }

    #[tokio::test]
    async fn what_a_delivery_hands_on_and_what_a_command_prints_is_hidden_before_the_first_line() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join(".env.app"), "APP_PIN=efSecret-Value-4711\nMODE=production\n").unwrap();
        std::fs::write(dir.path().join(".env"), "").unwrap();
        std::fs::write(dir.path().join("secret"), "kP9-cmdSecret\n").unwrap();
        let delivered = r#"[artifact.api]
image = "api:{version}"
[env.staging]
deliver.api = { with = "docker", container = "x", env-file = ".env.app" }
[check.cmd]
phase = "pre-deploy"
title = "c"
run = ["true"]
env = { KEY = { command = ["cat", "secret"] }, NONE = { command = ["false"] } }
[env.production]"#;
        let plan = PLAN.replacen("[env.production]", delivered, 1);
        let plan = tminus_core::grammar::plan::read(Path::new("tminus.toml"), &plan).unwrap().plan;
        let mask = Mask::new();
        let secrets = Secrets::new(dir.path(), Permission::Trusted, mask.clone());
        let secrets = learn(&plan, secrets, dir.path()).await;
        assert_eq!(mask.apply("efSecret-Value-4711 in production"), "••• in production");
        let why = secrets.know().await.unwrap_err().sentence();
        assert_eq!(mask.apply("it is kP9-cmdSecret"), "it is •••");
        assert_eq!(why, "not shown, because the secret `false` could not be read: exit 1");
    }
}
