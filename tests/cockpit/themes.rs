//! Every view and dialog at every size, in three themes, without colours and in ASCII: what is seen, and how it looks.

use super::Seat;
use super::every::{self, PICTURED, SIZES};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::style::{Color, Style};
use std::fmt::Write;
use tminus_cockpit::settings::theme::{Colour, Theme, ThemeChoice, contrast, rgb};
use tminus_cockpit::{CockpitSettings, Signs};

fn painted(seat: &Seat, (columns, lines): (u16, u16)) -> Buffer {
    let mut terminal = Terminal::new(TestBackend::new(columns, lines)).unwrap();
    terminal.draw(|frame| seat.cockpit.draw(frame)).unwrap();
    terminal.backend().buffer().clone()
}

fn screen(settings: &CockpitSettings, keys: &str, (columns, lines): (u16, u16)) -> Buffer {
    let mut seat = Seat::new(settings);
    if !keys.is_empty() {
        seat.keys(keys);
    }
    painted(&seat, (columns, lines))
}

/// Returns the three themes that people read in most, and none.
fn looks() -> [(&'static str, CockpitSettings); 4] {
    let theme = |name: &'static str| {
        let theme = ThemeChoice::Always(name.to_owned());
        (name, CockpitSettings { theme, ..CockpitSettings::default() })
    };
    let none = CockpitSettings { no_color: true, ..CockpitSettings::default() };
    [theme("dark"), theme("light"), theme("high-contrast"), ("no colours", none)]
}

/// A style without what a terminal does by itself.
fn plain(style: Style) -> Style {
    use ratatui::style::Color::Reset;
    let keep = |colour: Option<Color>| colour.filter(|colour| *colour != Reset);
    Style { fg: keep(style.fg), bg: keep(style.bg), ..Style::default() }.add_modifier(style.add_modifier)
}

fn words(style: Style) -> String {
    let ink = style.fg.map(|ink| format!("{ink}"));
    let paper = style.bg.map(|paper| format!("on {paper}"));
    let weight = (!style.add_modifier.is_empty()).then(|| format!("{:?}", style.add_modifier).to_lowercase());
    [ink, paper, weight].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_theme_changes_how_a_place_looks_and_never_what_it_says() {
    for (at, place) in every::place().enumerate() {
        for (shift, (look, settings)) in looks().into_iter().enumerate() {
            // Each look sees each size, one place after the other.
            let size = SIZES[(at + shift) % SIZES.len()];
            let said = every::at(&CockpitSettings::default(), place, size).screen(size.0, size.1);
            let seat = every::at(&settings, place, size);
            assert_eq!(seat.screen(size.0, size.1), said, "{} in {look}", place.0);
            let buffer = painted(&seat, size);
            let is_plain = |cell: &ratatui::buffer::Cell| {
                let style = plain(cell.style());
                style.fg.is_none() && style.bg.is_none()
            };
            let has_colours = !buffer.content.iter().all(is_plain);
            assert_eq!(has_colours, !settings.no_color, "{} in {look}", place.0);
        }
    }
}

#[test]
fn in_ascii_every_place_has_ascii_alone_but_for_what_came_from_outside() {
    let settings = CockpitSettings { signs: Signs::Ascii, ..CockpitSettings::default() };
    for place in every::place() {
        for size in SIZES {
            let screen = every::at(&settings, place, size).screen(size.0, size.1);
            // The log of the release day has a line in Hebrew and one in Japanese; so has what a registry says.
            let strange: String = screen.chars().filter(|c| !c.is_ascii() && !"שלום日本語".contains(*c)).collect();
            assert!(strange.is_empty(), "{} at {size:?}: {strange}\n{screen}", place.0);
        }
    }
}

#[test]
fn every_page_and_dialog_says_what_it_is_for() {
    for place in every::HERE {
        let mut told = String::new();
        for size in PICTURED {
            let screen = every::at(&CockpitSettings::default(), place, size).screen(size.0, size.1);
            writeln!(told, "{}x{}\n{screen}\n", size.0, size.1).unwrap();
        }
        insta::assert_snapshot!(format!("said_{}", place.0), told);
    }
}

#[test]
fn no_letter_on_a_ground_of_ours_has_the_terminals_own_ink() {
    for (theme, _) in Theme::built_in() {
        let settings = CockpitSettings { theme: ThemeChoice::Always(theme.to_owned()), ..CockpitSettings::default() };
        for (place, size) in every::place().zip([(120, 36), (80, 24)].into_iter().cycle()) {
            let buffer = painted(&every::at(&settings, place, size), size);
            for cell in buffer.content.iter().filter(|cell| cell.symbol() != " ") {
                let style = plain(cell.style());
                let is_bare = style.bg.is_some() && style.fg.is_none();
                assert!(!is_bare, "{} in {theme}: {:?} {}", place.0, cell.symbol(), words(style));
            }
        }
    }
}

#[test]
fn every_letter_of_a_high_contrast_theme_can_be_read() {
    for (theme, (ink, ground)) in [("high-contrast", (231, 16)), ("high-contrast-light", (16, 231))] {
        let settings = CockpitSettings { theme: ThemeChoice::Always(theme.to_owned()), ..CockpitSettings::default() };
        for (place, size) in every::place().zip([(120, 36), (80, 24)].into_iter().cycle()) {
            let buffer = painted(&every::at(&settings, place, size), size);
            for cell in buffer.content.iter().filter(|cell| cell.symbol().chars().any(char::is_alphanumeric)) {
                let style = plain(cell.style());
                let contrast = contrast(sure(style.fg, ink), sure(style.bg, ground));
                assert!(contrast >= 7.0, "{} in {theme}: {:?} {} is {contrast}", place.0, cell.symbol(), words(style));
            }
        }
    }
}

fn sure(colour: Option<Color>, own: u8) -> (u8, u8, u8) {
    let colour = match colour {
        None => Colour::Index(own),
        Some(Color::Indexed(index)) => Colour::Index(index),
        Some(Color::Rgb(red, green, blue)) => Colour::Rgb(red, green, blue),
        Some(other) => panic!("{other} is another colour in each terminal"),
    };
    rgb(colour).unwrap_or_else(|| panic!("{colour:?} is another colour in each terminal"))
}

#[test]
fn no_two_places_are_the_same_one() {
    let mut seen = std::collections::BTreeMap::new();
    for place in every::place() {
        let screen = every::at(&CockpitSettings::default(), place, (120, 36)).screen(120, 36);
        if let Some(other) = seen.insert(screen, place.0) {
            panic!("the keys of {} and {other} lead to the same screen", place.0);
        }
    }
}

#[test]
fn the_selection_is_seen_in_every_theme_and_without_colours() {
    let themes = ["dark", "light", "sixteen", "high-contrast", "colour-blind"];
    let named = themes
        .map(|theme| CockpitSettings { theme: ThemeChoice::Always(theme.to_owned()), ..CockpitSettings::default() });
    let none = CockpitSettings { no_color: true, ..CockpitSettings::default() };
    for settings in named.iter().chain([&none]) {
        let (first, second) = (screen(settings, "", (80, 24)), screen(settings, "j", (80, 24)));
        let row = |buffer: &Buffer, name: &str| {
            let y = (0..24).find(|y| line(buffer, *y).contains(name)).unwrap();
            plain(buffer[(8, y)].style())
        };
        assert_ne!(row(&first, "development"), row(&second, "development"), "{:?}", settings.theme);
        assert_eq!(row(&first, "development").bg, row(&second, "staging").bg, "{:?}", settings.theme);
    }
}

fn line(buffer: &Buffer, y: u16) -> String {
    (0..buffer.area.width).map(|x| buffer[(x, y)].symbol()).collect()
}
