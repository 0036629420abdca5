//! Writes the proposal: a whole plan, commented, valid as it stands.

use super::delivery::ProposedDelivery;
use super::found::{GitFindings, InitFindings};
use super::text::{comment, may_stand, quoted};
use super::verify;

/// Returns the text of a first `tminus.toml` for what was found.
pub fn propose(found: &InitFindings) -> String {
    let delivery = ProposedDelivery::of(found);
    let mut text = String::from(
        "# What a release is, where it goes and what must be true: written by `tminus init` from what this repository\n\
         # holds. Read it, change it, and look at it with `tminus lint`; `tminus trust` then lets its commands run.\n\
         format = 1\n\n[project]\n",
    );
    let name: String = found.folder.chars().filter(|c| may_stand(&c.to_string())).take(64).collect();
    let name = if name.trim().is_empty() { "project" } else { name.trim() };
    text.push_str(&format!("name = {}\n\n", quoted(name)));
    release(found, &mut text);
    text.push_str(MILESTONES);
    let checks = verify::before_deploy(found);
    delivery.write(&checks, &mut text);
    if !found.plists.is_empty() {
        apple(found, &mut text);
    }
    verify::write(&checks, &delivery, &mut text);
    delivery.write_logs(&mut text);
    text.push_str(LATER);
    if !found.unread.is_empty() {
        text.push_str("\n# Not read, because of their names, their size or their rights:\n");
        let lines = found.unread.iter().take(20).map(|path| format!("#   {}\n", comment(path)));
        text.extend(lines);
    }
    text
}

const MILESTONES: &str = "\
# Offsets from T-0, which `tminus release schedule` sets.
[[milestone]]
at = \"-5d\"
title = \"Cut the release branch\"
[[milestone]]
at = \"-1d\"
title = \"Review the release branch, sign off\"
[[milestone]]
at = \"0s\"
title = \"Launch\"

";

const LATER: &str = "\
# ── What must stay true ──
# A share says how many it rests on, and is not looked at before it can be known.
# [connect.prometheus]
# kind = \"prometheus\"
# url  = \"http://127.0.0.1:9090\"
# [metric.error-rate]
# title    = \"Error rate\"
# from     = \"prometheus\"
# query    = 'sum(increase(http_requests_total{status=~\"5..\"}[{horizon}])) / sum(increase(http_requests_total[{horizon}]))'
# count    = 'sum(increase(http_requests_total[{horizon}]))'
# below    = \"0.1%\"
# horizons = [\"30m\", \"24h\", \"7d\"]
";

fn release(found: &InitFindings, text: &mut String) {
    text.push_str("[release]\n");
    let nothing = GitFindings::default();
    let git = found.git.as_ref().unwrap_or(&nothing);
    text.push_str(&format!("base      = {}\n", quoted(&base(git))));
    text.push_str(&format!("branch    = {}\n", quoted(&branch(git, "release"))));
    text.push_str(&format!("hotfix    = {}\n", quoted(&branch(git, "hotfix"))));
    text.push_str(&format!("tag       = {}\n", quoted(&tag(git))));
    if let Some(remote) = git.remotes.iter().find(|r| is_plain(r) && !git.remotes.iter().any(|r| r == "origin")) {
        text.push_str(&format!("remote    = {}\n", quoted(remote)));
    }
    if let Some(changelog) = &found.changelog {
        text.push_str(&format!("changelog = {}\n", quoted(changelog)));
    }
    let files = found.versions();
    if !files.is_empty() {
        text.push_str("# Where the version is written. `release cut` opens a release; these files are checked against it.\nversions = [\n");
        for (file, key, version) in &files {
            text.push_str(&format!(
                "  {{ file = {}, key = {} }},  # {}\n",
                quoted(file),
                quoted(key),
                comment(version)
            ));
        }
        text.push_str("]\n");
        if files.iter().any(|(.., version)| *version != files[0].2) {
            text.push_str("# They differ today. Take out what has a version of its own.\n");
        }
    }
    text.push('\n');
}

fn base(git: &GitFindings) -> String {
    let usual = ["main", "master", "develop", "trunk"].into_iter().find(|name| git.branches.iter().any(|b| b == name));
    usual.map(str::to_owned).or_else(|| git.head.clone().filter(|h| is_plain(h))).unwrap_or_else(|| "main".to_owned())
}

/// Returns how branches of a kind are named: as the latest one, `release/{version}` where there is none.
fn branch(git: &GitFindings, kind: &str) -> String {
    let separator = git.branches.iter().rev().find_map(|branch| {
        let rest = branch.strip_prefix(kind)?;
        let version = rest.get(1..)?.trim_start_matches('v');
        version.starts_with(|c: char| c.is_ascii_digit()).then(|| rest[..rest.len() - version.len()].to_owned())
    });
    let separator = separator.filter(|s| is_plain(s)).unwrap_or_else(|| "/".to_owned());
    format!("{kind}{separator}{{version}}")
}

/// Returns how tags are named: as the newest tag of a version is that does not stand alone.
fn tag(git: &GitFindings) -> String {
    let prefixes: Vec<&str> = git.tags.iter().filter_map(|tag| version_prefix(tag)).collect();
    let is_repeated = |prefix: &&&str| prefixes.iter().filter(|other| other == prefix).count() > 1;
    let newest = prefixes.iter().rev().find(is_repeated).or_else(|| prefixes.last());
    format!("{}{{version}}", newest.unwrap_or(&"v"))
}

/// Returns what stands before the version in a tag: `v` of `v1.2.0`, `app-` of `app-1.2.0`.
fn version_prefix(tag: &str) -> Option<&str> {
    let at = tag.find(|c: char| c.is_ascii_digit())?;
    let is_version =
        tag[at..].split('.').take(2).filter(|part| part.starts_with(|c: char| c.is_ascii_digit())).count() == 2;
    (is_version && is_plain(&tag[..at])).then(|| &tag[..at])
}

/// Says whether a text may stand in a name of git without a second thought.
fn is_plain(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphanumeric() || "/-_.@".contains(c)) && text.len() <= 64
}

fn apple(found: &InitFindings, text: &mut String) {
    let bundle = found.plists.iter().find_map(|p| p.bundle.clone()).unwrap_or_else(|| "com.example.app".to_owned());
    text.push_str("# ── The app ──\n# TestFlight and the App Store need a key of App Store Connect; fill it in and take the signs off.\n");
    text.push_str(&format!(
        "# [artifact.app]\n# app = {}\n# [connect.app-store-connect]\n# kind = \"app-store-connect\"\n# issuer = \"…\"\n\
         # key-id = \"…\"\n# key = {{ env = \"APP_STORE_CONNECT_KEY\" }}\n# [env.testflight]\n\
         # deliver.app = {{ with = \"testflight\", connect = \"app-store-connect\" }}\n\n",
        comment(&quoted(&bundle))
    ));
}
