//! Secrets: read from where they are, only from a trusted plan, and never shown.

use super::world::{secrets, words};
use secrecy::ExposeSecret as _;
use std::path::Path;
use tminus_core::mask::Mask;
use tminus_core::plan::{CommandLine, Secret, Template};
use tminus_core::ports::{FailureKind, PortError};
use tminus_services::secrets::{Permission, Secrets};

fn dotenv(key: &str) -> Secret {
    Secret::Dotenv { file: ".env".to_owned(), key: key.to_owned() }
}

fn command(all: &[&str]) -> Secret {
    Secret::Command(CommandLine(words(all).into_iter().map(Template::new).collect()))
}

async fn found(root: &Path, secret: &Secret) -> Result<String, PortError> {
    secrets(root).resolve(secret).await.map(|value| value.expose_secret().to_owned())
}

#[tokio::test]
async fn a_secret_is_found_where_the_plan_says() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join(".env"), "KEY='s3cr3t value'\n").unwrap();
    assert_eq!(found(dir.path(), &dotenv("KEY")).await.unwrap(), "s3cr3t value");
    assert_eq!(found(dir.path(), &command(&["printf", "from-op\\n"])).await.unwrap(), "from-op");
    assert_eq!(found(dir.path(), &Secret::Env("PATH".to_owned())).await.unwrap(), std::env::var("PATH").unwrap());
}

#[tokio::test]
async fn a_missing_secret_is_named_by_its_reference_and_never_by_a_value() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join(".env"), "OTHER=hunter2-hunter2\nEMPTY=\n").unwrap();
    for (secret, named) in [
        (dotenv("KEY"), "KEY of .env has no value"),
        (dotenv("EMPTY"), "EMPTY of .env has no value"),
        (Secret::Env("TMINUS_NO_SUCH_VARIABLE".to_owned()), "the variable TMINUS_NO_SUCH_VARIABLE has no value"),
        (command(&["sh", "-c", "echo hunter2-hunter2; exit 4"]), "gave no secret: exit 4"),
        (command(&["no-such-program"]), "no-such-program is not installed"),
        (Secret::Dotenv { file: "none".to_owned(), key: "KEY".to_owned() }, "KEY of none has no value"),
        (Secret::Dotenv { file: "../x".to_owned(), key: "KEY".to_owned() }, "leads out of the repository"),
    ] {
        let failure = found(dir.path(), &secret).await.unwrap_err();
        assert!(failure.sentence().contains(named), "{}", failure.sentence());
        let is_shown = failure.sentence().replace(&format!("{:?}", "echo hunter2"), "").contains("OTHER");
        assert!(!is_shown, "{}", failure.sentence());
    }
}

#[tokio::test]
async fn a_broken_environment_file_does_not_show_its_lines() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join(".env"), "A=1\nhunter2-hunter2\n").unwrap();
    let sentence = found(dir.path(), &dotenv("KEY")).await.unwrap_err().sentence();
    assert!(sentence.contains("line 2") && !sentence.contains("hunter2"), "{sentence}");
}

#[tokio::test]
async fn what_was_found_is_known_to_the_mask() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join(".env"), "KEY=hunter2-hunter2\n").unwrap();
    let mask = Mask::new();
    let secrets = Secrets::new(dir.path(), Permission::Trusted, mask.clone());
    let value = secrets.resolve(&dotenv("KEY")).await.unwrap();
    assert!(!mask.apply("the key is hunter2-hunter2").contains("hunter2"));
    assert!(!format!("{value:?} {secrets:?}").contains("hunter2"));
}

#[tokio::test]
async fn nothing_is_read_or_run_for_a_plan_that_nobody_trusts() {
    let dir = tempfile::tempdir().unwrap();
    let secrets = Secrets::new(dir.path(), Permission::Untrusted, Mask::new());
    let failure = secrets.resolve(&command(&["touch", "ran"])).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Unauthorized);
    assert!(failure.sentence().contains("tminus trust"), "{}", failure.sentence());
    assert!(!dir.path().join("ran").exists());
}

fn env_file(name: &str) -> Vec<String> {
    vec![name.to_owned()]
}

#[tokio::test]
async fn what_cannot_be_masked_is_named_and_what_holds_no_value_hides_nothing() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join(".env"), "OTHER=hunter2-hunter2\n").unwrap();
    std::fs::write(dir.path().join(".env.app"), "PIN=1\nexport NO=1\n").unwrap();
    let none = Secret::Env("TMINUS_NO_SUCH_VARIABLE".to_owned());
    let gone = Secret::Dotenv { file: "gone".to_owned(), key: "KEY".to_owned() };
    for (secret, file, says) in [
        (none.clone(), None, Ok(())),
        (dotenv("KEY"), None, Ok(())),
        (command(&["true"]), None, Err("the secret `true` could not be read: it printed nothing")),
        (command(&["false"]), None, Err("the secret `false` could not be read: exit 1")),
        (
            command(&["no-such-program"]),
            None,
            Err("the secret `no-such-program` could not be read: no-such-program is"),
        ),
        (gone, None, Err("the secret KEY of gone could not be read: No such file")),
        (none.clone(), Some("gone"), Err("the secrets in gone could not be read: No such file")),
        (none.clone(), Some(".env.app"), Err("the secrets in .env.app could not be read: line 2 of .env.app")),
    ] {
        let secrets = secrets(dir.path());
        secrets.to_know(vec![secret.clone()], file.map(env_file).unwrap_or_default()).await;
        match (secrets.know().await, says) {
            (Ok(()), Ok(())) => {}
            (Err(why), Err(says)) => assert!(why.sentence().contains(says), "{}", why.sentence()),
            (known, says) => panic!("{secret:?} {file:?}: {known:?}, not {says:?}"),
        }
    }
}
