//! What a request's address names: account, bucket and path (sections 2.2 and 9).

use http::request::Parts;
use percent_encoding::percent_decode_str;
use yunmei_core::cos::AppId;

use super::answer::Refusal;
use crate::{address::host_name, config::CosAccount};

const PREFIX: &str = "/files/v2/";

/// The longest key, in bytes, without the leading slash (section 10).
const KEY_LIMIT: usize = 850;

/// Account, bucket and path, as bytes: not checked.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) app: String,
    pub(super) bucket: String,
    /// Decoded, with the leading slash.
    pub(super) path: Vec<u8>,
}

/// The address of a download: a host name that carries the bucket, or one of the emulator's own.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct DownloadHost {
    pub(super) bucket: String,
    /// Whether the bucket was named, and not just presumed.
    pub(super) is_named: bool,
    /// The CDN looks at the bucket's setting only, not at the file's (section 4.9).
    pub(super) is_cdn: bool,
}

/// Whether a path is one of the JSON API.
pub(super) fn is_api(path: &str) -> bool {
    path.starts_with(PREFIX) || path == PREFIX.trim_end_matches('/')
}

impl Target {
    /// Reads `/files/v2/{appid}/{bucket}{path}`.
    pub(super) fn of_api(path: &str) -> Result<Target, Refusal> {
        let parts = path
            .strip_prefix(PREFIX)
            .and_then(|rest| rest.split_once('/'));
        let Some((app, rest)) = parts.filter(|(app, _)| !app.is_empty()) else {
            return Err(Refusal::new(
                -5994,
                "the path is not /files/v2/{appid}/{bucket}/…",
            ));
        };
        let (bucket, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        if bucket.is_empty() {
            return Err(Refusal::new(-5994, "the path names no bucket"));
        }
        let text = |part| percent_decode_str(part).decode_utf8_lossy().into_owned();
        Ok(Target {
            app: text(app),
            bucket: text(bucket),
            path: percent_decode_str(path).collect(),
        })
    }
}

/// Reads the host of a request, if its first label is `{bucket}-{appid}` of this account.
///
/// A host that is none of the vendor's names no bucket: there the one bucket is meant, so that the
/// addresses that a client makes for this emulator can be followed, whatever it calls it.
pub(super) fn download_host(parts: &Parts, account: &CosAccount) -> Option<DownloadHost> {
    let name = host_name(parts)?;
    let named = bucket_host(&name, account);
    if named.is_some() || is_vendors(&name) || is_api(parts.uri.path()) {
        return named;
    }
    let bucket = account.bucket().as_str().to_owned();
    Some(DownloadHost {
        bucket,
        is_named: false,
        is_cdn: false,
    })
}

/// Whether a request's host names a bucket of this account.
pub(super) fn has_bucket_host(parts: &Parts, account: &CosAccount) -> bool {
    host_name(parts).is_some_and(|name| bucket_host(&name, account).is_some())
}

/// A host that names a bucket of this account, in whatever domain.
fn bucket_host(name: &str, account: &CosAccount) -> Option<DownloadHost> {
    let (label, domain) = name.split_once('.')?;
    // A bucket's name may have hyphens.
    let (bucket, app) = label.rsplit_once('-')?;
    (app.parse::<AppId>() == Ok(account.app()) && !bucket.is_empty()).then(|| DownloadHost {
        bucket: bucket.to_owned(),
        is_named: true,
        is_cdn: domain == "file.myqcloud.com",
    })
}

/// Whether it is one of the API's hosts, or names a bucket of somebody else.
fn is_vendors(name: &str) -> bool {
    name.ends_with(".myqcloud.com")
}

/// A path as a text, checked by the rules of the service (section 5). Apart from these a key is
/// opaque: `..` is a name like any other.
pub(super) fn checked(path: &[u8]) -> Result<&str, Refusal> {
    let Ok(path) = str::from_utf8(path) else {
        return Err(Refusal::new(-147, "the path is not UTF-8"));
    };
    match path.strip_prefix('/') {
        None if path.is_empty() => Err(Refusal::new(-164, "the path is empty")),
        None => Err(Refusal::new(-180, "the path does not begin with a slash")),
        Some(key) if key.len() > KEY_LIMIT => Err(Refusal::new(
            -180,
            format!(
                "the path is {} bytes long, {KEY_LIMIT} are allowed",
                key.len()
            ),
        )),
        Some(_) => Ok(path),
    }
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    #[test]
    fn an_api_path_names_account_bucket_and_key() {
        let target = Target::of_api("/files/v2/1250000000/b-1/%E5%9B%BE/%2F%ff").expect("a target");
        assert_eq!(
            (target.app.as_str(), target.bucket.as_str()),
            ("1250000000", "b-1")
        );
        assert_eq!(
            target.path,
            "/图//".bytes().chain([0xff]).collect::<Vec<_>>()
        );
        for bad in [
            "/files/v2",
            "/files/v2/",
            "/files/v2/1",
            "/files/v2/1/",
            "/files/v2//b/x",
        ] {
            assert_eq!(
                Target::of_api(bad).err().map(|refusal| refusal.code),
                Some(-5994),
                "{bad}"
            );
        }
    }

    #[test]
    fn a_host_names_a_bucket_if_its_label_ends_with_the_appid() {
        let account = CosAccount::made_up().expect("an account");
        let read = |host: String| {
            let request = Request::builder().header("host", host).body(());
            download_host(&request.expect("a request").into_parts().0, &account)
        };
        let app = account.app();
        let origin = read(format!("my-own-bucket-{app}.cossh.myqcloud.com:80")).expect("a host");
        assert_eq!(
            (origin.bucket.as_str(), origin.is_named, origin.is_cdn),
            ("my-own-bucket", true, false)
        );
        let cdn = read(format!("b-{app}.file.myqcloud.com")).expect("a host");
        assert!(cdn.is_cdn);
        for other in [
            "sh.file.myqcloud.com".to_owned(),
            "b-7.cossh.myqcloud.com".to_owned(),
            "SH.FILE.myqcloud.com:80".to_owned(),
            format!("-{app}.cossh.myqcloud.com"),
        ] {
            assert_eq!(read(other.clone()), None, "{other}");
        }
        for other_name in [
            "127.0.0.1:80",
            "localhost",
            "[::1]:80",
            "LOCALHOST:80",
            "emulator:9080",
            "emulator-1.example.com",
        ] {
            let found = read(other_name.to_owned()).expect("the one bucket");
            assert_eq!(found.bucket, account.bucket().as_str(), "{other_name}");
            assert!(!found.is_named, "{other_name}");
            let api = Request::builder()
                .uri("/files/v2/1/b/x")
                .header("host", other_name);
            let api = api.body(()).expect("a request").into_parts().0;
            assert_eq!(download_host(&api, &account), None, "{other_name}");
        }
    }
}
