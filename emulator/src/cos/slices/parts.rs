//! The field `uploadparts` (section 7.6).

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{Error, Visitor},
};

use super::SLICE_SIZE;
use crate::{
    cos::{
        answer::Refusal,
        arguments::{Arguments, SHA1_DIGITS},
        store::Part,
    },
    value::{digits, hex},
};

/// What is read of an entry takes no more memory than its text, whatever else is in that.
#[derive(Deserialize)]
struct Entry {
    offset: Number,
    datalen: Number,
    datasha: String,
}

/// Numbers may come as texts (section 3.3).
struct Number(u64);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Number, D::Error> {
        struct Reader;
        impl Visitor<'_> for Reader {
            type Value = Number;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a whole number")
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<Number, E> {
                Ok(Number(number))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Number, E> {
                digits(text)
                    .map(Number)
                    .ok_or_else(|| E::custom("a text that is no whole number"))
            }
        }
        deserializer.deserialize_any(Reader)
    }
}

/// Reads the slices, which must tile the file: all of 1 MiB but the last one, whose digest is that
/// of the whole.
pub(super) fn read(arguments: &Arguments, size: u64, sha: &str) -> Result<Vec<Part>, Refusal> {
    let Some(entries) = arguments.json::<Vec<Entry>>("uploadparts", -5965)? else {
        return Err(Refusal::new(-29133, "sha without uploadparts"));
    };
    let mut parts = Vec::with_capacity(entries.len());
    let mut end = 0_u64;
    for entry in entries {
        let Some(digest) = hex(&entry.datasha, SHA1_DIGITS) else {
            let problem = "uploadparts has an entry whose datasha is not 40 hex digits";
            return Err(Refusal::new(-5965, problem));
        };
        let part = Part {
            offset: entry.offset.0,
            length: entry.datalen.0,
            digest,
        };
        // What is behind the end has the length 0, which no slice has.
        let length = SLICE_SIZE.min(size - end);
        if part.offset != end || part.length != length || length == 0 {
            return Err(untiled(part.offset));
        }
        end += length;
        parts.push(part);
    }
    match parts.last() {
        Some(last) if end == size && last.digest != sha => {
            let problem = "the last datasha in uploadparts is not sha (section 7.6)";
            Err(Refusal::new(-4016, problem))
        }
        Some(_) if end == size => Ok(parts),
        _ => Err(untiled(end)),
    }
}

fn untiled(at: u64) -> Refusal {
    let problem = format!(
        "uploadparts do not tile the file by 1 MiB: gap, overlap, wrong length or end at {at}"
    );
    Refusal::new(-29134, problem)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn code(list: Value, size: u64) -> Result<usize, i64> {
        let mut arguments = Arguments::default();
        arguments.add("uploadparts", list);
        read(&arguments, size, &"a".repeat(40))
            .map(|parts| parts.len())
            .map_err(|refusal| refusal.code)
    }

    fn entry(offset: impl Into<Value>, length: impl Into<Value>) -> Value {
        let (offset, length) = (offset.into(), length.into());
        json!({"offset": offset, "datalen": length, "datasha": "A".repeat(40)})
    }

    #[test]
    fn slices_of_1_mib_tile_the_file() {
        const MIB: u64 = SLICE_SIZE;
        let size = MIB + 36;
        let two = json!([entry(0, MIB), entry(MIB.to_string(), "36")]);
        assert_eq!(code(two, size), Ok(2));
        let even = json!([entry(0, MIB), entry(MIB, MIB)]);
        assert_eq!(code(even, 2 * MIB), Ok(2));
        assert_eq!(code(json!([entry(0, 100)]).to_string().into(), 100), Ok(1));
        for bad in [
            json!([]),
            json!([entry(0, MIB)]),
            json!([entry(0, MIB), entry(MIB - 1, 37)]),
            json!([entry(0, MIB), entry(MIB + 1, 35)]),
            json!([entry(0, MIB), entry(MIB, 37)]),
            json!([entry(0, MIB), entry(MIB, 35)]),
            json!([entry(0, MIB), entry(MIB, 36), entry(size, 0)]),
            json!([entry(0, 0), entry(0, MIB), entry(MIB, 36)]),
            json!([entry(MIB, 36), entry(0, MIB)]),
            json!([entry(0, u64::MAX), entry(u64::MAX, size)]),
            // They tile it, but not by 1 MiB.
            json!([entry(0, size)]),
            json!([entry(0, MIB - 1), entry(MIB - 1, 37)]),
            json!([entry(0, 36), entry(36, MIB)]),
        ] {
            assert_eq!(code(bad.clone(), size), Err(-29134), "{bad}");
        }
        for broken in [
            json!("["),
            json!({}),
            json!([1]),
            json!([entry(-1, 100)]),
            json!([entry("x", 100)]),
            json!([entry(1.5, 100)]),
            json!([entry(json!([[[]]]), 100)]),
            json!([{"offset": 0, "datalen": 100, "datasha": "short"}]),
        ] {
            assert_eq!(code(broken.clone(), 100), Err(-5965), "{broken}");
        }
        assert_eq!(code(Value::Null, 100), Err(-29133));
        let other = json!([{"offset": 0, "datalen": 100, "datasha": "b".repeat(40)}]);
        assert_eq!(code(other, 100), Err(-4016));
    }
}
