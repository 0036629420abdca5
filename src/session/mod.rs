//! More clients on one engine. The engine's own process and its socket come with a later release;
//! until then a session is the in-process [`crate::engine`] handle.
