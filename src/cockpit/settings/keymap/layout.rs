//! Keyboards of other scripts: which letter of QWERTY lies where a letter of theirs was pressed.
//!
//! A table of positions, and no more: what a key that was found so may do is decided where keys are taken.

/// A keyboard, row by row as on QWERTY. A space stands where a key gives no letter of its own script.
struct KeyboardLayout {
    name: &'static str,
    rows: [&'static str; 3],
    shifted: [&'static str; 3],
}

const QWERTY: [&str; 3] = ["qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./"];
const SHIFTED: [&str; 3] = ["QWERTYUIOP{}", "ASDFGHJKL:\"", "ZXCVBNM<>?"];
const NONE: [&str; 3] = ["", "", ""];

/// The standard layouts (SI 1452; ЙЦУКЕН; ДСТУ; ELOT 1000; Arabic 101), their letters alone.
const LAYOUTS: [KeyboardLayout; 5] = [
    KeyboardLayout {
        name: "he", rows: ["  קראטוןםפ", "שדגכעיחלךף", "זסבהנמצתץ"], shifted: NONE
    },
    KeyboardLayout {
        name: "ru",
        rows: ["йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю"],
        shifted: ["ЙЦУКЕНГШЩЗХЪ", "ФЫВАПРОЛДЖЭ", "ЯЧСМИТЬБЮ"],
    },
    KeyboardLayout {
        name: "uk",
        rows: ["йцукенгшщзхї", "фівапролджє", "ячсмитьбю"],
        shifted: ["ЙЦУКЕНГШЩЗХЇ", "ФІВАПРОЛДЖЄ", "ЯЧСМИТЬБЮ"],
    },
    KeyboardLayout {
        name: "el",
        rows: [" ςερτυθιοπ", "ασδφγηξκλ", "ζχψωβνμ"],
        shifted: ["  ΕΡΤΥΘΙΟΠ", "ΑΣΔΦΓΗΞΚΛ", "ΖΧΨΩΒΝΜ"],
    },
    KeyboardLayout {
        name: "ar", rows: ["ضصثقفغعهخحجد", "شسيبلاتنمكط", "ئءؤر ىةوزظ"], shifted: NONE
    },
];

/// Where a letter lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// The layouts that have the letter there: `he`, `ru/uk`.
    pub layout: String,
    /// The letter of QWERTY in its place.
    pub letter: char,
}

/// Returns the QWERTY letter in whose place a letter of another script lies; `None` for one that is in no table.
pub fn position(letter: char) -> Option<Position> {
    if letter.is_ascii() {
        return None;
    }
    let found: Vec<(&str, char)> =
        LAYOUTS.iter().filter_map(|layout| Some((layout.name, layout.find(letter)?))).collect();
    let (_, first) = *found.first()?;
    let names: Vec<&str> = found.iter().filter(|(_, place)| *place == first).map(|(name, _)| *name).collect();
    Some(Position { layout: names.join("/"), letter: first })
}

impl KeyboardLayout {
    fn find(&self, letter: char) -> Option<char> {
        let rows = self.rows.iter().zip(QWERTY).chain(self.shifted.iter().zip(SHIFTED));
        rows.into_iter().find_map(|(own, qwerty)| {
            own.chars().zip(qwerty.chars()).find(|(mine, _)| *mine == letter).map(|(_, place)| place)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(letter: char) -> Option<(String, char)> {
        position(letter).map(|found| (found.layout, found.letter))
    }

    #[test]
    fn letters_lie_where_they_are_printed_on_the_keys() {
        let he = [
            ('ח', 'j'),
            ('ל', 'k'),
            ('ש', 'a'),
            ('ג', 'd'),
            ('ר', 'r'),
            ('ה', 'v'),
            ('ק', 'e'),
            ('ץ', '.'),
            ('ת', ','),
        ];
        let ru = [('ы', 's'), ('ъ', ']'), ('э', '\'')];
        let uk = [('і', 's'), ('ї', ']'), ('є', '\''), ('Є', '"')];
        let both = [('о', 'j'), ('л', 'k'), ('й', 'q'), ('Ц', 'W'), ('П', 'G'), ('ю', '.'), ('Ж', ':')];
        let el = [('ξ', 'j'), ('κ', 'k'), ('ς', 'w'), ('Γ', 'G'), ('μ', 'm')];
        let ar = [('ت', 'j'), ('ن', 'k'), ('ش', 'a'), ('ظ', '/'), ('ر', 'v'), ('ى', 'n')];
        for (name, all) in [("he", &he[..]), ("ru", &ru), ("uk", &uk), ("ru/uk", &both), ("el", &el), ("ar", &ar)] {
            for (letter, place) in all {
                assert_eq!(of(*letter), Some((name.to_owned(), *place)), "{letter}");
            }
        }
    }

    #[test]
    fn a_letter_that_lies_nowhere_has_no_place() {
        for letter in ['j', '1', ' ', 'é', '日', '\u{301}'] {
            assert_eq!(of(letter), None, "{letter:?}");
        }
    }

    #[test]
    fn every_letter_of_a_layout_has_one_place_in_it() {
        for layout in &LAYOUTS {
            let letters = layout.rows.iter().chain(&layout.shifted).flat_map(|row| row.chars()).filter(|c| *c != ' ');
            for letter in letters.clone() {
                assert_eq!(letters.clone().filter(|other| *other == letter).count(), 1, "{letter} in {}", layout.name);
                assert!(letter.is_alphabetic(), "{letter} in {}", layout.name);
            }
            for (own, qwerty) in layout.rows.iter().chain(&layout.shifted).zip(QWERTY.iter().chain(&SHIFTED)) {
                assert!(own.chars().count() <= qwerty.chars().count(), "{} has a row that is too long", layout.name);
            }
        }
    }
}
