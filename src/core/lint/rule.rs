//! The rules by name. What each of them says is in `rules`.

use serde::{Serialize, Serializer};
use std::fmt;

/// One way in which a plan fools its owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// `git log -S "a\|b"`.
    PickaxeLiteral,
    /// `grep 'a|b'`, where finding nothing is the good case.
    GrepLiteral,
    /// `! grep` in a folder that is not there.
    SearchNowhere,
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
    /// A query that looks back over a fixed time.
    QueryWithoutHorizon,
    /// A command without a time limit.
    NoTimeout,
    /// A check that passes whatever happens.
    CannotFail,
    /// A test run that is good without a test.
    NoTests,
    /// An output judged though the command may have failed.
    ExitIgnored,
    /// An expectation that the bad case meets too.
    BadCasePasses,
    /// A check of dependencies that looks for no vulnerability.
    LockIsNotAudit,
    /// A step that nothing takes back.
    StepWithoutUndo,
    /// An undo that does not say what it brings back.
    UndoUnnamed,
    /// A variable that nobody sets.
    VariableUnset,
    /// A required check that nobody runs.
    CheckNeverRun,
    /// A gate in which nothing is required.
    EmptyGate,
    /// Approvals that nobody can give.
    ApprovalsImpossible,
    /// A verification that looks at another environment.
    VerifiesElsewhere,
    /// `paths` that match no file.
    PathsMatchNothing,
    /// `paths` without the script that decides.
    PathsLeaveOut,
    /// A branch or a remote that does not exist.
    NotInRepository,
    /// Something this build does not do.
    Unavailable,
    /// Two deliveries that go to one place.
    OnePlace,
    /// One port of a host for two environments.
    OnePort,
    /// A service of a delivered image that nothing delivers.
    ImageLeftBehind,
    /// An entry of `lint-ok` that accepts nothing.
    BadSilence,
}

impl Rule {
    /// Every rule, in the order of the documentation.
    pub const ALL: [Self; 33] = [
        Self::PickaxeLiteral,
        Self::GrepLiteral,
        Self::SearchNowhere,
        Self::CheckIgnoreAny,
        Self::TagTwice,
        Self::PullProvesNothing,
        Self::UpIsNotHealthy,
        Self::StoreNoWayBack,
        Self::PhasedFirstVersion,
        Self::CrashRateTooEarly,
        Self::TooFewSamples,
        Self::QueryWithoutHorizon,
        Self::NoTimeout,
        Self::CannotFail,
        Self::NoTests,
        Self::ExitIgnored,
        Self::BadCasePasses,
        Self::LockIsNotAudit,
        Self::StepWithoutUndo,
        Self::UndoUnnamed,
        Self::VariableUnset,
        Self::CheckNeverRun,
        Self::EmptyGate,
        Self::ApprovalsImpossible,
        Self::VerifiesElsewhere,
        Self::PathsMatchNothing,
        Self::PathsLeaveOut,
        Self::NotInRepository,
        Self::Unavailable,
        Self::OnePlace,
        Self::OnePort,
        Self::ImageLeftBehind,
        Self::BadSilence,
    ];

    /// Finds a rule by its id.
    pub fn named(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.id() == id)
    }
}

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
