//! The kit's address of a picture in a private bucket, in Node on the kit's shim, through this
//! server and the emulator.

use serde_json::json;

use crate::{
    article::{has_node, run},
    support::{Stage, policy},
};

/// Looks at what was uploaded by its bare address, by the one that the kit makes, and by that of
/// another picture.
const PROGRAM: &str = r#"
const { create } = require(path.join(given.kit, 'upload.js'));
const uploader = create({ host: config.host, token: given.token });
const look = (url) => new Promise((resolve, reject) => {
  const addresses = { [new URL(url).hostname]: given.cloud };
  createWx({ addresses }).request({ url, success: resolve, fail: reject });
});
(async () => {
  const picture = await uploader.upload({
    filePath: 'wxfile://tmp_1.png',
    directory: '/xrzeti',
    name: '重庆 (一).png',
  });
  const bare = await look(picture.source_url);
  const { url } = await uploader.address({ path: picture.path });
  const shown = await look(url);
  const other = await look(url.replace('.png', '.jpg'));
  const refused = await uploader.address({ path: '/users/bob/1.png' }).catch((error) => error);
  console.log(JSON.stringify({
    bare: bare.statusCode,
    shown: [shown.statusCode, shown.data],
    other: other.statusCode,
    refused: refused.kind,
  }));
})();
"#;

#[test]
fn the_kit_shows_a_picture_of_a_private_bucket() {
    if !has_node() {
        return;
    }
    let upload = r#"operations = ["upload"]
    prefix = true"#;
    let download = upload.replace(r#""upload""#, r#""upload", "download""#);
    assert!(policy().contains(upload), "no rule to change");
    let stage = Stage::with_policy(&policy().replace(upload, &download), |builder| builder);
    let told = run(&stage, PROGRAM);
    let expected = json!({
        "bare": 403,
        "shown": [200, "not much of a picture"],
        "other": 403,
        "refused": "forbidden",
    });
    assert_eq!(told, expected);
}
