//! One file or folder per outside service, each behind a port. Adapters never know each other.
