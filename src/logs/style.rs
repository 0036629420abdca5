//! How a run of text looked where it came from, as values; what a screen makes of it is the cockpit's.

/// A style, as SGR sequences set it (ECMA-48, section 8.3.117).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Style {
    /// The colour of the text; the terminal's own when absent.
    pub foreground: Option<Colour>,
    /// The colour behind it; the terminal's own when absent.
    pub background: Option<Colour>,
    /// Bold.
    pub is_bold: bool,
    /// Dim.
    pub is_dim: bool,
    /// Italic.
    pub is_italic: bool,
    /// Underlined.
    pub is_underlined: bool,
    /// Foreground and background exchanged.
    pub is_reversed: bool,
}

/// A colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Colour {
    /// One of the sixteen that the user's palette decides, 0 to 15.
    Basic(u8),
    /// One of the 256.
    Indexed(u8),
    /// Red, green and blue.
    Rgb(u8, u8, u8),
}

impl Style {
    /// Applies the parameters of one SGR sequence; what is unknown changes nothing.
    ///
    /// Each parameter is a list: `38:2::1:2:3` is one, `38;2;1;2;3` are five.
    pub(super) fn apply(&mut self, parameters: &[&[u16]]) {
        let mut rest = parameters;
        if rest.is_empty() {
            *self = Self::default();
        }
        while let [first, after @ ..] = rest {
            rest = after;
            match first {
                [38, colon @ ..] => self.foreground = colour(colon, &mut rest).or(self.foreground),
                [48, colon @ ..] => self.background = colour(colon, &mut rest).or(self.background),
                [code, ..] => self.apply_code(*code),
                [] => {}
            }
        }
    }

    fn apply_code(&mut self, code: u16) {
        match code {
            0 => *self = Self::default(),
            1 => self.is_bold = true,
            2 => self.is_dim = true,
            3 => self.is_italic = true,
            4 | 21 => self.is_underlined = true,
            7 => self.is_reversed = true,
            22 => (self.is_bold, self.is_dim) = (false, false),
            23 => self.is_italic = false,
            24 => self.is_underlined = false,
            27 => self.is_reversed = false,
            30..=37 | 90..=97 => self.foreground = basic(code),
            40..=47 | 100..=107 => self.background = basic(code - 10),
            39 => self.foreground = None,
            49 => self.background = None,
            _ => {}
        }
    }
}

/// Returns the colour of a foreground code.
fn basic(code: u16) -> Option<Colour> {
    let index = if code >= 90 { code - 90 + 8 } else { code - 30 };
    u8::try_from(index).ok().map(Colour::Basic)
}

/// Takes a colour from the colons behind a 38 or 48, or, when there are none, from the parameters that follow.
fn colour(colon: &[u16], rest: &mut &[&[u16]]) -> Option<Colour> {
    let byte = |value: u16| u8::try_from(value).ok();
    match colon {
        [5, index, ..] => return byte(*index).map(Colour::Indexed),
        // With five values the first is a colour space, which everybody ignores.
        [2, _, red, green, blue, ..] | [2, red, green, blue] => {
            return Some(Colour::Rgb(byte(*red)?, byte(*green)?, byte(*blue)?));
        }
        _ => {}
    }
    let single = |parameter: &&[u16]| parameter.first().copied().unwrap_or(0);
    match **rest {
        [[5], ref index, ref after @ ..] => {
            *rest = after;
            byte(single(index)).map(Colour::Indexed)
        }
        [[2], ref red, ref green, ref blue, ref after @ ..] => {
            *rest = after;
            Some(Colour::Rgb(byte(single(red))?, byte(single(green))?, byte(single(blue))?))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(parameters: &[&[u16]]) -> Style {
        let mut style = Style::default();
        style.apply(parameters);
        style
    }

    #[test]
    fn each_code_sets_what_it_says() {
        assert_eq!(after(&[&[91], &[44], &[3], &[4]]).foreground, Some(Colour::Basic(9)));
        assert_eq!(after(&[&[104]]).background, Some(Colour::Basic(12)));
        assert_eq!(after(&[&[38], &[2], &[1], &[2], &[3], &[1]]).foreground, Some(Colour::Rgb(1, 2, 3)));
        assert!(after(&[&[38], &[2], &[1], &[2], &[3], &[1]]).is_bold);
        assert_eq!(after(&[&[38, 2, 1, 2, 3]]).foreground, Some(Colour::Rgb(1, 2, 3)));
        assert_eq!(after(&[&[1], &[31], &[]]), after(&[&[31], &[1]]));
        assert_eq!(after(&[&[1], &[0]]), Style::default());
    }

    #[test]
    fn nonsense_changes_nothing() {
        for nonsense in [&[&[38_u16][..]][..], &[&[38], &[5]], &[&[38], &[5], &[999]], &[&[48, 9]], &[&[12345]]] {
            assert_eq!(after(nonsense), Style::default(), "{nonsense:?}");
        }
    }
}
