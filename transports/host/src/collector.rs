use bytes::{Bytes, BytesMut};
use http::{HeaderMap, header};
use yunmei_core::{Error, error::TransportError};

/// How much room is made before the first byte came, however much is announced.
const FIRST_ROOM: u64 = 64 * 1024;

/// Collects the body of an answer, up to a limit.
#[derive(Debug)]
pub struct Collector {
    limit: usize,
    bytes: BytesMut,
}

impl Collector {
    /// Begins an answer with these headers that may have `limit` bytes.
    ///
    /// # Errors
    ///
    /// [`Error::Transport`] if the headers announce more.
    pub fn new(limit: usize, headers: &HeaderMap) -> Result<Collector, Error> {
        let announced = headers
            .get(header::CONTENT_LENGTH)
            .and_then(|value| value.to_str().ok()?.parse::<u64>().ok())
            .unwrap_or(0);
        if announced > limit as u64 {
            return Err(too_large(limit));
        }
        // At most FIRST_ROOM, which fits.
        let room = announced.min(FIRST_ROOM) as usize;
        Ok(Collector {
            limit,
            bytes: BytesMut::with_capacity(room),
        })
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    ///
    /// [`Error::Transport`] beyond the limit.
    pub fn push(&mut self, piece: &[u8]) -> Result<(), Error> {
        if piece.len() > self.limit - self.bytes.len() {
            return Err(too_large(self.limit));
        }
        self.bytes.extend_from_slice(piece);
        Ok(())
    }

    /// The whole body.
    pub fn finish(self) -> Bytes {
        self.bytes.freeze()
    }
}

fn too_large(limit: usize) -> Error {
    TransportError::unknown(format!("the answer is larger than {limit} bytes")).into()
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn an_answer_may_fill_the_limit_and_not_exceed_it() {
        let mut collector = Collector::new(5, &HeaderMap::new()).expect("a collector");
        collector.push(b"abc").expect("room for three");
        collector.push(b"de").expect("room for two");
        assert!(collector.push(b"f").is_err());
        assert_eq!(collector.finish(), "abcde");
    }

    #[test]
    fn what_announces_too_much_is_not_even_read() {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from_static("6"));
        assert!(Collector::new(6, &headers).is_ok());
        let error = Collector::new(5, &headers).expect_err("too large");
        assert!(error.is_in_doubt());
        assert!(error.to_string().contains("larger than 5 bytes"), "{error}");
    }
}
