//! What makes a family of kinds of one list: the enum, its words and keys in the plan file, its reader, its dispatch.

use crate::grammar::plan::{Cursor, Variant};

/// The settings of a kind, as the plan file says them.
pub(crate) trait Described: Sized {
    /// Its word and its keys.
    const GRAMMAR: Variant;

    /// Reads them from a table that has been checked.
    fn read(entry: Cursor<'_>) -> Option<Self>;
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
            pub(crate) fn read(entry: $crate::grammar::plan::Cursor<'_>) -> Option<Self> {
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
