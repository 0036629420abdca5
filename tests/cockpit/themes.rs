//! Every view and dialog in every theme, without colours, and in ASCII: what is seen, and how it looks.

use super::Seat;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::style::Style;
use tminus::cockpit::{CockpitSettings, Signs};
use tminus::config::theme::ThemeChoice;

/// The keys that lead to each view and dialog.
const PLACES: [(&str, &str); 17] = [
    ("overview", ""),
    ("environments", "2"),
    ("logs", "3"),
    ("checklist", "4"),
    ("release", "5"),
    ("verify", "6"),
    ("incident", "7"),
    ("journal", "8"),
    ("environment", "j enter"),
    ("check", "tab enter"),
    ("reasons", "!"),
    ("tasks", "T"),
    ("messages", "M"),
    ("calls", "@"),
    ("help", "?"),
    ("preview", "j d"),
    ("preview_protected", "j j j r"),
];

fn screen(settings: &CockpitSettings, keys: &str, (columns, lines): (u16, u16)) -> Buffer {
    let mut seat = Seat::new(settings);
    if !keys.is_empty() {
        seat.keys(keys);
    }
    let mut terminal = Terminal::new(TestBackend::new(columns, lines)).unwrap();
    terminal.draw(|frame| seat.cockpit.draw(frame)).unwrap();
    terminal.backend().buffer().clone()
}

/// Writes a screen with the style of every run of cells beneath its line.
fn told(buffer: &Buffer) -> String {
    let mut told = String::new();
    for y in 0..buffer.area.height {
        let cells: Vec<_> = (0..buffer.area.width).map(|x| &buffer[(x, y)]).collect();
        let text: String = cells.iter().map(|cell| cell.symbol()).collect();
        told.push_str(text.trim_end());
        told.push('\n');
        let mut begin = 0;
        while begin < cells.len() {
            let style = plain(cells[begin].style());
            let same = cells[begin..].iter().take_while(|cell| plain(cell.style()) == style).count();
            if style != Style::default() {
                told.push_str(&format!("    {begin}+{same} {}\n", words(style)));
            }
            begin += same;
        }
    }
    told
}

/// A style without what a terminal does by itself.
fn plain(style: Style) -> Style {
    use ratatui::style::Color::Reset;
    let keep = |colour: Option<ratatui::style::Color>| colour.filter(|colour| *colour != Reset);
    Style { fg: keep(style.fg), bg: keep(style.bg), ..Style::default() }.add_modifier(style.add_modifier)
}

fn words(style: Style) -> String {
    let ink = style.fg.map(|ink| format!("{ink}"));
    let paper = style.bg.map(|paper| format!("on {paper}"));
    let weight = (!style.add_modifier.is_empty()).then(|| format!("{:?}", style.add_modifier).to_lowercase());
    [ink, paper, weight].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

#[test]
fn every_place_looks_as_its_theme_says() {
    for theme in ["dark", "light", "high-contrast"] {
        let settings = CockpitSettings { theme: ThemeChoice::Always(theme.to_owned()), ..CockpitSettings::default() };
        for (place, keys) in PLACES {
            insta::assert_snapshot!(format!("{theme}_{place}"), told(&screen(&settings, keys, (80, 24))));
        }
    }
}

#[test]
fn without_colours_every_place_is_told_by_signs_words_and_weight() {
    let settings = CockpitSettings { no_color: true, ..CockpitSettings::default() };
    for (place, keys) in PLACES {
        let buffer = screen(&settings, keys, (80, 24));
        assert!(buffer.content.iter().all(|cell| plain(cell.style()).fg.is_none()), "{place} has a colour");
        assert!(buffer.content.iter().all(|cell| plain(cell.style()).bg.is_none()), "{place} has a background");
        insta::assert_snapshot!(format!("no_color_{place}"), told(&buffer));
    }
}

#[test]
fn in_ascii_every_place_has_ascii_alone_but_for_what_came_from_outside() {
    let settings = CockpitSettings { signs: Signs::Ascii, ..CockpitSettings::default() };
    for size in [(160, 48), (120, 36), (80, 24), (40, 12)] {
        for (place, keys) in PLACES {
            let buffer = screen(&settings, keys, size);
            let strange: Vec<&str> =
                buffer.content.iter().map(|cell| cell.symbol()).filter(|s| !s.is_ascii()).collect();
            // The log of the release day has a line in Hebrew and one in Japanese.
            let ours: Vec<_> = strange.iter().filter(|s| !s.chars().all(|c| "שלום日本語".contains(c))).collect();
            assert!(ours.is_empty(), "{place} at {size:?}: {ours:?}");
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
