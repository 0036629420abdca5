//! What each rule says: its id, its title, why it fools people, an example, and the mend.

use super::Rule;

/// A rule in words.
struct RuleText {
    #[cfg_attr(not(test), expect(dead_code, reason = "a test holds the order of the table against that of the rules"))]
    rule: Rule,
    id: &'static str,
    title: &'static str,
    why: &'static str,
    example: &'static str,
    mend: &'static str,
}

/// The rules, in the order of [`Rule::ALL`].
const RULES: [RuleText; 33] = [
    RuleText {
        rule: Rule::PickaxeLiteral,
        id: "pickaxe-literal",
        title: "A search of the history that finds nothing, ever",
        why: "`git log -S` searches for its text letter by letter, so `a\\|b` is found only where just that is written; in `-G` and `--pickaxe-regex` the bar stands without a backslash.",
        example: "run = [\"git\", \"log\", \"-S\", \"password\\|secret\"]",
        mend: "git log -G 'password|secret', or secrets = { since = \"{previous-tag}\" }",
    },
    RuleText {
        rule: Rule::GrepLiteral,
        id: "grep-literal",
        title: "A search that reads a bar as a letter",
        why: "`grep` without -E reads `|` as a letter, and with -E `\\|`: such a search finds nothing, and where finding nothing is the good case it always passes.",
        example: "! git log -p | grep 'password|secret'",
        mend: "grep -E 'password|secret'",
    },
    RuleText {
        rule: Rule::SearchNowhere,
        id: "search-nowhere",
        title: "A search of what does not exist",
        why: "`grep` ends with 2 when a path is not there, and `! grep` makes a pass of it.",
        example: "! grep -rn TODO srcc/",
        mend: "test -d src && ! grep -rn TODO src/",
    },
    RuleText {
        rule: Rule::CheckIgnoreAny,
        id: "check-ignore-any",
        title: "`git check-ignore` with several paths passes when one is ignored",
        why: "`git check-ignore a b c` ends with 0 as soon as any one of its paths is ignored; the others may be in the next commit.",
        example: "git check-ignore .env backend/.env",
        mend: "ignored = [\".env\", \"backend/.env\"]",
    },
    RuleText {
        rule: Rule::TagTwice,
        id: "tag-twice",
        title: "A tag is created twice",
        why: "The second `git tag` of the same name fails in the middle of the release, or with `-f` moves what was already published. `tminus release tag` creates the tag once.",
        example: "git tag -a v1.0.0",
        mend: "leave the tag to `tminus release tag`",
    },
    RuleText {
        rule: Rule::PullProvesNothing,
        id: "pull-proves-nothing",
        title: "Pulling an image where it was built proves nothing",
        why: "An image that was built here is here already: the pull succeeds or is skipped whatever the registry holds under that tag. Only the digest tells.",
        example: "docker pull registry.example.com/app:1.0.0",
        mend: "image = { artifact = \"app\" }",
    },
    RuleText {
        rule: Rule::UpIsNotHealthy,
        id: "up-is-not-healthy",
        title: "\"Up\" is not healthy",
        why: "A container that runs and answers nothing is \"Up\", a pod that is not ready is \"Running\", an open port, a process and a login page are no answer, and \"unhealthy\" holds the word healthy.",
        example: "docker ps | grep app",
        mend: "http = { get = \"{url}/api/health\" } with expect = { json = { status = \"healthy\" } }",
    },
    RuleText {
        rule: Rule::StoreNoWayBack,
        id: "store-no-way-back",
        title: "The App Store has no rollback",
        why: "The App Store never serves an earlier version again: the only rollback is a new, higher version through review, and everybody has to update. Only flags and a paused phase act at once.",
        example: "rollback = \"app-store\" in a runbook",
        mend: "a flag that can be turned off, and phased = true",
    },
    RuleText {
        rule: Rule::PhasedFirstVersion,
        id: "phased-first-version",
        title: "A first version has no phased release",
        why: "A phased release goes to a share of those who update; a first version has nobody to update and goes to everybody at once.",
        example: "phased = true, with no earlier version",
        mend: "phased = false until the second version",
    },
    RuleText {
        rule: Rule::CrashRateTooEarly,
        id: "crash-rate-too-early",
        title: "A crash rate cannot be known in the first hour",
        why: "Sessions are counted by the hour, and too few people have the version yet: within the first hour a crash rate is noise or nothing.",
        example: "horizons = [\"30m\"] of a crash rate",
        mend: "horizons = [\"24h\", \"7d\"]",
    },
    RuleText {
        rule: Rule::TooFewSamples,
        id: "too-few-samples",
        title: "A share that does not say how many it rests on",
        why: "With no failure in n tries the true rate is below 3/n with 95 % confidence: a limit of 0.05 % needs 6,000. Without a `count` good cannot be told from too few.",
        example: "below = \"0.05%\" without `count`",
        mend: "count = \"…\", the query that says how many there were",
    },
    RuleText {
        rule: Rule::QueryWithoutHorizon,
        id: "query-without-horizon",
        title: "A query that looks back over a fixed time",
        why: "A query without {horizon} is the same 30 minutes and a week after a deploy: it reaches back before the deploy, or leaves most of the time out.",
        example: "query = 'rate(errors[5m])'",
        mend: "query = 'sum(increase(errors[{horizon}]))'",
    },
    RuleText {
        rule: Rule::NoTimeout,
        id: "no-timeout",
        title: "A check with no timeout",
        why: "A command that hangs keeps its check running and the gate closed. `http`, `connects`, `tls`, `dns` and `log` have a short limit of their own; a `run` without one may take ten minutes.",
        example: "run = [\"pytest\"]",
        mend: "timeout = \"5m\"",
    },
    RuleText {
        rule: Rule::CannotFail,
        id: "cannot-fail",
        title: "A check that cannot fail",
        why: "`|| true`, a pipe, `&`, `;` behind it, an `if` without `else`, an `echo`, a `curl` without `--fail`, an expectation that always holds: what cannot fail tells nothing when it passes.",
        example: "sh -c \"cd backend && pytest | tee report.txt\"",
        mend: "run = [\"pytest\"], or bash -o pipefail -c \"…\"",
    },
    RuleText {
        rule: Rule::NoTests,
        id: "no-tests",
        title: "A test run that is good without a test",
        why: "`--if-present`, `--passWithNoTests` and `|| [ $? -eq 5 ]` make a run of no test a good one: a renamed folder is green.",
        example: "npm run test --if-present",
        mend: "npm test, and expect a number of tests",
    },
    RuleText {
        rule: Rule::ExitIgnored,
        id: "exit-ignored",
        title: "Output is judged though the command may have failed",
        why: "`|| true` or a pipe hides that the command never ran to its end; what it printed before, or did not print, is then taken for the result.",
        example: "grep -r secret . || true with expect = { empty = true }",
        mend: "expect = { exit = 1 } where 1 is the good one",
    },
    RuleText {
        rule: Rule::BadCasePasses,
        id: "bad-case-passes",
        title: "An expectation that the bad case meets too",
        why: "An expectation must tell the good case from the bad one: one good element of a list does not speak for the others, a placeholder is a value.",
        example: "json = { checks = [{ status = \"up\" }] }",
        mend: "json = { status = \"up\" }",
    },
    RuleText {
        rule: Rule::LockIsNotAudit,
        id: "lock-is-not-audit",
        title: "A check of the lock file is no search for vulnerabilities",
        why: "`poetry check`, `pip check` and `npm ls` compare files with each other and ask no list of known vulnerabilities.",
        example: "poetry check",
        mend: "pip-audit",
    },
    RuleText {
        rule: Rule::StepWithoutUndo,
        id: "step-without-undo",
        title: "A step without an undo",
        why: "When a later step fails, the plan does not say how to undo this one, and the preview cannot say it.",
        example: "[[env.production.step]] without undo",
        mend: "undo = […], or irreversible = \"why\"",
    },
    RuleText {
        rule: Rule::UndoUnnamed,
        id: "undo-unnamed",
        title: "An undo that does not say what it brings back",
        why: "An undo that goes \"one back\" brings back whatever came before, the bad version too.",
        example: "undo = [[\"./rollback.sh\"]]",
        mend: "undo = [[\"./rollback.sh\", \"{previous}\"]]",
    },
    RuleText {
        rule: Rule::VariableUnset,
        id: "variable-unset",
        title: "A variable nobody sets",
        why: "A variable that nobody sets is an empty text where a shell runs, and stays `$NAME` where none does.",
        example: "sh -c \"test -d $DATA_DIR\"",
        mend: "env = { DATA_DIR = \"/srv\" }",
    },
    RuleText {
        rule: Rule::CheckNeverRun,
        id: "check-never-run",
        title: "A required check or a metric nobody reads",
        why: "Its phase is in no `gate` and it is in no `verify`: it can be red for ever and nothing waits for it.",
        example: "a check of phase review, which no gate names",
        mend: "gate = [\"review\"]",
    },
    RuleText {
        rule: Rule::EmptyGate,
        id: "empty-gate",
        title: "A gate in which nothing is required",
        why: "A phase without a required check holds nothing: the gate is open whatever happens.",
        example: "gate = [\"pre-deploy\"] and no check of that phase",
        mend: "a check of that phase, or no gate",
    },
    RuleText {
        rule: Rule::ApprovalsImpossible,
        id: "approvals-impossible",
        title: "Approvals nobody can give",
        why: "The proposer's own approval does not count unless `own` says so, two of one system user count once unless `same-user` says so, and without `[session] group` only the user who keeps the engine can join, and root.",
        example: "approvals = { count = 2, from = \"engineering\" } with a team of two",
        mend: "own = true, or one more member",
    },
    RuleText {
        rule: Rule::VerifiesElsewhere,
        id: "verifies-elsewhere",
        title: "A verification that looks at another environment",
        why: "A check with another environment's address, or another environment's log, is green here because it is well there.",
        example: "verify of staging with http = { get = \"https://production…\" }",
        mend: "{url} instead of a fixed address",
    },
    RuleText {
        rule: Rule::PathsMatchNothing,
        id: "paths-match-nothing",
        title: "`paths` that match no file",
        why: "A verdict stays fresh while only files outside `paths` change; where `paths` match nothing, it stays green for ever. `[trust] files` that match nothing guard nothing.",
        example: "paths = [\"bakend/**\"]",
        mend: "paths = [\"backend/**\"]",
    },
    RuleText {
        rule: Rule::PathsLeaveOut,
        id: "paths-leave-out",
        title: "`paths` without the script that decides",
        why: "Who changes the script changes what is checked, and the verdict of the script before stays green.",
        example: "run = [\"./scripts/check.sh\"], paths = [\"src/**\"]",
        mend: "paths = [\"src/**\", \"scripts/check.sh\"]",
    },
    RuleText {
        rule: Rule::NotInRepository,
        id: "not-in-repository",
        title: "A branch or a remote that does not exist",
        why: "A release is cut from `base` and compared with `remote`: where they do not exist, the first real release finds out.",
        example: "remote = \"upstream\"",
        mend: "a name that git knows",
    },
    RuleText {
        rule: Rule::Unavailable,
        id: "unavailable",
        title: "Something this build does not do",
        why: "A key that is accepted is obeyed, or it is named here: what this build cannot do yet holds a gate, or does nothing.",
        example: "kind = \"sentry\"",
        mend: "leave it out, or accept the rule with the reason",
    },
    RuleText {
        rule: Rule::OnePlace,
        id: "one-place",
        title: "Two environments are one place",
        why: "A deploy to one replaces what the other names: what an unprotected environment gets is live in the protected one, without its gate.",
        example: "two compose files in one folder, which Compose takes for one project",
        mend: "project = \"shop-production\"",
    },
    RuleText {
        rule: Rule::OnePort,
        id: "one-port",
        title: "Two environments publish one port of one host",
        why: "An engine gives a port to one container only: as long as one environment runs, every deploy to the other is blocked.",
        example: "ports: [\"8080:80\"] in two compose files for one engine",
        mend: "another port, or another `context`, for one of them",
    },
    RuleText {
        rule: Rule::ImageLeftBehind,
        id: "image-left-behind",
        title: "A service of the same image is not delivered",
        why: "`web` and `worker` of one image are two services: a delivery of one leaves the other on the old version.",
        example: "deliver.web = { with = \"compose\", service = \"web\" }",
        mend: "an artifact of the same image for `worker`, and deliver.worker",
    },
    RuleText {
        rule: Rule::BadSilence,
        id: "bad-silence",
        title: "An accepted rule that does not exist, or without a reason",
        why: "`lint-ok` accepts a rule by its id and with a reason; anything else silences nothing.",
        example: "lint-ok = { no-timeout = \"\" }",
        mend: "lint-ok = { no-timeout = \"make has its own limit\" }",
    },
];

impl Rule {
    fn text(self) -> &'static RuleText {
        // the table has a row for each, in the same order; a test holds that
        &RULES[self as usize]
    }

    /// Returns the word that names it in `lint-ok` and on the screen.
    pub fn id(self) -> &'static str {
        self.text().id
    }

    /// Returns its title, one line.
    pub fn title(self) -> &'static str {
        self.text().title
    }

    /// Returns why it fools people, in a sentence or two.
    pub fn explains(self) -> &'static str {
        self.text().why
    }

    /// Returns something that breaks it.
    pub fn example(self) -> &'static str {
        self.text().example
    }

    /// Returns what to write instead.
    pub fn mend(self) -> &'static str {
        self.text().mend
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_rule_is_listed_once_and_found_by_its_id() {
        let ids: BTreeSet<&str> = Rule::ALL.iter().map(|rule| rule.id()).collect();
        assert_eq!(ids.len(), Rule::ALL.len());
        for (rule, text) in Rule::ALL.into_iter().zip(&RULES) {
            assert_eq!(text.rule, rule, "the table has the order of the rules");
            assert_eq!(Rule::named(rule.id()), Some(rule));
            assert!(rule.id().chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{rule}");
            assert!(!rule.title().ends_with('.') && rule.explains().ends_with('.'), "{rule}");
            assert!(!rule.example().is_empty() && !rule.mend().is_empty(), "{rule}");
        }
    }
}
