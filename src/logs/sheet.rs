//! One line as a terminal would leave it: text in runs of one style, overwriting taken into account.
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

/// What stands in the line.
pub(super) struct Sheet {
    runs: Vec<(Style, String)>,
    style: Style,
    colours: Colours,
    // A return alone overwrites nothing: `50%\r` still shows 50%.
    is_returned: bool,
}

impl Sheet {
    /// Reads one line, without its line break.
    pub(super) fn read(text: &str, colours: Colours) -> Self {
        let mut sheet = Self { runs: Vec::new(), style: Style::default(), colours, is_returned: false };
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
        if self.is_returned {
            self.runs.clear();
            self.is_returned = false;
        }
        match self.runs.last_mut() {
            Some((style, text)) if *style == self.style => text.push(character),
            Some(_) | None => self.runs.push((self.style, character.into())),
        }
    }

    fn take_back(&mut self) {
        let Some((_, text)) = self.runs.last_mut() else { return };
        text.pop();
        if text.is_empty() {
            self.runs.pop();
        }
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
            0x08 => self.take_back(),
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
