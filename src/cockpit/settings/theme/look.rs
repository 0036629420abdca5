//! What a theme is: the look of each role on the screen, and which theme is wanted where.

use std::collections::BTreeMap;

macro_rules! roles {
    ($($(#[$doc:meta])* $role:ident = $name:literal;)*) => {
        /// The parts that things on the screen play.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Role { $($(#[$doc])* $role,)* }

        impl Role {
            /// Every role.
            pub const ALL: &'static [Self] = &[$(Self::$role,)*];

            /// Returns the name that a theme gives it.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$role => $name,)* }
            }
        }
    };
}

roles! {
    /// Ordinary text.
    Text = "text";
    /// What matters less: ages, labels, frames' inner words.
    Dim = "dim";
    /// What matters more.
    Strong = "strong";
    /// The title of a pane.
    Title = "title";
    /// A frame.
    Frame = "frame";
    /// The frame of the pane that has the keys.
    Focus = "focus";
    /// Proved good; nothing else ever looks so.
    Pass = "pass";
    /// Wrong.
    Fail = "fail";
    /// Wants attention.
    Warn = "warn";
    /// On its way.
    Busy = "busy";
    /// A number or a name that stands out.
    Accent = "accent";
    /// The name of a protected environment.
    Protected = "protected";
    /// The selected row.
    Selection = "selection";
    /// The selected row of a pane that has not the keys.
    Remembered = "remembered";
    /// The program's own badge.
    Badge = "badge";
    /// The badge that says that this is a rehearsal.
    Rehearsal = "rehearsal";
    /// A key in the footer.
    Key = "key";
    /// A button that Enter presses.
    Button = "button";
    /// What a search has found.
    Hit = "hit";
    /// The first of the colours that tell sources of lines apart; none of them means anything.
    Source1 = "source1";
    /// The second.
    Source2 = "source2";
    /// The third.
    Source3 = "source3";
    /// The fourth.
    Source4 = "source4";
    /// The fifth.
    Source5 = "source5";
    /// The sixth.
    Source6 = "source6";
}

/// How a role looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RoleStyle {
    /// The colour of the letters.
    pub fg: Option<Colour>,
    /// The colour behind them.
    pub bg: Option<Colour>,
    /// Bold.
    pub bold: bool,
    /// Underlined.
    pub underline: bool,
    /// Letters and background exchanged.
    pub reverse: bool,
}

/// A colour of a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// One of the sixteen that the terminal's own scheme defines, or one of the 256.
    Index(u8),
    /// Red, green and blue.
    Rgb(u8, u8, u8),
}

/// A theme.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Theme {
    /// The background that its colours were chosen for; the screen keeps the terminal's own.
    pub background: Option<Colour>,
    /// The look of each role; a role that is not here looks like the terminal's own text.
    pub look: BTreeMap<Role, RoleStyle>,
}

/// Whether the terminal writes dark on light, or light on dark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Background {
    /// Dark letters on a light ground.
    Light,
    /// Light letters on a dark ground.
    Dark,
}

/// Which theme is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ThemeChoice {
    /// This one.
    Always(String),
    /// The one for the terminal's background, which it is asked for; until it answers, the dark one.
    Asked {
        /// On a light ground.
        light: String,
        /// On a dark ground.
        dark: String,
    },
}

impl Default for ThemeChoice {
    fn default() -> Self {
        Self::Asked { light: "light".to_owned(), dark: "dark".to_owned() }
    }
}

impl ThemeChoice {
    /// Returns the name of the theme for a background.
    pub fn on(&self, background: Background) -> &str {
        match (self, background) {
            (Self::Always(name), _) => name,
            (Self::Asked { light, .. }, Background::Light) => light,
            (Self::Asked { dark, .. }, Background::Dark) => dark,
        }
    }
}

impl Theme {
    /// Returns the themes that come with the program, by name.
    pub const fn built_in() -> [(&'static str, &'static str); 10] {
        [
            ("dark", include_str!("../../../../assets/themes/dark.toml")),
            ("light", include_str!("../../../../assets/themes/light.toml")),
            ("sixteen", include_str!("../../../../assets/themes/sixteen.toml")),
            ("high-contrast", include_str!("../../../../assets/themes/high-contrast.toml")),
            ("high-contrast-light", include_str!("../../../../assets/themes/high-contrast-light.toml")),
            ("colour-blind", include_str!("../../../../assets/themes/colour-blind.toml")),
            ("colour-blind-light", include_str!("../../../../assets/themes/colour-blind-light.toml")),
            ("tritanopia", include_str!("../../../../assets/themes/tritanopia.toml")),
            ("tritanopia-light", include_str!("../../../../assets/themes/tritanopia-light.toml")),
            ("grey", include_str!("../../../../assets/themes/grey.toml")),
        ]
    }
}
