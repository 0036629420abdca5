//! Deliveries by commands that really run: there, back, failing, stopped, and not at all in a rehearsal.

use super::kiosk::Kiosk;
use super::world::tell;
use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;

#[test]
fn a_command_delivers_and_brings_the_named_version_back() {
    let kiosk = Kiosk::cut();
    kiosk.flight.expect(3, &["deploy", "staging"]).says("--preview");
    let preview = kiosk.flight.expect(0, &["deploy", "staging", "--preview"]);
    preview.says("0.9.0 → 1.0.0").says("scripts/put.sh").says("Warm the cache");
    assert_eq!(kiosk.read("began"), "");
    kiosk.flight.expect(0, &["deploy", "staging", "--yes"]).says("started · unverified");
    assert_eq!(kiosk.read("staging"), "1.0.0\n");
    kiosk.flight.expect(0, &["status"]).says("? unverified");
    kiosk.flight.expect(0, &["verify", "staging"]);
    kiosk.flight.expect(0, &["status"]).says("✓ verified");
    kiosk.flight.expect(3, &["rollback", "staging", "--yes", "--to", "0.8.0"]).says("0.8.0");
    kiosk.flight.expect(0, &["rollback", "staging", "--yes", "--to", "0.9.0", "--reason", "too bright"]);
    assert_eq!(kiosk.read("staging"), "0.9.0\n");
    kiosk.flight.expect(3, &["deploy", "staging", "--yes"]).says("too bright");
    kiosk.flight.expect(0, &["deploy", "staging", "--yes", "--waive", "bad:1.0.0=dimmed by a flag"]);
    assert_eq!(kiosk.read("staging"), "1.0.0\n");
}

#[test]
fn a_delivery_that_fails_says_so_in_the_words_of_the_service() {
    let kiosk = Kiosk::cut();
    fs::write(kiosk.world.join("full"), "").unwrap();
    let told = kiosk.flight.expect(1, &["deploy", "staging", "--yes"]);
    told.says("the disk of staging is full").says("exit 7").says("site 0.9.0 is in staging now");
    // A command of the plan was run before it, and its undo was not.
    told.says("\"Warm the cache\" was done, and is not undone: true");
    assert!(!told.err.contains("nothing has to be rolled back"), "{told}");
    assert_eq!(kiosk.read("staging"), "0.9.0\n");
    kiosk.flight.expect(0, &["journal"]).says("the disk of staging is full");
    fs::remove_file(kiosk.world.join("full")).unwrap();
    kiosk.flight.expect(0, &["deploy", "staging", "--yes"]);
}

#[test]
fn a_verification_before_its_time_is_not_good_yet() {
    let kiosk = Kiosk::cut();
    kiosk.flight.expect(0, &["deploy", "staging", "--yes"]);
    kiosk.flight.expect(4, &["verify", "staging", "--horizon", "30m"]).says("30m");
}

#[test]
fn what_was_delivered_behind_its_back_is_seen() {
    let kiosk = Kiosk::cut();
    kiosk.flight.expect(0, &["deploy", "staging", "--yes"]);
    fs::write(kiosk.world.join("staging"), "1.1.0\n").unwrap();
    kiosk.flight.expect(0, &["status"]).says("1.1.0");
    fs::remove_file(kiosk.world.join("staging")).unwrap();
    let told = kiosk.flight.expect(0, &["status"]);
    told.says("staging cannot be reached");
    // Nothing that is not seen is good.
    kiosk.flight.expect(4, &["verify", "staging"]).says("cannot be seen");
}

#[test]
fn an_interrupt_stops_at_the_next_boundary() {
    let kiosk = Kiosk::cut();
    let pipe = kiosk.world.join("go");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let mut child = kiosk.flight.bare(["deploy", "staging", "--yes"]).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
    // The step runs until the test opens the other end of its pipe.
    assert!(lines.any(|line| line.contains("◌ Warm the cache")));
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    assert!(lines.any(|line| line.contains("stopping at the next step boundary")));
    fs::write(&pipe, "go\n").unwrap();
    let rest: Vec<String> = lines.collect();
    let told = tell("deploy", child.wait_with_output().unwrap());
    assert_eq!(told.code, Some(1), "{told} {rest:?}");
    told.says("stopped");
    assert_eq!((kiosk.read("staging").as_str(), kiosk.read("began").as_str()), ("0.9.0\n", "warming\n"));
    fs::remove_file(&pipe).unwrap();
    kiosk.flight.expect(0, &["deploy", "staging", "--yes"]);
}

#[test]
fn a_rehearsal_of_the_own_plan_starts_nothing_that_it_names() {
    let kiosk = Kiosk::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let reached = format!(
        "[check.reached]\nphase = \"pre-deploy\"\ntitle = \"It answers\"\nhttp = {{ get = \"{url}/health\" }}\ntimeout = \"5s\"\n\n[log.site]"
    );
    let plan = kiosk
        .plan()
        .replace("[log.site]", &reached)
        .replace("verify = [\"up\"]", &format!("verify = [\"up\"]\nurl = \"{url}\""));
    kiosk.write("tminus.toml", &plan);
    for words in
        [&["deploy", "staging", "--yes"][..], &["verify", "staging"], &["check", "pre-deploy"], &["logs"], &["status"]]
    {
        let told = kiosk.flight.run(&[&["--rehearse", "smooth"], words].concat());
        assert_eq!(told.code, Some(0), "{told}");
    }
    kiosk.flight.expect(0, &["--rehearse", "smooth", "rollback", "staging", "--yes"]);
    assert_eq!((kiosk.read("began"), kiosk.read("measured")), (String::new(), String::new()));
    assert_eq!((kiosk.read("staging").as_str(), kiosk.read("production").as_str()), ("0.9.0\n", "0.9.0\n"));
    assert_eq!(listener.accept().unwrap_err().kind(), std::io::ErrorKind::WouldBlock, "no socket was opened");
    kiosk.flight.expect(3, &["check"]).says("is not trusted");
    kiosk
        .flight
        .expect(0, &["journal", "--json"])
        .out
        .is_empty()
        .then_some(())
        .expect("a rehearsal has its own journal");
}

#[test]
fn a_log_line_cannot_touch_the_terminal() {
    let kiosk = Kiosk::cut();
    let now = jiff::Timestamp::now();
    let hostile = "\u{1b}]0;owned\u{7}\u{1b}[2Jbright word\r\u{8}\u{9b}31m\u{202e}drow";
    kiosk.write("site.log", &format!("{now} plain word\n{now} {hostile}\n{now} other\n"));
    let told = kiosk.flight.expect(0, &["logs", "site", "--grep", "word|drow", "--since", "30d"]);
    told.is_plain().says("plain word").says("drow");
    assert!(told.out.lines().count() > 0);
    assert!(told.out.lines().all(|line| line.contains(" site ")), "no line hides where it is from: {told}");
    assert!(!told.out.contains("other") && !told.out.contains('\u{202e}') && !told.out.contains("owned"), "{told}");
    kiosk.flight.expect(2, &["logs", "--grep", "("]).says("--grep");
    let json = kiosk.flight.expect(0, &["logs", "site", "--json", "--since", "30d"]);
    json.is_plain();
    assert!(json.out.contains("drow") && !json.out.contains("owned"), "{json}");
}

#[test]
fn hostile_words_are_refused_or_made_safe() {
    let kiosk = Kiosk::cut();
    let flight = &kiosk.flight;
    for name in ["../../etc/passwd", "/etc/passwd", "smooth\0", "\u{1b}[2J"] {
        let name = name.replace('\0', "");
        let told = flight.run(&["demo", "--scenario", &format!("{name}x"), "--headless"]);
        assert_eq!(told.code, Some(2), "{told}");
        told.is_plain();
    }
    let huge = format!("\u{1b}[2J\u{7}{}", "x".repeat(100_000));
    kiosk.named(2, "dana", &["check", "read", "--yes", "--note", &huge]).is_plain().says("longer than 4000");
    kiosk.named(2, "dana", &["check", "read", "--yes", "--note", "\u{1b}[2J\u{7}read"]).is_plain().says("U+001B");
    kiosk.named(0, "da\u{1b}]0;owned\u{7}na", &["release", "schedule", "+2h"]).is_plain();
    let forged = "\r  999  2026-01-01 00:00:00Z  omer       all is well\u{1b}[1G\u{1b}]0;";
    kiosk.named(2, "dana", &["release", "close", "--yes", "--note", forged]).is_plain().says("U+000D");
    let forged: String = forged.chars().filter(|letter| !letter.is_control()).collect();
    kiosk.named(0, "dana", &["release", "close", "--yes", "--note", &forged]);
    flight.expect(0, &["status"]).is_plain();
    let told = flight.expect(0, &["journal", "--all"]);
    told.is_plain();
    let forged = told.out.lines().find(|line| line.contains("999")).unwrap();
    assert!(
        forged.contains("dana (system user root) 1.0.0 is closed:"),
        "a note does not write over who wrote it: {told}"
    );
    flight.expect(0, &["journal", "--json"]).is_plain();
    flight.expect(2, &["deploy", "stag\u{1b}[2Jing", "--yes"]).is_plain();
    flight.expect(0, &["journal", "verify"]).says("whole");
    kiosk.write("tminus.toml", "format = 1\n[project]\nname = \"\u{1b}[2J\"\n");
    flight.expect(2, &["status"]).is_plain().says("tminus.toml:3");
}

#[test]
fn a_command_that_is_told_to_give_up_does_so_with_a_sentence_and_4() {
    let kiosk = Kiosk::cut();
    kiosk.write("scripts/tests.sh", "sleep 30\n");
    kiosk.commit();
    let told = kiosk.flight.expect(4, &["check", "tests", "--timeout", "300ms"]);
    told.says("no answer within 300ms (--timeout)");
    assert!(!told.err.contains("continues"), "no engine outlives this command: {told}");
    kiosk.flight.expect(2, &["check", "--timeout", "soon"]);
}

#[test]
fn what_a_command_prints_as_json_says_version_and_health_where_the_plan_says_so() {
    let kiosk = Kiosk::cut();
    let plan = fs::read_to_string(kiosk.flight.dir.join("tminus.toml")).unwrap();
    let (before, after) = plan.split_once("current = [[").unwrap();
    let (_, after) = after.split_once("]]").unwrap();
    let current = "current = [[\"cat\", \"site.json\"]], current-json = { version = \"/image\", healthy = \"/ready\" }";
    kiosk.write("tminus.toml", &format!("{before}{current}{after}"));
    kiosk.write("site.json", "{\"image\": \"kiosk:0.9.0\", \"ready\": true}");
    kiosk.flight.expect(0, &["trust", "--yes"]);
    kiosk.flight.expect(0, &["status"]).says("0.9.0").says("healthy");
    kiosk.write("site.json", "{\"image\": \"kiosk:0.9.0\", \"ready\": false}");
    kiosk.flight.expect(0, &["status"]).says("unhealthy");
    kiosk.write("site.json", "0.9.0");
    kiosk.flight.expect(0, &["status"]).says("printed no JSON");
}

#[test]
fn nothing_has_to_be_rolled_back_where_nothing_was_run_and_what_serves_is_healthy() {
    for (ready, is_said) in [("true", true), ("false", false)] {
        let kiosk = Kiosk::new();
        let current =
            "current = [[\"cat\", \"site.json\"]], current-json = { version = \"/image\", healthy = \"/ready\" }";
        let (before, rest) =
            kiosk.plan().split_once("current = [[").map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
        let plan = format!("{before}{current}{}", rest.split_once("]]").unwrap().1);
        let plan =
            plan.replace("[[env.staging.step]]\nat      = \"before\"", "[[env.staging.step]]\nat      = \"after\"");
        kiosk.write("tminus.toml", &plan);
        kiosk.write("site.json", &format!("{{\"image\": \"kiosk:0.9.0\", \"ready\": {ready}}}"));
        kiosk.commit();
        kiosk.flight.expect(0, &["trust", "--yes"]);
        kiosk.flight.expect(0, &["release", "cut", "1.0.0"]);
        fs::write(kiosk.world.join("full"), "").unwrap();
        let told = kiosk.flight.expect(1, &["deploy", "staging", "--yes"]);
        let says = "staging still runs what it ran before: there is nothing to roll back";
        assert_eq!(told.err.contains(says), is_said, "{ready}: {told}");
    }
}

#[test]
fn a_release_is_tagged_through_the_persons_own_git_and_untagged_again() {
    let kiosk = Kiosk::cut();
    let git = |words: &[&str]| {
        let out = std::process::Command::new("git").current_dir(&kiosk.flight.dir).args(words).output().unwrap();
        String::from_utf8_lossy(&out.stdout).trim().to_owned()
    };
    for (name, value) in [("user.name", ""), ("user.email", "dana@example.com"), ("tag.gpgSign", "false")] {
        git(&["config", name, value]);
    }
    let head = git(&["rev-parse", "release/1.0.0"]);
    kiosk.flight.expect(3, &["release", "tag"]).says("`--preview` shows the steps");
    let call = format!("git tag --annotate --cleanup=whitespace '--message=Kiosk 1.0.0' -- v1.0.0 {head}");
    kiosk.flight.expect(0, &["release", "tag", "1.0.0", "--preview"]).says(&call).says("git tag --delete v1.0.0");
    kiosk.flight.expect(3, &["release", "tag", "--yes", "--read-only"]);
    kiosk.flight.expect(1, &["release", "tag", "--yes"]).says("empty ident name");
    assert_eq!(git(&["tag", "--list", "v1*"]), "");
    git(&["config", "user.name", "Dana"]);
    kiosk.flight.expect(0, &["release", "tag", "--yes"]).says("tagged v1.0.0");
    assert_eq!(git(&["cat-file", "-t", "v1.0.0"]), "tag");
    kiosk.flight.expect(0, &["status"]).says("tagged v1.0.0");
    kiosk.flight.expect(3, &["release", "tag", "--yes"]).says("already tagged: v1.0.0 is at");
    let made = git(&["rev-parse", "refs/tags/v1.0.0"]);
    git(&["tag", "--annotate", "--force", "--message=signed off by legal", "v1.0.0", &head]);
    let other = "the tag v1.0.0 is another one than tminus made: `git tag --delete v1.0.0` removes it";
    for last in ["--preview", "--yes"] {
        kiosk.flight.expect(3, &["release", "tag", "--undo", last]).says(other);
    }
    git(&["update-ref", "refs/tags/v1.0.0", &made]);
    let call = format!("git update-ref -d refs/tags/v1.0.0 {made}");
    kiosk.flight.expect(0, &["release", "tag", "--undo", "--preview"]).says(&call);
    kiosk.flight.expect(0, &["release", "tag", "--undo", "--yes"]).says("removed the tag v1.0.0");
    assert_eq!(git(&["tag", "--list", "v1*"]), "");
    kiosk.flight.expect(3, &["release", "tag", "--undo", "--yes"]).says("there is no tag v1.0.0");
}

#[test]
fn a_release_is_pushed_with_its_tag_and_only_what_tminus_pushed_is_taken_back() {
    let kiosk = Kiosk::cut();
    let git = |words: &[&str]| {
        let who = ["-c", "user.name=Dana", "-c", "user.email=d@example.com"];
        let out =
            std::process::Command::new("git").current_dir(&kiosk.flight.dir).args(who).args(words).output().unwrap();
        assert!(out.status.success(), "{words:?}: {out:?}");
        String::from_utf8_lossy(&out.stdout).trim().to_owned()
    };
    kiosk.flight.expect(3, &["release", "push", "--yes"]).says("there is no remote origin");
    let remote = kiosk.flight.home().join("remote.git");
    let remote = remote.to_str().unwrap();
    git(&["init", "--quiet", "--bare", remote]);
    git(&["remote", "add", "origin", remote]);
    let (head, name) = (git(&["rev-parse", "release/1.0.0"]), "refs/heads/release/1.0.0");
    let there = |name: &str| git(&["ls-remote", "origin", name]);
    git(&["tag", "--annotate", "--message=one", "v1.0.0"]);
    let object = git(&["rev-parse", "refs/tags/v1.0.0"]);
    let call = format!("git push --porcelain --progress --atomic -- origin {head}:{name} {object}:refs/tags/v1.0.0");
    let undo = format!("git push --force-with-lease={name}:{head} -- origin :{name}");
    kiosk.flight.expect(0, &["release", "push", "--preview"]).says(&call).says(&undo);
    assert_eq!(there(name), "");
    kiosk.flight.expect(0, &["release", "push", "--yes"]).says("pushed release/1.0.0 with the tag v1.0.0 to origin");
    assert_eq!(there(name), format!("{head}\t{name}"));
    assert_eq!(there("refs/tags/v1.0.0"), format!("{object}\trefs/tags/v1.0.0"));
    kiosk.flight.expect(0, &["status"]).says("pushed release/1.0.0");
    kiosk.flight.expect(0, &["release", "push", "--undo", "--yes"]).says("removed release/1.0.0 from origin");
    assert_eq!((there(name), there("refs/tags/v1.0.0").is_empty()), (String::new(), false));
    git(&["push", "--quiet", "origin", "release/1.0.0"]);
    kiosk.flight.expect(3, &["release", "push", "--undo", "--yes"]).says("tminus did not push 1.0.0");
    assert_eq!(there(name), format!("{head}\t{name}"));
}

#[test]
fn another_version_of_a_series_is_opened_on_the_branch_that_the_series_has() {
    let kiosk = Kiosk::new();
    let git = |words: &[&str]| {
        let mut command = std::process::Command::new("git");
        command.current_dir(&kiosk.flight.dir).args(["-c", "user.name=Dana", "-c", "user.email=d@example.com"]);
        let out = command.args(words).output().unwrap();
        assert!(out.status.success(), "{words:?}: {out:?}");
        String::from_utf8_lossy(&out.stdout).trim().to_owned()
    };
    let plan = |tag: &str| {
        let plan = kiosk.plan().replace(r#""release/{version}""#, r#""release-{major}.{minor}""#);
        kiosk.write("tminus.toml", &plan.replace(r#""v{version}""#, tag));
        kiosk.commit();
        kiosk.flight.expect(0, &["trust", "--yes"]);
    };
    plan(r#""v{major}.{minor}.{patch}""#);
    let says = "the tag of 1.9.0-rc.1 would be v1.9.0, which does not say 1.9.0-rc.1";
    kiosk.flight.expect(3, &["release", "cut", "1.9.0-rc.1"]).says(says);
    plan(r#""kiosk@{version}""#);
    kiosk.flight.expect(0, &["release", "cut", "1.9.0"]);
    assert_eq!(git(&["branch", "--show-current"]), "release-1.9");
    let says = "1.9.0 is open on release-1.9, which its series shares";
    kiosk.flight.expect(3, &["release", "cut", "1.9.1"]).says(says);
    git(&["tag", "kiosk@1.9.0"]);
    git(&["tag", "kiosk@2.0.0", "-m", "later than 1.9.0"]);
    kiosk.flight.expect(0, &["release", "close", "--yes"]);
    let told = kiosk.flight.expect(3, &["release", "cut", "1.9.1", "--at", "HEAD~1"]);
    told.says("release-1.9 exists and is at").says("leave --at out");
    let says = "1.9.1 is open on release-1.9, which its series shares";
    kiosk.flight.expect(0, &["release", "cut", "1.9.1"]).says(says);
    let opened = kiosk.flight.facts().into_iter().rfind(|fact| fact.to_string().contains("opened")).unwrap();
    assert!(opened.to_string().contains(r#""previous":"1.9.0""#), "not 2.0.0: {opened}");
    kiosk.flight.expect(0, &["release", "close", "--yes"]);
    let apart = git(&["commit-tree", "HEAD^{tree}", "-p", "HEAD", "-m", "released from elsewhere"]);
    git(&["tag", "kiosk@1.9.1", &apart]);
    kiosk.flight.expect(3, &["release", "cut", "1.9.2"]).says("release-1.9 does not contain kiosk@1.9.1");
    git(&["merge", "-q", "--ff-only", "kiosk@1.9.1"]);
    kiosk.flight.expect(0, &["release", "cut", "1.9.2"]).says("1.9.2 is open on release-1.9");
}
