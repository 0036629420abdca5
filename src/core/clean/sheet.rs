//! One line without what speaks to a terminal. What a terminal would write over stays.
//!
//! The parser is `vte`'s, so that a sequence ends here where it ends in a terminal. What it prints is not safe yet:
//! [`super::scrub`] has the last word.

use super::scrub::scrub;
use vte::{Params, Parser, Perform};

/// What stands where a terminal would go back to the first column and write over the line: what was written over may be
/// the evidence, so it stays.
const RETURN: &str = "\\r";

/// What stands in the line.
#[derive(Default)]
pub(super) struct LineSheet {
    text: String,
    // A return alone overwrites nothing: `50%\r` still shows 50%.
    is_returned: bool,
    // One letter was gone back over.
    is_back: bool,
}

impl LineSheet {
    /// Reads one line, without its line break.
    pub(super) fn read(text: &str) -> Self {
        let mut sheet = Self::default();
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
        scrub(&self.text)
    }

    fn put(&mut self, character: char) {
        if std::mem::take(&mut self.is_returned) && !self.text.is_empty() {
            self.text.push_str(RETURN);
        }
        if std::mem::take(&mut self.is_back) && self.is_struck_over(character) {
            return;
        }
        self.text.push(character);
    }

    /// Says whether a letter makes the one before it bold or underlined, as manuals for printers do; the letter that is
    /// read stays.
    fn is_struck_over(&mut self, character: char) -> bool {
        let Some(before) = self.text.pop() else { return false };
        if before == '_' && character != '_' {
            return false;
        }
        self.text.push(before);
        before == character || character == '_'
    }
}

impl Perform for LineSheet {
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
        // To the first column: how progress bars return without a return.
        if action == 'G' && intermediates.is_empty() && !is_cut && params.iter().flatten().all(|column| *column <= 1) {
            self.is_returned = true;
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
