use http::{HeaderMap, header};

/// `Content-Range: bytes 5-9/20`: where an answer begins, and how large the object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ContentRange {
    pub(super) start: u64,
    pub(super) end: u64,
    pub(super) total: Option<u64>,
}

impl ContentRange {
    pub(super) fn read(headers: &HeaderMap) -> Option<ContentRange> {
        let text = headers.get(header::CONTENT_RANGE)?.to_str().ok()?;
        // `parse` alone would take a plus sign.
        let (range, total) = text
            .strip_prefix("bytes ")
            .filter(|rest| !rest.contains('+'))?
            .split_once('/')?;
        let (start, last) = range.split_once('-')?;
        let (start, last): (u64, u64) = (start.parse().ok()?, last.parse().ok()?);
        let end = last.checked_add(1)?;
        let total = match total {
            "*" => None,
            digits => Some(digits.parse().ok()?),
        };
        (start < end && total.is_none_or(|total| end <= total)).then_some(ContentRange {
            start,
            end,
            total,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &'static str) -> Option<(u64, u64, Option<u64>)> {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_RANGE, text.parse().ok()?);
        ContentRange::read(&headers).map(|range| (range.start, range.end, range.total))
    }

    #[test]
    fn only_what_makes_sense_is_read() {
        assert_eq!(read("bytes 5-9/20"), Some((5, 10, Some(20))));
        assert_eq!(read("bytes 0-0/*"), Some((0, 1, None)));
        for bad in [
            "bytes 9-5/20",
            "bytes 5-9/8",
            "bytes */20",
            "items 0-1/2",
            "bytes 0-18446744073709551615/*",
            "bytes -1/2",
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
