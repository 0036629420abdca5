//! The secrets of a trusted plan that can be known before anything runs, so that nothing printed shows them.
//!
//! What a command prints is not among them: it is asked only where it is needed.

use crate::adapters::secrets::Secrets;
use crate::config::effects::Touches;
use crate::domain::plan::{Plan, Secret};
use std::time::Duration;

/// How long the environment files may take altogether.
const READ: Duration = Duration::from_secs(5);

/// Lets the mask learn them; one that is missing is the story of whoever needs it.
pub(super) async fn learn(plan: &Plan, secrets: &Secrets) {
    let touches = Touches::of(plan);
    let each = async {
        for secret in touches.secrets {
            match secret {
                Secret::Env(_) | Secret::Dotenv { .. } => drop(secrets.resolve(secret).await),
                Secret::Command(_) => {}
            }
        }
    };
    let _slow = tokio::time::timeout(READ, each).await;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapters::secrets::Permission;
    use crate::domain::mask::Mask;
    use std::path::Path;

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
        let plan = crate::config::plan::read(Path::new("tminus.toml"), PLAN).unwrap().plan;
        let mask = Mask::new();
        learn(&plan, &Secrets::new(dir.path(), Permission::Trusted, mask.clone())).await;
        assert_eq!(mask.apply("a step-value b head-value c hook-value"), "a ••• b ••• c •••");
    }
}
