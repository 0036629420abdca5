//! What holds of every view and dialog on a large screen, on a very small one, in ASCII and without colours. Snapshots hold what
//! is said at 120x36 and 80x24; these properties hold the rest to it.

use super::every;
use super::picture::{Field, Picture, is_frame};
use ratatui::style::{Color, Modifier};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;
use tminus_cockpit::settings::theme::ThemeChoice;
use tminus_cockpit::{CockpitSettings, Signs};

/// The sizes that no snapshot holds.
const SIZES: [(u16, u16); 2] = [(160, 48), (40, 12)];

/// Those of the snapshots, with every line that is beneath.
const TALL: [(u16, u16); 2] = [(120, 200), (80, 200)];

/// What only a wider screen has room for.
const WIDER: [&str; 6] = ["through", "limits", "m", "mark", "waived", "journal"];

fn dark() -> CockpitSettings {
    CockpitSettings { theme: ThemeChoice::Always("dark".to_owned()), ..CockpitSettings::default() }
}

fn pictures(settings: &CockpitSettings, sizes: &[(u16, u16)]) -> Vec<Picture> {
    every::place().flat_map(|place| sizes.iter().map(move |size| Picture::new(settings, place, *size))).collect()
}

/// Every place at the sizes that are held here.
fn held() -> &'static [Picture] {
    static HELD: LazyLock<Vec<Picture>> = LazyLock::new(|| pictures(&dark(), &SIZES));
    &HELD
}

/// Every place at the sizes that say what stands there.
fn known() -> &'static [Picture] {
    static KNOWN: LazyLock<Vec<Picture>> =
        LazyLock::new(|| pictures(&dark(), &[every::PICTURED.as_slice(), &TALL].concat()));
    &KNOWN
}

/// A word without what stands around it in a sentence.
fn bare(word: &str) -> String {
    word.trim_matches(|c: char| ".,:;()-\"".contains(c)).to_lowercase()
}

fn is_dialog(picture: &Picture) -> bool {
    !picture.footer().contains("? keys")
}

#[test]
fn no_word_is_cut_without_a_sign() {
    let mut known: BTreeSet<String> = known().iter().flat_map(Picture::words).map(|word| bare(&word.text)).collect();
    known.extend(WIDER.map(str::to_owned));
    for picture in held() {
        let is_free = |text: &str| text.contains('…') || text.chars().all(|c| "0123456789:━┄●○◆".contains(c));
        for word in picture.words().iter().filter(|word| !is_free(&word.text)) {
            let is_beneath = word.is_covered && is_dialog(picture);
            assert!(is_beneath || known.contains(&bare(&word.text)), "{:?} is cut: {}", word.text, picture.shown());
        }
    }
}

#[test]
fn no_sentence_breaks_off_without_a_sign() {
    let mut goes_on: BTreeMap<(String, String), BTreeSet<Option<String>>> = BTreeMap::new();
    for picture in known().iter().chain(held()).filter(|picture| picture.size.0 >= 120) {
        for field in (0..picture.rows.len()).flat_map(|y| picture.pieces(y)).flat_map(|piece| piece.fields()) {
            let words: Vec<&str> = field.text.split(' ').collect();
            for (at, pair) in words.windows(2).enumerate() {
                let next = words.get(at + 2).map(|word| (*word).to_owned());
                goes_on.entry((pair[0].to_owned(), pair[1].to_owned())).or_default().insert(next);
            }
        }
    }
    for picture in held() {
        for y in 0..picture.rows.len() {
            for piece in picture.pieces(y) {
                let text = piece.text();
                let words: Vec<&str> = text.split_whitespace().collect();
                let [.., first, last] = words.as_slice() else { continue };
                let Some(next) = goes_on.get(&((*first).to_owned(), (*last).to_owned())) else { continue };
                // Facts are set apart by a point or a sign; the next one may stand elsewhere, or nowhere.
                let is_over = |word: &Option<String>| {
                    word.as_deref().is_none_or(|word| !word.starts_with(|c: char| c.is_alphanumeric()))
                };
                let is_joined = text.trim_end().ends_with(&format!("{first} {last}"));
                if !is_joined || next.iter().any(is_over) {
                    continue;
                }
                let below = picture.rows.get(y + 1).map(|_| picture.pieces(y + 1)).unwrap_or_default();
                let folded = below
                    .iter()
                    .filter(|below| below.x == piece.x)
                    .find_map(|piece| piece.text().split_whitespace().next().map(str::to_owned));
                assert!(next.contains(&folded), "{text:?} goes on with {next:?}: {}", picture.shown());
            }
        }
    }
}

/// Says whether a text is a digest, which is short by itself.
fn is_digest(field: &str) -> bool {
    let last = field.split([' ', ':']).next_back().unwrap_or_default();
    last.strip_suffix('…').is_some_and(|digits| digits.len() >= 4 && digits.chars().all(|c| c.is_ascii_hexdigit()))
}

#[test]
fn nothing_is_cut_while_its_line_has_room() {
    for picture in held() {
        for piece in (0..picture.rows.len() - 1).flat_map(|y| picture.pieces(y)) {
            let fields = piece.fields();
            let Some(last) = fields.last().filter(|last| last.text.ends_with('…') && last.text != "…") else {
                continue;
            };
            assert!(is_digest(&last.text) || piece.spare() <= 2, "{:?} has room: {}", last.text, picture.shown());
        }
    }
}

#[test]
fn what_is_whole_on_a_smaller_screen_is_whole_on_a_larger() {
    let smaller = |place| known().iter().filter(move |p| p.place == place && every::PICTURED.contains(&p.size));
    let fields = |picture: &Picture| -> Vec<String> {
        let all = (0..picture.rows.len() - 1).flat_map(|y| picture.pieces(y)).flat_map(|piece| piece.fields());
        all.map(|field| field.text).collect()
    };
    for picture in held().iter().filter(|picture| picture.size.0 > 120 && !is_dialog(picture)) {
        let whole: Vec<String> = smaller(picture.place).flat_map(fields).filter(|text| !text.contains('…')).collect();
        let fields = fields(picture);
        let cuts = fields.iter().flat_map(|text| text.match_indices('…').map(move |(at, _)| &text[..at]));
        for begin in cuts.filter(|begin| begin.len() > 3 && !is_digest(&format!("{begin}…"))) {
            let longer = whole.iter().find(|text| text.starts_with(begin));
            assert!(longer.is_none(), "{begin:?} goes on at a smaller size, {longer:?}: {}", picture.shown());
        }
    }
}

#[test]
fn the_name_of_an_environment_is_never_cut_where_its_line_begins() {
    let names: Vec<String> =
        super::fixture::snapshot().plan.environments.iter().map(|env| env.name.to_string()).collect();
    for picture in held() {
        for piece in (0..picture.rows.len()).flat_map(|y| picture.pieces(y)) {
            let text = piece.text();
            let first = text.trim_start_matches(|c: char| !c.is_alphanumeric()).split(' ').next().unwrap_or_default();
            let Some(begin) = first.strip_suffix('…').filter(|begin| begin.len() > 2) else { continue };
            assert!(!names.iter().any(|name| name.starts_with(begin)), "{first:?}: {}", picture.shown());
        }
    }
}

#[test]
fn every_frame_is_straight_and_every_cell_is_whole() {
    for picture in held() {
        let whole = picture.frames();
        for (from, right) in picture.corners() {
            // A dialog, or what is said at length in the footer, may lie over the rest of it.
            let Err(broken) = picture.bottom(from, right) else { continue };
            let is_over =
                |((_, top), (_, bottom)): &((usize, usize), (usize, usize))| (*top..=*bottom).contains(&broken);
            let is_said = is_dialog(picture) && broken + 4 > picture.rows.len();
            assert!(whole.iter().any(is_over) || is_said, "the frame at {from:?} breaks off: {}", picture.shown());
        }
        for (x, y) in picture.buffer.area.positions().map(|place| (place.x, place.y)) {
            let columns = ratatui::text::Span::raw(picture.buffer[(x, y)].symbol()).width();
            let is_whole =
                columns == 1 || (columns == 2 && x + 1 < picture.size.0 && picture.buffer[(x + 1, y)].symbol() == " ");
            assert!(is_whole, "{:?} at {x}, {y}: {}", picture.buffer[(x, y)].symbol(), picture.shown());
        }
    }
}

/// Two fields of two lines, one beneath the other, and whether they begin or end in one column.
fn stacked(picture: &Picture) -> Vec<((String, String), bool)> {
    let lines: Vec<Vec<Field>> =
        (0..picture.rows.len()).map(|y| picture.pieces(y).iter().flat_map(|piece| piece.fields()).collect()).collect();
    let once = |line: &[Field]| -> Vec<Field> {
        line.iter().filter(|field| line.iter().filter(|other| other.text == field.text).count() == 1).cloned().collect()
    };
    let mut all = Vec::new();
    for pair in lines.windows(2) {
        let (above, below) = (once(&pair[0]), once(&pair[1]));
        for (upper, lower) in above.iter().flat_map(|upper| below.iter().map(move |lower| (upper, lower))) {
            let end = |field: &Field| field.x + field.text.chars().count();
            let is_straight = upper.x == lower.x || end(upper) == end(lower);
            all.push(((upper.text.clone(), lower.text.clone()), is_straight));
        }
    }
    all
}

#[test]
fn what_stands_in_one_column_at_the_sizes_of_the_snapshots_does_so_at_every_other() {
    let mut compared = 0;
    for place in every::place() {
        let mut known_pairs: BTreeMap<(String, String), BTreeMap<u16, bool>> = BTreeMap::new();
        for picture in known().iter().filter(|picture| picture.place == place.0) {
            for (pair, is_straight) in stacked(picture) {
                let of = known_pairs.entry(pair).or_default().entry(picture.size.0).or_insert(true);
                *of &= is_straight;
            }
        }
        let is_column = |of: &BTreeMap<u16, bool>| of.len() == 2 && of.values().all(|straight| *straight);
        for picture in held().iter().filter(|picture| picture.place == place.0) {
            for (pair, is_straight) in stacked(picture) {
                if known_pairs.get(&pair).is_some_and(is_column) {
                    compared += 1;
                    assert!(is_straight, "{pair:?} do not stand in one column: {}", picture.shown());
                }
            }
        }
    }
    assert!(compared > 1_000, "only {compared} pairs were compared");
}

#[test]
fn what_is_wrong_is_in_sight_in_every_view() {
    let alarm = |picture: &Picture| {
        let head = (0..4.min(picture.rows.len())).map(|y| picture.line(y));
        head.map(|line| line.trim().to_owned()).find(|line| line.starts_with('✗'))
    };
    // What burns, in its first three words.
    let short = |line: &str| {
        let words = line.split(['·', ';']).next().unwrap_or_default().replace("the engine", "engine");
        words.split_whitespace().take(4).collect::<Vec<_>>().join(" ")
    };
    let mut burning = 0;
    for picture in held() {
        let is_covered = is_dialog(picture) && picture.size.0 < 80;
        let of = known().iter().find(|known| known.place == picture.place && known.size == (120, 36)).unwrap();
        if is_covered {
            continue;
        }
        let (head, wide) = (picture.line(0) + &picture.line(1), of.line(0) + &of.line(1));
        assert_eq!(head.contains("NO-GO"), wide.contains("NO-GO"), "{}", picture.shown());
        let (here, there) = (alarm(picture), alarm(of));
        burning += usize::from(there.is_some());
        assert_eq!(here.as_deref().map(short), there.as_deref().map(short), "{}", picture.shown());
    }
    assert!(burning > 10, "only {burning} screens had an alarm");
}

/// Where the footer says what was answered, or holds what is typed.
const SPOKEN: [&str; 5] = ["saying", "meanwhile", "search", "filter", "filter_logs"];

#[test]
fn the_footer_leads_to_the_help_and_out_of_every_dialog() {
    for picture in held().iter().filter(|picture| !SPOKEN.contains(&picture.place)) {
        let footer = picture.footer();
        assert!(footer.contains("? keys") || footer.contains("Esc cancel"), "{}", picture.shown());
        let of = known().iter().find(|known| known.place == picture.place && known.size == (120, 36)).unwrap();
        assert_eq!(is_dialog(picture), is_dialog(of), "{}", picture.shown());
    }
}

/// What each sign is in ASCII; two of one family never become one.
const ASCII: &str = "·- ·. –- …~ ←< ↑^ →> ↓v ∅! ≈? ⊘L ─- ━= ━# │| ┃# ┄- ┤= ┫# ╭+ ╮+ ╯+ ╰+ ▏_ ■# ▲! ▶> ▸> ▾v ◆* ◆# ○o ○. ◌o ●* ◐o ✓+ ✗x »>";

#[test]
fn in_ascii_every_screen_is_the_same_sign_for_sign() {
    let settings = CockpitSettings { signs: Signs::Ascii, ..dark() };
    for (plain, picture) in pictures(&settings, &SIZES).iter().zip(held()) {
        for (y, (ascii, unicode)) in plain.rows.iter().zip(&picture.rows).enumerate() {
            for (was, is) in unicode.iter().zip(ascii) {
                // The line of a chart has other dots.
                let is_dot = |letter| " *-".contains(letter) || ('\u{2800}'..='\u{28ff}').contains(&letter);
                let is_same = was == is || (picture.place == "verify" && is_dot(*was) && is_dot(*is));
                let pair = format!("{was}{is}");
                assert!(
                    is_same || ASCII.split(' ').any(|known| known == pair),
                    "{was:?} is {is:?} in line {y}: {}",
                    plain.shown()
                );
            }
        }
    }
}

#[test]
fn without_colours_what_has_a_ground_of_its_own_is_reversed_or_underlined() {
    let settings = CockpitSettings { no_color: true, ..CockpitSettings::default() };
    for (plain, picture) in pictures(&settings, &SIZES).iter().zip(held()) {
        for place in picture.buffer.area.positions() {
            let (coloured, plain_cell) = (&picture.buffer[place], &plain.buffer[place]);
            let stands_out = plain_cell.modifier.intersects(Modifier::REVERSED | Modifier::UNDERLINED);
            assert!(coloured.bg == Color::Reset || stands_out, "{place}: {}", plain.shown());
        }
    }
}

/// The ink of what fails, in the dark theme, and of what is well.
const FAIL: Color = Color::Indexed(1);
const PASS: Color = Color::Indexed(2);

/// The words that say by themselves that something failed.
const FAILED: [&str; 9] = ["ERROR", "retry", "blocked", "Stopped", "did not", "ended", "to decide", "━", "NO-GO"];

#[test]
fn no_colour_says_what_no_sign_and_no_word_says() {
    for picture in held() {
        for y in 0..picture.rows.len() {
            for piece in picture.pieces(y) {
                let text = piece.text();
                let inked = |ink: Color| {
                    let of = piece.letters.iter().enumerate().filter(|(at, letter)| {
                        **letter != ' '
                            && !is_frame(**letter)
                            && picture.buffer[((piece.x + at) as u16, y as u16)].fg == ink
                    });
                    of.map(|(_, letter)| *letter).collect::<String>()
                };
                let (failed, passed) = (inked(FAIL), inked(PASS));
                let says = text.contains('✗') || FAILED.iter().any(|word| text.contains(word));
                assert!(failed.is_empty() || says, "{failed:?} is told by its colour alone: {}", picture.shown());
                let says = ['✓', '●', '━'].iter().any(|sign| text.contains(*sign));
                assert!(passed.is_empty() || says, "{passed:?} is told by its colour alone: {}", picture.shown());
                assert!(!passed.contains('✗') && !failed.contains('✓'), "{text:?}: {}", picture.shown());
            }
        }
    }
}

#[test]
fn a_sign_has_the_ink_of_what_it_says_or_is_faded() {
    let faded = Color::Indexed(245);
    for picture in held() {
        for place in picture.buffer.area.positions() {
            let cell = &picture.buffer[place];
            let own = match cell.symbol() {
                "✗" => FAIL,
                "✓" => PASS,
                "≈" | "∅" => Color::Indexed(3),
                _ => continue,
            };
            assert!([own, faded].contains(&cell.fg), "{} in {}: {}", cell.symbol(), cell.fg, picture.shown());
        }
    }
}
