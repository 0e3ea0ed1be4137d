//! The article's upload code, unchanged, in Node on the kit's shim, through this server and the
//! emulator.

use std::process::Command;

use serde_json::{Map, json};

use crate::support::Stage;

const PROGRAM: &str = r#"
const path = require('node:path');
const given = JSON.parse(process.env.GIVEN);
const { createWx } = require(path.join(given.kit, 'wx-shim.js'));
const config = require(path.join(given.kit, 'config.js'));
Object.assign(config, given.config);
globalThis.wx = createWx({
  temporaryFolder: given.folder,
  chosen: ['wxfile://tmp_1.png'],
  storage: { jwt: { access_token: given.token } },
  domains: ['sign.example.com', 'gz.file.myqcloud.com'],
  addresses: { 'sign.example.com': given.server, 'gz.file.myqcloud.com': given.cloud },
});
const { chooseAndUpload } = require(path.join(given.kit, 'article.js'));
chooseAndUpload({ setData: (data) => console.log(JSON.stringify(data)) });
"#;

#[test]
fn the_article_s_code_uploads_through_server_and_emulator() {
    if Command::new("node").arg("--version").output().is_err() {
        eprintln!("skipped: there is no node here");
        return;
    }
    let stage = Stage::new();
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
        .args(["-e", PROGRAM])
        .env("GIVEN", given.to_string())
        .output()
        .expect("node runs");
    let stdout = String::from_utf8_lossy(&output.stdout);
    let stderr = String::from_utf8_lossy(&output.stderr);
    let data: serde_json::Value = serde_json::from_str(stdout.trim())
        .unwrap_or_else(|_| panic!("{stdout}\n{stderr}\n{:?}", stage.emulator.log()));
    let url = data["imageUrl"].as_str().expect("an address");
    assert!(url.ends_with("/xrzeti/tmp_1.png"), "{url}");
    let log = stage.emulator.log();
    let upload = log.last().expect("a request");
    assert_eq!(
        (upload.status, upload.code),
        (Some(200), Some(0)),
        "{upload}"
    );
}

#[test]
fn the_kit_and_the_page_pass_their_own_tests() {
    if Command::new("node").arg("--version").output().is_err() {
        eprintln!("skipped: there is no node here");
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
        assert!(output.status.success(), "{stdout}");
    }
}
