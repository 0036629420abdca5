//! The settings there are: name, help, default, and the variables that set them.

use super::value::{EnvLookup, SettingKind, SettingValue};

/// A setting that there is.
#[derive(Debug)]
pub struct KnownSetting {
    /// Its name in `config.toml`.
    pub name: &'static str,
    /// What it is, in one sentence.
    pub help: &'static str,
    /// What may stand there.
    pub kind: SettingKind,
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
    pub reads: fn(&str, EnvLookup<'_>) -> Option<SettingValue>,
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
pub static SETTINGS: &[KnownSetting] = &[
    KnownSetting {
        name: "keymap",
        help: "The keys: those of tminus, or those of tminus with vim's or emacs's added. Your own keymap.toml changes either.",
        kind: SettingKind::Word(&["default", "vim", "emacs"]),
        default: "default",
        own: &[as_it_is("TMINUS_KEYMAP")],
        shared: &[],
    },
    KnownSetting {
        name: "theme",
        help: "The colours: a theme's name, or { light = NAME, dark = NAME }; tminus then asks the terminal which it is.",
        kind: SettingKind::Theme,
        default: "",
        own: &[as_it_is("TMINUS_THEME")],
        shared: &[Variable { name: "TERM", reads: sixteen }],
    },
    KnownSetting {
        name: "protected-theme",
        help: "The theme while the keys act on a protected environment. Not set by default.",
        kind: SettingKind::Theme,
        default: "",
        own: &[as_it_is("TMINUS_PROTECTED_THEME")],
        shared: &[],
    },
    KnownSetting {
        name: "colours",
        help: "Whether colours are used. Without them, weight and reverse video show what is selected.",
        kind: SettingKind::Word(&["on", "off"]),
        default: "on",
        own: &[as_it_is("TMINUS_COLOURS")],
        shared: &[Variable { name: "NO_COLOR", reads: |_, _| Some(SettingValue::word("off")) }],
    },
    KnownSetting {
        name: "signs",
        help: "The signs: ✓ ✗ ◌, or ASCII for fonts without them.",
        kind: SettingKind::Word(&["unicode", "ascii"]),
        default: "unicode",
        own: &[
            Variable { name: "TMINUS_ASCII", reads: |_, _| Some(SettingValue::word("ascii")) },
            as_it_is("TMINUS_SIGNS"),
        ],
        shared: &[
            Variable { name: "LC_ALL", reads: of_locale },
            Variable { name: "LC_CTYPE", reads: of_locale },
            Variable { name: "LANG", reads: of_locale },
        ],
    },
    KnownSetting {
        name: "mouse",
        help: "Whether tminus uses the mouse. F2 changes it while the cockpit runs.",
        kind: SettingKind::Word(&["on", "off"]),
        default: "on",
        own: &[as_it_is("TMINUS_MOUSE")],
        shared: &[],
    },
    KnownSetting {
        name: "bell",
        help: "How tminus calls you while you look elsewhere: not at all, with the terminal's bell, or with a desktop \
               notification (OSC 9, 99 or 777). auto uses the notification that the terminal is known to support.",
        kind: SettingKind::Word(&["off", "auto", "bell", "osc9", "osc99", "osc777"]),
        default: "off",
        own: &[as_it_is("TMINUS_BELL")],
        shared: &[],
    },
    KnownSetting {
        name: "read-only",
        help: "on refuses every change, protected every change in a protected environment: in the cockpit, where F3 \
               switches it, in --plain and in every command.",
        kind: SettingKind::Word(&["off", "protected", "on"]),
        default: "off",
        own: &[as_it_is("TMINUS_READ_ONLY")],
        shared: &[],
    },
    KnownSetting {
        name: "clipboard",
        help: "How text is copied: by the terminal (osc52), through tmux, by the desktop's own program (native), or not at \
               all. auto uses tmux inside tmux, the terminal over SSH, and the desktop elsewhere.",
        kind: SettingKind::Word(&["auto", "osc52", "tmux", "native", "off"]),
        default: "auto",
        own: &[as_it_is("TMINUS_CLIPBOARD")],
        shared: &[],
    },
    KnownSetting {
        name: "sync",
        help: "Whether each frame appears as a whole (mode 2026). auto asks the terminal.",
        kind: SettingKind::Word(&["auto", "on", "off"]),
        default: "auto",
        own: &[as_it_is("TMINUS_SYNC")],
        shared: &[],
    },
    KnownSetting {
        name: "keyboard",
        help: "Whether the kitty keyboard protocol is used, which tells Esc and held keys apart. auto asks the terminal.",
        kind: SettingKind::Word(&["auto", "on", "off"]),
        default: "auto",
        own: &[as_it_is("TMINUS_KEYBOARD")],
        shared: &[],
    },
    KnownSetting {
        name: "bandwidth",
        help: "How often the screen is drawn. low draws news once a second, and keys ten times a second, for slow connections.",
        kind: SettingKind::Word(&["normal", "low"]),
        default: "normal",
        own: &[as_it_is("TMINUS_BANDWIDTH")],
        shared: &[],
    },
    KnownSetting {
        name: "session",
        help: "Whether the view, filters, the form of log lines and unread messages are remembered for the next time.",
        kind: SettingKind::Word(&["on", "off"]),
        default: "on",
        own: &[as_it_is("TMINUS_SESSION")],
        shared: &[],
    },
    KnownSetting {
        name: "zone",
        help: "The time zone of all times on the screen: a name such as Europe/London, or system.",
        kind: SettingKind::Zone,
        default: "system",
        own: &[as_it_is("TMINUS_ZONE")],
        shared: &[],
    },
    KnownSetting {
        name: "time-format",
        help: "How the time of a log line is written, in the cockpit and by `tminus logs`, in strftime's notation: %H:%M:%S \
               or %d %b %H:%M. auto fits it to the width.",
        kind: SettingKind::TimeFormat,
        default: "auto",
        own: &[as_it_is("TMINUS_TIME_FORMAT")],
        shared: &[],
    },
    KnownSetting {
        name: "editor",
        help: "The program for editing text.",
        kind: SettingKind::Command,
        default: "vi",
        own: &[as_it_is("TMINUS_EDITOR")],
        shared: &[as_it_is("VISUAL"), as_it_is("EDITOR")],
    },
    KnownSetting {
        name: "pager",
        help: "The program for reading long text.",
        kind: SettingKind::Command,
        default: "less",
        own: &[as_it_is("TMINUS_PAGER")],
        shared: &[as_it_is("PAGER")],
    },
];

const fn as_it_is(name: &'static str) -> Variable {
    Variable { name, reads: |text, _| Some(SettingValue::word(text)) }
}

/// A locale that writes something else than UTF-8 has no signs beyond ASCII.
fn of_locale(locale: &str, _: EnvLookup<'_>) -> Option<SettingValue> {
    Some(SettingValue::word(if is_utf8(locale) { "unicode" } else { "ascii" }))
}

/// Says whether a locale writes UTF-8.
pub fn is_utf8(locale: &str) -> bool {
    locale.to_ascii_lowercase().replace('-', "").contains("utf8")
}

/// What a terminal of more than sixteen colours has in its name; the others say it in `COLORTERM`.
const MANY_COLOURS: [&str; 9] =
    ["256color", "direct", "truecolor", "kitty", "ghostty", "alacritty", "foot", "wezterm", "contour"];

/// A terminal that names no more than sixteen colours gets the theme that needs no more.
fn sixteen(terminal: &str, variables: EnvLookup<'_>) -> Option<SettingValue> {
    let has_many = MANY_COLOURS.iter().any(|name| terminal.contains(name)) || variables("COLORTERM").is_some();
    (!has_many).then(|| SettingValue::word("sixteen"))
}
