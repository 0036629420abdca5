//! What a kind of check says of itself, and what others ask it without knowing which kind it is.

use crate::judge::Judgement;
use crate::measurement::Reading;
use crate::names::{ArtifactName, ConnectName, LogName, MetricName};
use crate::plan::{CommandLine, EnvValue, Expect, Placeholder, ReleaseRules, Template};
use crate::time::Span;
use std::collections::BTreeMap;

/// The questions that every kind of check answers.
pub trait KindOfCheck {
    /// Returns what it touches outside the plan.
    fn touch(&self) -> CheckTouch<'_>;

    /// Returns the headers that it sends.
    fn headers(&self) -> &[(String, EnvValue)] {
        &[]
    }

    /// Returns the part of the plan that it is about.
    fn leans_on(&self) -> Option<PlanPart<'_>> {
        None
    }

    /// Says what it asks beside what it expects, in the words that a person trusts: each one that is gone or another may let
    /// something through that was held before.
    fn asks(&self, _title: &str, _rules: &ReleaseRules) -> Vec<String> {
        Vec::new()
    }

    /// Says why it asks nothing at all, if it does.
    fn asks_nothing(&self, _rules: &ReleaseRules) -> Option<&'static str> {
        None
    }

    /// Judges what was read; nothing where the reading is none of its own. A kind that nothing measures yet judges nothing.
    fn judge(&self, _reading: &Reading, _by: &JudgedBy<'_>) -> Option<Judgement> {
        None
    }

    /// Says whether its verdict also rests on what no commit holds: another file, a service, a secret, the time.
    fn looks_outside(&self, _env: &[(String, EnvValue)]) -> bool {
        self.touch() != CheckTouch::Nothing
    }

    /// Says whether a verdict speaks for a commit: what looks at files or runs a command does, what asks a service does not.
    fn speaks_for_commit(&self) -> bool {
        !matches!(self.touch(), CheckTouch::Asks(_))
    }

    /// Says when it is looked at again without being run.
    fn renewal(&self) -> Renewal {
        Renewal::Never
    }

    /// Returns how many people must say that it holds; none where tminus finds out by itself.
    fn people(&self) -> usize {
        0
    }

    /// Says whether tminus can find out by itself, without a person.
    fn is_runnable(&self) -> bool {
        self.people() == 0
    }

    /// Says whether what it looks at lies in a checkout, which is held still meanwhile.
    fn lies_in_checkout(&self) -> bool {
        false
    }

    /// Says whether it quotes what a program, a service or a log printed, where any secret of the plan may stand.
    fn quotes_output(&self) -> bool {
        false
    }

    /// Returns how long one run may take where the plan does not say it.
    fn usual_limit(&self) -> Span {
        Span::seconds(10)
    }

    /// Returns how much longer than its limit it is waited for.
    fn grace(&self) -> Span {
        Span::seconds(0)
    }

    /// Returns the address that it asks, where that may be an environment's.
    fn address(&self) -> Option<&Template> {
        None
    }

    /// Returns how many times it asks, where one answer says little of the slowest.
    fn tries(&self) -> Option<u32> {
        None
    }

    /// Returns the environment file that it opens, and the variables that must have a value there.
    fn variables(&self) -> Option<(&str, &[String])> {
        None
    }

    /// Returns the command that it runs, and where.
    fn command(&self) -> Option<(&CommandLine, Option<&str>)> {
        if let CheckTouch::Runs(line, dir) = self.touch() { Some((line, dir)) } else { None }
    }
}

/// What a reading is judged by, beside the settings of the kind.
pub struct JudgedBy<'a> {
    /// `title`: the sentence that is true or not.
    pub title: &'a str,
    /// `expect`: what must come back.
    pub expect: &'a Expect,
    /// What the plan's texts are filled from, as they were for the probe.
    pub values: &'a BTreeMap<Placeholder, String>,
    /// What came back beside the reading.
    pub notes: &'a str,
}

/// What a check touches outside the plan, in the words that a person trusts.
#[derive(Clone, Debug, PartialEq)]
pub enum CheckTouch<'a> {
    /// It looks at what git tracks, or a person answers.
    Nothing,
    /// A command is run, in a folder counted from the root of the repository.
    Runs(&'a CommandLine, Option<&'a str>),
    /// A file is read.
    Reads(&'a str, String),
    /// An address, a service or a log is asked.
    Asks(String),
    /// The engine of containers on this machine is asked.
    Engine(String),
}

/// A part of the plan that a check is about: it is another check when that part is another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlanPart<'a> {
    /// `[release] versions`.
    VersionFiles,
    /// `[release] changelog`.
    Changelog,
    /// A service.
    Service(&'a ConnectName),
    /// A log.
    Log(&'a LogName),
    /// An artifact.
    Artifact(&'a ArtifactName),
    /// A metric.
    Metric(&'a MetricName),
}

/// When something is looked at again without being run, because no commit holds what it rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Renewal {
    /// Only when it is run.
    Never,
    /// With every survey.
    EverySurvey,
    /// With every survey, as far as its last run rested on what no commit holds.
    WhereItRestedOutside,
    /// Before a deploy, unless the plan says how long its answer holds: asking changes nothing there.
    BeforeDeploy,
}
