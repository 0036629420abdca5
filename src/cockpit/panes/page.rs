//! What a page between header and footer says of itself. Nothing outside knows which pages there are: a new one is a file that
//! implements this, and a line in the list of views.

use super::lines::{self, PageLine};
use crate::action::Action;
use crate::look::Look;
use crate::view::View;
use crate::widgets::Row;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::collections::BTreeSet;
use tminus_core::names::EnvName;
use tminus_core::release::ActionState;

/// A page. It reads the look, and changes nothing.
pub(crate) trait Page {
    /// Returns its name, as the other seats are told which page one looks at.
    fn name(&self) -> String;

    fn draw(&self, look: &Look, area: Rect, buffer: &mut Buffer);

    /// Returns the keys that one may want on it, first what matters most.
    fn keys(&self, look: &Look) -> Vec<Action>;

    /// Returns its lines where some of them lead somewhere.
    fn lines(&self, _: &Look) -> Option<Vec<PageLine>> {
        None
    }

    /// Returns every row of what has the keys, as a search reads them and a copy takes them; none for log lines, which have a
    /// search of their own.
    fn rows(&self, look: &Look) -> Vec<Row> {
        self.lines(look).into_iter().flatten().map(|line| line.row).collect()
    }

    /// Returns how many rows what has the keys has.
    fn count(&self, look: &Look) -> usize {
        self.rows(look).len()
    }

    /// Returns the row where the cursor begins where nobody has been.
    fn first(&self, look: &Look) -> usize {
        self.lines(look).map_or(0, |all| lines::first(&all))
    }

    /// Returns the row that the cursor goes to when it is sent from one to another: where only some lines lead somewhere, it
    /// stands on those.
    fn stop(&self, look: &Look, (from, to): (usize, usize)) -> usize {
        self.lines(look).map_or(to, |all| lines::step(&all, (from, to)))
    }

    /// Returns which rows a filter shows, where the cursor counts the others too.
    fn shown(&self, _: &Look) -> Option<Vec<usize>> {
        None
    }

    /// Returns how far down its lines scroll, where they do so beside the cursor.
    fn reach(&self, _: &Look) -> Option<usize> {
        None
    }

    /// Says what Enter does.
    fn enter(&self, look: &Look) -> Enter {
        let all = self.lines(look).unwrap_or_default();
        lines::about(&all, look.spot().row).and_then(|line| line.opens.clone()).into()
    }

    /// Says where its cursor is kept.
    fn cursor(&self, _: &Look) -> CursorPlace {
        CursorPlace::Spot
    }

    /// Says what the key for the next pane turns.
    fn tab(&self) -> Tab {
        Tab::Side
    }

    /// Says how what has the keys can be filtered.
    fn sifting(&self, _: &Look) -> Sifting {
        Sifting::None
    }

    /// Says whether a key of its own leads to it from everywhere; what is opened in it is a page of it.
    fn is_numbered(&self) -> bool {
        false
    }

    /// Returns the context of keys of the pane in it that has them.
    fn inner_context(&self, _: &Look) -> Option<&'static str> {
        None
    }

    /// Returns where in its place a search is lit.
    fn lit(&self, _: &Look, area: Rect) -> Rect {
        area
    }

    /// Returns the action that it shows.
    fn action<'l>(&self, _: &'l Look) -> Option<&'l ActionState> {
        None
    }

    /// Returns the fact that it shows, or that is selected.
    fn fact(&self, _: &Look) -> Option<u64> {
        None
    }

    /// Returns the environment that action keys are about where one enters it.
    fn first_target(&self, _: &Look) -> Option<EnvName> {
        None
    }

    /// Returns the environment that action keys are about once the cursor was on a row.
    fn target_at(&self, _: &Look, _: usize) -> Option<EnvName> {
        None
    }

    /// Returns the containers whose rows are on the screen.
    fn containers(&self, _: &Look) -> BTreeSet<String> {
        BTreeSet::new()
    }
}

/// What Enter does on a page.
pub(crate) enum Enter {
    Nothing,
    View(View),
    /// Opens a view at a row.
    At(View, usize),
    /// Gives the pane that has the keys the whole screen.
    Alone,
    /// Opens a message.
    Message(u64),
    /// Opens the selected log line.
    LogLine,
    /// Runs the selected key.
    Key,
    Fold,
}

impl From<Option<View>> for Enter {
    fn from(view: Option<View>) -> Self {
        view.map_or(Self::Nothing, Self::View)
    }
}

/// Where the cursor of a page is kept: with the page, or with what several pages are about.
pub(crate) enum CursorPlace {
    Spot,
    SecondPane,
    Environment,
    Check,
    /// The cursor of the whole checklist.
    WholeCheck,
    Branch,
    Rollback,
}

/// What the key for the next pane turns.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tab {
    /// The panes of the overview.
    Panes,
    /// The two panes of the page.
    Side,
    /// The selected environment.
    Environment,
    /// What the action keys are about.
    Target,
}

/// How what has the keys can be filtered.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sifting {
    None,
    /// By its rows as they are written.
    Rows,
    /// By the columns of the journal.
    Facts,
    /// By the columns of the checklist.
    Checks,
    LogLines,
}
