//! Videos that TTVcloud fetches by their addresses: from loopback, and from nowhere else.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener},
    sync::{Arc, Mutex},
    thread,
};

use crate::support::{
    desk::{Desk, SPACE, read, refused},
    eventually,
    film::film,
    videos::text,
};
use serde_json::{Value, json};
use yunmei_core::vcloud::Parameters;

/// A server that answers every request for a path with what is said of it, and tells which were
/// asked for.
struct Source {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Source {
    fn start(answers: Vec<(&'static str, Vec<u8>)>) -> Source {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked);
        // Ends with the process.
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.expect("a connection");
                let mut head = Vec::new();
                let mut byte = [0];
                while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|n| n > 0) {
                    head.push(byte[0]);
                }
                let head = String::from_utf8_lossy(&head).into_owned();
                let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
                let answer = answers.iter().find(|(known, _)| *known == path);
                log.lock().expect("a log").push(path);
                let missing = b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n".to_vec();
                let _ = stream.write_all(answer.map_or(&missing, |(_, bytes)| bytes));
            }
        });
        Source { address, asked }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("a log").clone()
    }
}

fn ok(body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

fn sent_on(location: &str) -> Vec<u8> {
    format!("HTTP/1.1 302 Found\r\nlocation: {location}\r\ncontent-length: 0\r\n\r\n").into_bytes()
}

/// Asks the successor to fetch these; gives the ids of the jobs.
fn fetch(desk: &Desk, sets: Value) -> Result<Vec<String>, crate::support::desk::Refused> {
    let form = Parameters::new()
        .with("SpaceName", SPACE)
        .with("URLSets", sets.to_string());
    let call = desk.successor().call("UploadMediaByUrl", "2020-08-01");
    let result = read(&desk.exchange(&call.form(form)))?;
    let data = result["Data"].as_array().expect("a list").clone();
    Ok(data
        .iter()
        .map(|job| text(&job["JobId"]).to_owned())
        .collect())
}

fn job(desk: &Desk, id: &str) -> Value {
    let pairs = [("JobIds", id)];
    let told = desk.ask_successor("QueryUploadTaskInfo", "2020-08-01", &pairs);
    told.expect("a job")["Data"]["MediaInfoList"][0].clone()
}

fn done(desk: &Desk, id: &str) -> Value {
    eventually("the job ends", || job(desk, id)["State"] != "processing");
    job(desk, id)
}

#[test]
fn a_video_is_fetched_from_an_address_in_any_language_and_played() {
    let desk = Desk::new();
    let bytes = film(2000);
    let source = Source::start(vec![
        ("/%E5%BD%B1%20%E7%89%87.mp4", ok(&bytes)),
        ("/moved", sent_on("/%E5%BD%B1%20%E7%89%87.mp4")),
    ]);
    let set = json!([
        {"SourceUrl": source.url("/影 片.mp4"), "CallbackArgs": "x", "Title": "影", "FileExtension": ".mp4"},
        {"SourceUrl": source.url("/moved")},
    ]);
    let ids = fetch(&desk, set).expect("accepted");
    for id in &ids {
        let told = done(&desk, id);
        assert_eq!(told["State"], "success", "{told}");
        assert_eq!(told["SourceInfo"]["Width"], 640);
        let played = desk.get(&desk.play_url(text(&told["Vid"])));
        assert_eq!(played.body(), &bytes);
    }
    assert_eq!(job(&desk, &ids[0])["CallbackArgs"], "x");
    let pairs = [("JobIds", "none")];
    let told = desk.ask_successor("QueryUploadTaskInfo", "2020-08-01", &pairs);
    assert_eq!(
        told.expect("an answer")["Data"]["NotExistJobIds"],
        json!(["none"])
    );
}

#[test]
fn the_old_action_accepts_a_list_and_fetches_all_of_it() {
    let desk = Desk::new();
    let source = Source::start(vec![("/%E5%BD%B1", ok(&film(10))), ("/b,c", ok(&film(10)))]);
    let urls = format!("{},{}", source.url("/影"), source.url("/b,c"));
    let pairs = [
        ("SpaceName", SPACE),
        ("Format", "mp4"),
        ("SourceUrls", &urls),
    ];
    let accepted = desk.ask("UploadMediaByUrl", "2018-01-01", &pairs);
    assert_eq!(accepted.expect("accepted")["Code"], 0);
    eventually("both are asked for", || source.asked().len() == 2);
    let mut asked = source.asked();
    asked.sort();
    assert_eq!(asked, ["/%E5%BD%B1", "/b,c"]);
}

#[test]
fn what_is_not_on_this_machine_is_not_spoken_to() {
    let desk = Desk::new();
    for url in [
        "http://192.0.2.1/a",
        "http://0.0.0.0/a",
        "http://[2001:db8::1]/a",
        "https://127.0.0.1/a",
        "file:///etc/passwd",
        "nonsense",
    ] {
        let pairs = [("SpaceName", SPACE), ("Format", "mp4"), ("SourceUrls", url)];
        let refusal = desk.ask("UploadMediaByUrl", "2018-01-01", &pairs);
        let expected = refused(400, None, "InvalidParameter.SourceUrls");
        assert_eq!(refusal, Err(expected), "{url}");
        let refusal = fetch(&desk, json!([{"SourceUrl": url}]));
        let expected = refused(400, None, "InvalidParameter.URLSets");
        assert_eq!(refusal, Err(expected), "{url}");
    }
    // Nor by a detour.
    let source = Source::start(vec![
        ("/away", sent_on("http://192.0.2.1/a")),
        ("/round", sent_on("/round")),
        ("/empty", ok(b"")),
        ("/other", ok(b"another film")),
    ]);
    for (path, md5) in [
        ("/away", ""),
        ("/round", ""),
        ("/empty", ""),
        ("/missing", ""),
        ("/other", "0123456789abcdef0123456789abcdef"),
    ] {
        let ids = fetch(&desk, json!([{"SourceUrl": source.url(path), "Md5": md5}]));
        let told = done(&desk, &ids.expect("accepted")[0]);
        assert_eq!(
            (&told["State"], &told["Vid"]),
            (&json!("failed"), &Value::Null),
            "{path}"
        );
    }
}

#[test]
fn a_fetch_does_not_begin_another_one() {
    let desk = Desk::new();
    // An address here that fetches, as anybody may be sent on to it.
    let vod = desk.vod();
    let query = Parameters::of_action("UploadMediaByUrl", "2018-01-01")
        .with("SpaceName", SPACE)
        .with("Format", "mp4")
        .with("SourceUrls", "http://127.0.0.1:9/round");
    let signed = vod
        .signer()
        .sign_url(vod.endpoint(), &query, desk.stamp().now);
    let signed = signed.expect("an address");
    let source = Source::start(vec![("/round", sent_on(signed.expose()))]);
    let ids = fetch(&desk, json!([{"SourceUrl": source.url("/round")}]));
    let told = done(&desk, &ids.expect("accepted")[0]);
    assert_eq!(told["State"], "failed", "{told}");
    let log = desk.bed.emulator.log();
    let mut refusals = log.iter().filter_map(|entry| entry.refusal.as_deref());
    assert!(refusals.any(|refusal| refusal.contains("does not begin another one")));
}
