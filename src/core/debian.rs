//! The changelog of a Debian package, which is its version file too: `package (1.0.0-1) unstable; urgency=medium`.

/// The first line of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DebianEntry<'a> {
    /// The version as it is written, with epoch and revision.
    pub(crate) version: &'a str,
    /// Where it goes; `UNRELEASED` for nowhere yet.
    pub(crate) distributions: &'a str,
}

impl<'a> DebianEntry<'a> {
    /// Reads the first line of an entry, which begins at the first column (deb-changelog(5)).
    pub(crate) fn of(line: &'a str) -> Option<Self> {
        let (package, rest) = line.split_once(" (")?;
        let (version, rest) = rest.split_once(") ")?;
        let (distributions, settings) = rest.split_once(';')?;
        let is_of = |text: &str, signs: &str| {
            text.starts_with(|c: char| c.is_ascii_alphanumeric())
                && text.chars().all(|c| c.is_ascii_alphanumeric() || signs.contains(c))
        };
        let is_entry = is_of(package, "+-.")
            && is_of(version, "+-.~:")
            && is_of(distributions.trim(), "+-. ")
            && settings.contains('=');
        is_entry.then_some(Self { version, distributions: distributions.trim() })
    }

    /// Returns the version of the program itself: without the epoch before it, and without the revision of the package.
    pub(crate) fn upstream(&self) -> &'a str {
        let version = self.version.split_once(':').map_or(self.version, |(_, rest)| rest);
        version.rsplit_once('-').map_or(version, |(upstream, _)| upstream)
    }

    /// Says whether the entry is still being written.
    pub(crate) fn is_unreleased(&self) -> bool {
        self.distributions.split_whitespace().any(|word| word.eq_ignore_ascii_case("unreleased"))
    }
}

/// Says whether a file is the changelog of a Debian package, by its path.
pub(crate) fn is_debian_changelog(file: &str) -> bool {
    file == "debian/changelog" || file.ends_with("/debian/changelog")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_names_the_version_of_the_program_within_that_of_the_package() {
        let of = |version: &str| {
            let line = format!("x-tool ({version}) unstable; urgency=medium");
            DebianEntry::of(&line).map(|entry| entry.upstream().to_owned())
        };
        for (written, upstream) in [
            ("1.0.0", "1.0.0"),
            ("1.0.0-1", "1.0.0"),
            ("1:1.0.0-1", "1.0.0"),
            ("1.0.0-0ubuntu1~22.04.1", "1.0.0"),
            ("1.0.0-rc1-2", "1.0.0-rc1"),
            ("1.0.0~rc1-1", "1.0.0~rc1"),
        ] {
            assert_eq!(of(written).as_deref(), Some(upstream));
        }
        for line in [
            " x (1.0.0) unstable; urgency=low",
            "x (1.0.0)",
            "x (1.0.0) unstable",
            "x (1.0 0) unstable; urgency=low",
            "x 1.0.0 (unstable); urgency=low",
            "x (1.0.0) unstable; urgency",
            "* x (1.0.0) y; z=1",
        ] {
            assert_eq!(DebianEntry::of(line), None, "{line}");
        }
    }
}
