//! The values that a command is given and that no commit holds: a verdict rests on them too. Of each only a keyed hash is kept.
//! What a command prints as a secret is not asked for again here: it is compared once something else has asked, and such a
//! verdict ends by its age.

use crate::secrets::{SecretValue, Secrets, exposed};
use crate::variables::is_of_a_shell;
use std::collections::BTreeSet;
use std::os::unix::ffi::OsStrExt as _;
use tminus_core::measurement::GivenValue;
use tminus_core::plan::{Check, CommandLine, EnvValue, Secret};

/// Looks at the values that a check's command is given: those of its `env`, and those of the environment that it names.
pub(crate) async fn given(secrets: &Secrets, check: &Check, command: &CommandLine) -> Vec<GivenValue> {
    let Some(key) = secrets.key() else { return Vec::new() };
    let mut given = Vec::new();
    for (name, setting) in &check.env {
        let secret = match setting {
            EnvValue::Secret(secret @ (Secret::Env(_) | Secret::Dotenv { .. })) => secret,
            EnvValue::Secret(Secret::Command(_)) | EnvValue::Plain(_) => continue,
        };
        let value = secrets.resolve(secret).await.map(SecretValue::Secret);
        let hash = value.map_or_else(|_| String::new(), |value| key.hash(name, exposed(&value).as_bytes()));
        given.push(GivenValue { name: name.clone(), hash });
    }
    let is_set_by_plan = |name: &String| check.env.iter().any(|(set, _)| set == name);
    let words: Vec<&str> = command.0.iter().map(|word| word.as_str()).collect();
    let inherited = named(&words).into_iter().filter(|name| !is_set_by_plan(name) && !is_of_a_shell(name));
    given.extend(inherited.map(|name| {
        let value = std::env::var_os(&name);
        let hash = value.map_or_else(String::new, |value| key.hash(&name, value.as_bytes()));
        GivenValue { name, hash }
    }));
    given
}

/// Returns the values that commands printed for a check, as they were read last.
pub(crate) fn printed(secrets: &Secrets, check: &Check) -> Vec<GivenValue> {
    let of = |(name, setting): &(String, EnvValue)| match setting {
        EnvValue::Secret(Secret::Command(command)) => {
            Some(GivenValue { name: name.clone(), hash: secrets.last_printed(command)? })
        }
        EnvValue::Secret(Secret::Env(_) | Secret::Dotenv { .. }) | EnvValue::Plain(_) => None,
    };
    check.env.iter().filter_map(of).collect()
}

/// Returns what a command printed before, where nobody has asked it since: it is not known to be another value.
pub(crate) fn unasked(before: &[GivenValue], (check, printed): (&Check, &[GivenValue])) -> Vec<GivenValue> {
    let is_printed = |value: &&GivenValue| {
        check
            .env
            .iter()
            .any(|(name, setting)| *name == value.name && matches!(setting, EnvValue::Secret(Secret::Command(_))))
    };
    let is_unasked = |value: &&GivenValue| !printed.iter().any(|now| now.name == value.name);
    before.iter().filter(is_printed).filter(is_unasked).cloned().collect()
}

/// Programs and objects that are given the name of a variable as any other word.
const READERS: [&str; 6] = ["printenv", "getenv", "environ", "env", "ENV", "_ENV"];

/// Returns the variables that a command may read: `$NAME`, `${NAME…}`, and every word in capitals, as in `printenv NAME` and
/// `os.environ["NAME"]`; where something reads variables by name, every word. One that nobody sets costs nothing.
fn named(words: &[&str]) -> BTreeSet<String> {
    let identifiers = || words.iter().flat_map(|word| word.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')));
    let is_name = |name: &str| name.len() > 1 && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let is_capital = |name: &str| !name.contains(|c: char| c.is_ascii_lowercase());
    let reads = identifiers().any(|word| READERS.contains(&word));
    let found = identifiers().filter(|name| is_name(name) && (reads || is_capital(name)));
    let filled = words.iter().flat_map(|word| word.split('$').skip(1)).filter_map(|part| {
        let part = part.strip_prefix('{').unwrap_or(part);
        let end = part.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(part.len());
        Some(&part[..end]).filter(|name| name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_'))
    });
    found.chain(filled).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secrets::{Permission, ValueKey};
    use tminus_core::mask::Mask;

    #[tokio::test]
    async fn what_a_command_prints_is_compared_once_it_was_asked_again_and_never_asked_for_that() {
        let dir = tempfile::tempdir().unwrap();
        let (file, asked) = (dir.path().join("value"), dir.path().join("asked"));
        std::fs::write(&file, "one-secret").unwrap();
        let script = format!("echo x >> {}; cat {}", asked.display(), file.display());
        let command = CommandLine(["sh", "-c", &script].map(tminus_core::plan::Template::new).to_vec());
        let secret = Secret::Command(command);
        let check = Check { env: vec![("K".to_owned(), EnvValue::Secret(secret.clone()))], ..check() };
        let key = ValueKey::kept_at(&dir.path().join("key"));
        let secrets = Secrets::new(dir.path(), Permission::Trusted, Mask::new()).keyed(key);
        assert_eq!(printed(&secrets, &check), [], "nobody has asked");
        secrets.resolve(&secret).await.unwrap();
        let before = printed(&secrets, &check);
        assert_eq!((before.len(), before[0].name.as_str()), (1, "K"));
        std::fs::write(&file, "two-secret").unwrap();
        assert_eq!(printed(&secrets, &check), before, "nobody has asked since");
        assert_eq!(unasked(&before, (&check, &[])), before, "an engine that has not asked yet knows of no other value");
        secrets.resolve(&secret).await.unwrap();
        let now = printed(&secrets, &check);
        assert_ne!(now, before);
        assert_eq!(unasked(&before, (&check, &now)), []);
        assert_eq!(std::fs::read_to_string(asked).unwrap(), "x\nx\n");
    }

    fn check() -> Check {
        let text = "format = 1\n[project]\nname = \"x\"\n[check.it]\nphase = \"pre-deploy\"\ntitle = \"It holds\"\nrun = [\"true\"]\n";
        let plan = tminus_core::grammar::plan::read(std::path::Path::new("tminus.toml"), text).unwrap().plan;
        plan.checks[0].clone()
    }

    #[test]
    fn the_variables_of_a_command_are_found() {
        let of = |words: &[&str]| named(words).into_iter().collect::<Vec<_>>();
        assert_eq!(of(&["[ $K = \"${TOKEN:-none}\" ] && echo $1 $$ $(date) ${#LIST}"]), ["K", "LIST", "TOKEN"]);
        assert_eq!(of(&["no variable"]), Vec::<String>::new());
        assert_eq!(of(&["printenv", "http_proxy"]), ["http_proxy", "printenv"]);
        assert_eq!(of(&["sh", "-c", "! printenv SET"]), ["SET", "printenv", "sh"]);
        assert_eq!(
            of(&["python3", "-c", "import os; os.environ['A_KEY']"]),
            ["A_KEY", "environ", "import", "os", "python3"]
        );
        assert_eq!(of(&["sh", "-c", "test -v FLAG"]), ["FLAG"]);
    }
}
