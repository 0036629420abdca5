//! A line of moments at even distances, and where now is between two of them.

/// Where the moments stand on the line, and where now is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Track {
    pub(crate) points: Vec<usize>,
    pub(crate) now: Option<usize>,
}

/// A moment and its label need this many columns.
const NEEDED: usize = 7;
/// The first and the last label reach beyond their points.
const EDGE: usize = 3;

impl Track {
    /// Lays moments, given in seconds and in order, on a line of so many columns; nothing where they have no room.
    ///
    /// Even distances keep half an hour and a week apart from their neighbours; now stands between two moments in
    /// the share of the time between them that is over.
    pub(crate) fn of(moments: &[i64], now: Option<i64>, columns: usize) -> Option<Self> {
        let gaps = moments.len().checked_sub(1).filter(|gaps| *gaps > 0)?;
        let room = columns.checked_sub(2 * EDGE + 1)?;
        if room / gaps < NEEDED {
            return None;
        }
        let point = |at: usize| EDGE + at * room / gaps;
        let points: Vec<usize> = (0..=gaps).map(point).collect();
        Some(Self { now: now.map(|now| place(moments, &points, now)), points })
    }
}

fn place(moments: &[i64], points: &[usize], now: i64) -> usize {
    let next = moments.iter().position(|moment| *moment > now);
    match next {
        None => points.last().map_or(0, |last| last + 2),
        Some(0) => points[0].saturating_sub(2),
        Some(next) => {
            let (from, to) = (moments[next - 1], moments[next]);
            let (left, right) = (points[next - 1], points[next]);
            let share = (now - from) as f64 / (to - from) as f64;
            // Never on a moment that is not now.
            let inner = left + (share * (right - left) as f64) as usize;
            if now == from { left } else { inner.clamp(left + 1, right - 1) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400;

    #[test]
    fn now_stands_between_two_moments_by_the_time_that_is_over() {
        let moments = [-4 * DAY, -2 * DAY, 0];
        let track = |now| Track::of(&moments, Some(now), 47).unwrap();
        assert_eq!(track(0).points, [3, 23, 43]);
        assert_eq!(track(-3 * DAY).now, Some(13));
        assert_eq!(track(-DAY).now, Some(33));
    }

    #[test]
    fn now_never_stands_on_a_moment_before_its_time() {
        let moments = [-4 * DAY, -2 * DAY, 0];
        let now = |now| Track::of(&moments, Some(now), 47).unwrap().now;
        assert_eq!(now(-1), Some(42));
        assert_eq!(now(-2 * DAY), Some(23));
        assert_eq!(now(-2 * DAY + 1), Some(24));
    }

    #[test]
    fn before_the_first_and_after_the_last_moment_now_stands_outside() {
        let moments = [-4 * DAY, 0];
        let now = |now| Track::of(&moments, Some(now), 40).unwrap().now.unwrap();
        let points = Track::of(&moments, None, 40).unwrap().points;
        assert!(now(-9 * DAY) < points[0] && now(DAY) > points[1]);
        assert!(now(9 * DAY) < 40);
    }

    #[test]
    fn moments_without_room_for_their_labels_are_not_drawn() {
        assert_eq!(Track::of(&[0, 1, 2, 3], None, 27), None);
        assert!(Track::of(&[0, 1, 2, 3], None, 28).is_some());
        assert_eq!(Track::of(&[0], None, 80), None);
        assert_eq!(Track::of(&[], Some(0), 80), None);
        assert_eq!(Track::of(&[0, 1], None, 3), None);
    }
}
