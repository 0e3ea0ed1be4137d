//! Reads a form (section 3.1), and bounds what a hostile one costs.

use std::{
    fmt,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
};

use bytes::Bytes;
use futures_util::Stream;
use md5::Md5;
use multer::{Constraints, Field, Multipart, SizeLimit};
use sha1::{Digest, Sha1};
use yunmei_core::cos::UPLOAD_LIMIT;

use super::{
    Cos,
    answer::Refusal,
    arguments::{Arguments, Received},
    request::{ContentLimit, FIELDS, TEXT_LIMIT, broken_body, not_utf8},
};
use crate::{body::RequestBody, random};

/// Room for the 65536 slices of the largest file.
const PARTS_LIMIT: usize = 16 * 1024 * 1024;
/// Content, slices, other fields, and what is around them.
const BODY_LIMIT: u64 = UPLOAD_LIMIT + PARTS_LIMIT as u64 + 4 * 1024 * 1024;
/// After so much, the head of a part has to be there: until it is, all of it is looked through
/// again with every piece that comes.
const HEAD_LIMIT: usize = 16 * 1024;
/// As RFC 2046 has it. It is looked for with every piece that comes.
const BOUNDARY_LIMIT: usize = 70;

/// The boundary, which must not be quoted: the service refuses that (section 3.1).
pub(super) fn boundary(content_type: &str) -> Result<String, Refusal> {
    let quoted = content_type.contains("boundary=\"") || content_type.contains("boundary='");
    match multer::parse_boundary(content_type) {
        Ok(boundary) if boundary.len() > BOUNDARY_LIMIT => {
            Err(Refusal::new(-5993, "the boundary is too long"))
        }
        Ok(_) if quoted => Err(Refusal::new(-5993, "the boundary is quoted")),
        Ok(boundary) => Ok(boundary),
        Err(problem) => Err(Refusal::new(-5993, problem.to_string())),
    }
}

pub(super) async fn add(
    cos: &Cos,
    arguments: &mut Arguments,
    boundary: String,
    body: RequestBody,
) -> Result<(), Refusal> {
    let limits = Constraints::new().size_limit(SizeLimit::new().whole_stream(BODY_LIMIT));
    let room = Room::default();
    let body = BoundedHeads {
        body,
        room: room.clone(),
    };
    let mut form = Multipart::with_constraints(body, boundary, limits);
    for _ in 0..FIELDS {
        room.set(HEAD_LIMIT);
        let Some(field) = form.next_field().await.map_err(broken_form)? else {
            return Ok(());
        };
        room.set(usize::MAX);
        // A part with a file name is a field like any other: the vendor's Python client gives
        // every part one (section 3.1).
        let Some(name) = field.name().map(str::to_ascii_lowercase) else {
            return Err(Refusal::new(-5993, "a part without a name"));
        };
        if name != "filecontent" {
            let value = text(&name, field).await?;
            arguments.add(&name, value.into());
        } else if arguments.content.is_some() {
            return Err(Refusal::new(-5993, "two fields filecontent"));
        } else {
            let op = arguments.text("op");
            let limit = ContentLimit::of(op.as_deref());
            arguments.content = Some(content(cos, field, limit).await?);
        }
    }
    Err(Refusal::new(-5993, "too many fields"))
}

async fn text(name: &str, mut field: Field<'_>) -> Result<String, Refusal> {
    let limit = match name {
        "uploadparts" => PARTS_LIMIT,
        _ => TEXT_LIMIT,
    };
    let mut bytes = Vec::new();
    while let Some(piece) = field.chunk().await.map_err(broken_form)? {
        if bytes.len() + piece.len() > limit {
            let name = name.get(..name.len().min(40)).unwrap_or("a field");
            let problem = format!("{name} has more than {limit} bytes");
            return Err(Refusal::new(-5992, problem));
        }
        bytes.extend_from_slice(&piece);
    }
    String::from_utf8(bytes).map_err(|_| not_utf8("a field"))
}

/// Stores a content while it comes.
async fn content(
    cos: &Cos,
    mut field: Field<'_>,
    limit: ContentLimit,
) -> Result<Received, Refusal> {
    let mut writer = cos.store.blobs.writer()?;
    let (mut sha, mut md5) = (Sha1::new(), Md5::new());
    while let Some(piece) = field.chunk().await.map_err(broken_form)? {
        limit.check(writer.length() + piece.len() as u64)?;
        sha.update(&piece);
        md5.update(&piece);
        writer.write(&piece).await?;
    }
    Ok(Received {
        blob: writer.finish().await?,
        sha: random::to_hex(&sha.finalize()),
        md5: random::to_hex(&md5.finalize()),
    })
}

fn broken_form(problem: multer::Error) -> Refusal {
    match &problem {
        multer::Error::StreamSizeExceeded { limit } => {
            Refusal::new(-285, format!("the body has more than {limit} bytes"))
        }
        multer::Error::StreamReadFailed(cause) => match cause.downcast_ref() {
            Some(cause) => broken_body(cause),
            None => Refusal::new(-5993, cause.to_string()),
        },
        _ => Refusal::new(-5993, problem.to_string()),
    }
}

/// A body that ends with an error where the head of a part is too long.
struct BoundedHeads {
    body: RequestBody,
    room: Room,
}

/// How much may come until the head at hand must be there.
#[derive(Clone, Default)]
struct Room(Arc<AtomicUsize>);

impl Room {
    fn set(&self, bytes: usize) {
        self.0.store(bytes, Ordering::Relaxed);
    }
}

#[derive(Debug)]
struct LongHead;

impl fmt::Display for LongHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a part whose head has more than {HEAD_LIMIT} bytes")
    }
}

impl std::error::Error for LongHead {}

impl Stream for BoundedHeads {
    type Item = Result<Bytes, Box<dyn std::error::Error + Send + Sync>>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let polled = Pin::new(&mut self.body).poll_next(context);
        let room = self.room.0.load(Ordering::Relaxed);
        match &polled {
            // A piece may hold more than a head: only who goes on behind it has found none in it.
            Poll::Ready(Some(Ok(_))) if room == 0 => Poll::Ready(Some(Err(LongHead.into()))),
            Poll::Ready(Some(Ok(bytes))) => {
                self.room.set(room.saturating_sub(bytes.len()));
                polled.map_err(Into::into)
            }
            _ => polled.map_err(Into::into),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quoted_boundary_is_refused_as_the_service_does() {
        assert_eq!(
            boundary("multipart/form-data; boundary=abc")
                .ok()
                .as_deref(),
            Some("abc")
        );
        for bad in [
            "multipart/form-data; boundary=\"abc\"",
            "multipart/form-data",
            "multipart/mixed; boundary=abc",
            &format!("multipart/form-data; boundary={}", "b".repeat(71)),
        ] {
            assert_eq!(
                boundary(bad).err().map(|refusal| refusal.code),
                Some(-5993),
                "{bad}"
            );
        }
    }
}
