//! A verdict belongs to what was asked: another definition, another age, or something changed outside the commit ends it.

use super::case::{Case, evil, good, run_all};
use super::project::{Project, Ran};
use std::io::{Read, Write};
use std::net::TcpListener;

/// A plan whose staging has a gate of these checks.
fn gated(p: &Project, checks: &str) {
    let staging = p.place("staging");
    p.plan(&format!("[env.staging]\ngate = [\"pre-deploy\"]\n{staging}{checks}"));
}

/// One check of the gate, with this way of knowing.
fn check(name: &str, way: &str) -> String {
    format!("[check.{name}]\nphase = \"pre-deploy\"\ntitle = \"{name} holds\"\n{way}\n")
}

/// 1.0.0 is cut, and the one check of staging's gate is good.
fn passed(p: &Project, way: &str) {
    p.runs("staging", "0.9.0");
    gated(p, &check("t", way));
    p.cut().done("check t");
}

/// Another plan is in force, which is in no commit.
fn now(p: &Project, way: &str) {
    gated(p, &check("t", way));
    p.done("trust --yes");
}

/// The check passes, and then asks something else.
fn redefined(name: &str, before: &'static str, after: &'static str) -> Case {
    evil(4, format!("definition-{name}"), move |p| {
        passed(p, before);
        now(p, after);
        p.tm("status --gate").says("its definition has changed since").ends(4)
    })
}

/// The check passes, and then is written otherwise and asks the same.
fn rewritten(name: &str, before: &'static str, after: &'static str) -> Case {
    good(format!("definition-{name}"), move |p| {
        passed(p, before);
        now(p, after);
        p.tm("status --gate")
    })
}

const TRUE: &str = "run = [\"true\"]\ntimeout = \"5s\"";

fn definitions() -> Vec<Case> {
    let env = "run = [\"sh\", \"-c\", \"test $A = 1\"]\nenv = { A = \"1\" }";
    vec![
        redefined("command", TRUE, "run = [\"false\"]\ntimeout = \"5s\""),
        redefined("argument", "run = [\"test\", \"1\", \"=\", \"1\"]", "run = [\"test\", \"1\", \"=\", \"2\"]"),
        redefined(
            "limit",
            "run = [\"echo\", \"TOTAL 90%\"]\nexpect = { matches = 'TOTAL (\\d+)%', above = 87 }",
            "run = [\"echo\", \"TOTAL 90%\"]\nexpect = { matches = 'TOTAL (\\d+)%', above = 95 }",
        ),
        redefined("expectation-added", "run = [\"echo\", \"x\"]", "run = [\"echo\", \"x\"]\nexpect = { has = \"y\" }"),
        redefined("exit", TRUE, "run = [\"true\"]\ntimeout = \"5s\"\nexpect = { exit = 3 }"),
        redefined("environment", env, "run = [\"sh\", \"-c\", \"test $A = 1\"]\nenv = { A = \"2\" }"),
        redefined("folder", TRUE, "run = [\"true\"]\ntimeout = \"5s\"\ndir = \"backend\""),
        redefined("ground", TRUE, "run = [\"true\"]\ntimeout = \"5s\"\nin = \"worktree\""),
        redefined("kind", TRUE, "ignored = [\".env\"]"),
        redefined("time", "run = [\"true\"]\ntimeout = \"9s\"", "run = [\"true\"]\ntimeout = \"1ms\""),
        evil(4, "definition-of-a-need", |p| {
            p.runs("staging", "0.9.0");
            let plan = |p: &Project, lint: &str| {
                let lint = format!("[check.lint]\nphase = \"daily\"\ntitle = \"Lint\"\nrun = [\"{lint}\"]\n");
                gated(p, &format!("{}{lint}", check("t", "run = [\"true\"]\nneeds = [\"lint\"]")));
            };
            plan(p, "true");
            p.cut().done("check lint t");
            plan(p, "false");
            p.done("trust --yes");
            p.tm("status --gate").says("its definition has changed")
        }),
        evil(4, "definition-of-what-a-person-said", |p| {
            p.runs("staging", "0.9.0");
            gated(p, &check("t", "manual = true"));
            p.cut().done("check t --yes");
            gated(p, &check("t", "manual = true").replace("t holds", "The privacy policy is current"));
            p.done("trust --yes");
            p.tm("status --gate").says("its definition has changed since").ends(4)
        }),
        evil(4, "definition-in-a-commit-that-paths-leave-out", |p| {
            p.file("backend/a", "a");
            passed(p, "run = [\"true\"]\npaths = [\"backend/**\"]");
            gated(p, &check("t", "run = [\"false\"]\npaths = [\"backend/**\"]"));
            p.commit().done("trust --yes");
            p.tm("status --gate").says("its definition has changed since").ends(4)
        }),
        evil(3, "definition-and-a-deploy", |p| {
            passed(p, TRUE);
            now(p, "run = [\"false\"]\ntimeout = \"5s\"");
            // A checkout with a change would be refused for that.
            p.commit().tm("deploy staging --yes").says("fail: exit 1").ends(3)
        }),
        evil(4, "definition-that-a-waiver-was-for", |p| {
            p.runs("staging", "0.9.0");
            gated(p, &check("t", "run = [\"false\"]"));
            p.cut().tm("check t").ends(1);
            p.done("deploy staging --yes --waive 't=the linter is wrong today'");
            p.runs("staging", "0.9.0");
            now(p, "run = [\"sh\", \"-c\", \"exit 3\"]");
            p.tm("status --gate").says("was fail; its definition has changed since")
        }),
        good("definition-as-it-was-again", |p| {
            passed(p, TRUE);
            now(p, "run = [\"false\"]");
            now(p, TRUE);
            p.tm("status --gate")
        }),
        rewritten("same-with-another-freshness", TRUE, "run = [\"true\"]\ntimeout = \"5s\"\nfresh = \"4h\""),
        rewritten("same-in-another-group", TRUE, "run = [\"true\"]\ntimeout = \"5s\"\ngroup = \"Quality\""),
        rewritten(
            "same-with-lint-told",
            TRUE,
            "run = [\"true\"]\ntimeout = \"5s\"\nlint-ok = { cannot-fail = \"a test\" }",
        ),
        good("definition-of-another-check-changed", |p| {
            p.runs("staging", "0.9.0");
            let other = |run: &str| format!("[check.o]\nphase = \"daily\"\ntitle = \"o\"\nrun = [\"{run}\"]\n");
            gated(p, &format!("{}{}", check("t", TRUE), other("true")));
            p.cut().done("check t");
            gated(p, &format!("{}{}", check("t", TRUE), other("false")));
            p.done("trust --yes");
            p.tm("status --gate")
        }),
        good("definition-that-changed-and-was-asked-again", |p| {
            passed(p, TRUE);
            now(p, "run = [\"true\"]\ntimeout = \"7s\"");
            p.commit().done("check t");
            p.tm("deploy staging --yes")
        }),
    ]
}

const DOTENV: &str = "dotenv = { file = \".env\", needs = [\"KEY\"] }";

/// An environment file that git ignores, with one value, and a check that it is there.
fn with_dotenv(p: &Project, more: &str) {
    p.file(".gitignore", ".env\n").file(".env", "KEY=Kx93jT\n");
    passed(p, &format!("{DOTENV}{more}"));
}

/// A service that gives these answers, one to each connection; then it is gone.
fn service(answers: &'static [&'static str]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for answer in answers {
            let Ok((mut stream, _)) = listener.accept() else { return };
            let _ = stream.read(&mut [0; 4096]);
            let _ = write!(stream, "HTTP/1.1 {answer}\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
        }
    });
    url
}

const BROKEN: &str = "503 Service Unavailable";

fn outside() -> Vec<Case> {
    vec![
        evil(1, "dotenv-emptied", |p| {
            with_dotenv(p, "");
            p.file(".env", "KEY=\n");
            p.tm("status --gate").says("KEY is empty").ends(1)
        }),
        evil(1, "dotenv-emptied-within-its-freshness", |p| {
            with_dotenv(p, "\nfresh = \"7d\"");
            p.file(".env", "KEY=\n");
            p.tm("status --gate").says("KEY is empty").ends(1)
        }),
        evil(3, "dotenv-emptied-and-a-deploy", |p| {
            with_dotenv(p, "\nfresh = \"7d\"");
            p.file(".env", "KEY=\n");
            p.tm("deploy staging --yes").says("KEY is empty").ends(3)
        }),
        evil(3, "dotenv-gone-and-a-deploy", |p| {
            with_dotenv(p, "");
            p.sh("rm .env");
            p.tm("deploy staging --yes").says(".env is not there").ends(3)
        }),
        evil(1, "dotenv-emptied-while-the-checkout-is-dirty", |p| {
            with_dotenv(p, "");
            p.file(".env", "OTHER=1\n").file("scratch.txt", "x");
            p.tm("status --gate").says("KEY is missing").ends(1)
        }),
        evil(4, "dotenv-that-needs-more", |p| {
            with_dotenv(p, "");
            now(p, "dotenv = { file = \".env\", needs = [\"KEY\", \"SENTRY_DSN\"] }");
            p.tm("status --gate").says("its definition has changed since").ends(4)
        }),
        evil(3, "dotenv-of-another-file", |p| {
            with_dotenv(p, "");
            now(p, "dotenv = { file = \".env.production\", needs = [\"KEY\"] }");
            p.commit().tm("deploy staging --yes").says(".env.production is not there").ends(3)
        }),
        good("dotenv-with-another-value", |p| {
            with_dotenv(p, "");
            p.file(".env", "KEY=Lq82hD\nMORE=1\n");
            p.tm("status --gate")
        }),
        good("dotenv-emptied-and-filled-again", |p| {
            with_dotenv(p, "");
            p.file(".env", "KEY=\n").tm("status --gate");
            p.file(".env", "KEY=Kx93jT\n");
            p.tm("deploy staging --yes")
        }),
        evil(3, "service-that-fails-by-now", |p| {
            let url = service(&["200 OK", BROKEN, BROKEN, BROKEN, BROKEN, BROKEN, BROKEN]);
            passed(p, &format!("http = {{ get = \"{url}/\" }}\ntimeout = \"5s\""));
            p.tm("deploy staging --yes").says("503").ends(3)
        }),
        evil(3, "service-that-is-gone-by-now", |p| {
            let url = service(&["200 OK"]);
            passed(p, &format!("http = {{ get = \"{url}/\" }}\ntimeout = \"5s\""));
            p.tm("deploy staging --yes").says("no-data").ends(3)
        }),
        good("service-that-still-answers", |p| {
            let url = service(&["200 OK"; 9]);
            passed(p, &format!("http = {{ get = \"{url}/\" }}\ntimeout = \"5s\""));
            p.tm("deploy staging --yes")
        }),
        evil(4, "service-at-another-address", |p| {
            let (url, other) = (service(&["200 OK"; 9]), service(&["404 Not Found"; 9]));
            passed(p, &format!("http = {{ get = \"{url}/\" }}\ntimeout = \"5s\""));
            gated(p, &check("t", &format!("http = {{ get = \"{other}/\" }}\ntimeout = \"5s\"")));
            p.done("trust --yes");
            p.tm("status --gate").says("its definition has changed since").ends(4)
        }),
        good("dotenv-whose-value-is-in-no-journal", |p| {
            with_dotenv(p, "");
            p.tm("status --gate");
            assert!(p.is_kept("staging") && !p.is_kept("Kx93jT"));
            p.tm("status --gate")
        }),
    ]
}

/// Staging is verified by these, and production comes after it.
fn followed(p: &Project, verify: &str, after: &str, checks: &str) {
    let (staging, production) = (p.place("staging"), p.place("production"));
    p.plan(&format!(
        "[env.staging]\nverify = {verify}\n{staging}[env.production]\nafter = [{{ env = \"staging\"{after} }}]\n{production}{checks}"
    ));
}

fn looks(name: &str, run: &str) -> String {
    format!("[check.{name}]\nphase = \"post-deploy\"\ntitle = \"{name}\"\nrun = {run}\ntimeout = \"5s\"\n")
}

fn both() -> String {
    format!("{}{}", looks("up", "[\"true\"]"), looks("deep", "[\"true\"]"))
}

/// Staging runs 1.0.0 and was verified.
fn verified(p: &Project, after: &str) {
    p.runs("staging", "0.9.0").runs("production", "0.9.0");
    followed(p, "[\"up\"]", after, &looks("up", "[\"true\"]"));
    p.cut().done("deploy staging --yes");
    p.tm("verify staging --wait");
}

fn to_production(p: &Project) -> Ran {
    p.tm("deploy production --yes")
}

fn ages() -> Vec<Case> {
    vec![
        good("age-of-what-was-verified", |p| {
            verified(p, "");
            to_production(p)
        }),
        evil(3, "age-of-a-redeploy", |p| {
            verified(p, "");
            p.done("deploy staging --yes");
            to_production(p).says("staging has not been verified since it was last started")
        }),
        evil(4, "age-of-a-redeploy-in-the-status", |p| {
            verified(p, "");
            p.done("deploy staging --yes");
            p.tm("status --gate").says("unverified")
        }),
        good("age-of-a-redeploy-that-was-verified", |p| {
            verified(p, "");
            p.done("deploy staging --yes");
            p.done("verify staging");
            to_production(p)
        }),
        good("age-of-what-reached-its-horizon", |p| {
            verified(p, ", horizon = \"1s\"");
            to_production(p)
        }),
        evil(3, "age-of-a-redeploy-at-its-horizon", |p| {
            verified(p, ", horizon = \"1s\"");
            p.done("deploy staging --yes");
            to_production(p).says("staging has not been verified since it was last started")
        }),
        evil(3, "age-of-what-was-taken-away-and-put-back", |p| {
            verified(p, "");
            p.runs("staging", "0.8.0").tm("status");
            p.runs("staging", "1.0.0").tm("status");
            to_production(p).says("whether tminus delivered it is unknown, so its commit is unknown")
        }),
        evil(4, "log-line-of-the-start-before", |p| {
            p.runs("staging", "0.9.0");
            let world = p.world();
            let at = world.display();
            let start = format!(
                "[ -e {at}/said ] || date -u '+%Y-%m-%dT%H:%M:%S.%NZ ready' >> {at}/log; touch {at}/said; echo {{version}} > {at}/staging"
            );
            let staging = p.place("staging").replace(&format!("echo {{version}} > {at}/staging"), &start);
            p.plan(&format!(
                "[env.staging]\nverify = [\"started\"]\nlogs = [\"site\"]\n{staging}[log.site]\nfile = \"{at}/log\"\n\
                 [check.started]\nphase = \"post-deploy\"\ntitle = \"started\"\nlog = {{ source = \"site\", has = \"ready\", within = \"1s\" }}\n"
            ));
            p.sh("touch ../world/log").cut().done("deploy staging --yes");
            p.done("deploy staging --yes");
            p.tm("verify staging").says("site has no lines from that time")
        }),
    ]
}

fn verifications() -> Vec<Case> {
    vec![
        evil(3, "verify-list-that-grew", |p| {
            verified(p, "");
            followed(p, "[\"up\", \"deep\"]", "", &both());
            p.done("trust --yes");
            to_production(p).says("it did not look at deep")
        }),
        evil(3, "verify-of-what-asks-otherwise-now", |p| {
            verified(p, "");
            followed(p, "[\"up\"]", "", &looks("up", "[\"false\"]"));
            p.done("trust --yes");
            to_production(p).says("the definition of up changed")
        }),
        evil(3, "verify-of-another-place", |p| {
            verified(p, "");
            let (staging, production) = (p.place("stage-2"), p.place("production"));
            p.runs("stage-2", "1.0.0").plan(&format!(
                "[env.staging]\nverify = [\"up\"]\n{staging}[env.production]\nafter = [{{ env = \"staging\" }}]\n{production}{}",
                looks("up", "[\"true\"]")
            ));
            p.done("trust --yes");
            to_production(p).says("how it is delivered there, or its `url`, changed since")
        }),
        evil(3, "verify-of-another-address", |p| {
            let plan = |p: &Project, url: &str| {
                let up = looks("up", "[\"test\", \"{url}\", \"!=\", \"http://b.example.com\"]");
                followed(p, "[\"up\"]", "", &up);
                let text = std::fs::read_to_string(p.dir().join("tminus.toml")).unwrap();
                p.file(
                    "tminus.toml",
                    text.replacen("[env.staging]\n", &format!("[env.staging]\nurl = \"{url}\"\n"), 1),
                );
            };
            p.runs("staging", "0.9.0").runs("production", "0.9.0");
            plan(p, "http://a.example.com");
            p.cut().done("deploy staging --yes");
            p.done("verify staging");
            plan(p, "http://b.example.com");
            p.done("trust --yes");
            to_production(p).says("how it is delivered there, or its `url`, changed since")
        }),
        evil(3, "verify-of-a-need-that-asks-otherwise-now", |p| {
            let plan = |p: &Project, lint: &str| {
                let up = looks("up", "[\"true\"]\nneeds = [\"lint\"]");
                let lint = format!("[check.lint]\nphase = \"pre-deploy\"\ntitle = \"Lint\"\nrun = [\"{lint}\"]\n");
                followed(p, "[\"up\"]", "", &format!("{up}{lint}"));
            };
            p.runs("staging", "0.9.0").runs("production", "0.9.0");
            plan(p, "true");
            p.cut().done("check lint");
            p.done("deploy staging --yes");
            p.done("verify staging");
            plan(p, "false");
            p.done("trust --yes");
            to_production(p).says("the definition of up changed since")
        }),
        evil(3, "age-of-what-was-rolled-back-and-brought-again", |p| {
            verified(p, "");
            p.runs("staging", "0.9.0").tm("status");
            p.done("deploy staging --yes");
            to_production(p).says("staging has not been verified since it was last started")
        }),
        good("verify-list-that-shrank", |p| {
            p.runs("staging", "0.9.0").runs("production", "0.9.0");
            followed(p, "[\"up\", \"deep\"]", "", &both());
            p.cut().done("deploy staging --yes");
            p.done("verify staging");
            followed(p, "[\"up\"]", "", &both());
            p.done("trust --yes");
            to_production(p)
        }),
        good("verify-list-that-grew-and-was-verified", |p| {
            verified(p, "");
            followed(p, "[\"up\", \"deep\"]", "", &both());
            p.commit().done("trust --yes");
            p.done("deploy staging --yes");
            p.done("verify staging");
            to_production(p)
        }),
    ]
}

pub fn cases() -> Vec<Case> {
    definitions().into_iter().chain(outside()).chain(ages()).chain(verifications()).collect()
}

#[test]
fn no_case_ends_otherwise() {
    run_all(&cases());
}
