//! The settings there are: name, help, default, and the variables that set them.

use super::value::{Kind, Value, Variables};

/// A setting that there is.
#[derive(Debug)]
pub struct Setting {
    /// Its name in `config.toml`.
    pub name: &'static str,
    /// What it is, in one sentence.
    pub help: &'static str,
    /// What may stand there.
    pub kind: Kind,
    /// The value where nobody says otherwise.
    pub default: &'static str,
    /// Variables of tminus's own: they win over the file.
    pub own: &'static [Variable],
    /// Variables that other programs read too: the file wins over them.
    pub shared: &'static [Variable],
}

/// A variable of the environment that sets something.
#[derive(Debug)]
pub struct Variable {
    /// Its name.
    pub name: &'static str,
    /// Makes a value of its text, which is never empty; the other variables may matter for that.
    pub reads: fn(&str, Variables<'_>) -> Option<Value>,
}

/// What tells that a long action has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bell {
    /// Nothing.
    Off,
    /// The terminal's bell.
    Bell,
    /// A notification of the desktop, where the terminal knows OSC 9.
    Osc9,
}

/// Every setting, in the order in which they are told.
pub static SETTINGS: &[Setting] = &[
    Setting {
        name: "keymap",
        help: "Which keys: those of tminus, with vim's or emacs's laid over them. Your own keymap.toml lies over either.",
        kind: Kind::Word(&["default", "vim", "emacs"]),
        default: "default",
        own: &[as_it_is("TMINUS_KEYMAP")],
        shared: &[],
    },
    Setting {
        name: "theme",
        help: "Which colours: a theme's name, or { light = NAME, dark = NAME }, and the terminal is asked which it is.",
        kind: Kind::Theme,
        default: "",
        own: &[as_it_is("TMINUS_THEME")],
        shared: &[Variable { name: "TERM", reads: sixteen }],
    },
    Setting {
        name: "colours",
        help: "Whether colours are used; without them, weight and reverse tell what is selected.",
        kind: Kind::Word(&["on", "off"]),
        default: "on",
        own: &[as_it_is("TMINUS_COLOURS")],
        shared: &[Variable { name: "NO_COLOR", reads: |_, _| Some(Value::word("off")) }],
    },
    Setting {
        name: "signs",
        help: "Which signs: ✓ ✗ ◌, or plain ones for fonts that have no others.",
        kind: Kind::Word(&["unicode", "ascii"]),
        default: "unicode",
        own: &[Variable { name: "TMINUS_ASCII", reads: |_, _| Some(Value::word("ascii")) }, as_it_is("TMINUS_SIGNS")],
        shared: &[
            Variable { name: "LC_ALL", reads: of_locale },
            Variable { name: "LC_CTYPE", reads: of_locale },
            Variable { name: "LANG", reads: of_locale },
        ],
    },
    Setting {
        name: "mouse",
        help: "Whether the mouse belongs to tminus; a key changes it while the cockpit runs.",
        kind: Kind::Word(&["on", "off"]),
        default: "on",
        own: &[as_it_is("TMINUS_MOUSE")],
        shared: &[],
    },
    Setting {
        name: "bell",
        help: "What tells that a long action has ended: nothing, the terminal's bell, or a notification (OSC 9).",
        kind: Kind::Word(&["off", "bell", "osc9"]),
        default: "off",
        own: &[as_it_is("TMINUS_BELL")],
        shared: &[],
    },
    Setting {
        name: "zone",
        help: "The time zone of every time on the screen: a name such as Europe/London, or system.",
        kind: Kind::Zone,
        default: "system",
        own: &[as_it_is("TMINUS_ZONE")],
        shared: &[],
    },
    Setting {
        name: "editor",
        help: "The program that edits a text.",
        kind: Kind::Command,
        default: "vi",
        own: &[as_it_is("TMINUS_EDITOR")],
        shared: &[as_it_is("VISUAL"), as_it_is("EDITOR")],
    },
    Setting {
        name: "pager",
        help: "The program that shows a long text.",
        kind: Kind::Command,
        default: "less",
        own: &[as_it_is("TMINUS_PAGER")],
        shared: &[as_it_is("PAGER")],
    },
];

const fn as_it_is(name: &'static str) -> Variable {
    Variable { name, reads: |text, _| Some(Value::word(text)) }
}

/// A locale that writes something else than UTF-8 has no signs beyond ASCII.
fn of_locale(locale: &str, _: Variables<'_>) -> Option<Value> {
    Some(Value::word(if is_utf8(locale) { "unicode" } else { "ascii" }))
}

/// Says whether a locale writes UTF-8.
pub fn is_utf8(locale: &str) -> bool {
    locale.to_ascii_lowercase().replace('-', "").contains("utf8")
}

/// What a terminal of more than sixteen colours has in its name; the others say it in `COLORTERM`.
const MANY_COLOURS: [&str; 9] =
    ["256color", "direct", "truecolor", "kitty", "ghostty", "alacritty", "foot", "wezterm", "contour"];

/// A terminal that names no more than sixteen colours gets the theme that needs no more.
fn sixteen(terminal: &str, variables: Variables<'_>) -> Option<Value> {
    let has_many = MANY_COLOURS.iter().any(|name| terminal.contains(name)) || variables("COLORTERM").is_some();
    (!has_many).then(|| Value::word("sixteen"))
}
