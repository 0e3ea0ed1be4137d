//! Video on demand: the recorded conversations, checksums, and the addresses of posters.

use serde_json::{Map, Value};
use yunmei_core::{
    Error,
    error::ServiceErrorKind,
    vcloud::{
        Dialect, Region, Scheme,
        vod::{
            CommitFunction, FileType, MediaFormat, PublishStatus, Vod,
            poster::{DomainWeights, Format, PosterForm, PosterUrls, Template, WeightTable},
        },
    },
};

use crate::{
    entries, entry,
    exchange::{case, content, endpoint, play},
    input,
};

const VID: &str = "v0200exampleexampleexampleexample1";

fn vod(case: &Value) -> Vod {
    let client = &case["client"];
    let region = Region::new(input::text(client, "region")).expect("a region");
    let vod = Vod::new(Dialect::TtvCloud, region, input::credentials(client));
    vod.expect("a handle").at(endpoint(case))
}

#[test]
fn a_video_is_uploaded_as_the_reference_does_it() {
    let case = case("wire/upload_video");
    let call = &case["call"];
    let upload = vod(case).upload_video(
        input::text(call, "space_name"),
        FileType::Video,
        content(&call["file_base64"]),
    );
    let upload = upload
        .function(CommitFunction::GetMeta)
        .function(CommitFunction::Snapshot { seconds: 2.3 })
        .callback_args(input::text(call, "callback_args"));
    let uploaded = play(case, upload).expect("a video");
    assert_eq!(uploaded.vid(), Some(VID));
    assert_eq!(uploaded.store_uri, "tos-cn-v-000000/example-object-0001");
    assert_eq!(uploaded.committed.callback_args, "my callback args");
    let result = &uploaded.committed.results[0];
    assert_eq!(result.poster_uri, "tos-cn-p-000000/example-snapshot-0001");
    let meta = result.video.as_ref().expect("properties");
    assert_eq!((meta.width, meta.height), (Some(1280), Some(720)));
    assert_eq!((meta.duration, meta.size), (Some(12.345), Some(1_905_024)));
    assert_eq!(meta.md5, "00112233445566778899aabbccddeeff");
}

#[test]
fn a_poster_is_uploaded_as_the_reference_does_it() {
    let case = case("wire/upload_poster");
    let call = &case["call"];
    let upload = vod(case).upload_poster(
        input::text(call, "space_name"),
        input::text(call, "vid"),
        content(&call["file_base64"]),
    );
    let uri = play(case, upload).expect("a poster");
    assert_eq!(uri, input::text(case, "returned"));
}

#[test]
fn an_upload_host_in_trouble_is_tried_three_times() {
    let case = case("wire/upload_video_put_retry");
    let call = &case["call"];
    let space = input::text(call, "space_name");
    let upload = vod(case).upload_video(space, FileType::Video, content(&call["file_base64"]));
    assert_eq!(play(case, upload).expect("a video").vid(), Some(VID));
}

#[test]
fn the_service_is_told_to_fetch_videos() {
    let case = case("wire/upload_media_by_url");
    let urls = [
        "http://media.example.com/a b.mp4?x=1&y=2",
        "http://media.example.com/影.mp4",
    ];
    let upload = vod(case).upload_by_url("example-space", MediaFormat::Mp4, urls);
    play(case, upload).expect("accepted");
}

#[test]
fn a_transcoding_is_begun() {
    let case = case("wire/start_transcode");
    let start = vod(case).start_transcode(VID, "template-example");
    let begun = play(case, start.input(Map::new())).expect("begun");
    assert_eq!(begun.run_id, "run-example-0001");
}

#[test]
fn a_video_is_published() {
    let case = case("wire/set_video_publish_status");
    let publish = vod(case).set_publish_status("示例空间", VID, PublishStatus::Published);
    play(case, publish).expect("published");
}

#[test]
fn a_video_is_looked_up_to_be_played() {
    let case = case("wire/get_play_info");
    let video = play(case, vod(case).play_info(VID)).expect("a video");
    assert_eq!((video.vid.as_str(), video.status), (VID, Some(10)));
    assert_eq!((video.duration, video.total), (Some(12.34), Some(1)));
    assert_eq!(video.poster_url, "http://p1.example.com/cover.jpg");
    let stream = &video.streams[0];
    assert_eq!(
        (stream.bitrate, stream.size),
        (Some(1_234_567), Some(1_905_024))
    );
    assert_eq!(
        (stream.definition.as_str(), stream.codec.as_str()),
        ("720p", "h264")
    );
    assert_eq!(
        (stream.encrypted, stream.preload_size),
        (Some(false), Some(327_680))
    );
    let main = stream.main_url.as_ref().expect("an address");
    assert_eq!(
        main.expose(),
        "http://v1.example.com/example/video.mp4?a=1&b=2"
    );
}

/// The reference throws the body of a refusal away (section 14, defect 6).
#[test]
fn a_refusal_keeps_what_the_service_said() {
    let case = case("wire/get_play_info_403");
    let error = play(case, vod(case).play_info(VID)).expect_err("refused");
    assert!(matches!(error, Error::Service(_)));
    assert_eq!(error.kind(), Some(ServiceErrorKind::Denied));
    let refusal = error.service().expect("a refusal");
    assert_eq!(
        (refusal.code(), refusal.symbol()),
        (100_013, "AccessDenied")
    );
    assert_eq!(
        refusal.request_id(),
        case["steps"][0]["response"]["body"]["ResponseMetadata"]["RequestId"].as_str()
    );
}

#[test]
fn a_video_is_looked_up_as_it_was_uploaded() {
    let case = case("wire/get_origin_video_play_info");
    let video = play(case, vod(case).origin_play_info(VID).https()).expect("a video");
    assert_eq!(
        (video.codec.as_str(), video.size),
        ("h264", Some(1_905_024))
    );
    let main = video.main_url.expect("an address");
    assert_eq!(main.expose(), "https://v1.example.com/o.mp4");
}

#[test]
fn weights_are_asked_for() {
    let case = case("wire/get_domain_weights");
    let weights = play(case, vod(case).domain_weights("example-space")).expect("weights");
    let pairs: Vec<_> = weights.iter().collect();
    assert_eq!(pairs, [("p1.example.com", 10), ("p3.example.com", 5)]);
}

#[test]
fn redirects_are_signed_as_the_vectors_have_it() {
    let mut checked = 0;
    for entry in entries().filter(|entry| entry["operation"] == "get_redirect_play") {
        let input = &entry["input"];
        let region = Region::new(input::text(input, "region")).expect("a region");
        let host = format!("http://{}", input::text(input, "host"));
        let vod = Vod::new(Dialect::TtvCloud, region, input::credentials(input));
        let vod = vod
            .expect("a handle")
            .at(host.parse().expect("an endpoint"));
        let parameters = input::parameters(&input["params"]);
        let mut play = vod.redirect_play(parameters.value("Vid").expect("a video"));
        for (name, value) in parameters.iter() {
            play = match name {
                "Vid" => play,
                "Definition" => play.definition(value),
                "Watermark" => play.watermark(value),
                "X-Amz-Expires" => play.lifetime(value.parse().expect("seconds")),
                other => panic!("{other}"),
            };
        }
        let url = play.url(input::now(input)).expect("an address");
        assert_eq!(url.expose(), input::text(&entry["expected"], "url"));
        checked += 1;
    }
    assert_eq!(checked, 2);
}

#[test]
fn checksums_have_eight_digits() {
    let mut checked = 0;
    for entry in entries().filter(|entry| entry["operation"] == "crc32") {
        let content = content(&entry["input"]["content_base64"]);
        let expected = &entry["expected"];
        assert_eq!(content.crc32().map(u64::from), expected["crc32"].as_u64());
        assert_eq!(content.checksum_text(), expected["content_crc32"]);
        checked += 1;
    }
    assert_eq!(checked, 4);
}

#[test]
fn posters_have_the_addresses_of_the_vectors() {
    let mut checked = 0;
    for entry in entries().filter(|entry| entry["operation"] == "get_poster_url") {
        if entry["deviates"] == true {
            continue;
        }
        let urls = poster_urls(&entry["input"]);
        assert_eq!(
            urls.main, entry["expected"]["main_url"],
            "{}",
            entry["name"]
        );
        assert_eq!(
            urls.backup, entry["expected"]["backup_url"],
            "{}",
            entry["name"]
        );
        checked += 1;
    }
    assert_eq!(checked, 4);
}

/// The reference writes an address without a host (section 14, defect 12).
#[test]
fn the_only_domain_is_its_own_backup() {
    let entry = entry("poster/single-domain-reference-bug");
    let urls = poster_urls(&entry["input"]);
    assert_eq!(urls.main, entry["expected"]["main_url"]);
    assert_eq!(urls.backup, urls.main);
}

/// Has the answer of the vector read, and draws as the vector says.
fn poster_urls(input: &Value) -> PosterUrls {
    let space = input::text(input, "space_name");
    let keys = yunmei_core::vcloud::Credentials::new("AKLTEXAMPLE", "the secret key");
    let vod = Vod::new(Dialect::TtvCloud, Region::default(), keys.expect("a pair"));
    let answer = http::Response::new(input["weights_response"].to_string().into());
    let operation = vod.expect("a handle").domain_weights(space);
    let weights = yunmei_core::Operation::parse(&operation, &answer).ok();

    let mut table = WeightTable::new(pairs(&input["fallback_weights"]));
    table.record(weights, yunmei_core::Timestamp::from_seconds(1));
    assert_eq!(*table.weights(), pairs(&input["effective_weights"]));

    let draw = |index: usize| input["random_draws"][index].as_u64().unwrap_or(1);
    let domains = table.weights().pick([draw(0), draw(1)]).expect("domains");
    let form = form(&input["option"]);
    form.urls_on(domains, input::text(input, "uri"))
        .expect("addresses")
}

fn pairs(list: &Value) -> DomainWeights {
    let pairs = list.as_array().expect("a list").iter();
    let pairs = pairs.map(|pair| {
        let weight = pair[1].as_u64().expect("a weight");
        (pair[0].as_str().expect("a domain"), weight)
    });
    DomainWeights::new(pairs).expect("domains")
}

fn form(option: &Value) -> PosterForm {
    let side = |name: &str| {
        let side = option[name].as_u64().unwrap_or(0);
        u32::try_from(side).expect("a side")
    };
    let (width, height) = (side("width"), side("height"));
    let template = match option["template"].as_str() {
        Some("obj") => Template::Source,
        None | Some("noop") => Template::Compressed,
        Some("resize") => Template::Resize { width, height },
        Some("smart_crop") => Template::SmartCrop { width, height },
        other => panic!("{other:?}"),
    };
    let format = match option["format"].as_str() {
        None => Format::Stored,
        Some("jpeg") => Format::Jpeg,
        Some("awebp") => Format::AnimatedWebp,
        other => panic!("{other:?}"),
    };
    let scheme = match option["https"] == true {
        true => Scheme::Https,
        false => Scheme::Http,
    };
    PosterForm::new()
        .over(scheme)
        .template(template)
        .format(format)
}
