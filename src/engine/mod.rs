//! The engine owns the release: it decides, records, then lets ports touch the world.
