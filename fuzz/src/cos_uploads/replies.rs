//! The service's side: honest replies, and all others.

use bytes::Bytes;
use http::Response;
use yunmei_core::{Error, cos::Content, error::TransportError};

use super::Asked;
use crate::sample::{self, Program};

const FINISHED: &str =
    r#"{"code":0,"data":{"access_url":"a","source_url":"s","resource_path":"r"}}"#;

/// Codes that uploads treat in a way of their own, and a few that they do not.
const CODES: [i64; 18] = [
    -4018, -4019, -4020, -4024, -4026, -29096, -29144, -5983, -4015, -197, -177, -71, -77, -96,
    -97, -4016, -143, -31337,
];

const STATUSES: [u16; 8] = [200, 409, 403, 404, 503, 500, 302, 413];

/// Slice sizes as they may stand in an answer.
const SLICE_SIZES: [&str; 8] = [
    "1048576",
    "\"1048576\"",
    "1",
    "2",
    "4194304",
    "18446744073709551615",
    "0",
    "\"many\"",
];

/// Lists of slices as they may stand in an answer.
const PARTS: [&str; 8] = [
    "[]",
    r#"[{"offset":0,"datalen":1048576}]"#,
    r#"[{"offset":1048576,"datalen":1048576},{"offset":2097152,"datalen":1}]"#,
    r#""[{\"offset\":\"0\",\"datalen\":\"1048576\"}]""#,
    r#"[{"offset":0,"datalen":1048575}]"#,
    r#"[{"offset":0,"datalen":1},{"offset":1,"datalen":1}]"#,
    r#"[{"offset":18446744073709551615,"datalen":18446744073709551615}]"#,
    r#""""#,
];

/// Makes replies about an upload of one content.
pub(super) struct Replies<'a> {
    content: &'a Content,
}

impl<'a> Replies<'a> {
    pub(super) fn new(content: &'a Content) -> Replies<'a> {
        Replies { content }
    }

    /// The next reply of the program.
    pub(super) fn next(
        &self,
        asked: &Asked,
        program: &mut Program<'_>,
    ) -> Result<Response<Bytes>, Error> {
        let body = match program.byte() % 10 {
            0 | 1 => self.honest(asked),
            2 => return Err(TransportError::unknown("reset").into()),
            3 => return Err(TransportError::not_sent("refused").into()),
            4 => {
                let code = program.choose(&CODES);
                let status = program.choose(&STATUSES);
                let body = format!(r#"{{"code":{code},"message":"x"}}"#);
                return Ok(sample::answer(status, body));
            }
            5 => session(program.choose(&SLICE_SIZES), program.byte() & 1),
            6 => self.open(program),
            7 => FINISHED.into(),
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

    /// What a service says that has nothing to hide.
    fn honest(&self, asked: &Asked) -> String {
        match asked.op.as_str() {
            "upload_slice_init" => session("1048576", 0),
            "upload_slice_data" => format!(
                r#"{{"code":0,"data":{{"session":"00","offset":{},"datalen":{}}}}}"#,
                asked.offset, asked.length
            ),
            "upload_slice_list" => self.open_with("1048576", "[]", self.content.size()),
            "stat" => self.attributes(0),
            "delete" => r#"{"code":0}"#.into(),
            _ => FINISHED.into(),
        }
    }

    fn open(&self, program: &mut Program<'_>) -> String {
        let slice_size = program.choose(&SLICE_SIZES);
        let parts = program.choose(&PARTS);
        let size = self.content.size() + u64::from(program.byte() & 1);
        self.open_with(slice_size, parts, size)
    }

    fn open_with(&self, slice_size: &str, parts: &str, size: u64) -> String {
        let sha = match self.content.manifest() {
            Some(manifest) => format!(r#""sha":"{}_1","#, manifest.sha1()),
            None => String::new(),
        };
        format!(
            r#"{{"code":0,"data":{{"session":"11","filesize":{size},"slice_size":{slice_size},{sha}"listparts":{parts}}}}}"#
        )
    }

    /// Attributes of this content, or of another.
    fn attributes(&self, variant: u8) -> String {
        let size = self.content.size() + u64::from(variant & 1);
        let stored = size - u64::from(variant >> 1 & 1);
        let sha = match self.content.manifest() {
            Some(manifest) if variant & 4 == 0 => manifest.sha1(),
            _ => "da39a3ee5e6b4b0d3255bfef95601890afd80709",
        };
        format!(
            r#"{{"code":0,"data":{{"access_url":"a","source_url":"s","filesize":{size},"filelen":{stored},"ctime":1,"mtime":1,"sha":"{sha}"}}}}"#
        )
    }
}

fn session(slice_size: &str, serial: u8) -> String {
    format!(
        r#"{{"code":0,"data":{{"session":"00","slice_size":{slice_size},"serial_upload":{serial}}}}}"#
    )
}
