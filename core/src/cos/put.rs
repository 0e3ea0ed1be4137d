use bytes::Bytes;
use http::{Request, Response};

use super::{Bucket, Content, FilePath, Overwrite, PutSlices, Upload, Uploaded};
use crate::{Flow, Operation, Payload, Stamp, Turn, error::Error};

/// From this size on, a file is uploaded by slices: 8 MiB, as the vendor's clients do (section 6.1).
const SLICES_FROM: u64 = 8 * 1024 * 1024;

/// Uploads a file of any size: in one request below 8 MiB, by slices from there on:
/// [`Bucket::put`].
///
/// The content is source 0.
#[derive(Clone, Debug)]
pub struct Put(Way);

#[derive(Clone, Debug)]
enum Way {
    Whole(Upload),
    Slices(Box<PutSlices>),
}

impl Put {
    pub(super) fn new(bucket: Bucket, path: FilePath, content: Content) -> Put {
        Put(match content.size() {
            0..SLICES_FROM => Way::Whole(bucket.upload(&path, &content)),
            _ => Way::Slices(Box::new(bucket.put_slices(&path, content))),
        })
    }

    /// A text of the caller's to keep with the file, at most 4 KB.
    pub fn biz_attr(self, text: impl Into<String>) -> Put {
        Put(match self.0 {
            Way::Whole(upload) => Way::Whole(upload.biz_attr(text)),
            Way::Slices(slices) => Way::Slices(Box::new(slices.biz_attr(text))),
        })
    }

    /// What to do if there is a file already; by default it is kept.
    pub fn overwrite(self, overwrite: Overwrite) -> Put {
        Put(match self.0 {
            Way::Whole(upload) => Way::Whole(upload.overwrite(overwrite)),
            Way::Slices(slices) => Way::Slices(Box::new(slices.overwrite(overwrite))),
        })
    }

    /// See [`PutSlices::replace_unfinished`]; means nothing to a file that goes in one request.
    pub fn replace_unfinished(self) -> Put {
        Put(match self.0 {
            Way::Whole(upload) => Way::Whole(upload),
            Way::Slices(slices) => Way::Slices(Box::new(slices.replace_unfinished())),
        })
    }
}

impl Flow for Put {
    type Output = Uploaded;

    fn poll(&mut self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        match &mut self.0 {
            Way::Whole(upload) => upload.request(stamp),
            Way::Slices(slices) => slices.poll(stamp),
        }
    }

    fn handle(&mut self, response: &Response<Bytes>) -> Result<Turn<Uploaded>, Error> {
        match &mut self.0 {
            Way::Whole(upload) => upload.parse(response).map(Turn::Done),
            Way::Slices(slices) => slices.handle(response),
        }
    }

    fn repeatable(&self) -> bool {
        match &self.0 {
            Way::Whole(upload) => Operation::repeatable(upload),
            Way::Slices(slices) => slices.repeatable(),
        }
    }

    fn in_doubt(&mut self) {
        if let Way::Slices(slices) = &mut self.0 {
            slices.in_doubt();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cos::tests::{bucket, file, stamp, text};

    #[test]
    fn slices_begin_at_8_mib() {
        for (size, operation) in [
            (0, "upload"),
            (SLICES_FROM - 1, "upload"),
            (SLICES_FROM, "upload_slice_init"),
        ] {
            let mut put = bucket().put(&file("/a"), Content::unchecked(size));
            let body = text(put.poll(&stamp()).expect("a request").body());
            assert!(
                body.contains(&format!("\r\n\r\n{operation}\r\n")),
                "{size}: {body}"
            );
        }
    }
}
