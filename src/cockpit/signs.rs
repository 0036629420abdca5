//! The signs of verdicts, health and steps, and our own typography: in Unicode, and in ASCII where that is all there is. One
//! table for the screen and for plain lines.

use tminus_core::order::Health;
use tminus_core::release::StepPhase;
use tminus_core::verdict::Verdict;

/// Which signs are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Signs {
    /// `✓ ✗ ◌ ╭─╮`.
    #[default]
    Unicode,
    /// `+ x o .-.`, for terminals and fonts that have no others.
    Ascii,
}

impl Signs {
    /// Returns the one of two signs that can be drawn.
    pub const fn pick(self, unicode: &'static str, ascii: &'static str) -> &'static str {
        match self {
            Self::Unicode => unicode,
            Self::Ascii => ascii,
        }
    }

    /// Returns the sign of a verdict; only a pass has the one that means good.
    pub const fn verdict(self, verdict: Verdict) -> &'static str {
        match verdict {
            Verdict::Pass => self.pick("✓", "+"),
            Verdict::Fail => self.pick("✗", "x"),
            Verdict::Inconclusive => self.pick("≈", "?"),
            Verdict::NoData => self.pick("∅", "!"),
            Verdict::Stale => "~",
            Verdict::Waived => self.pick("»", ">"),
            Verdict::Running => self.pick("◌", "o"),
            Verdict::Pending => self.pick("·", "."),
        }
    }

    /// Returns the sign of how a target is.
    pub const fn health(self, health: Health) -> &'static str {
        match health {
            Health::Healthy => self.pick("✓", "+"),
            Health::Starting => self.pick("◌", "o"),
            Health::Unhealthy => self.pick("✗", "x"),
            Health::Stopped => self.pick("■", "#"),
            Health::Absent => self.pick("–", "-"),
            Health::Waiting => self.pick("◐", "o"),
            Health::Unknown => "?",
        }
    }

    /// Returns the sign of how far a step is.
    pub const fn phase(self, phase: StepPhase) -> &'static str {
        match phase {
            StepPhase::Waiting => self.pick("·", "."),
            StepPhase::Running => self.pick("◌", "o"),
            StepPhase::Succeeded => self.pick("✓", "+"),
            StepPhase::Failed => self.pick("✗", "x"),
            StepPhase::Unclear => "?",
        }
    }

    /// Writes our own typography so that it can be drawn; each sign keeps its one column.
    pub fn write(self, text: String) -> String {
        let plain = |letter: char| match letter {
            '…' => '~',
            '·' | '–' | '—' => '-',
            '→' => '>',
            '←' => '<',
            '↑' => '^',
            '↓' => 'v',
            '▸' => '>',
            other => other,
        };
        if self == Self::Ascii { text.chars().map(plain).collect() } else { text }
    }
}
