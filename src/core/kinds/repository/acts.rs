//! What makes the actions on the repository of one list: the enum of what is asked for by a verb, that of what is done, and the
//! way from each kind to its file.

macro_rules! acts {
    (
        by verb { $( $(#[$doc:meta])* $kind:ident($act:ident) ),* $(,)? }
        of a cut { $( $(#[$cut_doc:meta])* $cut_kind:ident($cut_act:ident) ),* $(,)? }
    ) => {
        /// A kind of action on the repository, as it is asked for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum ActKind {
            $( $(#[$doc])* $kind ),*
        }

        /// An action on the repository, with nothing left open.
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum RepositoryAct {
            $( $(#[$doc])* $kind($act), )*
            $( $(#[$cut_doc])* $cut_kind($cut_act), )*
        }

        impl ActKind {
            /// All kinds, in the order of the help.
            pub const ALL: &'static [Self] = &[$( Self::$kind ),*];

            /// Returns its words.
            pub const fn names(self) -> &'static ActNames {
                match self {
                    $( Self::$kind => const { &<$act as BuildAct>::NAMES } ),*
                }
            }

            /// Returns the branches that it changes, each in a step of its own.
            pub fn goes_to(self, branch: &str, state: Option<&BranchState>) -> Vec<String> {
                match self {
                    $( Self::$kind => <$act as BuildAct>::goes_to(branch, state) ),*
                }
            }

            /// Makes the action of a release.
            ///
            /// # Errors
            /// When the plan names something that has no value here.
            pub fn of(self, input: &ActInput<'_>) -> Result<RepositoryAct, UnknownPlaceholder> {
                match self {
                    $( Self::$kind => <$act as BuildAct>::of(input).map(RepositoryAct::$kind) ),*
                }
            }
        }

        impl Deref for RepositoryAct {
            type Target = dyn KindOfAct;

            fn deref(&self) -> &Self::Target {
                match *self {
                    $( Self::$kind(ref act) => act, )*
                    $( Self::$cut_kind(ref act) => act, )*
                }
            }
        }
    };
}

pub(super) use acts;
