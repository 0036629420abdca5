//! What so many of so many say about the true share: exact one-sided bounds (Clopper and Pearson, 1934).

/// How sure a bound is, one-sided.
const DOUBT: f64 = 0.05;

/// The bounds of a share, each with 95 % confidence on its own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Bounds {
    /// The true share is over this.
    pub(super) lower: f64,
    /// The true share is under this.
    pub(super) upper: f64,
}

/// Returns the bounds for a measured share that rests on `count` samples; `None` when the numbers make no sense.
///
/// Counters that are extrapolated give fractions of events, so the upper bound takes the next whole event above, the
/// lower bound the one below: neither verdict is helped by rounding.
pub(super) fn bounds(share: f64, count: f64) -> Option<Bounds> {
    if !share.is_finite() || !count.is_finite() || !(0.0..=1.0).contains(&share) || count < 1.0 {
        return None;
    }
    let tries = count.floor();
    let events = share * tries;
    let few = (events + 1e-6).floor().min(tries);
    let many = (events - 1e-6).ceil().clamp(0.0, tries);
    Some(Bounds { lower: lower(few, tries)?, upper: upper(many, tries)? })
}

/// Solves P(at most `events` of `tries` | p) = 5 % for p.
fn upper(events: f64, tries: f64) -> Option<f64> {
    if events >= tries {
        return Some(1.0);
    }
    solve(|p| incomplete_beta(events + 1.0, tries - events, p), 1.0 - DOUBT)
}

/// Solves P(at least `events` of `tries` | p) = 5 % for p.
fn lower(events: f64, tries: f64) -> Option<f64> {
    if events <= 0.0 {
        return Some(0.0);
    }
    solve(|p| incomplete_beta(events, tries - events + 1.0, p), DOUBT)
}

/// Finds where a growing function of a share reaches `goal`, to the last bit that matters.
fn solve(growing: impl Fn(f64) -> Option<f64>, goal: f64) -> Option<f64> {
    let (mut low, mut high) = (0.0_f64, 1.0_f64);
    for _ in 0..200 {
        let middle = low.midpoint(high);
        if growing(middle)? < goal {
            low = middle;
        } else {
            high = middle;
        }
        if high - low <= high * 1e-12 {
            break;
        }
    }
    Some(high)
}

/// The regularized incomplete beta function, by its continued fraction (DLMF 8.17.22).
fn incomplete_beta(a: f64, b: f64, x: f64) -> Option<f64> {
    if x <= 0.0 || x >= 1.0 {
        return Some(x.clamp(0.0, 1.0));
    }
    // The fraction converges quickly only on this side; the other side is its mirror.
    if x > (a + 1.0) / (a + b + 2.0) {
        return Some(1.0 - incomplete_beta(b, a, 1.0 - x)?);
    }
    let front = a * x.ln() + b * (-x).ln_1p() + ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) - a.ln();
    Some((front.exp() * fraction(a, b, x)?).clamp(0.0, 1.0))
}

/// Evaluates the continued fraction by Lentz's method; `None` when it does not settle.
fn fraction(a: f64, b: f64, x: f64) -> Option<f64> {
    const TINY: f64 = 1e-300;
    let away = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut c = 1.0;
    let mut d = 1.0 / away(1.0 - (a + b) * x / (a + 1.0));
    let mut result = d;
    for step in 1..1_000_000_u32 {
        let m = f64::from(step);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / away(1.0 + even * d);
        c = away(1.0 + even / c);
        result *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / away(1.0 + odd * d);
        c = away(1.0 + odd / c);
        let change = d * c;
        result *= change;
        if (change - 1.0).abs() < 1e-14 {
            return Some(result);
        }
    }
    None
}

/// The logarithm of the gamma function for positive numbers, by Stirling's series.
fn ln_gamma(x: f64) -> f64 {
    let mut shift = 0.0;
    let mut z = x;
    while z < 15.0 {
        shift += z.ln();
        z += 1.0;
    }
    let inverse = 1.0 / z;
    let square = inverse * inverse;
    let series = inverse * (1.0 / 12.0 - square * (1.0 / 360.0 - square * (1.0 / 1260.0 - square / 1680.0)));
    (z - 0.5) * z.ln() - z + 0.5 * (2.0 * std::f64::consts::PI).ln() + series - shift
}

#[cfg(test)]
mod tests {
    use super::*;

    /// P(at most `events` of `tries`) added up term by term: slow, and beyond doubt.
    fn at_most(events: u32, tries: u32, p: f64) -> f64 {
        let mut term = (f64::from(tries) * (-p).ln_1p()).exp();
        let mut sum = term;
        for k in 0..events {
            term *= f64::from(tries - k) / f64::from(k + 1) * p / (1.0 - p);
            sum += term;
        }
        sum
    }

    #[test]
    fn the_bounds_are_those_of_the_printed_tables() {
        // One-sided 95 % limits of the binomial: 0/10, 1/10, 5/10, 0/100, 2/100.
        for (events, tries, low, high) in [
            (0.0, 10.0, 0.0, 0.2589),
            (1.0, 10.0, 0.0051, 0.3942),
            (5.0, 10.0, 0.2224, 0.7776),
            (0.0, 100.0, 0.0, 0.0295),
            (2.0, 100.0, 0.0036, 0.0616),
        ] {
            let bounds = bounds(events / tries, tries).unwrap();
            assert!((bounds.lower - low).abs() < 6e-5, "{events}/{tries}: {bounds:?}");
            assert!((bounds.upper - high).abs() < 6e-5, "{events}/{tries}: {bounds:?}");
        }
    }

    #[test]
    fn the_tail_at_each_bound_is_five_percent() {
        for (events, tries) in [(0, 1), (1, 2), (3, 40), (17, 500), (40, 90), (89, 90), (12, 100_000)] {
            let bounds = bounds(f64::from(events) / f64::from(tries), f64::from(tries)).unwrap();
            assert!((at_most(events, tries, bounds.upper) - 0.05).abs() < 1e-8, "{events}/{tries} {bounds:?}");
            if events > 0 {
                let at_least = 1.0 - at_most(events - 1, tries, bounds.lower);
                assert!((at_least - 0.05).abs() < 1e-8, "{events}/{tries} {bounds:?}");
            }
        }
    }

    #[test]
    fn a_hundred_million_requests_still_have_bounds() {
        let bounds = bounds(0.0005, 1e8).unwrap();
        assert!(bounds.lower < 0.0005 && bounds.lower > 0.000_49, "{bounds:?}");
        assert!(bounds.upper > 0.0005 && bounds.upper < 0.000_51, "{bounds:?}");
    }

    #[test]
    fn numbers_that_are_no_share_have_no_bounds() {
        for (share, count) in [(f64::NAN, 10.0), (0.1, f64::NAN), (1.5, 10.0), (-0.1, 10.0), (0.1, 0.0), (0.1, -5.0)] {
            assert_eq!(bounds(share, count), None, "{share} of {count}");
        }
    }
}
