//! The addresses in answers (sections 6.1 and 16).

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};
use yunmei_core::Timestamp;

use crate::{config::CosAccount, random};

/// What stays in a path (section 4.2).
const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~')
    .remove(b'/');

/// A path as it stands in addresses and in signatures.
pub(super) fn encoded(path: &[u8]) -> String {
    percent_encoding::percent_encode(path, PATH).to_string()
}

/// The two addresses for downloads: `access_url`, `source_url`.
pub(super) fn downloads(account: &CosAccount, path: &str) -> Map<String, Value> {
    let (bucket, app, region) = (account.bucket(), account.app(), account.region());
    let path = utf8_percent_encode(path, PATH);
    let access = format!("http://{bucket}-{app}.file.myqcloud.com{path}");
    let source = format!("http://{bucket}-{app}.cos{region}.myqcloud.com{path}");
    Map::from_iter([
        ("access_url".to_owned(), access.into()),
        ("source_url".to_owned(), source.into()),
    ])
}

/// All that is said of a file that has arrived.
pub(super) fn uploaded(account: &CosAccount, path: &str, now: Timestamp) -> Value {
    let mut data = finished(account, path);
    // Nothing goes on behind the scenes here, but the service says so.
    let id = random::hex::<16>().unwrap_or_else(|_| "0".repeat(32));
    data["vid"] = json!(format!("{id}{:010}", now.seconds()));
    data
}

/// All addresses of a file that is there.
pub(super) fn finished(account: &CosAccount, path: &str) -> Value {
    let (bucket, app, region) = (account.bucket(), account.app(), account.region());
    let mut data = downloads(account, path);
    // Raw here, encoded there: section 16.
    data.insert(
        "resource_path".to_owned(),
        format!("/{app}/{bucket}{path}").into(),
    );
    let encoded = utf8_percent_encode(path, PATH);
    let url = format!("http://{region}.file.myqcloud.com/files/v2/{app}/{bucket}{encoded}");
    data.insert("url".to_owned(), url.into());
    data.into()
}
