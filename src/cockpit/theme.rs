//! From a theme's roles to the terminal's styles, and the signs that stand before every word of state.

use super::opening::CockpitSettings;
use super::signs::Signs;
use crate::settings::theme::{Background, Colour, Role, RoleStyle, Theme, ThemeChoice, ink_on};
use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier, Style};
use std::collections::{BTreeMap, BTreeSet};
use tminus_core::grammar::text::Mistake;
use tminus_core::order::Health;
use tminus_core::release::StepPhase;
use tminus_core::verdict::Verdict;

/// How everything looks: one style per role, one sign per state.
#[derive(Clone, Debug)]
pub(crate) struct Palette {
    styles: BTreeMap<Role, Style>,
    /// The roles whose ink the theme names.
    inked: BTreeSet<Role>,
    pub(crate) signs: Signs,
}

/// The palettes that the terminal's background chooses from.
#[derive(Clone, Debug)]
pub(crate) struct Palettes {
    light: Palette,
    dark: Palette,
    /// Those that are put on for a protected environment, where somebody has set them.
    guarded: Option<(Palette, Palette)>,
}

impl Palettes {
    /// Makes the palettes of what is set; what is wrong in own themes is in the list.
    pub(crate) fn new(settings: &CockpitSettings) -> (Self, Vec<Mistake>) {
        let colours = if settings.no_color { Colours::LeftOut } else { Colours::Used };
        let mut mistakes = Vec::new();
        let mut pair = |choice: &ThemeChoice| {
            [Background::Light, Background::Dark].map(|ground| {
                let (theme, wrong) = Theme::load(choice.on(ground), settings.folder.as_ref());
                mistakes.extend(wrong);
                Palette::new(&theme, colours, settings.signs)
            })
        };
        let [light, dark] = pair(&settings.theme);
        let guarded = settings.protected_theme.as_ref().map(|choice| pair(choice).into());
        mistakes.dedup();
        (Self { light, dark, guarded }, mistakes)
    }

    /// Returns the one for a background.
    pub(crate) const fn on(&self, background: Background) -> &Palette {
        match background {
            Background::Light => &self.light,
            Background::Dark => &self.dark,
        }
    }

    /// Returns the one for a background that a protected environment has; nothing where it has none of its own.
    pub(crate) fn guarded_on(&self, background: Background) -> Option<&Palette> {
        let (light, dark) = self.guarded.as_ref()?;
        Some(match background {
            Background::Light => light,
            Background::Dark => dark,
        })
    }
}

/// Whether colours are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Colours {
    Used,
    /// `NO_COLOR`: weight and reverse alone.
    LeftOut,
}

impl Palette {
    pub(crate) fn new(theme: &Theme, colours: Colours, signs: Signs) -> Self {
        let style_of = |role: &Role, look: &RoleStyle| match colours {
            Colours::Used => colourful(look),
            Colours::LeftOut => plain(*role, look),
        };
        let styles = theme.look.iter().map(|(role, look)| (*role, style_of(role, look))).collect();
        let inked = theme.look.iter().filter(|(_, look)| look.fg.is_some()).map(|(role, _)| *role).collect();
        Self { styles, inked, signs }
    }

    pub(crate) fn style(&self, role: Role) -> Style {
        self.styles.get(&role).copied().unwrap_or_default()
    }

    /// Returns the ink of a letter on the ground of a role. Where the theme names the ink, every letter has it: another one may
    /// not be readable there. Where it names none, a letter keeps a colour of its own.
    pub(crate) fn ink(&self, ground: Role, own: Option<Color>) -> Option<Color> {
        let ink = self.style(ground).fg;
        if self.inked.contains(&ground) { ink } else { own.or(ink) }
    }

    /// Draws a cell as it looks under a dialog: quiet, and without a ground of its own. A theme that names no quiet colour leaves
    /// that to the terminal.
    pub(crate) fn shade(&self, cell: &mut Cell) {
        let quiet = self.style(Role::Dim).fg;
        (cell.fg, cell.bg) = (quiet.unwrap_or(Color::Reset), Color::Reset);
        cell.modifier = if quiet.is_none() { Modifier::DIM } else { Modifier::empty() };
    }

    /// Returns the first for a terminal that has every sign, the second for one that has ASCII alone.
    pub(crate) const fn sign(&self, unicode: &'static str, ascii: &'static str) -> &'static str {
        self.signs.pick(unicode, ascii)
    }

    /// Returns the sign of a protected environment; the word stands beside it, or over the column.
    pub(crate) const fn protected(&self) -> &'static str {
        self.sign("◆", "*")
    }

    /// Returns the sign of an environment that a person holds.
    pub(crate) const fn lock(&self) -> &'static str {
        self.sign("⊘", "L")
    }

    pub(crate) const fn verdict(&self, verdict: Verdict) -> (&'static str, Role) {
        let role = match verdict {
            Verdict::Pass => Role::Pass,
            Verdict::Fail => Role::Fail,
            Verdict::Inconclusive | Verdict::NoData | Verdict::Stale | Verdict::Waived => Role::Warn,
            Verdict::Running => Role::Busy,
            Verdict::Pending => Role::Dim,
        };
        (self.signs.verdict(verdict), role)
    }

    pub(crate) const fn health(&self, health: Health) -> (&'static str, Role) {
        let role = match health {
            Health::Healthy => Role::Pass,
            Health::Starting => Role::Busy,
            Health::Unhealthy | Health::Stopped => Role::Fail,
            Health::Absent => Role::Dim,
            Health::Waiting | Health::Unknown => Role::Warn,
        };
        (self.signs.health(health), role)
    }

    pub(crate) const fn phase(&self, phase: StepPhase) -> (&'static str, Role) {
        let role = match phase {
            StepPhase::Waiting => Role::Dim,
            StepPhase::Running => Role::Busy,
            StepPhase::Succeeded => Role::Pass,
            StepPhase::Failed => Role::Fail,
            StepPhase::Unclear => Role::Warn,
        };
        (self.signs.phase(phase), role)
    }
}

/// On a ground of the theme's own there is always an ink: the terminal's may be the same, where its background is not the one
/// that the theme was made for.
fn colourful(look: &RoleStyle) -> Style {
    let colour = |c: Colour| match c {
        Colour::Index(index) => Color::Indexed(index),
        Colour::Rgb(red, green, blue) => Color::Rgb(red, green, blue),
    };
    let ink = look.fg.or_else(|| look.bg.map(ink_on));
    Style { fg: ink.map(colour), bg: look.bg.map(colour), ..Style::default() }.add_modifier(weight(look))
}

/// Without colours, what had a background is reversed, so that the selection stays to be seen.
fn plain(role: Role, look: &RoleStyle) -> Style {
    let extra = match role {
        Role::Remembered => Modifier::UNDERLINED,
        Role::Focus => Modifier::BOLD,
        _ if look.bg.is_some() => Modifier::REVERSED,
        _ => Modifier::empty(),
    };
    Style::default().add_modifier(weight(look) | extra)
}

fn weight(look: &RoleStyle) -> Modifier {
    let mut weight = Modifier::empty();
    weight.set(Modifier::BOLD, look.bold);
    weight.set(Modifier::UNDERLINED, look.underline);
    weight.set(Modifier::REVERSED, look.reverse);
    weight
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_colours_the_selection_is_still_seen() {
        for (name, _) in Theme::built_in() {
            let (theme, _) = Theme::load(name, None);
            let palette = Palette::new(&theme, Colours::LeftOut, Signs::Ascii);
            assert!(palette.style(Role::Selection).add_modifier.contains(Modifier::REVERSED), "in {name}");
            assert!(theme.look.keys().all(|r| palette.style(*r).fg.is_none() && palette.style(*r).bg.is_none()));
        }
    }

    #[test]
    fn no_theme_leaves_the_terminals_own_ink_on_a_ground_of_its_own() {
        for (name, _) in Theme::built_in() {
            let (theme, _) = Theme::load(name, None);
            let palette = Palette::new(&theme, Colours::Used, Signs::Unicode);
            let bare = Role::ALL.iter().filter(|role| palette.style(**role).bg.is_some());
            let bare: Vec<_> =
                bare.filter(|role| palette.ink(**role, None).is_none()).map(|role| role.name()).collect();
            assert_eq!(bare, [] as [&str; 0], "in {name}");
        }
    }

    #[test]
    fn a_letter_keeps_its_own_colour_on_a_ground_only_where_the_theme_names_no_ink() {
        let ground = RoleStyle { bg: Some(Colour::Index(238)), ..RoleStyle::default() };
        let of = |look| {
            let theme = Theme { look: BTreeMap::from([(Role::Selection, look)]), ..Theme::default() };
            Palette::new(&theme, Colours::Used, Signs::Unicode)
        };
        let (own, white, yellow) = (Some(Color::Indexed(2)), Some(Color::Indexed(231)), Some(Color::Indexed(226)));
        let unnamed = of(ground);
        assert_eq!((unnamed.ink(Role::Selection, None), unnamed.ink(Role::Selection, own)), (white, own));
        let named = of(RoleStyle { fg: Some(Colour::Index(226)), ..ground });
        assert_eq!((named.ink(Role::Selection, None), named.ink(Role::Selection, own)), (yellow, yellow));
    }

    #[test]
    fn only_a_pass_looks_like_one() {
        let palette = Palette::new(&Theme::default(), Colours::Used, Signs::Unicode);
        for &verdict in Verdict::ALL {
            assert_eq!(palette.verdict(verdict).1 == Role::Pass, verdict == Verdict::Pass);
        }
    }
}
