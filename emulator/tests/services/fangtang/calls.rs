//! The calls of photo repair, and what each refuses.

use std::time::Duration;

use crate::support::{
    NOW,
    fangtang::{File, PARTNER, SECRET, Studio, Text, answer, errno, png, text, token},
    json,
};
use yunmei_core::{
    Timestamp,
    fangtang::{RepairType, Rgb},
};
use yunmei_emulator::Faults;

#[test]
fn a_picture_is_accepted_repaired_and_paid_for() {
    let studio = Studio::new();
    assert_eq!(studio.left(), 100);
    let accepted = answer(&studio.upload("sr", &png()));
    let id = text(&accepted, "mdf");
    assert!(id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let address = studio.bed.emulator.address();
    assert_eq!(
        text(&accepted, "img_url"),
        format!("http://{address}/fangtang/photos/{id}.png")
    );
    assert_eq!(studio.left(), 99);
    for status in [100, 100, 200, 200] {
        let answered = answer(&studio.status(&id));
        assert_eq!(answered["status"], status);
        assert!(answered["msg"].is_string());
        studio.pass(1);
    }
    let url = studio.result_url(&id);
    assert!(url.starts_with(&format!("http://{address}/fangtang/results/")));
    assert!(
        !url.contains(&id),
        "who knows the id cannot guess the result"
    );
    let result = studio.get(&url, &[]);
    let result = image::load_from_memory(result.body()).expect("a picture");
    assert_eq!((result.width(), result.height()), (48, 32));
    assert_eq!(studio.left(), 99);
}

#[test]
fn the_same_picture_is_another_job_each_time() {
    let studio = Studio::new();
    let picture = png();
    assert_ne!(
        studio.accepted("sr", &picture),
        studio.accepted("sr", &picture)
    );
    assert_eq!(studio.left(), 98);
}

#[test]
fn a_token_must_be_of_the_key_and_of_now() {
    let studio = Studio::new();
    let id = studio.accepted("sr", &png());
    let parts = [
        Text("third_code", PARTNER).written(),
        Text("mdf", &id).written(),
        Text("repair_type", "sr").written(),
        File("a.png", &png()).written(),
    ]
    .concat();
    for path in [
        "photo/upload",
        "photo/status",
        "photo/download",
        "company/nums",
    ] {
        for wrong in [
            token("another", NOW),
            token(SECRET, NOW - 301),
            token(SECRET, NOW + 301),
            token(SECRET, NOW).to_uppercase(),
            token(SECRET, NOW).replace(',', ""),
            format!("{},{}", &token(SECRET, NOW)[..32], NOW + 1),
            String::new(),
        ] {
            let refused = studio.send(path, &[("token", &wrong)], &parts);
            assert_eq!(errno(&refused), 9999, "{path} {wrong}");
        }
        assert_eq!(errno(&studio.send(path, &[], &parts)), 9999);
        let one = studio.token();
        let two = [("token", one.as_str()), ("token", &one)];
        assert_eq!(errno(&studio.send(path, &two, &parts)), 9999);
    }
    assert_eq!(studio.left(), 99);
    let log = format!("{:?}", studio.bed.emulator.log());
    assert!(!log.contains(SECRET) && !log.contains(&token(SECRET, NOW)[..32]));
}

#[test]
fn the_age_of_tokens_can_be_set() {
    let studio = Studio::with(|builder| builder.photo_token_age(Duration::from_secs(10)));
    let asked = |time| {
        let parts = Text("third_code", PARTNER).written();
        studio.send("company/nums", &[("token", &token(SECRET, time))], &parts)
    };
    assert!(answer(&asked(NOW - 10)).is_object());
    assert_eq!(errno(&asked(NOW - 11)), 9999);
}

#[test]
fn a_wrong_parameter_is_named_and_costs_nothing() {
    let studio = Studio::new();
    let picture = png();
    let file = || File("a.png", &picture);
    let sr = || Text("repair_type", "sr");
    for (fields, part) in [
        (vec![sr()], "no field file"),
        (vec![file()], "repair_type"),
        (vec![Text("repair_type", ""), file()], "repair_type"),
        (
            vec![Text("repair_type", "sr;repair"), file()],
            "repair_type",
        ),
        (vec![Text("repair_type", "bg"), file()], "no field rgb"),
        (
            vec![Text("repair_type", "bg"), Text("rgb", "256,0,0"), file()],
            "0 to 255",
        ),
        (
            vec![Text("repair_type", "bg"), Text("rgb", "1,2"), file()],
            "0 to 255",
        ),
        (vec![sr(), file(), sr()], "twice"),
        (vec![sr(), file(), file()], "twice"),
        (vec![sr(), File("", &picture)], "no file name"),
        (vec![sr(), Text("file", "text")], "no file name"),
    ] {
        let refused = studio.call("photo/upload", &fields);
        assert_eq!(errno(&refused), 9001, "{part}");
        let msg = text(&json(&refused), "msg");
        assert!(msg.contains(part), "{msg}");
    }
    let stranger = [
        Text("third_code", "stranger").written(),
        sr().written(),
        file().written(),
    ];
    let token = studio.token();
    let refused = studio.send("photo/upload", &[("token", &token)], &stranger.concat());
    assert_eq!(errno(&refused), 9001);
    assert_eq!(studio.left(), 100);
}

#[test]
fn a_file_is_judged_by_its_content() {
    let studio = Studio::new();
    for other in [
        &b"a text, whatever it is called"[..],
        b"GIF89a\x01\0\x01\0\0\0\0;",
        b"",
    ] {
        assert_eq!(errno(&studio.upload("sr", other)), 9005);
    }
    let whole = png();
    for broken in [&whole[..whole.len() / 2], &[0xff, 0xd8, 0xff, 0xe0, 1, 2]] {
        assert_eq!(errno(&studio.upload("sr", broken)), 9009);
    }
    assert_eq!(studio.left(), 100);
}

#[test]
fn no_more_is_accepted_than_was_bought() {
    let studio = Studio::with(|builder| builder.photo_quota(2));
    assert_eq!(errno(&studio.upload("sr", b"text")), 9005);
    studio.accepted("sr", &png());
    let last = studio.accepted("sr", &png());
    assert_eq!(studio.left(), 0);
    assert_eq!(errno(&studio.upload("sr", &png())), 9101);
    assert_eq!(answer(&studio.status(&last))["status"], 100);
}

#[test]
fn the_last_upload_is_sold_once() {
    let studio = Studio::with(|builder| builder.photo_quota(1));
    let picture = png();
    let accepted = std::thread::scope(|scope| {
        let uploads: Vec<_> = (0..6)
            .map(|_| scope.spawn(|| json(&studio.upload("sr", &picture))))
            .collect();
        let answers = uploads
            .into_iter()
            .map(|upload| upload.join().expect("an answer"));
        answers.filter(|answer| answer["code"] == 200).count()
    });
    assert_eq!((accepted, studio.left()), (1, 0));
}

#[test]
fn the_operations_of_the_library_do_the_whole_way() {
    let studio = Studio::with(|builder| builder.photo_delay(Duration::ZERO));
    let partner = studio.bed.emulator.fangtang_partner();
    let picture = png();
    let repair = RepairType::Background(Rgb::new(0, 0, 255));
    let submit = partner.submit(repair, "照片.png", picture.len() as u64);
    let job = studio.flow(submit, &picture).expect("accepted");
    let until = Timestamp::from_seconds(NOW + 60);
    let wait = partner.wait(&job, until).expect("a job of this partner");
    let finished = studio.flow(wait, b"").expect("done");
    let result = studio.get(finished.url.expose(), &[]);
    let result = image::load_from_memory(result.body()).expect("a picture");
    assert_eq!(result.into_rgb8().get_pixel(0, 0).0, [0, 0, 255]);
    assert_eq!(studio.left(), 99);
}

#[test]
fn what_does_not_exist_is_told() {
    let studio = Studio::new();
    let id = studio.accepted("sr", &png());
    for unknown in ["0", &"0".repeat(32), &id.to_uppercase()] {
        assert_eq!(errno(&studio.status(unknown)), 9002);
        assert_eq!(errno(&studio.download(unknown)), 9002);
    }
    assert_eq!(errno(&studio.call("photo/status", &[])), 9002);
    for path in ["photo/status", "photo/download", "company/nums"] {
        let fields = [Text("third_code", "stranger"), Text("mdf", &id)];
        let parts = fields.map(|field| field.written()).concat();
        let refused = studio.send(path, &[("token", &studio.token())], &parts);
        assert_eq!(errno(&refused), 9002, "{path}");
        let refused = studio.send(path, &[("token", &studio.token())], b"");
        assert_eq!(errno(&refused), 9002, "{path}");
    }
}

#[test]
fn a_picture_cannot_be_fetched_before_it_is_done() {
    let studio = Studio::with(|builder| builder.photo_delay(Duration::from_secs(5)));
    let id = studio.accepted("sr", &png());
    studio.pass(4);
    assert_eq!(errno(&studio.download(&id)), 500);
    studio.pass(1);
    assert!(answer(&studio.download(&id))["url"].is_string());
    let never = Studio::with(|builder| builder.photo_delay(Duration::MAX));
    let id = never.accepted("sr", &png());
    never.pass(1 << 40);
    assert_eq!(answer(&never.status(&id))["status"], 100);
}

#[test]
fn what_the_service_fails_at_is_made_by_faults() {
    // As in the documentation of the faults.
    let rules = r#"
        [[fault]]
        op = "photo.upload"
        nth = 1
        action = "answer"
        status = 200
        body = '{"code":9000,"errno":9006,"msg":"upload failed"}'

        [[fault]]
        op = "photo.status"
        nth = 1
        action = "answer"
        status = 200
        body = '{"code":9000,"errno":500,"msg":"busy"}'

        [[fault]]
        op = "photo.upload"
        nth = 2
        action = "drop"
        when = "after"
    "#;
    let faults = Faults::from_toml(rules).expect("rules");
    let studio = Studio::with(|builder| builder.faults(faults));
    assert_eq!(errno(&studio.upload("sr", &png())), 9006);
    assert_eq!(studio.left(), 100);
    let picture = png();
    let fields = [
        Text("third_code", PARTNER),
        Text("repair_type", "sr"),
        File("a.png", &picture),
    ];
    let parts = fields.map(|field| field.written()).concat();
    let lost = studio.send_perhaps("photo/upload", &[("token", &studio.token())], &parts);
    assert!(lost.is_none(), "{lost:?}");
    assert_eq!(
        studio.left(),
        99,
        "an upload whose answer was lost is charged"
    );
    let id = studio.accepted("sr", &png());
    assert_eq!(errno(&studio.status(&id)), 500);
    assert_eq!(answer(&studio.status(&id))["status"], 100);
}

#[test]
fn a_refusal_is_explained_on_loopback_and_in_the_log() {
    let studio = Studio::new();
    let refused = studio.upload("sr,colour", &png());
    let header = refused.headers()["x-yunmei-refusal"].to_str();
    assert!(header.is_ok_and(|reason| reason.contains("9001") && reason.contains("repair_type")));
    let log = studio.bed.emulator.log();
    assert_eq!(log[0].op.as_deref(), Some("photo.upload"));
    assert_eq!((log[0].status, log[0].code), (Some(200), Some(9001)));
    assert!(studio.bed.last_refusal().contains("repair_type"));
    studio.left();
    let log = studio.bed.emulator.log();
    assert_eq!(
        (log[1].op.as_deref(), log[1].code),
        (Some("photo.quota"), Some(0))
    );
}

#[test]
fn what_is_no_call_is_refused() {
    let studio = Studio::new();
    let host = studio.bed.emulator.address().to_string();
    let bare = |method: &str, path: &str| {
        studio
            .bed
            .anywhere(method, path, &[("host", &host), ("token", "")], b"")
            .status()
            .as_u16()
    };
    assert_eq!(bare("POST", "/api/third/photo/other"), 404);
    assert_eq!(bare("GET", "/api/third/photo/upload"), 405);
    // Neither JSON nor a form of the other kind.
    for kind in [
        "application/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
    ] {
        let token = studio.token();
        let headers = [
            ("host", host.as_str()),
            ("token", &token),
            ("content-type", kind),
        ];
        let call = |path: &str| studio.bed.anywhere("POST", path, &headers, b"third_code=x");
        assert_eq!(errno(&call("/api/third/photo/upload")), 9001);
        assert_eq!(errno(&call("/api/third/photo/status")), 500);
    }
}

#[test]
fn addresses_name_the_emulator_as_the_request_did() {
    let studio = Studio::new();
    let upload = |host: &str| {
        let fields = [
            Text("third_code", PARTNER),
            Text("repair_type", "sr"),
            File("a.png", &png()),
        ];
        let parts = fields.map(|field| field.written()).concat();
        let token = studio.token();
        studio.send("photo/upload", &[("host", host), ("token", &token)], &parts)
    };
    for host in ["localhost:9080", "photos.test", "sdkphoto.fangtangtv.com"] {
        let url = text(&answer(&upload(host)), "img_url");
        assert!(url.starts_with(&format!("http://{host}/fangtang/photos/")));
    }
    assert_eq!(errno(&upload("user@photos.test")), 9001);
    assert_eq!(studio.left(), 97);
}

#[test]
fn a_bucket_of_cos_keeps_its_own_names() {
    let studio = Studio::new();
    let account = studio.bed.emulator.cos_account();
    let host = format!("{}-{}.cossh.myqcloud.com", account.bucket(), account.app());
    let asked = |host: &str| {
        let path = "/fangtang/photos/a.png";
        studio.bed.anywhere("GET", path, &[("host", host)], b"")
    };
    assert!(asked(&host).headers().contains_key("x-cos-request-id"));
    assert!(
        !asked("localhost")
            .headers()
            .contains_key("x-cos-request-id")
    );
}
