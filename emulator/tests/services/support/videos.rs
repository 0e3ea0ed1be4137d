//! Uploads to TTVcloud step by step, and what becomes of them.

use bytes::Bytes;
use http::Response;
use serde_json::{Value, json};
use yunmei_core::vcloud::{Dialect, vod::Vod};

use super::{
    desk::{Desk, Refused, SPACE, parameters},
    json as document,
};

/// Where to upload to, and by whose leave.
pub(crate) struct Leave {
    pub(crate) uri: String,
    pub(crate) auth: String,
    pub(crate) session: String,
}

impl Desk {
    pub(crate) fn successor(&self) -> Vod {
        let vod = self.bed.emulator.vod(Dialect::Volcengine);
        vod.expect("a handle")
    }

    /// An action of TTVcloud, by `GET`.
    pub(crate) fn ask(
        &self,
        action: &'static str,
        version: &'static str,
        pairs: &[(&'static str, &str)],
    ) -> Result<Value, Refused> {
        let call = self.vod().call(action, version);
        self.call(&call.parameters(&parameters(pairs)))
    }

    /// An action of the successor, likewise.
    pub(crate) fn ask_successor(
        &self,
        action: &'static str,
        version: &'static str,
        pairs: &[(&'static str, &str)],
    ) -> Result<Value, Refused> {
        let call = self.successor().call(action, version);
        self.call(&call.parameters(&parameters(pairs)))
    }

    /// An action of TTVcloud of 2018, by `POST`.
    pub(crate) fn tell(
        &self,
        action: &'static str,
        pairs: &[(&'static str, &str)],
        body: Value,
    ) -> Result<Value, Refused> {
        let call = self.vod().call(action, "2018-01-01");
        self.call(&call.parameters(&parameters(pairs)).json(body))
    }

    pub(crate) fn leave(&self, more: &[(&'static str, &str)]) -> Leave {
        let own = [("SpaceName", SPACE)];
        let applied = self.ask("ApplyUpload", "2018-01-01", &[&own[..], more].concat());
        Leave::read(&applied.expect("a leave")["UploadAddress"])
    }

    /// A request to the upload host.
    pub(crate) fn to_host(
        &self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Response<Bytes> {
        let host = self.bed.emulator.address().to_string();
        let all = [&[("host", host.as_str())], headers].concat();
        self.bed.anywhere(method, target, &all, body)
    }

    /// Puts a content where a leave says.
    pub(crate) fn put(&self, leave: &Leave, content: &[u8]) -> Response<Bytes> {
        let checksum = checksum(content);
        let headers = [
            ("content-crc32", checksum.as_str()),
            ("authorization", leave.auth.as_str()),
        ];
        self.to_host("PUT", &format!("/{}", leave.uri), &headers, content)
    }

    pub(crate) fn commit(&self, leave: &Leave, functions: Value) -> Result<Value, Refused> {
        let body = json!({
            "CallbackArgs": "args",
            "SessionKey": leave.session,
            "Functions": functions,
        });
        self.tell("CommitUpload", &[("SpaceName", SPACE)], body)
    }

    /// A video with these bytes; gives its id.
    pub(crate) fn video(&self, content: &[u8], functions: Value) -> String {
        let leave = self.leave(&[("FileType", "video")]);
        assert_eq!(document(&self.put(&leave, content))["success"], 0);
        let committed = self.commit(&leave, functions).expect("committed");
        text(&committed["Results"][0]["Vid"]).to_owned()
    }

    /// What TTVcloud says of playing a video.
    pub(crate) fn play_info(&self, vid: &str) -> Result<Value, Refused> {
        let played = self.ask("GetPlayInfo", "2019-03-15", &[("video_id", vid)]);
        played.map(|played| played["Data"].clone())
    }

    /// Where a video is played.
    pub(crate) fn play_url(&self, vid: &str) -> String {
        let played = self.play_info(vid).expect("a play info");
        text(&played["PlayInfoList"][0]["MainPlayUrl"]).to_owned()
    }
}

impl Leave {
    pub(crate) fn read(address: &Value) -> Leave {
        let store = &address["StoreInfos"][0];
        Leave {
            uri: text(&store["StoreUri"]).to_owned(),
            auth: text(&store["Auth"]).to_owned(),
            session: text(&address["SessionKey"]).to_owned(),
        }
    }
}

pub(crate) fn checksum(content: &[u8]) -> String {
    format!("{:08x}", crc32fast::hash(content))
}

pub(crate) fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}
