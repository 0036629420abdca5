//! The rules for a scan: a secret that was found fails, and only what was read to its end passes.

use super::reading::{FoundSecret, SecretsReading};
use crate::judge::{JudgedFinding as ExpectationResult, Judgement};
use crate::notation::counted;

/// How many secrets a sentence names; the output has more.
const NAMED: usize = 3;

/// A secret fails even where not everything was read; without one, a gap is no data.
pub(super) fn judge(read: &SecretsReading) -> Judgement {
    let mut findings = Vec::new();
    if read.found > 0 {
        findings.push(ExpectationResult::fail(found(read)));
    }
    findings.extend(read.gaps.iter().map(|why| ExpectationResult::no_data(why.clone())));
    if findings.is_empty() {
        findings.push(match read.files + read.uncommitted {
            0 => ExpectationResult::no_data(format!("there is no file to read in {}", read.scope)),
            _ => ExpectationResult::pass(clean(read)),
        });
    }
    Judgement::of(vec![format!("no secret in {}", read.scope)], findings, Vec::new())
}

fn found(read: &SecretsReading) -> String {
    let named: Vec<String> = read.listed.iter().take(NAMED).map(FoundSecret::to_string).collect();
    let more = read.found.saturating_sub(named.len() as u64);
    let more = if more == 0 { String::new() } else { format!("; and {more} more") };
    format!("{} found: {}{more}", counted(read.found, "secret"), named.join("; "))
}

fn clean(read: &SecretsReading) -> String {
    let mut says = format!("{} of {}", counted(read.files, "file"), counted(read.commits, "commit"));
    if read.uncommitted > 0 {
        says += &format!(" and {} that the checkout changes", counted(read.uncommitted, "file"));
    }
    says += if read.files + read.uncommitted == 1 { " holds no secret" } else { " hold no secret" };
    if read.allowed > 0 {
        says += &format!("; {} may stay", counted(read.allowed, "finding"));
    }
    for part in read.left_out.words().into_iter().chain(read.idle_words()) {
        says += &format!("; {part}");
    }
    says
}

#[cfg(test)]
mod tests {
    use super::super::reading::UnreadFiles;
    use super::*;
    use crate::verdict::Verdict::{Fail, NoData, Pass};

    fn read() -> SecretsReading {
        SecretsReading { scope: "the whole history".to_owned(), commits: 3, files: 4, ..SecretsReading::default() }
    }

    fn secret(line: u64) -> FoundSecret {
        let (rule, path) = ("github-token".to_owned(), "a.py".to_owned());
        FoundSecret { rule, path, line, commit: Some("1a2b3c4".to_owned()), author: Some("Dana".to_owned()) }
    }

    #[test]
    fn a_scan_that_read_everything_passes_and_says_what_it_left_out() {
        let judged = judge(&read());
        assert_eq!((judged.verdict, judged.found.as_str()), (Pass, "4 files of 3 commits hold no secret"));
        let left_out = UnreadFiles { binary: 1, large: 2, pointers: 0, submodules: 1 };
        let idle = vec!["github-token in old/**".to_owned()];
        let judged = judge(&SecretsReading { left_out, idle, uncommitted: 1, allowed: 2, ..read() });
        assert_eq!(judged.verdict, Pass);
        let says = "4 files of 3 commits and 1 file that the checkout changes hold no secret; 2 findings may stay; \
                    not read: 1 binary file, 2 files over max-size, 1 submodule; `allow` matches nothing for github-token in old/**";
        assert_eq!(judged.found, says);
    }

    #[test]
    fn a_gap_is_no_data_and_a_secret_beside_it_fails() {
        let gaps = vec!["the clone is shallow".to_owned()];
        let open = SecretsReading { gaps, ..read() };
        assert_eq!(judge(&open).verdict, NoData);
        let judged = judge(&SecretsReading { found: 5, listed: (1..=5).map(secret).collect(), ..open });
        assert_eq!(judged.verdict, Fail);
        assert!(
            judged.found.starts_with("5 secrets found: github-token in a.py, line 1 (1a2b3c4, Dana); "),
            "{}",
            judged.found
        );
        assert!(judged.found.ends_with("; and 2 more"), "{}", judged.found);
    }

    #[test]
    fn nothing_read_is_no_data() {
        assert_eq!(judge(&SecretsReading { files: 0, ..read() }).verdict, NoData);
    }
}
