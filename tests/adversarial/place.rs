//! One place has one name and one owner.

use super::case::{Case, evil, good, refused, run_all};
use super::project::Project;

/// A compose file with services of one image each.
fn services(of: &[(&str, &str)]) -> String {
    let each = of.iter().map(|(name, image)| format!("  {name}:\n    image: {image}\n"));
    format!("services:\n{}", each.collect::<String>())
}

/// An environment that Compose delivers to.
fn compose(env: &str, keys: &str) -> String {
    format!("[env.{env}]\ndeliver.site = {{ with = \"compose\", {keys} }}\n")
}

fn docker(env: &str, keys: &str) -> String {
    format!("[env.{env}]\ndeliver.site = {{ with = \"docker\", {keys} }}\n")
}

/// The keys of a delivery to the service `web` of a compose file.
fn web(file: &str) -> String {
    format!("file = \"{file}\", service = \"web\"")
}

/// A project of two environments, `dev` and `live`, with a compose file of one service at each of these paths.
fn at(p: &Project, files: &[&str], (dev, live): (&str, &str)) {
    for file in files {
        p.file(file, services(&[("web", "t:1")]));
    }
    p.plan(&format!("{}{}", compose("dev", dev), compose("live", live)));
}

/// A project of two environments, each with a compose file.
fn two(p: &Project, (one, other): (&str, &str), more: &str) {
    p.file("a.yml", services(&[("web", "t:1")])).file("b.yml", services(&[("web", "t:1")]));
    p.plan(&format!("{}{}{more}", compose("dev", one), compose("live", other)));
}

fn lints(name: &str, tables: String) -> Case {
    refused(name, move |p| {
        p.plan(&tables);
        p.tm("lint").says("one place")
    })
}

/// Plans that say by themselves that two deliveries are one.
fn said_by_the_plan() -> Vec<Case> {
    let kubernetes = |env: &str| {
        format!(
            "[env.{env}]\ndeliver.site = {{ with = \"kubernetes\", namespace = \"shop\", manifests = \"k8s\", workload = \"deployment/web\" }}\n"
        )
    };
    let two = |one: String, other: String| format!("{one}{other}");
    let same = "file = \"a.yml\", service = \"web\"";
    vec![
        lints("one-container", two(docker("dev", "container = \"web\""), docker("live", "container = \"web\""))),
        lints(
            "one-container-in-another-case",
            two(docker("dev", "container = \"web\""), docker("live", "container = \"Web\"")),
        ),
        lints(
            "the-container-that-proves",
            two(docker("dev", "container = \"web.next\""), docker("live", "container = \"web\"")),
        ),
        lints(
            "a-kept-container",
            two(docker("dev", "container = \"web\""), docker("live", "container = \"web.kept-1.0.0\"")),
        ),
        lints("one-compose-file", two(compose("dev", same), compose("live", same))),
        lints(
            "one-compose-file-by-another-path",
            two(compose("dev", same), compose("live", "file = \"./a.yml\", service = \"web\"")),
        ),
        lints(
            "one-compose-project",
            two(
                compose("dev", "file = \"a.yml\", service = \"web\", project = \"shop\""),
                compose("live", "file = \"x/b.yml\", service = \"web\", project = \"Shop\""),
            ),
        ),
        lints("one-workload", two(kubernetes("dev"), kubernetes("live"))),
        lints(
            "two-artifacts-in-one-container",
            format!(
                "[artifact.other]\nimage = \"o:{{version}}\"\n{}deliver.other = {{ with = \"docker\", container = \"web\" }}\n",
                docker("dev", "container = \"web\"")
            ),
        ),
        refused("nothing-is-deployed-by-such-a-plan", |p| {
            p.plan(&format!("{}{}", docker("dev", "container = \"web\""), docker("live", "container = \"web\"")))
                .commit();
            p.tm("deploy dev --preview").says("live and dev are one place: the container web")
        }),
    ]
}

/// Plans whose files say it.
fn said_by_files() -> Vec<Case> {
    let (a, b) = ("file = \"a.yml\", service = \"web\"", "file = \"b.yml\", service = \"web\"");
    vec![
        evil(1, "two-files-in-one-folder", move |p| {
            two(p, (a, b), "");
            p.tm("lint").says("live and dev are one place")
        }),
        evil(3, "such-a-plan-is-not-trusted", move |p| {
            two(p, (a, b), "");
            p.commit().tm("trust --yes").says("one place").ends(3)
        }),
        evil(1, "one-name-in-two-folders", |p| {
            let text = format!("name: shop\n{}", services(&[("web", "t:1")]));
            p.file("x/c.yml", &text).file("y/c.yml", &text);
            at(p, &[], (&web("x/c.yml"), &web("y/c.yml")));
            p.tm("lint").says("compose project shop, service web")
        }),
        evil(1, "two-services-that-compose-gives-one-name", |p| {
            p.file("a.yml", services(&[("web", "t:1")])).file("b.yml", services(&[("api-web", "t:1")]));
            let (a, b) = ("file = \"a.yml\", service = \"web\"", "file = \"b.yml\", service = \"api-web\"");
            let (a, b) = (format!("{a}, project = \"shop-api\""), format!("{b}, project = \"shop\""));
            at(p, &[], (&a, &b));
            p.tm("lint").says("the container shop-api-web-1")
        }),
        evil(1, "one-port-for-two-services-of-an-environment", |p| {
            let file = |port: &str| format!("services:\n  web:\n    image: t:1\n    ports: [\"{port}\"]\n");
            p.file("x/a.yml", file("127.0.0.1:8000:80")).file("y/b.yml", file("8000:9000"));
            p.plan(&format!(
                "[artifact.other]\nimage = \"o:{{version}}\"\n{}deliver.other = {{ with = \"compose\", {} }}\n",
                compose("dev", &web("x/a.yml")),
                web("y/b.yml")
            ));
            p.tm("lint").says("the port 127.0.0.1:8000 of its host")
        }),
        evil(1, "one-project-by-the-dotenv-files", |p| {
            for folder in ["x", "y"] {
                p.file(&format!("{folder}/.env"), "# here\nCOMPOSE_PROJECT_NAME=\"Shop\"\n");
            }
            at(p, &["x/c.yml", "y/c.yml"], (&web("x/c.yml"), &web("y/c.yml")));
            p.tm("lint").says("compose project shop")
        }),
        evil(1, "a-project-that-is-the-folder-of-the-other", |p| {
            let live = format!("{}, project = \"shop\"", web("b.yml"));
            at(p, &["shop/c.yml", "b.yml"], (&web("shop/c.yml"), &live));
            p.tm("lint").says("one place")
        }),
        evil(1, "a-fixed-name-that-docker-delivers-to", |p| {
            p.file("c.yml", "services:\n  web:\n    image: t:1\n    container_name: shop-web\n");
            p.plan(&format!("{}{}", compose("dev", &web("c.yml")), docker("live", "container = \"shop-web\"")));
            p.tm("lint").says("one place")
        }),
        evil(1, "a-worker-of-the-same-image", |p| {
            p.file("c.yml", services(&[("web", "registry.example.com/t:1"), ("worker", "registry.example.com/t:1")]));
            p.plan(&compose("dev", &web("c.yml")));
            p.tm("lint").says("worker run the same image")
        }),
        evil(1, "a-worker-of-the-same-build", |p| {
            p.file("c.yml", "services:\n  web:\n    build: .\n  worker:\n    build: .\n");
            p.plan(&compose("dev", &web("c.yml")));
            p.tm("lint").says("worker")
        }),
        evil(1, "the-same-commands-for-two-environments", |p| {
            let line = p.place("one");
            p.plan(&format!("[env.dev]\n{line}[env.live]\n{line}"));
            p.tm("lint").says("live and dev run the same commands")
        }),
    ]
}

fn places_of_their_own() -> Vec<Case> {
    let (a, b) = ("file = \"a.yml\", service = \"web\"", "file = \"b.yml\", service = \"web\"");
    vec![
        good("a-project-for-one-of-them", move |p| {
            two(p, (a, "file = \"b.yml\", service = \"web\", project = \"live\""), "");
            p.commit().tm("lint")
        }),
        good("two-services-of-one-file", |p| {
            p.file("c.yml", services(&[("web", "t:1"), ("site", "u:1")]));
            at(p, &[], (&web("c.yml"), "file = \"c.yml\", service = \"site\""));
            p.commit().tm("lint")
        }),
        good("one-project-on-two-engines", move |p| {
            let there = format!("{b}, project = \"shop\", context = \"ssh://live\"");
            let here = format!("{a}, project = \"shop\", context = \"ssh://dev\"");
            two(p, (&here, &there), "");
            p.commit().tm("lint")
        }),
        good("containers-of-like-names", |p| {
            p.plan(&format!("{}{}", docker("dev", "container = \"web\""), docker("live", "container = \"web-next\"")));
            p.commit().tm("lint")
        }),
        good("two-folders", |p| {
            at(p, &["x/c.yml", "y/c.yml"], (&web("x/c.yml"), &web("y/c.yml")));
            p.commit().tm("lint")
        }),
        good("a-database-and-a-migration-beside-it", |p| {
            let one_off = "  migrate:\n    image: t:1\n    profiles: [tools]\n";
            p.file("c.yml", format!("{}{one_off}", services(&[("web", "t:1"), ("db", "postgres:16")])));
            p.plan(&compose("dev", &web("c.yml")));
            p.commit().tm("lint")
        }),
        good("commands-that-differ", |p| {
            let (dev, live) = (p.place("dev"), p.place("live"));
            p.plan(&format!("[env.dev]\n{dev}[env.live]\n{live}"));
            p.commit().tm("lint")
        }),
        good("what-init-writes-of-two-files-in-one-folder", |p| {
            p.file("Dockerfile", "FROM busybox:1\nCMD [\"sleep\",\"9\"]\n");
            p.file("docker-compose.yml", "services:\n  web:\n    build: .\n    image: shop\n");
            p.file("docker-compose.prod.yml", "services:\n  web:\n    image: shop\n");
            p.commit().done("init");
            p.tm("lint").never_says("one place")
        }),
    ]
}

/// Versions that are out, or are none.
fn versions() -> Vec<Case> {
    fn tagged(p: &Project, tag: &[&str]) {
        p.plan("").commit();
        p.git(&[&["tag"], tag].concat());
        p.file("more", "x").commit();
    }
    fn published(p: &Project, tag: &str) {
        let remote = p.world().join("remote.git");
        let remote = remote.to_str().unwrap().to_owned();
        p.git(&["init", "--quiet", "--bare", &remote]);
        p.git(&["remote", "add", "origin", &remote]);
        tagged(p, &[tag]);
        p.git(&["push", "--quiet", "origin", tag]);
        p.git(&["tag", "--delete", tag]);
    }
    let cut = |name: &'static str, version: &'static str, says: &'static str| {
        evil(3, name, move |p| {
            p.plan("").commit();
            p.tm(&format!("release cut {version}")).says(says).ends(3)
        })
    };
    vec![
        evil(3, "a-version-that-is-tagged-elsewhere", |p| {
            tagged(p, &["v1.0.0"]);
            p.tm("release cut 1.0.0").says("1.0.0 is out already").ends(3)
        }),
        evil(3, "an-annotated-tag-elsewhere", |p| {
            tagged(p, &["-m", "x", "v1.0.0"]);
            p.tm("release cut 1.0.0").says("1.0.0 is out already").ends(3)
        }),
        evil(3, "a-tag-of-the-plans-own-form", |p| {
            p.plan("[release]\ntag = \"site@{version}\"\n").commit();
            p.git(&["tag", "site@1.0.0"]);
            p.file("more", "x").commit();
            p.tm("release cut 1.0.0").says("site@1.0.0").ends(3)
        }),
        evil(3, "a-tag-that-only-the-remote-has", |p| {
            published(p, "v1.0.0");
            p.done("trust --yes");
            p.tm("release cut 1.0.0").says("The tag v1.0.0 of origin").ends(3)
        }),
        evil(3, "a-release-is-not-opened-on-another-commit-than-its-tag", |p| {
            tagged(p, &["v1.0.0"]);
            p.git(&["branch", "release/1.0.0"]);
            p.tm("release open 1.0.0").says("1.0.0 is out already").ends(3)
        }),
        cut("the-tag-for-the-version", "v1.1.0", "write 1.1.0"),
        cut("the-tag-for-the-version-in-capitals", "V1.1.0", "write 1.1.0"),
        cut("latest", "latest", "not a version"),
        cut("stable", "stable", "not a version"),
        good("a-tag-at-this-very-commit", |p| {
            p.plan("").commit();
            p.git(&["tag", "v1.0.0"]);
            p.tm("release cut 1.0.0")
        }),
        good("another-version-is-tagged", |p| {
            published(p, "v0.9.0");
            p.tm("release cut 1.0.0")
        }),
        good("a-remote-that-is-away", |p| {
            p.plan("").commit();
            p.git(&["remote", "add", "origin", "/nowhere/at/all.git"]);
            p.tm("release cut 1.0.0")
        }),
        good("versions-that-begin-with-a-letter-where-tags-are-versions", |p| {
            p.plan("[release]\ntag = \"{version}\"\n").commit();
            p.tm("release cut v1.1.0")
        }),
    ]
}

/// Placeholders that have no value where they stand.
fn placeholders() -> Vec<Case> {
    let wrong = |name: &str, artifact: &'static str, word: &'static str| {
        refused(name, move |p| {
            p.plan(&format!("[artifact.other]\n{artifact}\n"));
            p.tm("lint").says(word)
        })
    };
    vec![
        wrong(
            "a-build-argument-without-a-value",
            "image = \"o:{version}\"\nbuild = { args = { V = \"{env}\" } }",
            "{env}",
        ),
        wrong(
            "a-build-argument-that-is-misspelt",
            "image = \"o:{version}\"\nbuild = { args = { V = \"{verson}\" } }",
            "{version}",
        ),
        wrong("an-image-named-by-its-branch", "image = \"o:{branch}\"", "{branch}"),
        refused("what-is-there-now-is-asked-by-version", |p| {
            let line = p.place("dev").replace("[\"cat\"", "[\"cat\", \"{version}\"");
            p.plan(&format!("[env.dev]\n{line}"));
            p.tm("lint").says("{version}")
        }),
        good("a-deploy-by-tag-and-branch", |p| {
            let at = p.world().join("dev");
            let at = at.display();
            p.plan(&format!(
                "[env.dev]\ndeliver.site = {{ with = \"command\", current = [[\"cat\", \"{at}\"]], deploy = [[\"sh\", \"-c\", \
                 \"test $1 = v1.0.0 && test $2 = release/1.0.0 && echo 1.0.0 > {at}\", \"-\", \"{{tag}}\", \"{{branch}}\"]], \
                 undo = [[\"true\"]], timeout = \"9s\" }}\n"
            ));
            p.runs("dev", "0.9.0").cut();
            p.tm("deploy dev --yes")
        }),
    ]
}

pub fn cases() -> Vec<Case> {
    [said_by_the_plan(), said_by_files(), places_of_their_own(), versions(), placeholders()]
        .into_iter()
        .flatten()
        .collect()
}

#[test]
fn no_case_ends_otherwise() {
    run_all(&cases());
}
