//! As much of BSON as `hello`, `ping` and a login need. Source: bsonspec.org, version 1.1.

/// How deep documents may lie in each other.
const DEEPEST: usize = 8;

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum BsonValue {
    /// A text.
    Text(String),
    /// A whole number, whichever its width, or the whole part of another.
    Number(i64),
    /// `true` or `false`.
    Flag(bool),
    /// Bytes.
    Bytes(Vec<u8>),
    /// A document, or an array, whose keys count.
    Document(BsonDocument),
    /// A value of a type that nothing here asks for.
    Other,
}

/// A document: its keys in their order.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct BsonDocument(Vec<(String, BsonValue)>);

impl BsonDocument {
    /// Adds a key. Keys and texts of tminus hold no NUL.
    pub(super) fn with(mut self, key: &str, value: BsonValue) -> Self {
        self.0.push((key.to_owned(), value));
        self
    }

    fn get(&self, key: &str) -> Option<&BsonValue> {
        self.0.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// Returns a text.
    pub(super) fn text(&self, key: &str) -> Option<&str> {
        let Some(BsonValue::Text(text)) = self.get(key) else { return None };
        Some(text)
    }

    /// Returns a number.
    pub(super) fn number(&self, key: &str) -> Option<i64> {
        let Some(BsonValue::Number(number)) = self.get(key) else { return None };
        Some(*number)
    }

    /// Returns bytes.
    pub(super) fn bytes(&self, key: &str) -> Option<&[u8]> {
        let Some(BsonValue::Bytes(bytes)) = self.get(key) else { return None };
        Some(bytes)
    }

    /// Says whether a key says yes: `true`, or 1.
    pub(super) fn is_yes(&self, key: &str) -> bool {
        matches!(self.get(key), Some(BsonValue::Flag(true) | BsonValue::Number(1)))
    }

    /// Returns the texts of an array.
    pub(super) fn texts(&self, key: &str) -> Vec<&str> {
        let Some(BsonValue::Document(array)) = self.get(key) else { return Vec::new() };
        let texts = array.0.iter().filter_map(|(_, value)| match value {
            BsonValue::Text(text) => Some(text.as_str()),
            BsonValue::Number(_)
            | BsonValue::Flag(_)
            | BsonValue::Bytes(_)
            | BsonValue::Document(_)
            | BsonValue::Other => None,
        });
        texts.collect()
    }

    /// Returns its bytes.
    pub(super) fn encoded(&self) -> Vec<u8> {
        let mut body = Vec::new();
        for (key, value) in &self.0 {
            let (kind, bytes) = match value {
                BsonValue::Text(text) => (2, [&length(text.len() + 1)[..], text.as_bytes(), &[0]].concat()),
                BsonValue::Number(number) => match i32::try_from(*number) {
                    Ok(number) => (16, number.to_le_bytes().to_vec()),
                    Err(_) => (18, number.to_le_bytes().to_vec()),
                },
                BsonValue::Flag(flag) => (8, vec![u8::from(*flag)]),
                BsonValue::Bytes(bytes) => (5, [&length(bytes.len())[..], &[0], bytes].concat()),
                BsonValue::Document(document) => (3, document.encoded()),
                BsonValue::Other => (10, Vec::new()),
            };
            body.push(kind);
            body.extend(key.as_bytes());
            body.push(0);
            body.extend(bytes);
        }
        [&length(body.len() + 5)[..], &body, &[0]].concat()
    }

    /// Reads a document that takes all of these bytes.
    pub(super) fn decoded(bytes: &[u8]) -> Option<Self> {
        let mut rest = BsonBytes(bytes);
        let document = rest.document(DEEPEST)?;
        rest.0.is_empty().then_some(document)
    }
}

/// Returns a length as it stands before what is that long.
fn length(length: usize) -> [u8; 4] {
    (length as u32).to_le_bytes()
}

/// What is left to read.
struct BsonBytes<'a>(&'a [u8]);

impl<'a> BsonBytes<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn size(&mut self) -> Option<usize> {
        usize::try_from(i32::from_le_bytes(self.take(4)?.try_into().ok()?)).ok()
    }

    fn long(&mut self) -> Option<[u8; 8]> {
        self.take(8)?.try_into().ok()
    }

    fn name(&mut self) -> Option<String> {
        let end = self.0.iter().position(|byte| *byte == 0)?;
        let name = self.take(end)?;
        self.take(1)?;
        Some(String::from_utf8_lossy(name).into_owned())
    }

    fn text(&mut self) -> Option<String> {
        let size = self.size()?;
        let (end, text) = self.take(size)?.split_last()?;
        (*end == 0).then(|| String::from_utf8_lossy(text).into_owned())
    }

    fn document(&mut self, deepest: usize) -> Option<BsonDocument> {
        let size = self.size()?.checked_sub(4)?;
        let mut body = BsonBytes(self.take(size)?);
        let mut document = BsonDocument::default();
        loop {
            let kind = body.take(1)?[0];
            if kind == 0 {
                return body.0.is_empty().then_some(document);
            }
            let name = body.name()?;
            document.0.push((name, body.value(kind, deepest.checked_sub(1)?)?));
        }
    }

    fn value(&mut self, kind: u8, deepest: usize) -> Option<BsonValue> {
        Some(match kind {
            1 => BsonValue::Number(f64::from_le_bytes(self.long()?) as i64),
            2 => BsonValue::Text(self.text()?),
            3 | 4 => BsonValue::Document(self.document(deepest)?),
            5 => {
                let size = self.size()?;
                self.take(1)?;
                BsonValue::Bytes(self.take(size)?.to_vec())
            }
            8 => BsonValue::Flag(self.take(1)?[0] == 1),
            16 => BsonValue::Number(i32::from_le_bytes(self.take(4)?.try_into().ok()?).into()),
            18 => BsonValue::Number(i64::from_le_bytes(self.long()?)),
            // undefined, null, the smallest and the largest key
            6 | 10 | 127 | 255 => BsonValue::Other,
            // an object's id; a moment, a timestamp; a decimal
            7 => self.take(12).map(|_| BsonValue::Other)?,
            9 | 17 => self.take(8).map(|_| BsonValue::Other)?,
            19 => self.take(16).map(|_| BsonValue::Other)?,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sample() -> BsonDocument {
        let inner = BsonDocument::default().with("0", BsonValue::Text("a:1".to_owned()));
        BsonDocument::default()
            .with("ok", BsonValue::Number(1))
            .with("far", BsonValue::Number(1 << 40))
            .with("yes", BsonValue::Flag(true))
            .with("payload", BsonValue::Bytes(vec![0, 255]))
            .with("hosts", BsonValue::Document(inner))
            .with("none", BsonValue::Other)
    }

    #[test]
    fn what_is_written_is_read_again() {
        let read = BsonDocument::decoded(&sample().encoded()).unwrap();
        assert_eq!(read, sample());
        assert!(read.is_yes("ok") && read.is_yes("yes") && !read.is_yes("far") && !read.is_yes("nothing"));
        assert_eq!((read.texts("hosts"), read.bytes("payload")), (vec!["a:1"], Some(&[0, 255][..])));
        // The example of the specification.
        let hello = b"\x16\0\0\0\x02hello\0\x06\0\0\0world\0\0";
        assert_eq!(BsonDocument::decoded(hello).unwrap().text("hello"), Some("world"));
        // 1.0 as a server says `ok`.
        let ok = b"\x11\0\0\0\x01ok\0\0\0\0\0\0\0\xf0\x3f\0";
        assert!(BsonDocument::decoded(ok).unwrap().is_yes("ok"));
    }

    #[test]
    fn documents_lie_in_each_other_to_a_bound() {
        let nested = |depth| {
            (0..depth)
                .fold(BsonDocument::default(), |inner, _| BsonDocument::default().with("d", BsonValue::Document(inner)))
        };
        assert!(BsonDocument::decoded(&nested(DEEPEST).encoded()).is_some());
        assert!(BsonDocument::decoded(&nested(DEEPEST + 1).encoded()).is_none());
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), cut in 0_usize..200) {
            let _ = BsonDocument::decoded(&bytes);
            let whole = sample().encoded();
            let short = &whole[..cut.min(whole.len())];
            prop_assert_eq!(BsonDocument::decoded(short).is_some(), short.len() == whole.len());
        }
    }
}
