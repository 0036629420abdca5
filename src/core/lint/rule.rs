//! The rules: what each is called, its title, why it fools people, an example, and the mend. One entry each.

use serde::Serialize;
use strum::{Display, EnumString, IntoStaticStr};

/// A rule in words.
struct RuleText {
    title: &'static str,
    why: &'static str,
    example: &'static str,
    mend: &'static str,
}

macro_rules! rules {
    ($( $(#[$doc:meta])* $rule:ident { $($text:tt)* } )+) => {
        /// One way in which a plan fools its owner.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Display, EnumString, IntoStaticStr)]
        #[serde(rename_all = "kebab-case")]
        #[strum(serialize_all = "kebab-case")]
        pub enum Rule {
            $( $(#[$doc])* $rule ),+
        }

        impl Rule {
            /// Every rule, in the order of the documentation.
            pub const ALL: &[Self] = &[$( Self::$rule ),+];

            const fn text(self) -> RuleText {
                match self {
                    $( Self::$rule => RuleText { $($text)* } ),+
                }
            }
        }
    };
}

rules! {
    /// `git log -S "a\|b"`.
    PickaxeLiteral {
        title: "A search of the history that never finds anything",
        why: "`git log -S` takes its text literally, so `a\\|b` matches only those characters; with `-G` and `--pickaxe-regex`, the bar has no backslash.",
        example: "run = [\"git\", \"log\", \"-S\", \"password\\|secret\"]",
        mend: "git log -G 'password|secret', or secrets = { since = \"{previous-tag}\" }",
    }
    /// `grep 'a|b'`, where finding nothing is the good case.
    GrepLiteral {
        title: "A search that takes a bar literally",
        why: "`grep` takes `|` literally without -E, and `\\|` literally with it: such a search finds nothing, and where finding nothing is the good case it always passes.",
        example: "! git log -p | grep 'password|secret'",
        mend: "grep -E 'password|secret'",
    }
    /// `! grep` in a folder that is not there.
    SearchNowhere {
        title: "A search of what does not exist",
        why: "`grep` exits with 2 when a path does not exist, and `! grep` turns that into a pass.",
        example: "! grep -rn TODO srcc/",
        mend: "test -d src && ! grep -rn TODO src/",
    }
    /// `git check-ignore a b c`.
    CheckIgnoreAny {
        title: "`git check-ignore` with several paths passes when one is ignored",
        why: "`git check-ignore a b c` ends with 0 as soon as any one of its paths is ignored; the others may be in the next commit.",
        example: "git check-ignore .env backend/.env",
        mend: "ignored = [\".env\", \"backend/.env\"]",
    }
    /// A tag that is created twice.
    TagTwice {
        title: "A tag is created twice",
        why: "The second `git tag` of the same name fails in the middle of the release, or with `-f` moves what was already published. `tminus release tag` creates the tag once.",
        example: "git tag -a v1.0.0",
        mend: "leave the tag to `tminus release tag`",
    }
    /// A pull on the machine that built the image.
    PullProvesNothing {
        title: "Pulling an image where it was built proves nothing",
        why: "An image that was built here is here already: the pull succeeds or is skipped whatever the registry has under that tag. Only the digest proves it.",
        example: "docker pull registry.example.com/app:1.0.0",
        mend: "image = { artifact = \"app\" }",
    }
    /// "Up" and "Running" taken for healthy.
    UpIsNotHealthy {
        title: "\"Up\" is not healthy",
        why: "A container that answers nothing is still \"Up\", and a pod that is not ready is \"Running\"; an open port, a process and a login page are no answer; and \"unhealthy\" contains the word healthy.",
        example: "docker ps | grep app",
        mend: "http = { get = \"{url}/api/health\" } with expect = { json = { status = \"healthy\" } }",
    }
    /// A way back that the App Store does not have.
    StoreNoWayBack {
        title: "The App Store has no rollback",
        why: "The App Store never serves an earlier version again: the only rollback is a new, higher version through review, and everybody has to update. Only flags and a paused phase act at once.",
        example: "rollback = \"app-store\" in a runbook",
        mend: "a flag that can be turned off, and phased = true",
    }
    /// A phased release of a first version.
    PhasedFirstVersion {
        title: "A first version has no phased release",
        why: "A phased release reaches a share of the people who update; a first version has nobody to update, and reaches everybody at once.",
        example: "phased = true, with no earlier version",
        mend: "phased = false until the second version",
    }
    /// A crash rate within the first hour.
    CrashRateTooEarly {
        title: "A crash rate cannot be known in the first hour",
        why: "Sessions are counted by the hour, and too few people have the version yet: within the first hour a crash rate is noise or nothing.",
        example: "horizons = [\"30m\"] of a crash rate",
        mend: "horizons = [\"24h\", \"7d\"]",
    }
    /// A share without the number of samples.
    TooFewSamples {
        title: "A share without its number of samples",
        why: "With no failure in n tries the true rate is below 3/n with 95 % confidence: a limit of 0.05 % needs 6,000. Without a `count`, a good share cannot be told from too few samples.",
        example: "below = \"0.05%\" without `count`",
        mend: "count = \"…\", the query that says how many there were",
    }
    /// A query that looks back over a fixed time.
    QueryWithoutHorizon {
        title: "A query that looks back over a fixed time",
        why: "A query without {horizon} covers the same period 30 minutes and a week after a deploy: it reaches back before the deploy, or leaves out most of the time.",
        example: "query = 'rate(errors[5m])'",
        mend: "query = 'sum(increase(errors[{horizon}]))'",
    }
    /// A command without a time limit.
    NoTimeout {
        title: "A check with no timeout",
        why: "A command that hangs keeps its check running and the gate closed. `http`, `connects`, `tls`, `dns` and `log` have a short limit of their own; a `run` without one may take ten minutes.",
        example: "run = [\"pytest\"]",
        mend: "timeout = \"5m\"",
    }
    /// A check that passes whatever happens.
    CannotFail {
        title: "A check that cannot fail",
        why: "`|| true`, a pipe, `&`, `;` behind it, an `if` without `else`, an `echo`, a `curl` without `--fail`, an expectation that is always true: a check that cannot fail proves nothing when it passes.",
        example: "sh -c \"cd backend && pytest | tee report.txt\"",
        mend: "run = [\"pytest\"], or bash -o pipefail -c \"…\"",
    }
    /// A test run that passes without a test.
    NoTests {
        title: "A test run that passes without a test",
        why: "`--if-present`, `--passWithNoTests` and `|| [ $? -eq 5 ]` let a run without a single test pass: after a folder is renamed, it stays green.",
        example: "npm run test --if-present",
        mend: "npm test, and expect a number of tests",
    }
    /// An output judged though the command may have failed.
    ExitIgnored {
        title: "Output is judged though the command may have failed",
        why: "`|| true` or a pipe hides that the command never ran to its end; what it had printed by then is taken for the result.",
        example: "grep -r secret . || true with expect = { empty = true }",
        mend: "expect = { exit = 1 } where 1 is the good one",
    }
    /// An expectation that the bad case meets too.
    BadCasePasses {
        title: "An expectation that the bad case meets too",
        why: "An expectation must tell the good case from the bad one: one good element of a list does not speak for the others, a placeholder is a value.",
        example: "json = { checks = [{ status = \"up\" }] }",
        mend: "json = { status = \"up\" }",
    }
    /// A check of dependencies that looks for no vulnerability.
    LockIsNotAudit {
        title: "A check of the lock file is no search for vulnerabilities",
        why: "`poetry check`, `pip check` and `npm ls` compare files with each other and ask no list of known vulnerabilities.",
        example: "poetry check",
        mend: "pip-audit",
    }
    /// A step that nothing takes back.
    StepWithoutUndo {
        title: "A step without an undo",
        why: "When a later step fails, the plan does not say how to undo this one, so the preview cannot either.",
        example: "[[env.production.step]] without undo",
        mend: "undo = […], or irreversible = \"why\"",
    }
    /// An undo that does not name what it restores.
    UndoUnnamed {
        title: "An undo that does not name what it restores",
        why: "An undo that goes \"one back\" restores whatever came before, even a bad version.",
        example: "undo = [[\"./rollback.sh\"]]",
        mend: "undo = [[\"./rollback.sh\", \"{previous}\"]]",
    }
    /// A variable that nobody sets.
    VariableUnset {
        title: "A variable that nothing sets",
        why: "A variable that nothing sets is empty where a shell runs the command, and stays `$NAME` where none does.",
        example: "sh -c \"test -d $DATA_DIR\"",
        mend: "env = { DATA_DIR = \"/srv\" }",
    }
    /// A required check that nobody runs.
    CheckNeverRun {
        title: "A required check or a metric that nothing reads",
        why: "Its phase is in no `gate` and it is in no `verify`: it can fail for ever, and nothing waits for it.",
        example: "a check of phase review, which no gate names",
        mend: "gate = [\"review\"]",
    }
    /// A gate that requires nothing.
    EmptyGate {
        title: "A gate that requires nothing",
        why: "A phase without a required check blocks nothing: the gate is open whatever happens.",
        example: "gate = [\"pre-deploy\"] and no check of that phase",
        mend: "a check of that phase, or no gate",
    }
    /// Approvals that nobody can give.
    ApprovalsImpossible {
        title: "Approvals nobody can give",
        why: "The proposer's own approval does not count unless `own` says so, two of one system user count once unless `same-user` says so, and without `[session] group` only the user who runs the engine, and root, can join.",
        example: "approvals = { count = 2, from = \"engineering\" } with a team of two",
        mend: "own = true, or one more member",
    }
    /// A verification that looks at another environment.
    VerifiesElsewhere {
        title: "A verification that looks at another environment",
        why: "A check with another environment's address, or another environment's log, passes here because that environment is healthy.",
        example: "verify of staging with http = { get = \"https://production…\" }",
        mend: "{url} instead of a fixed address",
    }
    /// `paths` that match no file.
    PathsMatchNothing {
        title: "`paths` that match no file",
        why: "A verdict stays fresh while only files outside `paths` change; where `paths` match nothing, it stays green for ever. `[trust] files` that match nothing guard nothing.",
        example: "paths = [\"bakend/**\"]",
        mend: "paths = [\"backend/**\"]",
    }
    /// `paths` without the script that decides.
    PathsLeaveOut {
        title: "`paths` without the script that decides",
        why: "A change to the script changes what is checked, but the verdict of the earlier script stays green.",
        example: "run = [\"./scripts/check.sh\"], paths = [\"src/**\"]",
        mend: "paths = [\"src/**\", \"scripts/check.sh\"]",
    }
    /// A branch or a remote that does not exist.
    NotInRepository {
        title: "A branch or a remote that does not exist",
        why: "A release is cut from `base` and compared with `remote`: where they do not exist, the first real release fails.",
        example: "remote = \"upstream\"",
        mend: "a name that git knows",
    }
    /// Something this build does not do.
    Unavailable {
        title: "Something this build does not do",
        why: "tminus obeys every key that it accepts, or names it here: what this build cannot do yet blocks a gate, or does nothing.",
        example: "kind = \"sentry\"",
        mend: "leave it out, or accept the rule with the reason",
    }
    /// Two deliveries that go to one place.
    OnePlace {
        title: "Two environments are one place",
        why: "A deploy to one replaces what runs in the other: what goes to an unprotected environment is live in the protected one, without its gate.",
        example: "two compose files in one folder, which Compose takes for one project",
        mend: "project = \"shop-production\"",
    }
    /// One port of a host for two environments.
    OnePort {
        title: "Two environments publish one port of one host",
        why: "An engine gives a port to one container only: as long as one environment runs, every deploy to the other is blocked.",
        example: "ports: [\"8080:80\"] in two compose files for one engine",
        mend: "another port, or another `context`, for one of them",
    }
    /// A service of a delivered image that nothing delivers.
    ImageLeftBehind {
        title: "A service of the same image is not delivered",
        why: "`web` and `worker` of one image are two services: a delivery of one leaves the other on the old version.",
        example: "deliver.web = { with = \"compose\", service = \"web\" }",
        mend: "an artifact of the same image for `worker`, and deliver.worker",
    }
    /// An entry of `lint-ok` that accepts nothing.
    BadSilence {
        title: "An accepted rule that does not exist, or without a reason",
        why: "`lint-ok` accepts a rule by its id and with a reason; anything else silences nothing.",
        example: "lint-ok = { no-timeout = \"\" }",
        mend: "lint-ok = { no-timeout = \"make has its own limit\" }",
    }
}

impl Rule {
    /// Finds a rule by its id.
    pub fn named(id: &str) -> Option<Self> {
        id.parse().ok()
    }

    /// Returns the word that names it in `lint-ok` and on the screen.
    pub fn id(self) -> &'static str {
        self.into()
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

    #[test]
    fn every_rule_is_found_by_its_id_and_says_what_it_is() {
        for &rule in Rule::ALL {
            assert_eq!(Rule::named(rule.id()), Some(rule));
            assert_eq!(serde_json::to_value(rule).unwrap(), rule.id());
            assert!(!rule.title().ends_with('.') && rule.explains().ends_with('.'), "{rule}");
            assert!(!rule.example().is_empty() && !rule.mend().is_empty(), "{rule}");
        }
    }
}
