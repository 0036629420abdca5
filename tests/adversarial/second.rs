//! What a second round of trying found, once the first was mended.

use super::case::{Case, evil, good, run_all};
use super::project::Project;

const SERVES: &str = "[check.serves]\nphase = \"post-deploy\"\ntitle = \"Serves\"\ntimeout = \"5s\"\n";

pub fn cases() -> Vec<Case> {
    vec![
        evil(4, "the branch moves to a broken commit when all is delivered", |p| {
            delivered(p);
            p.file("src/a", "second\n").commit();
            p.tm("status --gate").says("stale: Tests: was pass on ")
        }),
        good("the branch stays where it is when all is delivered", |p| {
            delivered(p);
            p.tm("status --gate")
        }),
        evil(3, "a deploy that fails half-way and a verification after it", |p| {
            half_way(p);
            p.sh("touch ../world/broken");
            p.tm("deploy staging --yes").ends(1);
            p.tm("verify staging");
            p.tm("deploy production --yes").says("did not succeed, and nothing has been deployed there since")
        }),
        good("a deploy that fails half-way and one that does not", |p| {
            half_way(p);
            p.sh("touch ../world/broken");
            p.tm("deploy staging --yes").ends(1);
            p.sh("rm ../world/broken");
            p.done("deploy staging --yes");
            p.done("verify staging");
            p.tm("deploy production --yes")
        }),
        good("a verification of what a rollback brought back asks for that version", |p| {
            let production = p.place("production");
            p.runs("production", "0.9.0");
            let check = format!("{SERVES}run = [\"grep\", \"-qx\", \"{{version}}\", \"{{world}}/production\"]\n");
            p.plan(&format!("[env.production]\nverify = [\"serves\"]\n{production}{check}")).cut();
            p.done("deploy production --yes");
            p.done("verify production");
            p.done("rollback production --yes");
            p.tm("verify production")
        }),
        good("groups at the level of the version", |p| {
            changelog(p, "### [1.0.0](https://x.example/v0.9.0...v1.0.0) (2026-11-29)\n### Bug Fixes\n* x\n");
            p.tm("check it")
        }),
        evil(1, "another heading at the level of the version", |p| {
            changelog(p, "## 1.0.0\n## License\nMIT\n");
            p.tm("check it").says("nothing is written under 1.0.0, in line 1")
        }),
    ]
}

fn changelog(p: &Project, text: &str) {
    p.file("CHANGELOG.md", text);
    p.plan("[release]\nchangelog = \"CHANGELOG.md\"\n[check.it]\nphase = \"pre-deploy\"\ntitle = \"Told\"\nchangelog = true\n").cut();
}

/// Delivers 1.0.0 everywhere, verified.
fn delivered(p: &Project) {
    let (staging, production) = (p.place("staging"), p.place("production"));
    p.file("src/a", "first\n").runs("staging", "0.9.0").runs("production", "0.9.0");
    p.plan(&format!(
        "[env.staging]\ngate = [\"pre-deploy\"]\nverify = [\"serves\"]\n{staging}\
         [env.production]\ngate = [\"pre-deploy\"]\nafter = [{{ env = \"staging\" }}]\n{production}\
         [check.t]\nphase = \"pre-deploy\"\ntitle = \"Tests\"\nrun = [\"grep\", \"-q\", \"first\", \"src/a\"]\ntimeout = \"5s\"\n\
         {SERVES}run = [\"grep\", \"-qx\", \"1.0.0\", \"{{world}}/staging\"]\n"
    ))
    .cut();
    p.done("deploy staging --yes");
    p.done("verify staging");
    p.done("deploy production --yes");
}

/// Cuts a release whose deploy to staging ends with a step that fails while there is a file `broken` in the world.
fn half_way(p: &Project) {
    let (staging, production) = (p.place("staging"), p.place("production"));
    p.runs("staging", "0.9.0").runs("production", "0.9.0");
    p.plan(&format!(
        "[env.staging]\nverify = [\"serves\"]\n{staging}\
         [[env.staging.step]]\nat = \"after\"\ntitle = \"Move\"\nrun = [\"sh\", \"-c\", \"! test -e {{world}}/broken\"]\n\
         irreversible = \"the schema\"\ntimeout = \"5s\"\n\
         [env.production]\nafter = [{{ env = \"staging\" }}]\n{production}\
         {SERVES}run = [\"grep\", \"-qx\", \"1.0.0\", \"{{world}}/staging\"]\n"
    ))
    .cut();
}

#[test]
fn no_case_ends_otherwise() {
    run_all(&cases());
}
