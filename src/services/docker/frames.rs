//! The lines of a container's log as its engine sends them: framed by stream, or raw from a terminal, each with a stamp.
//!
//! Nothing here grows with what is sent: of a line without an end only so much is kept as is shown.

use jiff::Timestamp;
use tminus_core::open_line::OpenLine;

/// How long an engine's stamp is at most, in bytes: `2026-11-22T12:41:07.112000000+02:00`.
const STAMP: usize = 36;

/// How long a message is at most, in bytes; a longer line comes as several, each with the stamp of the first.
const MESSAGE: usize = 16 << 10;

/// A line with the stamp that its engine gave it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct StampedLine {
    /// When the engine got it; absent where it does not say.
    pub at: Option<Timestamp>,
    /// Its text without its end, at most as long as a line may be.
    pub text: String,
}

/// Takes the bytes as they come and gives the lines that are whole.
pub(super) enum FrameReader {
    /// Standard output and standard error, each message with a header.
    Framed(Box<Framed>),
    /// The output of a terminal, as it is.
    Raw(Open),
}

/// Where the reading of framed messages stands.
#[derive(Default)]
pub(super) struct Framed {
    header: Vec<u8>,
    /// How many bytes of the message are still to come.
    left: usize,
    /// Whether the message is of standard error.
    is_error: bool,
    output: Open,
    error: Open,
}

/// A line that is not whole yet.
#[derive(Default)]
pub(super) struct Open {
    /// The stamp as far as it has come; `None` when the text has begun.
    stamp: Option<Vec<u8>>,
    at: Option<Timestamp>,
    text: OpenLine,
    /// How long the message is so far, without its stamp.
    length: usize,
    /// How many messages there were so far: each has a stamp.
    messages: usize,
}

impl FrameReader {
    /// Makes it for the output of a terminal, or not of one.
    pub(super) fn of(kind: OutputStream) -> Self {
        match kind {
            OutputStream::Terminal => Self::Raw(Open { stamp: Some(Vec::new()), ..Open::default() }),
            OutputStream::Streams => Self::Framed(Box::default()),
        }
    }

    /// Takes bytes, and returns the lines that end in them, in the order that they arrive.
    pub(super) fn take(&mut self, bytes: &[u8]) -> Vec<StampedLine> {
        let mut lines = Vec::new();
        match self {
            Self::Framed(framed) => framed.take(bytes, &mut lines),
            Self::Raw(open) => open.take_raw(bytes, &mut lines),
        }
        lines
    }

    /// Returns how many messages have come so far.
    pub(super) const fn messages(&self) -> usize {
        match self {
            Self::Framed(framed) => framed.output.messages + framed.error.messages,
            Self::Raw(open) => open.messages,
        }
    }

    /// Returns what is left when nothing comes any more: lines that never ended.
    pub(super) fn end(self) -> Vec<StampedLine> {
        let open = match self {
            Self::Framed(framed) => vec![framed.output, framed.error],
            Self::Raw(open) => vec![open],
        };
        open.into_iter().filter(|open| !open.text.is_empty()).map(|mut open| open.line()).collect()
    }
}

/// What a container writes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OutputStream {
    /// Standard output and standard error.
    Streams,
    /// A terminal.
    Terminal,
}

impl Framed {
    fn take(&mut self, mut bytes: &[u8], lines: &mut Vec<StampedLine>) {
        while !bytes.is_empty() {
            if self.left == 0 {
                bytes = self.take_header(bytes);
                continue;
            }
            let (message, rest) = bytes.split_at(self.left.min(bytes.len()));
            self.left -= message.len();
            self.open().take_message(message, lines);
            bytes = rest;
        }
    }

    /// A header is the stream, three zeros, and the length of the message.
    fn take_header<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let (header, rest) = bytes.split_at((8 - self.header.len()).min(bytes.len()));
        self.header.extend(header);
        if let [stream, _, _, _, a, b, c, d] = self.header[..] {
            self.is_error = stream == 2;
            self.left = u32::from_be_bytes([a, b, c, d]) as usize;
            self.header.clear();
            self.open().stamp = Some(Vec::new());
        }
        rest
    }

    const fn open(&mut self) -> &mut Open {
        if self.is_error { &mut self.error } else { &mut self.output }
    }
}

impl Open {
    /// Takes a part of one message: its stamp comes first, and its text may be only a piece of a line.
    fn take_message(&mut self, mut bytes: &[u8], lines: &mut Vec<StampedLine>) {
        while !bytes.is_empty() {
            if self.stamp.is_some() {
                bytes = self.take_stamp(bytes);
                continue;
            }
            bytes = self.take_text(bytes, bytes.len(), lines);
        }
    }

    /// Takes what a terminal printed: after the end of a line, and where a message is full, a stamp comes.
    fn take_raw(&mut self, mut bytes: &[u8], lines: &mut Vec<StampedLine>) {
        while !bytes.is_empty() {
            if self.stamp.is_some() {
                bytes = self.take_stamp(bytes);
                continue;
            }
            let count = lines.len();
            bytes = self.take_text(bytes, MESSAGE - self.length, lines);
            if lines.len() > count || self.length == MESSAGE {
                self.length = 0;
                self.stamp = Some(Vec::new());
            }
        }
    }

    /// Takes text up to the end of its line, at most so much; returns what comes after.
    fn take_text<'a>(&mut self, bytes: &'a [u8], most: usize, lines: &mut Vec<StampedLine>) -> &'a [u8] {
        let reach = &bytes[..most.min(bytes.len())];
        let end = reach.iter().position(|byte| *byte == b'\n');
        let text = &reach[..end.unwrap_or(reach.len())];
        self.text.extend(text);
        self.length += text.len();
        if end.is_some() {
            lines.push(self.line());
        }
        &bytes[text.len() + usize::from(end.is_some())..]
    }

    /// A stamp ends with a space. What cannot be one is text.
    fn take_stamp<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let mut stamp = self.stamp.take().unwrap_or_default();
        let room = &bytes[..(STAMP - stamp.len()).min(bytes.len())];
        let end = room.iter().position(|byte| matches!(byte, b' ' | b'\n'));
        let taken = end.unwrap_or(room.len());
        stamp.extend(&room[..taken]);
        let at = std::str::from_utf8(&stamp).ok().and_then(|stamp| stamp.parse::<Timestamp>().ok());
        match (end, at) {
            (Some(_), Some(at)) if bytes[taken] == b' ' => {
                // The pieces of a long line have one stamp: that of the first.
                self.at = Some(at);
                self.messages += 1;
                return &bytes[taken + 1..];
            }
            (None, _) if stamp.len() < STAMP => self.stamp = Some(stamp),
            (Some(_) | None, _) => {
                self.length += stamp.len();
                self.text.extend(&stamp);
            }
        }
        &bytes[taken..]
    }

    fn line(&mut self) -> StampedLine {
        StampedLine { at: self.at, text: self.text.take() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use tminus_core::open_line::{LONGEST_LINE, missing_of};

    const AT: &str = "2026-11-22T12:41:07.112000001Z";

    fn frame(stream: u8, text: &[u8]) -> Vec<u8> {
        let message = [AT.as_bytes(), b" ", text].concat();
        let length = u32::try_from(message.len()).unwrap().to_be_bytes();
        [&[stream, 0, 0, 0], &length[..], &message].concat()
    }

    /// Gives the bytes in pieces of one size.
    fn read(kind: OutputStream, bytes: &[u8], piece: usize) -> Vec<StampedLine> {
        let mut frames = FrameReader::of(kind);
        let mut lines: Vec<StampedLine> = bytes.chunks(piece).flat_map(|piece| frames.take(piece)).collect();
        lines.extend(frames.end());
        lines
    }

    fn texts(lines: &[StampedLine]) -> Vec<&str> {
        lines.iter().map(|line| line.text.as_str()).collect()
    }

    #[test]
    fn both_streams_keep_the_order_of_their_arrival() {
        let bytes = [frame(1, b"one\n"), frame(2, b"two\n"), frame(1, b"three\r\n"), frame(1, b"open")].concat();
        for piece in [1, 7, 8, 9, 1000] {
            let lines = read(OutputStream::Streams, &bytes, piece);
            assert_eq!(texts(&lines), ["one", "two", "three", "open"]);
            assert!(lines.iter().all(|line| line.at == Some(AT.parse().unwrap())));
        }
    }

    #[test]
    fn the_pieces_of_a_long_line_are_one_line_again() {
        let piece = "x".repeat(MESSAGE);
        let framed =
            [frame(1, piece.as_bytes()), frame(2, b"between\n"), frame(1, b"end\n"), frame(1, b"next\n")].concat();
        let whole = format!("{piece}end");
        assert_eq!(texts(&read(OutputStream::Streams, &framed, 1000)), ["between", &whole, "next"]);
        let raw = format!("{AT} {piece}{AT} end\r\n{AT} next\r\n");
        for size in [1, 1000, 1 << 20] {
            assert_eq!(texts(&read(OutputStream::Terminal, raw.as_bytes(), size)), [whole.as_str(), "next"]);
        }
    }

    #[test]
    fn a_line_without_an_end_does_not_grow() {
        let mut frames = FrameReader::of(OutputStream::Terminal);
        assert!(frames.take(AT.as_bytes()).is_empty() && frames.take(b" ").is_empty());
        for _ in 0..1000 {
            assert!(frames.take(&[b'x'; 4096]).is_empty());
        }
        let FrameReader::Raw(open) = &frames else { unreachable!() };
        assert!(open.text.held() <= LONGEST_LINE + 1);
        let lines = frames.end();
        let (kept, missing) = missing_of(&lines[0].text).unwrap();
        assert_eq!(kept as u64 + missing, 4096 * 1000);
    }

    #[test]
    fn what_is_not_text_and_what_has_no_stamp_is_still_a_line() {
        let lines = read(OutputStream::Terminal, b"\x00\x01binary \xff\xfe\nno stamp\n", 3);
        assert_eq!(texts(&lines), ["\u{0}\u{1}binary \u{fffd}\u{fffd}", "no stamp"]);
        assert_eq!(lines[0].at, None);
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_fail(bytes in proptest::collection::vec(any::<u8>(), 0..300), piece in 1_usize..40) {
            for kind in [OutputStream::Terminal, OutputStream::Streams] {
                prop_assert_eq!(read(kind, &bytes, piece), read(kind, &bytes, 1 << 10));
            }
        }
    }
}
