//! Durable facts: append, read, verify, export, and the lock on a journal.
