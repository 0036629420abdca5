//! Exit statuses: what a script learns from a command without reading a word.

use std::process::ExitCode;
use tminus_core::action::Outcome;
use tminus_core::command::{Refusal, RefusalKind};
use tminus_core::verdict::Verdict;

/// How a command ended. Where several apply: wrong, refused, not good, cannot tell, the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 0: done, and good.
    Good,
    /// 1: done, and not good.
    NotGood,
    /// 2: the command line or the plan is wrong.
    Wrong,
    /// 3: refused.
    Refused,
    /// 4: could not tell.
    CannotTell,
}

impl Exit {
    /// Returns the number.
    pub const fn code(self) -> u8 {
        match self {
            Self::Good => 0,
            Self::NotGood => 1,
            Self::Wrong => 2,
            Self::Refused => 3,
            Self::CannotTell => 4,
        }
    }

    /// Returns what a finished action comes to.
    pub const fn of_outcome(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Good => Self::Good,
            Outcome::NotGood | Outcome::Failed | Outcome::Stopped => Self::NotGood,
            Outcome::Refused => Self::Refused,
            Outcome::Unclear | Outcome::GoodSoFar => Self::CannotTell,
        }
    }

    /// Returns what several verdicts come to; of none at all, nothing can be told.
    pub fn of_verdicts(verdicts: impl IntoIterator<Item = Verdict>) -> Self {
        let of = |verdict| match verdict {
            Verdict::Pass | Verdict::Waived => Self::Good,
            Verdict::Fail => Self::NotGood,
            Verdict::Inconclusive | Verdict::NoData | Verdict::Stale | Verdict::Running | Verdict::Pending => {
                Self::CannotTell
            }
        };
        let worse = |one, other| match (one, other) {
            (Self::NotGood, _) | (_, Self::NotGood) => Self::NotGood,
            (Self::Good, other) => other,
            (worst, _) => worst,
        };
        verdicts.into_iter().map(of).reduce(worse).unwrap_or(Self::CannotTell)
    }

    /// Returns what a refusal comes to.
    pub const fn of_refusal(refusal: &Refusal) -> Self {
        match refusal.kind {
            RefusalKind::Unknown => Self::Wrong,
            RefusalKind::Held => Self::Refused,
            RefusalKind::CannotTell | RefusalKind::JournalLost => Self::CannotTell,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// Why a command did not come to its end: with the status, and what is said on standard error.
#[derive(Debug)]
pub struct Stop {
    /// The status.
    pub exit: Exit,
    /// What is said.
    pub report: color_eyre::Report,
    /// The single reasons, for `--json`.
    pub reasons: Vec<String>,
}

impl Stop {
    /// Stops because the command line or the plan is wrong.
    pub fn wrong(says: impl std::fmt::Display) -> Self {
        Self { exit: Exit::Wrong, report: color_eyre::eyre::eyre!("{says}"), reasons: Vec::new() }
    }

    /// Stops because it may not.
    pub fn refused(says: impl std::fmt::Display) -> Self {
        Self { exit: Exit::Refused, report: color_eyre::eyre::eyre!("{says}"), reasons: Vec::new() }
    }

    /// Stops because it may not, with the causes beneath.
    pub fn refused_because(error: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self { exit: Exit::Refused, report: error.into(), reasons: Vec::new() }
    }

    /// Stops because it cannot be told.
    pub fn cannot_tell(says: impl std::fmt::Display) -> Self {
        Self { exit: Exit::CannotTell, report: color_eyre::eyre::eyre!("{says}"), reasons: Vec::new() }
    }
}

impl std::fmt::Display for Stop {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(to, "{:#}", self.report)
    }
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        let (exit, reasons) = (Exit::of_refusal(&refusal), refusal.reasons.clone());
        Self { exit, report: refusal.into(), reasons }
    }
}

impl From<tminus_core::failure::Failure> for Stop {
    fn from(failure: tminus_core::failure::Failure) -> Self {
        let chain = failure.causes.iter().rev().fold(None::<color_eyre::Report>, |beneath, cause| {
            Some(match beneath {
                None => color_eyre::eyre::eyre!("{cause}"),
                Some(report) => report.wrap_err(cause.clone()),
            })
        });
        let report = match chain {
            None => color_eyre::eyre::eyre!("{}", failure.summary),
            Some(report) => report.wrap_err(failure.summary.clone()),
        };
        Self { exit: Exit::CannotTell, report, reasons: Vec::new() }
    }
}

impl From<color_eyre::Report> for Stop {
    fn from(report: color_eyre::Report) -> Self {
        Self { exit: Exit::CannotTell, report, reasons: Vec::new() }
    }
}

/// What a command comes to.
pub type Done = Result<Exit, Stop>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_verdict_at_all_is_not_good() {
        assert_eq!(Exit::of_verdicts([]), Exit::CannotTell);
        assert_eq!(Exit::of_verdicts([Verdict::Pass, Verdict::Waived]), Exit::Good);
        assert_eq!(Exit::of_verdicts([Verdict::Pass, Verdict::Stale]), Exit::CannotTell);
        assert_eq!(Exit::of_verdicts([Verdict::NoData, Verdict::Fail, Verdict::Pass]), Exit::NotGood);
        assert_eq!(Exit::of_verdicts([Verdict::Fail, Verdict::NoData]), Exit::NotGood);
    }
}
