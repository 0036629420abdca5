//! Lines for whoever looks: one that nobody takes in time is dropped, and how many were is said where they are missing.

use std::time::Duration;
use tminus_core::mask::DroppedLines;
use tminus_core::notation::in_thousands;
use tminus_core::order::Progress;
use tminus_core::ports::ProgressSender;
use tokio::sync::mpsc::error::TrySendError;

/// How long the last word waits for its turn.
const LAST_WORD: Duration = Duration::from_secs(1);

/// Offers lines, and counts those that were dropped.
pub struct LineOffer {
    to: ProgressSender,
    dropped: u64,
    lines: DroppedLines,
}

impl LineOffer {
    /// Makes it for whoever takes the lines.
    pub fn new(to: ProgressSender) -> Self {
        Self { to, dropped: 0, lines: DroppedLines::default() }
    }

    /// Offers a line; says whether it was taken.
    pub fn line(&mut self, text: String) -> bool {
        // After a gap it goes on once half of what waited was taken: each gap is said once, not between any two lines.
        let is_flooded = self.dropped > 0 && self.to.capacity() <= self.to.max_capacity() / 2;
        if !is_flooded && self.say_gap() {
            let Err(TrySendError::Full(Progress::Line(text)) | TrySendError::Closed(Progress::Line(text))) =
                self.to.try_send(Progress::Line(text))
            else {
                return true;
            };
            self.drop(&text);
        } else {
            self.drop(&text);
        }
        false
    }

    fn drop(&mut self, text: &str) {
        self.dropped += 1;
        self.lines.add(text);
    }

    /// Says how many were dropped since the last one that was taken; says whether nothing is left to say.
    fn say_gap(&mut self) -> bool {
        if self.dropped == 0 {
            return true;
        }
        // Both or neither: behind the beginning of a key its lines are hidden.
        let Ok(places) = self.to.try_reserve_many(2) else { return false };
        let said = [Some(words(self.dropped)), self.lines.end().map(str::to_owned)];
        for (place, line) in places.zip(said.into_iter().flatten()) {
            place.send(Progress::Line(line));
        }
        self.dropped = 0;
        true
    }

    /// Ends it: what is missing at the end is said too, where somebody listens.
    pub async fn end(&mut self) {
        if self.dropped == 0 {
            return;
        }
        let said = self.to.send(Progress::Line(words(self.dropped)));
        if matches!(tokio::time::timeout(LAST_WORD, said).await, Ok(Ok(()))) {
            self.dropped = 0;
        }
    }

    /// Returns where progress goes that is no line.
    pub const fn progress(&self) -> &ProgressSender {
        &self.to
    }
}

fn words(dropped: u64) -> String {
    match dropped {
        1 => "… 1 line was dropped here: it came faster than it could be shown".to_owned(),
        many => format!("… {} lines were dropped here: they came faster than they could be shown", in_thousands(many)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::mpsc::{Receiver, channel};

    fn lines(from: &mut Receiver<Progress<String>>) -> Vec<String> {
        let line = |progress| if let Progress::Line(line) = progress { Some(line) } else { None };
        std::iter::from_fn(|| from.try_recv().ok()).filter_map(line).collect()
    }

    #[tokio::test]
    async fn a_gap_is_said_once_where_it_is_and_at_the_end_too() {
        let (to, mut from) = channel(4);
        let mut offer = LineOffer::new(to);
        let taken = (0..1_204).filter(|number| offer.line(number.to_string())).count();
        assert_eq!(taken, 4);
        assert_eq!(lines(&mut from), ["0", "1", "2", "3"]);
        assert!(offer.line("after".to_owned()));
        let gap = "… 1,200 lines were dropped here: they came faster than they could be shown";
        assert_eq!(lines(&mut from), [gap, "after"]);
        for number in 0..5 {
            offer.line(number.to_string());
        }
        let (heard, ()) = tokio::join!(
            async {
                let mut heard = Vec::new();
                while heard.len() < 5 {
                    heard.extend(from.recv().await);
                }
                heard
            },
            offer.end()
        );
        let last = Progress::Line("… 1 line was dropped here: it came faster than it could be shown".to_owned());
        assert_eq!(heard.last(), Some(&last));
    }

    #[tokio::test]
    async fn a_key_that_begins_among_dropped_lines_is_hidden_behind_them() {
        let (to, mut from) = channel(4);
        let mut offer = LineOffer::new(to);
        let body = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7";
        for line in ["0", "1", "2", "3", "-----BEGIN RSA PRIVATE KEY-----"] {
            offer.line(line.to_owned());
        }
        assert_eq!(lines(&mut from).len(), 4);
        for line in [body, "-----END RSA PRIVATE KEY-----"] {
            assert!(offer.line(line.to_owned()));
        }
        assert!(!offer.line("after".to_owned()), "there is room for four");
        let mut washer = tminus_core::mask::Washer::new(&tminus_core::mask::Mask::new());
        let shown: Vec<String> = lines(&mut from).iter().map(|line| washer.line(line).into_string()).collect();
        assert!(shown[0].contains("1 line was dropped") && shown[1..].iter().all(|line| line == "•••"), "{shown:?}");
        assert!(offer.line("after".to_owned()));
        assert_eq!(washer.line(lines(&mut from).last().unwrap()).into_string(), "after", "the key is over");
    }

    #[tokio::test]
    async fn every_line_of_a_flood_is_shown_or_counted() {
        let (to, mut from) = channel(8);
        let mut offer = LineOffer::new(to);
        let (mut shown, mut counted, mut signs) = (0, 0, 0);
        for burst in 1..200_u32 {
            for _ in 0..burst % 17 {
                offer.line("x".to_owned());
            }
            // Whoever takes them is slow, and unevenly so.
            for line in lines_at_most(&mut from, burst as usize % 5) {
                match line.strip_prefix("… ").and_then(|sign| sign.split(' ').next()) {
                    Some(count) => (counted, signs) = (counted + count.parse::<u32>().unwrap(), signs + 1),
                    None => shown += 1,
                }
            }
        }
        let held = lines(&mut from);
        let sign = |line: &String| line.strip_prefix("… ").and_then(|s| s.split(' ').next()?.parse::<u32>().ok());
        counted += held.iter().filter_map(sign).sum::<u32>();
        shown += held.iter().filter(|line| sign(line).is_none()).count() as u32;
        let all: u32 = (1..200).map(|burst| burst % 17).sum();
        assert_eq!(shown + counted + u32::try_from(offer.dropped).unwrap(), all);
        assert!(signs * 2 < shown, "{signs} signs among {shown} lines");
    }

    fn lines_at_most(from: &mut Receiver<Progress<String>>, most: usize) -> Vec<String> {
        let line = |progress| if let Progress::Line(line) = progress { Some(line) } else { None };
        (0..most).filter_map(|_| from.try_recv().ok()).filter_map(line).collect()
    }
}
