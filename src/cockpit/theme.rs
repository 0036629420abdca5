//! From a theme's roles to the terminal's styles, and the signs that stand before every word of state.

use super::opening::{CockpitSettings, Signs};
use crate::config::text::Mistake;
use crate::config::theme::{Background, Colour, Look, Role, Theme};
use crate::domain::order::Health;
use crate::domain::release::StepPhase;
use crate::domain::verdict::Verdict;
use ratatui::style::{Color, Modifier, Style};
use std::collections::BTreeMap;

/// How everything looks: one style per role, one sign per state.
#[derive(Clone, Debug)]
pub(crate) struct Palette {
    styles: BTreeMap<Role, Style>,
    pub(crate) signs: Signs,
}

/// The palettes that the terminal's background chooses from.
#[derive(Clone, Debug)]
pub(crate) struct Palettes {
    light: Palette,
    dark: Palette,
}

impl Palettes {
    /// Makes the palettes of what is set; what is wrong in own themes is in the list.
    pub(crate) fn new(settings: &CockpitSettings) -> (Self, Vec<Mistake>) {
        let colours = if settings.no_color { Colours::LeftOut } else { Colours::Used };
        let names = [Background::Light, Background::Dark].map(|ground| settings.theme.on(ground));
        let [(light, mut mistakes), (dark, more)] = names.map(|name| Theme::load(name, settings.folder.as_ref()));
        mistakes.extend(more);
        mistakes.dedup();
        let [light, dark] = [light, dark].map(|theme| Palette::new(&theme, colours, settings.signs));
        (Self { light, dark }, mistakes)
    }

    /// Returns the one for a background.
    pub(crate) const fn on(&self, background: Background) -> &Palette {
        match background {
            Background::Light => &self.light,
            Background::Dark => &self.dark,
        }
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
        let style_of = |role: &Role, look: &Look| match colours {
            Colours::Used => colourful(look),
            Colours::LeftOut => plain(*role, look),
        };
        Self { styles: theme.look.iter().map(|(role, look)| (*role, style_of(role, look))).collect(), signs }
    }

    pub(crate) fn style(&self, role: Role) -> Style {
        self.styles.get(&role).copied().unwrap_or_default()
    }

    /// Returns the first for a terminal that has every sign, the second for one that has ASCII alone.
    pub(crate) const fn sign(&self, unicode: &'static str, ascii: &'static str) -> &'static str {
        match self.signs {
            Signs::Unicode => unicode,
            Signs::Ascii => ascii,
        }
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
        match verdict {
            Verdict::Pass => (self.sign("✓", "+"), Role::Pass),
            Verdict::Fail => (self.sign("✗", "x"), Role::Fail),
            Verdict::Inconclusive => (self.sign("≈", "?"), Role::Warn),
            Verdict::NoData => (self.sign("∅", "!"), Role::Warn),
            Verdict::Stale => ("~", Role::Warn),
            Verdict::Waived => (self.sign("»", ">"), Role::Warn),
            Verdict::Running => (self.sign("◌", "o"), Role::Busy),
            Verdict::Pending => (self.sign("·", "."), Role::Dim),
        }
    }

    pub(crate) const fn health(&self, health: Health) -> (&'static str, Role) {
        match health {
            Health::Healthy => (self.sign("✓", "+"), Role::Pass),
            Health::Starting => (self.sign("◌", "o"), Role::Busy),
            Health::Unhealthy => (self.sign("✗", "x"), Role::Fail),
            Health::Stopped => (self.sign("■", "#"), Role::Fail),
            Health::Absent => (self.sign("–", "-"), Role::Dim),
            Health::Waiting => (self.sign("◐", "o"), Role::Warn),
            Health::Unknown => ("?", Role::Warn),
        }
    }

    pub(crate) const fn phase(&self, phase: StepPhase) -> (&'static str, Role) {
        match phase {
            StepPhase::Waiting => (self.sign("·", "."), Role::Dim),
            StepPhase::Running => (self.sign("◌", "o"), Role::Busy),
            StepPhase::Succeeded => (self.sign("✓", "+"), Role::Pass),
            StepPhase::Failed => (self.sign("✗", "x"), Role::Fail),
            StepPhase::Unclear => ("?", Role::Warn),
        }
    }
}

fn colourful(look: &Look) -> Style {
    let colour = |c: Colour| match c {
        Colour::Index(index) => Color::Indexed(index),
        Colour::Rgb(red, green, blue) => Color::Rgb(red, green, blue),
    };
    Style { fg: look.fg.map(colour), bg: look.bg.map(colour), ..Style::default() }.add_modifier(weight(look))
}

/// Without colours, what had a background is reversed, so that the selection stays to be seen.
fn plain(role: Role, look: &Look) -> Style {
    let extra = match role {
        Role::Remembered => Modifier::UNDERLINED,
        Role::Focus => Modifier::BOLD,
        _ if look.bg.is_some() => Modifier::REVERSED,
        _ => Modifier::empty(),
    };
    Style::default().add_modifier(weight(look) | extra)
}

fn weight(look: &Look) -> Modifier {
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
    fn only_a_pass_looks_like_one() {
        let palette = Palette::new(&Theme::default(), Colours::Used, Signs::Unicode);
        for verdict in Verdict::ALL {
            assert_eq!(palette.verdict(verdict).1 == Role::Pass, verdict == Verdict::Pass);
        }
    }
}
