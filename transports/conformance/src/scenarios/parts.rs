//! A large video, as the successor of TTVcloud takes it: an apply, parts, a commit.

use std::{
    io,
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use yunmei_core::{
    Endpoint, Error,
    vcloud::{
        Content, ContentBuilder, Credentials, Dialect, Region,
        upload_host::parts::{PART_SIZE, SessionKeeper},
        vod::{FileType, UploadVideo, Vod},
    },
};

use super::{options, sparse};
use crate::{Client, Head, Peer, Server, Supply};

/// Two parts and a little more.
const SIZE: u64 = 2 * PART_SIZE + 5;

/// How much is read at a time.
const PIECE: u64 = 64 * 1024;

/// What the server was asked, in short.
type Asked = Arc<Mutex<Vec<String>>>;

pub fn a_large_file_goes_out_in_parts_with_progress<C: Client>() {
    let (server, asked) = service(None);
    let file = sparse(SIZE);
    let sent = Arc::new(AtomicU64::new(0));
    let counted = sent.clone();
    let client = C::new(options()).on_progress(move |progress| {
        assert_eq!(progress.total, Some(SIZE));
        counted.fetch_max(progress.sent, Ordering::SeqCst);
    });
    let upload = vod(&server).upload_video("space", FileType::Video, content());
    let supplies = vec![Supply::File(PathBuf::from(file.path()))];
    let video = client.send(upload, supplies).expect("a video");
    assert_eq!(video.vid(), Some("v1"));
    assert_eq!(sent.load(Ordering::SeqCst), SIZE);
    let asked = asked.lock().expect("a list");
    assert_eq!(
        *asked,
        [
            "ApplyUploadInfo",
            "uploads",
            "partNumber=1",
            "partNumber=2",
            "uploadID=id",
            "CommitUploadInfo"
        ]
    );
}

pub fn an_upload_in_parts_that_broke_off_is_taken_up<C: Client>() {
    let file = sparse(SIZE);
    let supplies = || vec![Supply::File(PathBuf::from(file.path()))];
    let keeper = SessionKeeper::default();
    let (server, asked) = service(Some("partNumber=2"));
    let upload = |server: &Server| -> UploadVideo {
        let upload = vod(server).upload_video("space", FileType::Video, content());
        upload.kept_in(&keeper)
    };
    let result = C::new(options()).send(upload(&server), supplies());
    assert!(matches!(result, Err(Error::Transport(_))), "{result:?}");
    let session = keeper.session().expect("a session");
    assert_eq!(session.stored(), PART_SIZE);

    asked.lock().expect("a list").clear();
    let again = upload(&server).take_up(&session).expect("the same content");
    let video = C::new(options()).send(again, supplies());
    assert_eq!(video.expect("a video").vid(), Some("v1"));
    let asked = asked.lock().expect("a list");
    assert_eq!(*asked, ["partNumber=2", "uploadID=id", "CommitUploadInfo"]);
}

/// The checksums of a file of zeros.
fn content() -> Content {
    let mut builder = ContentBuilder::new();
    let zeros = vec![0; PIECE as usize];
    let mut left = SIZE;
    while left > 0 {
        let count = left.min(PIECE);
        builder.update(&zeros[..count as usize]);
        left -= count;
    }
    builder.finish()
}

fn vod(server: &Server) -> Vod {
    let keys = Credentials::new("AKLTEXAMPLE", "the secret key").expect("a pair");
    let vod = Vod::new(Dialect::Volcengine, Region::default(), keys).expect("a handle");
    let endpoint = format!("http://{}", server.authority());
    vod.at(Endpoint::parse(&endpoint).expect("an endpoint"))
}

/// A service that is its own upload host; it hangs up when it is asked for `breaking`, the first time.
fn service(breaking: Option<&'static str>) -> (Server, Asked) {
    let asked = Asked::default();
    let list = asked.clone();
    let broken = AtomicBool::new(false);
    let server = Server::start(move |peer| {
        loop {
            let head = peer.head()?;
            let what = what(&head);
            list.lock().expect("a list").push(what.clone());
            if breaking == Some(what.as_str()) && !broken.swap(true, Ordering::SeqCst) {
                peer.read(PIECE as usize)?;
                return Err(io::ErrorKind::ConnectionReset.into());
            }
            let body = checksum(peer, &head)?;
            let answer = answer(&what, &body, &head);
            peer.answer("200 OK", answer)?;
        }
    });
    (server, asked)
}

/// The action, or the step of an upload in parts.
fn what(head: &Head) -> String {
    let address = head.line.split(' ').nth(1).unwrap_or_default();
    let query = address.split_once('?').map_or("", |(_, query)| query);
    let first = query.split('&').next().unwrap_or_default();
    first.trim_start_matches("Action=").to_owned()
}

/// Reads the body without holding it.
fn checksum(peer: &mut Peer, head: &Head) -> io::Result<String> {
    let mut builder = ContentBuilder::new();
    let mut left = head.content_length();
    while left > 0 {
        let piece = peer.read(left.min(PIECE as usize))?;
        builder.update(&piece);
        left -= piece.len();
    }
    Ok(builder.finish().checksum_text())
}

fn answer(what: &str, crc32: &str, head: &Head) -> String {
    let host = head.header("host").unwrap_or_default();
    match what {
        "ApplyUploadInfo" => format!(
            r#"{{"ResponseMetadata":{{"RequestId":"id"}},"Result":{{"Data":{{"UploadAddress":
                {{"StoreInfos":[{{"StoreUri":"tos/a","Auth":"permission"}}],
                "UploadHosts":["{host}"],"SessionKey":"session"}}}}}}}}"#
        ),
        "CommitUploadInfo" => {
            r#"{"ResponseMetadata":{"RequestId":"id"},"Result":{"Data":{"Vid":"v1"}}}"#.to_owned()
        }
        "uploads" => r#"{"success":0,"payload":{"uploadID":"id"}}"#.to_owned(),
        _ if head
            .header("content-crc32")
            .is_some_and(|sent| sent != crc32) =>
        {
            r#"{"success":1,"error":{"code":400,"error_code":4008}}"#.to_owned()
        }
        _ => format!(r#"{{"success":0,"payload":{{"crc32":"{crc32}"}}}}"#),
    }
}
