//! What the mask learns of a compose project, because containers print it: what `.env`, environment files and the shell fill
//! in, and what Compose made of it.

use super::inputs::Inputs;
use super::tree;
use crate::dotenv;
use crate::secrets::Secrets;
use serde_json::Value;
use std::path::Path;
use tminus_core::mask::Mask;

/// The parts of a service in which settings stand.
const PARTS: [fn(&Value) -> &Value; 2] = [|service| &service["environment"], |service| &service["build"]["args"]];

/// Lets the mask learn what is secret in compose files, in what they are filled from, and in what was delivered by them.
pub async fn learn_compose(files: &[&str], (state, secrets): (&Path, &Secrets)) {
    let files: Vec<String> = files.iter().map(|file| (*file).to_owned()).collect();
    if !files.is_empty() {
        learn_files(secrets.root(), &files, secrets.mask()).await;
        learn_served(state, secrets.mask());
    }
}

/// Learns the values of the files that a compose file is made of, and of the variables of this process that it names.
pub(super) async fn learn_files(root: &Path, files: &[String], mask: &Mask) {
    let inputs = Inputs::of(root, files);
    for path in inputs.env_files() {
        // Compose takes lines that make no sense to a strict reader.
        dotenv::learn(&tokio::fs::read_to_string(path).await.unwrap_or_default(), mask);
    }
    for path in inputs.compose_files() {
        let Ok(text) = tokio::fs::read_to_string(path).await else { continue };
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        for name in text.split(|c| !is_word(c)).filter(|name| !name.is_empty()) {
            std::env::var(name).iter().for_each(|value| mask.learn_setting(name, value));
        }
        tree::read(&text).iter().for_each(|tree| learn(tree, mask));
    }
}

/// Learns the values that a configuration holds, as a person wrote it or as Compose did.
pub(super) fn learn(tree: &Value, mask: &Mask) {
    let services = tree["services"].as_object().into_iter().flatten();
    for settings in services.flat_map(|(_, service)| PARTS.map(|part| part(service))) {
        for (name, value) in settings.as_object().into_iter().flatten() {
            value.as_str().iter().for_each(|value| mask.learn_setting(name, value));
        }
        let pairs = settings.as_array().into_iter().flatten().filter_map(Value::as_str);
        pairs.filter_map(|pair| pair.split_once('=')).for_each(|(name, value)| mask.learn_setting(name, value));
    }
}

/// Learns what the configurations hold that versions were delivered with: they may run for longer than their values stand
/// in any file.
fn learn_served(state: &Path, mask: &Mask) {
    let folders = |path: &Path| std::fs::read_dir(path).into_iter().flatten().flatten().map(|entry| entry.path());
    for file in folders(state).flat_map(|delivery| folders(&delivery.join("served"))) {
        let text = std::fs::read_to_string(file).unwrap_or_default();
        tree::read(&text).iter().for_each(|tree| learn(tree, mask));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_stands_only_in_files_beside_a_compose_file_is_hidden() {
        let root = tempfile::tempdir().unwrap();
        let files = [
            ("ops/.env", "DB_PASSWORD=dotenv-Secret-4711\nno assignment\nMODE=production\n"),
            ("ops/more.env", "API_TOKEN='envfile-Secret-4712'\n"),
            (
                "ops/c.yml",
                "services: {web: {env_file: more.env, environment: ['PIN_KEY=listed-Secret-4713'], build: {args: {A_SECRET: \
                 arg-Secret-4714}}}}",
            ),
        ];
        std::fs::create_dir(root.path().join("ops")).unwrap();
        files.iter().for_each(|(name, text)| std::fs::write(root.path().join(name), text).unwrap());
        let mask = Mask::new();
        learn_files(root.path(), &["ops/c.yml".to_owned()], &mask).await;
        let said = "dotenv-Secret-4711 envfile-Secret-4712 listed-Secret-4713 arg-Secret-4714 in production";
        assert_eq!(mask.apply(said), "••• ••• ••• ••• in production");
    }

    #[tokio::test]
    async fn a_value_of_several_lines_is_hidden_whole_and_by_line_whatever_its_name() {
        let root = tempfile::tempdir().unwrap();
        let key = "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA71Yz\nq0OZ8bTrxK2mQw9e4LpV\n-----END RSA PRIVATE KEY-----";
        for text in
            [format!("SSH_ID=\"{key}\"\nno assignment\nB=1\n"), format!("MOTD=\"never closed\nSSH_ID='{key}'\n")]
        {
            std::fs::write(root.path().join(".env"), text).unwrap();
            std::fs::write(root.path().join("c.yml"), "services: {}").unwrap();
            let mask = Mask::new();
            learn_files(root.path(), &["c.yml".to_owned()], &mask).await;
            assert_eq!(mask.apply(&format!("it is {key}, all of it")), "it is •••, all of it");
            assert_eq!(mask.apply("q0OZ8bTrxK2mQw9e4LpV is not set"), "••• is not set");
        }
    }

    #[test]
    fn what_a_version_was_delivered_with_is_hidden_for_as_long_as_that_is_kept() {
        let state = tempfile::tempdir().unwrap();
        let folder = state.path().join("staging-web/served");
        std::fs::create_dir_all(&folder).unwrap();
        let served = r#"{"services":{"web":{"environment":{"DB_PASSWORD":"served-Secret-4715","NONE":null}}}}"#;
        std::fs::write(folder.join("v1.0.0@0123.yml"), served).unwrap();
        let mask = Mask::new();
        learn_served(state.path(), &mask);
        assert_eq!(mask.apply("it is served-Secret-4715"), "it is •••");
    }
}
