//! The rules by name: what each one looks for, and why that fools people.

use serde::{Serialize, Serializer};
use std::fmt;

/// One way in which a plan fools its owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// `git log -S "a\|b"`.
    PickaxeLiteral,
    /// `git check-ignore a b c`.
    CheckIgnoreAny,
    /// A tag that is created twice.
    TagTwice,
    /// A pull on the machine that built the image.
    PullProvesNothing,
    /// "Up" and "Running" taken for healthy.
    UpIsNotHealthy,
    /// A way back that the App Store does not have.
    StoreNoWayBack,
    /// A phased release of a first version.
    PhasedFirstVersion,
    /// A crash rate within the first hour.
    CrashRateTooEarly,
    /// A share without the number of samples.
    TooFewSamples,
    /// A command without a time limit.
    NoTimeout,
    /// A check that passes whatever happens.
    CannotFail,
    /// An output judged though the command may have failed.
    ExitIgnored,
    /// A check of dependencies that looks for no vulnerability.
    LockIsNotAudit,
    /// A step that nothing takes back.
    StepWithoutUndo,
    /// A variable that nobody sets.
    VariableUnset,
    /// A required check that nobody runs.
    CheckNeverRun,
    /// A verification that looks at another environment.
    VerifiesElsewhere,
    /// An entry of `lint-ok` that accepts nothing.
    BadSilence,
}

impl Rule {
    /// Every rule, in the order of the documentation.
    pub const ALL: [Self; 18] = [
        Self::PickaxeLiteral,
        Self::CheckIgnoreAny,
        Self::TagTwice,
        Self::PullProvesNothing,
        Self::UpIsNotHealthy,
        Self::StoreNoWayBack,
        Self::PhasedFirstVersion,
        Self::CrashRateTooEarly,
        Self::TooFewSamples,
        Self::NoTimeout,
        Self::CannotFail,
        Self::ExitIgnored,
        Self::LockIsNotAudit,
        Self::StepWithoutUndo,
        Self::VariableUnset,
        Self::CheckNeverRun,
        Self::VerifiesElsewhere,
        Self::BadSilence,
    ];

    /// Finds a rule by its id.
    pub fn named(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.id() == id)
    }

    /// Returns the word that names it in `lint-ok` and on the screen.
    pub const fn id(self) -> &'static str {
        match self {
            Self::PickaxeLiteral => "pickaxe-literal",
            Self::CheckIgnoreAny => "check-ignore-any",
            Self::TagTwice => "tag-twice",
            Self::PullProvesNothing => "pull-proves-nothing",
            Self::UpIsNotHealthy => "up-is-not-healthy",
            Self::StoreNoWayBack => "store-no-way-back",
            Self::PhasedFirstVersion => "phased-first-version",
            Self::CrashRateTooEarly => "crash-rate-too-early",
            Self::TooFewSamples => "too-few-samples",
            Self::NoTimeout => "no-timeout",
            Self::CannotFail => "cannot-fail",
            Self::ExitIgnored => "exit-ignored",
            Self::LockIsNotAudit => "lock-is-not-audit",
            Self::StepWithoutUndo => "step-without-undo",
            Self::VariableUnset => "variable-unset",
            Self::CheckNeverRun => "check-never-run",
            Self::VerifiesElsewhere => "verifies-elsewhere",
            Self::BadSilence => "bad-silence",
        }
    }

    /// Returns its title, one line.
    pub const fn title(self) -> &'static str {
        match self {
            Self::PickaxeLiteral => "A search of the history that finds nothing, ever",
            Self::CheckIgnoreAny => "`git check-ignore` with several paths passes when one is ignored",
            Self::TagTwice => "A tag is created twice",
            Self::PullProvesNothing => "Pulling an image where it was built proves nothing",
            Self::UpIsNotHealthy => "\"Up\" is not healthy",
            Self::StoreNoWayBack => "The App Store has no way back",
            Self::PhasedFirstVersion => "A first version has no phased release",
            Self::CrashRateTooEarly => "A crash rate cannot be known in the first hour",
            Self::TooFewSamples => "A share that does not say how many it rests on",
            Self::NoTimeout => "A check with no timeout",
            Self::CannotFail => "A check that cannot fail",
            Self::ExitIgnored => "Output is judged though the command may have failed",
            Self::LockIsNotAudit => "A check of the lock file is no search for vulnerabilities",
            Self::StepWithoutUndo => "A step without an undo",
            Self::VariableUnset => "A variable nobody sets",
            Self::CheckNeverRun => "A required check nobody runs",
            Self::VerifiesElsewhere => "A verification that looks at another environment",
            Self::BadSilence => "An accepted rule that does not exist, or without a reason",
        }
    }

    /// Returns why it fools people, in a sentence or two.
    pub fn explains(self) -> &'static str {
        WHY.iter().find(|(rule, _)| *rule == self).map_or("", |(_, why)| why)
    }
}

/// Why each rule is there.
const WHY: [(Rule, &str); 18] = [
    (
        Rule::PickaxeLiteral,
        "`git log -S` searches for its text letter by letter, so `a\\|b` is found only where just that is \
                 written; in `-G` and `--pickaxe-regex` the bar stands without a backslash.",
    ),
    (
        Rule::CheckIgnoreAny,
        "`git check-ignore a b c` ends with 0 as soon as any one of its paths is ignored; the others may be in \
                 the next commit.",
    ),
    (
        Rule::TagTwice,
        "The second `git tag` of the same name fails in the middle of the release, or with `-f` moves what \
                 was already published. `tminus release tag` creates the tag once.",
    ),
    (
        Rule::PullProvesNothing,
        "An image that was built here is here already: the pull succeeds or is skipped whatever the registry \
                 holds under that tag. Only the digest tells.",
    ),
    (
        Rule::UpIsNotHealthy,
        "A container that runs and answers nothing is \"Up\", a pod that is not ready is \"Running\", and \
                 \"unhealthy\" holds the word healthy.",
    ),
    (
        Rule::StoreNoWayBack,
        "The App Store never serves an earlier version again: a way back is a new, higher version through \
                 review, and everybody has to update. Only flags and a paused phase act at once.",
    ),
    (
        Rule::PhasedFirstVersion,
        "A phased release goes to a share of those who update; a first version has nobody to update and goes \
                 to everybody at once.",
    ),
    (
        Rule::CrashRateTooEarly,
        "Sessions are counted by the hour, and too few people have the version yet: within the first hour a \
                 crash rate is noise or nothing.",
    ),
    (
        Rule::TooFewSamples,
        "With no failure in n tries the true rate is below 3/n with 95 % confidence: a limit of 0.05 % needs \
                 6,000. Without a `count` nobody can tell good from too few.",
    ),
    (
        Rule::NoTimeout,
        "A command that hangs keeps its check running and the gate closed. `http`, `connects`, `tls`, \
                 `dns` and `log` have a short limit of their own; a `run` \
                 without one may take ten minutes.",
    ),
    (
        Rule::CannotFail,
        "`|| true`, an `echo`, a `curl` without `--fail`, an expectation that always holds: what cannot fail \
                 tells nothing when it passes.",
    ),
    (
        Rule::ExitIgnored,
        "`|| true` hides that the command never ran to its end; what it printed before, or did not print, is \
                 then taken for the result.",
    ),
    (
        Rule::LockIsNotAudit,
        "`poetry check`, `pip check` and `npm ls` compare files with each other and ask no list of known \
                 vulnerabilities.",
    ),
    (
        Rule::StepWithoutUndo,
        "When a later step fails, nobody knows how to take this one back, and the preview cannot say it.",
    ),
    (
        Rule::VariableUnset,
        "A variable that nobody sets is an empty text where a shell runs, and stays `$NAME` where none does.",
    ),
    (
        Rule::CheckNeverRun,
        "Its phase is in no `gate` and it is in no `verify`: it can be red for ever and nothing waits for it.",
    ),
    (
        Rule::VerifiesElsewhere,
        "A check with another environment's address, or another environment's log, is green here because it \
                 is well there.",
    ),
    (Rule::BadSilence, "`lint-ok` accepts a rule by its id and with a reason; anything else silences nothing."),
];

impl fmt::Display for Rule {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.id())
    }
}

impl Serialize for Rule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id())
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
        for rule in Rule::ALL {
            assert_eq!(Rule::named(rule.id()), Some(rule));
            assert!(rule.id().chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{rule}");
            assert!(!rule.title().ends_with('.') && rule.explains().ends_with('.'), "{rule}");
        }
    }
}
