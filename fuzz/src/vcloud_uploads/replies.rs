//! The services' side: honest replies, and all others.

use bytes::Bytes;
use http::Response;
use serde_json::{Value, json};
use yunmei_core::{Error, error::TransportError};

use super::asked::{AUTH, Asked, HOSTS, Kind};
use crate::sample::{self, Program};

/// Codes of the gateway: throttled, busy, refused, unknown.
const CODES: [i64; 7] = [100_018, 100_014, 100_010, 100_013, 100_023, 0, 31_337];

/// Storage codes of an upload host: its own trouble, a refusal, unknown.
const STORAGE_CODES: [i64; 6] = [5000, 5999, 4003, 4999, 0, -1];

const STATUSES: [u16; 8] = [200, 400, 403, 404, 503, 500, 302, 204];

/// The next reply of the program.
pub(super) fn next(asked: &Asked, program: &mut Program<'_>) -> Result<Response<Bytes>, Error> {
    let body = match program.byte() % 11 {
        0..4 => honest(asked),
        4 => return Err(TransportError::unknown("reset").into()),
        5 => return Err(TransportError::not_sent("refused").into()),
        6 => {
            let (code, status) = (program.choose(&CODES), program.choose(&STATUSES));
            let fault = json!({"CodeN": code, "Code": "X", "Message": "m"});
            let body = json!({"ResponseMetadata": {"RequestId": "id", "Error": fault}});
            return Ok(sample::answer(status, body.to_string()));
        }
        7 => {
            let (code, status) = (program.choose(&STORAGE_CODES), program.choose(&STATUSES));
            let fault = json!({"code": status, "error": "e", "error_code": code, "message": "m"});
            let body = json!({"success": 1, "error": fault});
            return Ok(sample::answer(status, body.to_string()));
        }
        8 if asked.is_apply() => applied(asked, program.byte()),
        8 => json!({"success": program.byte() % 3, "payload": {"hash": "00000001"}}),
        9 => success(json!({"BaseResp": {"StatusCode": program.byte() % 2}})),
        _ => {
            let status = program.choose(&STATUSES);
            let length = program.byte();
            return Ok(sample::answer(status, program.take(length).to_vec()));
        }
    };
    let mut response = sample::answer(200, body.to_string());
    if asked.kind == Kind::Door {
        let tag = "\"tag\"".parse().expect("a value");
        response.headers_mut().insert("etag", tag);
    }
    Ok(response)
}

/// What services say that have nothing to hide.
fn honest(asked: &Asked) -> Value {
    let checksum = match asked.checksum.as_str() {
        "" | "Ignore" => "000000ab",
        known => known,
    };
    match &asked.kind {
        Kind::Action(_) if asked.is_apply() => applied(asked, 0),
        Kind::Action(name) => success(match name.as_str() {
            "CommitUploadInfo" => json!({"Data": {"Vid": "v1"}}),
            "CommitImageUpload" => {
                let results = [0, 1].map(|at| json!({"Uri": uri(at), "UriStatus": 2000}));
                json!({"Results": results})
            }
            "ModifyVideoInfo" => json!({"BaseResp": {"StatusCode": 0}}),
            _ => json!({"Results": [{"Vid": "v1"}]}),
        }),
        Kind::Open => json!({"success": 0, "payload": {"uploadID": "u"}}),
        Kind::Part => {
            let payload = json!({"part_number": "1", "crc32": checksum, "etag": "e"});
            json!({"success": 0, "payload": payload})
        }
        Kind::Whole | Kind::Merge => {
            json!({"success": 0, "payload": {"hash": checksum, "key": "k"}})
        }
        Kind::Door => json!({}),
    }
}

/// Addresses to upload to, in a form that the bits of `variant` choose.
fn applied(asked: &Asked, variant: u8) -> Value {
    let address = |hosts: &[&str], session: &str| {
        let stores = [0, 1].map(|at| json!({"StoreUri": uri(at), "Auth": AUTH}));
        let headers = json!([{"Key": "X-Store", "Value": "a"}]);
        json!({
            "StoreInfos": stores, "UploadHosts": hosts, "UploadHeader": headers,
            "SessionKey": session,
        })
    };
    let mut data = json!({"UploadAddress": address(&HOSTS[..1 + usize::from(variant & 1)], "s")});
    if variant & 2 != 0 {
        data["CandidateUploadAddresses"] = json!({
            "MainUploadAddresses": [address(&HOSTS[..1], "main")],
            "BackupUploadAddresses": [address(&HOSTS[1..], "backup")],
            "FallbackUploadAddresses": [],
        });
    }
    let door = |name: &str| format!("https://door.example.com/{name}?sign=canary");
    match variant >> 2 & 7 {
        1 => data["VpcTosUploadAddress"] = json!({"UploadMode": "direct", "PutUrl": door("a")}),
        2 => {
            let parts = json!({
                "PartSize": super::PART_SIZE,
                "PartPutUrls": [door("1"), door("2"), door("3")],
                "CompletePartUrl": door("complete"),
            });
            data["VpcTosUploadAddress"] = json!({"UploadMode": "part", "PartUploadInfo": parts});
        }
        3 => {
            data["VpcTosUploadAddress"] =
                json!({"UploadMode": "direct", "QuickCompleteMode": "enable"});
        }
        4 => data["UploadAddress"]["UploadHosts"] = json!([]),
        5 => data["UploadAddress"]["StoreInfos"] = json!([{"StoreUri": uri(0), "Auth": AUTH}]),
        _ => {}
    }
    match asked.is("ApplyUploadInfo") {
        true => success(json!({"Data": data})),
        false => success(data),
    }
}

fn uri(at: usize) -> String {
    format!("tos-cn-v-000000/{at}")
}

fn success(result: Value) -> Value {
    json!({"ResponseMetadata": {"RequestId": "id"}, "Result": result})
}
