//! One line without what speaks to a terminal: text in runs of one style. What a terminal would write over stays.
//!
//! The parser is `vte`'s, so that a sequence ends here where it ends in a terminal. What it prints is not safe yet:
//! [`super::scrub`] has the last word on every run.

use super::scrub::Scrubber;
use super::style::Style;
use vte::{Params, Parser, Perform};

/// Whether colours are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Colours {
    Kept,
    Dropped,
}

/// What stands where a terminal would go back to the first column and write over the line: what was written over may be
/// the evidence, so it stays.
const RETURN: &str = "\\r";

/// What stands in the line.
pub(super) struct Sheet {
    runs: Vec<(Style, String)>,
    style: Style,
    colours: Colours,
    // A return alone overwrites nothing: `50%\r` still shows 50%.
    is_returned: bool,
    // One letter was gone back over.
    is_back: bool,
}

impl Sheet {
    /// Reads one line, without its line break.
    pub(super) fn read(text: &str, colours: Colours) -> Self {
        let mut sheet = Self { runs: Vec::new(), style: Style::default(), colours, is_returned: false, is_back: false };
        let mut parser = Parser::new();
        if text.chars().any(is_c1) {
            parser.advance(&mut sheet, spell_out_c1(text).as_bytes());
        } else {
            parser.advance(&mut sheet, text.as_bytes());
        }
        sheet
    }

    /// Returns the text, safe to print.
    pub(super) fn into_text(self) -> String {
        self.into_runs().into_iter().map(|(_, text)| text).collect()
    }

    /// Returns the runs, each safe to print and none empty.
    pub(super) fn into_runs(self) -> Vec<(Style, String)> {
        let mut scrubber = Scrubber::default();
        let scrub = |(style, text): (Style, String)| (style, scrubber.scrub(&text));
        self.runs.into_iter().map(scrub).filter(|(_, text)| !text.is_empty()).collect()
    }

    fn put(&mut self, character: char) {
        if std::mem::take(&mut self.is_returned) && !self.runs.is_empty() {
            RETURN.chars().for_each(|sign| self.push(sign));
        }
        if std::mem::take(&mut self.is_back) && self.is_struck_over(character) {
            return;
        }
        self.push(character);
    }

    fn push(&mut self, character: char) {
        match self.runs.last_mut() {
            Some((style, text)) if *style == self.style => text.push(character),
            Some(_) | None => self.runs.push((self.style, character.into())),
        }
    }

    /// Says whether a letter makes the one before it bold or underlined, as manuals for printers do; the letter that is
    /// read stays.
    fn is_struck_over(&mut self, character: char) -> bool {
        let Some(before) = self.runs.last_mut().and_then(|(_, text)| text.pop()) else { return false };
        if before == '_' && character != '_' {
            return false;
        }
        self.push(before);
        before == character || character == '_'
    }
}

impl Perform for Sheet {
    fn print(&mut self, character: char) {
        self.put(character);
    }

    fn execute(&mut self, byte: u8) {
        match byte {
            b'\r' => self.is_returned = true,
            b'\t' => self.put('\t'),
            0x08 => self.is_back = true,
            _ => {}
        }
    }

    fn csi_dispatch(&mut self, params: &Params, intermediates: &[u8], is_cut: bool, action: char) {
        if !intermediates.is_empty() || is_cut {
            return;
        }
        match action {
            'm' if self.colours == Colours::Kept => self.style.apply(&params.iter().collect::<Vec<_>>()),
            // To the first column: how progress bars return without a return.
            'G' if params.iter().flatten().all(|column| *column <= 1) => self.is_returned = true,
            _ => {}
        }
    }
}

fn is_c1(character: char) -> bool {
    ('\u{80}'..='\u{9f}').contains(&character)
}

/// Spells the 8-bit controls as their escape sequences (ECMA-48, section 5.3), which is how `vte` follows them.
fn spell_out_c1(text: &str) -> String {
    let mut spelled = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        match u8::try_from(u32::from(character)) {
            Ok(byte) if is_c1(character) => spelled.extend(['\x1b', char::from(byte - 0x40)]),
            Ok(_) | Err(_) => spelled.push(character),
        }
    }
    spelled
}
