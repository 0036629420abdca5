//! The values that a command is given and that no commit holds: a verdict rests on them too. Of each only a keyed hash is kept.
//! What a command prints as a secret is not asked for again here; such a verdict ends by its age.

use crate::adapters::secrets::{Secrets, Value, exposed};
use crate::config::variables::is_of_a_shell;
use crate::domain::measurement::GivenValue;
use crate::domain::plan::{Check, CommandLine, Secret, Setting};
use std::collections::BTreeSet;
use std::os::unix::ffi::OsStrExt as _;

/// Looks at the values that a check's command is given: those of its `env`, and those of the environment that it names.
pub(super) async fn given(secrets: &Secrets, check: &Check, command: &CommandLine) -> Vec<GivenValue> {
    let Some(key) = secrets.key() else { return Vec::new() };
    let mut given = Vec::new();
    for (name, setting) in &check.env {
        let secret = match setting {
            Setting::Secret(secret @ (Secret::Env(_) | Secret::Dotenv { .. })) => secret,
            Setting::Secret(Secret::Command(_)) | Setting::Plain(_) => continue,
        };
        let value = secrets.resolve(secret).await.map(Value::Secret);
        let hash = value.map_or_else(|_| String::new(), |value| key.hash(name, exposed(&value).as_bytes()));
        given.push(GivenValue { name: name.clone(), hash });
    }
    let is_set_by_plan = |name: &String| check.env.iter().any(|(set, _)| set == name);
    let words = command.0.iter().flat_map(|word| named(word.as_str()));
    let inherited: BTreeSet<String> = words.filter(|name| !is_set_by_plan(name) && !is_of_a_shell(name)).collect();
    given.extend(inherited.into_iter().map(|name| {
        let value = std::env::var_os(&name);
        let hash = value.map_or_else(String::new, |value| key.hash(&name, value.as_bytes()));
        GivenValue { name, hash }
    }));
    given
}

/// Returns the variables that a word of a command names: `$NAME`, `${NAME…}`.
fn named(word: &str) -> Vec<String> {
    let name = |part: &str| {
        let part = part.strip_prefix('{').unwrap_or(part);
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let name: String = part.chars().take_while(|c| is_part(*c)).collect();
        name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_').then_some(name)
    };
    word.split('$').skip(1).filter_map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_variables_of_a_command_are_found() {
        assert_eq!(named("[ $K = \"${TOKEN:-none}\" ] && echo $1 $$ $(date) ${#LIST}"), ["K", "TOKEN"]);
        assert_eq!(named("no variable"), Vec::<String>::new());
    }
}
