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

/// What calls somebody who looks elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bell {
    /// Nothing.
    Off,
    /// What the terminal knows by its name: a notification, else its bell.
    Auto,
    /// The terminal's bell.
    Bell,
    /// A notification of the desktop, as iTerm2, WezTerm and Ghostty know it.
    Osc9,
    /// A notification of the desktop, as kitty knows it.
    Osc99,
    /// A notification of the desktop, as rxvt and foot know it.
    Osc777,
}

/// Every setting, in the order in which they are told.
pub static SETTINGS: &[Setting] = &[
    Setting {
        name: "keymap",
        help: "The keys: those of tminus, or those of tminus with vim's or emacs's added. Your own keymap.toml changes either.",
        kind: Kind::Word(&["default", "vim", "emacs"]),
        default: "default",
        own: &[as_it_is("TMINUS_KEYMAP")],
        shared: &[],
    },
    Setting {
        name: "theme",
        help: "The colours: a theme's name, or { light = NAME, dark = NAME }; tminus then asks the terminal which it is.",
        kind: Kind::Theme,
        default: "",
        own: &[as_it_is("TMINUS_THEME")],
        shared: &[Variable { name: "TERM", reads: sixteen }],
    },
    Setting {
        name: "protected-theme",
        help: "The theme while the keys act on a protected environment. Not set by default.",
        kind: Kind::Theme,
        default: "",
        own: &[as_it_is("TMINUS_PROTECTED_THEME")],
        shared: &[],
    },
    Setting {
        name: "colours",
        help: "Whether colours are used. Without them, weight and reverse video show what is selected.",
        kind: Kind::Word(&["on", "off"]),
        default: "on",
        own: &[as_it_is("TMINUS_COLOURS")],
        shared: &[Variable { name: "NO_COLOR", reads: |_, _| Some(Value::word("off")) }],
    },
    Setting {
        name: "signs",
        help: "The signs: ✓ ✗ ◌, or ASCII for fonts without them.",
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
        help: "Whether tminus uses the mouse. F2 changes it while the cockpit runs.",
        kind: Kind::Word(&["on", "off"]),
        default: "on",
        own: &[as_it_is("TMINUS_MOUSE")],
        shared: &[],
    },
    Setting {
        name: "bell",
        help: "How tminus calls you while you look elsewhere: not at all, with the terminal's bell, or with a desktop \
               notification (OSC 9, 99 or 777). auto uses the notification that the terminal is known to support.",
        kind: Kind::Word(&["off", "auto", "bell", "osc9", "osc99", "osc777"]),
        default: "off",
        own: &[as_it_is("TMINUS_BELL")],
        shared: &[],
    },
    Setting {
        name: "read-only",
        help: "on refuses every change, protected every change in a protected environment: in the cockpit, where F3 \
               switches it, in --plain and in every command.",
        kind: Kind::Word(&["off", "protected", "on"]),
        default: "off",
        own: &[as_it_is("TMINUS_READ_ONLY")],
        shared: &[],
    },
    Setting {
        name: "clipboard",
        help: "How text is copied: by the terminal (osc52), through tmux, by the desktop's own program (native), or not at \
               all. auto uses tmux inside tmux, the terminal over SSH, and the desktop elsewhere.",
        kind: Kind::Word(&["auto", "osc52", "tmux", "native", "off"]),
        default: "auto",
        own: &[as_it_is("TMINUS_CLIPBOARD")],
        shared: &[],
    },
    Setting {
        name: "sync",
        help: "Whether each frame appears as a whole (mode 2026). auto asks the terminal.",
        kind: Kind::Word(&["auto", "on", "off"]),
        default: "auto",
        own: &[as_it_is("TMINUS_SYNC")],
        shared: &[],
    },
    Setting {
        name: "keyboard",
        help: "Whether the kitty keyboard protocol is used, which tells Esc and held keys apart. auto asks the terminal.",
        kind: Kind::Word(&["auto", "on", "off"]),
        default: "auto",
        own: &[as_it_is("TMINUS_KEYBOARD")],
        shared: &[],
    },
    Setting {
        name: "bandwidth",
        help: "How often the screen is drawn. low draws news once a second, and keys ten times a second, for slow connections.",
        kind: Kind::Word(&["normal", "low"]),
        default: "normal",
        own: &[as_it_is("TMINUS_BANDWIDTH")],
        shared: &[],
    },
    Setting {
        name: "session",
        help: "Whether the view, filters, the form of log lines and unread messages are remembered for the next time.",
        kind: Kind::Word(&["on", "off"]),
        default: "on",
        own: &[as_it_is("TMINUS_SESSION")],
        shared: &[],
    },
    Setting {
        name: "zone",
        help: "The time zone of all times on the screen: a name such as Europe/London, or system.",
        kind: Kind::Zone,
        default: "system",
        own: &[as_it_is("TMINUS_ZONE")],
        shared: &[],
    },
    Setting {
        name: "time-format",
        help: "How the time of a log line is written, in the cockpit and by `tminus logs`, in strftime's notation: %H:%M:%S \
               or %d %b %H:%M. auto fits it to the width.",
        kind: Kind::TimeFormat,
        default: "auto",
        own: &[as_it_is("TMINUS_TIME_FORMAT")],
        shared: &[],
    },
    Setting {
        name: "editor",
        help: "The program for editing text.",
        kind: Kind::Command,
        default: "vi",
        own: &[as_it_is("TMINUS_EDITOR")],
        shared: &[as_it_is("VISUAL"), as_it_is("EDITOR")],
    },
    Setting {
        name: "pager",
        help: "The program for reading long text.",
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
