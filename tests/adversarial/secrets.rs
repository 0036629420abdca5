//! Secrets: whatever prints them, in whatever writing, nothing shows, keeps or sends them.

use super::case::{Case, evil, good, run_all};
use super::project::{Project, Ran};

/// A secret with everything in it that an encoder escapes.
const SECRET: &str = "Zq7&<it's>\"q\"\\=42x-kP9";

/// What of it is left however it is written.
const CORE: &str = "42x-kP9";

/// A project whose check `t` gets the secret and runs a script.
fn printing(p: &Project, script: &str) {
    p.file(".gitignore", ".env.s\n")
        .file(".env.s", format!("K='{}'\n", "kP9-dotSecretValue-31337"))
        .file("s.sh", script);
    p.runs("staging", "0.9.0");
    let staging = p.place("staging");
    p.plan(&format!(
        "[env.staging]\ngate = [\"pre-deploy\"]\nlogs = [\"app\"]\n{staging}[[env.staging.step]]\nat = \"before\"\ntitle = \"s\"\n\
         irreversible = \"x\"\nrun = [\"sh\", \"s.sh\"]\nenv = {{ S = {{ dotenv = \".env.s\", key = \"K\" }} }}\n\
         [check.t]\nphase = \"post-deploy\"\ntitle = \"t\"\nrun = [\"sh\", \"s.sh\"]\ntimeout = \"5s\"\n\
         env = {{ S = {{ dotenv = \".env.s\", key = \"K\" }} }}\n\
         [check.g]\nphase = \"pre-deploy\"\ntitle = \"g\"\nrun = [\"true\"]\ntimeout = \"5s\"\n\
         [log.app]\ncommand = [\"sh\", \"s.sh\"]\n"
    ));
    p.cut();
}

/// Nothing of a text is in what was printed, nor anywhere in the project's state.
fn is_nowhere(p: &Project, ran: &Ran, text: &str) {
    assert!(!ran.out.contains(text) && !ran.err.contains(text), "{text} is shown: {ran}");
    assert!(p.is_kept("staging"), "what the journal is known to hold is not found");
    assert!(!p.is_kept(text), "{text} is kept");
}

/// What a script prints is hidden in a check, a step, a log and the journal.
fn hidden(name: &str, script: &'static str, never: &'static [&'static str]) -> Case {
    evil(1, name, move |p| {
        printing(p, script);
        let commands = [
            "check t",
            "logs app",
            "logs app --json",
            "deploy staging --yes",
            "journal --all",
            "journal export",
            "status --json",
        ];
        let ran: Vec<Ran> = commands.iter().map(|command| p.tm(command)).collect();
        for one in &ran {
            never.iter().for_each(|text| is_nowhere(p, one, text));
        }
        assert!(
            ran.iter().any(|one| one.out.contains("•••") || one.err.contains("•••")),
            "nothing was hidden: {}",
            ran[0]
        );
        p.tm("check t").says("t: exit 3")
    })
}

const KEY: &str = "for l in '-----BEGIN OPENSSH PRIVATE KEY-----' b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtz \
    QyNTUxOQAAACB7vJ4T 'Q==' '-----END OPENSSH PRIVATE KEY-----'; do echo \"$P$l\"; done; exit 3";

pub fn cases() -> Vec<Case> {
    vec![
        hidden(
            "printed-with-colours-inside",
            "echo token $S | sed 's/dotSecret/\\x1b[01;31m\\x1b[KdotSecret\\x1b[m\\x1b[K/'; exit 3",
            &["dotSecret"],
        ),
        hidden(
            "printed-over-two-lines",
            "echo \"key $S\" | fold -w 15; sleep 0.1; printf %s \"$S\" | base64 -w 20; exit 3",
            &["kP9-dot", "dotSecr", "tSecret", "etValue", "31337", "a1A5LWRvdFNl", "ZWNyZXRWYWx1", "LTMxMzM3"],
        ),
        hidden("printed-as-a-key-line-by-line", KEY, &["b3BlbnNzaC1rZXk", "QyNTUxOQAAACB7vJ4T"]),
        evil(1, "printed-in-every-writing", |p| {
            let script = "cat lines; exit 3";
            let xml = SECRET.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&#34;");
            let json = serde_json::to_string(SECRET).unwrap();
            let shell = format!("'{}'", SECRET.replace('\'', "'\"'\"'"));
            let lines = [SECRET.to_owned(), xml, json.clone(), serde_json::to_string(&json).unwrap(), shell];
            p.file(".env.t", format!("T='{}'\n", "x")).file("lines", lines.join("\n"));
            p.file("secret", SECRET).file("s.sh", script).file(".gitignore", ".env.*\nsecret\nlines\n");
            p.runs("staging", "0.9.0");
            let staging = p.place("staging");
            p.plan(&format!(
                "[env.staging]\ngate = [\"pre-deploy\"]\n{staging}[check.t]\nphase = \"pre-deploy\"\ntitle = \"t\"\n\
                 run = [\"sh\", \"s.sh\"]\ntimeout = \"5s\"\nenv = {{ S = {{ command = [\"cat\", \"secret\"] }} }}\n"
            ));
            p.cut();
            let ran = p.tm("check t");
            is_nowhere(p, &ran, CORE);
            ran.says("t: exit 3")
        }),
        evil(1, "of-a-command-that-only-a-check-asks-is-hidden-in-a-log", |p| {
            p.file("secret", "kP9-cmdSecretValue-31337\n").file(".gitignore", "secret\n").runs("staging", "0.9.0");
            let staging = p.place("staging");
            p.plan(&format!(
                "[env.staging]\ngate = [\"pre-deploy\"]\nlogs = [\"app\"]\n{staging}[check.t]\nphase = \"pre-deploy\"\ntitle = \"t\"\n\
                 run = [\"false\"]\ntimeout = \"5s\"\nenv = {{ S = {{ command = [\"cat\", \"secret\"] }} }}\n\
                 [log.app]\ncommand = [\"sh\", \"-c\", \"echo it is `cat secret`\"]\n"
            ));
            p.cut();
            p.tm("logs app").never_says("cmdSecretValue").says("it is •••");
            p.tm("logs app --json").never_says("cmdSecretValue").says("it is •••");
            p.tm("check t").says("t: exit 1")
        }),
        evil(1, "of-a-command-that-fails-no-log-and-no-check-is-shown-and-a-step-runs-unseen", |p| {
            const NEVER: &str = "kP9-cmdSecretValue-31337";
            p.file("token", NEVER).file(".gitignore", "token\nvault.sh\n").runs("staging", "0.9.0");
            let staging = p.place("staging");
            p.plan(&format!(
                "[env.staging]\ngate = [\"pre-deploy\"]\nlogs = [\"app\"]\n{staging}[[env.staging.step]]\nat = \"before\"\n\
                 title = \"s\"\nirreversible = \"x\"\nrun = [\"sh\", \"-c\", \"cat token; exit 3\"]\n\
                 [check.t]\nphase = \"post-deploy\"\ntitle = \"t\"\nrun = [\"cat\", \"token\"]\ntimeout = \"5s\"\n\
                 [check.g]\nphase = \"pre-deploy\"\ntitle = \"g\"\nfile = {{ path = \".gitignore\", has = \"token\" }}\n\
                 [check.u]\nphase = \"post-deploy\"\ntitle = \"u\"\nrun = [\"true\"]\ntimeout = \"5s\"\n\
                 env = {{ S = {{ command = [\"sh\", \"vault.sh\"] }} }}\n[log.app]\ncommand = [\"cat\", \"token\"]\n"
            ));
            p.file("vault.sh", "echo not logged in >&2\nexit 5\n");
            p.cut();
            let says = "the secret `sh vault.sh` could not be read: exit 5";
            p.tm("logs app").ends(4).says(says).never_says(NEVER);
            p.tm("check t").ends(4).says(says).never_says(NEVER);
            p.tm("deploy staging --yes").ends(1).says("sh ended with exit 3").says(says).never_says(NEVER);
            let ran = p.tm("journal --all");
            is_nowhere(p, &ran, NEVER);
            p.file("vault.sh", "cat token\n");
            p.tm("logs app").ends(0).says("•••").never_says(NEVER);
            p.tm("check t").ends(0).never_says(NEVER);
            p.tm("deploy staging --yes").says("•••").never_says(NEVER)
        }),
        evil(1, "of-compose-that-stand-in-its-env-files-alone", |p| {
            p.file("ops/.env", "DB_PASSWORD=kP9-dotOnlyValue-31337\n")
                .file("ops/more.env", "API_TOKEN=kP9-fileOnlyValue-31338\n");
            p.file(
                "ops/c.yml",
                "services: {web: {image: x, env_file: [more.env], environment: ['DB=${DB_PASSWORD}']}}\n",
            );
            p.file("s.sh", "echo it is `cut -d= -f2 ops/.env` and `cut -d= -f2 ops/more.env`; exit 3\n");
            p.file(".gitignore", "*.env\n").runs("staging", "0.9.0");
            let staging = p.place("staging");
            p.plan(&format!(
                "[env.staging]\ngate = [\"pre-deploy\"]\nlogs = [\"app\"]\n{staging}\
                 [[env.staging.step]]\nat = \"before\"\ntitle = \"s\"\nirreversible = \"x\"\nrun = [\"sh\", \"s.sh\"]\n\
                 [env.shop]\ngate = [\"pre-deploy\"]\n\
                 deliver.site = {{ with = \"compose\", file = \"ops/c.yml\", service = \"web\" }}\n\
                 [check.t]\nphase = \"post-deploy\"\ntitle = \"t\"\nrun = [\"sh\", \"s.sh\"]\ntimeout = \"5s\"\n\
                 [check.g]\nphase = \"pre-deploy\"\ntitle = \"g\"\nrun = [\"true\"]\ntimeout = \"5s\"\n\
                 [log.app]\ncommand = [\"sh\", \"-c\", \"sh s.sh || true\"]\n"
            ));
            p.cut();
            for command in
                ["logs app", "check t", "deploy staging --yes", "journal --all", "journal export", "status --json"]
            {
                let ran = p.tm(command);
                ["dotOnlyValue", "fileOnlyValue"].iter().for_each(|text| is_nowhere(p, &ran, text));
            }
            p.tm("logs app").says("it is ••• and •••");
            p.tm("check t").says("t: exit 3")
        }),
        good("a-step-whose-output-is-on-no-disk-while-it-runs", |p| {
            printing(p, "echo token $S; echo plain-raw-output; while [ ! -e go ]; do sleep 0.02; done");
            // It runs until its output was shown, and was looked for on the disk.
            p.tm_meanwhile("deploy staging --yes", "plain-raw-output", || {
                assert!(p.is_kept("staging") && !p.is_kept("plain-raw-output") && !p.is_kept("dotSecret"));
                p.file("go", "");
            })
        }),
    ]
}

#[test]
fn no_secret_is_shown_or_kept_whatever_prints_it() {
    run_all(&cases());
}
