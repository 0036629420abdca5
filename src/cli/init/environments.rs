//! Which environment a file is for, by its name, and how far that is from the developers.

use super::text::name;

/// Reads the environment's name off a compose file: `staging` of `docker-compose.staging.yml`.
pub(super) fn environment_name(file: &str) -> String {
    let stem = file.rsplit('/').next().unwrap_or(file).trim_end_matches(".yaml").trim_end_matches(".yml");
    let rest = stem.trim_start_matches("docker-compose").trim_start_matches("compose").trim_matches(['.', '-']);
    if rest.is_empty() {
        let folders = file.rsplit_once('/').map_or("", |(folders, _)| folders);
        return folders.split('/').find_map(known_environment).unwrap_or("development").to_owned();
    }
    known_environment(rest).map_or_else(|| name(rest, "development"), str::to_owned)
}

pub(super) fn known_environment(word: &str) -> Option<&'static str> {
    match word.to_ascii_lowercase().as_str() {
        "prod" | "production" | "live" => Some("production"),
        "stage" | "staging" | "stg" => Some("staging"),
        "dev" | "development" | "local" => Some("development"),
        "test" | "testing" | "ci" => Some("test"),
        _ => None,
    }
}

pub(super) fn is_local(env: &str) -> bool {
    matches!(env, "development" | "test")
}

/// Returns how far an environment is from the developers, so that the riskiest comes last.
pub(super) fn distance(env: &str) -> u8 {
    match env {
        "development" => 0,
        "test" => 1,
        "production" => 4,
        "staging" => 3,
        _ => 2,
    }
}
