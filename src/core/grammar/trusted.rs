//! The lines of a plan that a person trusts: what it touches, what its placeholders stand for, and what guards it.
//!
//! People's grants are compared with them byte for byte: another wording asks everybody again.

use super::{guards, placeholders};
use crate::plan::Plan;
use std::collections::BTreeSet;

/// Returns the lines that are trusted together, each once; none where a plan touches nothing, because then there is nothing
/// to guard either.
pub fn trusted_lines(plan: &Plan) -> Vec<String> {
    let acts: Vec<String> = plan.touches().into_iter().map(|touch| touch.line).collect();
    if acts.is_empty() {
        return acts;
    }
    let mut lines = [placeholders::meanings(plan, &acts), acts, guards::lines(plan)].concat();
    let mut seen = BTreeSet::new();
    lines.retain(|line| seen.insert(line.clone()));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grammar::plan::read;
    use crate::plan::Secret;
    use crate::touches::Touch;
    use std::path::Path;

    const PLAN: &str = r#"format = 1
[project]
name = "x"
[env.production]
url = "https://p.example.com"
gate = ["pre-deploy"]
[[env.production.step]]
at = "before"
title = "Migrate"
run = ["./migrate", "up"]
undo = ["./migrate", "down"]
[check.it]
phase = "pre-deploy"
title = "It holds"
run = ["make", "a b"]
env = { KEY = { env = "API_KEY" } }
[connect.unleash]
kind = "unleash"
url = "https://flags.example.com"
token = { dotenv = ".env", key = "TOKEN" }
"#;

    fn lines(text: &str) -> Vec<String> {
        trusted_lines(&read(Path::new("tminus.toml"), text).unwrap().plan)
    }

    #[test]
    fn commands_secrets_and_where_they_go_are_listed() {
        let wanted = [
            "env.production is at https://p.example.com",
            "env.production.step 1 runs ./migrate up",
            "env.production.step 1 undoes with ./migrate down",
            "check.it runs make 'a b'",
            "check.it gives KEY the secret in $API_KEY",
            "connect.unleash (unleash) sends the secret TOKEN of .env to https://flags.example.com",
            "env.production is gated by pre-deploy",
            "check.it must pass in pre-deploy",
        ];
        assert_eq!(lines(PLAN), wanted);
    }

    #[test]
    fn a_title_changes_nothing_and_an_address_that_gets_a_secret_does() {
        assert_eq!(lines(&PLAN.replace("It holds", "It is so")), lines(PLAN));
        assert_ne!(lines(&PLAN.replace("flags.example.com", "flags.example.net")), lines(PLAN));
    }

    const DELIVERED: &str = r#"format = 1
[project]
name = "x"
[release]
tag = "v{version}"
[artifact.api]
image = "registry.example.com/api:{version}"
[env.production]
url = "https://p.example.com"
gate = ["pre-deploy"]
[env.production.deliver.api]
with = "command"
current = [["show", "{env}"]]
deploy = [["up", "{image}"]]
undo = [["up", "{previous}"]]
[check.it]
phase = "pre-deploy"
title = "It answers"
http = { get = "{url}/x", headers = { Authorization = { env = "TOKEN" } } }
"#;

    #[test]
    fn what_a_place_to_fill_in_stands_for_is_listed_with_the_role_of_each_command() {
        let wanted = [
            "release.tag is v{version}",
            "artifact.api is registry.example.com/api:{version}",
            "env.production is at https://p.example.com",
            "env.production.deliver.api current runs show {env}",
            "env.production.deliver.api deploy runs up {image}",
            "env.production.deliver.api undo runs up {previous}",
            "check.it asks {url}/x",
            "check.it gives Authorization the secret in $TOKEN",
            "env.production is gated by pre-deploy",
            "check.it must pass in pre-deploy",
        ];
        assert_eq!(lines(DELIVERED), wanted);
    }

    #[test]
    fn another_address_image_tag_or_role_asks_again() {
        for (before, after) in [
            ("https://p.example.com", "https://evil.example.net"),
            ("registry.example.com/api", "evil.example.net/api"),
            ("v{version}", "w{version}"),
            ("get = ", "post = "),
        ] {
            assert_ne!(lines(&DELIVERED.replace(before, after)), lines(DELIVERED), "{after}");
        }
        let swapped =
            DELIVERED.replace("deploy = ", "was = ").replace("undo = ", "deploy = ").replace("was = ", "undo = ");
        assert_ne!(lines(&swapped), lines(DELIVERED));
    }

    const GUARDED: &str = r#"format = 1
[project]
name = "x"
[release]
versions = [{ file = "a.toml", key = "a" }, { file = "b.toml", key = "b" }]
changelog = "CHANGES.md"
[artifact.app]
image = "127.0.0.1:1/x/app:{version}"
build = { context = ".", args = { A = "b" } }
registry = "reg"
[env.staging]
url = "http://127.0.0.1:1"
gate = ["pre-deploy"]
protected = true
approvals = { count = 2, from = "t" }
deliver.app = { with = "docker", container = "x" }
verify = ["r"]
[team.t]
members = ["a", "b"]
[check.r]
phase = "post-deploy"
title = "r"
run = ["sh", "s.sh"]
timeout = "5s"
[check.g]
phase = "pre-deploy"
title = "g"
owner = "t"
file = { path = "s.sh", has = "x" }
[check.v]
phase = "pre-deploy"
title = "v"
versions = true
[check.n]
phase = "pre-deploy"
title = "n"
changelog = true
[check.h]
phase = "pre-deploy"
title = "h"
http = { get = "http://127.0.0.1:1/", tries = 9 }
[connect.reg]
kind = "registry"
url = "https://reg.example.com"
user = "u"
password = { env = "HOME" }
[log.d]
container = "x"
"#;

    #[test]
    fn what_opens_a_connection_widens_the_socket_or_loosens_a_gate_asks_again() {
        for (before, after) in [
            ("[log.d]\ncontainer = \"x\"", "[log.d]\ncontainer = \"x\"\ncontext = \"ssh://evil@attacker\""),
            ("[log.d]", "[session]\ngroup = \"root\"\n[log.d]"),
            ("approvals = { count = 2, from = \"t\" }\n", ""),
            ("count = 2", "count = 1"),
            ("gate = [\"pre-deploy\"]\n", ""),
            ("protected = true\n", ""),
            ("[\"a\", \"b\"]", "[\"mallory\", \"m2\"]"),
            ("A = \"b\"", "A = \"evil\""),
            ("context = \".\",", "context = \".\", dockerfile = \"evil\","),
            ("user = \"u\"", "user = \"evil\""),
            ("https://reg.example.com", "https://evil.example.com"),
            ("127.0.0.1:1/x", "127.0.0.1:2/x"),
            ("with = \"docker\",", "with = \"docker\", context = \"tcp://127.0.0.1:9\","),
            ("registry = \"reg\"\n", ""),
            ("timeout = \"5s\"\n", "timeout = \"5s\"\nin = \"worktree\"\n"),
            ("[release]", "[release]\nbase = \"evil\""),
            ("[release]", "[release]\nremote = \"evil\""),
            ("[log.d]", "[log.s]\nfile = \"app.log\"\n[log.d]"),
            ("[log.d]", "[check.c]\nphase = \"pre-deploy\"\ntitle = \"c\"\nconnects = \"reg\"\n[log.d]"),
            ("title = \"g\"\n", "title = \"g\"\nrequired = false\n"),
            ("has = \"x\"", "has = \"y\""),
            ("verify = [\"r\"]\n", ""),
            ("owner = \"t\"\n", ""),
            (", { file = \"b.toml\", key = \"b\" }", ""),
            ("changelog = \"CHANGES.md\"", "changelog = \"README.md\""),
            (", tries = 9", ""),
        ] {
            let changed = GUARDED.replacen(before, after, 1);
            assert_ne!(changed, GUARDED, "{before}");
            assert_ne!(lines(&changed), lines(GUARDED), "{after}");
        }
    }

    #[test]
    fn a_log_of_a_container_and_an_open_socket_are_not_nothing() {
        let plan = "format = 1\n[project]\nname = \"x\"\n[env.staging]\nurl = \"https://s.example.com\"\n";
        for more in
            ["[log.d]\ncontainer = \"x\"\ncontext = \"ssh://evil@attacker\"\n", "[session]\ngroup = \"users\"\n"]
        {
            assert_ne!(lines(&format!("{plan}{more}")), Vec::<String>::new(), "{more}");
        }
    }

    #[test]
    fn the_secrets_the_files_and_the_engines_are_known_from_the_same_place() {
        let plan = read(Path::new("tminus.toml"), &GUARDED.replacen("context", "dockerfile = \"D\", context", 1))
            .unwrap()
            .plan;
        let touches = plan.touches();
        assert_eq!(touches.iter().filter_map(Touch::secret).collect::<Vec<_>>(), [&Secret::Env("HOME".to_owned())]);
        let files: Vec<String> = touches.iter().flat_map(Touch::leans_on).collect();
        assert_eq!(files, ["D", "sh", "s.sh"]);
        assert_eq!(touches.iter().filter_map(Touch::engine).collect::<Vec<_>>(), [None, None, None]);
    }

    #[test]
    fn a_plan_that_does_nothing_has_nothing_to_trust() {
        let plan = "format = 1\n[project]\nname = \"x\"\n[env.staging]\nurl = \"https://s.example.com\"\n";
        assert_eq!(lines(plan), Vec::<String>::new());
    }
}
