//! The service's side: honest replies, and all others.

use bytes::Bytes;
use http::Response;
use yunmei_core::{Error, error::TransportError, wanxiang::Digests};

use super::{Asked, Kind, LARGE};
use crate::sample::{self, Program};

const FINISHED: &str = r#"{"code":0,"data":{"url":"u","download_url":"d","fileid":"cat.jpg"}}"#;

/// Codes that uploads treat in a way of their own, and a few that they do not.
const CODES: [i64; 14] = [
    -5983, -177, -197, -5997, -5989, -71, -59, -97, -5984, -1886, -4016, -5062, 13, -31_337,
];

const STATUSES: [u16; 8] = [200, 400, 403, 404, 503, 500, 302, 204];

/// Slice sizes as they may stand in an answer; the last two only about a small content, which a
/// slice of a byte cuts into few.
const SLICE_SIZES: [&str; 9] = [
    "524288",
    "\"1048576\"",
    "3145728",
    "18446744073709551615",
    "0",
    "\"many\"",
    "-1",
    "1",
    "2",
];

/// Places in the content as they may stand in an answer.
const OFFSETS: [&str; 10] = [
    "0",
    "\"0\"",
    "1",
    "3",
    "5",
    "524288",
    "\"1048576\"",
    "5242880",
    "18446744073709551615",
    "-1",
];

/// Makes replies about an upload of one content.
pub(super) struct Replies<'a> {
    content: &'a Digests,
}

impl<'a> Replies<'a> {
    pub(super) fn new(content: &'a Digests) -> Replies<'a> {
        Replies { content }
    }

    /// The next reply of the program.
    pub(super) fn next(
        &self,
        asked: &Asked,
        program: &mut Program<'_>,
    ) -> Result<Response<Bytes>, Error> {
        let body = match program.byte() % 10 {
            0..3 => self.honest(asked),
            3 => return Err(TransportError::unknown("reset").into()),
            4 => return Err(TransportError::not_sent("refused").into()),
            5 => {
                let code = program.choose(&CODES);
                let status = program.choose(&STATUSES);
                let body = format!(r#"{{"code":{code},"message":"x"}}"#);
                return Ok(sample::answer(status, body));
            }
            6 => {
                let slice_size = program.choose(self.slice_sizes());
                session(program.choose(&OFFSETS), slice_size)
            }
            7 => {
                let offset = program.choose(&OFFSETS);
                format!(r#"{{"code":0,"data":{{"session":"11","offset":{offset}}}}}"#)
            }
            8 => self.attributes(program.byte()),
            _ => {
                let status = program.choose(&STATUSES);
                let length = program.byte();
                let body = program.take(length).to_vec();
                return Ok(sample::answer(status, body));
            }
        };
        Ok(sample::answer(200, body))
    }

    fn slice_sizes(&self) -> &'static [&'static str] {
        match self.content.size() {
            LARGE => &SLICE_SIZES[..7],
            _ => &SLICE_SIZES,
        }
    }

    /// What a service says that has nothing to hide.
    fn honest(&self, asked: &Asked) -> String {
        match asked.kind {
            Kind::Open if self.content.size() == LARGE => session("0", "1048576"),
            Kind::Open => session("0", "2"),
            Kind::Slice if asked.range.end < self.content.size() => {
                let offset = asked.range.start;
                format!(r#"{{"code":0,"data":{{"session":"00","offset":{offset}}}}}"#)
            }
            Kind::Stat => self.attributes(0),
            Kind::Slice | Kind::Whole => FINISHED.into(),
        }
    }

    /// Attributes of this content, or of another.
    fn attributes(&self, variant: u8) -> String {
        let size = self.content.size() + u64::from(variant & 1);
        let md5 = match variant & 2 {
            0 => self.content.md5(),
            _ => "d41d8cd98f00b204e9800998ecf8427e",
        };
        format!(
            r#"{{"code":0,"data":{{"file_url":"d","file_fileid":"cat.jpg","file_upload_time":"1","file_size":"{size}","file_md5":"{md5}","photo_width":"3","photo_height":2}}}}"#
        )
    }
}

fn session(offset: &str, slice_size: &str) -> String {
    format!(r#"{{"code":0,"data":{{"session":"00","offset":{offset},"slice_size":{slice_size}}}}}"#)
}
