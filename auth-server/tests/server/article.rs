//! The article's upload, and the kit's, in Node on the kit's shim, through this server and the
//! emulator.

use std::process::Command;

use serde_json::{Map, Value, json};

use crate::support::Stage;

/// What both programs begin with.
const PLATFORM: &str = r#"
const path = require('node:path');
const given = JSON.parse(process.env.GIVEN);
const { createWx } = require(path.join(given.kit, 'wx-shim.js'));
const config = require(path.join(given.kit, 'config.js'));
Object.assign(config, given.config);
globalThis.wx = createWx({
  temporaryFolder: given.folder,
  chosen: ['wxfile://tmp_1.png'],
  domains: ['sign.example.com', 'gz.file.myqcloud.com', '127.0.0.1'],
  addresses: { 'sign.example.com': given.server, 'gz.file.myqcloud.com': given.cloud },
});
"#;

const ARTICLE: &str = r#"
const { uploadToCos } = require(path.join(given.kit, 'article.js'));
const bar = [];
uploadToCos({
  data: { jwt: { access_token: given.token }, files: [] },
  setData(data) {
    if ('upload_progress' in data) bar.push(data.upload_progress);
    else console.log(JSON.stringify({ ...data, bar }));
  },
});
"#;

const KIT: &str = r#"
const { create } = require(path.join(given.kit, 'upload.js'));
const bar = [];
const uploader = create({ host: config.host, token: given.token });
uploader.upload({
  filePath: 'wxfile://tmp_1.png',
  directory: '/xrzeti',
  name: '重庆 (一).png',
  onProgress: ({ progress }) => bar.push(progress),
}).then(
  (picture) => console.log(JSON.stringify({ ...picture, bar })),
  (error) => console.log(JSON.stringify({ kind: error.kind, told: error.message })),
);
"#;

/// Whether there is a Node here that can run tests; it says so if not, unless it is demanded.
pub(crate) fn has_node() -> bool {
    let version = Command::new("node").arg("--version").output();
    // Such as v18.20.4.
    let has_node = version.is_ok_and(|output| {
        let version = String::from_utf8_lossy(&output.stdout);
        let major = version.trim_start_matches('v').split('.').next();
        major.and_then(|major| major.parse().ok()) >= Some(18_u32)
    });
    let is_demanded = std::env::var("YUNMEI_DEMAND_BROWSER").as_deref() == Ok("1");
    assert!(
        has_node || !is_demanded,
        "there is no node, or one before 18"
    );
    if !has_node {
        eprintln!("skipped: there is no node, or one before 18");
    }
    has_node
}

/// Runs the program before server and emulator; tells what it printed.
pub(crate) fn run(stage: &Stage, program: &str) -> Value {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("tmp_1.png"), "not much of a picture").expect("a file");
    let mut claims = Map::new();
    claims.insert("scopes".into(), json!(["open"]));
    let account = stage.emulator.cos_account();
    let given = json!({
        "kit": concat!(env!("CARGO_MANIFEST_DIR"), "/kit"),
        "folder": folder.path(),
        "token": stage.token_with("alice", 600, claims),
        "server": stage.server.origin(),
        "cloud": stage.emulator.endpoint().as_str(),
        "config": {
            "cos_appid": account.app().to_string(),
            "cos_bucket_name": account.bucket().as_str(),
        },
    });
    let output = Command::new("node")
        .args(["-e", &format!("{PLATFORM}{program}")])
        .env("GIVEN", given.to_string())
        .output()
        .expect("node runs");
    let stdout = String::from_utf8_lossy(&output.stdout);
    eprint!("{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_str(stdout.trim())
        .unwrap_or_else(|_| panic!("{stdout}\n{:?}", stage.emulator.log()))
}

/// The last request was an upload to there, and the bar moved to these values in the end.
fn check(stage: &Stage, url: &Value, path: &str, told: &Value, bar_end: &[Value]) {
    let url = url.as_str().unwrap_or_else(|| panic!("{told}"));
    assert!(url.ends_with(path), "{url}");
    let bar = told["bar"].as_array().expect("a bar");
    assert!(bar.ends_with(bar_end), "{bar:?}");
    let log = stage.emulator.log();
    let upload = log.last().expect("a request");
    let outcome = (upload.status, upload.code);
    assert_eq!(outcome, (Some(200), Some(0)), "{upload}");
}

#[test]
fn the_article_s_code_uploads_through_server_and_emulator() {
    if !has_node() {
        return;
    }
    let stage = Stage::new();
    let told = run(&stage, ARTICLE);
    let url = &told["test_image"];
    check(
        &stage,
        url,
        "/xrzeti/tmp_1.png",
        &told,
        &[100, 0].map(Value::from),
    );
    assert_eq!(told["files"], json!([url]));
    assert_eq!(told["upload_res"]["code"], 0);
}

#[test]
fn the_kit_uploads_through_server_and_emulator() {
    if !has_node() {
        return;
    }
    let stage = Stage::new();
    let told = run(&stage, KIT);
    let path = "/xrzeti/%E9%87%8D%E5%BA%86%20%28%E4%B8%80%29.png";
    check(&stage, &told["source_url"], path, &told, &[100.into()]);
}

#[test]
fn the_kit_and_the_page_pass_their_own_tests() {
    if !has_node() {
        return;
    }
    for folder in ["kit/tests", "page/tests"] {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let tests = std::fs::read_dir(&folder).expect("a folder");
        let tests = tests.map(|entry| entry.expect("an entry").path());
        let tests: Vec<_> = tests
            .filter(|path| path.to_string_lossy().ends_with(".test.js"))
            .collect();
        assert!(!tests.is_empty(), "{folder:?}");
        let output = Command::new("node")
            .arg("--test")
            .args(tests)
            .output()
            .expect("node runs");
        let stdout = String::from_utf8_lossy(&output.stdout);
        eprint!("{stdout}");
        assert!(output.status.success());
    }
}
