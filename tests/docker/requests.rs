//! Finds the request lines in what a client of HTTP/1.1 sends on one connection; the bodies are passed over.

/// How much of a head is kept; an engine takes no longer one either.
const LONGEST: usize = 1 << 20;

/// Where the reader is.
enum At {
    Head(Vec<u8>),
    Body(u64),
    /// Before the size of the next chunk.
    Size(Vec<u8>),
    /// In a chunk, with the line end after it.
    Chunk(u64),
    /// Behind the last chunk.
    Trailer(Vec<u8>),
}

/// A reader of one connection.
pub struct Requests {
    at: At,
}

impl Requests {
    pub fn new() -> Self {
        Self { at: At::Head(Vec::new()) }
    }

    /// Reads on, and returns the request lines that are whole now.
    pub fn read(&mut self, mut bytes: &[u8]) -> Vec<String> {
        let mut lines = Vec::new();
        while let Some((first, rest)) = bytes.split_first() {
            match &mut self.at {
                At::Body(left) | At::Chunk(left) => {
                    let taken = (*left).min(bytes.len() as u64);
                    *left -= taken;
                    bytes = &bytes[usize::try_from(taken).unwrap()..];
                }
                At::Head(line) | At::Size(line) | At::Trailer(line) => {
                    assert!(line.len() < LONGEST, "a head has no end");
                    line.push(*first);
                    bytes = rest;
                }
            }
            lines.extend(self.turn());
        }
        lines
    }

    /// Goes on to what follows, when this part is whole.
    fn turn(&mut self) -> Option<String> {
        let (line, next) = match &self.at {
            At::Head(head) if head.ends_with(b"\r\n\r\n") => {
                let head = String::from_utf8_lossy(head).into_owned();
                (head.lines().next().map(str::to_owned), after(&head))
            }
            At::Size(size) if size.ends_with(b"\n") => {
                let digits: String = size.iter().map(|b| char::from(*b)).take_while(char::is_ascii_hexdigit).collect();
                match u64::from_str_radix(&digits, 16).unwrap_or(0) {
                    0 => (None, At::Trailer(Vec::new())),
                    size => (None, At::Chunk(size + 2)),
                }
            }
            At::Chunk(0) => (None, At::Size(Vec::new())),
            At::Trailer(line) if line == b"\r\n" || line.ends_with(b"\n\r\n") => (None, At::Head(Vec::new())),
            At::Body(0) => (None, At::Head(Vec::new())),
            At::Head(_) | At::Size(_) | At::Chunk(_) | At::Trailer(_) | At::Body(_) => return None,
        };
        self.at = next;
        line
    }
}

/// Returns what follows a head.
fn after(head: &str) -> At {
    let header = |name: &str| {
        let fields = head.lines().skip(1).filter_map(|line| line.split_once(':'));
        fields.filter(|(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim().to_owned()).next()
    };
    if header("transfer-encoding").is_some_and(|value| value.eq_ignore_ascii_case("chunked")) {
        return At::Size(Vec::new());
    }
    match header("content-length").and_then(|value| value.parse().ok()).unwrap_or(0) {
        0 => At::Head(Vec::new()),
        length => At::Body(length),
    }
}

#[test]
fn the_lines_are_found_however_the_bytes_are_cut() {
    let sent = "GET /info HTTP/1.1\r\nHost: x\r\n\r\n\
                POST /a?b=c HTTP/1.1\r\nContent-Length: 12\r\n\r\nGET /no HTTP\
                POST /build HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\nb\r\nGET /no\r\n\r\n\r\n0\r\n\r\n\
                DELETE /c HTTP/1.1\r\n\r\n";
    let expected = ["GET /info HTTP/1.1", "POST /a?b=c HTTP/1.1", "POST /build HTTP/1.1", "DELETE /c HTTP/1.1"];
    for size in [1, 2, 3, 7, 1000] {
        let mut requests = Requests::new();
        let found: Vec<String> = sent.as_bytes().chunks(size).flat_map(|cut| requests.read(cut)).collect();
        assert_eq!(found, expected, "cut into {size}");
    }
}
