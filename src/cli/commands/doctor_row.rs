//! One line of what `tminus doctor` says.

/// One line of the report.
pub(super) struct DoctorRow {
    pub(super) about: &'static str,
    pub(super) is_well: bool,
    pub(super) says: String,
}

pub(super) fn row(about: &'static str, is_well: bool, says: String) -> DoctorRow {
    DoctorRow { about, is_well, says }
}
