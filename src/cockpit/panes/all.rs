//! The page of each view, made from the list of views.

use super::page::Page;
use crate::look::Look;
use crate::view::{View, each_view};

macro_rules! pages {
    ($($(#[$doc:meta])* $view:ident $(($of:ident: $subject:ty))? => $file:ident::$page:ident in $context:literal,)*) => {
        /// Returns the page of a view.
        pub(crate) fn page(view: &View) -> Box<dyn Page + '_> {
            match view {
                $(View::$view $(($of))? => Box::new(super::$file::$page $(($of))?),)*
            }
        }
    };
}

each_view!(pages);

impl Look {
    /// Returns the page that one is on.
    pub(crate) fn here(&self) -> Box<dyn Page + '_> {
        page(self.view())
    }
}
