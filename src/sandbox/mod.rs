//! The rehearsal world: the same ports, scripted by scenarios.
