//! Text from outside: what is printed of it, what a cut says, and which lines there are.

use super::project::{Project, Ran};

/// A plan with one log, a file.
fn logged(p: &Project, text: &str) {
    p.plan("[log.app]\nfile = \"app.log\"\n").file("app.log", text).commit().done("trust --yes");
}

/// Asserts that nothing in it speaks to a terminal, or is there unseen.
#[track_caller]
fn is_still(ran: &Ran) {
    let is_bad = |c: char| c != '\n' && (c.is_control() || "\u{202e}\u{200b}\u{2060}\u{feff}\u{ad}\u{9b}".contains(c));
    assert!(!ran.out.chars().chain(ran.err.chars()).any(is_bad), "{:?}", (&ran.words, &ran.out, &ran.err));
}

#[test]
fn what_the_command_line_quotes_speaks_to_no_terminal() {
    let p = Project::new();
    p.plan("[env.staging]\n").commit();
    let evil = "x\u{1b}]52;c;aGk=\u{7}\u{202e}\u{9b}2J\u{200b}\u{feff}\nrefused: all is well";
    for words in [
        format!("release cut '{evil}'"),
        format!("'{evil}'"),
        format!("logs --since '{evil}'"),
        format!("'--{evil}'"),
        format!("status '{evil}'"),
        format!("completions '{evil}'"),
        format!("rollback staging --to '{evil}'"),
        format!("release '{evil}'"),
        format!("deploy staging --waive '{evil}'"),
    ] {
        let ran = p.tm(&words);
        assert_eq!(ran.code, Some(2), "{ran}");
        is_still(&ran);
        assert!(!ran.err.lines().any(|line| line.starts_with("refused: all")), "{ran}");
    }
    is_still(&p.tm_with(&[("TMINUS_COMPLETE", evil)], "status"));
}

#[test]
fn in_a_locale_that_is_not_utf_8_nothing_but_ascii_is_written() {
    let p = Project::new();
    logged(&p, "2026-01-01T00:00:00Z ś2J ŝ0;x\u{200b} שלום\n");
    for locale in ["C", "en_US.ISO-8859-1"] {
        for words in ["logs --since 3650d", "logs --since 3650d --json", "logs śx", "status", "--help", "plan"] {
            let ran = p.tm_with(&[("LC_ALL", locale)], words);
            assert!(ran.out.is_ascii() && ran.err.is_ascii(), "{ran}");
        }
        p.tm_with(&[("LC_ALL", locale)], "logs --since 3650d").says("\\u{15b}2J \\u{15d}0;x");
        let ran = p.tm_with(&[("LC_ALL", locale)], "logs --since 3650d --json");
        let line: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
        assert_eq!(line["text"], "2026-01-01T00:00:00Z ś2J ŝ0;x שלום");
    }
    p.tm("logs --since 3650d").says("ś2J ŝ0;x שלום");
}

#[test]
fn json_holds_nothing_unseen() {
    let p = Project::new();
    p.plan(
        "[env.staging]\ngate = [\"pre-deploy\"]\n[check.it]\nphase = \"pre-deploy\"\ntitle = \"It holds\"\n\
         run = [\"sh\", \"-c\", \"echo 'zzz\u{200b}\u{2060}\u{ad}'; exit 1\"]\ntimeout = \"5s\"\n",
    );
    p.cut().tm("check it").ends(1);
    for words in ["journal --all --json", "journal export"] {
        is_still(&p.done(words).says("zzz"));
    }
    is_still(&p.done("status --json"));
}

#[test]
fn a_line_that_was_cut_says_how_much_is_missing_in_all() {
    let p = Project::new();
    logged(&p, &format!("2026-01-01T00:00:00Z {}\n", "#".repeat(100_001)));
    for words in ["logs --since 3650d", "logs --since 3650d --json"] {
        let ran = p.done(words);
        let (kept, sign) = ran.out.rsplit_once(" … +").unwrap();
        let missing: usize = sign.split(' ').next().unwrap().replace(',', "").parse().unwrap();
        assert_eq!(kept.matches('#').count() + missing, 100_001, "{missing}");
        assert_eq!(ran.out.matches('…').count(), 1);
    }
}

#[test]
fn lines_without_a_date_are_printed_and_counted() {
    let p = Project::new();
    logged(&p, "ERROR undated one\nERROR undated two\n");
    let ran = p.done("logs").says("ERROR undated one").says("ERROR undated two");
    ran.says("the age of 2 lines is unknown");
    p.done("logs --json").says("ERROR undated one");
    p.file("app.log", "no date\n".repeat(500));
    p.done("logs").says("300 more lines without a usable date are not printed");
}

#[test]
fn what_a_return_would_write_over_is_still_there() {
    let p = Project::new();
    logged(&p, "2026-01-01T00:00:00Z ERROR one\rall is well\n");
    p.done("logs --since 3650d").says(r"ERROR one\rall is well");
}

#[test]
fn a_search_that_did_not_reach_back_says_how_far_it_came() {
    let p = Project::new();
    let line = |n: usize| format!("2026-01-01T08:{:02}:{:02}Z INFO {n}\n", n / 60 % 60, n % 60);
    let many: String = (0..10_020).map(|n| line(n.min(3_599))).collect();
    logged(&p, &format!("2026-01-01T07:00:00Z ERROR the first\n{many}"));
    p.done("logs --since 3650d --grep ERROR").says("ERROR the first");
    let ran = p.tm_with(&[("TMINUS_ZONE", "UTC")], "logs --since 3650d").ends(0).never_says("ERROR the first");
    ran.says("app: read the last 10,000 lines, back to 2026-01-01T08:00:20+00:00");
    p.file("app.log", format!("2026-01-01T07:00:00Z ERROR the first\n{}", many.repeat(20)));
    let ran = p.tm("logs --since 3650d --grep ERROR").ends(4);
    ran.says("app: searched the last 200,000 lines, back to 2026-01-0");
}

#[test]
fn a_line_is_followed_once_and_its_time_stands_there_once() {
    let p = Project::new();
    logged(&p, "2026-01-01T10:00:00Z x\n2026-01-01T10:00:00Z x\n2026-01-01T10:00:00Z y\n");
    p.sh(&format!(
        "TMINUS_ZONE=UTC TMINUS_SOLO=1 timeout 60 {} logs -f app --since 3650d >out 2>err & pid=$!\n\
         until grep -q ' y' out || ! kill -0 $pid; do sleep 0.05; done\n\
         echo '2026-01-01T10:00:00Z y' >>app.log; echo '2026-01-01T10:00:01Z z' >>app.log\n\
         until grep -q ' z' out || ! kill -0 $pid; do sleep 0.05; done; kill -TERM $pid; wait $pid; true",
        env!("CARGO_BIN_EXE_tminus")
    ));
    let out = std::fs::read_to_string(p.dir().join("out")).unwrap();
    let texts: Vec<&str> = out.lines().map(|line| line.split_once("app").unwrap().1.trim()).collect();
    assert_eq!(texts, ["x", "x", "y", "y", "z"], "{out}");
    assert!(out.starts_with("2026-01-01T10:00:00.000+00:00 app"), "{out}");
}

#[test]
fn the_time_of_a_line_is_local_with_its_offset_and_day_or_as_somebody_has_set_it() {
    let p = Project::new();
    logged(&p, "2026-01-01T22:30:00Z ERROR x\n");
    let berlin = ("TMINUS_ZONE", "Europe/Berlin");
    p.tm_with(&[berlin], "logs --since 3650d").ends(0).says("2026-01-01T23:30:00.000+01:00 app          ERROR x");
    p.tm_with(&[berlin], "logs --since 3650d --json").ends(0).says("\"at\":\"2026-01-01T22:30:00Z\"");
    let set = ("TMINUS_TIME_FORMAT", "%d %b %H:%M");
    p.tm_with(&[berlin, set], "logs --since 3650d").ends(0).says("01 Jan 23:30 app          ERROR x");
}

#[test]
fn a_repository_of_somebody_else_is_refused_in_gits_own_words() {
    // SAFETY: geteuid only returns a number.
    if unsafe { libc::geteuid() } != 0 {
        return eprintln!("only root can give a repository to somebody else");
    }
    let p = Project::new();
    p.plan("[env.staging]\n").commit().sh("chown -R 12345 .");
    for words in ["status", "doctor", "release cut 1.0.0"] {
        let ran = p.tm(words);
        ran.says("dubious ownership").says("git config --global --add safe.directory");
    }
}
