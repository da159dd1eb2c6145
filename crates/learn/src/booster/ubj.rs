//! Universal Binary JSON, draft 12, as far as XGBoost writes it: a reader that hands values to serde.
//!
//! A length that the file declares is believed only as far as there are bytes left to fill it, values nest
//! [`MAX_DEPTH`] deep at most, and nothing is read twice, so that no file makes it take more time or memory
//! than its size accounts for.

use std::fmt;

use serde::{
    Deserializer, de,
    de::{DeserializeSeed, MapAccess, SeqAccess, Visitor},
    forward_to_deserialize_any,
};

/// How deep values may nest; XGBoost's models need nine.
pub const MAX_DEPTH: u8 = 32;

/// What is wrong with a file.
#[derive(Debug)]
pub struct UbjError(pub String);

impl fmt::Display for UbjError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for UbjError {}

impl de::Error for UbjError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

type Result<T> = std::result::Result<T, UbjError>;

fn wrong<T>(reason: impl Into<String>) -> Result<T> {
    Err(UbjError(reason.into()))
}

/// A cursor over a file.
#[derive(Debug)]
pub struct Reader<'de> {
    bytes: &'de [u8],
    at: usize,
    depth: u8,
}

/// What a container says of itself before its first item.
#[derive(Clone, Copy)]
struct Header {
    marker: Option<u8>,
    count: Option<usize>,
}

impl<'de> Reader<'de> {
    /// At the beginning.
    pub fn new(bytes: &'de [u8]) -> Self {
        Self {
            bytes,
            at: 0,
            depth: 0,
        }
    }

    /// Bytes read so far.
    pub fn offset(&self) -> usize {
        self.at
    }

    /// Nothing may follow the value but no-ops.
    pub fn end(&mut self) -> Result<()> {
        match self.bytes[self.at..].iter().all(|b| *b == b'N') {
            true => Ok(()),
            false => wrong("there are bytes after the end of the model"),
        }
    }

    fn left(&self) -> usize {
        self.bytes.len() - self.at
    }

    fn take(&mut self, n: usize) -> Result<&'de [u8]> {
        if n > self.left() {
            return wrong("the file ends in the middle of a value");
        }
        let taken = &self.bytes[self.at..self.at + n];
        self.at += n;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    fn peek(&self) -> Result<u8> {
        match self.bytes.get(self.at) {
            Some(byte) => Ok(*byte),
            None => wrong("the file ends in the middle of a value"),
        }
    }

    fn marker(&mut self) -> Result<u8> {
        loop {
            let [marker] = self.array()?;
            if marker != b'N' {
                return Ok(marker);
            }
        }
    }

    fn integer(&mut self, marker: u8) -> Result<Option<i64>> {
        Ok(Some(match marker {
            b'i' => i64::from(i8::from_be_bytes(self.array()?)),
            b'U' => i64::from(u8::from_be_bytes(self.array()?)),
            b'I' => i64::from(i16::from_be_bytes(self.array()?)),
            b'l' => i64::from(i32::from_be_bytes(self.array()?)),
            b'L' => i64::from_be_bytes(self.array()?),
            _ => return Ok(None),
        }))
    }

    fn length(&mut self) -> Result<usize> {
        let [marker] = self.array()?;
        match self.integer(marker)? {
            Some(n) => match usize::try_from(n) {
                // Every item takes a byte at least.
                Ok(n) if n <= self.left() => Ok(n),
                _ => wrong(format!("a length of {n} is more than the file holds")),
            },
            None => wrong(format!(
                "a length was expected, found {}",
                Marker(Some(marker))
            )),
        }
    }

    fn text(&mut self) -> Result<&'de str> {
        let n = self.length()?;
        let bytes = self.take(n)?;
        std::str::from_utf8(bytes).map_err(|_| UbjError("a string is not UTF-8".to_owned()))
    }

    fn header(&mut self) -> Result<Header> {
        let mut header = Header {
            marker: None,
            count: None,
        };
        if self.peek()? == b'$' {
            self.at += 1;
            let [marker] = self.array()?;
            if size(marker).is_none() && !b"S{[".contains(&marker) {
                return wrong(format!(
                    "a container cannot have items of type {}",
                    Marker(Some(marker))
                ));
            }
            header.marker = Some(marker);
            if self.peek()? != b'#' {
                return wrong("a container that says its type must say its length");
            }
        }
        if self.peek()? == b'#' {
            self.at += 1;
            let n = self.length()?;
            if let Some(size) = header.marker.and_then(size)
                && n.saturating_mul(size) > self.left()
            {
                return wrong(format!("{n} items are more than the file holds"));
            }
            header.count = Some(n);
        }
        Ok(header)
    }

    fn enter(&mut self) -> Result<()> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return wrong(format!("values nest deeper than {MAX_DEPTH}"));
        }
        Ok(())
    }

    /// The next item's marker, or `None` after the last.
    fn next(&mut self, header: &mut Header, close: u8) -> Result<Option<u8>> {
        match &mut header.count {
            Some(0) => Ok(None),
            Some(n) => {
                *n -= 1;
                match header.marker {
                    Some(marker) => Ok(Some(marker)),
                    None => Ok(Some(self.marker()?)),
                }
            }
            None => {
                let marker = self.marker()?;
                Ok((marker != close).then_some(marker))
            }
        }
    }

    /// The next key of an object, and whether there is one.
    fn next_key(&mut self, header: &mut Header) -> Result<Option<&'de str>> {
        match &mut header.count {
            Some(0) => return Ok(None),
            Some(n) => *n -= 1,
            None => {
                while self.peek()? == b'N' {
                    self.at += 1;
                }
                if self.peek()? == b'}' {
                    self.at += 1;
                    return Ok(None);
                }
            }
        }
        self.text().map(Some)
    }

    fn item_marker(&mut self, header: &Header) -> Result<u8> {
        match header.marker {
            Some(marker) => Ok(marker),
            None => self.marker(),
        }
    }

    fn skip(&mut self, marker: u8) -> Result<()> {
        if let Some(size) = size(marker) {
            self.take(size)?;
            return Ok(());
        }
        match marker {
            b'T' | b'F' | b'Z' => {}
            b'S' | b'H' => {
                self.text()?;
            }
            b'[' => {
                self.enter()?;
                let mut header = self.header()?;
                match (header.marker.and_then(size), header.count) {
                    (Some(size), Some(n)) => {
                        self.take(n * size)?;
                    }
                    _ => {
                        while let Some(marker) = self.next(&mut header, b']')? {
                            self.skip(marker)?;
                        }
                    }
                }
                self.depth -= 1;
            }
            b'{' => {
                self.enter()?;
                let mut header = self.header()?;
                while self.next_key(&mut header)?.is_some() {
                    let marker = self.item_marker(&header)?;
                    self.skip(marker)?;
                }
                self.depth -= 1;
            }
            other => return wrong(format!("{} begins no value", Marker(Some(other)))),
        }
        Ok(())
    }
}

/// Bytes of a value of fixed size.
fn size(marker: u8) -> Option<usize> {
    match marker {
        b'i' | b'U' | b'C' => Some(1),
        b'I' => Some(2),
        b'l' | b'd' => Some(4),
        b'L' | b'D' => Some(8),
        _ => None,
    }
}

struct Marker(Option<u8>);

impl fmt::Display for Marker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(b) if b.is_ascii_graphic() => write!(f, "'{}'", char::from(b)),
            Some(b) => write!(f, "byte 0x{b:02x}"),
            None => f.write_str("nothing"),
        }
    }
}

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = UbjError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        let marker = self.marker()?;
        Item {
            reader: self,
            marker,
        }
        .deserialize_any(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// A value whose marker has been read.
struct Item<'a, 'de> {
    reader: &'a mut Reader<'de>,
    marker: u8,
}

impl<'de> Deserializer<'de> for Item<'_, 'de> {
    type Error = UbjError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        let reader = self.reader;
        if let Some(n) = reader.integer(self.marker)? {
            return visitor.visit_i64(n);
        }
        match self.marker {
            b'd' => visitor.visit_f32(f32::from_be_bytes(reader.array()?)),
            b'D' => visitor.visit_f64(f64::from_be_bytes(reader.array()?)),
            b'T' => visitor.visit_bool(true),
            b'F' => visitor.visit_bool(false),
            b'Z' => visitor.visit_unit(),
            b'C' => {
                let [byte] = reader.array()?;
                visitor.visit_char(char::from(byte))
            }
            b'S' | b'H' => visitor.visit_borrowed_str(reader.text()?),
            b'[' => {
                reader.enter()?;
                let mut header = reader.header()?;
                let value = visitor.visit_seq(Items {
                    reader,
                    header: &mut header,
                })?;
                if reader.next(&mut header, b']')?.is_some() {
                    return wrong("a list has more items than it may");
                }
                reader.depth -= 1;
                Ok(value)
            }
            b'{' => {
                reader.enter()?;
                let mut header = reader.header()?;
                let value = visitor.visit_map(Entries {
                    reader,
                    header: &mut header,
                    ended: false,
                })?;
                reader.depth -= 1;
                Ok(value)
            }
            other => wrong(format!("{} begins no value", Marker(Some(other)))),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.marker {
            b'Z' => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.reader.skip(self.marker)?;
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier
    }
}

struct Items<'a, 'de> {
    reader: &'a mut Reader<'de>,
    header: &'a mut Header,
}

impl<'de> SeqAccess<'de> for Items<'_, 'de> {
    type Error = UbjError;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>> {
        match self.reader.next(self.header, b']')? {
            None => {
                // A list without a length is over once its end has been read; it is not looked for again.
                self.header.count = Some(0);
                Ok(None)
            }
            Some(marker) => seed
                .deserialize(Item {
                    reader: self.reader,
                    marker,
                })
                .map(Some),
        }
    }

    fn size_hint(&self) -> Option<usize> {
        self.header.count
    }
}

struct Entries<'a, 'de> {
    reader: &'a mut Reader<'de>,
    header: &'a mut Header,
    ended: bool,
}

impl<'de> MapAccess<'de> for Entries<'_, 'de> {
    type Error = UbjError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>> {
        if self.ended {
            return Ok(None);
        }
        match self.reader.next_key(self.header)? {
            None => {
                self.ended = true;
                Ok(None)
            }
            Some(key) => seed
                .deserialize(de::value::BorrowedStrDeserializer::new(key))
                .map(Some),
        }
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value> {
        let marker = self.reader.item_marker(self.header)?;
        seed.deserialize(Item {
            reader: self.reader,
            marker,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize as _;
    use serde_json::{Value, json};

    use super::*;

    fn read(bytes: &[u8]) -> Result<Value> {
        let mut reader = Reader::new(bytes);
        let value = Value::deserialize(&mut reader)?;
        reader.end()?;
        Ok(value)
    }

    #[test]
    fn every_kind_of_value_reads_as_written() {
        assert_eq!(read(b"i\xff").unwrap(), json!(-1));
        assert_eq!(read(b"U\xff").unwrap(), json!(255));
        assert_eq!(read(b"I\x01\x00").unwrap(), json!(256));
        assert_eq!(read(b"l\xff\xff\xff\xfe").unwrap(), json!(-2));
        assert_eq!(read(b"L\0\0\0\x01\0\0\0\0").unwrap(), json!(1_i64 << 32));
        assert_eq!(read(b"d\x3f\x00\0\0").unwrap(), json!(0.5));
        assert_eq!(read(b"D\x3f\xe0\0\0\0\0\0\0").unwrap(), json!(0.5));
        assert_eq!(read(b"SU\x02ab").unwrap(), json!("ab"));
        assert_eq!(read(b"[TFZ]").unwrap(), json!([true, false, null]));
        assert_eq!(
            read(b"{U\x01a[#U\x02i\x01i\x02U\x01b[$U#U\x03\x07\x08\x09}").unwrap(),
            json!({"a": [1, 2], "b": [7, 8, 9]})
        );
        assert_eq!(
            read(b"{#U\x01U\x01aNi\x05").unwrap(),
            json!({"a": 5}),
            "no-ops mean nothing"
        );
        assert_eq!(read(b"{}").unwrap(), json!({}));
    }

    #[test]
    fn what_is_torn_or_lies_about_its_size_is_refused() {
        for (bytes, part) in [
            (&b"[$d#L\x7f\xff\xff\xff\xff\xff\xff\xff"[..], "more than"),
            (b"[$d#U\x02\0\0\0\0\0\0\0", "more than"),
            (b"[#l\xff\xff\xff\xff", "more than"),
            (b"[$Z#U\x05", "cannot have items"),
            (b"[$i", "middle"),
            (b"[$iU\x01", "must say its length"),
            (b"SU\x09ab", "more than"),
            (b"SU\x01\xff", "UTF-8"),
            (b"{x", "length was expected"),
            (b"?", "begins no value"),
            (b"", "middle"),
            (b"i\x01i\x01", "after the end"),
        ] {
            let error = read(bytes).expect_err("refused").0;
            assert!(error.contains(part), "{bytes:?}: {error}");
        }
        let deep = vec![b'['; 1000];
        assert!(read(&deep).expect_err("refused").0.contains("nest deeper"));
    }
}
