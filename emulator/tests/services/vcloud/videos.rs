//! Videos of TTVcloud and its successor: committed, played, changed, processed (sections 7, 9, 16).

use std::time::Duration;

use crate::support::{
    content,
    desk::{Desk, SPACE, parameters, refused},
    film::{SHAPE, film},
    json as document,
    videos::text,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use http::Method;
use serde_json::{Value, json};
use yunmei_core::vcloud::tokens;

fn meta() -> Value {
    json!([{"Name": "GetMeta"}, {"Name": "Snapshot", "Input": {"SnapshotTime": 2.5}}])
}

fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let picture = image::RgbImage::from_fn(width, height, |x, y| image::Rgb([x as u8, y as u8, 7]));
    let written = picture.write_to(&mut bytes, image::ImageFormat::Png);
    written.expect("a picture");
    bytes.into_inner()
}

#[test]
fn what_was_committed_is_played_with_ranges() {
    let desk = Desk::new();
    let bytes = film(5000);
    let leave = desk.leave(&[("FileType", "video")]);
    desk.put(&leave, &bytes);
    let committed = desk.commit(&leave, meta()).expect("committed");
    assert_eq!(committed["CallbackArgs"], "args");
    let result = &committed["Results"][0];
    let (width, height, seconds) = SHAPE;
    let read = &result["VideoMeta"];
    assert_eq!(
        (&read["Width"], &read["Height"]),
        (&json!(width), &json!(height))
    );
    assert_eq!(read["Duration"], f64::from(seconds));
    assert_eq!(
        (&read["Format"], &read["Size"]),
        (&json!("MP4"), &json!(bytes.len()))
    );
    assert_eq!(read["Uri"], leave.uri.as_str());
    let vid = text(&result["Vid"]);
    let (beginning, rest) = vid.split_at(2);
    assert_eq!((beginning, rest.len()), ("v0", 30));

    let played = desk.play_info(vid).expect("a play info");
    assert_eq!(
        (&played["VideoID"], &played["TotalCount"]),
        (&json!(vid), &json!(1))
    );
    let stream = &played["PlayInfoList"][0];
    assert_eq!(
        (&stream["Definition"], &stream["Codec"]),
        (&json!("360p"), &json!("h264"))
    );
    let url = text(&stream["MainPlayUrl"]);
    let whole = desk.get(url);
    assert_eq!(
        (whole.status().as_u16(), whole.body()),
        (200, &bytes.clone().into())
    );
    assert_eq!(whole.headers()["accept-ranges"], "bytes");
    let host = desk.bed.emulator.address().to_string();
    let path = url.strip_prefix(&format!("http://{host}")).expect("here");
    let headers = [("host", host.as_str()), ("range", "bytes=100-199")];
    let part = desk.bed.anywhere("GET", path, &headers, b"");
    assert_eq!(
        (part.status().as_u16(), &part.body()[..]),
        (206, &bytes[100..200])
    );
    let headers = [("host", host.as_str()), ("range", "bytes=999999-")];
    assert_eq!(desk.bed.anywhere("GET", path, &headers, b"").status(), 416);
    let head = desk.bed.anywhere("HEAD", path, &headers[..1], b"");
    assert_eq!(head.headers()["content-length"], bytes.len().to_string());
}

#[test]
fn a_play_address_serves_as_it_was_given_out_and_for_a_while() {
    let desk = Desk::new();
    let vid = desk.video(&film(100), json!([]));
    let url = desk.play_url(&vid);
    let (front, signature) = url.split_at(url.len() - 1);
    let other = if signature == "0" { "1" } else { "0" };
    let bare = url.split('?').next().expect("a path");
    for bad in [
        format!("{front}{other}"),
        url.replace("expires=1", "expires=2"),
        url.replace(&vid, "v0other"),
        bare.to_owned(),
        format!("{bare}~tplv-vod-noop.image"),
    ] {
        let status = desk.get(&bad).status().as_u16();
        assert!([403, 404].contains(&status), "{bad} {status}");
    }
    assert_eq!(desk.get(&url).status(), 200);
    desk.pass(86_401);
    assert_eq!(desk.get(&url).status(), 403);
}

#[test]
fn addresses_come_as_https_and_in_base64_if_asked() {
    let desk = Desk::new();
    let vid = desk.video(&film(100), json!([]));
    let played = desk.ask(
        "GetPlayInfo",
        "2019-03-15",
        &[("video_id", &vid), ("ssl", "1"), ("base64", "1")],
    );
    let played = played.expect("a play info");
    let url = text(&played["Data"]["PlayInfoList"][0]["MainPlayUrl"]);
    let url = STANDARD.decode(url).expect("base64");
    assert!(url.starts_with(b"https://"));
    let pairs = [("Vid", vid.as_str()), ("Ssl", "1"), ("Base64", "0")];
    let origin = desk.ask("GetOriginVideoPlayInfo", "2018-01-01", &pairs);
    let origin = origin.expect("a play info");
    assert!(text(&origin["MainPlayUrl"]).starts_with("https://"));
    let pairs = [("Vid", vid.as_str()), ("Base64", "1")];
    let new = desk.ask_successor("GetPlayInfo", "2020-08-01", &pairs);
    let new = new.expect("a play info");
    let url = text(&new["PlayInfoList"][0]["MainPlayUrl"]);
    let url = STANDARD.decode(url).expect("base64");
    let url = String::from_utf8(url).expect("an address");
    assert_eq!(desk.get(&url).body(), &film(100));
    let pairs = [("Vid", vid.as_str()), ("Ssl", "maybe")];
    assert_eq!(
        desk.ask_successor("GetPlayInfo", "2020-08-01", &pairs),
        Err(refused(400, None, "InvalidParameter.Ssl"))
    );
}

#[test]
fn a_redirection_leads_to_the_bytes() {
    let desk = Desk::new();
    let bytes = film(300);
    let vid = desk.video(&bytes, json!([]));
    let url = desk
        .vod()
        .redirect_play(&vid)
        .lifetime(60)
        .url(desk.stamp().now);
    let url = url.expect("an address");
    let text = url.expose().to_owned();
    let sent_on = desk.get(&text);
    assert_eq!(sent_on.status(), 302);
    let location = sent_on.headers()["location"].to_str().expect("an address");
    assert_eq!(desk.get(location).body(), &bytes);
    let changed = text.replace(&vid, "v0other");
    assert_eq!(desk.get(&changed).status(), 401);
    desk.pass(61);
    assert_eq!(desk.get(&text).status(), 403);
}

#[test]
fn only_what_is_published_is_played() {
    let desk = Desk::new();
    let vid = desk.video(&film(100), json!([]));
    let url = desk.play_url(&vid);
    let set = |status: &str| {
        let body = json!({"Vid": vid, "SpaceName": SPACE, "Status": status});
        desk.tell("SetVideoPublishStatus", &[], body)
    };
    let denied = || Err(refused(403, None, "OperationDenied"));
    for status in ["Blocked", "Unpublished"] {
        assert_eq!(set(status), Ok(Value::Null));
        assert_eq!(desk.play_info(&vid), denied());
        let pairs = [("Vid", vid.as_str())];
        assert_eq!(
            desk.ask("GetOriginVideoPlayInfo", "2018-01-01", &pairs),
            denied()
        );
        assert_eq!(desk.ask("RedirectPlay", "2018-01-01", &pairs), denied());
        assert_eq!(
            desk.ask_successor("GetPlayInfo", "2020-08-01", &pairs),
            denied()
        );
        assert_eq!(desk.get(&url).status(), 403);
    }
    assert_eq!(set("Published"), Ok(Value::Null));
    assert_eq!(desk.get(&url).status(), 200);
    assert_eq!(
        set("Gone"),
        Err(refused(400, None, "InvalidParameter.Status"))
    );
    let pairs = [("Vid", vid.as_str()), ("Status", "Unpublished")];
    let version = "2020-08-01";
    assert!(
        desk.ask_successor("UpdateMediaPublishStatus", version, &pairs)
            .is_ok()
    );
    assert_eq!(desk.play_info(&vid), denied());
    let missing = Err(refused(404, None, "ResourceNotFound"));
    assert_eq!(desk.play_info("v0none"), missing);
}

#[test]
fn posters_are_real_pictures_that_are_made_smaller() {
    let desk = Desk::new();
    let vid = desk.video(&film(100), meta());
    let cover = desk.play_info(&vid).expect("a play info")["CoverUrl"].clone();
    let cover = image::load_from_memory(desk.get(text(&cover)).body()).expect("a picture");
    assert_eq!((cover.width(), cover.height()), (SHAPE.0, SHAPE.1));

    let own = png(400, 200);
    let leave = desk.leave(&[("FileType", "image")]);
    desk.put(&leave, &own);
    let body =
        json!({"SpaceName": SPACE, "Vid": vid, "Info": {"PosterUri": leave.uri, "Title": "影"}});
    let modified = desk.tell("ModifyVideoInfo", &[], body);
    assert_eq!(modified.expect("modified")["BaseResp"]["StatusCode"], 0);
    let weights = desk.ask("GetCdnDomainWeights", "2019-07-01", &[("SpaceName", SPACE)]);
    let weights = weights.expect("weights");
    let (domain, _) = (weights[SPACE].as_object().expect("domains").iter())
        .next()
        .expect("a domain");
    let get = |form: &str| desk.get(&format!("http://{domain}/{}~{form}", leave.uri));
    let noop = get("tplv-vod-noop.image");
    assert_eq!(noop.headers()["content-type"], "image/png");
    assert_eq!(noop.body(), &own);
    for (form, expected) in [
        ("tplv-vod-rs:100:0.image", (100, 50)),
        ("tplv-vod-cc:50:50.jpeg", (50, 50)),
        ("tplv-vod-cs:50:20.png", (50, 20)),
    ] {
        let made = image::load_from_memory(get(form).body()).expect("a picture");
        assert_eq!((made.width(), made.height()), expected, "{form}");
    }
    for bad in [
        "tplv-vod-xx.image",
        "tplv-vod-noop.webp",
        "tplv-bd-sig:1:1.png",
        "x",
    ] {
        assert_eq!(get(bad).status(), 400, "{bad}");
    }
    let gone = json!({"SpaceName": SPACE, "Vid": vid, "Info": {"PosterUri": "tos-cn-p-0/none"}});
    assert_eq!(
        desk.tell("ModifyVideoInfo", &[], gone),
        Err(refused(400, None, "InvalidParameter.PosterUri"))
    );
}

#[test]
fn functions_of_a_commit_are_done_or_fail_it() {
    let desk = Desk::new();
    let stored = |bytes: &[u8], kind: &str| {
        let leave = desk.leave(&[("FileType", kind)]);
        desk.put(&leave, bytes);
        leave
    };
    let nonsense = stored(b"no film", "video");
    let unreadable = refused(400, None, "FailedOperation.GetMeta");
    assert_eq!(desk.commit(&nonsense, meta()), Err(unreadable));
    // Without being read, it is a video like any other.
    assert!(desk.commit(&nonsense, json!([])).is_ok());
    let late = stored(&film(10), "video");
    for bad in [
        json!([{"Name": "Snapshot"}, {"Name": "GetMeta"}]),
        json!([{"Name": "GetMeta"}, {"Name": "Snapshot", "Input": {"SnapshotTime": 99}}]),
        json!([{"Name": "Encryption", "Input": {"Config": {}, "PolicyParams": {}}}]),
        json!([{"Name": "Nothing"}]),
    ] {
        let expected = Err(refused(400, None, "InvalidParameter.Functions"));
        assert_eq!(desk.commit(&late, bad), expected);
    }
    let once = desk
        .commit(&late, json!([{"Name": "GetMeta"}]))
        .expect("committed");
    assert_eq!(desk.commit(&late, json!([])).expect("the same"), once);

    let picture = stored(&png(30, 20), "image");
    let encrypt =
        json!({"Name": "Encryption", "Input": {"Config": {"copies": "c"}, "PolicyParams": {}}});
    let committed = desk.commit(&picture, json!([{"Name": "GetMeta"}, encrypt]));
    let result = committed.expect("committed")["Results"][0].clone();
    assert_eq!(
        (
            &result["ImageMeta"]["Width"],
            &result["ImageMeta"]["Height"]
        ),
        (&json!(30), &json!(20))
    );
    let sealed = &result["Encryption"];
    assert!(text(&sealed["Uri"]).starts_with(&picture.uri));
    assert_eq!(
        STANDARD
            .decode(text(&sealed["SecretKey"]))
            .map(|key| key.len()),
        Ok(16)
    );
    assert_eq!(sealed["SourceMd5"], result["ImageMeta"]["Md5"]);
    let object = stored(b"anything", "object");
    let committed = desk.commit(&object, json!([])).expect("committed");
    assert_eq!(
        committed["Results"][0]["ObjectMeta"]["Uri"],
        object.uri.as_str()
    );
    let none = crate::support::videos::Leave {
        session: "none".into(),
        ..object
    };
    let unknown = refused(400, None, "InvalidParameter.SessionKey");
    assert_eq!(desk.commit(&none, json!([])), Err(unknown));
}

#[test]
fn processing_is_done_when_its_time_has_come() {
    let desk = Desk::with(|builder| builder.transcode_delay(Duration::from_secs(30)));
    let started =
        json!([{"Name": "GetMeta"}, {"Name": "StartWorkflow", "Input": {"TemplateId": "t-720p"}}]);
    let vid = desk.video(&film(100), started);
    let body = json!({"Vid": vid, "Priority": 1, "Input": {}});
    let run = desk.tell("StartTranscode", &[("TemplateId", "t-480p")], body);
    assert!(!text(&run.expect("a run")["RunId"]).is_empty());
    let definitions = || {
        let played = desk.play_info(&vid).expect("a play info");
        let list = played["PlayInfoList"].as_array().expect("a list").clone();
        list.iter()
            .map(|one| text(&one["Definition"]).to_owned())
            .collect::<Vec<_>>()
    };
    desk.pass(29);
    assert_eq!(definitions(), ["360p"]);
    desk.pass(1);
    assert_eq!(definitions(), ["360p", "720p", "480p"]);
    let pairs = [
        ("Vid", vid.as_str()),
        ("TemplateId", "x-1080p"),
        ("Input", "{}"),
    ];
    assert!(
        desk.ask_successor("StartWorkflow", "2020-08-01", &pairs)
            .is_ok()
    );
    desk.pass(30);
    let pairs = [("video_id", vid.as_str()), ("definition", "1080p")];
    let one = desk
        .ask("GetPlayInfo", "2019-03-15", &pairs)
        .expect("a play info");
    assert_eq!(one["Data"]["TotalCount"], 1);
    let missing = refused(404, None, "ResourceNotFound");
    let body = json!({"Vid": "v0none", "Input": {}});
    assert_eq!(
        desk.tell("StartTranscode", &[("TemplateId", "t")], body),
        Err(missing)
    );
}

#[test]
fn tokens_play_and_upload_what_they_are_for_and_one_byte_less_does_not() {
    let desk = Desk::new();
    let vid = desk.video(&film(100), json!([]));
    let (vod, now) = (desk.vod(), desk.stamp().now);
    let signer = vod.signer();
    let play = signer.play_token(
        &parameters(&[("video_id", &vid), ("X-Amz-Expires", "60")]),
        now,
    );
    let query = tokens::unwrap(play.expect("a token").expose(), "GetPlayInfoToken");
    let query = query.expect("a query").expose().to_owned();
    let host = desk.bed.emulator.address().to_string();
    let call = |method: &str, query: &str, body: &[u8]| {
        let headers = [
            ("host", host.as_str()),
            ("content-type", "application/json"),
        ];
        desk.bed
            .anywhere(method, &format!("/?{query}"), &headers, body)
    };
    let played = document(&call("GET", &query, b""));
    assert_eq!(played["Result"]["Data"]["VideoID"], vid.as_str());
    let changed = query.replace(&vid, &format!("{vid}0"));
    assert_eq!(call("GET", &changed, b"").status(), 401);
    assert_eq!(call("GET", &query[..query.len() - 1], b"").status(), 401);

    let upload = signer.upload_token(&parameters(&[("SpaceName", SPACE)]), now);
    let upload = upload.expect("a token");
    let part = |name| {
        let query = tokens::unwrap(upload.expose(), name).expect("a query");
        query.expose().to_owned()
    };
    let applied = document(&call("GET", &part("ApplyUploadToken"), b""));
    let leave = crate::support::videos::Leave::read(&applied["Result"]["UploadAddress"]);
    assert_eq!(desk.put(&leave, &content(50)).status(), 200);
    let body = json!({"SessionKey": leave.session, "Functions": []}).to_string();
    let commit = part("CommitUploadToken");
    assert_eq!(call("GET", &commit, b"").status(), 405);
    let committed = document(&call(Method::POST.as_str(), &commit, body.as_bytes()));
    assert!(
        committed["Result"]["Results"][0]["Vid"].is_string(),
        "{committed}"
    );
    desk.pass(61);
    assert_eq!(call("GET", &query, b"").status(), 403);
}

#[test]
fn faults_strike_what_they_name() {
    let rules = r#"
        [[fault]]
        op = "upload.put"
        nth = 1
        action = "answer"
        status = 503
        body = "busy"
        [[fault]]
        op = "vod.GetPlayInfo"
        nth = 2
        action = "answer"
        status = 502
        body = "busy"
        [[fault]]
        op = "vod.play"
        action = "truncate"
        bytes = 10
    "#;
    let faults = yunmei_emulator::Faults::from_toml(rules).expect("rules");
    let desk = Desk::with(|builder| builder.faults(faults));
    let leave = desk.leave(&[]);
    assert_eq!(desk.put(&leave, b"x").status(), 503);
    // Nothing was stored.
    assert!(desk.commit(&leave, json!([])).is_err());
    assert_eq!(desk.put(&leave, b"x").status(), 200);
    let committed = desk.commit(&leave, json!([])).expect("committed");
    let vid = text(&committed["Results"][0]["Vid"]);
    assert!(desk.play_info(vid).is_ok());
    let refused = desk.exchange(&desk.vod().play_info(vid));
    assert_eq!(refused.status(), 502);
    let log = desk.bed.emulator.log();
    let last = log.last().expect("an entry");
    assert_eq!(last.op.as_deref(), Some("vod.GetPlayInfo"));
    assert_eq!(last.refusal.as_deref(), Some("a fault was asked for"));
}
