//! Sizes as people write them.

/// Writes a size in bytes with three digits at most, by thousands: `182 MB`, `1.9 MB`, `512 B`.
pub fn size(bytes: u64) -> String {
    let mut unit = "B";
    let mut scale = 1_u64;
    for (next, name) in [(1_000, "kB"), (1_000_000, "MB"), (1_000_000_000, "GB"), (1_000_000_000_000, "TB")] {
        if bytes >= next {
            (scale, unit) = (next, name);
        }
    }
    let (whole, tenth) = (bytes / scale, bytes % scale * 10 / scale);
    if whole < 10 && tenth > 0 { format!("{whole}.{tenth} {unit}") } else { format!("{whole} {unit}") }
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn a_size_has_its_unit() {
        let all = [(0, "0 B"), (999, "999 B"), (1_980_000, "1.9 MB"), (182_400_000, "182 MB"), (5_000_000_000, "5 GB")];
        for (bytes, text) in all {
            assert_eq!(size(bytes), text);
        }
    }
}
