use bytes::Bytes;
use http::{Request, Response};

use super::{
    Bucket, Destination, FilePath, Overwrite, envelope,
    request::{Query, Target},
};
use crate::{Operation, Payload, Stamp, error::Error};

/// Moves a file within the bucket (section 6.5): [`Bucket::move_to`].
///
/// ```text
/// POST /files/v2/{appid}/{bucket}{path}?op=move&dest_fileid=%2Farchive%2Fa.txt&to_over_write=0
/// ```
#[derive(Clone, Debug)]
pub struct MoveTo {
    bucket: Bucket,
    path: FilePath,
    destination: Destination,
    overwrite: Overwrite,
}

impl MoveTo {
    pub(super) fn new(bucket: Bucket, path: FilePath, destination: Destination) -> MoveTo {
        MoveTo {
            bucket,
            path,
            destination,
            overwrite: Overwrite::default(),
        }
    }

    /// What to do if there is a file at the destination; by default the move fails.
    pub fn overwrite(mut self, overwrite: Overwrite) -> MoveTo {
        self.overwrite = overwrite;
        self
    }
}

impl Operation for MoveTo {
    type Output = ();

    fn request(&self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        let query = Query::new("move")
            .pair("dest_fileid", self.destination.as_str())
            .pair("to_over_write", self.overwrite.to_over_write());
        self.bucket.post(Target::FileOnce(&self.path), query, stamp)
    }

    fn parse(&self, response: &Response<Bytes>) -> Result<(), Error> {
        envelope::done(response)
    }

    /// Once moved, the source is missing, and nothing tells that from a source that never was.
    fn repeatable(&self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cos::tests::{bucket, file, stamp};

    #[test]
    fn a_destination_beside_the_source_is_sent_as_it_is() {
        let beside = Destination::beside("bye+bye.txt").expect("a name");
        let request = bucket()
            .move_to(&file("/photos/hello.txt"), beside)
            .overwrite(Overwrite::Always)
            .request(&stamp())
            .expect("a request");
        assert_eq!(
            request.uri().path_and_query().map(|path| path.as_str()),
            Some(
                "/files/v2/1250000000/examplebucket/photos/hello.txt\
                 ?op=move&dest_fileid=bye%2Bbye.txt&to_over_write=1"
            )
        );
        assert_eq!(request.headers()["content-length"], "0");
        assert!(!request.headers().contains_key("content-type"));
    }
}
