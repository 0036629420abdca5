//! What makes the settings of a kind of one list: the struct, its keys in the plan file with their help, and their reader.

/// Makes the settings of a kind: `struct NAME = "WORD"`, each field with its key.
///
/// The doc of the struct is the help of the kind, that of a field the help of its key; `may(…).or(…)` gives
/// the default of a key. `: "HELP"` after the word puts the keys into a table of that name, `for [Metrics]` names what the plan
/// may use a service for, and `shared(KEY)` marks a key that other kinds have too.
macro_rules! settings {
    (
        $(#[doc = $about:literal])+
        pub struct $name:ident = $word:literal $(: $inside:literal)? $(for [$($role:ident),+])? {
            $( $(#[doc = $help:literal])+ $field:ident: $type:ty = $need:ident $key:tt $(.or($usual:literal))? ),+ $(,)?
        }
    ) => {
        $(#[doc = $about])+
        #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
        pub struct $name {
            $( $(#[doc = $help])+ pub $field: $type ),+
        }

        impl $name {
            /// Its word in the plan file.
            pub const WORD: &str = $word;

            const TABLE: &$crate::grammar::plan::Table = &$crate::grammar::plan::plain(
                concat!($($about),+).trim_ascii(),
                &[$( settings!(@key $need $key concat!($($help),+).trim_ascii()) $(.or($usual))? ),+],
            );
        }

        impl $crate::kinds::family::Described for $name {
            const GRAMMAR: $crate::grammar::plan::Variant =
                $crate::grammar::plan::variant($word, Self::TABLE.doc, settings!(@keys $($inside)?))
                $(.used_for(&[$($crate::grammar::plan::ServiceUse::$role),+]))?;

            fn read(table: $crate::grammar::plan::TableCursor<'_>) -> Option<Self> {
                settings!(@table table $($inside)?);
                Some(Self {
                    $( $field: $crate::grammar::plan::FromKey::from_key(table, settings!(@name $need $key))? ),+
                })
            }
        }
    };
    (@key shared ($key:expr) $help:expr) => { $key };
    (@key $need:ident ($key:literal, $kind:expr) $help:expr) => { $crate::grammar::plan::$need($key, $kind, $help) };
    (@name shared ($key:expr)) => { $key.name };
    (@name $need:ident ($key:literal, $kind:expr)) => { $key };
    (@keys) => { Self::TABLE.keys };
    (@keys $inside:literal) => {
        &[$crate::grammar::plan::must(Self::WORD, $crate::grammar::plan::ValueKind::Table(Self::TABLE), $inside)]
    };
    (@table $table:ident) => {};
    (@table $table:ident $inside:literal) => { let $table = $table.table(Self::WORD)?; };
}

pub(crate) use settings;
