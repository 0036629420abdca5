//! How far colours are apart: the contrast of WCAG 2, between what a terminal surely shows.

use super::Colour;

/// Returns red, green and blue; the first sixteen are the terminal's own, and nobody knows them.
pub fn rgb(colour: Colour) -> Option<(u8, u8, u8)> {
    match colour {
        Colour::Rgb(red, green, blue) => Some((red, green, blue)),
        Colour::Index(0..16) => None,
        // The cube of 6×6×6 and the 24 greys, as xterm has them.
        Colour::Index(index @ 16..232) => {
            let step = |part: u8| if part == 0 { 0 } else { 55 + 40 * part };
            let at = index - 16;
            Some((step(at / 36), step(at / 6 % 6), step(at % 6)))
        }
        Colour::Index(index @ 232..) => {
            let grey = 8 + 10 * (index - 232);
            Some((grey, grey, grey))
        }
    }
}

/// Returns the ink that is read best on a ground: black or white. Of the first sixteen, which each terminal has its own way,
/// those that are dark everywhere get the scheme's white, and the others its black.
pub fn ink_on(ground: Colour) -> Colour {
    const BLACK: (u8, u8, u8) = (0, 0, 0);
    const WHITE: (u8, u8, u8) = (255, 255, 255);
    match (rgb(ground), ground) {
        (Some(ground), _) if contrast(ground, WHITE) > contrast(ground, BLACK) => Colour::Index(231),
        (Some(_), _) => Colour::Index(16),
        // Black, red, blue, magenta and grey.
        (None, Colour::Index(0 | 1 | 4 | 5 | 8)) => Colour::Index(15),
        (None, _) => Colour::Index(0),
    }
}

/// Returns the contrast of two colours, from 1 to 21 (WCAG 2.2, "contrast ratio").
pub fn contrast(one: (u8, u8, u8), other: (u8, u8, u8)) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn luminance((red, green, blue): (u8, u8, u8)) -> f64 {
    let linear = |part: u8| {
        let share = f64::from(part) / 255.0;
        if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
}

#[cfg(test)]
mod tests {
    use super::super::{Role, RoleStyle, Theme};
    use super::*;

    type Rgb = (u8, u8, u8);

    fn themes() -> impl Iterator<Item = (&'static str, Theme)> {
        Theme::built_in().into_iter().map(|(name, text)| (name, Theme::bare(text)))
    }

    #[test]
    fn every_built_in_theme_is_right_and_gives_every_role_a_look() {
        for (name, text) in Theme::built_in() {
            let (_, mistakes) = Theme::read(text, name.as_ref(), name);
            assert_eq!(mistakes, [], "in {name}");
            let missing: Vec<_> = Role::ALL.iter().filter(|r| !Theme::bare(text).look.contains_key(r)).collect();
            assert_eq!(missing, [] as [&Role; 0], "in {name}");
        }
    }

    #[test]
    fn nothing_but_a_pass_has_the_look_of_one() {
        for (name, theme) in themes() {
            let pass = theme.look[&Role::Pass];
            let alike: Vec<&str> = Role::ALL.iter().filter(|r| theme.look[r] == pass).map(|role| role.name()).collect();
            assert_eq!(alike, ["pass"], "in {name}");
        }
    }

    #[test]
    fn only_a_pass_is_green() {
        let is_green = |colour: Colour| match (colour, rgb(colour)) {
            (Colour::Index(2 | 10), _) => true,
            (_, Some((red, green, blue))) => f64::from(green) > 1.3 * f64::from(red.max(blue)),
            (_, None) => false,
        };
        for (name, theme) in themes() {
            let greens = theme.look.iter().filter(|(_, look)| look.fg.into_iter().chain(look.bg).any(is_green));
            let greens: Vec<&str> = greens.map(|(role, _)| role.name()).filter(|role| *role != "pass").collect();
            assert_eq!(greens, [] as [&str; 0], "in {name}");
        }
    }

    /// The least that a role must stand out, from the background that its theme was made for.
    fn least(name: &str, role: Role) -> f64 {
        let is_high = name.starts_with("high-contrast");
        match role {
            Role::Frame => {
                if is_high {
                    4.5
                } else {
                    1.7
                }
            }
            Role::Focus => 3.0,
            _ => {
                if is_high {
                    7.0
                } else {
                    4.5
                }
            }
        }
    }

    #[test]
    fn everything_can_be_read_on_the_background_that_its_theme_was_made_for() {
        let mut weak = Vec::new();
        for (name, theme) in themes() {
            let Some(ground) = theme.background.and_then(rgb) else { continue };
            // Nobody knows the text of the terminal itself; a good one is far from its background.
            let text: Rgb = if luminance(ground) < 0.5 { (0xd0, 0xd0, 0xd0) } else { (0x20, 0x20, 0x20) };
            for (role, look) in &theme.look {
                let of = |colour: Option<Colour>, own: Rgb| colour.map_or(Some(own), rgb);
                let Some((front, back)) = of(look.fg, text).zip(of(look.bg, ground)) else { continue };
                let (found, wanted) = (contrast(front, back), least(name, *role));
                if found < wanted {
                    weak.push(format!("{name} {}: {found:.1}, {wanted} at least", role.name()));
                }
            }
        }
        assert_eq!(weak, [] as [String; 0]);
    }

    #[test]
    fn every_ground_whose_colour_is_sure_has_an_ink_that_is_read_on_it() {
        let sure = (16..=255).map(Colour::Index).chain([Colour::Rgb(0x77, 0x77, 0x77), Colour::Rgb(0x75, 0x75, 0x75)]);
        for ground in sure {
            let found = contrast(rgb(ink_on(ground)).unwrap(), rgb(ground).unwrap());
            assert!(found >= 4.5, "{ground:?} has ink of {found:.1}");
        }
    }

    #[test]
    fn what_is_no_background_of_its_own_stays_the_terminals() {
        for (name, theme) in themes() {
            assert!(theme.look[&Role::Text].bg.is_none(), "{name} paints the screen");
        }
    }

    #[test]
    fn sixteen_needs_no_more_and_assumes_no_background() {
        let theme = Theme::bare(include_str!("../../../../assets/themes/sixteen.toml"));
        assert_eq!(theme.background, None);
        let all = theme.look.values().flat_map(|RoleStyle { fg, bg, .. }| fg.iter().chain(bg));
        assert!(all.clone().all(|colour| matches!(colour, Colour::Index(0..16))));
        // Black, white and their bright ones may be the background itself.
        let alone = theme.look.values().filter(|look| look.bg.is_none()).filter_map(|look| look.fg);
        assert!(alone.clone().all(|colour| matches!(colour, Colour::Index(1..=6 | 9..=14))));
    }

    /// Red, green and blue as eyes without one kind of cone see them (Viénot, Brettel and Mollon 1999 for the first two; a
    /// plane of the same kind for the third), on linear light.
    const EYES: [(&str, [[f64; 3]; 3]); 3] = [
        ("protanopia", [[0.1124, 0.8876, 0.0], [0.1124, 0.8876, 0.0], [0.0040, -0.0040, 1.0]]),
        ("deuteranopia", [[0.2927, 0.7073, 0.0], [0.2927, 0.7073, 0.0], [-0.0223, 0.0223, 1.0]]),
        ("tritanopia", [[1.0, 0.1446, -0.1446], [0.0, 0.8592, 0.1408], [0.0, 0.8592, 0.1408]]),
    ];

    /// Returns how far apart two colours look to such eyes: lightness and the two axes of Oklab, black to white being 1.
    fn apart(one: Rgb, other: Rgb, eyes: &[[f64; 3]; 3]) -> f64 {
        let seen = |(red, green, blue): Rgb| {
            let linear = [red, green, blue].map(|part| {
                let share = f64::from(part) / 255.0;
                if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
            });
            oklab(eyes.map(|row| row.iter().zip(linear).map(|(a, b)| a * b).sum::<f64>().clamp(0.0, 1.0)))
        };
        seen(one).iter().zip(seen(other)).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
    }

    fn oklab([red, green, blue]: [f64; 3]) -> [f64; 3] {
        let l = (0.412_221_47 * red + 0.536_332_54 * green + 0.051_445_99 * blue).cbrt();
        let m = (0.211_903_5 * red + 0.680_699_55 * green + 0.107_396_96 * blue).cbrt();
        let s = (0.088_302_46 * red + 0.281_718_84 * green + 0.629_978_7 * blue).cbrt();
        [
            0.210_454_26 * l + 0.793_617_78 * m - 0.004_072_05 * s,
            1.977_998_5 * l - 2.428_592_2 * m + 0.450_593_71 * s,
            0.025_904_04 * l + 0.782_771_77 * m - 0.808_675_77 * s,
        ]
    }

    #[test]
    fn colour_blind_eyes_tell_good_from_bad_and_both_from_what_wants_attention() {
        for name in ["colour-blind", "colour-blind-light"] {
            let (_, theme) = themes().find(|(known, _)| *known == name).unwrap();
            let of = |role| theme.look[&role].fg.and_then(rgb).unwrap();
            let pairs = [(Role::Pass, Role::Fail), (Role::Pass, Role::Warn), (Role::Fail, Role::Warn)];
            for (eyes, matrix) in &EYES {
                for (one, other) in pairs {
                    let far = apart(of(one), of(other), matrix);
                    assert!(far > 0.12, "{name}: {one:?} and {other:?} are {far:.3} apart with {eyes}");
                }
            }
        }
    }
}
