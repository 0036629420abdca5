//! What makes a family of kinds of one list: the enum, its words and keys in the plan file, its reader, its dispatch.

use crate::grammar::plan::{TableCursor, Variant};

/// The settings of a kind, as the plan file says them.
pub(crate) trait Described: Sized {
    /// Its word and its keys.
    const GRAMMAR: Variant;

    /// Reads them from a table that has been checked.
    fn read(entry: TableCursor<'_>) -> Option<Self>;
}

/// Makes the enum of a family from the list of its kinds.
///
/// A kind is a variant with its settings, `Tls(TlsCheck)`, or one without any, `Versions = VersionsCheck`. The enum derefs to
/// the questions that every kind answers. A word that is in no line is read as nothing, never as another kind.
macro_rules! family {
    (
        $(#[$about:meta])*
        $family:ident: $questions:ident {
            $( $(#[$doc:meta])* $kind:ident $( ($settings:ident) )? $( = $bare:ident )? ),+ $(,)?
        }
    ) => {
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
        pub enum $family {
            $( $(#[$doc])* $kind $( ($settings) )? ),+
        }

        impl $family {
            /// The words of all kinds, in the order of the documentation.
            pub const WORDS: &'static [&'static str] =
                &[$( <$($settings)? $($bare)? as $crate::kinds::family::Described>::GRAMMAR.word ),+];

            /// The keys of all kinds.
            pub(crate) const VARIANTS: &'static [$crate::grammar::plan::Variant] =
                &[$( <$($settings)? $($bare)? as $crate::kinds::family::Described>::GRAMMAR ),+];

            /// Returns the word by which the plan file names it.
            pub const fn word(&self) -> &'static str {
                match self {
                    $( Self::$kind { .. } =>
                        <$($settings)? $($bare)? as $crate::kinds::family::Described>::GRAMMAR.word ),+
                }
            }

            /// Reads the kind that a table chooses.
            pub(crate) fn read(entry: $crate::grammar::plan::TableCursor<'_>) -> Option<Self> {
                let word = entry.variant()?;
                $( if word == <$($settings)? $($bare)? as $crate::kinds::family::Described>::GRAMMAR.word {
                    return family!(@read $kind entry $( ($settings) )? $( = $bare )?);
                } )+
                None
            }
        }

        impl std::ops::Deref for $family {
            type Target = dyn $questions;

            fn deref(&self) -> &Self::Target {
                match self {
                    $( Self::$kind $( (family!(@bind kind $settings)) )? =>
                        family!(@settings $( kind $settings )? $( = $bare )?) ),+
                }
            }
        }
    };
    (@read $kind:ident $entry:ident ($settings:ident)) => {
        <$settings as $crate::kinds::family::Described>::read($entry).map(Self::$kind)
    };
    (@read $kind:ident $entry:ident = $bare:ident) => {
        <$bare as $crate::kinds::family::Described>::read($entry).map(|$bare| Self::$kind)
    };
    (@bind $name:ident $settings:ident) => { $name };
    (@settings $name:ident $settings:ident) => { $name };
    (@settings = $bare:ident) => { &$bare };
}

pub(crate) use family;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grammar::plan::{Table, ValueKind, VariantChoice, must, variant};
    use crate::grammar::text::document;

    pub struct Bare;

    impl Described for Bare {
        const GRAMMAR: Variant = variant("bare", "Says nothing.", &[]);

        fn read(_: TableCursor<'_>) -> Option<Self> {
            Some(Self)
        }
    }

    #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
    pub struct Counted(u32);

    impl Described for Counted {
        const GRAMMAR: Variant = variant("counted", "A number.", &[]);

        fn read(entry: TableCursor<'_>) -> Option<Self> {
            entry.integer("counted").map(Self)
        }
    }

    pub trait Number {
        fn number(&self) -> u32;
    }

    impl Number for Bare {
        fn number(&self) -> u32 {
            0
        }
    }

    impl Number for Counted {
        fn number(&self) -> u32 {
            self.0
        }
    }

    family! {
        /// Two kinds.
        Counting: Number {
            /// One.
            Bare = Bare,
            /// The other.
            Counted(Counted),
        }
    }

    /// A table with one word more than the family has kinds.
    static TABLE: Table = Table {
        doc: "A count.",
        keys: &[],
        choice: VariantChoice::Presence(&[
            variant("bare", "Says nothing.", &[must("bare", ValueKind::True, "It.")]),
            variant("counted", "A number.", &[must("counted", ValueKind::Integer(0, 9), "How many.")]),
            variant("new", "In no line of the family.", &[must("new", ValueKind::True, "It.")]),
        ]),
        cousins: &[],
    };

    #[test]
    fn a_word_that_is_in_no_line_of_the_family_is_read_as_nothing() {
        let read = |text: &str| Counting::read(TableCursor::new(&document::parse(text).0, &TABLE));
        assert_eq!(read("bare = true"), Some(Counting::Bare));
        assert_eq!(read("counted = 7"), Some(Counting::Counted(Counted(7))));
        assert_eq!(read("new = true"), None);
        assert_eq!(Counting::WORDS, ["bare", "counted"]);
        assert_eq!(Counting::VARIANTS.len(), 2);
    }

    #[test]
    fn a_kind_answers_for_itself_and_is_written_by_its_name() {
        let all = [Counting::Bare, Counting::Counted(Counted(7))];
        assert_eq!(all.each_ref().map(|kind| (kind.word(), kind.number())), [("bare", 0), ("counted", 7)]);
        assert_eq!(serde_json::to_string(&all).unwrap(), r#"["Bare",{"Counted":7}]"#);
    }
}
