//! Lines from outside: made safe to print, redacted, kept in bounds.
