//! All that a check printed, kept in a file beside the journal. The journal holds the hash of that file, so a file that was
//! changed since is told apart from the evidence that it was.

use super::mask::SafeText;
use super::notation::in_thousands;
use serde::{Deserialize, Serialize};

/// How much of an output is kept in a file, in bytes: its end.
pub const OUTPUT_BYTES: usize = 1 << 20;

/// How much of a kept output a screen is given, in bytes: its end.
pub const SHOWN_BYTES: usize = 32 << 10;

/// Where all of an output is; what is no longer than the evidence's own end of it needs no file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeptOutput {
    /// In a file that its hash names.
    File(OutputFile),
    /// Nowhere, and why: it could not be written.
    Lost(SafeText),
}

/// The file of an output.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutputFile {
    /// The SHA-256 of what was written there, in hexadecimal: masked, so not that of what came back.
    pub sha256: String,
    /// How many bytes that is.
    pub bytes: u64,
    /// Whether it is only the end of what came back.
    pub is_cut: bool,
}

/// How the file of an output is now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OutputState {
    /// It holds what was written there.
    Whole,
    /// It is gone.
    Missing,
    /// It holds something else: it is no evidence any more.
    Changed,
    /// It cannot be read, and why.
    Unreadable(SafeText),
}

/// A kept output as it was found when somebody asked for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutputLook {
    /// Which: the hash that the journal has.
    pub sha256: String,
    /// How its file is.
    pub state: OutputState,
    /// The end of it, at most [`SHOWN_BYTES`]; nothing of a file that is not what was written.
    pub end: SafeText,
}

impl OutputState {
    /// Returns the word for it.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Missing => "missing",
            Self::Changed => "changed",
            Self::Unreadable(_) => "unreadable",
        }
    }

    /// Says what that means for whoever looks at the evidence.
    pub fn says(&self) -> String {
        match self {
            Self::Whole => "the file holds what was written then".to_owned(),
            Self::Missing => "the file is gone; its end stands in the journal".to_owned(),
            Self::Changed => {
                "the file was changed since, so it is no evidence; its end stands in the journal".to_owned()
            }
            Self::Unreadable(why) => format!("the file cannot be read: {}", &**why),
        }
    }
}

impl KeptOutput {
    /// Returns the file, where there is one.
    pub const fn file(&self) -> Option<&OutputFile> {
        match self {
            Self::File(file) => Some(file),
            Self::Lost(_) => None,
        }
    }

    /// Says how much is kept.
    pub fn words(&self) -> String {
        match self {
            Self::File(OutputFile { bytes, is_cut: false, .. }) => format!("all of it, {} bytes", in_thousands(*bytes)),
            Self::File(OutputFile { bytes, is_cut: true, .. }) => {
                format!("its last {} bytes", in_thousands(*bytes))
            }
            Self::Lost(why) => format!("not kept: {}", &**why),
        }
    }
}

/// Returns the end of a kept output for a screen, from the beginning of a line on.
pub fn shown_end(text: &str) -> &str {
    let mut from = text.len().saturating_sub(SHOWN_BYTES);
    if from == 0 {
        return text;
    }
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let end = &text[from..];
    end.find('\n').map_or(end, |at| &end[at + 1..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shown_end_of_an_output_begins_with_a_whole_line() {
        assert_eq!(shown_end("a\nb"), "a\nb");
        let long = "שורה ארוכה\n".repeat(SHOWN_BYTES / 10);
        let end = shown_end(&long);
        assert!(end.len() <= SHOWN_BYTES && end.starts_with("שורה ארוכה\n"), "{}", &end[..20]);
    }
}
