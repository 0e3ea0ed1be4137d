use http::{HeaderMap, HeaderName, StatusCode, header, response};

use super::{ByteRange, content_range::ContentRange};

/// What the head of an answer says of the object: the first one is kept, later ones must agree.
#[derive(Debug)]
pub(super) struct Object {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    /// How large the whole of it is, where that is known.
    pub(super) total: Option<u64>,
    /// How many bytes are wanted, where that can be known.
    pub(super) wanted: Option<u64>,
}

impl Object {
    /// Reads the head of a good answer to a request for `range` without its first `received`
    /// bytes; with it, how many bytes to drop from the beginning of the body.
    pub(super) fn read(
        head: &response::Parts,
        range: ByteRange,
        received: u64,
    ) -> Result<(Object, u64), &'static str> {
        let start = range.start.saturating_add(received);
        let (skip, total, wanted) = match head.status {
            StatusCode::PARTIAL_CONTENT => part(&head.headers, range, start)?,
            _ => whole(&head.headers, range, start)?,
        };
        let (status, headers) = (head.status, head.headers.clone());
        Ok((
            Object {
                status,
                headers,
                total,
                wanted,
            },
            skip,
        ))
    }

    /// Checks that a later answer is about the same object, and learns from it.
    pub(super) fn meet(&mut self, later: &Object) -> Result<(), &'static str> {
        let validators = [header::ETAG, header::LAST_MODIFIED];
        let same = |name: &HeaderName| {
            let both = self.headers.get(name).zip(later.headers.get(name));
            both.map(|(first, second)| first == second)
        };
        let verdicts = validators.each_ref().map(same);
        let totals = self.total.zip(later.total);
        if verdicts.contains(&Some(false)) || totals.is_some_and(|(first, second)| first != second)
        {
            return Err("the object changed while it was being downloaded");
        }
        if !verdicts.contains(&Some(true)) {
            return Err("nothing tells whether the rest is of the same object");
        }
        self.total = self.total.or(later.total);
        self.wanted = self.wanted.or(later.wanted);
        Ok(())
    }

    /// Whether a later answer could be told from one about another object.
    pub(super) fn is_recognisable(&self) -> bool {
        self.headers.contains_key(header::ETAG) || self.headers.contains_key(header::LAST_MODIFIED)
    }
}

/// Bytes to drop, length of the object, bytes wanted.
type Measures = (u64, Option<u64>, Option<u64>);

/// The whole object, although perhaps only a part was asked for.
fn whole(headers: &HeaderMap, range: ByteRange, start: u64) -> Result<Measures, &'static str> {
    let length = content_length(headers);
    // A body that ends with the connection ends also where that broke (dossier of COS, section 9).
    if length.is_none() && !headers.contains_key(header::TRANSFER_ENCODING) {
        return Err("no length: a broken download could not be told from a finished one");
    }
    if length.is_some_and(|length| length < range.start) {
        return Err("the object ends before the range begins");
    }
    let end = length.into_iter().chain(range.end).min();
    Ok((
        start,
        length,
        end.map(|end| end.saturating_sub(range.start)),
    ))
}

/// A part of the object.
fn part(headers: &HeaderMap, range: ByteRange, start: u64) -> Result<Measures, &'static str> {
    let content =
        ContentRange::read(headers).ok_or("no readable Content-Range in a partial answer")?;
    if content.start != start || range.end.is_some_and(|end| content.end > end) {
        return Err("another range than was asked for");
    }
    if content_length(headers).is_some_and(|length| length != content.end - content.start) {
        return Err("Content-Length and Content-Range disagree");
    }
    let end = content.total.into_iter().chain(range.end).min();
    if end.is_some_and(|end| content.end < end) {
        return Err("fewer bytes than were asked for");
    }
    Ok((0, content.total, end.map(|end| end - range.start)))
}

fn content_length(headers: &HeaderMap) -> Option<u64> {
    let text = headers.get(header::CONTENT_LENGTH)?.to_str().ok()?;
    text.parse().ok().filter(|_| !text.starts_with('+'))
}
