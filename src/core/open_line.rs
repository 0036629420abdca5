//! A line as it comes, piece by piece, and where it is cut when it is too long: once, with a sign that says how many bytes
//! are missing in all.

use super::notation::in_thousands;

/// How long a line may be, in bytes; what is longer is cut, with a sign.
pub const LONGEST_LINE: usize = 64 * 1024;

/// A line that is not whole yet. However long it gets, only so much of it is kept as is shown.
#[derive(Debug, Default)]
pub struct OpenLine {
    kept: Vec<u8>,
    /// How long it is so far, in bytes.
    length: u64,
    is_returned: bool,
}

impl OpenLine {
    /// Takes the next piece.
    pub fn extend(&mut self, bytes: &[u8]) {
        let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
        let Some(last) = bytes.last() else { return };
        self.is_returned = *last == b'\r';
        // The return of a line end is no part of the line.
        let room = (LONGEST_LINE + 1).saturating_sub(self.kept.len());
        self.kept.extend(&bytes[..bytes.len().min(room)]);
        self.length += bytes.len() as u64;
    }

    /// Says whether nothing has come of it.
    pub const fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Returns how many bytes are held of it.
    pub const fn held(&self) -> usize {
        self.kept.len()
    }

    /// Returns its text without its end, and begins the next line. Bytes that are no text become a sign.
    pub fn take(&mut self) -> String {
        let kept = std::mem::take(&mut self.kept);
        let length = std::mem::take(&mut self.length) - u64::from(std::mem::take(&mut self.is_returned));
        let missing = length.saturating_sub(kept.len() as u64);
        let text = String::from_utf8_lossy(&kept);
        let text = if missing == 0 { text.trim_end_matches('\r') } else { &text };
        cut(text.to_owned(), missing)
    }
}

/// Cuts a text of which so many bytes are missing already to what a line may be, its sign included. A text that was cut
/// before has one sign still, which counts all that is missing.
pub fn cut(mut text: String, missing: u64) -> String {
    if missing == 0 && text.len() <= LONGEST_LINE {
        return text;
    }
    let (kept, before) = missing_of(&text).unwrap_or((text.len(), 0));
    let end = text.floor_char_boundary(kept.min(LONGEST_LINE - LONGEST_SIGN));
    let all = missing.saturating_add(before).saturating_add((kept - end) as u64);
    text.truncate(end);
    text + &sign(all)
}

/// Returns where the text of a line ends that was cut, and how many bytes are missing behind that: what ends so within a
/// short line is only somebody's words.
pub fn missing_of(text: &str) -> Option<(usize, u64)> {
    let (kept, rest) = text.rsplit_once(BEGIN).filter(|(kept, _)| kept.len() + LONGEST_SIGN >= LONGEST_LINE)?;
    let digits = rest.strip_suffix(END)?.replace(',', "");
    digits.parse().ok().map(|missing| (kept.len(), missing))
}

const BEGIN: &str = " … +";
const END: &str = " bytes";

/// How long a sign and a character that had no room any more may be.
const LONGEST_SIGN: usize = 48;

fn sign(missing: u64) -> String {
    format!("{BEGIN}{}{END}", in_thousands(missing))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sign_of_a_cut_line_counts_all_that_is_missing() {
        let mut line = OpenLine::default();
        for _ in 0..100_000 {
            line.extend(&[b'x'; 1_000]);
        }
        assert_eq!(line.held(), LONGEST_LINE + 1);
        line.extend(b"\r\n");
        let text = line.take();
        let (kept, missing) = missing_of(&text).unwrap();
        assert_eq!(kept as u64 + missing, 100_000_000);
        assert!(text.len() <= LONGEST_LINE && text.ends_with(" bytes"), "{}", text.len());
        assert!(line.is_empty(), "the next line begins");
    }

    #[test]
    fn a_line_that_is_cut_again_has_one_sign() {
        let mut line = OpenLine::default();
        line.extend(&[b'x'; 100_000]);
        let longer = line.take().replace("xxx", "yyyyy");
        let again = cut(longer.clone(), 0);
        let (longer_kept, missing) = missing_of(&longer).unwrap();
        let (kept, all) = missing_of(&again).unwrap();
        assert_eq!(kept as u64 + all, longer_kept as u64 + missing);
        assert_eq!((again.matches(BEGIN).count(), cut(again.clone(), 0)), (1, again));
    }

    #[test]
    fn the_words_of_a_sign_are_believed_of_a_line_that_was_cut_alone() {
        assert_eq!(missing_of("it was … +12 bytes"), None);
        let forged = format!("{}{BEGIN}18,446,744,073,709,551,615{END}", "x".repeat(70_000));
        let shown = cut(forged, 9);
        assert!(shown.len() <= LONGEST_LINE && shown.ends_with("18,446,744,073,709,551,615 bytes"), "{}", shown.len());
    }

    #[test]
    fn a_line_that_fits_is_as_it_came() {
        let mut line = OpenLine::default();
        line.extend("é\r\n".as_bytes());
        assert_eq!(line.take(), "é");
        line.extend(&[b'x'; LONGEST_LINE]);
        line.extend(b"\n");
        assert_eq!(line.take().len(), LONGEST_LINE);
        assert_eq!(missing_of("a … +x bytes"), None);
    }
}
