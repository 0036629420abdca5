//! Cancel and go: opens on cancel; a protected environment's name is typed letter by letter.

use crate::action::{Action, DialogAction};
use crate::look::Look;
use crate::settings::keymap::{Key, Stroke};
use crate::settings::theme::Role;
use crate::theme::Palette;
use crate::widgets::{Row, fold_lines, take_last, width};

/// How many letters too many are taken before a slip is no longer written down.
const SLIPS: usize = 16;

/// Which button Enter presses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Button {
    #[default]
    Cancel,
    Go,
}

/// The two buttons, and the name that must be typed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Buttons {
    pub(crate) focus: Button,
    pub(crate) typed: String,
    /// Whether a button was gone to since the name was typed: the first Tab goes from the name to its button.
    pub(crate) has_turned: bool,
    /// The name that opens the go button.
    pub(crate) must_type: Option<String>,
    /// What is said of the last key, until the next one.
    pub(crate) says: Option<String>,
}

impl Buttons {
    /// Says whether the name is typed, where one must be.
    pub(crate) fn is_name_typed(&self) -> bool {
        self.must_type.as_ref().is_none_or(|name| *name == self.typed)
    }

    /// Says whether the go button has the focus without that a name was typed for it.
    pub(crate) fn is_one_tab_away(&self) -> bool {
        self.focus == Button::Go && self.must_type.is_none()
    }

    /// Says why a name that is typed opens nothing yet; nothing where it opens the button.
    pub(super) fn amiss_words(&self, look: &Look) -> Option<String> {
        let key = look.chord_of(Action::Dialog(DialogAction::Cancel), &["dialog.confirm"]);
        let or = key.map(|key| format!(", or {key} to leave")).unwrap_or_default();
        Some(match self.amiss()? {
            Amiss::Nothing { name } => format!("type {name} first{or}"),
            Amiss::Half { name } => format!("the name is incomplete: type {name}{or}"),
            Amiss::Other { name } => format!("that is not the name: it is {name}{or}"),
        })
    }

    /// Says what is wrong with what is typed so far; nothing where that is the name.
    fn amiss(&self) -> Option<Amiss<'_>> {
        let name = self.must_type.as_deref().filter(|name| *name != self.typed)?;
        Some(match name.starts_with(&self.typed) {
            _ if self.typed.is_empty() => Amiss::Nothing { name },
            true => Amiss::Half { name },
            false => Amiss::Other { name },
        })
    }

    /// Takes a key of the name: a letter, or what takes letters away.
    pub(crate) fn stroke(&mut self, stroke: Stroke) {
        match (stroke.key, stroke.ctrl || stroke.alt) {
            (Key::Char(letter), false) => self.letter(letter),
            (Key::Backspace, false) | (Key::Char('h'), true) => self.backspace(),
            // A name is one word.
            (Key::Char('u' | 'w') | Key::Backspace, true) if self.must_type.is_some() => {
                self.typed.clear();
                self.focus_by_name();
            }
            (_, _) => {}
        }
    }

    /// Types a letter of the name; the whole name moves to the go button.
    pub(crate) fn letter(&mut self, letter: char) {
        let room = self.must_type.as_ref().map_or(0, |name| name.chars().count() + SLIPS);
        if self.typed.chars().count() < room {
            self.typed.push(letter);
            self.focus_by_name();
        }
    }

    pub(crate) fn backspace(&mut self) {
        if self.must_type.is_some() {
            take_last(&mut self.typed);
            self.focus_by_name();
        }
    }

    fn focus_by_name(&mut self) {
        self.has_turned = false;
        self.focus = if self.is_name_typed() { Button::Go } else { Button::Cancel };
    }

    /// Returns the word for the key that presses, where that is neither of the buttons' own.
    pub(crate) fn word(&self, action: Action) -> Option<&'static str> {
        let presses = action == Action::Dialog(DialogAction::Press);
        (presses && !self.is_name_typed()).then_some("needs the name first")
    }

    /// Says why the other button cannot be gone to.
    pub(crate) fn why_no_other(&self) -> Option<String> {
        let name = self.must_type.as_ref().filter(|_| !self.is_name_typed())?;
        Some(format!("type \"{name}\" first"))
    }

    /// Goes to the next button; where a name must be typed, only once it is. From the name that is the go button.
    pub(crate) fn turn(&mut self) {
        if self.is_name_typed() && (self.must_type.is_none() || std::mem::replace(&mut self.has_turned, true)) {
            self.turn_back();
        }
    }

    /// Goes to the button before: from the name that is Cancel.
    pub(crate) fn turn_back(&mut self) {
        if !self.is_name_typed() {
            return;
        }
        self.has_turned = true;
        self.focus = match self.focus {
            Button::Cancel => Button::Go,
            Button::Go => Button::Cancel,
        };
    }

    /// Draws the line of the name and the buttons; the two stand under one another where they do not fit beside.
    pub(crate) fn rows(&self, face: Face<'_>, palette: &Palette) -> Vec<Row> {
        let mut rows = Vec::new();
        let is_open = face.standing == ButtonState::Open;
        if let Some(name) = self.must_type.as_ref().filter(|_| is_open) {
            // What is typed is seen, however narrow it is; the footer says what to type, too.
            let asks = [format!("Type \"{name}\", then press Enter: "), format!("Type {name}: "), format!("{name}: ")];
            let fits = |asks: &String| width(asks) + width(name) < face.columns;
            let asks = asks.into_iter().find(fits).unwrap_or_else(|| ": ".to_owned());
            let row = Row::new().put(asks, Role::Text).put(&self.typed, Role::Strong);
            rows.push(row.put(palette.sign("▏", "_"), Role::Accent));
        }
        let says = self.says.iter().flat_map(|says| fold_lines(says, face.columns));
        rows.extend(says.map(|line| Row::new().put(line, Role::Warn)));
        // While a name is written, Enter presses neither.
        let is_at_cancel = self.focus == Button::Cancel && (self.is_name_typed() || !is_open);
        let cancel = if is_at_cancel { Role::Button } else { Role::Text };
        let cancel = Row::new().put(format!(" {} ", face.cancel), cancel);
        let go = match (is_open && self.is_name_typed(), self.focus) {
            (true, Button::Go) => Role::Button,
            (true, Button::Cancel) => Role::Strong,
            (false, _) => Role::Dim,
        };
        let go = Row::new().put(format!(" {} ", face.go), go);
        match cancel.width() + 3 + go.width() <= face.columns {
            true => rows.push(cancel.put("   ", Role::Text).with(go)),
            false => rows.extend([cancel, go]),
        }
        rows
    }
}

/// What is wrong with a name as it is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Amiss<'a> {
    /// Nothing is typed yet.
    Nothing { name: &'a str },
    /// It is right as far as it goes.
    Half { name: &'a str },
    /// It is not the name, however much is written behind it.
    Other { name: &'a str },
}

/// What the buttons say, and how much room they have.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Face<'a> {
    pub(crate) cancel: &'a str,
    pub(crate) go: &'a str,
    pub(crate) standing: ButtonState,
    pub(crate) columns: usize,
}

/// Whether the go button can be gone to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ButtonState {
    Open,
    Held,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_go_button_of_a_protected_place_opens_with_its_exact_name_alone() {
        let mut buttons = Buttons { must_type: Some("prod".into()), ..Buttons::default() };
        buttons.turn();
        assert_eq!(buttons.focus, Button::Cancel);
        "pro".chars().for_each(|c| buttons.letter(c));
        assert!(!buttons.is_name_typed());
        assert_eq!(buttons.amiss(), Some(Amiss::Half { name: "prod" }));
        buttons.letter('d');
        assert_eq!(buttons.amiss(), None);
        assert_eq!((buttons.is_name_typed(), buttons.focus), (true, Button::Go));
        assert_eq!(buttons.why_no_other(), None);
        let gone_to = [0; 3].map(|_| {
            buttons.turn();
            buttons.focus
        });
        assert_eq!(gone_to, [Button::Go, Button::Cancel, Button::Go], "name, Tab, Enter goes on");
        buttons.backspace();
        buttons.letter('d');
        buttons.turn_back();
        assert_eq!(buttons.focus, Button::Cancel, "name, Shift-Tab is on Cancel");
        buttons.letter('x');
        assert_eq!((buttons.is_name_typed(), buttons.focus), (false, Button::Cancel));
    }

    #[test]
    fn a_name_of_any_length_can_be_typed_and_what_is_typed_has_an_end() {
        let name = format!("rollback:{}", "a".repeat(200));
        let mut buttons = Buttons { must_type: Some(name.clone()), ..Buttons::default() };
        name.chars().for_each(|letter| buttons.letter(letter));
        assert_eq!((buttons.is_name_typed(), buttons.focus), (true, Button::Go));
        (0..1_000).for_each(|_| buttons.letter('a'));
        assert!(!buttons.is_name_typed() && buttons.typed.len() == name.len() + SLIPS);
    }

    #[test]
    fn what_no_letter_behind_it_makes_the_name_is_told_apart_from_its_beginning() {
        let amiss = |typed: &str| {
            let buttons = Buttons { must_type: Some("prod".into()), typed: typed.to_owned(), ..Buttons::default() };
            match buttons.amiss() {
                None => "nothing",
                Some(Amiss::Nothing { .. }) => "empty",
                Some(Amiss::Half { .. }) => "half",
                Some(Amiss::Other { .. }) => "other",
            }
        };
        assert_eq!(["", "p", "pro", "prod"].map(amiss), ["empty", "half", "half", "nothing"]);
        assert_eq!(["Uja", "Pro", "prodx", " p"].map(amiss), ["other"; 4]);
    }

    #[test]
    fn what_is_typed_of_a_name_is_seen_on_the_narrowest_screen() {
        use crate::settings::theme::Theme;
        use crate::signs::Signs;
        use crate::theme::Colours;
        let mut buttons = Buttons { must_type: Some("production".into()), ..Buttons::default() };
        "produ".chars().for_each(|letter| buttons.letter(letter));
        let palette = Palette::new(&Theme::default(), Colours::Used, Signs::Unicode);
        for columns in [12, 16, 28, 60] {
            let face = Face { cancel: "Cancel", go: "Deploy", standing: ButtonState::Open, columns };
            let row = &buttons.rows(face, &palette)[0];
            assert!(row.whole().ends_with("produ▏") && row.width() <= columns, "{columns}: {}", row.whole());
        }
    }

    #[test]
    fn another_dialog_needs_a_tab_first() {
        let mut buttons = Buttons::default();
        assert_eq!(buttons.focus, Button::Cancel);
        buttons.turn();
        assert_eq!(buttons.focus, Button::Go);
    }
}
